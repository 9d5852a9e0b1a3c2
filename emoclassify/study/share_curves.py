"""How many of a panel show a measure in each half second of a film."""

from dataclasses import dataclass

import numpy as np

from emoclassify.study.statistics.arrays import Values, is_shown
from emoclassify.study.statistics.shares import wilson


@dataclass(frozen=True)
class ShareCurve:
    """The share of the panel above the plan's limit, with Wilson's interval: float64 (t,), NaN where few are seen."""

    share: Values
    low: Values
    high: Values


def share_curve(values: Values, limit: float) -> ShareCurve:
    """The share of those who are seen that is above the limit.

    Args:
        values: float64 (n, t); NaN in gaps.
        limit: of the plan.
    """
    n_seen, n_above = ((~np.isnan(values)).sum(axis=0).astype(np.float64), (values > limit).sum(axis=0))
    low, high = wilson(n_above.astype(np.float64), n_seen)
    with np.errstate(divide="ignore", invalid="ignore"):
        curves = (n_above / n_seen, low, high)
    return ShareCurve(*(np.where(is_shown(values), curve, np.nan) for curve in curves))
