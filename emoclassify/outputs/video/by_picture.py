"""What is known of any picture of a recording, also of those between the sampled ones."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emoclassify.analysis import Analysis
from emoclassify.faces.reading import FaceReading
from emoclassify.voice.reading import VoiceReading

Boxes = npt.NDArray[np.float64]
"""float64 (n, 4): left, top, right, bottom, pixels of the upright frame."""

NEAR_SIDES = 1.5
"""A box further than so many of its sides from the one before is not the same face on its way."""

COVERED_BEFORE_S = 1.0
"""A face is covered so long before it is first found: beside others a new one may be found that late."""

COVERED_AFTER_S = 0.5
"""And so long after it was last found."""

_COVER_GROWS = 0.3  # of a box's sides, on each of them: a box ends at the brow and the chin


@dataclass(frozen=True)
class Seen:
    """A face as it is shown in one picture."""

    reading: FaceReading
    """Of the sampled frame at or before the picture."""
    box_xyxy: npt.NDArray[np.float64]
    """float64 (4,): where the face is, on the way from one sampled frame to the next."""


class Moments:
    """The findings of an analysis, by picture."""

    def __init__(self, analysis: Analysis) -> None:
        self._voices = [segment.voice for segment in analysis.segments]
        self._indices = np.array([sampled.frame for sampled in analysis.frames], dtype=np.int64)
        self._times_s = np.array([sampled.time_s for sampled in analysis.frames], dtype=np.float64)
        place = {sampled.frame: i for i, sampled in enumerate(analysis.frames)}
        self._faces: list[dict[int, FaceReading]] = [{} for _ in place]
        found: list[list[tuple[float, float, float, float]]] = [[] for _ in place]
        for reading in analysis.faces:
            self._faces[place[reading.frame]][reading.person] = reading
            found[place[reading.frame]].append(reading.box_xyxy)
        for other in analysis.others:
            found[place[other.frame]].append(other.box_xyxy)
        self._found = [_boxes(boxes) for boxes in found]

    def faces(self, index: int, time_s: float) -> list[Seen]:
        """The faces of a picture, by person.

        Between two sampled frames only those found in both, near each other; beyond the last one none.
        """
        at = self._at(index)
        if at < 0:
            return []
        here = self._faces[at]
        if self._indices[at] == index:
            return [Seen(here[person], np.array(here[person].box_xyxy)) for person in sorted(here)]
        if at + 1 == len(self._faces):
            return []
        share = (time_s - self._times_s[at]) / (self._times_s[at + 1] - self._times_s[at])
        seen = []
        for person in sorted(here.keys() & self._faces[at + 1].keys()):
            before, after = (np.array(faces[person].box_xyxy) for faces in (here, self._faces[at + 1]))
            if _near(before[None], after[None]).all():
                seen.append(Seen(here[person], before + share * (after - before)))
        return seen

    def covers(self, index: int, time_s: float) -> Boxes:
        """What hides every face found near a picture in time, wherever it is on its way: rather too much.

        The boxes of the sampled frames around the picture and of those within COVERED_BEFORE_S after and
        COVERED_AFTER_S before it, and the way between them.
        """
        at, n = self._at(index), len(self._found)
        first = min(max(at, 0), int(np.searchsorted(self._times_s, time_s - COVERED_AFTER_S)))
        last = max(min(at + 1, n - 1), int(np.searchsorted(self._times_s, time_s + COVERED_BEFORE_S, "right")) - 1)
        around = range(first, last + 1) if n else range(0)
        covers = [self._found[i] for i in around]
        covers += [_ways(self._found[i], self._found[i + 1]) for i in around[:-1]]
        return _grown(np.concatenate(covers)) if covers else _boxes([])

    def voice(self, time_s: float) -> VoiceReading | None:
        """The stretch of speech at a moment."""
        return next((voice for voice in self._voices if voice.span.start_s <= time_s < voice.span.end_s), None)

    def _at(self, index: int) -> int:
        """The sampled frame at or before a picture; -1 where there is none."""
        return int(np.searchsorted(self._indices, index, side="right")) - 1


def _boxes(boxes: list[tuple[float, float, float, float]]) -> Boxes:
    return np.array(boxes, dtype=np.float64).reshape(-1, 4)


def _near(a: Boxes, b: Boxes) -> npt.NDArray[np.bool_]:
    """Which boxes of a, (n, 4), and b, (m, 4), may be one face on its way; bool (n, m)."""
    apart = (a[:, None, :2] + a[:, None, 2:] - b[None, :, :2] - b[None, :, 2:]) / 2
    sides = [np.sqrt(np.maximum(boxes[:, 2:] - boxes[:, :2], 1).prod(axis=1)) for boxes in (a, b)]
    return np.asarray(np.linalg.norm(apart, axis=2) <= NEAR_SIDES * np.maximum(sides[0][:, None], sides[1][None]))


def _ways(a: Boxes, b: Boxes) -> Boxes:
    """The boxes around both, of each pair of boxes that may be one face; (n, 4), (m, 4) -> (k, 4)."""
    i, j = np.nonzero(_near(a, b))
    return np.concatenate([np.minimum(a[i, :2], b[j, :2]), np.maximum(a[i, 2:], b[j, 2:])], axis=1)


def _grown(boxes: Boxes) -> Boxes:
    more = _COVER_GROWS * (boxes[:, 2:] - boxes[:, :2])
    return np.concatenate([boxes[:, :2] - more, boxes[:, 2:] + more], axis=1)
