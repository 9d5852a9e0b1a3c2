"""Finds faces in a frame."""

import numpy as np
import numpy.typing as npt

from emoclassify.faces.detections import Array, Detections
from emoclassify.faces.mtcnn import Mtcnn
from emoclassify.networks.runtime import Place

_DEFAULT_PLACE = Place()
_SMALLEST_PX = 20
"""MTCNN's own default; its first network looks at 12 px and finds little below this."""


class FaceDetector:
    """MTCNN, loaded once."""

    def __init__(self, place: Place = _DEFAULT_PLACE) -> None:
        self._mtcnn = Mtcnn(place)
        self.runtime = self._mtcnn.runtime

    def detect(self, rgb: npt.NDArray[np.uint8], min_face: float) -> Detections:
        """Finds the faces of a frame.

        Args:
            rgb: uint8 (H, W, 3), upright.
            min_face: the smallest face, as a share of the shorter side, 0..1; never below 20 pixels.
        """
        return self._mtcnn.search(rgb, max(_SMALLEST_PX, round(min_face * min(rgb.shape[:2]))))

    def refine(self, rgb: npt.NDArray[np.uint8], boxes_xyxy: Array) -> Detections:
        """Looks again where faces are expected.

        Args:
            rgb: uint8 (H, W, 3), upright.
            boxes_xyxy: float32 (n, 4), about where faces are; at most one face a box is found.
        """
        return self._mtcnn.refine(rgb, boxes_xyxy)
