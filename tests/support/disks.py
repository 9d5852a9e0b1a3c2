"""Small disks of their own, which can be filled. They need root."""

import mmap
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MB = 1024**2
DISK_MB = 16

PAGE_BYTES = mmap.PAGESIZE
"""A small disk in memory gives room in pages."""


_LARGEST_BYTES = 1024 * MB
"""A larger disk is none that a test has mounted."""


@contextmanager
def small_disk(place: Path, size_mb: int) -> Iterator[bool]:
    """A folder with room for so many MB; False, and a plain folder, where none can be mounted."""
    place.mkdir()
    program = shutil.which("mount")
    command = [program or "", "-t", "tmpfs", "-o", f"size={size_mb}m", "none", str(place)]
    is_mounted = program is not None and not subprocess.run(command, capture_output=True, check=False).returncode
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(place)], check=True)


def free(disk: Path) -> int:
    return shutil.disk_usage(disk).free


def fill(disk: Path, *, but: int = 0) -> Path:
    """Takes all room of the disk but so many bytes, until the file is removed."""
    assert shutil.disk_usage(disk).total < _LARGEST_BYTES, "no small disk: it is not to be filled"
    filling = disk / "filling"
    with filling.open("wb") as file:
        while True:
            with suppress(OSError):  # a program took some of the room at this very moment
                os.posix_fallocate(file.fileno(), 0, os.fstat(file.fileno()).st_blocks * 512 + free(disk) - but)
                return filling
