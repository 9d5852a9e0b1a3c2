"""How much of a panel's curve another panel of the same size would show."""

import numpy as np

from emoclassify.study.statistics.arrays import Values, is_shown, seen_sums

_N_HALVES = 1000
_LEAST_PEOPLE = 4

LEAST_RELIABILITY = 0.8
"""A curve below it should not be read moment by moment."""


def reliability(values: Values, rng: np.random.Generator, n_halves: int = _N_HALVES) -> float | None:
    """The correlation of the mean curves of two random halves, stepped up to the whole panel (Spearman-Brown).

    Args:
        values: float64 (n, t); NaN in gaps.
        rng: halves the panel.
        n_halves: how often; their correlations are averaged before the step.

    Returns:
        -1..1; None where fewer than four people or two bins can be compared.
    """
    bins = np.flatnonzero(is_shown(values))
    if len(values) < _LEAST_PEOPLE or len(bins) < 2:
        return None
    halves = rng.permuted(np.tile(np.arange(len(values)) % 2, (n_halves, 1)), axis=1).astype(np.float64)
    means = []
    for weights in (halves, 1 - halves):
        n_seen, sums, _ = seen_sums(values[:, bins], weights)
        with np.errstate(divide="ignore", invalid="ignore"):
            means.append(sums / n_seen)
    correlation = float(np.nanmean([_correlation(one, other) for one, other in zip(*means, strict=True)]))
    return 2 * correlation / (1 + correlation) if correlation > -1 else -1.0


def _correlation(one: Values, other: Values) -> float:
    """Pearson's r over the bins in which both halves are seen; 0 where one does not move."""
    is_common = ~np.isnan(one + other)
    first, second = (part[is_common] - part[is_common].mean() for part in (one, other))
    spread = np.sqrt((first @ first) * (second @ second))
    return float(first @ second / spread) if spread else 0.0
