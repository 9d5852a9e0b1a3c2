"""How far a reading of a face can be trusted: the head's turn, and the frame's edge."""

import numpy as np
import numpy.typing as npt

from emoclassify.faces.reading import HeadTurn

MAX_YAW_DEG = 50.0
MAX_PITCH_DEG = 40.0
"""Beyond these the far half of the face is hidden, and the expression model was trained on few such faces."""

MAX_CUT_OFF = 0.15
"""Share of the box that may lie beyond the frame's edge."""

# A mean adult face in units of the distance between the eyes: x to the right of the picture, y down, z away from the
# camera; order of the points as MTCNN gives them. Proportions after Farkas 1994, "Anthropometry of the Head and Face".
_FACE_XYZ = np.array(
    [[-0.5, 0.0, 0.0], [0.5, 0.0, 0.0], [0.0, 0.58, -0.42], [-0.39, 1.1, -0.08], [0.39, 1.1, -0.08]], dtype=np.float64
)
_FACE_CENTRED = _FACE_XYZ - _FACE_XYZ.mean(axis=0)


def head_turn(points_xy: npt.NDArray[np.float32]) -> HeadTurn:
    """The head's angles from MTCNN's five points, float32 (5, 2), pixels.

    Scaled orthographic projection solved by least squares: the first step of POSIT (DeMenthon and Davis 1995,
    "Model-based object pose in 25 lines of code"). Exact for a far camera and a mean face; a person's own proportions
    shift pitch by some degrees.
    """
    seen = points_xy.astype(np.float64) - points_xy.mean(axis=0, dtype=np.float64)
    rows, *_ = np.linalg.lstsq(_FACE_CENTRED, seen, rcond=None)
    right, down = rows.T
    u, _, vt = np.linalg.svd(np.stack([right, down]), full_matrices=False)
    right, down = u @ vt  # the nearest two orthonormal rows
    forward = np.cross(right, down)
    # The rotation is roll * yaw * pitch, applied from right to left; its last row is free of roll.
    yaw = np.degrees(np.arctan2(forward[0], np.hypot(forward[1], forward[2])))
    pitch = np.degrees(np.arctan2(forward[1], forward[2]))
    roll = np.degrees(np.arctan2(down[0], right[0]))
    return HeadTurn(yaw=float(yaw), pitch=float(pitch), roll=float(roll))


def doubt(box_xyxy: npt.NDArray[np.float32], turn: HeadTurn, size_hw: tuple[int, int]) -> str:
    """Why a reading is doubtful, empty where it is not.

    Args:
        box_xyxy: float32 (4,), pixels.
        turn: the head's angles.
        size_hw: height and width of the frame, pixels.
    """
    if cut_off(box_xyxy, size_hw) > MAX_CUT_OFF:
        return "cut off"
    if abs(turn.yaw) > MAX_YAW_DEG or abs(turn.pitch) > MAX_PITCH_DEG:
        return "turned"
    return ""


def cut_off(box_xyxy: npt.NDArray[np.float32], size_hw: tuple[int, int]) -> float:
    """Share of a box that lies beyond the frame's edge, 0..1."""
    x0, y0, x1, y1 = (float(value) for value in box_xyxy)
    inside = max(0.0, min(x1, size_hw[1]) - max(x0, 0.0)) * max(0.0, min(y1, size_hw[0]) - max(y0, 0.0))
    return 1.0 - inside / max((x1 - x0) * (y1 - y0), 1e-9)
