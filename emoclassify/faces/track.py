"""Which face is whose: faces of one frame are matched to persons seen just before by the overlap of their boxes."""

import numpy as np
import numpy.typing as npt

Boxes = npt.NDArray[np.float32]

MIN_OVERLAP = 0.3
"""Intersection over union from which two boxes of near moments are the same face."""

MAX_GAP_S = 2.0
"""A face that was away for longer is a new person."""


class Tracker:
    """Gives each face of a frame the id of a person; an id is never given to two faces of one frame."""

    def __init__(self) -> None:
        self._boxes: dict[int, npt.NDArray[np.float32]] = {}
        self._seen_s: dict[int, float] = {}
        self._next = 1

    def assign(self, time_s: float, boxes_xyxy: Boxes) -> list[int]:
        """The ids of the faces of the next frame, in order of the boxes, float32 (n, 4).

        The best overlaps are given away first, each person and each face once.
        """
        recent = [person for person, seen_s in self._seen_s.items() if time_s - seen_s <= MAX_GAP_S]
        ids = [0] * len(boxes_xyxy)
        if recent and len(boxes_xyxy):
            overlap = overlaps(np.stack([self._boxes[person] for person in recent]), boxes_xyxy)
            while overlap.max() >= MIN_OVERLAP:
                row, column = np.unravel_index(overlap.argmax(), overlap.shape)
                ids[column] = recent[row]
                overlap[row, :] = overlap[:, column] = -1.0
        for i, box in enumerate(boxes_xyxy):
            if not ids[i]:
                ids[i], self._next = self._next, self._next + 1
            self._boxes[ids[i]], self._seen_s[ids[i]] = box, time_s
        return ids


def overlaps(a_xyxy: Boxes, b_xyxy: Boxes) -> Boxes:
    """Intersection over union of every box of a, float32 (n, 4), with every box of b, (m, 4) -> float32 (n, m)."""
    low = np.maximum(a_xyxy[:, None, :2], b_xyxy[None, :, :2])
    high = np.minimum(a_xyxy[:, None, 2:], b_xyxy[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    area_a = np.prod(a_xyxy[:, 2:] - a_xyxy[:, :2], axis=1)
    area_b = np.prod(b_xyxy[:, 2:] - b_xyxy[:, :2], axis=1)
    return np.asarray(shared / np.maximum(area_a[:, None] + area_b[None] - shared, 1e-9), dtype=np.float32)


def number_by_area(ids: npt.NDArray[np.int64], boxes_xyxy: Boxes) -> npt.NDArray[np.int64]:
    """Persons numbered anew from 1 by face area summed over time, largest first; int64 (n,) -> (n,)."""
    area = np.prod(boxes_xyxy[:, 2:] - boxes_xyxy[:, :2], axis=1, dtype=np.float64)
    summed = np.bincount(ids, weights=area)
    present = np.unique(ids)
    ranked = present[np.argsort(-summed[present], kind="stable")]
    rank = np.zeros(len(summed), dtype=np.int64)
    rank[ranked] = np.arange(1, len(ranked) + 1)
    return rank[ids]
