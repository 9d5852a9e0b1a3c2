"""Measures all steps from a frame to an answer: labelled faces are pasted into frames, found, cut out and read.

The cut is varied too: its side, which in `emoclassify.faces.expressions` was chosen by these figures; a square laid by
the five points of the face and not by the box; and the mean of two cuts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from emoclassify.faces.detections import Array, overlaps
from emoclassify.faces.detectors import Detector
from emoclassify.faces.expressions import CROP_DOWN, CROP_SIDE, crop_face
from emoclassify.faces.read import Expressions
from emoclassify.media.nouns import Rgb
from emoclassify.metrics import Truth, confusion_matrix, summary
from emoclassify.settings import Options
from video.corpora import Faces

Grey = npt.NDArray[np.uint8]
"""uint8 (48, 48): brightness."""
Box = npt.NDArray[np.float32]
"""float32 (4,): left, top, right, bottom in pixels."""
Answers = npt.NDArray[np.int64]
"""Columns of EMOTIONS; -1 for a face that was not found."""

FRAME_WH = (640, 360)
FACE_PX = (32, 48, 80, 160)
CROP_SIDES = (0.7, 0.8, 0.88, 0.9, CROP_SIDE, 1.05, 1.15)
CURRENT = f"{CROP_SIDE} (current)"
BY_POINTS = "by the points"

# The frame of a labelled picture beside the five points found in it: side over their spread (`by_points`), and how far
# its middle is below their mean, as a share of the side. Medians of 1,869 pasted validation faces of 80 and 160 px.
_SIDE_BY_SPREAD = 1.849
_BELOW_POINTS = -0.08

_AS_PASTED = "as pasted"
_GREY = 128
_LEAST_SCORE = 1e-9  # before the logarithm
_MIN_OVERLAP = 0.3  # intersection over union: below, it is not the pasted face that was found


@dataclass(frozen=True)
class Pasted:
    """One size of face (0: all sizes together) and one side of the cut, over the faces that were found."""

    face_px: int
    cut: str
    """A key of READINGS."""
    n_faces: int
    n_found: int
    accuracy: float
    macro_f1: float
    to_current: tuple[float, float]
    """Accuracy minus that of the current cut on the same faces, and half its 95 % interval."""


def paste(face: Grey, side_px: int) -> tuple[Rgb, Box]:
    """Puts a face into the middle of a grey frame; around it the face's edge is continued, blurred and faded out.

    Args:
        face: grey uint8 (48, 48).
        side_px: side of the face in the frame.

    Returns:
        The frame, uint8 (360, 640, 3), and the box of the face, float32 (4,).
    """
    sized = Image.fromarray(face).resize((side_px, side_px), Image.Resampling.BICUBIC)
    room = side_px // 2
    around = Image.fromarray(np.pad(np.asarray(sized), room, mode="edge")).filter(ImageFilter.GaussianBlur(room / 4))
    away = np.abs(np.arange(-room, side_px + room) + 0.5 - side_px / 2) - side_px / 2
    near = np.clip(1.0 - away / room, 0.0, 1.0)
    shade = np.rint(np.minimum.outer(near, near) * 255).astype(np.uint8)
    frame = Image.new("L", FRAME_WH, _GREY)
    left, top = (FRAME_WH[0] - side_px) // 2, (FRAME_WH[1] - side_px) // 2
    frame.paste(around, (left - room, top - room), Image.fromarray(shade))
    frame.paste(sized, (left, top))
    place = np.array([left, top, left + side_px, top + side_px], dtype=np.float32)
    return np.repeat(np.asarray(frame)[:, :, None], 3, axis=2), place


def by_points(rgb: Rgb, points_xy: Array) -> Rgb:
    """The square picture of a face that its five points say, whatever its box: where an aligned face would lie.

    Args:
        rgb: uint8 (H, W, 3), a whole frame.
        points_xy: float32 (5, 2), pixels: eyes, nose, corners of the mouth.

    Returns:
        uint8 (S, S, 3), S in proportion to the root of the summed squares of the points' distances from their mean.
    """
    middle = points_xy.mean(axis=0)
    side_px = _SIDE_BY_SPREAD * float(np.sqrt(np.square(points_xy - middle).sum()))
    x, y = float(middle[0]), float(middle[1]) + _BELOW_POINTS * side_px
    # crop_face moves its middle down by its own share of the box; here that is undone.
    return crop_face(
        rgb,
        (x - side_px / 2, y - (0.5 + CROP_DOWN) * side_px, x + side_px / 2, y + (0.5 - CROP_DOWN) * side_px),
        side_share=1.0,
    )


def _sized(share: float) -> Callable[[Rgb, Box, Array], Rgb]:
    return lambda rgb, box, _: crop_face(rgb, box.tolist(), side_share=share)


_CROPS: Mapping[str, Callable[[Rgb, Box, Array], Rgb]] = {
    **{CURRENT if share == CROP_SIDE else str(share): _sized(share) for share in CROP_SIDES},
    BY_POINTS: lambda rgb, _, points_xy: by_points(rgb, points_xy),
}

READINGS: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in (_AS_PASTED, *_CROPS)},
    "mean of 0.88 and current": ("0.88", CURRENT),
    "mean of 0.88 and by the points": ("0.88", BY_POINTS),
}
"""What is compared -> the pictures of a face of which the logarithms of the scores are averaged. "as pasted" is the
pasted picture itself, as if the cut had exactly the frame of the labelled picture."""


def measure_pasted(faces: Faces, detector: Detector, expressions: Expressions) -> list[Pasted]:
    """Pastes every face in every size and reads it with every cut: a row for each, then one a cut for all sizes."""
    answers = np.array([[_answers(face, px, detector, expressions) for face in faces.pixels] for px in FACE_PX])
    blocks = {**dict(zip(FACE_PX, answers[:, None], strict=True)), 0: answers}
    return [_row(side_px, cut, block, faces.truth) for side_px, block in blocks.items() for cut in READINGS]


def _answers(face: Grey, side_px: int, detector: Detector, expressions: Expressions) -> Answers:
    """The answer for one face by each of READINGS, int64 (readings,); -1 where the program would not find the face."""
    frame, place = paste(face, side_px)
    box_and_points = found_at(frame, place, detector)
    if box_and_points is None:
        return np.full(len(READINGS), -1)
    left, top, right, bottom = place.astype(int)
    pictures = {_AS_PASTED: frame[top:bottom, left:right]}
    pictures |= {name: crop(frame, *box_and_points) for name, crop in _CROPS.items()}
    logs = np.log(np.maximum(expressions.predict(list(pictures.values())), _LEAST_SCORE))
    by_name = dict(zip(pictures, logs, strict=True))
    return np.array([np.mean([by_name[name] for name in names], axis=0).argmax() for names in READINGS.values()])


def found_at(frame: Rgb, place: Box, detector: Detector) -> tuple[Box, Array] | None:
    """Box and points, float32 (5, 2), of the face that the program would read; None if it is not the one at `place`."""
    detections = detector.detect(frame, Options().min_face)
    boxes = detections.boxes_xyxy[:1]
    is_it = len(boxes) and overlaps(boxes, place[None])[0, 0] > _MIN_OVERLAP
    return (boxes[0], detections.points_xy[0]) if is_it else None


def _row(side_px: int, cut: str, block: Answers, truth: Truth) -> Pasted:
    """One row of a block of answers (sizes, faces, readings)."""
    cuts = list(READINGS)
    answers, current_answers = block[:, :, cuts.index(cut)], block[:, :, cuts.index(CURRENT)]
    is_found = answers >= 0
    accuracy = macro_f1 = float("nan")
    if is_found.any():
        found_truth = np.broadcast_to(truth, answers.shape)[is_found]
        accuracy, macro_f1, _ = summary(confusion_matrix(found_truth, answers[is_found]))
    to_current = gain((answers == truth).astype(int) - (current_answers == truth), is_found)
    return Pasted(side_px, cut, answers.size, int(is_found.sum()), accuracy, macro_f1, to_current)


def gain(differences: npt.NDArray[np.int64], is_counted: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """The mean of paired differences and half its 95 % interval.

    Args:
        differences: int (sizes, faces), -1, 0 or 1: right now minus right before.
        is_counted: bool (sizes, faces), which of them count. Sizes of one face are not independent, so the interval is
            over faces.
    """
    count = max(int(is_counted.sum()), 1)
    mean = float(differences[is_counted].sum() / count)
    by_face = np.where(is_counted, differences - mean, 0.0).sum(axis=0)
    return mean, float(1.96 * np.sqrt(np.square(by_face).sum()) / count)


def table(rows: Sequence[Pasted]) -> str:
    """Markdown, a row for each size and cut."""
    lines = ["| face | cut | found | accuracy | to current | macro-F1 |", "|---|---|---|---|---|---|"]
    for row in rows:
        size = f"{row.face_px} px" if row.face_px else "all sizes"
        difference, half = row.to_current
        lines.append(
            f"| {size} | {row.cut} | {row.n_found} of {row.n_faces} | {row.accuracy:.3f} "
            f"| {difference:+.3f} ± {half:.3f} | {row.macro_f1:.3f} |"
        )
    return "\n".join(lines)
