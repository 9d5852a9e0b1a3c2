"""Finds the recordings in files and folders, and the folder for the results of each."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from emoclassify.errors import UsageError
from emoclassify.media.formats import MEDIA_ENDINGS
from emoclassify.outputs.names import ANALYSIS


@dataclass(frozen=True)
class Recording:
    """A file to analyze and the folder of its results."""

    path: Path
    folder: Path


def find_recordings(paths: Iterable[Path], out: Path) -> tuple[list[Recording], int]:
    """The recordings among the paths, in order, and how many other files in folders were skipped.

    A folder is searched with its subfolders for files with a media ending, except hidden ones and those below `out`. A
    path to a file is always taken. Results go below `out`, into the same subfolder, named by the full file name.

    Raises:
        UsageError: no recording at all, or two whose results would go to the same folder.
    """
    recordings: dict[Path, Recording] = {}
    n_skipped = 0
    for path in paths:
        if path.resolve().is_relative_to(out.resolve()) and path.is_dir():
            raise UsageError("out_holds_recordings", out=str(out), path=str(path))
        if not path.is_dir():
            _add(recordings, Recording(path, out / path.name))
            continue
        for file in _files(path, out):
            if file.suffix.lower() in MEDIA_ENDINGS:
                _add(recordings, Recording(file, out / file.relative_to(path)))
            else:
                n_skipped += 1
    if not recordings:
        raise UsageError("no_recording", paths=list(map(str, paths)), endings=" ".join(sorted(MEDIA_ENDINGS)))
    return list(recordings.values()), n_skipped


def _files(folder: Path, out: Path) -> Iterator[Path]:
    for file in sorted(_walk(folder)):
        is_hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if file.is_file() and not is_hidden and not file.resolve().is_relative_to(out.resolve()):
            yield file


def _walk(folder: Path) -> Iterator[Path]:
    for subfolder, _, names in os.walk(folder, onerror=_refuse):
        if ANALYSIS not in names:  # a folder of results, from an earlier run with another --out
            yield from (Path(subfolder) / name for name in names)


def _refuse(error: OSError) -> None:
    raise UsageError("folder_unread", path=str(error.filename), why=str(error.strerror)) from error


def _add(recordings: dict[Path, Recording], recording: Recording) -> None:
    if recording.folder.is_file():
        raise UsageError("results_into_file", path=str(recording.path), folder=str(recording.folder))
    other = recordings.setdefault(recording.folder, recording)
    if other.path.resolve() != recording.path.resolve():
        raise UsageError("results_meet", path=str(other.path), other=str(recording.path), folder=str(recording.folder))


def printable(path: Path) -> str:
    """A path as one line for a terminal: control characters and others that cannot be printed are escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(path))
