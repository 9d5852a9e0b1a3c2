"""A process that opens pictures of a camera, one after another, and can reach nothing else.

The pictures come from strangers. They go to the process as bytes, and are never written to a disk.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:  # API and page import this module without the models; the page then has no live view
    from emoclassify.child import Child

_LONGEST_S, _LONGEST_START_S = 10.0, 120.0

_MEMORY_MB = 3000
"""More than the models and one picture need several times over."""

Result = TypeVar("Result")


class PictureProcess:
    """Started with the first picture, and again after it died. Close it at the end."""

    def __init__(self, prepare: "Callable[[Child], object]") -> None:
        """Starts nothing yet.

        Args:
            prepare: loads in a process what it needs for pictures.
        """
        self._prepare = prepare
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._folder: TemporaryDirectory[str] | None = None

    def ask(self, call: "Callable[[Child], Result]") -> Result:
        """What a call of the process gives; one after another, and ended after 10 s.

        Raises:
            EmoClassifyError: as the call does, and DiedError where the process died, or was ended.
        """
        with self._lock:
            return _in_time(self._started(), call, _LONGEST_S)

    def _started(self) -> "Child":
        if self._child is None:
            from emoclassify.child import Child
            from emoclassify.confine import Bounds
            from emoclassify.networks.cache import cache_folder

            with Child() as preparing:  # what is kept for later starts is made by a process that opens no picture
                self._prepare(preparing)
            self._folder = TemporaryDirectory(prefix="emoclassify-pictures-")
            self._child = Child(bounds=Bounds(Path(self._folder.name), (cache_folder(),), memory_mb=_MEMORY_MB))
            _in_time(self._child, self._prepare, _LONGEST_START_S)
        return self._child

    def close(self) -> None:
        """Ends the process."""
        if self._child is not None:
            self._child.close()
        if self._folder is not None:
            with suppress(OSError):
                self._folder.cleanup()


def _in_time(child: "Child", call: "Callable[[Child], Result]", longest_s: float) -> Result:
    clock = threading.Timer(longest_s, child.kill)
    clock.start()
    try:
        return call(child)
    finally:
        clock.cancel()
