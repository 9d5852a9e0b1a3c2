"""The faces of one frame, as a detector returns them. No networks here."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Detections:
    """The faces of one frame, largest first.

    Attributes:
        boxes_xyxy: float32 (n, 4), pixels: left, top, right, bottom.
        confidence: float32 (n,), 0..1.
        points_xy: float32 (n, 5, 2), pixels: left and right eye (as seen in the picture), nose tip, left and right
            corner of the mouth.
    """

    boxes_xyxy: Array
    confidence: Array
    points_xy: Array

    def __len__(self) -> int:
        return len(self.boxes_xyxy)

    def chosen(self, rows: npt.NDArray[np.intp]) -> "Detections":
        """The faces in these rows, in their order; intp (k,)."""
        return Detections(self.boxes_xyxy[rows], self.confidence[rows], self.points_xy[rows])


def overlaps(a_xyxy: Array, b_xyxy: Array) -> Array:
    """Intersection over union of every box of a, float32 (n, 4), with every box of b, (m, 4) -> float32 (n, m)."""
    low = np.maximum(a_xyxy[:, None, :2], b_xyxy[None, :, :2])
    high = np.minimum(a_xyxy[:, None, 2:], b_xyxy[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    area_a = np.prod(a_xyxy[:, 2:] - a_xyxy[:, :2], axis=1)
    area_b = np.prod(b_xyxy[:, 2:] - b_xyxy[:, :2], axis=1)
    return np.asarray(shared / np.maximum(area_a[:, None] + area_b[None] - shared, 1e-9), dtype=np.float32)
