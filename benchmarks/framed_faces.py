"""Can a face on a screen that does not cut be told by the screen's frame, as people tell it? No part of the program.

A frame is four straight edges around the face that stand still, end at their corners, and hide what moves within them:
a person before a window or a door hides a part of the edge below instead. Measured on made films of both kinds.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from emoclassify.faces.detectors import Detector
from emoclassify.media.nouns import Rgb
from emoclassify.media.read import FrameStream, probe

_FPS, _N_FRAMES = 5, 10
ROOM_WH = (640, 360)
_LOOKED_WH = (320, 180)  # the size in which edges are looked for
_MIN_FACE = 0.06

_EDGE_LEVELS, _STANDS = 6.0, 0.9  # of a gradient, and the share of frames in which it has that and the same sign
_COVERED = 0.92  # of a side is such an edge
_GOES_ON, _BEYOND = 0.5, 0.12  # of a side's length beyond its corners, an edge that goes on is no frame's
_MOST_LINES = 12  # that are tried for each side
_MOVES_LEVELS = 3.0  # of the deviation over time below the face, within the frame

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Box = tuple[float, float, float, float]


# The cue


def is_framed(frames: Sequence[Rgb], box_xyxy: Box) -> bool:
    """Whether a frame as of a screen is around a face; frames uint8 (H, W, 3) of one camera that stands still."""
    grey = np.stack([_grey(rgb) for rgb in frames])
    scale = np.array(_LOOKED_WH * 2) / np.array((frames[0].shape[1], frames[0].shape[0]) * 2)
    x0, y0, x1, y1 = (round(value) for value in np.array(box_xyxy) * scale)
    upright_edges, level_edges = _edges(grey, 2), _edges(grey, 1)
    columns = _lines(upright_edges, slice(max(y0, 0), y1))
    rows = _lines(level_edges.T, slice(max(x0, 0), x1))
    lefts, rights = [x for x in columns if x < x0], [x for x in columns if x > x1]
    tops, bottoms = [y for y in rows if y < y0], [y for y in rows if y > y1]
    deviation = grey.std(axis=0)
    nearest = (lefts[-_MOST_LINES:], rights[:_MOST_LINES], tops[-_MOST_LINES:], bottoms[:_MOST_LINES])
    for left, right, top, bottom in product(*nearest):
        is_frame = all(
            _is_side(edges, at, ends)
            for edges, at, ends in (
                (upright_edges, left, (top, bottom)),
                (upright_edges, right, (top, bottom)),
                (level_edges.T, top, (left, right)),
                (level_edges.T, bottom, (left, right)),
            )
        )
        within = deviation[max(y1, bottom - 12) : bottom - 1, max(x0, left + 1) : min(x1, right)]
        if is_frame and within.size and np.percentile(within, 75) > _MOVES_LEVELS:
            return True
    return False


def _grey(rgb: Rgb) -> Floats:
    picture = Image.fromarray(rgb).convert("L").resize(_LOOKED_WH, Image.Resampling.BOX)
    return np.asarray(picture, np.float32)


def _edges(grey: Floats, axis: int) -> Flags:
    """Where an edge across an axis stands in most of the frames, or in a neighbour along it; bool (180, 320)."""
    change = 2 * np.gradient(grey, axis=axis)
    stands = np.maximum((change > _EDGE_LEVELS).mean(axis=0), (change < -_EDGE_LEVELS).mean(axis=0)) >= _STANDS
    across = axis - 1
    return np.asarray(stands | np.roll(stands, 1, across) | np.roll(stands, -1, across))


def _lines(edges: Flags, along: slice) -> list[int]:
    """The columns that are an edge beside all of the face."""
    return [int(x) for x in np.flatnonzero(edges[along].mean(axis=0) >= _COVERED)]


def _is_side(edges: Flags, at: int, ends: tuple[int, int]) -> bool:
    """Whether the column `at` is an edge from one end to the other, and does not go on beyond."""
    (low, high), line = ends, edges[:, at]
    beyond = max(4, round(_BEYOND * (high - low)))
    parts = [line[max(0, low - beyond - 3) : max(0, low - 3)], line[high + 3 : high + 3 + beyond]]
    if line[low : high + 1].mean() < _COVERED or any(part.size == 0 for part in parts):
        return False
    return all(float(part.mean()) <= _GOES_ON for part in parts)


# Made films


@dataclass(frozen=True)
class _Film:
    name: str
    frames: list[Rgb]


Place = Callable[[Image.Image, ImageDraw.ImageDraw], None]
"""Draws what is behind, or before, a person."""

FRAME_XYXY = (280, 20, 600, 280)


def made_room(seed: int) -> Image.Image:
    """A wall in soft light, of ROOM_WH."""
    coarse = np.random.default_rng(seed).integers(70, 190, (5, 8, 3)).astype(np.uint8)
    return Image.fromarray(coarse).resize(ROOM_WH, Image.Resampling.BICUBIC)


def seen_by_a_camera(picture: Image.Image, seed: int) -> Rgb:
    """A little out of focus, and with noise."""
    rgb = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.7)), np.float32)
    return np.clip(rgb + np.random.default_rng(seed).normal(0, 3, rgb.shape), 0, 255).astype(np.uint8)


def _cut_out(rgb: Rgb, height_px: int) -> tuple[Image.Image, Image.Image]:
    """A person of GRID without the blue behind them, and where they are."""
    levels = rgb.astype(np.int16)
    is_person = (levels[..., 2] - levels[..., 0] < 25) | (levels.sum(axis=2) < 120)
    size_wh = round(rgb.shape[1] * height_px / rgb.shape[0]), height_px
    mask = Image.fromarray((255 * is_person).astype(np.uint8)).filter(ImageFilter.MedianFilter(5))
    return Image.fromarray(rgb).resize(size_wh), mask.resize(size_wh)


def stand(picture: Image.Image, rgb: Rgb, left_px: int, height_px: int, bottom_px: int = ROOM_WH[1]) -> None:
    """Puts a person of GRID into a picture."""
    person, mask = _cut_out(rgb, height_px)
    picture.paste(person, (left_px, bottom_px - height_px), mask)


@dataclass(frozen=True)
class Screen:
    """How a monitor looks: its bezel in pixels and grey levels, how it hangs, and before which wall."""

    bezel_px: int
    bezel: int
    lean_deg: float
    room: int


_SCREENS = [Screen(*each) for each in product((3, 7), (20, 235), (0.0, 1.0, 3.0), (1,))]


def on_screen(content: Rgb, screen: Screen) -> tuple[Image.Image, Image.Image]:
    """A monitor with a picture on it, and where it is."""
    left, top, right, bottom = FRAME_XYXY
    monitor = Image.new("RGBA", (right - left, bottom - top), (screen.bezel,) * 3 + (255,))
    inner_wh = (right - left - 2 * screen.bezel_px, bottom - top - 2 * screen.bezel_px)
    ratio = max(inner_wh[0] / content.shape[1], inner_wh[1] / content.shape[0])
    filled = Image.fromarray(content).resize((round(content.shape[1] * ratio), round(content.shape[0] * ratio)))
    x, y = (filled.width - inner_wh[0]) // 2, (filled.height - inner_wh[1]) // 4
    monitor.paste(filled.crop((x, y, x + inner_wh[0], y + inner_wh[1])), (screen.bezel_px,) * 2)
    turned = monitor.rotate(screen.lean_deg, Image.Resampling.BILINEAR, expand=True)
    return turned.convert("RGB"), turned.getchannel("A")


def _before_screens(people: Sequence[_Film], films: Sequence[_Film]) -> Iterator[_Film]:
    for film, (i, screen) in product(films, enumerate(_SCREENS)):
        frames = []
        for n, (own, content) in enumerate(zip(people[i % len(people)].frames, film.frames, strict=False)):
            picture = made_room(screen.room)
            monitor, mask = on_screen(content, screen)
            picture.paste(monitor, FRAME_XYXY[:2], mask)
            stand(picture, own, 30, 180)
            frames.append(seen_by_a_camera(picture, n))
        yield _Film(f"{film.name}, {screen}", frames)


def _window(picture: Image.Image, draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle(FRAME_XYXY, outline=(245, 245, 240), width=8)


def _panes(picture: Image.Image, draw: ImageDraw.ImageDraw) -> None:
    _window(picture, draw)
    left, top, right, bottom = FRAME_XYXY
    draw.line(((left + right) // 2, top, (left + right) // 2, bottom), fill=(245, 245, 240), width=6)


def _door(picture: Image.Image, draw: ImageDraw.ImageDraw) -> None:
    left, top, right, _ = FRAME_XYXY
    draw.rectangle((left, top, right, ROOM_WH[1] + 10), fill=(120, 80, 50), outline=(60, 40, 25), width=7)


def _painting(picture: Image.Image, draw: ImageDraw.ImageDraw) -> None:
    left, top, right, bottom = FRAME_XYXY
    draw.rectangle((left, top, right, bottom - 60), fill=(90, 110, 130), outline=(190, 150, 60), width=9)


def _shelf(picture: Image.Image, draw: ImageDraw.ImageDraw) -> None:
    left, top, right, bottom = FRAME_XYXY
    rng = np.random.default_rng(3)
    for y in range(top, bottom, 65):
        for x in range(left, right - 15, 15):
            draw.rectangle((x, y + 10, x + 13, y + 65), fill=tuple(int(value) for value in rng.integers(40, 220, 3)))
        draw.rectangle((left, y, right, y + 6), fill=(80, 55, 35))
    draw.rectangle(FRAME_XYXY, outline=(80, 55, 35), width=7)


def _nothing(picture: Image.Image, draw: ImageDraw.ImageDraw) -> None:
    """A bare wall."""


def _table(picture: Image.Image, draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, FRAME_XYXY[3] - 5, *ROOM_WH), fill=(150, 105, 70), outline=(60, 40, 25), width=8)


def _hatch(picture: Image.Image, draw: ImageDraw.ImageDraw) -> None:
    """A counter's window: the wall with a frame around the opening, before the person."""
    left, top, right, bottom = FRAME_XYXY
    wall = made_room(5)
    mask = Image.new("L", ROOM_WH, 255)
    ImageDraw.Draw(mask).rectangle((left + 6, top + 6, right - 6, bottom - 6), fill=0)
    picture.paste(wall, (0, 0), mask)
    draw.rectangle(FRAME_XYXY, outline=(30, 30, 30), width=6)


