"""The two files of a call, which `--roles agent=FILE,customer=FILE` names: they are joined before they are analyzed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from emoclassify.cli.confined import confined_child
from emoclassify.cli.terminal import Line
from emoclassify.declared import split_names
from emoclassify.errors import UsageError
from emoclassify.recordings import recording_of_sides
from emoclassify.settings import Options
from emoclassify.spoken_options import roles_on_tracks

PATHS_HELP = "files, or folders with their subfolders; none where --roles names the two files of a call"


@contextmanager
def joined_sides(arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The arguments of `analyze`; where the roles are files, the joined recording is the path, its tracks the roles.

    They say by `is_joined` which of the two it is. The joined recording is gone afterwards.

    Raises:
        UsageError: there are paths and files of roles, or neither.
        EmoClassifyError: the files cannot be joined.
    """
    files = files_of_roles(arguments)
    if not files:
        yield {**arguments, "is_joined": False}
        return
    from emoclassify.media.sides import join_sides  # here, since other commands open no media

    with TemporaryDirectory(prefix="emoclassify-") as name:
        # Joined in a process of its own, since a damaged recording may end it.
        path = recording_of_sides(files, Path(name)).folder
        with confined_child(files.values(), Path(name), Options()) as child:
            child.call(join_sides, list(files.values()), path, on_progress=Line(path.name).show)
        roles = roles_on_tracks({role: number for number, role in enumerate(files, start=1)})
        yield {**arguments, "paths": [path], "roles": roles, "is_joined": True}


def files_of_roles(arguments: Mapping[str, Any]) -> dict[str, Path]:
    """Role -> its file; empty where the roles are not all files.

    Raises:
        UsageError: there are paths and files of roles, or neither.
    """
    pairs = [part.partition("=") for part in split_names(arguments["roles"] or "")]
    files = {name.strip(): Path(place.strip()) for name, _, place in pairs}
    files = files if all(path.is_file() for path in files.values()) else {}
    if bool(files) is bool(arguments["paths"]):
        raise UsageError("paths_or_sides")
    return files
