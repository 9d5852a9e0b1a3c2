"""Whose face it is: tracks of one person are put together by look, and what nothing confirms is no person."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emoclassify.faces.appearance import Look, distances, remember
from emoclassify.faces.track import Track

SAME_PERSON = 0.35
"""Two tracks whose nearest looks differ by at most this are of one person."""

CONFIRMED_WITHIN_S = 1.0
"""A face is a person's only where another of that person is found within this time, before or after."""

_REMEMBERED = 500
"""Persons that can be known again; beyond, who was away longest is forgotten. Bounds time and memory (about 10 MB)."""

Times = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]


@dataclass
class _Person:
    id: int
    looks: list[Look]
    frames: set[int]


class Persons:
    """Takes tracks as they end; `of` then says whose each was."""

    def __init__(self) -> None:
        self.of: dict[int, int] = {}
        """Id of a track -> number of a person, counted from 0 in no order that means anything."""
        self._known: list[_Person] = []
        self._next = 0

    def add(self, track: Track) -> None:
        """Gives a track to the person who looks most like it and was in none of its frames, else to a new one."""
        away = [person for person in self._known if person.frames.isdisjoint(track.frames)]
        nearest = min(away, key=lambda person: _difference(person, track), default=None)
        if nearest is None or _difference(nearest, track) > SAME_PERSON:
            nearest, self._next = _Person(self._next, [], set()), self._next + 1
        else:
            self._known.remove(nearest)
        nearest.frames |= track.frames
        remember(nearest.looks, track.looks)
        self._known = [*self._known, nearest][-_REMEMBERED:]
        self.of[track.id] = nearest.id


def _difference(person: _Person, track: Track) -> float:
    return float(distances(person.looks, track.looks).min())


def confirmed(persons: Ids, times_s: Times, frames_s: Times) -> npt.NDArray[np.bool_]:
    """Which faces are confirmed by another of the same person within CONFIRMED_WITHIN_S.

    Where no other frame was looked at in that time, nothing could confirm a face, and it counts.

    Args:
        persons: int64 (n,), whose each face is; in order of time.
        times_s: float64 (n,), when.
        frames_s: float64 (m,), when frames were looked at.
    """
    seen = _nearest_other_s(frames_s)[np.searchsorted(frames_s, times_s)] > CONFIRMED_WITHIN_S
    for person in np.unique(persons):
        own = persons == person
        seen[own] |= _nearest_other_s(times_s[own]) <= CONFIRMED_WITHIN_S
    return np.asarray(seen)


def _nearest_other_s(times_s: Times) -> Times:
    """How far the nearest neighbour of each of the times is, which are in order; float64 (n,), seconds."""
    steps = np.diff(times_s, prepend=-np.inf, append=np.inf)
    return np.minimum(steps[:-1], steps[1:])


def number_by_area(persons: Ids, boxes_xyxy: npt.NDArray[np.float32]) -> Ids:
    """Persons numbered anew from 1 by face area summed over time, largest first; int64 (n,) -> (n,)."""
    area = np.prod(boxes_xyxy[:, 2:] - boxes_xyxy[:, :2], axis=1, dtype=np.float64)
    summed = np.bincount(persons, weights=area)
    present = np.unique(persons)
    ranked = present[np.argsort(-summed[present], kind="stable")]
    rank = np.zeros(len(summed), dtype=np.int64)
    rank[ranked] = np.arange(1, len(ranked) + 1)
    return rank[persons]
