"""Measures how much a face moves within itself: eyes, mouth and the turning of the head, but no shift of the whole.

A photograph held before the camera shifts, turns and grows as a flat thing does: between two moments of it an affine
map explains everything. In a living face it does not.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from emoclassify.faces.appearance import SIDE_PX, Pixels
from emoclassify.faces.prepare import LUMA
from emoclassify.faces.rigid import SHARE, is_rigid

COMPARED_AFTER_S = 1.0
"""Each face is compared with itself this long before, the nearest earlier frame: enough for a look or a word."""

STAYS_CHANGE = 0.05
"""Change of a place in the picture up to which nothing moves there. Where a face is, it changes by 0.09 and more in a
second in twelve clips of people, most of them sitting still; where a photograph hangs, by 0.01, and by 0.03 with the
noise of a camera in the dark (6 levels)."""

STAYS_MOMENTS = 10
"""A face is called a picture on the wall only where its place was looked at so often."""

RIGID_BESIDE_MOMENTS = 50
"""A face beside a living one is called a held photograph only where it was measured so often: somebody who listens sits
still for long."""

MEASURED_EVERY_S = 0.19
"""Not measured more often than this, however many frames are looked at: each time takes 0.8 ms."""

_GONE_AFTER_S = 10.0  # then a face's pictures are thrown away: its track has ended

_ROUNDS = 6  # of the registration; the fit changes no more after four or five

_INNER = np.s_[10:44, 10:38]  # the part of the upright picture that is face
_CENTRED_Y, _CENTRED_X = (np.mgrid[0:SIDE_PX, 0:SIDE_PX] - (SIDE_PX - 1) / 2).astype(np.float32) / SIDE_PX
_INNER_Y, _INNER_X = (axis[_INNER].ravel() for axis in np.mgrid[0:SIDE_PX, 0:SIDE_PX].astype(np.float32))
_INNER_CENTRED_Y, _INNER_CENTRED_X = _CENTRED_Y[_INNER].ravel(), _CENTRED_X[_INNER].ravel()
_LAST_PX = SIDE_PX - 1.001
_LEAST_CONTRAST = 1.0  # grey levels
_PLACE_PX = 16  # the noise of the camera is averaged away
_ROWS_PER_PLACE = 6  # of a frame, where a face is so high: with fewer, the noise in the dark would pass for motion


@dataclass(frozen=True)
class _Seen:
    time_s: float
    grey: Pixels
    box_xyxy: npt.NDArray[np.float32]
    place: Pixels


class FaceMotion:
    """Measures the faces of one frame after another, each against its own earlier picture."""

    def __init__(self) -> None:
        self._earlier: dict[int, list[_Seen]] = {}
        self.n_looked: Counter[int] = Counter()
        """Number of a track -> how often it was looked whether the place of its face changes."""
        self.n_stayed: Counter[int] = Counter()
        """And how often it did not."""

    def measure(
        self,
        track: int,
        time_s: float,
        rgb: npt.NDArray[np.uint8],
        box_xyxy: npt.NDArray[np.float32],
        face: Pixels,
    ) -> float | None:
        """How much a face changed within itself (see `own_change`); None where it was not yet seen long enough.

        Args:
            track: the number of the face's track.
            time_s: of the frame.
            rgb: uint8 (H, W, 3), a whole frame.
            box_xyxy: float32 (4,), of the face, in pixels of the frame.
            face: float32 (48, 48, 3), 0..255, the upright face (see `appearance.upright`).
        """
        self._forget_ended(time_s)
        earlier = self._earlier.setdefault(track, [])
        if earlier and time_s - earlier[-1].time_s < MEASURED_EVERY_S:
            return None
        grey = _blurred(face @ np.array(LUMA, np.float32))
        now = _Seen(time_s, grey, box_xyxy, _place(rgb, box_xyxy))
        while len(earlier) > 1 and time_s - earlier[1].time_s >= COMPARED_AFTER_S - MEASURED_EVERY_S / 2:
            earlier.pop(0)
        earlier.append(now)
        old = earlier[0]
        is_old_enough = time_s - old.time_s >= COMPARED_AFTER_S - MEASURED_EVERY_S / 2
        if not is_old_enough:
            return None
        self.n_looked[track] += 1
        self.n_stayed[track] += _differ(old.place, _place(rgb, old.box_xyxy)) <= STAYS_CHANGE
        return own_change(old.grey, now.grey)

    def is_picture(self, tracks: Iterable[int], own_changes: Sequence[float]) -> bool:
        """Whether a face, beside one that lives, is a photograph: on the wall, or held.

        Args:
            tracks: all of the face.
            own_changes: what `measure` gave of it.
        """
        tracks = list(tracks)
        n_looked, n_stayed = (sum(counter[track] for track in tracks) for counter in (self.n_looked, self.n_stayed))
        if n_looked >= STAYS_MOMENTS and n_stayed >= SHARE * n_looked:
            return True
        return len(own_changes) >= RIGID_BESIDE_MOMENTS and is_rigid(own_changes)

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
    x, y, face = _INNER_CENTRED_X, _INNER_CENTRED_Y, before[_INNER].ravel()
    light = face - face.mean()
    parts = [slope_x * x, slope_x * y, slope_x, slope_y * x, slope_y * y, slope_y, light, np.ones_like(face)]
    jacobian = np.stack(parts, axis=1)
    normal = jacobian.T @ jacobian + 1e-3 * np.eye(jacobian.shape[1], dtype=np.float32)
    fit = np.linalg.solve(normal, jacobian.T)  # of least squares, the same in every round
    warp, difference, step = np.zeros(6, np.float32), face, np.zeros(len(fit), np.float32)
    for _ in range(_ROUNDS):
        difference = _warped(after, warp) - face
        step = fit @ difference
        warp -= step[:6]
    left = difference - jacobian @ step
    return float(np.sqrt(np.square(left).mean()) / max(float(face.std()), _LEAST_CONTRAST))


def _place(rgb: npt.NDArray[np.uint8], box_xyxy: npt.NDArray[np.float32]) -> Pixels:
    """What is in a box of a frame, in grey at one size: float32 (16, 16)."""
    height, width = rgb.shape[:2]
    left, top, right, bottom = (int(edge) for edge in box_xyxy)
    left, top = min(max(left, 0), width - 1), min(max(top, 0), height - 1)
    # Making a large face grey is most of the work, and whole rows are read faster than single pixels.
    step = max(1, (bottom - top) // (_ROWS_PER_PLACE * _PLACE_PX))
    part = Image.fromarray(rgb[top : max(bottom, top + 1) : step, left : max(right, left + 1)]).convert("L")
    return np.asarray(part.resize((_PLACE_PX, _PLACE_PX), Image.Resampling.BOX), dtype=np.float32)


def _differ(before: Pixels, after: Pixels) -> float:
    """The root mean square of the difference of two pictures, in units of the standard deviation of the first."""
    return float(np.sqrt(np.square(after - before).mean()) / max(float(before.std()), _LEAST_CONTRAST))


def _warped(grey: Pixels, warp: npt.NDArray[np.float32]) -> Pixels:
    """The inner part of a picture, drawn at shifted places; float32 (n,)."""
    x = _INNER_X + warp[0] * _INNER_CENTRED_X + warp[1] * _INNER_CENTRED_Y + warp[2]
    y = _INNER_Y + warp[3] * _INNER_CENTRED_X + warp[4] * _INNER_CENTRED_Y + warp[5]
    x, y = x.clip(0, _LAST_PX), y.clip(0, _LAST_PX)
    left, top = x.astype(np.intp), y.astype(np.intp)
    across, down = x - left, y - top
    flat, place = grey.ravel(), top * SIDE_PX + left
    upper = flat.take(place) * (1 - across) + flat.take(place + 1) * across
    lower = flat.take(place + SIDE_PX) * (1 - across) + flat.take(place + SIDE_PX + 1) * across
    return np.asarray(upper * (1 - down) + lower * down, dtype=np.float32)


def _blurred(grey: Pixels) -> Pixels:
    """Weights 1, 2, 1 along both axes: noise of the camera is no motion."""
    wide = np.pad(grey, 1, mode="edge")
    rows = wide[:-2] + 2 * wide[1:-1] + wide[2:]
    return np.asarray((rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 16, dtype=np.float32)
