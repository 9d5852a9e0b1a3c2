"""Key moments: where the smoothed valence peaks, and where it turns from one sign to the other."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emoclassify.curves import Curve
from emoclassify.labels import Scores

HIGHEST, LOWEST, RISES, FALLS = "highest valence", "lowest valence", "turns positive", "turns negative"

STEADY = 0.2
"""Within this range of smoothed valence nothing is a moment."""

MOST = 8
"""Moments told of one recording."""

_SAME = 0.02  # two valences nearer to each other are as good as the same
_SIDE = 0.1  # a valence nearer to 0 is on neither side

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Moment:
    """Something that happens in the smoothed valence.

    Attributes:
        bin: of the curve.
        time_s: when: the middle of that bin.
        kind: HIGHEST, LOWEST, RISES or FALLS.
        valence: there, smoothed, -1..1.
        scores: there, smoothed as the valence, float32 (7,).
    """

    bin: int
    time_s: float
    kind: str
    valence: float
    scores: Scores


def peaks(curve: Curve, end_s: float) -> tuple[Moment, Moment] | None:
    """The lowest and the highest point, the middle of the first stretch that is as good as it; None without scores."""
    line = curve.smoothed_valence
    if np.isnan(line).all():
        return None
    lowest, highest = _middle(line <= np.nanmin(line) + _SAME), _middle(line >= np.nanmax(line) - _SAME)
    return _moment(curve, end_s, lowest, LOWEST), _moment(curve, end_s, highest, HIGHEST)


def _middle(good: npt.NDArray[np.bool_]) -> int:
    """The place in the middle of the first run of good ones."""
    start = int(good.argmax())
    length = int(np.append(good[start:], False).argmin())
    return start + (length - 1) // 2


def key_moments(curve: Curve, end_s: float) -> list[Moment]:
    """The peaks and the strongest turns, in order of time; none where valence hardly changes.

    Args:
        curve: of one person, or of the voice.
        end_s: where the recording ends.
    """
    ends = peaks(curve, end_s)
    if ends is None or ends[1].valence - ends[0].valence < STEADY:
        return []
    line = curve.smoothed_valence
    known = np.flatnonzero(~np.isnan(line))
    found = {moment.bin: moment.kind for moment in ends}
    turns = sorted(_turns(line, known), key=lambda turn: -turn[1])
    for place, _, kind in turns:
        if len(found) < MOST:
            found.setdefault(place, kind)
    return [_moment(curve, end_s, place, found[place]) for place in sorted(found)]


def _turns(line: Values, known: npt.NDArray[np.intp]) -> Iterator[tuple[int, float, str]]:
    """Where the line comes to the other side of 0, how far it had been on the first and goes on the second, and which.

    A turn is told of the first bin on the other side; what happened in a gap is told of the first bin after it.
    """
    sides = [int(place) for place in known if abs(line[place]) >= _SIDE]
    starts = [i for i in range(len(sides)) if i == 0 or np.sign(line[sides[i]]) != np.sign(line[sides[i - 1]])]
    ends = [*starts[1:], len(sides)]
    reach = [max(abs(line[sides[start:end]])) for start, end in zip(starts, ends, strict=True)]
    for i in range(1, len(starts)):
        place = sides[starts[i]]
        yield place, float(min(reach[i - 1], reach[i])), RISES if line[place] > 0 else FALLS


def _moment(curve: Curve, end_s: float, place: int, kind: str) -> Moment:
    start_s, stop_s = curve.edges_s[place], min(curve.edges_s[place + 1], end_s)
    value = float(curve.smoothed_valence[place])
    return Moment(place, float(start_s + stop_s) / 2, kind, value, curve.smoothed_scores[place])
