"""Decides how to look for faces: a search of the whole frame, or a second look where they are expected."""

import numpy as np

from emoclassify.faces.detections import Detections
from emoclassify.faces.detectors import Detector
from emoclassify.media.nouns import Frame

SEARCH_WITHIN_S = 1.0
"""Longest time between two searches of the whole frame; so beside other faces a new one may be found this much later. A
second look takes about a tenth of the time of a search, and its boxes are as near to those of facenet-pytorch's
MTCNN."""

GROUP, SEARCH_GROUP_WITHIN_S = 3, 0.2
"""With so many faces or more, the longest time between two searches: people come, go and hide each other."""

_SAME_MOMENT_S = 0.02  # timestamps one second apart may differ from it in the last digits


class FaceFinder:
    """Finds the faces of one frame after another."""

    def __init__(self, detector: Detector, min_face: float) -> None:
        self._detector, self._min_face = detector, min_face
        self._last_xyxy = np.empty((0, 4), np.float32)
        self._searched_s = -np.inf

    def find(self, frame: Frame, *, cut: bool) -> Detections:
        """The faces of the next frame, largest first.

        The whole frame is searched at intervals, at a cut, where the frame before had no face, and where one is gone.

        Args:
            frame: upright, later than the one before.
            cut: a cut lies between the frame before and this one.
        """
        within_s = SEARCH_WITHIN_S if len(self._last_xyxy) < GROUP else SEARCH_GROUP_WITHIN_S
        due = frame.time_s - self._searched_s >= within_s - _SAME_MOMENT_S
        detections = None
        if len(self._last_xyxy) and not due and not cut:
            detections = self._detector.refine(frame.rgb, self._last_xyxy)
        if detections is None or len(detections) < len(self._last_xyxy):
            detections, self._searched_s = self._detector.detect(frame.rgb, self._min_face), frame.time_s
        self._last_xyxy = detections.boxes_xyxy
        return detections
