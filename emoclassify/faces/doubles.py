"""Tells a mirror image, or a live picture of somebody on a monitor, from a second person: it moves with its owner.

The head of a mirror image goes left when its owner's goes right, leans and turns the other way, and nods with it; a
picture on a monitor does all of it the same way. And both look like their owner. numpy only.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from emoclassify.faces.appearance import Look, mirrored, picture_distance
from emoclassify.faces.reading import FaceReading

MOVES_WITH = 0.4
"""Correlation of the movements, the median over five of them, from which two faces move together: 0.46 and more in
made mirror images and copies of real people, 0.14 at most between two people (`python -m benchmarks face-limits`)."""

LOOKS_LIKE, LOOKS_THE_SAME = 0.35, 0.1
"""Difference of the small grey pictures (see `appearance.picture_distance`) up to which one face may be the other's
mirror image, seen from another side, and up to which it may be its picture, which is the same: made ones 0.00 to 0.03,
two people in one picture 0.21 and more. Without it, people who dance, or sit in one car, would pass for copies."""

LEAST_FRAMES = 25
"""Two faces are compared only where they were seen together in so many sampled frames."""

_STEP_S = 0.4  # movements over a shorter time are lost in the wobble of boxes and points

_MIRROR = np.array([-1, 1, -1, -1, 1])
"""How each movement of `_movements` of a mirror image goes with its owner's."""

Floats = npt.NDArray[np.float64]
Faces = Mapping[int, FaceReading]
"""Frame -> the face of one person there."""


def is_double(owner: Faces, other: Faces, owner_looks: Sequence[Look], other_looks: Sequence[Look]) -> bool:
    """Whether `other` is a mirror image of `owner`, or a picture of the same moment on a monitor."""
    if not (owner_looks and other_looks):
        return False
    as_mirrored, as_copied = moves_together(owner, other)
    if as_mirrored >= MOVES_WITH:
        return picture_distance(owner_looks, list(map(mirrored, other_looks))) <= LOOKS_LIKE
    return as_copied >= MOVES_WITH and picture_distance(owner_looks, other_looks) <= LOOKS_THE_SAME


def moves_together(one: Faces, other: Faces) -> tuple[float, float]:
    """How far two faces move together, -1..1: as mirror images, and as copies; 0 where they were seen too little.

    The median over five movements: one in which both stand still, or the camera alone moves, says nothing by itself.
    """
    frames = sorted(one.keys() & other.keys())
    if len(frames) < LEAST_FRAMES:
        return 0.0, 0.0
    step_s = float(np.median(np.diff([one[frame].time_s for frame in frames])))
    step = max(1, round(_STEP_S / max(step_s, 1e-3)))
    moves = [_movements([faces[frame] for frame in frames], step) for faces in (one, other)]
    together = np.array([_correlation(a, b) for a, b in zip(*moves, strict=True)])
    return float(np.median(together * _MIRROR)), float(np.median(together))


def _movements(faces: Sequence[FaceReading], step: int) -> Floats:
    """Across, down, lean, turn and nod from each face to the one `step` later, float64 (5, n - step)."""
    boxes = np.array([face.box_xyxy for face in faces])
    side_px = float(np.median(boxes[:, 3] - boxes[:, 1]))
    turns = np.array([[face.turn.roll, face.turn.yaw, face.turn.pitch] for face in faces])
    places = np.column_stack([(boxes[:, :2] + boxes[:, 2:]) / (2 * side_px), turns])
    return np.asarray((places[step:] - places[:-step]).T)


def _correlation(a: Floats, b: Floats) -> float:
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum()) / size if size else 0.0
