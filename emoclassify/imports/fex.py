"""py-feat's Fex table: a row for each face of each frame.

Source: feat/utils/io.py and the test data of github.com/cosanlab/py-feat.
"""

import csv
from collections import Counter
from collections.abc import Iterable
from math import degrees
from pathlib import Path

import numpy as np

from emoclassify.errors import UsageError
from emoclassify.imports.readings import Readings, gap, number_in, seconds_in, unfit
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.timeline import Times

_NAMES = {"angry": "anger", "happy": "happiness", "sad": "sadness"}
_COLUMNS = tuple(_NAMES.get(name, name) for name in EMOTIONS)
_FRAME, _TIME, _WHO = "frame", "approx_time", "Identity"
_LEAST_S = 10.0
"""Of whole seconds a shorter table does not tell how many frames there are in one."""

Row = tuple[int, dict[str, str]]
"""Line number and cells."""


def is_fex(first_line: str) -> bool:
    """Whether a file is such a table, by its heading."""
    names = {name.strip().strip('"') for name in first_line.split(",")}
    return {_FRAME, *_COLUMNS} <= names


def read_fex(path: Path, lines: list[str], person: int) -> Readings:
    """The readings of one person of a table.

    Args:
        path: of the file, for errors.
        lines: of the file.
        person: from 1: the one with the most rows is the first.

    Raises:
        UsageError: a column is missing, a cell cannot be read, or there is no such person.
    """
    rows = _rows(path.name, lines)
    frames = sorted({_frame(path.name, row) for row in rows})
    faces = _faces(path.name, rows, person)
    times_s = _times_s(path.name, rows, frames)
    scores = [_scores(path.name, faces[frame]) if frame in faces else gap() for frame in frames]
    turns = [_turns(path.name, faces[frame]) if frame in faces else (np.nan, np.nan) for frame in frames]
    return Readings(
        times_s,
        np.array(scores, dtype=np.float32).reshape(-1, len(EMOTIONS)),
        np.array(turns, dtype=np.float64).reshape(-1, 2),
    )


def _rows(file: str, lines: Iterable[str]) -> list[Row]:
    reader = csv.reader(lines)
    columns = [name.strip() for name in next(reader, [])]
    for name in (_FRAME, _TIME, *_COLUMNS):
        if name not in columns:
            raise UsageError("study_column_missing", file=file, column=name)
    rows = list[Row]()
    for cells in reader:
        if len(cells) != len(columns):
            raise unfit(file, reader.line_num, columns[0], f"{len(cells)} cells; the heading has {len(columns)}")
        rows.append((reader.line_num, {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}))
    if not rows:
        raise UsageError("study_unfit", file=file, why="it has no rows")
    return rows


def _frame(file: str, row: Row) -> int:
    line, cells = row
    return int(number_in(cells[_FRAME], file, line, _FRAME))


def _faces(file: str, rows: Iterable[Row], person: int) -> dict[int, Row]:
    """Frame -> the row of the person in it."""
    with_scores = [row for row in rows if row[1][_COLUMNS[0]]]
    names = [name for name, _ in Counter(cells.get(_WHO, "") for _, cells in with_scores).most_common()]
    if person > max(1, len(names)):
        raise UsageError("study_unfit", file=file, why=f"it has {len(names)} persons, and no person {person}")
    own = names[person - 1] if names else ""
    return {_frame(file, row): row for row in reversed(with_scores) if row[1].get(_WHO, "") == own}


def _times_s(file: str, rows: Iterable[Row], frames: list[int]) -> Times:
    """The time of each frame; where the table has whole seconds alone, by the number of frames in a second."""
    seconds = {_frame(file, row): seconds_in(row[1][_TIME], file, row[0], _TIME) for row in rows}
    times_s = np.array([seconds[frame] for frame in frames], dtype=np.float64)
    if (np.diff(times_s) > 0).all():
        return times_s
    span_s = float(times_s[-1] - times_s[0])
    if span_s < _LEAST_S or (np.diff(times_s) < 0).any():
        why = f"times in whole seconds over {span_s:g} s: at least {_LEAST_S:g} s are needed, and none may go back"
        raise UsageError("study_unfit", file=file, why=why)
    whole = np.array(frames, dtype=np.float64)
    slope, _ = np.polyfit(whole, times_s + 0.5, 1)  # the mean of all times that are cut off to one second
    return np.asarray((whole - whole[0]) * slope + times_s[0])


def _scores(file: str, row: Row) -> Scores:
    line, cells = row
    return np.array([number_in(cells[name], file, line, name) for name in _COLUMNS], np.float32)


def _turns(file: str, row: Row) -> tuple[float, float]:
    """Yaw and pitch in degrees; py-feat has radians."""
    line, cells = row
    yaw, pitch = (cells.get(name, "") for name in ("Yaw", "Pitch"))
    if not yaw or not pitch:
        return np.nan, np.nan
    return degrees(number_in(yaw, file, line, "Yaw")), degrees(number_in(pitch, file, line, "Pitch"))
