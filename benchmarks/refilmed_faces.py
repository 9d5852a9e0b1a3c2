"""Can a face on a screen that does not cut be told by the rhythm of its pictures, or by its colours? No part of the
program.

A film of 24 or 25 pictures a second that a camera of 30 films from a screen shows a picture twice every few frames,
under new noise of the camera; a living face never does. Measured on made films, their windows of calls beside them.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.framed_faces import FRAME_XYXY, ROOM_WH, Screen, made_room, on_screen, seen_by_a_camera, stand
from emoclassify.faces.detectors import Detector
from emoclassify.media.nouns import Rgb
from emoclassify.media.read import FrameStream, probe

CAMERA_FPS, _N_FRAMES, _REFRESHES_HZ = 30, 66, 60
_MOST_FILMS = 4
_PHASE_S = 0.004  # between a picture of the screen and one of the camera
_PARTS = 4  # of a shutter's time that are averaged
_QUALITIES = (None, 18, 28)  # of x264; None: as it leaves the camera
_MIN_FACE = 0.06

_BLOCK_PX = 4
_AS_NOISE, _MOVES = 1.6, 2.0  # times the noise: what a repeated picture changes at most, and its neighbours at least
_LEAST_NOISE = 0.1  # grey levels of a block: less is no camera's, or was taken away by the encoder
_SHARES = (0.1, 0.35)  # of repeated pictures
_INTERVALS, _REGULAR = (4, 7), 0.6  # frames from one to the next, and how many of them have such

Floats = npt.NDArray[np.float32]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Shot:
    name: str
    frames: list[Rgb]


# The cues


def is_refilmed(frames: Sequence[Rgb], boxes_xyxy: Sequence[Box]) -> bool:
    """Whether the first face repeats its pictures in a film's rhythm, under the noise of the camera that films it.

    Args:
        frames: uint8 (H, W, 3), all pictures of a camera that stands still.
        boxes_xyxy: of all faces.
    """
    grey = np.stack([_blocks(rgb) for rgb in frames])
    changes = np.abs(np.diff(grey, axis=0))
    boxes = [tuple(round(edge / _BLOCK_PX) for edge in box) for box in boxes_xyxy]
    is_face = np.zeros(changes.shape[1:], bool)
    left, top, right, bottom = (max(edge, 0) for edge in boxes[0])
    is_face[top:bottom, left:right] = True
    # What stands still in most of the picture tells the noise: a quarter of it does, in a room.
    noise = np.percentile(changes[:, ~is_face].mean(axis=0), 25)
    inside = changes[:, is_face].mean(axis=1)
    around = np.minimum(np.roll(inside, 1), np.roll(inside, -1))[1:-1]
    repeats = np.flatnonzero((inside[1:-1] <= _AS_NOISE * noise) & (around >= _MOVES * noise))
    if noise < _LEAST_NOISE or not _SHARES[0] <= len(repeats) / len(around) <= _SHARES[1]:
        return False
    intervals = np.diff(repeats)
    return bool(((intervals >= _INTERVALS[0]) & (intervals <= _INTERVALS[1])).mean() >= _REGULAR)


def _blocks(rgb: Rgb) -> Floats:
    height, width = (side // _BLOCK_PX * _BLOCK_PX for side in rgb.shape[:2])
    grey = rgb[:height, :width].astype(np.float32).mean(axis=2)
    blocks = grey.reshape(height // _BLOCK_PX, _BLOCK_PX, width // _BLOCK_PX, _BLOCK_PX)
    return np.asarray(blocks.mean(axis=(1, 3)))


def warmth(rgb: Rgb, box_xyxy: Box) -> tuple[float, float]:
    """Red by blue of the middle of a face, as a logarithm, and its saturation, 0..1."""
    left, top, right, bottom = box_xyxy
    width, height = right - left, bottom - top
    rows = slice(max(0, int(top + height / 3)), max(1, int(bottom - height / 4)))
    columns = slice(max(0, int(left + width / 4)), max(1, int(right - width / 4)))
    red, green, blue = (float(level) + 1 for level in rgb[rows, columns].reshape(-1, 3).mean(axis=0))
    return float(np.log(red / blue)), 1 - min(red, green, blue) / max(red, green, blue)


# Made films


def _clip(path: Path) -> _Shot:
    """All its pictures, smaller."""
    frames = []
    for frame in FrameStream(path, probe(path), every=1):
        picture = Image.fromarray(frame.rgb)
        picture.thumbnail((480, 480))
        frames.append(np.asarray(picture))
        if len(frames) == _N_FRAMES:
            break
    return _Shot(path.name, frames)


def _shown(film: _Shot, film_fps: int, start_s: float, shutter: float) -> Rgb:
    """What a screen shows while a camera's shutter is open: each picture stands for whole refreshes."""
    parts = []
    for part in range(_PARTS):
        refresh = int((start_s + shutter * (part + 0.5) / _PARTS / CAMERA_FPS) * _REFRESHES_HZ)
        parts.append(film.frames[min(int(refresh * film_fps / _REFRESHES_HZ), len(film.frames) - 1)])
    return np.asarray(np.mean(parts, axis=0), np.uint8)


