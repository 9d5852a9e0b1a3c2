"""Key moments: where the drawn valence peaks, and where it turns from one sign to the other.

All are searched in the curve that is drawn (`Curve.drawn_scores`), and only what stands out from the recording's own
noise is one (`noise.py`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from emoclassify.curves import Curve
from emoclassify.labels import Scores, valence
from emoclassify.noise import noise_limit, searched_bins
from emoclassify.smoothing import N_SMOOTHED_BINS

HIGHEST, LOWEST, RISES, FALLS = "highest valence", "lowest valence", "turns positive", "turns negative"

LEAST_CHANGE = 0.2
"""Nearer to the median of its curve than this, nothing is a moment, however quiet the recording is."""

MOST_MOMENTS = 8
"""No more key moments than this in one recording."""

_SWIFT_BINS = 2 * N_SMOOTHED_BINS  # a change of sign that takes longer is no point in time

_SAME_VALUE = 0.02  # two values of a curve that differ by less count as equal: both belong to one plateau

Values = npt.NDArray[np.float64]
Measure = Callable[[Scores], npt.NDArray[np.float32]]
"""A figure of scores, (n, 7) -> (n,): valence, or the share of a group."""


@dataclass(frozen=True)
class Moment:
    """One point in time at which the drawn valence peaks or changes its sign.

    Attributes:
        bin: index of the bin of the curve, from 0.
        time_s: the middle of that bin, seconds.
        kind: HIGHEST, LOWEST, RISES or FALLS.
        valence: the drawn valence of that bin, -1..1.
        scores: the drawn scores of that bin, float32 (7,).
    """

    bin: int
    time_s: float
    kind: str
    valence: float
    scores: Scores


def highest_time_s(curve: Curve, measure: Measure, end_s: float) -> float | None:
    """When a measure is highest in the drawn curve, seconds; None where it never stands out from its noise."""
    _, highest = _extremes(curve, measure, _limit(curve, measure))
    return None if highest is None else _middle_s(curve, end_s, highest)


def key_moments(curve: Curve, end_s: float) -> list[Moment]:
    """The peaks and the strongest turns of the valence, in order of time; none where nothing stands out.

    Args:
        curve: of one person, or of the voice.
        end_s: where the recording ends.
    """
    limit = _limit(curve, valence)
    extremes = zip(_extremes(curve, valence, limit), (LOWEST, HIGHEST), strict=True)
    kinds = {i: kind for i, kind in extremes if i is not None}
    for i, _, kind in sorted(_turns(_searched_line(curve, valence), limit), key=lambda turn: -turn[1]):
        if len(kinds) < MOST_MOMENTS:
            kinds.setdefault(i, kind)
    return [_moment(curve, end_s, i, kinds[i]) for i in sorted(kinds)]


def _limit(curve: Curve, measure: Measure) -> float:
    """How far from the median a moment lies at least."""
    return max(LEAST_CHANGE, noise_limit(measure(curve.bins.scores).astype(np.float64)))


def _searched_line(curve: Curve, measure: Measure) -> Values:
    """The drawn values, float64 (m,); NaN in gaps and in stretches too short to be searched."""
    line = measure(curve.drawn_scores).astype(np.float64)
    line[~searched_bins(~curve.gaps)] = np.nan
    return line


def _extremes(curve: Curve, measure: Measure, limit: float) -> tuple[int | None, int | None]:
    """The bins with the lowest and the highest value; None for one nearer to the median than `limit`."""
    line = _searched_line(curve, measure)
    if np.isnan(line).all():
        return None, None
    distances = line - np.nanmedian(measure(curve.bins.scores))
    lowest = _plateau_middle(-line) if -np.nanmin(distances) >= limit else None
    return lowest, _plateau_middle(line) if np.nanmax(distances) >= limit else None


def _plateau_middle(line: Values) -> int:
    """The middle of the stretch of nearly equal values around the (first) highest one; float64 (m,), not all NaN."""
    top = int(np.nanargmax(line))
    lower_bins = np.flatnonzero(~(line >= line[top] - _SAME_VALUE))
    before, after = lower_bins[lower_bins < top], lower_bins[lower_bins > top]
    first = int(before[-1]) + 1 if len(before) else 0
    last = int(after[0]) - 1 if len(after) else len(line) - 1
    return (first + last) // 2


def _turns(line: Values, limit: float) -> Iterator[tuple[int, float, str]]:
    """Each change of sign between two sides that both stand out: its bin, how strong it is, and RISES or FALLS.

    A side stands out where it comes `limit` away from 0, and the other does so soon before or after. The bin is the
    first one on the new side, after the last one on the old side; after a change during a gap the first one behind the
    gap. The strength is the smaller of the largest absolute values of both sides.
    """
    strong_bins = np.flatnonzero(np.abs(line) >= limit)
    signs = np.sign(line[strong_bins])
    sides = np.split(strong_bins, np.flatnonzero(np.diff(signs)) + 1)
    for old, new in pairwise(sides):
        if new[0] - old[-1] > _SWIFT_BINS:
            continue
        sign = np.sign(line[new[0]])
        is_old = sign * line[old[-1] : new[0] + 1] <= 0
        last_old = int(old[-1]) + int(np.flatnonzero(is_old)[-1])
        first_new = next(i for i in range(last_old + 1, new[0] + 1) if not np.isnan(line[i]))
        strength = float(min(np.abs(line[old]).max(), np.abs(line[new]).max()))
        yield first_new, strength, RISES if sign > 0 else FALLS


def _moment(curve: Curve, end_s: float, i: int, kind: str) -> Moment:
    scores = curve.drawn_scores[i]
    return Moment(i, _middle_s(curve, end_s, i), kind, float(valence(scores)), scores)


def _middle_s(curve: Curve, end_s: float, i: int) -> float:
    """The middle of a bin, seconds; the last bin ends with the recording."""
    return float(curve.edges_s[i] + min(curve.edges_s[i + 1], end_s)) / 2
