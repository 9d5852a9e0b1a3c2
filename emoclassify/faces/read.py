"""Frames to readings: find the faces, tell the persons apart, read the expressions in batches."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain, compress, islice
from typing import Protocol

import numpy as np
import numpy.typing as npt

from emoclassify.faces.appearance import Pixels, look_of, upright
from emoclassify.faces.baseline import Baseline
from emoclassify.faces.cuts import CutFinder
from emoclassify.faces.detections import Detections
from emoclassify.faces.detectors import Detector
from emoclassify.faces.doubles import is_double
from emoclassify.faces.lookout import STILL_CONFIDENCE, Lookout
from emoclassify.faces.motion import FaceMotion
from emoclassify.faces.persons import Ids, Persons, confirmed, numbered, ranked_by_area
from emoclassify.faces.picture import PictureMeter
from emoclassify.faces.quality import doubt, head_turn
from emoclassify.faces.reading import FaceReading, FrameTime, OtherFace, Unread, place_of
from emoclassify.faces.schedule import FaceFinder
from emoclassify.faces.screens import ScreenFinder
from emoclassify.faces.track import Tracker
from emoclassify.faces.upright import upright_crop
from emoclassify.faces.waiting import Waiting
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.media.nouns import Frame
from emoclassify.picture_options import Area
from emoclassify.prefetch import prefetch

_READERS = 2
"""How many batches are processed at once: one is prepared while the network reads the other."""

_SEARCHED_AHEAD = 2
"""In how many frames faces are found, in a thread, before the ones of the frame before them are described."""

Flags = npt.NDArray[np.bool_]


class Expressions(Protocol):
    """Reads expressions (see `faces.expressions.ExpressionModel`)."""

    at_once: int
    """How many crops to classify in one call."""

    def predict(self, crops: list[npt.NDArray[np.uint8]]) -> Scores:
        """Crops of faces -> float32 (n, 7); two threads may call it at once."""


@dataclass(frozen=True)
class FacesRead:
    """Every sampled frame, and every face read in them, in order of time."""

    frames: tuple[FrameTime, ...]
    readings: tuple[FaceReading, ...]
    unconfirmed: int = 0
    """How many faces were left out because no other face near them in time was of the same person."""
    others: tuple[OtherFace, ...] = ()
    """Every face that is not among the readings: the unconfirmed ones, with "largest" those of other persons, and those
    outside the area."""
    unlike: tuple[float, ...] = ()
    """How different person 2, 3 and so on are from person 1 (see `appearance.picture_distance`)."""
    pictures: tuple[int, ...] = ()
    """The persons who are not there themselves, beside one who is: photographs, on the wall or held, faces on a screen,
    mirror images; their numbers are the highest."""
    baselines: tuple[Baseline, ...] = ()
    """Each person's face at rest, where the readings are told against it."""


def read_faces(
    frames: Iterable[Frame],
    detector: Detector,
    expressions: Expressions,
    *,
    which: str,
    min_face: float,
    area: Area | None = None,
    still: bool = False,
    on_frame: Callable[[float], None] = lambda time_s: None,
    again: Iterable[Frame] | None = None,
) -> FacesRead:
    """Reads the faces of a stream of frames.

    Args:
        frames: upright, in order of time.
        detector: finds the faces.
        expressions: reads them.
        which: "all" for every person, "largest" for the one whose face area summed over time is the largest, which is
            known only at the end.
        min_face: the smallest face, as a share of the frame's shorter side.
        area: faces outside are not read, and belong to nobody; None: the whole picture.
        still: whether the only frame is a photograph: then a face must be surer.
        on_frame: called with the time of each frame once its faces are found, seconds.
        again: the same frames a second time, for a model that is slow: with them, all faces are found first and then
            only those of the result are read. Without them, faces are read while the next ones are found; with
            "largest" those that are not the largest of their frame wait until it is known whose they are.
    """
    search = _Search(Lookout(detector, STILL_CONFIDENCE if still else 0.0), min_face, area)
    unread, waiting = search.faces(frames, on_frame), Waiting()
    if again is not None:
        all_readings = [face for face, _ in unread]
    elif which == "all":
        all_readings = _read(unread, expressions)
    else:
        all_readings = waiting.all_found(_read(waiting.pass_largest(unread), expressions))
    persons = search.persons(all_readings)
    readings = [reading for reading in persons.readings if which == "all" or reading.person == 1]
    if again is not None:
        readings = _read(_crops(again, readings), expressions)
    else:
        readings = waiting.completed(readings, lambda faces: _read(faces, expressions))
    others = (*_others(all_readings, persons.readings, readings), *search.outside)
    n_unconfirmed = len(all_readings) - len(persons.readings)
    return FacesRead(tuple(search.times), tuple(readings), n_unconfirmed, others, persons.unlike, persons.pictures)


