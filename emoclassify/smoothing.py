"""Smoothing over time: of readings, between what is read of a face and what is shown of it; and of the bins of curves,
as they are drawn and searched. numpy only."""

from itertools import count

import numpy as np
import numpy.typing as npt

from emoclassify.timeline import Timeline

READING_REACH_S = 0.8
"""A reading is shown together with those less than this before and after it, in seconds.

While a person speaks, the opening mouth alone turns single readings to surprise or joy and back, five times a second.
The widest reach (in tenths) that keeps two promises: a change of expression is shown at its full height, to nine
tenths, within half a second (0.44 s), and an expression of half a second still leads at its middle. What it does on
real recordings: video/RESULTS.md.
"""


def smoothed_readings(timeline: Timeline, shots: npt.NDArray[np.int64]) -> Timeline:
    """A person's readings as they are shown: each is the mean of those around it, so that they do not flicker.

    A reading counts by 1 - distance / READING_REACH_S: the kernel mean of Nadaraya (1964, "On estimating regression")
    and Watson with a triangle as its kernel. It looks as far ahead as back, so a change of expression is not delayed.
    A mean of scores is scores again: they sum to 1 and lie between those that were read.

    Args:
        timeline: of one person, read.
        shots: int64 (n,), never falling: which shot of the recording each moment belongs to. No mean reaches into
            another shot, where the expression may be another from one picture to the next.

    Returns:
        The same moments; a gap is where the timeline has one.
    """
    times_s, is_read = timeline.times_s, timeline.valid
    scores = np.where(is_read[:, None], timeline.scores, 0).astype(np.float64)
    sums, weights = scores.copy(), is_read.astype(np.float64)
    for step in count(1):
        apart_s = times_s[step:] - times_s[:-step]
        is_near = (apart_s < READING_REACH_S) & (shots[step:] == shots[:-step])
        if not is_near.any():  # those further away are not nearer
            break
        kernel = np.where(is_near, 1 - apart_s / READING_REACH_S, 0)
        sums[:-step] += kernel[:, None] * scores[step:]
        sums[step:] += kernel[:, None] * scores[:-step]
        weights[:-step] += kernel * is_read[step:]
        weights[step:] += kernel * is_read[:-step]
    means = np.full_like(scores, np.nan)
    means[is_read] = sums[is_read] / weights[is_read, None]
    return Timeline(times_s, means.astype(np.float32))


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


def smoothed_bins(values: npt.NDArray[np.float32]) -> Values:
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
