"""Whether a reading of a face is doubtful: by size, light, sharpness, turn, the frame's edge, and a covered mouth."""

from math import atan2, degrees, hypot

import numpy as np
import numpy.typing as npt
from PIL import Image

from emoclassify.faces.appearance import Pixels
from emoclassify.faces.covered import is_covered
from emoclassify.faces.reading import HeadTurn

MAX_YAW_DEG = 50.0
MAX_PITCH_DEG = 40.0
"""At larger angles half of the face is hidden, and the expression model was trained on few such faces."""

MAX_CUT_OFF = 0.15
"""Share of the box that may lie beyond the frame's edge."""

# Where the embedded expression model stops giving the answer that it gives to the same face undamaged: about where
# another emotion comes out on top in more than one of five. Measured on 173 faces, 134 to 419 px, of nine shared clips,
# made smaller (box filter), blurred (Gaussian, and motion along rows and columns), darker (with noise of 2 levels, then
# JPEG quality 50) and brighter (clipped). The same emotion stayed on top in ...

MIN_SIDE_PX = 24
"""Longer side of the box: 0.91 at 32 px, 0.87 at 24 px, 0.82 at 20 and 16 px, 0.64 at 12 px."""

MIN_BRIGHTNESS = 10.0
"""Mean of the middle of the face, of 255: 0.95 from 7 to 10, 0.82 from 3 to 5; a camera adds more noise than this
test did."""

MAX_CLIPPED = 0.6
"""Share of the middle of the face at 250 and more: 0.82 from 0.5 to 0.6, 0.77 from 0.6 to 0.7, 0.66 beyond."""

MIN_SHARPNESS = 0.008
"""See `sharpness`: blurred, 0.86 from 0.008 to 0.010 and 0.76 from 0.006 to 0.008; moved, 0.82 and 0.68. The faces as
they are have 0.079 and more, those of 24 px 0.009."""

REASONS = ("cut off", "small", "dark", "bright", "blurred", "turned", "mouth covered")

_SIDE_PX = 64  # to which every face is brought; the model's own picture has 48
_MIDDLE = slice(_SIDE_PX // 8, -_SIDE_PX // 8)
_WHITE = 250

# A mean adult face in units of the distance between the eyes: x to the right of the picture, y down, z away from the
# camera; order of the points as MTCNN gives them. Proportions after Farkas 1994, "Anthropometry of the Head and Face".
_FACE_XYZ = np.array(
    [[-0.5, 0.0, 0.0], [0.5, 0.0, 0.0], [0.0, 0.58, -0.42], [-0.39, 1.1, -0.08], [0.39, 1.1, -0.08]], dtype=np.float64
)
_FIT = np.linalg.pinv(_FACE_XYZ - _FACE_XYZ.mean(axis=0))
"""Of least squares: times centred points (5, 2), the two rows of the pose that fits them best, float64 (3, 2)."""


def head_turn(points_xy: npt.NDArray[np.float32]) -> HeadTurn:
    """The head's angles from MTCNN's five points, float32 (5, 2), pixels.

    Scaled orthographic projection solved by least squares: the first step of POSIT (DeMenthon and Davis 1995,
    "Model-based object pose in 25 lines of code"). Exact for a far camera and a mean face; a person's own proportions
    shift pitch by some degrees.
    """
    centred_xy = points_xy.astype(np.float64) - points_xy.mean(axis=0, dtype=np.float64)
    u, _, vt = np.linalg.svd((_FIT @ centred_xy).T, full_matrices=False)
    (xx, xy, xz), (yx, yy, yz) = (u @ vt).tolist()  # the nearest two orthonormal rows: to the right, and down
    zx, zy, zz = xy * yz - xz * yy, xz * yx - xx * yz, xx * yy - xy * yx  # forward, which both are square to
    # The rotation is roll * yaw * pitch, applied from right to left; its last row is free of roll.
    yaw, pitch, roll = atan2(zx, hypot(zy, zz)), atan2(zy, zz), atan2(yx, xx)
    return HeadTurn(yaw=degrees(yaw), pitch=degrees(pitch), roll=degrees(roll))


def doubt(
    crop: npt.NDArray[np.uint8],
    box_xyxy: npt.NDArray[np.float32],
    turn: HeadTurn,
    size_hw: tuple[int, int],
    upright_face: Pixels,
) -> str:
    """Why a reading is doubtful: the first of REASONS that holds, or empty.

    Args:
        crop: uint8 (h, w, 3), the face as the expression model sees it.
        box_xyxy: float32 (4,), pixels.
        turn: the head's angles.
        size_hw: height and width of the frame, pixels.
        upright_face: float32 (48, 48, 3), 0..255 (see `appearance.upright`).
    """
    if cut_off(box_xyxy, size_hw) > MAX_CUT_OFF:
        return "cut off"
    if max(box_xyxy[2:] - box_xyxy[:2]) < MIN_SIDE_PX:
        return "small"
    grey = _grey(crop)
    middle = grey[_MIDDLE, _MIDDLE]
    if middle.mean() < MIN_BRIGHTNESS:
        return "dark"
    if (middle >= _WHITE).mean() > MAX_CLIPPED:
        return "bright"
    if sharpness(grey) < MIN_SHARPNESS:
        return "blurred"
    if abs(turn.yaw) > MAX_YAW_DEG or abs(turn.pitch) > MAX_PITCH_DEG:
        return "turned"
    return "mouth covered" if is_covered(upright_face) else ""


def sharpness(grey: npt.NDArray[np.float32]) -> float:
    """How much of a face's contrast is fine detail; 0 none.

    The variance of the second difference over that of the picture, along the rows or the columns, whichever has less:
    the variance of the Laplacian (Pech-Pacheco et al. 2000), but blind neither to motion blur nor to the light.

    Args:
        grey: float32 (64, 64), 0..255; its outer eighths are left out.
    """
    middle = grey[_MIDDLE, _MIDDLE]
    variance = max(float(middle.var()), 1.0)
    across, down = (np.diff(middle, 2, axis=axis) for axis in (1, 0))
    return float(min(across.var(), down.var())) / variance


def _grey(crop: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """A crop in grey at one size, float32 (64, 64)."""
    resampling = Image.Resampling.BOX if len(crop) >= _SIDE_PX else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(crop).convert("L").resize((_SIDE_PX, _SIDE_PX), resampling), dtype=np.float32)


def cut_off(box_xyxy: npt.NDArray[np.float32], size_hw: tuple[int, int]) -> float:
    """Share of a box that lies beyond the frame's edge, 0..1."""
    x0, y0, x1, y1 = (float(value) for value in box_xyxy)
    inside = max(0.0, min(x1, size_hw[1]) - max(x0, 0.0)) * max(0.0, min(y1, size_hw[0]) - max(y0, 0.0))
    return 1.0 - inside / max((x1 - x0) * (y1 - y0), 1e-9)
