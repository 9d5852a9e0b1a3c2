"""One face of one frame, as the networks leave it for everything after them. No networks here."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emoclassify.labels import Scores


@dataclass(frozen=True, slots=True)
class HeadTurn:
    """The head's angles against the camera, in degrees.

    Attributes:
        yaw: above 0 where the face looks to the right of the picture.
        pitch: above 0 where the face looks down.
        roll: above 0 where the head leans clockwise in the picture.
    """

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, slots=True)
class FrameTime:
    """One sampled frame: its index among the decoded frames, from 0, and its time."""

    frame: int
    time_s: float
    cut: bool = False
    """Whether a cut lies between the sampled frame before and this one."""
    brightness: float | None = None
    """Mean of the whole picture, 0..255; this and the next are None in results of older versions."""
    change: float | None = None
    """Mean difference of its greys to the sampled frame before, 0..255; None for the first."""
    unread: bool = False
    """Whether nothing read it in time, where pictures are read one by one and nothing is recorded."""


@dataclass(frozen=True, slots=True)
class OtherFace:
    """A face without a reading: of a person who was not asked for, or confirmed by no other face near it in time."""

    frame: int
    box_xyxy: tuple[float, float, float, float]
    """Pixels of the upright frame; may reach beyond its edges."""
    person: int = 0
    """From 1, as those of the readings; 0 where no other frame confirms the face, where it is outside the area, and in
    results of older versions."""
    outside: bool = False
    """Whether it is outside the area in which faces are read: then it counts as nobody, and is known only to be
    covered."""


@dataclass(frozen=True, slots=True)
class FaceReading:
    """What was read of one face in one sampled frame."""

    frame: int
    time_s: float
    person: int
    """From 1; person 1 has the largest face area summed over time."""
    box_xyxy: tuple[float, float, float, float]
    """Pixels of the upright frame; may reach beyond its edges."""
    detector_confidence: float
    scores: Scores
    """float32 (7,), sum 1."""
    turn: HeadTurn
    quality_reason: str
    """Why the reading is doubtful, one of `quality.REASONS`; empty where it is not."""
    own_change: float | None = None
    """How much the face changed within itself since about a second before (see `faces.motion`), 0 not at all; None
    where it was not measured."""

    @property
    def quality_ok(self) -> bool:
        """True where nothing speaks against the reading."""
        return not self.quality_reason


Unread = tuple[FaceReading, npt.NDArray[np.uint8]]
"""A reading without scores yet, and its crop, uint8 (S, S, 3)."""

Place = tuple[int, tuple[float, float, float, float]]
"""A frame, and the box of a face in it."""


def place_of(face: FaceReading) -> Place:
    """Where a face is: no two have the same."""
    return face.frame, face.box_xyxy
