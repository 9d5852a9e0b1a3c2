"""Frames to readings: find the faces, tell the persons apart, read the expressions in batches."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from emoclassify.faces.detect import Detections
from emoclassify.faces.expressions import crop_face
from emoclassify.faces.quality import doubt, head_turn
from emoclassify.faces.reading import FaceReading, FrameTime
from emoclassify.faces.track import Tracker, number_by_area
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.media import Frame

BATCH = 32
"""Crops that are classified together: enough to fill two cores, and little to hold in memory."""


class Detector(Protocol):
    """What finds faces (see `faces.detect.FaceDetector`)."""

    def detect(self, rgb: npt.NDArray[np.uint8], min_face: float) -> Detections:
        """The faces of a frame, largest first."""


class Expressions(Protocol):
    """What reads expressions (see `faces.expressions.ExpressionModel`)."""

    def predict(self, crops: list[npt.NDArray[np.uint8]]) -> Scores:
        """Crops of faces -> float32 (n, 7)."""


@dataclass(frozen=True)
class FacesRead:
    """Every sampled frame, and every face read in them, in order of time."""

    frames: tuple[FrameTime, ...]
    readings: tuple[FaceReading, ...]


def read_faces(
    frames: Iterable[Frame],
    detector: Detector,
    expressions: Expressions,
    *,
    which: str,
    min_face: float,
    on_frame: Callable[[float], None] = lambda time_s: None,
) -> FacesRead:
    """Reads the faces of a stream of frames.

    Args:
        frames: upright, in order of time.
        detector: finds the faces.
        expressions: reads them.
        which: "largest" reads the largest face of each frame as person 1, "all" every face.
        min_face: the smallest face, as a share of the frame's shorter side.
        on_frame: told the time of each frame once its faces are found.
    """
    times: list[FrameTime] = []
    done: list[FaceReading] = []
    waiting: list[tuple[FaceReading, npt.NDArray[np.uint8]]] = []
    tracker = Tracker()
    for frame in frames:
        times.append(FrameTime(frame.index, frame.time_s))
        found = detector.detect(frame.rgb, min_face)
        found = found.first(1) if which == "largest" else found
        persons = [1] * len(found) if which == "largest" else tracker.assign(frame.time_s, found.boxes_xyxy)
        waiting += [
            (_unread(frame, found, i, persons[i]), crop_face(frame.rgb, found.boxes_xyxy[i])) for i in range(len(found))
        ]
        if len(waiting) >= BATCH:
            done += _read(waiting, expressions)
            waiting = []
        on_frame(frame.time_s)
    done += _read(waiting, expressions)
    return FacesRead(tuple(times), tuple(_numbered(done)))


def _unread(frame: Frame, found: Detections, i: int, person: int) -> FaceReading:
    turn = head_turn(found.points_xy[i])
    x0, y0, x1, y1 = (float(value) for value in found.boxes_xyxy[i])
    return FaceReading(
        frame=frame.index,
        time_s=frame.time_s,
        person=person,
        box_xyxy=(x0, y0, x1, y1),
        detector_confidence=float(found.confidence[i]),
        scores=np.full(len(EMOTIONS), np.nan, np.float32),
        turn=turn,
        quality_reason=doubt(found.boxes_xyxy[i], turn, (frame.rgb.shape[0], frame.rgb.shape[1])),
    )


def _read(waiting: list[tuple[FaceReading, npt.NDArray[np.uint8]]], expressions: Expressions) -> list[FaceReading]:
    if not waiting:
        return []
    scores = expressions.predict([crop for _, crop in waiting])
    return [replace(reading, scores=row) for (reading, _), row in zip(waiting, scores, strict=True)]


def _numbered(readings: list[FaceReading]) -> list[FaceReading]:
    if not readings:
        return []
    ids = np.array([reading.person for reading in readings], dtype=np.int64)
    boxes = np.array([reading.box_xyxy for reading in readings], dtype=np.float32)
    persons = number_by_area(ids, boxes)
    return [replace(reading, person=int(person)) for reading, person in zip(readings, persons, strict=True)]
