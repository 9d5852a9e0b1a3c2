"""Key moments: where the smoothed valence peaks, and where it turns from one sign to the other."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emoclassify.labels import Scores
from emoclassify.outputs.tracks import Track

HIGHEST, LOWEST, RISES, FALLS = "highest valence", "lowest valence", "turns positive", "turns negative"

STEADY = 0.2
"""Within this range of smoothed valence nothing is a moment."""

MOST = 8
"""Moments told of one recording."""

_SIDE = 0.1  # a valence nearer to 0 is on neither side

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Moment:
    """Something that happens in the smoothed valence.

    Attributes:
        time_s: when: the middle of its bin.
        kind: HIGHEST, LOWEST, RISES or FALLS.
        valence: there, smoothed, -1..1.
        scores: of that bin, float32 (7,).
    """

    time_s: float
    kind: str
    valence: float
    scores: Scores


def key_moments(track: Track) -> list[Moment]:
    """The highest and the lowest point and the strongest turns, in order of time; none where valence hardly changes."""
    line = track.smoothed_valence
    known = np.flatnonzero(~np.isnan(line))
    if not len(known) or np.ptp(line[known]) < STEADY:
        return []
    lowest, highest = known[line[known].argmin()], known[line[known].argmax()]
    found = {int(highest): HIGHEST, int(lowest): LOWEST}
    turns = sorted(_turns(line, known), key=lambda turn: -turn[1])
    for place, _, kind in turns:
        if len(found) < MOST:
            found.setdefault(place, kind)
    return [_moment(track, line, place, found[place]) for place in sorted(found)]


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


def _moment(track: Track, line: Values, place: int, kind: str) -> Moment:
    time_s = float(track.edges_s[place] + track.edges_s[place + 1]) / 2
    return Moment(time_s, kind, float(line[place]), track.bins.scores[place])