_BEHIND: dict[str, tuple[Place, Place]] = {
    "a window with a street": (_window, _nothing),
    "a window of two panes": (_panes, _nothing),
    "a door": (_door, _nothing),
    "a painting": (_painting, _nothing),
    "a shelf": (_shelf, _nothing),
    "a table before them": (_nothing, _table),
    "a door, and a table before them": (_door, _table),
    "a window, and a table before them": (_window, _table),
    "a shelf, and a table before them": (_shelf, _table),
    "a counter's window around them": (_nothing, _hatch),
}


def _in_rooms(people: Sequence[_Film], street: _Film) -> Iterator[_Film]:
    for (name, (behind, before)), (i, person) in product(_BEHIND.items(), enumerate(people)):
        frames = []
        for n, own in enumerate(person.frames):
            picture = made_room(i)
            draw = ImageDraw.Draw(picture)
            if behind in (_window, _panes):
                outside = Image.fromarray(street.frames[n % len(street.frames)]).resize((320, 260))
                picture.paste(outside, FRAME_XYXY[:2])
            behind(picture, draw)
            stand(picture, own, 280, 280, 330)
            before(picture, draw)
            stand(picture, people[(i + 1) % len(people)].frames[n], 30, 150)
            frames.append(seen_by_a_camera(picture, n))
        yield _Film(name, frames)


