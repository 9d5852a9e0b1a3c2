"""Measures all steps from a frame to an answer: labelled faces are pasted into frames, found, cut out and read.

The side of the cut is varied too: the one in `emoclassify.faces.expressions` was chosen by these figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from emoclassify.faces.detections import overlaps
from emoclassify.faces.detectors import Detector
from emoclassify.faces.expressions import CROP_SIDE, crop_face
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
CROP_SIDES = (0.7, 0.8, 0.9, CROP_SIDE, 1.05, 1.15)

_CUTS = (None, *CROP_SIDES)
_GREY = 128
_MIN_OVERLAP = 0.3  # intersection over union: below, it is not the pasted face that was found


@dataclass(frozen=True)
class Pasted:
    """One size of face (0: all sizes together) and one side of the cut, over the faces that were found."""

    face_px: int
    side_share: float | None
    """None: the pasted picture itself, as if the cut had exactly the frame of the labelled picture."""
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


def measure_pasted(faces: Faces, detector: Detector, expressions: Expressions) -> list[Pasted]:
    """Pastes every face in every size and reads it with every cut: a row for each, then one a cut for all sizes."""
    answers = np.array([[_answers(face, px, detector, expressions) for face in faces.pixels] for px in FACE_PX])
    blocks = {**dict(zip(FACE_PX, answers[:, None], strict=True)), 0: answers}
    return [_row(side_px, cut, block, faces.truth) for side_px, block in blocks.items() for cut in range(len(_CUTS))]


def _answers(face: Grey, side_px: int, detector: Detector, expressions: Expressions) -> Answers:
    """The answer for one face with each of _CUTS, int64 (cuts,); -1 where the program would not find the face."""
    frame, place = paste(face, side_px)
    box = found_at(frame, place, detector)
    if box is None:
        return np.full(len(_CUTS), -1)
    left, top, right, bottom = place.astype(int)
    crops = [crop_face(frame, box.tolist(), side_share=share) for share in CROP_SIDES]
    return np.asarray(expressions.predict([frame[top:bottom, left:right], *crops]).argmax(axis=1))


def found_at(frame: Rgb, place: Box, detector: Detector) -> Box | None:
    """The box that the program would read, the largest, if it is the face pasted at `place`; else None."""
    boxes = detector.detect(frame, Options().min_face).boxes_xyxy[:1]
    return boxes[0] if len(boxes) and overlaps(boxes, place[None])[0, 0] > _MIN_OVERLAP else None


def _row(side_px: int, cut: int, block: Answers, truth: Truth) -> Pasted:
    """One row of a block of answers (sizes, faces, cuts)."""
    answers, current_answers = block[:, :, cut], block[:, :, _CUTS.index(CROP_SIDE)]
    is_found = answers >= 0
    accuracy = macro_f1 = float("nan")
    if is_found.any():
        found_truth = np.broadcast_to(truth, answers.shape)[is_found]
        accuracy, macro_f1, _ = summary(confusion_matrix(found_truth, answers[is_found]))
    to_current = gain((answers == truth).astype(int) - (current_answers == truth), is_found)
    return Pasted(side_px, _CUTS[cut], answers.size, int(is_found.sum()), accuracy, macro_f1, to_current)


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
    lines = ["| face | side of the cut | found | accuracy | to current | macro-F1 |", "|---|---|---|---|---|---|"]
    for row in rows:
        size = f"{row.face_px} px" if row.face_px else "all sizes"
        side = "as pasted" if row.side_share is None else str(row.side_share)
        side += " (current)" * (row.side_share == CROP_SIDE)
        difference, half = row.to_current
        lines.append(
            f"| {size} | {side} | {row.n_found} of {row.n_faces} | {row.accuracy:.3f} "
            f"| {difference:+.3f} ± {half:.3f} | {row.macro_f1:.3f} |"
        )
    return "\n".join(lines)
