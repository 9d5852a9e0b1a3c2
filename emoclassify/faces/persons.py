"""Assigns tracks to persons by their looks; a face that no other face confirms belongs to no person."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emoclassify.faces.appearance import Look, distances, picture_distance, remember
from emoclassify.faces.track import Track

SAME_PERSON = 0.35
"""Two tracks whose nearest looks differ by at most this are of one person."""

CONFIRMED_WITHIN_S = 1.0
"""A face counts only where another face of that person is found within this time before or after it."""

_REMEMBERED = 500
"""How many persons can be recognised; with more, the one who was away longest is forgotten. Bounds time and memory
(about 10 MB)."""

Times = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]


@dataclass
class _Person:
    number: int
    looks: list[Look]
    frames: set[int]


class Persons:
    """Assigns each track to a person when the track ends."""

    def __init__(self) -> None:
        self.of: dict[int, int] = {}
        """Id of a track -> number of its person, counted from 0 in arbitrary order."""
        self._persons: list[_Person] = []
        self._next_number = 0

    def add(self, track: Track) -> None:
        """Assigns a track to the most similar person who was in none of its frames, or to a new person."""
        candidates = [person for person in self._persons if person.frames.isdisjoint(track.frames)]
        nearest = min(candidates, key=lambda person: _difference(person, track), default=None)
        if nearest is None or _difference(nearest, track) > SAME_PERSON:
            nearest, self._next_number = _Person(self._next_number, [], set()), self._next_number + 1
        else:
            self._persons.remove(nearest)
        nearest.frames |= track.frames
        remember(nearest.looks, track.looks)
        self._persons = [*self._persons, nearest][-_REMEMBERED:]
        self.of[track.id] = nearest.number

    def looks(self, number: int) -> list[Look]:
        """The looks of a person, as in `of`; none of one who was forgotten."""
        return next((person.looks for person in self._persons if person.number == number), [])

    def unlike(self, numbers: Sequence[int]) -> tuple[float, ...]:
        """How different each of these persons is from the first of them, the colours apart, 0..1.

        Args:
            numbers: of persons, as in `of`. One who was forgotten counts as different.
        """
        looks = {person.number: person.looks for person in self._persons}
        first, *others = (looks.get(number) for number in numbers)
        return tuple(1.0 if first is None or other is None else picture_distance(first, other) for other in others)


def _difference(person: _Person, track: Track) -> float:
    return float(distances(person.looks, track.looks).min())


def confirmed(persons: Ids, times_s: Times, frames_s: Times) -> npt.NDArray[np.bool_]:
    """Which faces are confirmed by another of the same person within CONFIRMED_WITHIN_S.

    Where no other frame was sampled in that time, nothing could confirm a face, and it counts as confirmed.

    Args:
        persons: int64 (n,), the person of each face; in order of time.
        times_s: float64 (n,), the time of each face.
        frames_s: float64 (m,), the times of all sampled frames.
    """
    is_confirmed = _nearest_other_s(frames_s)[np.searchsorted(frames_s, times_s)] > CONFIRMED_WITHIN_S
    for person in np.unique(persons):
        is_of_person = persons == person
        is_confirmed[is_of_person] |= _nearest_other_s(times_s[is_of_person]) <= CONFIRMED_WITHIN_S
    return np.asarray(is_confirmed)


def _nearest_other_s(times_s: Times) -> Times:
    """Seconds from each time to its nearest neighbour; ascending float64 (n,) -> float64 (n,)."""
    steps = np.diff(times_s, prepend=-np.inf, append=np.inf)
    return np.minimum(steps[:-1], steps[1:])


def ranked_by_area(persons: Ids, boxes_xyxy: npt.NDArray[np.float32]) -> Ids:
    """The persons by their face area summed over time, largest first.

    Args:
        persons: int64 (n,), the person of each face, from 0.
        boxes_xyxy: float32 (n, 4), pixels.

    Returns:
        int64 (k,), each person once.
    """
    area = np.prod(boxes_xyxy[:, 2:] - boxes_xyxy[:, :2], axis=1, dtype=np.float64)
    summed = np.bincount(persons, weights=area)
    present = np.unique(persons)
    return np.asarray(present[np.argsort(-summed[present], kind="stable")])


def numbered(persons: Ids, ranked: Ids) -> Ids:
    """The number of each face's person, from 1, in the order of `ranked_by_area`; int64 (n,) -> int64 (n,)."""
    rank = np.zeros(int(persons.max()) + 1, dtype=np.int64)
    rank[ranked] = np.arange(1, len(ranked) + 1)
    return rank[persons]
