"""A study as a folder: study.toml, viewings.csv, participants.csv, recordings, and their results in `results`."""

import csv
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from emoclassify.analysis import Analysis
from emoclassify.errors import EmoClassifyError, UsageError
from emoclassify.judging import usability_of
from emoclassify.outputs.saved import read_analysis
from emoclassify.recordings import find_recordings
from emoclassify.study.clock import Clock
from emoclassify.study.plan import Comparison, Plan, Side
from emoclassify.study.stimulus import Mark, Scene, Stimulus
from emoclassify.study.study import Study
from emoclassify.study.viewing import Viewing
from emoclassify.usability import Verdict

PLAN_FILE, VIEWINGS_FILE, PARTICIPANTS_FILE = "study.toml", "viewings.csv", "participants.csv"
RESULTS_FOLDER = "results"

Made = TypeVar("Made")

VIEWING_COLUMNS = ("recording", "respondent", "stimulus", "start_s", "person", "place")
_NEEDED = VIEWING_COLUMNS[:3]

_NEW_PLAN = """\
# What is decided before anybody looks at a figure. `emoclassify study check` reads it.
title = "A study"

# The first measure is the main one. There are: angry disgust fear happy neutral sad surprise positive negative valence
# expressive facing.
measures = ["happy", "valence"]
share_above = 0.5    # a half second above it counts as showing the measure
min_coverage = 0.6   # a viewing with less of the film read is left out
baseline = "none"    # "before": each person's median over the 10 s before the film is subtracted
seed = 2026          # of all draws: the same study gives the same answers

[[stimulus]]
id = "film"
title = "The film"
duration_s = 30.0    # of the film, not of the recordings

# [[stimulus.scene]]
# id = "joke"
# start_s = 10.0
# end_s = 13.0

# [[comparison]]
# films = ["film", "other film"]

# [[comparison]]
# film = "film"
# column = "sex"     # of participants.csv
# groups = ["women", "men"]
"""


@dataclass(frozen=True)
class Row:
    """One line of viewings.csv."""

    line: int
    recording: str
    respondent: str
    stimulus: str
    start_s: float = 0.0
    person: int = 1
    place: int | None = None


