"""Frames to readings: find the faces, tell the persons apart, read the expressions in batches."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain, compress, islice
from typing import Protocol

import numpy as np
import numpy.typing as npt

from emoclassify.faces.appearance import describe
from emoclassify.faces.cuts import CutFinder
from emoclassify.faces.detections import Detections
from emoclassify.faces.detectors import Detector
from emoclassify.faces.expressions import crop_face
from emoclassify.faces.persons import Persons, confirmed, number_by_area
from emoclassify.faces.quality import doubt, head_turn
from emoclassify.faces.reading import FaceReading, FrameTime, OtherFace
from emoclassify.faces.schedule import FaceFinder
from emoclassify.faces.track import Tracker
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.media.nouns import Frame

_READERS = 2
"""Batches under way: one is prepared while the network reads the other."""

Unread = tuple[FaceReading, npt.NDArray[np.uint8]]
"""A reading without scores yet, and the crop to be read."""


class Expressions(Protocol):
    """What reads expressions (see `faces.expressions.ExpressionModel`)."""

    at_once: int
    """How many crops are best given in one call."""

    def predict(self, crops: list[npt.NDArray[np.uint8]]) -> Scores:
        """Crops of faces -> float32 (n, 7); two threads may call it at once."""


@dataclass(frozen=True)
class FacesRead:
    """Every sampled frame, and every face read in them, in order of time."""

    frames: tuple[FrameTime, ...]
    readings: tuple[FaceReading, ...]
    unconfirmed: int = 0
    """Faces that were left out, since nothing near them in time was of the same person."""
    others: tuple[OtherFace, ...] = ()
    """Every face that is not among the readings: those, and with "largest" the other persons'."""


def read_faces(
    frames: Iterable[Frame],
    detector: Detector,
    expressions: Expressions,
    *,
    which: str,
    min_face: float,
    on_frame: Callable[[float], None] = lambda time_s: None,
    again: Iterable[Frame] | None = None,
) -> FacesRead:
    """Reads the faces of a stream of frames.

    Args:
        frames: upright, in order of time.
        detector: finds the faces.
        expressions: reads them.
        which: "all" keeps every person, "largest" the main one: whose face area summed over time is the largest. Who
            that is shows at the end.
        min_face: the smallest face, as a share of the frame's shorter side.
        on_frame: told the time of each frame once its faces are found.
        again: the same frames once more, for expressions that take long to read: with them only the faces that are
            kept are read, after all were found. Without them, every face while the next are found.
    """
    search = _Search(detector, min_face)
    unread = search.faces(frames, on_frame)
    found = _read(unread, expressions) if again is None else [face for face, _ in unread]
    readings = search.of_persons(found)
    kept = readings if which == "all" else [reading for reading in readings if reading.person == 1]
    if again is not None:
        kept = _read(_crops(again, kept), expressions)
    return FacesRead(tuple(search.times), tuple(kept), len(found) - len(readings), _others(found, kept))


class _Search:
    """The faces of a stream of frames, and whose each was."""

    def __init__(self, detector: Detector, min_face: float) -> None:
        self.times: list[FrameTime] = []
        self._persons, self._cuts, self._finder = Persons(), CutFinder(), FaceFinder(detector, min_face)
        self._tracker = Tracker(on_end=self._persons.add)

    def faces(self, frames: Iterable[Frame], on_frame: Callable[[float], None]) -> Iterator[Unread]:
        """Every face, with its track in the place of its person."""
        for frame in frames:
            self.times.append(FrameTime(frame.index, frame.time_s))
            cut = self._cuts.is_cut(frame.rgb)
            found = self._finder.find(frame, cut=cut)
            if cut:
                self._tracker.end()
            looks = [describe(frame.rgb, points) for points in found.points_xy]
            tracks = self._tracker.assign(frame.time_s, found.boxes_xyxy, looks)
            yield from (_unread(frame, found, i, track) for i, track in enumerate(tracks))
            on_frame(frame.time_s)

    def of_persons(self, readings: list[FaceReading]) -> list[FaceReading]:
        """After all `faces`: the confirmed ones, each with its person."""
        self._tracker.end()
        return _of_persons(readings, self._persons.of, [sampled.time_s for sampled in self.times])


def _crops(frames: Iterable[Frame], readings: list[FaceReading]) -> Iterator[Unread]:
    """Readings with their crops, cut from their frames; in order of time."""
    by_frame: dict[int, list[FaceReading]] = {}
    for reading in readings:
        by_frame.setdefault(reading.frame, []).append(reading)
    for frame in frames:
        for reading in by_frame.get(frame.index, ()):
            yield reading, crop_face(frame.rgb, reading.box_xyxy)


def _unread(frame: Frame, found: Detections, i: int, track: int) -> Unread:
    """A reading without scores yet, with the crop to be read; in the place of its person is its track."""
    turn, crop = head_turn(found.points_xy[i]), crop_face(frame.rgb, found.boxes_xyxy[i])
    x0, y0, x1, y1 = (float(value) for value in found.boxes_xyxy[i])
    reading = FaceReading(
        frame=frame.index,
        time_s=frame.time_s,
        person=track,
        box_xyxy=(x0, y0, x1, y1),
        detector_confidence=float(found.confidence[i]),
        scores=np.full(len(EMOTIONS), np.nan, np.float32),
        turn=turn,
        quality_reason=doubt(crop, found.boxes_xyxy[i], turn, (frame.rgb.shape[0], frame.rgb.shape[1])),
    )
    return reading, crop


def _read(unread: Iterable[Unread], expressions: Expressions) -> list[FaceReading]:
    """The readings with their scores, in order; batches are read in threads beside while the next is put together."""
    readings: list[FaceReading] = []
    scores: list[Scores] = []
    under_way: deque[Future[Scores]] = deque()
    with ThreadPoolExecutor(_READERS, thread_name_prefix="expressions") as pool:
        for batch in _batches(unread, expressions.at_once):
            readings += [face for face, _ in batch]
            if len(under_way) == _READERS:
                scores.append(under_way.popleft().result())
            under_way.append(pool.submit(expressions.predict, [crop for _, crop in batch]))
        scores += [reading.result() for reading in under_way]
    return [replace(face, scores=row) for face, row in zip(readings, chain.from_iterable(scores), strict=True)]


def _batches(unread: Iterable[Unread], length: int) -> Iterator[list[Unread]]:
    iterator = iter(unread)
    while batch := list(islice(iterator, length)):
        yield batch


def _others(found: list[FaceReading], kept: list[FaceReading]) -> tuple[OtherFace, ...]:
    told = {(reading.frame, reading.box_xyxy) for reading in kept}
    faces = (OtherFace(reading.frame, reading.box_xyxy) for reading in found)
    return tuple(face for face in faces if (face.frame, face.box_xyxy) not in told)


def _of_persons(readings: list[FaceReading], person_of: dict[int, int], frames_s: list[float]) -> list[FaceReading]:
    """The confirmed readings, each with its person in the place of its track."""
    if not readings:
        return []
    persons = np.array([person_of[reading.person] for reading in readings])
    keep = confirmed(persons, np.array([reading.time_s for reading in readings]), np.array(frames_s))
    kept = list(compress(readings, keep))
    boxes = np.array([reading.box_xyxy for reading in kept], dtype=np.float32).reshape(-1, 4)
    numbers = number_by_area(persons[keep], boxes)
    return [replace(reading, person=int(number)) for reading, number in zip(kept, numbers, strict=True)]