def _before_screens(people: Sequence[_Shot], films: Sequence[_Shot], film_fps: int, shutter: float) -> Iterator[_Shot]:
    for i, film in enumerate(films):
        frames = []
        for n, own in enumerate(people[i % len(people)].frames[:_N_FRAMES]):
            picture = made_room(1)
            content = _shown(film, film_fps, _PHASE_S + n / CAMERA_FPS, shutter)
            monitor, mask = on_screen(content, Screen(7, 20, 0.0, 1))
            picture.paste(monitor, FRAME_XYXY[:2], mask)
            stand(picture, own, 30, 180)
            frames.append(seen_by_a_camera(picture, n))
        yield _Shot(film.name, frames)


def _in_rooms(people: Sequence[_Shot]) -> Iterator[_Shot]:
    for i, person in enumerate(people):
        frames = []
        for n, own in enumerate(person.frames[:_N_FRAMES]):
            picture = made_room(i)
            stand(picture, own, 280, 280)
            stand(picture, people[(i + 1) % len(people)].frames[n], 30, 150)
            frames.append(seen_by_a_camera(picture, n))
        yield _Shot(person.name, frames)


def _in_calls(people: Sequence[_Shot], window_fps: int, *, is_gallery: bool) -> Iterator[_Shot]:
    """A call as it is recorded: the larger window has fewer pictures a second than the recording."""
    large, small = ((0, 0, 400, 360), (400, 0, 640, 360)) if is_gallery else ((120, 48, 520, 348), (540, 0, 640, 75))
    for i, person in enumerate(people):
        other, frames = people[(i + 1) % len(people)], list[Rgb]()
        # A cheap camera's own noise, which a repeated picture repeats.
        pictures = [seen_by_a_camera(Image.fromarray(rgb), n) for n, rgb in enumerate(person.frames[:_N_FRAMES])]
        for n in range(_N_FRAMES):
            picture = Image.new("RGB", ROOM_WH, (30, 32, 36))
            for (left, top, right, bottom), rgb in (
                (large, pictures[int(n * window_fps / CAMERA_FPS)]),
                (small, other.frames[n]),
            ):
                picture.paste(Image.fromarray(rgb).resize((right - left, bottom - top)), (left, top))
            frames.append(np.asarray(picture))
        yield _Shot(person.name, frames)


def _encoded(frames: Sequence[Rgb], quality: int | None) -> list[Rgb]:
    """As an encoder leaves them."""
    if quality is None:
        return list(frames)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.mp4"
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=CAMERA_FPS, options={"crf": str(quality), "preset": "fast"})
            stream.width, stream.height, stream.pix_fmt = ROOM_WH[0], ROOM_WH[1], "yuv420p"
            for rgb in frames:
                container.mux(stream.encode(av.VideoFrame.from_ndarray(rgb)))
            container.mux(stream.encode(None))
        return [frame.rgb for frame in FrameStream(path, probe(path), every=1)]


# What is measured


