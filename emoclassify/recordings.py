"""Which recordings are meant by the paths given, and where the results of each go."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from emoclassify.errors import UsageError
from emoclassify.media.endings import MEDIA_ENDINGS
from emoclassify.outputs.names import ANALYSIS


@dataclass(frozen=True)
class Recording:
    """A file to analyze and the folder of its results."""

    path: Path
    folder: Path


def find_recordings(paths: Iterable[Path], out: Path) -> tuple[list[Recording], int]:
    """The recordings that the paths mean, in order, and how many other files of folders were skipped.

    A folder is taken with its subfolders: its files with a media ending, hidden ones and those below `out` left out. A
    file named itself is always taken. Results go to `out`, below the subfolder, named by the full file name.

    Raises:
        UsageError: no recording at all, or two whose results would go to the same folder.
    """
    found: dict[Path, Recording] = {}
    skipped = 0
    for path in paths:
        if path.resolve().is_relative_to(out.resolve()) and path.is_dir():
            raise UsageError("out_holds_recordings", out=str(out), path=str(path))
        if not path.is_dir():
            _add(found, Recording(path, out / path.name))
            continue
        for file in _files(path, out):
            if file.suffix.lower() in MEDIA_ENDINGS:
                _add(found, Recording(file, out / file.relative_to(path)))
            else:
                skipped += 1
    if not found:
        raise UsageError("no_recording", paths=list(map(str, paths)), endings=" ".join(sorted(MEDIA_ENDINGS)))
    return list(found.values()), skipped


def _files(folder: Path, out: Path) -> Iterator[Path]:
    for file in sorted(_walk(folder)):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if file.is_file() and not hidden and not file.resolve().is_relative_to(out.resolve()):
            yield file


def _walk(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder, onerror=_refuse):
        if ANALYSIS not in names:  # a folder of results, from an earlier run with another --out
            yield from (Path(place) / name for name in names)


def _refuse(error: OSError) -> None:
    raise UsageError("folder_unread", path=str(error.filename), why=str(error.strerror)) from error


def _add(found: dict[Path, Recording], recording: Recording) -> None:
    if recording.folder.is_file():
        raise UsageError("results_into_file", path=str(recording.path), folder=str(recording.folder))
    other = found.setdefault(recording.folder, recording)
    if other.path.resolve() != recording.path.resolve():
        raise UsageError("results_meet", path=str(other.path), other=str(recording.path), folder=str(recording.folder))


def shown(path: Path) -> str:
    """A path on one line: what a terminal would obey or cannot show is escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(path))
