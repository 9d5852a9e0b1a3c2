"""Shared by the commands: exit status, a line of progress, the checksum of a recording."""

import sys
from pathlib import Path

from emoclassify.errors import MediaError
from emoclassify.networks import models
from emoclassify.words.numbers import whole_clock

DONE, FAILED, WRONG_USAGE = 0, 1, 2
"""Exit status: all done; something failed; the command cannot be carried out as given."""


class Line:
    """A line of progress on a terminal; silent where stderr is no terminal."""

    def __init__(self, head: str) -> None:
        self._head, self._on = head, sys.stderr.isatty()

    def show(self, stage: str, done_s: float, total_s: float | None) -> None:
        """Shows a stage and its progress, in place of what the line showed before."""
        if self._on:
            of = f" of {whole_clock(total_s)}" if total_s else ""
            print(f"\r\033[K{self._head}: {stage} {whole_clock(done_s)}{of}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Leaves the line empty."""
        if self._on:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def recording_sha256(path: Path) -> str:
    """The checksum of a recording. Raises MediaError where it cannot be read."""
    try:
        return models.sha256_of(path)
    except OSError as exc:
        raise MediaError("file_unread", why=str(exc.strerror)) from exc
