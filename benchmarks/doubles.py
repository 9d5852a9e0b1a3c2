"""Mirror images, copies on a monitor and films on a screen, made of clips with people: are they told from people?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from PIL import Image

from emoclassify.faces.detectors import Detector
from emoclassify.faces.doubles import moves_together
from emoclassify.faces.read import FacesRead, read_faces
from emoclassify.faces.reading import FaceReading
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.media.nouns import Frame, Rgb
from emoclassify.media.read import FrameStream, probe

_FPS, _LEAST_FRAMES, _MOST_FRAMES = 5, 30, 60
_HEIGHT_PX = 360  # of a clip in a made picture
_MIN_FACE = 0.06
_MIRRORS, _COPY = (0.6, 0.4), 0.5  # sizes beside their owner
_SHOTS = (10, 15)  # frames
_ROOM_WH, _PERSON_PX, _SCREEN_XYXY = (1280, 720), 300, (660, 20, 1240, 500)


class _Unread:
    """Reads no expression: none is asked for here."""

    at_once = 64

    def predict(self, crops: list[Rgb]) -> Scores:
        return np.full((len(crops), len(EMOTIONS)), 1 / len(EMOTIONS), np.float32)


@dataclass(frozen=True)
class _Clip:
    name: str
    frames: list[Rgb]


def doubles(detector: Detector, clips: Sequence[Path]) -> Iterator[str]:
    """What is told of each made recording, a line each; of the clips themselves first."""
    people = []
    for path in clips:
        frames = [frame.rgb for frame in FrameStream(path, probe(path), sample_fps=_FPS)][:_MOST_FRAMES]
        faces = _read(detector, frames)
        yield f"{path.name} as it is: {_summary(faces)}"
        if len({reading.person for reading in faces.readings}) == 1 and len(frames) >= _LEAST_FRAMES:
            people.append(_Clip(path.name, [_as_high(rgb, _HEIGHT_PX) for rgb in frames]))
    for clip in people:
        for size in _MIRRORS:
            images = [_smaller(rgb, size)[:, ::-1] for rgb in clip.frames]
            summary = _summary(_beside(detector, clip.frames, images))
            yield f"{clip.name} and its mirror image, {size} of its size: {summary}"
        copies = [_smaller(rgb, _COPY) for rgb in clip.frames]
        yield f"{clip.name} and its copy, {_COPY} of its size: {_summary(_beside(detector, clip.frames, copies))}"
    for one, other in combinations(people, 2):
        smaller = [_smaller(rgb, _MIRRORS[0]) for rgb in other.frames]
        yield f"{one.name} beside {other.name}: {_summary(_beside(detector, one.frames, smaller))}"
    for i, clip in enumerate(people):
        others = [other.frames for other in people[i + 1 :] + people[:i]]
        for n_frames in _SHOTS if len(others) > 1 else ():
            people_frames = (clip.frames + clip.frames[::-1])[:_MOST_FRAMES]
            film = _film(others, n_frames, len(people_frames))
            summary = _summary(_read(detector, [_room(*pair) for pair in zip(people_frames, film, strict=True)]))
            yield f"{clip.name} before a screen with a larger film, shots of {n_frames / _FPS:.0f} s: {summary}"


def _read(detector: Detector, frames: Sequence[Rgb]) -> FacesRead:
    timed = [Frame(i, i / _FPS, rgb) for i, rgb in enumerate(frames)]
    return read_faces(timed, detector, _Unread(), which="all", min_face=_MIN_FACE)


def _summary(result: FacesRead) -> str:
    """How many persons and pictures; where the main person is; how far the two who are there longest move together."""
    faces: dict[int, dict[int, FaceReading]] = {}
    for reading in result.readings:
        faces.setdefault(reading.person, {})[reading.frame] = reading
    if not faces:
        return "nobody"
    main = np.median([reading.box_xyxy for reading in result.readings if reading.person == 1], axis=0)
    longest = sorted(faces.values(), key=len)[-2:]
    together = max(moves_together(*longest)) if len(longest) > 1 else 0.0
    n_persons = len(faces) - len(result.pictures)
    return f"persons {n_persons}, pictures {len(result.pictures)}, main at x {main[0]:.0f}, together {together:.2f}"


def _beside(detector: Detector, larger: Sequence[Rgb], smaller: Sequence[Rgb]) -> FacesRead:
    """What is read where one film stands right of another, on grey."""
    frames = []
    for left, right in zip(larger, smaller, strict=False):
        rgb = np.full((left.shape[0], left.shape[1] + right.shape[1] + 20, 3), 90, np.uint8)
        rgb[:, : left.shape[1]] = left
        rgb[: right.shape[0], -right.shape[1] :] = right
        frames.append(rgb)
    return _read(detector, frames)


def _film(clips: Sequence[Sequence[Rgb]], n_shot: int, n: int) -> list[Rgb]:
    """Shots of several clips in turn."""
    film: list[Rgb] = []
    while len(film) < n:
        shot = len(film) // n_shot
        clip = clips[shot % len(clips)]
        start = (shot // len(clips)) * n_shot % max(1, len(clip) - n_shot)
        film += clip[start : start + n_shot]
    return film[:n]


def _room(person: Rgb, film: Rgb) -> Rgb:
    """Somebody in a room, and a screen on its wall."""
    coarse = np.random.default_rng(0).integers(60, 170, (9, 16, 3)).astype(np.uint8)
    room = np.asarray(Image.fromarray(coarse).resize(_ROOM_WH, Image.Resampling.BILINEAR)).copy()
    left, top, right, bottom = _SCREEN_XYXY
    room[top:bottom, left:right] = np.asarray(Image.fromarray(film).resize((right - left, bottom - top)))
    person = _as_high(person, _PERSON_PX)[:, : left - 40]
    room[-person.shape[0] :, 40 : 40 + person.shape[1]] = person
    noise = np.random.default_rng(int(film.sum()) % 10**6).normal(0, 3, room.shape)
    return np.clip(room + noise, 0, 255).astype(np.uint8)


def _as_high(rgb: Rgb, height_px: int) -> Rgb:
    return _smaller(rgb, height_px / rgb.shape[0])


def _smaller(rgb: Rgb, size: float) -> Rgb:
    picture = Image.fromarray(rgb)
    return np.asarray(picture.resize((round(picture.width * size), round(picture.height * size))))
