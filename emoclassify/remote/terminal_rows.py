"""A few rows at the bottom of a terminal that are redrawn, and lines above them that stay."""

import shutil
import sys
import time
from collections.abc import Callable, Sequence
from typing import TextIO

_REDRAW_S = 0.2
_UP, _ERASE, _CLIP, _WRAP = "\033[{}F", "\033[J", "\033[?7l", "\033[?7h"


class LiveRows:
    """Use it in `with`: shows rows and lines; where stderr is no terminal, the lines alone."""

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is written yet."""
        self._stream, self._clock = stream or sys.stderr, clock
        self._on = self._stream.isatty()
        self._rows: Sequence[str] = []
        self._n_drawn = 0
        self._drawn_s = float("-inf")

    def __enter__(self) -> "LiveRows":
        return self

    def __exit__(self, *_: object) -> None:
        self._erase()

    @property
    def room(self) -> int:
        """How many rows fit; 0 where there is no terminal."""
        return max(shutil.get_terminal_size().lines - 2, 1) if self._on else 0

    def show(self, rows: Sequence[str]) -> None:
        """Replaces the rows shown before; redraws a few times a second at most."""
        self._rows = rows
        if self._on and self._clock() - self._drawn_s >= _REDRAW_S:
            self._erase()
            self._draw()

    def say(self, line: str, stream: TextIO | None = None) -> None:
        """Writes a line that stays, to stderr or another stream."""
        self._erase()
        print(line, file=stream or self._stream, flush=True)
        self._draw()

    def _draw(self) -> None:
        if self._on and (rows := self._rows[: self.room]):
            # A row that is too long is cut by the terminal, which knows how wide its letters are.
            self._stream.write(_CLIP + "".join(f"{row}\n" for row in rows) + _WRAP)
            self._stream.flush()
            self._n_drawn, self._drawn_s = len(rows), self._clock()

    def _erase(self) -> None:
        if self._n_drawn:
            self._stream.write(_UP.format(self._n_drawn) + _ERASE)
            self._stream.flush()
            self._n_drawn = 0