@dataclass(frozen=True)
class _OfPersons:
    """The confirmed readings, each with its person, and how different the persons are from person 1."""

    readings: list[FaceReading]
    unlike: tuple[float, ...]
    pictures: tuple[int, ...]


class _Search:
    """Finds the faces of a stream of frames and tells the persons apart."""

    def __init__(self, detector: Detector, min_face: float, area: Area | None) -> None:
        self.times: list[FrameTime] = []
        self.outside: list[OtherFace] = []
        self._area = area
        self._persons, self._cuts, self._finder = Persons(), CutFinder(), FaceFinder(detector, min_face)
        self._tracker = Tracker(on_end=self._persons.add)
        self._picture, self._motion, self._screens = PictureMeter(), FaceMotion(), ScreenFinder()
        self._size_hw = (0, 0)  # of the newest frame

    def faces(self, frames: Iterable[Frame], on_frame: Callable[[float], None]) -> Iterator[Unread]:
        """Yields every face; its `person` is the number of its track until `persons`."""
        for frame, cut, detections in prefetch(self._detected(frames), _SEARCHED_AHEAD):
            self._size_hw = (frame.rgb.shape[0], frame.rgb.shape[1])
            brightness, change = self._picture.measure(frame.rgb)
            self.times.append(FrameTime(frame.index, frame.time_s, cut=cut, brightness=brightness, change=change))
            self._screens.look(frame.rgb, frame.time_s)
            if cut:
                self._tracker.end()
                self._motion.forget()
            faces = [upright(frame.rgb, points) for points in detections.points_xy]
            tracks = self._tracker.assign(frame.time_s, detections.boxes_xyxy, list(map(look_of, faces)))
            for i, track in enumerate(tracks):
                own_change = self._motion.measure(track, frame.time_s, frame.rgb, detections.boxes_xyxy[i], faces[i])
                yield _unread(frame, detections, i, faces[i], track, own_change)
            on_frame(frame.time_s)

    def _detected(self, frames: Iterable[Frame]) -> Iterator[tuple[Frame, bool, Detections]]:
        """Yields every frame, whether a cut lies before it, and its faces inside the area; notes those outside."""
        for frame in frames:
            cut = self._cuts.is_cut(frame.rgb)
            yield frame, cut, self._inside(frame, self._finder.find(frame, cut=cut))

    def _inside(self, frame: Frame, detections: Detections) -> Detections:
        if self._area is None:
            return detections
        size_hw = (frame.rgb.shape[0], frame.rgb.shape[1])
        boxes = [(float(box[0]), float(box[1]), float(box[2]), float(box[3])) for box in detections.boxes_xyxy]
        is_inside = [self._area.holds(box, size_hw) for box in boxes]
        pairs = zip(boxes, is_inside, strict=True)
        self.outside += [OtherFace(frame.index, box, outside=True) for box, inside in pairs if not inside]
        return detections.chosen(np.flatnonzero(is_inside))

    def persons(self, readings: list[FaceReading]) -> _OfPersons:
        """The confirmed readings, each with its person; to be called after all `faces`."""
        self._tracker.end()
        persons = np.array([self._persons.of[reading.person] for reading in readings], np.int64)
        times_s = np.array([reading.time_s for reading in readings])
        is_confirmed = confirmed(persons, times_s, np.array([sampled.time_s for sampled in self.times]))
        if not is_confirmed.any():
            return _OfPersons([], (), ())
        return self._ranked(persons[is_confirmed], list(compress(readings, is_confirmed)))

    def _ranked(self, persons: Ids, readings: list[FaceReading]) -> _OfPersons:
        """Readings of these persons, at least one, with the persons' numbers in the order of their faces' areas."""
        boxes = np.array([_inside(reading.box_xyxy, self._size_hw) for reading in readings], dtype=np.float32)
        ranked = ranked_by_area(persons, boxes)
        is_picture = self._are_pictures(persons, readings, ranked)
        ranked = ranked[np.argsort(is_picture, kind="stable")]
        pairs = zip(readings, numbered(persons, ranked), strict=True)
        of_persons = [replace(reading, person=int(number)) for reading, number in pairs]
        pictures = range(len(ranked) - int(is_picture.sum()) + 1, len(ranked) + 1)
        return _OfPersons(of_persons, self._persons.unlike(ranked.tolist()), tuple(pictures))

    def _are_pictures(self, persons: Ids, readings: list[FaceReading], ranked: Ids) -> Flags:
        """Which of the ranked persons are not there themselves; none where nobody else is: then nobody is mistaken.

        Args:
            persons: int64 (n,), the person of each reading.
            readings: n, each with the number of its track in the place of its person.
            ranked: int64 (k,), each person once.
        """
        faces = {int(person): list(compress(readings, persons == person)) for person in ranked}
        flags: list[bool] = []
        owners: list[int] = []
        for person, of_person in faces.items():
            own_changes = [reading.own_change for reading in of_person if reading.own_change is not None]
            is_picture = (
                self._motion.is_picture({reading.person for reading in of_person}, own_changes)
                or self._screens.are_on_screen(of_person)
                or any(self._is_double(owner, person, faces) for owner in owners)
            )
            flags.append(is_picture)
            owners += [] if is_picture else [person]  # the nearer ones first: a mirror image is smaller than its owner
        return np.zeros(len(ranked), bool) if all(flags) else np.array(flags)

    def _is_double(self, owner: int, other: int, faces: dict[int, list[FaceReading]]) -> bool:
        of_owner, of_other = ({reading.frame: reading for reading in faces[person]} for person in (owner, other))
        return is_double(of_owner, of_other, self._persons.looks(owner), self._persons.looks(other))


