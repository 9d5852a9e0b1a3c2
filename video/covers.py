"""Hands and cloth in the colour of a face's own skin, drawn before its mouth: of any shape, place, fold and shade."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from emoclassify.media.nouns import Rgb

Points = npt.NDArray[np.float32]
"""float32 (5, 2), MTCNN's points, in pixels."""

Vectors = npt.NDArray[np.float64]
Cover = Callable[[np.random.Generator, Rgb, Points], Rgb]

_USUAL_MOUTH_PX = 40.0  # wide; edges of larger ones are softened more


def cloth(rng: np.random.Generator, rgb: Rgb, points_xy: Points) -> Rgb:
    """A piece of cloth with folds, nearly in the colour of the skin."""
    middle, across, down = _mouth(rng, points_xy, 0.1)
    outline = _blob(
        rng, middle, across * rng.uniform(0.75, 1.4), down * rng.uniform(0.5, 1.1), int(rng.integers(6, 14))
    )
    width_px = float(np.hypot(*across))
    colour = _skin(rgb, points_xy) * rng.uniform(0.6, 1.25) * rng.uniform(0.93, 1.07, 3)
    softness_px = rng.uniform(0.5, 1.5) * max(1.0, width_px / _USUAL_MOUTH_PX)
    return _painted(rgb, _polygon(rgb, outline), colour, _folds(rng, rgb, width_px), softness_px)


def hand(rng: np.random.Generator, rgb: Rgb, points_xy: Points) -> Rgb:
    """Two to five fingers from any side, lighter in their middle, of half of the hands with the palm."""
    middle, across, down = _mouth(rng, points_xy, 0.15)
    width_px, turn = float(np.hypot(*across)), rng.uniform(0, np.pi)
    along = (np.cos(turn) * across + np.sin(turn) * down) / width_px
    aside = np.array([-along[1], along[0]])
    skin, shades = _skin(rgb, points_xy) * rng.uniform(0.7, 1.15), _folds(rng, rgb, 2 * width_px)
    softer = max(1.0, width_px / _USUAL_MOUTH_PX)
    n_fingers, finger_px, spread = int(rng.integers(2, 6)), rng.uniform(0.28, 0.42) * width_px, rng.uniform(0.85, 1.1)
    painted = rgb
    if rng.random() < 0.5:
        palm = middle + along * rng.uniform(0.7, 1.3) * width_px
        outline = _blob(rng, palm, along * 0.9 * width_px, aside * 0.8 * width_px, 10)
        painted = _painted(painted, _polygon(rgb, outline), skin, shades, 1.2 * softer)
    for place in (np.arange(n_fingers) - (n_fingers - 1) / 2) * finger_px * spread:
        root = middle + aside * place
        way = along * rng.uniform(0.8, 1.5) * width_px
        ends = [root - way, root + way * rng.uniform(0.8, 1.2)]
        for share, light in ((1.0, 0.72), (0.8, 0.9), (0.45, 1.06)):
            painted = _painted(painted, _finger(rgb, ends, share * finger_px), skin * light, shades, 0.7 * softer)
    return painted


COVERS: dict[str, Cover] = {"cloth": cloth, "hand": hand}


def _mouth(rng: np.random.Generator, points_xy: Points, aside: float) -> tuple[Vectors, Vectors, Vectors]:
    """The middle of the cover, the way from one corner of the mouth to the other, and the same turned downwards."""
    left, right = points_xy[3:].astype(np.float64)
    across = right - left
    down = np.array([-across[1], across[0]])
    return (left + right) / 2 + down * rng.uniform(-0.05, 0.35) + across * rng.uniform(-aside, aside), across, down


def _skin(rgb: Rgb, points_xy: Points) -> Vectors:
    """The colour beside the nose, below the eye."""
    x, y = ((points_xy[0] + points_xy[2]) / 2).astype(int)
    return np.asarray(rgb[np.clip(y, 0, rgb.shape[0] - 1), np.clip(x, 0, rgb.shape[1] - 1)], np.float64)


def _blob(rng: np.random.Generator, middle: Vectors, across: Vectors, down: Vectors, n_corners: int) -> list[Vectors]:
    turns, radii = np.linspace(0, 2 * np.pi, n_corners, endpoint=False), rng.uniform(0.75, 1.25, n_corners)
    return [
        middle + (np.cos(turn) * across + np.sin(turn) * down) * size for turn, size in zip(turns, radii, strict=True)
    ]


def _polygon(rgb: Rgb, outline: Sequence[Vectors]) -> Image.Image:
    mask = Image.new("L", (rgb.shape[1], rgb.shape[0]))
    ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in outline], fill=255)
    return mask


def _finger(rgb: Rgb, ends: Sequence[Vectors], width_px: float) -> Image.Image:
    mask, half = Image.new("L", (rgb.shape[1], rgb.shape[0])), width_px / 2
    drawing, line = ImageDraw.Draw(mask), [(float(x), float(y)) for x, y in ends]
    drawing.line(line, fill=255, width=max(1, round(width_px)))
    for x, y in line:
        drawing.ellipse((x - half, y - half, x + half, y + half), fill=255)
    return mask


def _folds(rng: np.random.Generator, rgb: Rgb, width_px: float) -> Vectors:
    """Lighter and darker stripes of any direction and width, and light from one side, about 1."""
    rows, columns = np.mgrid[: rgb.shape[0], : rgb.shape[1]].astype(np.float64)
    light = np.ones(rgb.shape[:2])
    for _ in range(int(rng.integers(1, 5))):
        turn, waves = rng.uniform(0, np.pi), rng.uniform(0.3, 2.5) / width_px
        way = columns * np.cos(turn) + rows * np.sin(turn)
        light += rng.uniform(0.02, 0.12) * np.sin(2 * np.pi * waves * way + rng.uniform(0, 2 * np.pi))
    turn = rng.uniform(0, 2 * np.pi)
    slope = (columns - columns.mean()) * np.cos(turn) + (rows - rows.mean()) * np.sin(turn)
    return np.asarray(light + rng.uniform(0, 0.25) * slope / max(rgb.shape))


def _painted(rgb: Rgb, mask: Image.Image, colour: Vectors, light: Vectors, softness_px: float) -> Rgb:
    share = np.asarray(mask.filter(ImageFilter.GaussianBlur(float(softness_px))), np.float64)[..., None] / 255
    return np.asarray(rgb * (1 - share) + np.clip(colour * light[..., None], 0, 255) * share, dtype=np.uint8)
