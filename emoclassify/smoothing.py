"""Smoothing over time: the one filter between what is read of a face and what is shown of it. numpy only."""

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
