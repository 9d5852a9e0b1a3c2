"""Decoded pictures of a short recording, held from its analysis for what is made of the same recording after it.

An annotated video needs every picture again, and a report some of those that were looked at. To decode them a second
time takes longer than all that an analysis does with them but its networks.
"""

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from emoclassify.media.nouns import MediaInfo

MOST_BYTES = 288 * 2**20
"""What is held at most: every picture of 8 s of 1280x720 at 25 a second, of 35 s of 640x360, or those that are looked
at of 43 s of 1280x720. Of a longer recording nothing is held, and what is needed is decoded again."""

_BYTES_PER_PIXEL = 1.5  # of nearly all recordings (4:2:0 in 8 bits); what others have is known once it is there


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded picture."""

    frame: Any
    """`av.VideoFrame`, as it is stored."""
    index: int
    """How many were decoded before it."""
    time_s: float


class PictureStore:
    """Takes the pictures of one recording while it is analyzed, and gives them back afterwards."""

    def __init__(self, *, has_all: bool, most_bytes: int = MOST_BYTES) -> None:
        """Holds nothing yet.

        Args:
            has_all: every picture is wanted, else those that are looked at.
            most_bytes: all are forgotten once they take more.
        """
        self.has_all = has_all
        self._most_bytes, self._n_bytes, self._is_open, self._is_complete = most_bytes, 0, True, False
        self._pictures: deque[Decoded] = deque()

    def expect(self, info: MediaInfo, pictures_per_s: float) -> bool:
        """Whether the pictures will fit, as the header of the recording says; else none is taken.

        Args:
            info: of the recording.
            pictures_per_s: how many of them are wanted.
        """
        video, duration_s = info.video, 0.0 if info.still else info.duration_s
        if video is None or duration_s is None:
            self._is_open = False
        else:
            n_pictures = max(1.0, duration_s * pictures_per_s)
            expected_bytes = n_pictures * video.width_px * video.height_px * _BYTES_PER_PIXEL
            self._is_open = expected_bytes <= self._most_bytes
        return self._is_open

    def add(self, picture: Decoded) -> None:
        """Takes the next picture, unless there are too many."""
        if not self._is_open:
            return
        self._n_bytes += sum(plane.buffer_size for plane in picture.frame.planes)
        self._pictures.append(picture)
        if self._n_bytes > self._most_bytes:
            self._is_open = False
            self._pictures.clear()

    def end(self) -> None:
        """The recording has been read to its end."""
        self._is_complete = self._is_open

    def take_all(self) -> Iterator[Decoded] | None:
        """Every picture of the recording, in order of time, each forgotten as it is given; None where they are not all
        here."""
        if not (self.has_all and self._is_complete):
            return None
        self._is_complete = False
        return self._given()

    def _given(self) -> Iterator[Decoded]:
        while self._pictures:
            yield self._pictures.popleft()

    def take(self, indices: Collection[int]) -> list[Decoded]:
        """Those of the pictures with these indices that are here; all others are forgotten."""
        pictures = [picture for picture in self._pictures if picture.index in indices]
        self._pictures.clear()
        return pictures
