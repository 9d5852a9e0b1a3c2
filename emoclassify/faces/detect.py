"""Finds faces in a frame with MTCNN.

Zhang et al. 2016, "Joint Face Detection and Alignment using Multi-task Cascaded Convolutional Networks", as
implemented, with its weights, by facenet-pytorch.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from facenet_pytorch import MTCNN

from emoclassify.runtime import torch_name

Array = npt.NDArray[np.float32]

_SMALLEST_PX = 20
"""MTCNN's own default; its first network looks at 12 px and finds little below this."""


@dataclass(frozen=True)
class Detections:
    """The faces of one frame, largest first.

    Attributes:
        boxes_xyxy: float32 (n, 4), pixels.
        confidence: float32 (n,), 0..1.
        points_xy: float32 (n, 5, 2), pixels: left and right eye (as seen in the picture), nose tip, left and right
            corner of the mouth.
    """

    boxes_xyxy: Array
    confidence: Array
    points_xy: Array

    def __len__(self) -> int:
        return len(self.boxes_xyxy)


_NOTHING = Detections(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty((0, 5, 2), np.float32))


class FaceDetector:
    """MTCNN, loaded once."""

    def __init__(self, device: str = "cpu") -> None:
        self._mtcnn = MTCNN(keep_all=True, select_largest=True, device=device).eval()
        self.runtime = torch_name(device)

    def detect(self, rgb: npt.NDArray[np.uint8], min_face: float) -> Detections:
        """Finds the faces of a frame.

        Args:
            rgb: uint8 (H, W, 3), upright.
            min_face: the smallest face, as a share of the shorter side, 0..1; never below 20 pixels.
        """
        self._mtcnn.min_face_size = max(_SMALLEST_PX, round(min_face * min(rgb.shape[:2])))
        if min(rgb.shape[:2]) * (12.0 / self._mtcnn.min_face_size) < 12:  # smaller than the smallest face
            return _NOTHING
        boxes, confidence, points = self._mtcnn.detect(rgb, landmarks=True)
        if boxes is None:
            return _NOTHING
        # 2.5.3 hands out object arrays under numpy 2.
        boxes, points = np.stack(boxes).astype(np.float32), np.stack(points).astype(np.float32)
        area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
        order = np.argsort(-area, kind="stable")
        return Detections(boxes[order], np.asarray(confidence, np.float32)[order], points[order])


def overlaps(a_xyxy: Array, b_xyxy: Array) -> Array:
    """Intersection over union of every box of a, float32 (n, 4), with every box of b, (m, 4) -> float32 (n, m)."""
    low = np.maximum(a_xyxy[:, None, :2], b_xyxy[None, :, :2])
    high = np.minimum(a_xyxy[:, None, 2:], b_xyxy[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    area_a = np.prod(a_xyxy[:, 2:] - a_xyxy[:, :2], axis=1)
    area_b = np.prod(b_xyxy[:, 2:] - b_xyxy[:, :2], axis=1)
    return np.asarray(shared / np.maximum(area_a[:, None] + area_b[None] - shared, 1e-9), dtype=np.float32)
