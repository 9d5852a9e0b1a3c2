"""Reads single pictures of a respondent's camera for a study that keeps scores and no recordings.

As in `device_check`, a picture is opened in a process of its own that can reach nothing else; it is never written to a
disk, and forgotten when it was read.
"""

import threading
from typing import Any

from emoclassify.capture.device_check import MOST_AT_ONCE
from emoclassify.errors import EmoClassifyError
from emoclassify.picture_process import PictureProcess


class ScoreReader:
    """Reads one picture after another; starts its process with the first one. Close it at the end."""

    def __init__(self, process: PictureProcess | None = None) -> None:
        """Starts nothing yet.

        Args:
            process: reads the pictures.
        """
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._process = process or PictureProcess(lambda child: child.open_camera())

    def read(self, picture: bytes) -> dict[str, Any] | None:
        """What is kept of a picture (`picture_readings.PictureReading`); None where it cannot be read, or too many
        others wait: the page goes on with the next one."""
        if not self._room.acquire(blocking=False):
            return None
        try:
            return self._process.ask(lambda child: child.read_picture(picture))
        except (EmoClassifyError, OSError):
            return None
        finally:
            self._room.release()

    def close(self) -> None:
        """Ends the process."""
        self._process.close()
