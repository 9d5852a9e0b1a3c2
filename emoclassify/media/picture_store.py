"""Decoded pictures of a short recording, held from its analysis for the stills of its report.

Which pictures a report shows is known only at the end of the analysis. To decode one of them again means to decode all
between it and the key frame before it, which may be ten seconds earlier.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from emoclassify.media.nouns import MediaInfo

MOST_BYTES = 144 * 2**20
"""What is held at most: at 5 a second, the pictures that are looked at of 20 s of 1280x720, or of a minute of 640x480.
Of a longer recording none is held, and those that are needed are decoded again."""

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
    """Takes the pictures that an analysis looks at, and gives some of them back afterwards."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        """Holds nothing yet; all are forgotten once they take more than `most_bytes`."""
        self._most_bytes, self._n_bytes, self._is_open = most_bytes, 0, True
        self._pictures: list[Decoded] = []

    def expect(self, info: MediaInfo, pictures_per_s: float) -> None:
        """Takes none where they will not fit, as the header of the recording says.

        Args:
            info: of the recording.
            pictures_per_s: how many are looked at.
        """
        video, duration_s = info.video, 0.0 if info.still else info.duration_s
        n_pictures = float("inf") if duration_s is None else max(1.0, duration_s * pictures_per_s)
        n_pixels = 0 if video is None else video.width_px * video.height_px
        self._is_open = n_pictures * n_pixels * _BYTES_PER_PIXEL <= self._most_bytes

    def add(self, picture: Decoded) -> None:
        """Takes the next picture, unless there are too many."""
        if not self._is_open:
            return
        self._n_bytes += sum(plane.buffer_size for plane in picture.frame.planes)
        self._pictures.append(picture)
        if self._n_bytes > self._most_bytes:
            self._is_open = False
            self._pictures.clear()

    def take(self, indices: Collection[int]) -> list[Decoded]:
        """Those of the pictures with these indices that are here; all are forgotten."""
        pictures, self._pictures = self._pictures, []
        return [picture for picture in pictures if picture.index in indices]
