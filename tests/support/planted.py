"""Recordings with a planted smile: the portrait, whose mouth is closed and drawn down by a warp, and smiles again when
it should. The shipped model reads the portrait as happy, and the warped one as neutral for the most part."""

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.ndimage import map_coordinates

from tests.support.made import Rgb, even, portrait, write_video

FPS = 5
FILM_S, SCENE_S = 16.0, (6.0, 9.0)

_MOUTH_XY = (114.0, 168.0)  # in the portrait
_WIDE_PX, _CORNER_SD_PX, _LIP_SD_PX = 24.0, 14.0, 12.0
_DOWN_PX, _SQUEEZE = 16.0, 2.5  # how far the corners are drawn down, and how hard the lips are pressed

_RESTS, _SMILES = (0.0, 0.06, 0.12, 0.18, 0.24), (0.76, 0.84, 0.92, 1.0)
"""Of a face that is alive and does not smile, and of one that does; a picture that never changes is a photograph."""

_PLAN = """
title = "Planted"
measures = ["happy"]
share_above = 0.6
[[comparison]]
films = ["A", "B"]
[[comparison]]
film = "B"
column = "sex"
groups = ["women", "men"]
"""
_FILM = """
[[stimulus]]
id = "{id}"
duration_s = {film_s}
[[stimulus.scene]]
id = "joke"
start_s = {start_s}
end_s = {end_s}
"""


@cache
def face(smile: float) -> Rgb:
    """The portrait with so much of its smile, 0..1: uint8 (240, 320, 3)."""
    picture = portrait(at_xy=(0, 0))
    ys, xs = np.mgrid[: picture.shape[0], : picture.shape[1]].astype(np.float64)
    x, y = _MOUTH_XY
    left, right = (_bump(xs - x_px, ys - y, _CORNER_SD_PX, _CORNER_SD_PX) for x_px in (x - _WIDE_PX, x + _WIDE_PX))
    lips = _bump(xs - x, ys - y, _WIDE_PX, _LIP_SD_PX)
    from_ys = ys + (1 - smile) * (_SQUEEZE * lips * (ys - y) - _DOWN_PX * (left + right))
    planes = [map_coordinates(picture[..., i], [from_ys, xs], order=1, mode="nearest") for i in range(3)]
    return np.stack(planes, axis=-1).astype(np.uint8)


def _bump(
    xs: npt.NDArray[np.float64], ys: npt.NDArray[np.float64], sd_x: float, sd_y: float
) -> npt.NDArray[np.float64]:
    return np.asarray(np.exp(-((xs / sd_x) ** 2 + (ys / sd_y) ** 2) / 2))


def write_recording(path: Path, *, smiles: bool, rng: np.random.Generator) -> None:
    """A person before a film: light and side of their own, a head and a mouth that never stand still, a noisy camera.

    Args:
        path: of the file.
        smiles: whether they smile in the scene.
        rng: makes them.
    """
    light, is_mirrored = rng.uniform(0.85, 1.1), rng.random() < 0.5
    frames = []
    for i in range(round(FILM_S * FPS)):
        in_scene = SCENE_S[0] <= i / FPS < SCENE_S[1]
        level = rng.choice(_SMILES if smiles and in_scene else _RESTS)
        down, right = rng.integers(-3, 4, 2)
        picture = np.roll(face(float(level)), (down, 40 + right), axis=(0, 1))
        picture = picture[:, ::-1] if is_mirrored else picture
        noisy = light * picture + rng.normal(0, 3, picture.shape)
        frames.append(np.clip(noisy, 0, 255).astype(np.uint8))
    write_video(path, even(frames, FPS))


def write_planted(folder: Path, n_people: int) -> None:
    """Everybody sees A, where nobody smiles, and B, where all do in the scene; women and men do not differ."""
    rng = np.random.default_rng(2026)
    viewings, people = ["recording,respondent,stimulus"], ["respondent,sex"]
    for number in range(1, n_people + 1):
        people.append(f"r{number},{'women' if number % 2 else 'men'}")
        for film in "AB":
            write_recording(folder / f"r{number}_{film}.mp4", smiles=film == "B", rng=rng)
            viewings.append(f"r{number}_{film}.mp4,r{number},{film}")
    films = "".join(_FILM.format(id=film, film_s=FILM_S, start_s=SCENE_S[0], end_s=SCENE_S[1]) for film in "AB")
    (folder / "study.toml").write_text(_PLAN + films)
    (folder / "viewings.csv").write_text("\n".join(viewings) + "\n")
    (folder / "participants.csv").write_text("\n".join(people) + "\n")
