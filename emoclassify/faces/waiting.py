"""Puts off reading the faces that are probably not the main person's: who that is, is known at the end."""

from collections.abc import Callable, Iterable, Iterator

from emoclassify.faces.reading import FaceReading, Place, Unread, place_of

MOST_BYTES = 64_000_000
"""Of crops that wait: those of a crowd for minutes, of a second large face at 720p for half a minute. With more, all
that wait are read."""


class Waiting:
    """Keeps the crops of faces that are not the largest of their frame, so that most of them need not be read."""

    def __init__(self) -> None:
        self._found: list[FaceReading] = []
        self._waiting: dict[Place, Unread] = {}
        self._n_bytes = 0

    def pass_largest(self, faces: Iterable[Unread]) -> Iterator[Unread]:
        """Yields the faces that are to be read at once, of those of each frame, largest first."""
        frame = -1
        for face, crop in faces:
            self._found.append(face)
            if face.frame != frame:
                frame = face.frame
                yield face, crop
                continue
            self._waiting[place_of(face)] = face, crop
            self._n_bytes += crop.nbytes
            if self._n_bytes > MOST_BYTES:
                yield from self._waiting.values()
                self._waiting, self._n_bytes = {}, 0

    def all_found(self, readings: list[FaceReading]) -> list[FaceReading]:
        """Every face in the order in which it was found: the readings of those passed on, and the ones that wait."""
        return _with(readings, self._found)

    def completed(
        self, readings: list[FaceReading], reader: Callable[[list[Unread]], list[FaceReading]]
    ) -> list[FaceReading]:
        """The same readings, of which those that still wait are read now, by `reader`."""
        waiting = [reading for reading in readings if place_of(reading) in self._waiting]
        return _with(reader([(reading, self._waiting[place_of(reading)][1]) for reading in waiting]), readings)


def _with(newer: list[FaceReading], readings: list[FaceReading]) -> list[FaceReading]:
    """The readings, each replaced by the newer one of the same face where there is one."""
    by_place = {place_of(reading): reading for reading in newer}
    return [by_place.get(place_of(reading), reading) for reading in readings]
