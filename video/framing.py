"""Measures where the frame of a training face lies relative to the box that the detector finds around that face.

A crop has to look like a training face, with the same share of forehead, chin and background. So training faces are
enlarged, padded and detected; the medians are constants of `emoclassify.faces.expressions`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from facenet_pytorch import MTCNN
from PIL import Image

_ENLARGED_PX = 192
_ROOM_PX = 96  # on each side: the detector needs the surroundings of a face


@dataclass(frozen=True)
class Framing:
    """Medians over the faces that were found; lengths are shares of the longer side of the detector's box."""

    asked: int
    found: int
    side: float
    """Side of the training frame."""
    shift_x: float
    """From the middle of the box to the middle of the frame, to the right."""
    shift_y: float
    """The same, downwards."""
    side_quartiles: tuple[float, float]


def measure_framing(pixels: npt.NDArray[np.uint8], count: int, seed: int = 0) -> Framing:
    """Detects `count` of the grey faces uint8 (n, 48, 48), drawn at random."""
    rows = np.random.default_rng(seed).permutation(len(pixels))[:count]
    detector = MTCNN(keep_all=False, select_largest=True, post_process=False)
    framings = [framing for framing in (_frame_by_box(detector, face) for face in pixels[rows]) if framing is not None]
    table = np.array(framings, dtype=np.float64).reshape(-1, 3)
    side, shift_x, shift_y = (float(value) for value in np.median(table, axis=0))
    low, high = (float(value) for value in np.percentile(table[:, 0], [25, 75]))
    return Framing(len(rows), len(table), side, shift_x, shift_y, (low, high))


def _frame_by_box(detector: MTCNN, face: npt.NDArray[np.uint8]) -> tuple[float, float, float] | None:
    enlarged = np.asarray(Image.fromarray(face).resize((_ENLARGED_PX, _ENLARGED_PX), Image.Resampling.BICUBIC))
    roomy = np.pad(enlarged, _ROOM_PX, mode="edge")
    boxes, _ = detector.detect(np.repeat(roomy[:, :, None], 3, axis=2))
    if boxes is None:
        return None
    # facenet-pytorch 2.5.3 answers with object arrays under numpy 2.
    left, top, right, bottom = np.asarray(boxes, dtype=np.float64)[0]
    longer = max(right - left, bottom - top)
    middle = _ROOM_PX + _ENLARGED_PX / 2
    return (
        _ENLARGED_PX / longer,
        (middle - (left + right) / 2) / longer,
        (middle - (top + bottom) / 2) / longer,
    )
