"""Follows faces from frame to frame within a shot; `persons` recognises them after a gap or a cut."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from emoclassify.faces.appearance import Look, distances, remember

Boxes = npt.NDArray[np.float32]
"""float32 (n, 4): left, top, right, bottom, pixels."""

MAX_COST = 1.0
"""Largest cost at which a face may continue a track: how far it is from where it was expected (see `displacements`)
plus how different it looks (see `appearance.distances`).

Measured on 11 clips of one face at 1 to 10 frames a second, and on 28 pairs of different faces put in the same place
with no cut between them: at 0.6 three talkers become two persons when they turn their heads, at 0.8 and above none
does; 2 of the pairs pass for one person at 1.0, 5 at 1.2, 6 at 1.4. In a street crowd 0.9 loses more walkers than 1.0.
"""

MAX_AWAY_S = 1.0
"""A track ends when its face was not found for longer than this."""

_LOOKED_FOR = 2
"""A track also needs this many frames without its face to end: at few frames a second, frames are far apart."""

_FAR_SIDES = 1.5

_NEWEST_STEP = 0.5
"""Share of the newest step in a track's velocity, 0..1."""


@dataclass
class Track:
    """One face, followed through one shot."""

    id: int
    box_xyxy: Boxes
    seen_s: float
    looks: list[Look]
    """Looks that differ from each other; the newest is `look`."""
    look: Look
    velocity_xy: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))
    """Pixels a second."""
    missed: int = 0
    frames: set[int] = field(default_factory=set)
    """The sampled frames in which it was found, counted from 0."""

    def expected(self, time_s: float) -> Boxes:
        """Where the face should be at a time, float32 (4,), pixels."""
        step = self.velocity_xy * min(time_s - self.seen_s, MAX_AWAY_S)
        return np.asarray(self.box_xyxy + np.tile(step, 2), dtype=np.float32)

    def see(self, frame: int, time_s: float, box_xyxy: Boxes, look: Look) -> None:
        """Adds the face of a later frame."""
        moved = (box_xyxy - self.box_xyxy).reshape(2, 2).mean(axis=0) / (time_s - self.seen_s)
        self.velocity_xy = (1 - _NEWEST_STEP) * self.velocity_xy + _NEWEST_STEP * moved
        self.box_xyxy, self.seen_s, self.missed, self.look = box_xyxy, time_s, 0, look
        self.frames.add(frame)
        remember(self.looks, [look])


class Tracker:
    """Assigns each face of a frame to a track, never two faces of one frame to the same."""

    def __init__(self, on_end: Callable[[Track], None]) -> None:
        """`on_end` is called with each track when it ends."""
        self._on_end = on_end
        self._open: list[Track] = []
        self._next_frame, self._next_id = 0, 0

    def assign(self, time_s: float, boxes_xyxy: Boxes, looks: Sequence[Look]) -> list[int]:
        """The ids of the tracks of the faces of the next frame.

        Args:
            time_s: of the frame, later than the one before.
            boxes_xyxy: float32 (n, 4), pixels.
            looks: n, one for each box (see `appearance.describe`).
        """
        frame, self._next_frame = self._next_frame, self._next_frame + 1
        ids = [-1] * len(boxes_xyxy)
        for row, i in _best_pairs(self._costs(time_s, boxes_xyxy, looks)):
            self._open[row].see(frame, time_s, boxes_xyxy[i], looks[i])
            ids[i] = self._open[row].id
        self._end_lost(time_s)
        for i, box in enumerate(boxes_xyxy):
            if ids[i] < 0:
                ids[i], self._next_id = self._next_id, self._next_id + 1
                self._open.append(Track(ids[i], box, time_s, [looks[i]], looks[i], frames={frame}))
        return ids

    def end(self) -> None:
        """Ends all tracks: at a cut, or at the end of the recording."""
        for track in self._open:
            self._on_end(track)
        self._open = []

    def _costs(self, time_s: float, boxes_xyxy: Boxes, looks: Sequence[Look]) -> Boxes:
        """How badly each face fits each track, float32 (tracks, faces), 0 perfectly."""
        if not self._open or not len(boxes_xyxy):
            return np.empty((0, 0), np.float32)
        differ = [distances([track.look, *track.looks], looks).min(axis=0) for track in self._open]
        expected = np.stack([track.expected(time_s) for track in self._open])
        return np.asarray(displacements(expected, boxes_xyxy) + np.stack(differ), dtype=np.float32)

    def _end_lost(self, time_s: float) -> None:
        for track in self._open:
            track.missed += track.seen_s < time_s
        lost = [t for t in self._open if t.missed >= _LOOKED_FOR and time_s - t.seen_s > MAX_AWAY_S]
        for track in lost:
            self._on_end(track)
        self._open = [track for track in self._open if track not in lost]


def _best_pairs(costs: Boxes) -> Iterator[tuple[int, int]]:
    """Pairs (row, column) with the least total cost, each row and column at most once, none above MAX_COST."""
    possible = costs <= MAX_COST
    if (possible.sum(axis=0) <= 1).all() and (possible.sum(axis=1) <= 1).all():  # as nearly always
        yield from zip(*np.nonzero(possible), strict=True)
        return
    from scipy.optimize import linear_sum_assignment  # here, since it takes half a second to import

    rows, columns = linear_sum_assignment(np.where(possible, costs - MAX_COST - 1, 0.0))
    yield from ((row, column) for row, column in zip(rows, columns, strict=True) if possible[row, column])


def displacements(a_xyxy: Boxes, b_xyxy: Boxes) -> Boxes:
    """How far every box of a, (n, 4), is from every box of b, (m, 4); float32 (n, m), 0 the same box.

    The distance of the centres, 1 for one and a half sides of a box, plus the logarithm of the ratio of the sizes.
    Unlike an overlap, it still tells near from far where a walker's face has moved by more than its own size.
    """
    a_px, b_px = _sides(a_xyxy)[:, None], _sides(b_xyxy)[None]
    middles = (a_xyxy[:, None, :2] + a_xyxy[:, None, 2:] - b_xyxy[None, :, :2] - b_xyxy[None, :, 2:]) / 2
    apart = np.linalg.norm(middles, axis=2) / ((a_px + b_px) / 2)
    return np.asarray(apart / _FAR_SIDES + np.abs(np.log(a_px / b_px)), dtype=np.float32)


def _sides(boxes_xyxy: Boxes) -> Boxes:
    """The sides of squares of the same area, at least a pixel; (n, 4) -> (n,)."""
    size = np.maximum(boxes_xyxy[:, 2:] - boxes_xyxy[:, :2], 1.0)
    return np.asarray(np.sqrt(size.prod(axis=1)), dtype=np.float32)
