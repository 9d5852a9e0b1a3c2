"""Scenes put together from real recordings of one person each, so that it is known in every frame who is where."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import numpy as np
from PIL import Image

from emoclassify.media.nouns import Rgb
from emoclassify.media.read import FrameStream, probe

FPS = 25
"""Pictures a second of every scene."""

WOMAN, MAN = "hdtf_talking_head.mp4", "videoretalking_face1.mp4"
BEFORE_A_SCREEN = ("grid_bbaf2n.mpg", "grid_brbk7n.mpg", "grid_lwbsza.mpg", "grid_pwij3p.mpg")
BOTH = "two_people_720p.mp4"

_STAGE_WH, _TILE_PX = (1024, 320), 300
_GROUND = (88, 104, 120)


@dataclass(frozen=True)
class Tile:
    """A picture of one person within a larger one: who, where its left top corner is, and its width and height."""

    person: int
    x_px: int
    y_px: int
    size_wh: tuple[int, int]

    def holds(self, x: float, y: float) -> bool:
        """True where a point lies in it."""
        return 0 <= x - self.x_px < self.size_wh[0] and 0 <= y - self.y_px < self.size_wh[1]


@dataclass(frozen=True)
class Shot:
    """One picture of a scene.

    Attributes:
        rgb: uint8 (H, W, 3).
        tiles: who is where; a later one hides an earlier one.
    """

    rgb: Rgb
    tiles: tuple[Tile, ...]

    def person_at(self, x: float, y: float) -> int:
        """The person who is seen at a point; -1 for nobody."""
        return next((tile.person for tile in reversed(self.tiles) if tile.holds(x, y)), -1)


Scene = Callable[[Path], Iterator[Shot]]
"""Given the folder of the recordings, yields its pictures."""


def one_talker(clips: Path) -> Iterator[Shot]:
    """A woman who talks, nods and turns."""
    return (_whole(0, rgb) for rgb in _pictures(clips / WOMAN))


def two_side_by_side(clips: Path) -> Iterator[Shot]:
    """Two people who stay in their places."""
    for rgb in _pictures(clips / BOTH):
        height, width = rgb.shape[:2]
        halves = (Tile(person, person * width // 2, 0, (width // 2, height)) for person in (0, 1))
        yield Shot(rgb, tuple(halves))


def crossing(clips: Path) -> Iterator[Shot]:
    """A man who goes from right to left in front of a woman who goes from left to right, in 4 s."""
    n_pictures, way_px = 4 * FPS, _STAGE_WH[0] - _TILE_PX
    for i, (woman, man) in enumerate(_together(clips, n_pictures)):
        x = round(i / (n_pictures - 1) * way_px)
        yield _staged((0, woman, x), (1, man, way_px - x))


def away(clips: Path) -> Iterator[Shot]:
    """A woman who is away for 2 s and comes back elsewhere."""
    for i, rgb in enumerate(islice(_pictures(clips / WOMAN), 8 * FPS)):
        if i < 3 * FPS:
            yield _staged((0, rgb, 0))
        elif i < 5 * FPS:
            yield _staged()
        else:
            yield _staged((0, rgb, 700))


def close_up(clips: Path) -> Iterator[Shot]:
    """Two people, a cut to one of them, and a cut back."""
    for i, (woman, man) in enumerate(_together(clips, 6 * FPS)):
        yield _whole(1, man) if 2 * FPS <= i < 4 * FPS else _staged((0, woman, 0), (1, man, 700))


def before_a_screen(clips: Path) -> Iterator[Shot]:
    """Four people one after the other in the same place before the same screen, twice: seven cuts."""
    for person, name in [*enumerate(BEFORE_A_SCREEN)] * 2:
        yield from (_whole(person, rgb) for rgb in _pictures(clips / name))


SCENES: dict[str, Scene] = {
    "one talker": one_talker,
    "two side by side": two_side_by_side,
    "two cross, one hides the other": crossing,
    "away for 2 s, back elsewhere": away,
    "cut to a close-up and back": close_up,
    "four one after the other, twice": before_a_screen,
}


def _pictures(path: Path) -> Iterator[Rgb]:
    return (frame.rgb for frame in FrameStream(path, probe(path), every=1))


def _together(clips: Path, n_pictures: int) -> Iterator[tuple[Rgb, Rgb]]:
    women, men = list(_pictures(clips / WOMAN)), list(_pictures(clips / MAN))
    return islice(zip(cycle(women), cycle(men), strict=True), n_pictures)


def _whole(person: int, rgb: Rgb) -> Shot:
    height, width = rgb.shape[:2]
    return Shot(rgb, (Tile(person, 0, 0, (width, height)),))


def _staged(*tiles: tuple[int, Rgb, int]) -> Shot:
    """People on plain ground; each given as number, picture and left edge."""
    stage = np.empty((*_STAGE_WH[::-1], 3), np.uint8)
    stage[...] = _GROUND
    for _, rgb, x in tiles:
        tile = Image.fromarray(rgb).resize((_TILE_PX, _TILE_PX))
        stage[10 : 10 + _TILE_PX, x : x + _TILE_PX] = np.asarray(tile)
    return Shot(stage, tuple(Tile(person, x, 10, (_TILE_PX, _TILE_PX)) for person, _, x in tiles))


def sampled(shots: Sequence[Shot], fps: float) -> list[tuple[float, Shot]]:
    """The time, in seconds, and the picture of every sampled one of a scene."""
    step = round(FPS / fps)
    return [(i / FPS, shots[i]) for i in range(0, len(shots), step)]
