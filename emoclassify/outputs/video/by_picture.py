"""What an analysis found in any picture of a recording, also in those between the sampled frames."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emoclassify.analysis import Analysis
from emoclassify.faces.reading import FaceReading
from emoclassify.labels import Scores
from emoclassify.voice.reading import VoiceReading

BoxesXyxy = npt.NDArray[np.float64]
"""float64 (n, 4): left, top, right, bottom, pixels of the upright frame."""

NEAR_SIDES = 1.5
"""Two boxes whose centres are further apart than so many sides of the larger one are not the same face."""

COVERED_BEFORE_S = 1.0
"""How long before it is first found a face is covered: a new face beside others may be found that late."""

COVERED_AFTER_S = 0.5
"""How long a face is covered after it was last found."""

_COVER_MARGIN = 0.3  # of a box's width and height, added on each side: a box reaches only from brow to chin


@dataclass(frozen=True)
class ShownFace:
    """A face as it is shown in one picture."""

    reading: FaceReading
    """That of the sampled frame at or before the picture."""
    scores: Scores | None
    """float32 (7,): the scores that are shown with it (see `Analysis.shown_timeline`); None for a doubtful reading."""
    box_xyxy: npt.NDArray[np.float64]
    """float64 (4,): where the face is in this picture, interpolated between two sampled frames."""


class PictureLookup:
    """Looks up the faces and the voice of any picture in an analysis."""

    def __init__(self, analysis: Analysis) -> None:
        self._voices = [segment.voice for segment in analysis.segments]
        self._frame_indices = np.array([sampled.frame for sampled in analysis.frames], dtype=np.int64)
        self._times_s = np.array([sampled.time_s for sampled in analysis.frames], dtype=np.float64)
        sample_of_frame = {sampled.frame: i for i, sampled in enumerate(analysis.frames)}
        self._faces: list[dict[int, FaceReading]] = [{} for _ in sample_of_frame]
        boxes: list[list[tuple[float, float, float, float]]] = [[] for _ in sample_of_frame]
        for reading in analysis.faces:
            self._faces[sample_of_frame[reading.frame]][reading.person] = reading
            boxes[sample_of_frame[reading.frame]].append(reading.box_xyxy)
        for other in analysis.others:
            boxes[sample_of_frame[other.frame]].append(other.box_xyxy)
        self._shown_scores = {person: analysis.shown_timeline(person).scores for person in analysis.persons}
        self._boxes_by_sample = [_boxes(sample_boxes) for sample_boxes in boxes]

    def faces(self, index: int, time_s: float) -> list[ShownFace]:
        """The faces of a picture, in order of their persons.

        Between two sampled frames these are the faces found in both, if they are near each other; after the last one
        there are none.

        Args:
            index: of the picture among the decoded ones, from 0.
            time_s: of the picture.
        """
        sample = self._sample_before(index)
        if sample < 0:
            return []
        readings = self._faces[sample]
        if self._frame_indices[sample] == index:
            return [self._face(sample, person, np.array(readings[person].box_xyxy)) for person in sorted(readings)]
        if sample + 1 == len(self._faces):
            return []
        share = (time_s - self._times_s[sample]) / (self._times_s[sample + 1] - self._times_s[sample])
        shown_faces = []
        for person in sorted(readings.keys() & self._faces[sample + 1].keys()):
            before, after = (np.array(faces[person].box_xyxy) for faces in (readings, self._faces[sample + 1]))
            if _are_near(before[None], after[None]).all():
                shown_faces.append(self._face(sample, person, before + share * (after - before)))
        return shown_faces

    def covers(self, index: int, time_s: float) -> BoxesXyxy:
        """Boxes that hide every face in a picture, wherever it moves between sampled frames; they are generous.

        They cover the boxes of the sampled frames around the picture, of those up to COVERED_BEFORE_S after and up to
        COVERED_AFTER_S before it, and the paths between them.
        """
        sample, n = self._sample_before(index), len(self._boxes_by_sample)
        first = min(max(sample, 0), int(np.searchsorted(self._times_s, time_s - COVERED_AFTER_S)))
        last = max(min(sample + 1, n - 1), int(np.searchsorted(self._times_s, time_s + COVERED_BEFORE_S, "right")) - 1)
        samples = range(first, last + 1) if n else range(0)
        covers = [self._boxes_by_sample[i] for i in samples]
        covers += [_path_boxes(self._boxes_by_sample[i], self._boxes_by_sample[i + 1]) for i in samples[:-1]]
        return _grown(np.concatenate(covers)) if covers else _boxes([])

    def voice(self, time_s: float) -> VoiceReading | None:
        """The stretch of speech at a time; None where nobody speaks."""
        return next((voice for voice in self._voices if voice.span.start_s <= time_s < voice.span.end_s), None)

    def _face(self, sample: int, person: int, box_xyxy: npt.NDArray[np.float64]) -> ShownFace:
        reading = self._faces[sample][person]
        return ShownFace(reading, self._shown_scores[person][sample] if reading.quality_ok else None, box_xyxy)

    def _sample_before(self, index: int) -> int:
        """Place among the sampled frames of the one at or before a picture, from 0; -1 where there is none."""
        return int(np.searchsorted(self._frame_indices, index, side="right")) - 1


def _boxes(boxes: list[tuple[float, float, float, float]]) -> BoxesXyxy:
    return np.array(boxes, dtype=np.float64).reshape(-1, 4)


def _are_near(a: BoxesXyxy, b: BoxesXyxy) -> npt.NDArray[np.bool_]:
    """Which boxes of a, (n, 4), and b, (m, 4), are near enough to be one face that moves; bool (n, m)."""
    centre_offsets = (a[:, None, :2] + a[:, None, 2:] - b[None, :, :2] - b[None, :, 2:]) / 2
    sides = [np.sqrt(np.maximum(boxes[:, 2:] - boxes[:, :2], 1).prod(axis=1)) for boxes in (a, b)]
    limits = NEAR_SIDES * np.maximum(sides[0][:, None], sides[1][None])
    return np.asarray(np.linalg.norm(centre_offsets, axis=2) <= limits)


def _path_boxes(a: BoxesXyxy, b: BoxesXyxy) -> BoxesXyxy:
    """For each pair of boxes that may be one face the box around both; (n, 4), (m, 4) -> (k, 4)."""
    i, j = np.nonzero(_are_near(a, b))
    return np.concatenate([np.minimum(a[i, :2], b[j, :2]), np.maximum(a[i, 2:], b[j, 2:])], axis=1)


def _grown(boxes: BoxesXyxy) -> BoxesXyxy:
    margins = _COVER_MARGIN * (boxes[:, 2:] - boxes[:, :2])
    return np.concatenate([boxes[:, :2] - margins, boxes[:, 2:] + margins], axis=1)
