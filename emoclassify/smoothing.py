"""One smoother for every curve that is drawn and searched."""

import numpy as np
import numpy.typing as npt

REACH_BINS = 3
"""A bin looks at its neighbours nearer than this on each side: at two."""

N_SMOOTHED_BINS = 2 * REACH_BINS - 1
"""As many bins make a smoothed one."""

Values = npt.NDArray[np.float64]


def runs_of(is_scored: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The stretches of True, (first, behind the last) of each, in order; bool (n,)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_scored, [False])).astype(np.int8)))
    return [(int(first), int(stop)) for first, stop in zip(edges[::2], edges[1::2], strict=True)]


def smoothing_weights(is_scored: npt.NDArray[np.bool_]) -> Values:
    """The weights that make a smoothed bin: a mean over time, the nearer the heavier, never across a gap.

    The weights fall with distance as Cleveland's tricube (1979, "Robust locally weighted regression"). Beside an end or
    a gap, where there are bins on one side only, the reach grows until as many bins count as in the middle. So a value
    at an end is as steady as any other, and noise has its extremes there no more often than elsewhere; a line fitted to
    fewer bins (or a mean of fewer) has them there two to four times as often.

    Args:
        is_scored: bool (n,), False in gaps.

    Returns:
        float64 (n, n); row i has the weights of bin i, none below 0, sum 1; all 0 in a gap.
    """
    weights = np.zeros((len(is_scored), len(is_scored)))
    for first, stop in runs_of(is_scored):
        weights[first:stop, first:stop] = _weights_of_run(stop - first)
    return weights


def _weights_of_run(n_bins: int) -> Values:
    distances = np.abs(np.subtract.outer(np.arange(n_bins), np.arange(n_bins))).astype(np.float64)
    farthest = np.sort(distances, axis=1)[:, min(N_SMOOTHED_BINS, n_bins) - 1]
    reaches = np.maximum(REACH_BINS, farthest + 1)
    weights = np.clip(1 - (distances / reaches[:, None]) ** 3, 0, None) ** 3
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float64)


def smoothed(values: npt.NDArray[np.float32]) -> Values:
    """Values of bins without their jitter (see `smoothing_weights`).

    Args:
        values: float32 (n,) or (n, k), NaN in gaps.

    Returns:
        float64 of the same shape; NaN where `values` is. Rows that sum to 1 still do.
    """
    is_gap = np.isnan(values.reshape(len(values), -1).sum(axis=1))
    weights = smoothing_weights(~is_gap)
    lines = weights @ np.where(np.isnan(values), 0, values).astype(np.float64)
    lines[is_gap] = np.nan
    return lines
