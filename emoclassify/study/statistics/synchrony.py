"""How alike the people of a panel react in time: correlation between people.

U. Hasson and others 2004, "Intersubject synchronization of cortical activity during natural vision". Each person's
curve is correlated with the mean of all others; the panel's figure is the median.
"""

from dataclasses import dataclass

import numpy as np

from emoclassify.study.statistics.arrays import N_DRAWS, Values

_LEAST_BINS = 60  # half seconds in common: 30 s
_N_SHIFTS = 1000
_LEAST_PEOPLE = 3


@dataclass(frozen=True)
class Synchrony:
    """The synchrony of a panel.

    Attributes:
        median: of the people's correlations with all others, -1..1.
        low: the lower end of the 95 percent interval, over people drawn anew.
        high: its upper end.
        p: that people who share no time would come as far.
        correlations: of each person, float64 (n,); NaN where less than 30 s are in common.
    """

    median: float
    low: float
    high: float
    p: float
    correlations: Values


def correlations_with_others(values: Values, least_bins: int = _LEAST_BINS) -> Values:
    """Each person's correlation with the mean of all others over the bins in which both are seen.

    Args:
        values: float64 (n, t); NaN in gaps.
        least_bins: how many bins they must have in common.

    Returns:
        float64 (n,); NaN where they have fewer, or a curve does not move.
    """
    is_seen = ~np.isnan(values)
    filled = np.where(is_seen, values, 0.0)
    n_others = is_seen.sum(axis=0) - is_seen
    with np.errstate(divide="ignore", invalid="ignore"):
        others = (filled.sum(axis=0) - filled) / n_others
    is_common = is_seen & (n_others > 0)
    return np.where(is_common.sum(axis=1) >= least_bins, _row_correlations(filled, others, is_common), np.nan)


def _row_correlations(one: Values, other: Values, is_common: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> Values:
    """Pearson's r of each pair of rows over their common bins; NaN where one does not move."""
    n = is_common.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = (np.where(is_common, part, 0.0) for part in (one, other))
        first = np.where(is_common, first - first.sum(axis=1, keepdims=True) / n, 0.0)
        second = np.where(is_common, second - second.sum(axis=1, keepdims=True) / n, 0.0)
        products = (first * second).sum(axis=1)
        return np.asarray(products / np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1)))


def synchrony(
    values: Values, rng: np.random.Generator, *, n_shifts: int = _N_SHIFTS, n_draws: int = N_DRAWS
) -> Synchrony | None:
    """The synchrony of values, float64 (n, t), NaN in gaps; None where fewer than three people can be compared.

    p compares it with the same curves, each shifted in a circle by a time of its own: as rich in slow swings, at no
    common time.
    """
    correlations = correlations_with_others(values)
    comparable = correlations[~np.isnan(correlations)]
    if len(comparable) < _LEAST_PEOPLE:
        return None
    median = float(np.median(comparable))
    n, n_bins = values.shape
    columns = np.arange(n_bins)
    n_as_far = 0
    for _ in range(n_shifts):
        shifts = rng.integers(0, n_bins, (n, 1))
        shifted = correlations_with_others(np.take_along_axis(values, (columns + shifts) % n_bins, axis=1))
        n_as_far += bool(np.nanmedian(shifted) >= median) if not np.isnan(shifted).all() else 0
    picks = rng.integers(0, len(comparable), (n_draws, len(comparable)))
    low, high = np.quantile(np.median(comparable[picks], axis=1), [0.025, 0.975])
    return Synchrony(median, float(low), float(high), (1 + n_as_far) / (1 + n_shifts), correlations)
