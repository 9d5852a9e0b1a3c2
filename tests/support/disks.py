"""Small disks that are really full; making one needs root."""

import mmap
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MB = 1024**2
DISK_MB = 16

PAGE_BYTES = mmap.PAGESIZE
"""A small disk in memory gives room in pages."""


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    place.mkdir()
    program = shutil.which("mount")
    command = [program or "", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "none", str(place)]
    if program is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here (it needs root)")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def free(disk: Path) -> int:
    return shutil.disk_usage(disk).free


def fill(disk: Path, *, but: int = 0) -> Path:
    """Takes all room of the disk but so many bytes, until the file is removed."""
    filling = disk / "filling"
    with filling.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free(disk) - but)
    return filling
