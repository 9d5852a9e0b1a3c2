"""Measures how much of the model's accuracy remains when faces are changed as recordings change them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from emoclassify.faces.read import Expressions
from emoclassify.media.nouns import Rgb
from emoclassify.metrics import confusion_matrix, summary
from video.corpora import SIDE_PX, Faces

Change = Callable[[Rgb], Rgb]
"""Changes a face, uint8 (48, 48, 3)."""


@dataclass(frozen=True)
class Changed:
    """How the model does on faces that were all changed in one way; shares are 0..1."""

    change: str
    accuracy: float
    macro_f1: float
    same: float
    """Share of faces with the same answer as before the change."""


def gamma(picture: Rgb, exponent: float) -> Rgb:
    """Brightness to a power: below 1 lighter, above 1 darker."""
    table = np.rint(255.0 * (np.arange(256) / 255.0) ** exponent).astype(np.uint8)
    return np.asarray(table[picture])


def blur(picture: Rgb, radius_px: float) -> Rgb:
    """Out of focus: a Gaussian of that standard deviation."""
    return np.array(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(radius_px)))


def jpeg(picture: Rgb, quality: int) -> Rgb:
    """Compressed as JPEG and decoded again."""
    packed = BytesIO()
    Image.fromarray(picture).save(packed, "JPEG", quality=quality)
    return np.array(Image.open(packed))


def reduce(picture: Rgb, side_px: int) -> Rgb:
    """A face of this size in its frame: scaled down, and up again as the model's own input step does."""
    small = Image.fromarray(picture).resize((side_px, side_px), Image.Resampling.BILINEAR)
    return np.array(small.resize((picture.shape[1], picture.shape[0]), Image.Resampling.BILINEAR))


def tint(picture: Rgb, red: float, green: float, blue: float) -> Rgb:
    """Coloured light: each channel times a factor, 0..1."""
    return np.asarray(np.rint(picture * np.array([red, green, blue])), dtype=np.uint8)


def glasses(picture: Rgb) -> Rgb:
    """Dark frames around the eyes, where the eyes of an average face of FER2013 are."""
    image = Image.fromarray(picture)
    pen = ImageDraw.Draw(image)
    for lens in ((8, 13, 22, 25), (26, 13, 40, 25)):
        pen.ellipse(lens, outline=(20, 20, 20), width=2)
    for bar in ((22, 17, 26, 17), (0, 17, 8, 18), (40, 18, 47, 17)):
        pen.line(bar, fill=(20, 20, 20), width=2)
    return np.array(image)


def mask(picture: Rgb) -> Rgb:
    """A light mask over nose, mouth and chin, where those of an average face of FER2013 are."""
    image = Image.fromarray(picture)
    pen = ImageDraw.Draw(image)
    pen.polygon(((24, 24), (41, 28), (39, 41), (29, 47), (19, 47), (9, 41), (7, 28)), fill=(205, 215, 225))
    return np.array(image)


def rotate(picture: Rgb, degrees: float) -> Rgb:
    """A head that leans counter-clockwise; the corners repeat the edge."""
    room = SIDE_PX // 2
    roomy = np.pad(picture, ((room, room), (room, room), (0, 0)), mode="edge")
    turned = Image.fromarray(roomy).rotate(degrees, Image.Resampling.BILINEAR)
    return np.array(turned)[room:-room, room:-room]


CHANGES: dict[str, Change] = {
    **{f"gamma {exponent}": partial(gamma, exponent=exponent) for exponent in (0.4, 0.6, 1.6, 2.5)},
    "blur, 1 px": partial(blur, radius_px=1.0),
    "blur, 2 px": partial(blur, radius_px=2.0),
    "JPEG quality 20": partial(jpeg, quality=20),
    **{f"face of {side_px} px": partial(reduce, side_px=side_px) for side_px in (40, 32, 24)},
    "warm light": partial(tint, red=1.0, green=0.8, blue=0.55),
    "blue light": partial(tint, red=0.55, green=0.75, blue=1.0),
    "glasses": glasses,
    **{f"rotated {degrees} degrees": partial(rotate, degrees=degrees) for degrees in (10, 20)},
}
"""The changes by name, in the order of the table."""


def measure_robustness(faces: Faces, expressions: Expressions) -> list[Changed]:
    """Scores the faces unchanged ("clean", the first row), then under each of CHANGES."""
    pictures = list(np.repeat(faces.pixels[:, :, :, None], 3, axis=3))
    clean = expressions.predict(pictures).argmax(axis=1)
    answers_by_change = {"clean": clean}
    for name, change in CHANGES.items():
        answers_by_change[name] = expressions.predict([change(picture) for picture in pictures]).argmax(axis=1)
    return [_changed(name, answers, clean, faces) for name, answers in answers_by_change.items()]


def table(rows: list[Changed]) -> str:
    """Markdown: each change beside the clean figure, which is the first row."""
    clean = rows[0]
    lines = ["| change | accuracy | to clean | macro-F1 | to clean | same answer |", "|---|---|---|---|---|---|"]
    for row in rows:
        lines.append(
            f"| {row.change} | {row.accuracy:.3f} | {row.accuracy - clean.accuracy:+.3f} | {row.macro_f1:.3f} "
            f"| {row.macro_f1 - clean.macro_f1:+.3f} | {row.same:.3f} |"
        )
    return "\n".join(lines)


def _changed(name: str, answers: npt.NDArray[np.int64], clean: npt.NDArray[np.int64], faces: Faces) -> Changed:
    accuracy, macro_f1, _ = summary(confusion_matrix(faces.truth, answers))
    return Changed(name, accuracy, macro_f1, float((answers == clean).mean()))