def write_new(folder: Path) -> int:
    """Writes study.toml and viewings.csv for the recordings below a folder; returns how many there are.

    The respondent of a recording is the name of its file, without the ending; correct it where that is not so.

    Raises:
        UsageError: a study is there already, or no recording.
    """
    for name in (PLAN_FILE, VIEWINGS_FILE):
        if (folder / name).exists():
            raise UsageError("study_exists", path=str(folder / name))
    recordings = [one.path for one in find_recordings([folder], folder / RESULTS_FOLDER).recordings]
    with (folder / VIEWINGS_FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(VIEWING_COLUMNS)
        writer.writerows([path.relative_to(folder).as_posix(), path.stem, "film", "0", "1", ""] for path in recordings)
    (folder / PLAN_FILE).write_text(_NEW_PLAN, encoding="utf-8")
    return len(recordings)


def read_study(folder: Path) -> Study:
    """The study in a folder; a viewing whose recording has no results is left out with the reason.

    Raises:
        UsageError: a file is missing or says something that cannot be; the sentence names file, line and column.
    """
    content = _read_plan(folder / PLAN_FILE)
    stimuli = tuple(_checked(PLAN_FILE, _stimulus, item) for item in content.get("stimulus", []))
    if not stimuli:
        raise UsageError("study_unfit", file=PLAN_FILE, why="no [[stimulus]]")
    plan = _checked(PLAN_FILE, _plan, content)
    films = {stimulus.id: stimulus for stimulus in stimuli}
    viewings = tuple(_viewing(folder, row, films[row.stimulus]) for row in read_rows(folder, films))
    participants = _read_participants(folder / PARTICIPANTS_FILE)
    return _checked(
        PLAN_FILE,
        lambda _: Study(str(content.get("title", folder.name)), plan, stimuli, viewings, participants),
        content,
    )


def read_rows(folder: Path, films: Mapping[str, Stimulus]) -> list[Row]:
    """The lines of viewings.csv. Raises UsageError, as `read_study`."""
    rows = [_row(line, cells, films) for line, cells in _table(folder / VIEWINGS_FILE, _NEEDED)]
    first_lines: dict[tuple[str, int], int] = {}
    for row in rows:
        key = (row.recording, row.person)
        if key in first_lines:
            why = f"the same recording and person as line {first_lines[key]}"
            raise UsageError("study_cell_unfit", file=VIEWINGS_FILE, line=row.line, column="recording", why=why)
        first_lines[key] = row.line
    return rows


def _row(line: int, cells: Mapping[str, str], films: Mapping[str, Stimulus]) -> Row:
    for column in _NEEDED:
        if not cells[column]:
            raise UsageError("study_cell_unfit", file=VIEWINGS_FILE, line=line, column=column, why="empty")
    path = PurePosixPath(cells["recording"])
    if path.is_absolute() or ".." in path.parts:
        why = f"{cells['recording']!r} is no place below the folder of the study"
        raise UsageError("study_cell_unfit", file=VIEWINGS_FILE, line=line, column="recording", why=why)
    if cells["stimulus"] not in films:
        why = f"{cells['stimulus']!r} is no film of {PLAN_FILE}; there are {', '.join(films)}"
        raise UsageError("study_cell_unfit", file=VIEWINGS_FILE, line=line, column="stimulus", why=why)
    start_s, person, place = (
        _number(line, column, cells.get(column, ""), least)
        for column, least in (("start_s", 0.0), ("person", 1.0), ("place", 1.0))
    )
    return Row(
        line,
        cells["recording"],
        cells["respondent"],
        cells["stimulus"],
        start_s or 0.0,
        1 if person is None else int(person),
        None if place is None else int(place),
    )


def _number(line: int, column: str, cell: str, least: float) -> float | None:
    """The number in a cell, None where it is empty."""
    if not cell:
        return None
    try:
        value = float(cell)
    except ValueError:
        value = -1.0
    is_whole = column == "start_s" or value.is_integer()
    if not (least <= value < float("inf") and is_whole):
        kind = "a number" if column == "start_s" else "a whole number"
        why = f"{cell!r} is not {kind} from {least:g} on"
        raise UsageError("study_cell_unfit", file=VIEWINGS_FILE, line=line, column=column, why=why)
    return value


def _table(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells of each row that is not empty, spaces around cells left out."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file)
            columns = [column.strip() for column in next(lines, [])]
            for column in needed:
                if column not in columns:
                    raise UsageError("study_column_missing", file=path.name, column=column)
            for cells in lines:
                if any(cell.strip() for cell in cells):
                    if len(cells) != len(columns):
                        why = f"{len(cells)} cells; the first line has {len(columns)}"
                        raise UsageError(
                            "study_cell_unfit", file=path.name, line=lines.line_num, column=columns[0], why=why
                        )
                    yield lines.line_num, {column: cell.strip() for column, cell in zip(columns, cells, strict=True)}
    except OSError as exc:
        raise UsageError("folder_unread", path=str(path), why=exc.strerror or str(exc)) from exc
    except UnicodeDecodeError as exc:
        raise UsageError("folder_unread", path=str(path), why="it is not UTF-8") from exc


def _read_participants(path: Path) -> dict[str, dict[str, str]]:
    if not path.exists():
        return {}
    participants: dict[str, dict[str, str]] = {}
    for line, cells in _table(path, ("respondent",)):
        name = cells.pop("respondent")
        if not name or name in participants:
            why = f"{name!r} stands there twice" if name else "empty"
            raise UsageError("study_cell_unfit", file=path.name, line=line, column="respondent", why=why)
        participants[name] = cells
    return participants


def _read_plan(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise UsageError("folder_unread", path=str(path), why=exc.strerror or str(exc)) from exc
    except ValueError as exc:  # no TOML, or no UTF-8
        raise UsageError("study_unfit", file=path.name, why=str(exc)) from exc


def _checked(file: str, make: Callable[[dict[str, Any]], Made], content: dict[str, Any]) -> Made:
    try:
        return make(content)
    except KeyError as exc:
        raise UsageError("study_unfit", file=file, why=f"{exc.args[0]} is missing") from exc
    except (TypeError, ValueError) as exc:
        raise UsageError("study_unfit", file=file, why=str(exc)) from exc


def _stimulus(item: dict[str, Any]) -> Stimulus:
    scenes = tuple(
        Scene(str(one["id"]), float(one["start_s"]), float(one["end_s"]), str(one.get("name", "")))
        for one in item.get("scene", [])
    )
    marks = tuple(Mark(str(one["name"]), float(one["time_s"])) for one in item.get("mark", []))
    return Stimulus(str(item["id"]), float(item["duration_s"]), str(item.get("title", "")), scenes, marks)


def _plan(content: dict[str, Any]) -> Plan:
    kinds: dict[str, Callable[[Any], Any]] = {
        "measures": lambda names: tuple(map(str, names)),
        "share_above": float,
        "min_coverage": float,
        "baseline": str,
        "alpha": float,
        "seed": int,
    }
    unknown = content.keys() - kinds.keys() - {"title", "stimulus", "comparison"}
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))}: not known here")
    decisions = {name: kind(content[name]) for name, kind in kinds.items() if name in content}
    return Plan(comparisons=tuple(map(_comparison, content.get("comparison", []))), **decisions)


def _comparison(item: dict[str, Any]) -> Comparison:
    if "films" in item:
        first, second = map(str, item["films"])
        return Comparison(Side(first), Side(second))
    film, column = str(item["film"]), str(item["column"])
    first, second = map(str, item["groups"])
    return Comparison(Side(film, column, first), Side(film, column, second))


def _viewing(folder: Path, row: Row, stimulus: Stimulus) -> Viewing:
    clock = Clock.starting_at(row.start_s, stimulus.duration_s)
    try:
        analysis = read_analysis(folder / RESULTS_FOLDER / row.recording)
    except EmoClassifyError:
        return Viewing.left_out(row.respondent, stimulus.id, clock, row.recording, "not analyzed")
    return Viewing.of(
        analysis,
        row.respondent,
        stimulus,
        clock,
        person=row.person,
        recording=row.recording,
        place=row.place,
        reason=_reason(analysis, row.person),
    )


def _reason(analysis: Analysis, person: int) -> str:
    """Why a recording does not count; empty where it does."""
    if person not in analysis.persons:
        return f"person {person} is not seen"
    is_usable = person != 1 or usability_of(analysis).verdict is not Verdict.NOT_USABLE
    return "" if is_usable else "the recording is not usable"
