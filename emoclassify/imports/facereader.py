"""FaceReader's detailed log: one face, a row for each frame.

Source: github.com/sgbstats/facereaderconverter (its reader and its test data). Its scores are intensities, each from
0 to 1 on its own.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from emoclassify.errors import UsageError
from emoclassify.imports.readings import Readings, gap, number_in, seconds_in, unfit
from emoclassify.labels import EMOTIONS, Scores

_HEAD_LINES = 10
_TIME = "Video Time"
_NAMES = {
    "angry": "Angry",
    "disgust": "Disgusted",
    "fear": "Scared",
    "happy": "Happy",
    "neutral": "Neutral",
    "sad": "Sad",
    "surprise": "Surprised",
}
_FAILURES = ("FIND_FAILED", "FIT_FAILED", "Unknown", "")
_YAW, _PITCH = "Y - Head Orientation", "X - Head Orientation"
"""In degrees, where the log has them."""


def is_facereader(first_line: str) -> bool:
    """Whether a file is one of its logs, by the first line."""
    return first_line.lower().startswith("video analysis") and "detailed" in first_line.lower()


def read_facereader(path: Path, lines: list[str]) -> Readings:
    """The readings in a log.

    Args:
        path: of the file, for errors.
        lines: of the file.

    Raises:
        UsageError: a column is missing or a cell cannot be read; the sentence names line and column.
    """
    if len(lines) <= _HEAD_LINES:
        raise UsageError("study_unfit", file=path.name, why="it ends before its table")
    heading = lines[_HEAD_LINES]
    separator = next((mark for mark in ("\t", ";", ",") if mark in heading), "\t")
    rows = csv.reader(lines[_HEAD_LINES:], delimiter=separator)
    columns = [name.strip() for name in next(rows)]
    for name in (_TIME, *_NAMES.values()):
        if name not in columns:
            raise UsageError("study_column_missing", file=path.name, column=name)
    return _of_rows(path.name, _cells(path.name, columns, rows, has_commas=separator != ","))


def _cells(
    file: str, columns: list[str], rows: Iterable[list[str]], *, has_commas: bool
) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells of each row; a decimal comma is made a point where commas do not separate cells."""
    for line, row in enumerate(rows, start=_HEAD_LINES + 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(columns):
            raise unfit(file, line, columns[0], f"{len(row)} cells; the heading has {len(columns)}")
        cells = (cell.strip().replace(",", ".") if has_commas else cell.strip() for cell in row)
        yield line, dict(zip(columns, cells, strict=True))


def _of_rows(file: str, rows: Iterable[tuple[int, dict[str, str]]]) -> Readings:
    times_s, scores, turns_deg = list[float](), list[Scores](), list[tuple[float, float]]()
    for line, cells in rows:
        time_s = seconds_in(cells[_TIME], file, line, _TIME)
        if times_s and time_s <= times_s[-1]:
            raise unfit(file, line, _TIME, f"{cells[_TIME]!r} is not after the row before")
        times_s.append(time_s)
        scores.append(_scores(file, line, cells))
        turns_deg.append((_turn(file, line, cells, _YAW), _turn(file, line, cells, _PITCH)))
    return Readings(
        np.array(times_s, dtype=np.float64),
        np.array(scores, dtype=np.float32).reshape(-1, len(EMOTIONS)),
        np.array(turns_deg, dtype=np.float64).reshape(-1, 2),
    )


def _scores(file: str, line: int, cells: dict[str, str]) -> Scores:
    if any(cells[name] in _FAILURES for name in _NAMES.values()):
        return gap()
    return np.array([number_in(cells[_NAMES[name]], file, line, _NAMES[name]) for name in EMOTIONS], np.float32)


def _turn(file: str, line: int, cells: dict[str, str], column: str) -> float:
    cell = cells.get(column, "")
    return np.nan if cell in _FAILURES else number_in(cell, file, line, column)
