"""A file that only takes up room: where the disk of a database is full, it goes, so that something can be deleted."""

import logging
import os
import shutil
from pathlib import Path

logger = logging.getLogger(__name__)

RESERVE_BYTES = 2 * 1024**2
"""Deleting one job takes 0.1 MB of it at most (tests/system/test_serving_full.py)."""

_LEAST_FREE = 4 * RESERVE_BYTES
"""It is made only while there is this much room: a disk that is nearly full needs what is left."""


class Reserve:
    """One such file."""

    def __init__(self, path: Path) -> None:
        """Makes nothing yet."""
        self._path = path

    def keep(self) -> None:
        """Makes the file where it is missing and there is room for it."""
        try:
            if self._path.exists() or shutil.disk_usage(self._path.parent).free < _LEAST_FREE:
                return
            file_fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            try:
                os.posix_fallocate(file_fd, 0, RESERVE_BYTES)
            finally:
                os.close(file_fd)
        except OSError as exc:  # another process was faster, or the disk is away: the next sweep tries again
            logger.info("no reserve was made: %s", exc.strerror or type(exc).__name__)

    def release(self) -> None:
        """Gives its room back to the disk."""
        self._path.unlink(missing_ok=True)
