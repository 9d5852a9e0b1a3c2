"""Who is who: the program's following of faces beside ByteTrack's, on scenes in which every face's person is known."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks.scenes import SCENES, sampled
from emoclassify.faces.appearance import Look, describe
from emoclassify.faces.cuts import CutFinder
from emoclassify.faces.detections import Detections
from emoclassify.faces.detectors import Detector
from emoclassify.faces.persons import Persons
from emoclassify.faces.schedule import FaceFinder
from emoclassify.faces.track import Track, Tracker
from emoclassify.media.nouns import Frame

RATES_FPS = (25.0, 5.0, 2.0)
"""Sampled pictures a second."""

NOBODY = -1
_USUAL_FPS, _BUFFER_FRAMES = 30.0, 30  # of ByteTrack: its buffer of lost tracks is given in frames at this rate


@dataclass(frozen=True)
class PictureFaces:
    """The faces of one sampled picture.

    Attributes:
        time_s: of the picture.
        cut: whether a cut lies before it.
        detections: the faces.
        looks: one for each face.
        persons: who each face is in truth.
    """

    time_s: float
    cut: bool
    detections: Detections
    looks: list[Look]
    persons: list[int]


Ids = list[list[int]]
"""For each picture, the id of each face; NOBODY for none."""

Follow = Callable[[Sequence[PictureFaces], float], Ids]
"""Given the faces of a recording and the sampled pictures a second, says who is who."""


@dataclass(frozen=True)
class Identities:
    """How well ids fit persons.

    Attributes:
        n_persons: in truth.
        n_ids: given.
        switches: how often a person's id differs from that of the picture before in which the person has one.
        unnamed: share of the faces without an id, 0..1.
    right: share of the other faces whose id is the one of their person, each person having one id at most, 0..1.
    """

    n_persons: int
    n_ids: int
    switches: int
    unnamed: float
    right: float


def identities(persons: Sequence[Sequence[int]], ids: Ids) -> Identities:
    """Compares ids with the truth; faces of nobody are left out. At least one face of a person has an id."""
    all_pairs = [
        (person, number)
        for row in zip(persons, ids, strict=True)
        for person, number in zip(*row, strict=True)
        if person != NOBODY
    ]
    pairs = [(person, number) for person, number in all_pairs if number != NOBODY]
    true_names, names = sorted({person for person, _ in all_pairs}), sorted({number for _, number in pairs})
    counts = np.array([[pairs.count((person, number)) for number in names] for person in true_names])
    rows, columns = linear_sum_assignment(-counts)
    ids_of = [[number for who, number in pairs if who == person] for person in true_names]
    switches = sum(before != after for numbers in ids_of for before, after in pairwise(numbers))
    unnamed = 1 - len(pairs) / len(all_pairs)
    return Identities(len(true_names), len(names), switches, unnamed, int(counts[rows, columns].sum()) / len(pairs))


def look_at(detector: Detector, clips: Path, scene: str, fps: float) -> list[PictureFaces]:
    """The faces of a scene as the program finds them."""
    finder, cuts, pictures = FaceFinder(detector, 0.08), CutFinder(), []
    for i, (time_s, shot) in enumerate(sampled(list(SCENES[scene](clips)), fps)):
        cut = cuts.is_cut(shot.rgb)
        detections = finder.find(Frame(i, time_s, shot.rgb), cut=cut)
        centres_xy = detections.boxes_xyxy.reshape(-1, 2, 2).mean(axis=1)
        looks = [describe(shot.rgb, points) for points in detections.points_xy]
        pictures.append(PictureFaces(time_s, cut, detections, looks, [shot.person_at(x, y) for x, y in centres_xy]))
    return pictures


def ours(pictures: Sequence[PictureFaces], fps: float) -> Ids:
    """The program's own: tracks end at cuts, and persons are known again by their looks."""
    persons = Persons()
    tracker, tracks = Tracker(on_end=persons.add), []
    for picture in pictures:
        if picture.cut:
            tracker.end()
        tracks.append(tracker.assign(picture.time_s, picture.detections.boxes_xyxy, picture.looks))
    tracker.end()
    return [[persons.of[track] for track in row] for row in tracks]


def byte_track(pictures: Sequence[PictureFaces], fps: float) -> Ids:
    """ByteTrack as it is published, told the rate, and that one picture is enough to begin a track."""
    tracker = _tracker(fps)
    return [_ids(tracker, picture.detections) for picture in pictures]


def byte_track_with_looks(pictures: Sequence[PictureFaces], fps: float) -> Ids:
    """ByteTrack in the place of the program's tracker alone: its tracks end at cuts, and looks tell whose they are."""
    tracks: Ids = []
    first_of_shot, next_id = 0, 0
    tracker, persons = _tracker(fps), Persons()
    for i, picture in enumerate(pictures):
        if picture.cut:
            _add_tracks(persons, pictures, tracks, first_of_shot)
            tracker, first_of_shot = _tracker(fps), i
            next_id = 1 + max((number for row in tracks for number in row), default=NOBODY)
        tracks.append(
            [number if number == NOBODY else number + next_id for number in _ids(tracker, picture.detections)]
        )
    _add_tracks(persons, pictures, tracks, first_of_shot)
    return [[persons.of.get(track, NOBODY) for track in row] for row in tracks]


def _add_tracks(persons: Persons, pictures: Sequence[PictureFaces], tracks: Ids, first: int) -> None:
    """Gives the tracks of the shot that begins with a picture to persons, in the order in which they begin."""
    tracks_by_id: dict[int, Track] = {}
    for i in range(first, len(tracks)):
        picture = pictures[i]
        for box, look, number in zip(picture.detections.boxes_xyxy, picture.looks, tracks[i], strict=True):
            if number == NOBODY:
                continue
            if number in tracks_by_id:
                tracks_by_id[number].see(i, picture.time_s, box, look)
            else:
                tracks_by_id[number] = Track(number, box, picture.time_s, [look], look, frames={i})
    for track in tracks_by_id.values():
        persons.add(track)


def _tracker(fps: float) -> Any:
    from trackers import ByteTrackTracker

    return ByteTrackTracker(lost_track_buffer=_BUFFER_FRAMES, frame_rate=fps, minimum_consecutive_frames=1)


def _ids(tracker: Any, detections: Detections) -> list[int]:
    """The tracker's ids of the faces of the next picture, in their order."""
    from supervision import Detections as Boxes

    rows = np.arange(len(detections))
    boxes = Boxes(xyxy=detections.boxes_xyxy, confidence=detections.confidence, data={"row": rows})
    updated = tracker.update(boxes)
    id_of_row = dict(zip(updated.data.get("row", rows), updated.tracker_id, strict=True)) if len(updated) else {}
    return [int(id_of_row.get(row, NOBODY)) for row in rows]


OURS = "this program"

FOLLOWERS: dict[str, Follow] = {
    OURS: ours,
    "ByteTrack": byte_track,
    "ByteTrack, our cuts and looks": byte_track_with_looks,
}


def lines(detector: Detector, clips: Path, followers: Sequence[str]) -> Iterator[str]:
    """The figures, a line for each scene, rate and way of following."""
    for scene in SCENES:
        for fps in RATES_FPS:
            pictures = look_at(detector, clips, scene, fps)
            persons = [picture.persons for picture in pictures]
            for name in followers:
                result = identities(persons, FOLLOWERS[name](pictures, fps))
                yield (
                    f"{scene}, {fps:g} a second, {name}: {result.n_ids} ids of {result.n_persons} persons, "
                    f"{result.switches} switches, {result.unnamed:.1%} unnamed, {result.right:.1%} right"
                )