def _boxes(detector: Detector, rgb: Rgb) -> list[Box]:
    faces = detector.detect(rgb, _MIN_FACE)
    return [(float(x0), float(y0), float(x1), float(y1)) for x0, y0, x1, y1 in faces.boxes_xyxy]


def _told(detector: Detector, shots: Iterator[_Shot]) -> Iterator[tuple[int | None, bool]]:
    """The quality of each encoding, and whether its main face is told."""
    for shot in shots:
        boxes = _boxes(detector, shot.frames[len(shot.frames) // 2])
        for quality in _QUALITIES if boxes else ():
            yield quality, is_refilmed(_encoded(shot.frames, quality), boxes)


def _line(what: str, outcomes: Iterator[tuple[int | None, bool]]) -> str:
    pairs = list(outcomes)
    counts = []
    for quality in _QUALITIES:
        flags = [flag for one, flag in pairs if one == quality]
        name = "raw" if quality is None else f"x264 crf {quality}"
        counts.append(f"{name} {sum(flags)} of {len(flags)}")
    return f"{what}: {', '.join(counts)}"


def refilmed_faces(detector: Detector, clips: Sequence[Path]) -> Iterator[str]:
    """A line each: faces on screens, people in rooms and calls, the clips themselves, and colours."""
    shots = [shot for shot in map(_clip, clips) if len(shot.frames) >= _N_FRAMES and _boxes(detector, shot.frames[33])]
    people = [shot for shot in shots if shot.name.startswith("grid_")]
    films = [shot for shot in shots if shot not in people and not shot.name.startswith("facenetpytorch")][:_MOST_FILMS]
    for film_fps, shutter in ((24, 0.1), (24, 0.25), (24, 0.5), (25, 0.1), (25, 0.25), (30, 0.1)):
        outcomes = _told(detector, _before_screens(people, films, film_fps, shutter))
        yield _line(f"larger face on a screen, film of {film_fps}, shutter open for {shutter:.0%}, told", outcomes)
    yield _line("person in a room, taken for a screen", _told(detector, _in_rooms(people)))
    for window_fps, is_gallery in product((15, 24, 25), (False, True)):
        place = "half of a gallery" if is_gallery else "large window"
        calls = _in_calls(people, window_fps, is_gallery=is_gallery)
        yield _line(
            f"person in the {place} of a call, {window_fps} a second, taken for a screen", _told(detector, calls)
        )
    for shot in shots:
        is_told = is_refilmed(shot.frames, _boxes(detector, shot.frames[33]))
        yield f"{shot.name} as it is: {'taken for a screen' if is_told else 'a person'}"
    yield from _colours(detector, shots)


def _colours(detector: Detector, shots: Sequence[_Shot]) -> Iterator[str]:
    """How far faces before two cameras (as in a call) and before one lie apart, and a face and its picture."""
    pairs_of = {
        shot.name: [warmth(shot.frames[33], box) for box in _boxes(detector, shot.frames[33])] for shot in shots
    }
    mains = {name: pairs[0] for name, pairs in pairs_of.items()}
    yield from _apart("people before two cameras", list(combinations(mains.values(), 2)))
    one_camera = [
        *((pairs[0], other) for name, pairs in pairs_of.items() for other in pairs[1:] if name.startswith("facenet")),
        *((mains[a], mains[b]) for a, b in combinations(sorted(mains), 2) if a[:5] == b[:5] == "grid_"),
    ]
    yield from _apart("people before one camera", one_camera)
    for name, (red, blue) in {"cold": (0.9, 1.15), "very cold": (0.8, 1.3), "warm": (1.1, 0.9)}.items():
        yield f"a {name} screen turns every face's red by blue by {abs(np.log(red / blue)):.2f}"


def _apart(what: str, pairs: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> Iterator[str]:
    warmths, saturations = np.abs([(a[0] - b[0], a[1] - b[1]) for a, b in pairs]).T
    for name, values in (("red by blue", warmths), ("saturation", saturations)):
        low, middle, high = np.percentile(values, (10, 50, 90))
        yield f"{what}, {len(values)} pairs, {name} apart by {middle:.2f} ({low:.2f} to {high:.2f})"
