"""The plan of a study as people type it: lines for scenes and marks, and what the names of files say."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from emoclassify.words.numbers import clock

Plan = dict[str, Any]
"""What study.toml has, as the API takes it."""

_TIME = re.compile(r"(?:(?:(\d+):)?(\d{1,3}):)?(\d+(?:[.,]\d+)?)")
_BETWEEN_CELLS = re.compile(r"[;\t]|,(?!\d)|\s+|\s*[\N{EN DASH}\N{HYPHEN-MINUS}]\s*(?=\d)")
_IN_NAMES = re.compile(r"[ _.\-]+")


class LineError(ValueError):
    """A line cannot be read; its number, from 1, is `line`."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True)
class Place:
    """What the name of a recording says: whose it is, and of which film."""

    respondent: str
    stimulus: str


def time_in(text: str) -> float | None:
    """Seconds in a text such as 12.5, 0:12.5 or 1:02:03; None where it is no time."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds = match.groups(default="0")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))


def scenes_in(text: str) -> list[dict[str, Any]]:
    """A scene for each line: its name and its two times, in any order, as they are typed or pasted from a table.

    Raises:
        LineError: a line has not two times and a name, or the second is not after the first.
    """
    scenes = []
    for line, times_s, name in _lines(text):
        if len(times_s) != 2 or not name or times_s[0] >= times_s[1]:
            raise LineError(line)
        scenes.append({"id": name, "start_s": times_s[0], "end_s": times_s[1]})
    return scenes


def marks_in(text: str) -> list[dict[str, Any]]:
    """A mark for each line: its name and its time.

    Raises:
        LineError: a line has not one time and a name.
    """
    marks = []
    for line, times_s, name in _lines(text):
        if len(times_s) != 1 or not name:
            raise LineError(line)
        marks.append({"name": name, "time_s": times_s[0]})
    return marks


def scenes_text(scenes: Sequence[Mapping[str, Any]]) -> str:
    """The lines that `scenes_in` reads."""
    return "\n".join(f"{_clock(one['start_s'])} {_clock(one['end_s'])} {one['id']}" for one in scenes)


def marks_text(marks: Sequence[Mapping[str, Any]]) -> str:
    """The lines that `marks_in` reads."""
    return "\n".join(f"{_clock(one['time_s'])} {one['name']}" for one in marks)


def _clock(time_s: float) -> str:
    return clock(float(time_s), "en")


def _lines(text: str) -> Iterator[tuple[int, list[float], str]]:
    """Number, times and name of each line that is not empty; the head of a table is left out."""
    for number, line in enumerate(text.splitlines(), start=1):
        cells = _cells(line.strip())
        times_s = [time_s for cell in cells if (time_s := time_in(cell)) is not None]
        is_head = number == 1 and not times_s and {"start_s", "time_s"} & set(cells)
        if cells and not is_head:
            yield number, times_s, " ".join(cell for cell in cells if time_in(cell) is None)


def _cells(line: str) -> list[str]:
    """The cells of a line. A comma may stand between cells, and in a time."""
    cells = [cell.strip() for cell in line.split(",")]
    names = [cell for cell in cells if time_in(cell) is None]
    is_table = len(cells) > 1 and len(names) == 1 and not names[0][:1].isdigit()
    return cells if is_table else [cell for cell in _BETWEEN_CELLS.split(line) if cell]


def film_id(file_name: str) -> str:
    """The id of a film: the name of its file without the ending."""
    return PurePath(file_name).stem


def place_of(file_name: str, films: Sequence[str]) -> Place:
    """Whose a recording is, and of which film: `anna_B.mp4` is Anna's of B; without a film's name in it the first
    film's.

    Args:
        file_name: of the recording.
        films: the ids of the films.
    """
    words = [word for word in _IN_NAMES.split(PurePath(file_name).stem) if word]
    for film in films:
        film_words = [word.casefold() for word in _IN_NAMES.split(film) if word]
        for start in range(len(words) - len(film_words) + 1):
            is_film = [word.casefold() for word in words[start : start + len(film_words)]] == film_words
            rest = words[:start] + words[start + len(film_words) :]
            if is_film and film_words and rest:
                return Place("_".join(rest), film)
    return Place(PurePath(file_name).stem, films[0])


def comparisons_of(films: Sequence[str]) -> list[dict[str, Any]]:
    """Each pair of films, in order."""
    return [{"films": [first, second]} for i, first in enumerate(films) for second in films[i + 1 :]]


def groups_in(participants: Sequence[dict[str, str]]) -> dict[str, list[str]]:
    """Column of the people's table -> its values, of those columns with two to ten of them."""
    columns = dict.fromkeys(column for row in participants for column in row if column != "respondent")
    values = {column: sorted({row[column] for row in participants if row.get(column)}) for column in columns}
    return {column: cells for column, cells in values.items() if 2 <= len(cells) <= 10}
