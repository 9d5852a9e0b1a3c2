"""The recordings of the two sides of a call as one upload: a ZIP archive, so that they are kept, fetched and removed
together."""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Protocol
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from emoclassify.spoken_options import SIDE_FIELDS

PACKED_KIND = "application/zip"

_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest of ZIP: the same recordings give the same bytes
_BLOCK_BYTES = 1024**2

Side = tuple[str, Iterable[IO[bytes]]]
"""The name of a recording, and the files that together are its content."""


class Writable(Protocol):
    """What takes bytes."""

    def write(self, data: bytes) -> int:
        """Writes the next bytes."""


def name_of_call(names: Sequence[str]) -> str:
    """What a call is called whose sides have these names."""
    return " + ".join(names)


def pack_sides(sides: Iterable[Side], out: Writable) -> None:
    """Writes the archive, block by block; closes each file that it has read."""
    with ZipFile(_Ahead(out), "w", ZIP_STORED) as archive:  # type: ignore[call-overload]  # it needs write and flush
        for number, (name, files) in enumerate(sides, start=1):
            # A folder each, since both may have the same name.
            with archive.open(ZipInfo(f"{number}/{name}", _DATE), "w", force_zip64=True) as side:
                for file in files:
                    with file:
                        shutil.copyfileobj(file, side, _BLOCK_BYTES)


def unpack_sides(packed: Path) -> None:
    """Writes the recordings in an archive to the files of `side_paths`."""
    with ZipFile(packed) as archive:
        for entry, path in zip(archive.infolist(), side_paths(packed), strict=True):
            with archive.open(entry) as side, path.open("wb") as file:
                shutil.copyfileobj(side, file, _BLOCK_BYTES)


def side_paths(packed: Path) -> list[Path]:
    """Where the recordings of an archive go, beside it; their names are text from outside, and no files."""
    return [packed.with_name(f"{packed.name}-{number}") for number in range(1, 1 + len(SIDE_FIELDS))]


def names_of_sides(packed: Path) -> list[str]:
    """The names of the recordings in an archive."""
    with ZipFile(packed) as archive:
        return [entry.filename.partition("/")[2] for entry in archive.infolist()]


class _Ahead:
    """A file that is written from its start to its end, without a way back."""

    def __init__(self, out: Writable) -> None:
        self._out = out

    def write(self, data: bytes) -> int:
        return self._out.write(data)

    def flush(self) -> None:
        """Nothing waits."""
