"""Detectors of faces: what each must be able to do, and all of them by name."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from emoclassify.faces.detections import Array, Detections
from emoclassify.faces.mtcnn import Mtcnn
from emoclassify.networks.models import ModelInfo
from emoclassify.networks.runtime import Place


class Detector(Protocol):
    """Finds the faces of a frame."""

    def detect(self, rgb: npt.NDArray[np.uint8], min_face: float) -> Detections:
        """Finds the faces of a frame, largest first.

        Args:
            rgb: uint8 (H, W, 3), upright.
            min_face: the smallest face, as a share of the shorter side, 0..1.
        """

    def refine(self, rgb: npt.NDArray[np.uint8], boxes_xyxy: Array) -> Detections:
        """Looks again where faces are expected: far cheaper than a search, and blind to new faces.

        Args:
            rgb: uint8 (H, W, 3), upright.
            boxes_xyxy: float32 (n, 4), pixels, about where faces are; in each at most one face is found.
        """


class LoadedDetector(Detector, Protocol):
    """A detector with its networks in memory."""

    runtime: str
    """What runs it, for people and for analysis.json."""

    def __init__(self, place: Place) -> None:
        """Loads its networks."""

    @staticmethod
    def describe() -> ModelInfo:
        """Its name, terms and files."""


DETECTORS: dict[str, type[LoadedDetector]] = {"mtcnn": Mtcnn}

DETECTOR = "mtcnn"
"""Name of the detector that an analysis uses."""
