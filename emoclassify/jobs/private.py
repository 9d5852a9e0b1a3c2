"""Recordings and results are for the user alone who runs the server, whatever other users the machine has."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_OWNER_ONLY = 0o077
"""The bits of a file's mode that are for others."""


def keep_files_private() -> None:
    """What this process and its children make from now on is for its user alone."""
    os.umask(_OWNER_ONLY)


def make_private(folder: Path) -> None:
    """Makes a folder for its user alone, or takes it and all in it away from others, where an older version left it.

    Raises:
        OSError: it cannot be made; nothing where its mode cannot be changed, on a disk that has none.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not folder.stat().st_mode & _OWNER_ONLY:
        return  # nobody else gets into it, so what is in it need not be looked at
    for path in (*_all_in(folder), folder):  # last: a run that was interrupted begins anew
        with suppress(OSError):  # gone meanwhile, or another user's
            path.chmod(path.stat().st_mode & ~_OWNER_ONLY & 0o777)


def _all_in(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        yield from (Path(place) / name for name in (*folders, *names) if not (Path(place) / name).is_symlink())
