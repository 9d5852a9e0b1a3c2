"""How well a covered mouth is told by its colour (`faces/covered.py`): masks of several shapes and colours drawn on
portraits, photographs of people with masks and without, and people in recordings, whose mouths are bare.

Half of the portraits and of the photographs chose the limit; figures are told of each half, and those of the other one
count. The two halves of the portraits wear masks of other colours.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter, UnidentifiedImageError

from emoclassify.faces.appearance import upright
from emoclassify.faces.covered import is_covered
from emoclassify.faces.detections import Detections
from emoclassify.faces.detectors import Detector
from emoclassify.faces.quality import doubt, head_turn
from emoclassify.faces.read import Expressions
from emoclassify.faces.upright import upright_crop
from emoclassify.media.nouns import Rgb
from emoclassify.media.read import FrameStream, probe

LEAST_FACE = 0.08
PICTURE_PX = 400
CLIP_FPS = 2
CHOSE, REPORTS = "chose", "reports"

_NOT_BARE = re.compile(r"\d_\d_|augmented|.*copy\)|2020-06-23-1202(35|41)\.")
"""Names of the photographs without masks in the set that was measured (chandrikadeb7/Face-Mask-Detection, GitHub) that
are not what they should be: heads cut out and put on stripes of colour, copies, and two that wear masks."""

_N_CHOSE = 900  # of each kind of photographs, in an order by chance; the others report

Points = npt.NDArray[np.float32]
"""float32 (5, 2), MTCNN's points, in pixels."""

Colour = tuple[int, int, int]
Change = Callable[[Rgb, Points], Rgb]


@dataclass(frozen=True)
class Seen:
    """A picture and its largest face."""

    rgb: Rgb
    faces: Detections

    @property
    def points_xy(self) -> Points:
        """Of the face."""
        return np.asarray(self.faces.points_xy[0], dtype=np.float32)

    @property
    def is_marked(self) -> bool:
        """Whether the mouth counts as covered."""
        return is_covered(upright(self.rgb, self.points_xy))

    @property
    def crop(self) -> Rgb:
        """What the expression model reads."""
        return upright_crop(self.rgb, self.faces.boxes_xyxy[0].tolist(), head_turn(self.points_xy).roll)


def seen(detector: Detector, rgb: Rgb) -> Seen | None:
    """A picture in which a face is found, or None."""
    faces = detector.detect(rgb, LEAST_FACE)
    return Seen(rgb, faces) if len(faces) else None


# What is drawn


def _surgical(points_xy: Points) -> list[Points]:
    nose, left, right, across, down = _axes(points_xy)
    low = [right + 0.35 * across + 0.35 * down, right + 0.85 * down, left + 0.85 * down, left - 0.35 * (across - down)]
    return [nose - 0.75 * across, nose + 0.75 * across, *low]


def _cup(points_xy: Points) -> list[Points]:
    _, left, right, across, down = _axes(points_xy)
    middle = (left + right) / 2 - 0.1 * down
    return [middle + np.cos(turn) * across + 0.85 * np.sin(turn) * down for turn in np.linspace(0, 2 * np.pi, 24)]


def _scarf(points_xy: Points) -> list[Points]:
    nose, left, right, across, down = _axes(points_xy)
    upper = [nose - 1.3 * across + 0.1 * down, nose - 0.1 * down, nose + 1.3 * across + 0.1 * down]
    return [*upper, right + across + 2 * down, left - across + 2 * down]


def _axes(points_xy: Points) -> tuple[Points, Points, Points, Points, Points]:
    """Nose, left and right corner of the mouth, the way from one to the other, and the same turned downwards."""
    nose, left, right = points_xy[2:]
    across = right - left
    return nose, left, right, across, np.array([-across[1], across[0]])


def cloth(
    rgb: Rgb, points_xy: Points, shape: Callable[[Points], list[Points]], colour: Colour, second: Colour | None = None
) -> Rgb:
    """A mask, with soft edges and in the light of the face; with a second colour, in checks."""
    picture = Image.fromarray(rgb)
    outline = [(float(x), float(y)) for x, y in shape(points_xy)]
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).polygon(outline, fill=255)
    share = np.asarray(mask.filter(ImageFilter.GaussianBlur(1)), np.float32)[..., None] / 255
    light = np.asarray(picture.convert("L").filter(ImageFilter.GaussianBlur(len(rgb) / 12)), np.float32)
    x, y = np.clip(points_xy[2], 0, np.array(picture.size) - 1).astype(int)
    light = np.clip(light / max(1.0, float(light[y, x])), 0.6, 1.3)[..., None]
    painted = np.clip(_pattern(rgb, points_xy, colour, second) * light, 0, 255)
    return np.asarray(rgb * (1 - share) + painted * share, dtype=np.uint8)


