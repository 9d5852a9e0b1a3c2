"""Decides how to look for faces: a search of the whole frame, or a second look where they are expected."""

import numpy as np

from emoclassify.faces.detections import Detections
from emoclassify.faces.detectors import Detector
from emoclassify.media.nouns import Frame

SEARCH_WITHIN_S = 1.0
"""A frame is searched whole at least so often; beside other faces a new one may be found that much later. A second look
takes about a tenth of the time of a search, and its boxes are as near to those of facenet-pytorch's MTCNN."""

GROUP, SEARCH_GROUP_WITHIN_S = 3, 0.2
"""Where so many faces are, it is searched so often: people come, go and hide each other."""

_SAME_MOMENT_S = 0.02  # timestamps of one second apart are not always so in the last digits


class FaceFinder:
    """Finds the faces of one frame after the other."""

    def __init__(self, detector: Detector, min_face: float) -> None:
        self._detector, self._min_face = detector, min_face
        self._last_xyxy = np.empty((0, 4), np.float32)
        self._searched_s = -np.inf

    def find(self, frame: Frame, *, cut: bool) -> Detections:
        """The faces of the next frame, largest first.

        Searched whole at intervals; where there was no face in the frame before; where one of them is gone; at a cut.

        Args:
            frame: later than the one before.
            cut: a cut lies between the frame before and this one.
        """
        within_s = SEARCH_WITHIN_S if len(self._last_xyxy) < GROUP else SEARCH_GROUP_WITHIN_S
        due = frame.time_s - self._searched_s >= within_s - _SAME_MOMENT_S
        found = None
        if len(self._last_xyxy) and not due and not cut:
            found = self._detector.refine(frame.rgb, self._last_xyxy)
        if found is None or len(found) < len(self._last_xyxy):
            found, self._searched_s = self._detector.detect(frame.rgb, self._min_face), frame.time_s
        self._last_xyxy = found.boxes_xyxy
        return found
