"""Measures how much a face moves within itself: eyes, mouth and the turning of the head, but no shift of the whole.

A photograph held before the camera shifts, turns and grows as a flat thing does: between two moments of it an affine
map explains everything. In a living face it does not.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emoclassify.faces.appearance import SIDE_PX, Pixels, upright
from emoclassify.faces.prepare import LUMA

COMPARED_AFTER_S = 1.0
"""Each face is compared with itself this long before, the nearest earlier frame: enough for a look or a word."""

MEASURED_EVERY_S = 0.19
"""Not measured more often than this, however many frames are looked at: each time takes 0.8 ms."""

_GONE_AFTER_S = 10.0  # then a face's pictures are thrown away: its track has ended

_ROUNDS = 6  # of the registration; the fit changes no more after four or five

_INNER = np.s_[10:44, 10:38]  # the part of the upright picture that is face
_CENTRED_Y, _CENTRED_X = (np.mgrid[0:SIDE_PX, 0:SIDE_PX] - (SIDE_PX - 1) / 2).astype(np.float32) / SIDE_PX
_Y, _X = np.mgrid[0:SIDE_PX, 0:SIDE_PX].astype(np.float32)
_LAST_PX = SIDE_PX - 1.001
_LEAST_CONTRAST = 1.0  # grey levels


@dataclass(frozen=True)
class _Seen:
    time_s: float
    grey: Pixels


class FaceMotion:
    """Measures the faces of one frame after another, each against its own earlier picture."""

    def __init__(self) -> None:
        self._earlier: dict[int, list[_Seen]] = {}

    def measure(
        self, track: int, time_s: float, rgb: npt.NDArray[np.uint8], points_xy: npt.NDArray[np.float32]
    ) -> float | None:
        """How much a face changed within itself (see `own_change`); None where it was not yet seen long enough.

        Args:
            track: the number of the face's track.
            time_s: of the frame.
            rgb: uint8 (H, W, 3), a whole frame.
            points_xy: float32 (5, 2), MTCNN's points, in pixels of the frame.
        """
        self._forget_ended(time_s)
        earlier = self._earlier.setdefault(track, [])
        if earlier and time_s - earlier[-1].time_s < MEASURED_EVERY_S:
            return None
        now = _Seen(time_s, _blurred(upright(rgb, points_xy) @ np.array(LUMA, np.float32)))
        while len(earlier) > 1 and time_s - earlier[1].time_s >= COMPARED_AFTER_S - MEASURED_EVERY_S / 2:
            earlier.pop(0)
        earlier.append(now)
        old = earlier[0]
        is_old_enough = time_s - old.time_s >= COMPARED_AFTER_S - MEASURED_EVERY_S / 2
        return own_change(old.grey, now.grey) if is_old_enough else None

    def _forget_ended(self, time_s: float) -> None:
        last_seen_s = {track: pictures[-1].time_s for track, pictures in self._earlier.items()}
        for track, seen_s in last_seen_s.items():
            if time_s - seen_s > _GONE_AFTER_S:
                del self._earlier[track]

    def forget(self) -> None:
        """Forgets all faces: at a cut, their tracks end."""
        self._earlier.clear()


def own_change(before: Pixels, after: Pixels) -> float:
    """How much of a face's contrast an affine map and a change of light leave unexplained; 0 the same picture.

    The map is found by Gauss-Newton steps on the brightness, with gain and offset (Lucas and Kanade 1981; Baker and
    Matthews 2004, "Lucas-Kanade 20 years on", the variant that keeps the Jacobian of the first picture).

    Args:
        before: float32 (48, 48), the upright face in grey.
        after: float32 (48, 48), the same face later.

    Returns:
        The root mean square of what remains inside the face, in units of the standard deviation of `before` there.
    """
    slope_y, slope_x = np.gradient(before, axis=0)[_INNER].ravel(), np.gradient(before, axis=1)[_INNER].ravel()
    x, y, face = _CENTRED_X[_INNER].ravel(), _CENTRED_Y[_INNER].ravel(), before[_INNER].ravel()
    light = face - face.mean()
    parts = [slope_x * x, slope_x * y, slope_x, slope_y * x, slope_y * y, slope_y, light, np.ones_like(face)]
    jacobian = np.stack(parts, axis=1)
    normal = jacobian.T @ jacobian + 1e-3 * np.eye(jacobian.shape[1], dtype=np.float32)
    warp = np.zeros(6, np.float32)
    left = face
    for _ in range(_ROUNDS):
        difference = _warped(after, warp) - face
        step = np.linalg.solve(normal, jacobian.T @ difference)
        left = difference - jacobian @ step
        warp -= step[:6].astype(np.float32)
    return float(np.sqrt(np.square(left).mean()) / max(float(face.std()), _LEAST_CONTRAST))


def _warped(grey: Pixels, warp: npt.NDArray[np.float32]) -> Pixels:
    """The inner part of a picture, drawn at shifted places; float32 (n,)."""
    x = _X + warp[0] * _CENTRED_X + warp[1] * _CENTRED_Y + warp[2]
    y = _Y + warp[3] * _CENTRED_X + warp[4] * _CENTRED_Y + warp[5]
    x, y = np.clip(x[_INNER], 0, _LAST_PX).ravel(), np.clip(y[_INNER], 0, _LAST_PX).ravel()
    left, top = x.astype(np.intp), y.astype(np.intp)
    across, down = x - left, y - top
    upper = grey[top, left] * (1 - across) + grey[top, left + 1] * across
    lower = grey[top + 1, left] * (1 - across) + grey[top + 1, left + 1] * across
    return np.asarray(upper * (1 - down) + lower * down, dtype=np.float32)


def _blurred(grey: Pixels) -> Pixels:
    """Weights 1, 2, 1 along both axes: noise of the camera is no motion."""
    wide = np.pad(grey, 1, mode="edge")
    rows = wide[:-2] + 2 * wide[1:-1] + wide[2:]
    return np.asarray((rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 16, dtype=np.float32)
