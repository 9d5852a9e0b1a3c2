"""Measures how much of the model's accuracy is left when faces are changed the way recordings change them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from emoclassify.faces.read import Expressions
from emoclassify.metrics import confusion_matrix, summary
from video.corpora import SIDE_PX, Faces

Picture = npt.NDArray[np.uint8]
"""A face, uint8 (48, 48, 3)."""

Change = Callable[[Picture], Picture]


@dataclass(frozen=True)
class Changed:
    """How the model does on faces that were all changed in one way; shares are 0..1."""

    change: str
    accuracy: float
    macro_f1: float
    same: float
    """Faces of which it says what it said before the change."""


def gamma(picture: Picture, exponent: float) -> Picture:
    """Brightness to a power: below 1 lighter, above 1 darker."""
    table = np.rint(255.0 * (np.arange(256) / 255.0) ** exponent).astype(np.uint8)
    return np.asarray(table[picture])


def blur(picture: Picture, radius_px: float) -> Picture:
    """Out of focus: a Gaussian of that standard deviation."""
    return np.array(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(radius_px)))


def jpeg(picture: Picture, quality: int) -> Picture:
    """Compressed hard and decoded again."""
    packed = BytesIO()
    Image.fromarray(picture).save(packed, "JPEG", quality=quality)
    return np.array(Image.open(packed))


def reduce(picture: Picture, side_px: int) -> Picture:
    """A face that was only so large in its frame: scaled down, and up again as the model's own input step does."""
    small = Image.fromarray(picture).resize((side_px, side_px), Image.Resampling.BILINEAR)
    return np.array(small.resize((picture.shape[1], picture.shape[0]), Image.Resampling.BILINEAR))


def tint(picture: Picture, red: float, green: float, blue: float) -> Picture:
    """Coloured light: each channel times a factor, 0..1."""
    return np.asarray(np.rint(picture * np.array([red, green, blue])), dtype=np.uint8)


def glasses(picture: Picture) -> Picture:
    """Dark frames around the eyes, at the place where the eyes of an average face of FER2013 are."""
    drawn = Image.fromarray(picture)
    pen = ImageDraw.Draw(drawn)
    for lens in ((8, 13, 22, 25), (26, 13, 40, 25)):
        pen.ellipse(lens, outline=(20, 20, 20), width=2)
    for bar in ((22, 17, 26, 17), (0, 17, 8, 18), (40, 18, 47, 17)):
        pen.line(bar, fill=(20, 20, 20), width=2)
    return np.array(drawn)


def rotate(picture: Picture, degrees: float) -> Picture:
    """A leaning head, counter-clockwise; what comes in at the corners repeats the edge."""
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
"""What is done to the faces, in the order of the table."""


def measure_robustness(faces: Faces, expressions: Expressions) -> list[Changed]:
    """Scores the faces unchanged ("clean", the first row), then under each of CHANGES."""
    pictures = list(np.repeat(faces.pixels[:, :, :, None], 3, axis=3))
    clean = expressions.predict(pictures).argmax(axis=1)
    said = {"clean": clean}
    for name, change in CHANGES.items():
        said[name] = expressions.predict([change(picture) for picture in pictures]).argmax(axis=1)
    return [_changed(name, answers, clean, faces) for name, answers in said.items()]


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


def _changed(name: str, said: npt.NDArray[np.int64], clean: npt.NDArray[np.int64], faces: Faces) -> Changed:
    accuracy, macro_f1, _ = summary(confusion_matrix(faces.truth, said))
    return Changed(name, accuracy, macro_f1, float((said == clean).mean()))