def _pattern(rgb: Rgb, points_xy: Points, colour: Colour, second: Colour | None) -> npt.NDArray[np.float32]:
    if second is None:
        return np.array(colour, np.float32)
    check_px = max(3, int(np.hypot(*(points_xy[4] - points_xy[3])) / 5))
    rows, columns = np.mgrid[: rgb.shape[0], : rgb.shape[1]]
    is_first = ((rows // check_px + columns // check_px) % 2 == 0)[..., None]
    return np.where(is_first, np.array(colour, np.float32), np.array(second, np.float32))


def _flat_hand(rgb: Rgb, points_xy: Points) -> Rgb:
    return cloth(rgb, points_xy, _surgical, _skin(rgb, points_xy))


def _fingers(rgb: Rgb, points_xy: Points) -> Rgb:
    """Four fingers of the face's own skin across the mouth, each lighter in its middle."""
    picture, skin = Image.fromarray(rgb), np.array(_skin(rgb, points_xy))
    _, left, right, across, down = _axes(points_xy)
    middle, drawing = (left + right) / 2, ImageDraw.Draw(picture)
    for place in (-0.45, -0.15, 0.15, 0.45):
        for width, light in ((0.32, 0.8), (0.24, 0.95), (0.12, 1.05)):
            ends = [middle + place * down + side * 1.1 * across for side in (-1, 1)]
            colour = tuple(int(value) for value in np.clip(skin * light, 0, 255))
            line = [(float(x), float(y)) for x, y in ends]
            drawing.line(line, fill=colour, width=max(1, round(width * float(np.hypot(*across)))))
    return np.asarray(picture)


def _skin(rgb: Rgb, points_xy: Points) -> Colour:
    """The colour beside the nose, below the eye."""
    x, y = (points_xy[0] + points_xy[2]) / 2
    row, column = np.clip(int(y), 0, rgb.shape[0] - 1), np.clip(int(x), 0, rgb.shape[1] - 1)
    red, green, blue = (int(value) for value in rgb[row, column])
    return red, green, blue


def _side_light(rgb: Rgb, points_xy: Points) -> Rgb:
    """From a fifth of the light on one side of the face to all of it on the other."""
    left, right = points_xy[:, 0].min(), points_xy[:, 0].max()
    gain = 0.2 + 0.8 * np.clip((np.arange(rgb.shape[1]) - left) / (right - left), 0, 1)
    return np.asarray(rgb * gain[None, :, None], dtype=np.uint8)


def _shade(rgb: Rgb, points_xy: Points) -> Rgb:
    """A quarter of the light from the nose down."""
    gain = 1 - 0.75 * np.clip((np.arange(len(rgb)) - points_xy[2, 1] + 10) / 20, 0, 1)
    return np.asarray(rgb * gain[:, None, None], dtype=np.uint8)


def _warm_light(rgb: Rgb, _: Points) -> Rgb:
    return np.asarray(rgb * np.array([1.0, 0.8, 0.55]), dtype=np.uint8)


LIGHTS: dict[str, Change] = {"side light": _side_light, "shade": _shade, "warm light": _warm_light}

HANDS: dict[str, Change] = {"flat hand": _flat_hand, "four fingers": _fingers}

MASKS: dict[str, dict[str, Change]] = {
    CHOSE: {
        "dark blue mask": partial(cloth, shape=_surgical, colour=(40, 60, 110)),
        "grey cup": partial(cloth, shape=_cup, colour=(150, 150, 150)),
        "green scarf": partial(cloth, shape=_scarf, colour=(60, 110, 70)),
        "red mask": partial(cloth, shape=_surgical, colour=(180, 40, 50)),
        "pink cup": partial(cloth, shape=_cup, colour=(230, 150, 170)),
        "beige scarf": partial(cloth, shape=_scarf, colour=(190, 160, 120)),
    },
    REPORTS: {
        "white mask": partial(cloth, shape=_surgical, colour=(235, 235, 235)),
        "black mask": partial(cloth, shape=_surgical, colour=(25, 25, 28)),
        "blue surgical mask": partial(cloth, shape=_surgical, colour=(120, 165, 200)),
        "red and white mask": partial(cloth, shape=_surgical, colour=(200, 60, 60), second=(240, 240, 230)),
        "white cup": partial(cloth, shape=_cup, colour=(235, 235, 235)),
        "black scarf": partial(cloth, shape=_scarf, colour=(25, 25, 28)),
        "blue and yellow cup": partial(cloth, shape=_cup, colour=(40, 60, 140), second=(220, 190, 80)),
    },
}
"""What covers the mouths of each half of the portraits."""


# What is measured


def portraits(detector: Detector, expressions: Expressions, folder: Path) -> Iterator[str]:
    """Every second person chose; each bare, in bad light, with the masks of the half, and with hands."""
    names = sorted({path.name for path in folder.glob("*/*.jpg")})
    for row, half in enumerate((CHOSE, REPORTS)):
        paths = [path for name in names[row::2] for path in sorted(folder.glob(f"*/{name}"))]
        people = [each for path in paths if (each := seen(detector, opened(path))) is not None]
        yield f"portraits, {half}, bare: marked {_count([each.is_marked for each in people])}"
        for name, change in (LIGHTS | MASKS[half] | HANDS).items():
            yield f"portraits, {half}, {name}: {_changed(detector, expressions, people, change)}"


def _changed(detector: Detector, expressions: Expressions, people: Sequence[Seen], change: Change) -> str:
    pairs = [(each, seen(detector, change(each.rgb, each.points_xy))) for each in people]
    both = [(bare, other) for bare, other in pairs if other is not None]
    marks = [other.is_marked for _, other in both]
    emotions = expressions.predict([bare.crop for bare, _ in both]).argmax(axis=1)
    same = emotions == expressions.predict([other.crop for _, other in both]).argmax(axis=1)
    return f"found {len(both)} of {len(people)}, marked {_count(marks)}, emotion as bare {_count(same.tolist())}"


def photographs(detector: Detector, folder: Path) -> Iterator[str]:
    """Photographs in FOLDER/with_mask and FOLDER/without_mask."""
    rng = np.random.default_rng(0)
    for kind in ("with_mask", "without_mask"):
        paths = sorted(path for path in (folder / kind).iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
        order = rng.permutation(len(paths))
        for half, rows in ((CHOSE, order[:_N_CHOSE]), (REPORTS, order[_N_CHOSE:])):
            of_half = [paths[row] for row in sorted(rows)]
            bare_or_masked = [path for path in of_half if kind == "with_mask" or not _NOT_BARE.match(path.name)]
            faces = [seen(detector, rgb) for rgb in _pictures(bare_or_masked)]
            marks = [face.is_marked for face in faces if face is not None]
            yield f"photographs {kind}, {half}: found {len(marks)} of {len(faces)}, marked {_count(marks)}"


def _pictures(paths: Sequence[Path]) -> Iterator[Rgb]:
    for path in paths:
        try:
            yield opened(path)
        except UnidentifiedImageError:
            continue  # some of the web's pictures are none


def opened(path: Path) -> Rgb:
    """A photograph, at most 400 px wide and high."""
    with Image.open(path) as image:
        picture = image.convert("RGBA" if "transparency" in image.info else "RGB").convert("RGB")
    picture.thumbnail((PICTURE_PX, PICTURE_PX))
    return np.asarray(picture)


def recordings(detector: Detector, clips: Sequence[Path]) -> Iterator[str]:
    """Of the faces in recordings against which nothing else speaks, those whose mouths count as covered."""
    marks: list[bool] = []
    for clip in clips:
        for frame in FrameStream(clip, probe(clip), sample_fps=CLIP_FPS):
            reasons = reasons_of(frame.rgb, detector.detect(frame.rgb, LEAST_FACE))
            marks += [bool(reason) for reason in reasons if reason in ("", "mouth covered")]
    yield f"people in {len(clips)} recordings: marked {_count(marks)}"


def reasons_of(rgb: Rgb, faces: Detections) -> list[str]:
    """Of each face of a picture what speaks against it (see `quality.doubt`)."""
    reasons = []
    for box_xyxy, points_xy in zip(faces.boxes_xyxy, faces.points_xy, strict=True):
        turn = head_turn(points_xy)
        crop = upright_crop(rgb, box_xyxy.tolist(), turn.roll)
        reasons.append(doubt(crop, box_xyxy, turn, (rgb.shape[0], rgb.shape[1]), upright(rgb, points_xy)))
    return reasons


def _count(flags: Sequence[bool]) -> str:
    return f"{sum(flags)} of {len(flags)} ({np.mean(flags):.1%})" if flags else "none"


def covered(
    detector: Detector, expressions: Expressions, clips: Sequence[Path], faces: Path | None, masks: Path | None
) -> Iterator[str]:
    """All of it, a line each."""
    if faces:
        yield from portraits(detector, expressions, faces)
    if masks:
        yield from photographs(detector, masks)
    if clips:
        yield from recordings(detector, clips)
