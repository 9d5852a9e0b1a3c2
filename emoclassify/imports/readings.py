"""What a log of another program says of one face, and how a wrong place in it is told."""

from dataclasses import dataclass
from math import inf

import numpy as np

from emoclassify.errors import UsageError
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.timeline import Times


@dataclass(frozen=True)
class Readings:
    """One face over time.

    Attributes:
        times_s: of the frames, float64 (n,), increasing.
        scores: in the order of EMOTIONS, float32 (n, 7), a row of NaN where nothing was read. As the program gives
            them: not all programs make them add up to 1.
        turns_deg: yaw and pitch of the head, float64 (n, 2); NaN where they are not in the log.
    """

    times_s: Times
    scores: Scores
    turns_deg: Times


def gap() -> Scores:
    """The scores of a frame in which nothing was read, float32 (7,)."""
    return np.full(len(EMOTIONS), np.nan, np.float32)


def unfit(file: str, line: int, column: str, why: str) -> UsageError:
    """The error for a cell that cannot be read."""
    return UsageError("study_cell_unfit", file=file, line=line, column=column, why=why)


def number_in(cell: str, file: str, line: int, column: str) -> float:
    """The number in a cell.

    Raises:
        UsageError: it is none.
    """
    try:
        value = float(cell)
    except ValueError:
        value = inf
    if not abs(value) < inf:
        raise unfit(file, line, column, f"{cell!r} is no number")
    return value


def seconds_in(cell: str, file: str, line: int, column: str) -> float:
    """The seconds in a time of day as hh:mm:ss.mmm or mm:ss.

    Raises:
        UsageError: it is none.
    """
    parts = cell.split(":")
    if not 2 <= len(parts) <= 3:
        raise unfit(file, line, column, f"{cell!r} is no time")
    seconds = 0.0
    for part in parts:
        seconds = 60 * seconds + number_in(part, file, line, column)
    if seconds < 0:
        raise unfit(file, line, column, f"{cell!r} is no time")
    return seconds