def _in_calls(people: Sequence[_Film]) -> Iterator[_Film]:
    """A call as it is recorded: a large window of whoever speaks, and a small one at the edge."""
    for i, person in enumerate(people):
        frames = []
        for n, own in enumerate(person.frames):
            picture = Image.new("RGB", ROOM_WH, (30, 32, 36))
            picture.paste(Image.fromarray(own).resize((400, 300)), (120, 48))
            picture.paste(Image.fromarray(people[(i + 1) % len(people)].frames[n]).resize((100, 75)), (540, 0))
            frames.append(np.asarray(picture))
        yield _Film("the large window of a call around them", frames)


# What is measured


def _film(path: Path) -> _Film:
    return _Film(path.name, [f.rgb for f in FrameStream(path, probe(path), sample_fps=_FPS)][:_N_FRAMES])


def _largest(detector: Detector, film: _Film) -> Box | None:
    faces = detector.detect(film.frames[len(film.frames) // 2], _MIN_FACE)
    if not len(faces):
        return None
    x0, y0, x1, y1 = (float(value) for value in faces.boxes_xyxy[0])
    return x0, y0, x1, y1


def _told(detector: Detector, films: Iterator[_Film]) -> dict[str, list[bool]]:
    """Whether the largest face of each film has a frame, by the film's name."""
    flags: dict[str, list[bool]] = {}
    for film in films:
        box_xyxy = _largest(detector, film)
        if box_xyxy is not None:
            flags.setdefault(film.name, []).append(is_framed(film.frames, box_xyxy))
    return flags


def framed_faces(detector: Detector, clips: Sequence[Path]) -> Iterator[str]:
    """A line each: films on screens that do not cut, people in rooms, and the clips themselves."""
    films = [_film(path) for path in clips]
    people = [film for film in films if film.name.startswith("grid_")]
    (street,) = (film for film in films if film.name.startswith("facenetpytorch"))
    films_shown = [film for film in films if film not in (*people, street) and len(film.frames) >= _N_FRAMES // 2]
    on_screens = _told(detector, _before_screens(people, films_shown))
    for lean_deg in sorted({screen.lean_deg for screen in _SCREENS}):
        flags = [flag for name, each in on_screens.items() if f"lean_deg={lean_deg}" in name for flag in each]
        yield f"larger face on a screen that leans {lean_deg:.0f} degrees: told {sum(flags)} of {len(flags)}"
    for name, flags in _told(detector, chain(_in_rooms(people, street), _in_calls(people))).items():
        yield f"person with {name}: taken for a screen {sum(flags)} of {len(flags)}"
    for film in films:
        for flag in _told(detector, iter([film])).get(film.name, []):
            yield f"{film.name} as it is: {'taken for a screen' if flag else 'a person'}"
