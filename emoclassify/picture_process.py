"""Reads a camera's pictures in a process of its own that can reach nothing else, one after another."""

import threading
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the page imports this module also where it runs without the models, and then has no live view
    from emoclassify.child import Child
    from emoclassify.live import LiveReading

_LONGEST_S, _LONGEST_START_S = 10.0, 120.0

_MEMORY_MB = 3000
"""More than the models and one picture need several times over."""


class Reader:
    """Reads pictures, one after another, in a process that is started with the first. Close it at the end."""

    def __init__(self) -> None:
        """Starts nothing yet."""
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._folder: TemporaryDirectory[str] | None = None

    def read(self, picture: bytes) -> "LiveReading":
        """What a picture shows, a JPEG.

        Raises:
            EmoClassifyError: it cannot be read, or not in time.
        """
        with self._lock:
            child = self._started()
            clock = threading.Timer(_LONGEST_S, child.kill)
            clock.start()
            try:
                return child.look(picture)
            finally:
                clock.cancel()

    def _started(self) -> "Child":
        if self._child is None:
            from emoclassify.child import Child
            from emoclassify.confine import Bounds
            from emoclassify.networks.runtime import cache_folder

            with Child() as preparing:  # what is kept for later starts is made by a process that opens no picture
                preparing.open_camera()
            self._folder = TemporaryDirectory(prefix="emoclassify-live-")
            place = Path(self._folder.name)
            self._child = Child(bounds=Bounds(place, (cache_folder(),), memory_mb=_MEMORY_MB))
            clock = threading.Timer(_LONGEST_START_S, self._child.kill)
            clock.start()
            try:
                self._child.open_camera()
            finally:
                clock.cancel()
        return self._child

    def close(self) -> None:
        """Ends the process."""
        child, folder = self._child, self._folder
        if child is not None:
            child.close()
        if folder is not None:
            with suppress(OSError):
                folder.cleanup()
