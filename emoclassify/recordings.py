"""Finds the recordings in files and folders, and the folder for the results of each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from emoclassify.errors import UsageError
from emoclassify.media.formats import MEDIA_ENDINGS, N_BYTES, is_known
from emoclassify.outputs.names import ANALYSIS


@dataclass(frozen=True)
class Recording:
    """A file to analyze and the folder of its results."""

    path: Path
    folder: Path
    name: str = ""
    """Of a file that was made for the analysis and is soon gone; empty where people know the path."""
    sides: Mapping[str, Path] = field(default_factory=dict)
    """Role -> its recording, of a call that a server joins; else none."""

    @property
    def shown(self) -> Path:
        """What people are told: the name where it has one, else the path."""
        return Path(self.name) if self.name else self.path


@dataclass(frozen=True)
class LeftOut:
    """Something in a folder that is not analyzed."""

    path: Path
    why: str
    """In English, a few words."""
    is_missing: bool = False
    """Whether it may be a recording, which is then missing among the results."""


@dataclass(frozen=True)
class Search:
    """What was found in files and folders."""

    recordings: list[Recording] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def n_missing(self) -> int:
        """How many things that may be recordings cannot be reached."""
        return sum(item.is_missing for item in self.left_out)

    def lines(self) -> Iterator[str]:
        """What is left out, named with the reason, as lines for a terminal."""
        for item in self.left_out:
            yield f"{printable(item.path)}: left out: {item.why}."


def find_recordings(paths: Iterable[Path], out: Path) -> Search:
    """The recordings among the paths, in order, and what else there is in the folders.

    A folder is searched with its subfolders for files with a media ending, or with the first bytes of media, except
    hidden ones and those below `out`. A link to a folder is followed once. A path to a file is always taken. Results go
    below `out`, into the same subfolder, named by the full file name.

    Raises:
        UsageError: no recording at all, or two whose results would go to the same folder.
    """
    recordings: dict[Path, Recording] = {}
    left_out: list[LeftOut] = []
    folders: set[Path] = set()
    for path in paths:
        if path.resolve().is_relative_to(out.resolve()) and path.is_dir():
            raise UsageError("out_holds_recordings", out=str(out), path=str(path))
        if not path.is_dir():
            _add(recordings, Recording(path, out / path.name))
            continue
        for item in _items(path, out, folders):
            if isinstance(item, LeftOut):
                left_out.append(item)
            else:
                _add(recordings, Recording(item, out / item.relative_to(path)))
    if not recordings and not any(item.is_missing for item in left_out):
        raise UsageError("no_recording", paths=list(map(str, paths)), endings=" ".join(sorted(MEDIA_ENDINGS)))
    return Search(list(recordings.values()), left_out)


def recording_of_sides(sides: Mapping[str, Path], out: Path) -> Recording:
    """The call whose two sides are recordings of their own: its results go below `out`, to a folder named by both."""
    name = " + ".join(path.stem for path in sides.values()) + ".mka"
    return Recording(Path(name), out / name, name, sides)


def _items(folder: Path, out: Path, folders: set[Path]) -> Iterator[Path | LeftOut]:
    """The recordings of a folder and its subfolders in order, and what is left out; `folders` are those seen before."""
    real = folder.resolve()
    if real.is_relative_to(out.resolve()):
        return
    if real in folders:
        if folder.is_symlink():
            yield LeftOut(folder, "a link to a folder that is searched already")
        return
    folders.add(real)
    try:
        paths = sorted(folder.iterdir())
    except OSError as exc:
        yield LeftOut(folder, f"the folder cannot be read ({exc.strerror})", is_missing=True)
        return
    if any(path.name == ANALYSIS for path in paths):  # a folder of results, from an earlier run with another --out
        return
    for path in paths:
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _items(path, out, folders)
        elif not path.resolve().is_relative_to(out.resolve()):
            yield _judged(path)


def _judged(path: Path) -> Path | LeftOut:
    """The path of a recording, or why it is none."""
    has_media_ending = path.suffix.lower() in MEDIA_ENDINGS
    if path.is_symlink() and not path.exists():
        return LeftOut(path, f"a link to {printable(path.readlink())}, which is not there", has_media_ending)
    if not path.is_file():
        return LeftOut(path, "not a file")
    if has_media_ending:
        return path
    try:
        with path.open("rb") as file:
            return path if is_known(file.read(N_BYTES)) else LeftOut(path, "no recording by its ending and first bytes")
    except OSError as exc:
        return LeftOut(path, f"the file cannot be read ({exc.strerror})", is_missing=True)


def _add(recordings: dict[Path, Recording], recording: Recording) -> None:
    if recording.folder.is_file():
        raise UsageError("results_into_file", path=str(recording.path), folder=str(recording.folder))
    other = recordings.setdefault(recording.folder, recording)
    if other.path.resolve() != recording.path.resolve():
        raise UsageError("results_meet", path=str(other.path), other=str(recording.path), folder=str(recording.folder))


def printable(path: Path) -> str:
    """A path as one line for a terminal: control characters and others that cannot be printed are escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(path))