def _crops(frames: Iterable[Frame], readings: list[FaceReading]) -> Iterator[Unread]:
    """Yields readings with their crops, cut from their frames, in order of time."""
    by_frame: dict[int, list[FaceReading]] = {}
    for reading in readings:
        by_frame.setdefault(reading.frame, []).append(reading)
    for frame in frames:
        for reading in by_frame.get(frame.index, ()):
            yield reading, upright_crop(frame.rgb, reading.box_xyxy, reading.turn.roll)


def _unread(
    frame: Frame, detections: Detections, row: int, upright_face: Pixels, track: int, own_change: float | None
) -> Unread:
    """One face of a frame as a reading without scores, with its crop; its `person` is the number of its track."""
    turn = head_turn(detections.points_xy[row])
    x0, y0, x1, y1 = (float(value) for value in detections.boxes_xyxy[row])
    crop, size_hw = upright_crop(frame.rgb, (x0, y0, x1, y1), turn.roll), (frame.rgb.shape[0], frame.rgb.shape[1])
    reading = FaceReading(
        frame=frame.index,
        time_s=frame.time_s,
        person=track,
        box_xyxy=(x0, y0, x1, y1),
        detector_confidence=float(detections.confidence[row]),
        scores=np.full(len(EMOTIONS), np.nan, np.float32),
        turn=turn,
        quality_reason=doubt(crop, detections.boxes_xyxy[row], turn, size_hw, upright_face),
        own_change=own_change,
    )
    return reading, crop


def _read(unread: Iterable[Unread], expressions: Expressions) -> list[FaceReading]:
    """The readings with their scores, in order; threads read the batches while the next one is collected."""
    readings: list[FaceReading] = []
    scores: list[Scores] = []
    under_way: deque[Future[Scores]] = deque()
    with ThreadPoolExecutor(_READERS, thread_name_prefix="expressions") as pool:
        for batch in _batches(unread, expressions.at_once):
            readings += [face for face, _ in batch]
            if len(under_way) == _READERS:
                scores.append(under_way.popleft().result())
            under_way.append(pool.submit(expressions.predict, [crop for _, crop in batch]))
        scores += [future.result() for future in under_way]
    return [replace(face, scores=row) for face, row in zip(readings, chain.from_iterable(scores), strict=True)]


def _batches(unread: Iterable[Unread], length: int) -> Iterator[list[Unread]]:
    iterator = iter(unread)
    while batch := list(islice(iterator, length)):
        yield batch


def _others(
    all_readings: list[FaceReading], confirmed_readings: list[FaceReading], readings: list[FaceReading]
) -> tuple[OtherFace, ...]:
    person_at = {place_of(reading): reading.person for reading in confirmed_readings}
    places = set(map(place_of, readings))
    faces = map(place_of, all_readings)
    return tuple(OtherFace(*place, person_at.get(place, 0)) for place in faces if place not in places)


def _inside(box_xyxy: Sequence[float], size_hw: tuple[int, int]) -> list[float]:
    """The part of a box that is in the frame: a face that the edge cuts counts by what is seen of it."""
    height, width = size_hw
    return [min(max(edge, 0.0), float(side)) for edge, side in zip(box_xyxy, (width, height) * 2, strict=True)]
