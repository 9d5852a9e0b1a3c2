"""A study as a folder: study.toml, viewings.csv, participants.csv, recordings, and their results in `results`."""

import csv
import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from emoclassify.analysis import Analysis
from emoclassify.errors import EmoClassifyError, UsageError
from emoclassify.imports.viewing import is_log, viewing_of
from emoclassify.judging import usability_of
from emoclassify.outputs.saved import read_analysis
from emoclassify.recordings import find_recordings
from emoclassify.study.clock import Clock, Method
from emoclassify.study.clock_by_sound import Abstention
from emoclassify.study.plan import Plan
from emoclassify.study.reasons import NO_CLOCK, NOT_ANALYZED, NOT_SEEN, NOT_USABLE, SILENT, UNMARKED
from emoclassify.study.stimulus import Stimulus
from emoclassify.study.study import Study
from emoclassify.study.viewing import Viewing
from emoclassify.study_clocks import saved_clock, saved_picture_clock, saved_timecode
from emoclassify.study_content import (
    BY_PICTURES,
    BY_SOUND,
    BY_TIME_CODE,
    SCENE_COLUMNS,
    SCENES_FILE,
    VIEWING_COLUMNS,
    checked,
    plan_of,
    stimuli_of,
    unfit_answer,
    with_scenes,
)
from emoclassify.usability import Verdict
from emoclassify.words.names import as_cell, from_cell

PLAN_FILE, VIEWINGS_FILE, PARTICIPANTS_FILE = "study.toml", "viewings.csv", "participants.csv"
RESULTS_FOLDER = "results"
_SILENT = {Method.SOUND: SILENT, Method.TIME_CODE: UNMARKED, Method.PICTURES: UNMARKED}
_METHODS = {BY_SOUND: Method.SOUND, BY_TIME_CODE: Method.TIME_CODE, BY_PICTURES: Method.PICTURES}
"""What may stand in the place of start_s -> what it means."""

Lines = Iterator[tuple[int, dict[str, str]]]
"""Line number and cells of each row of a table."""

_NEEDED = VIEWING_COLUMNS[:3]

_NEW_PLAN = """\
# What is decided before anybody looks at a figure. `emoclassify study check` reads it.
title = "A study"

# The first measure is the main one. There are: angry disgust fear happy neutral sad surprise positive negative valence
# net expressive facing.
measures = ["happy", "valence"]
share_above = 0.5    # a half second above it counts as showing the measure
min_coverage = 0.6   # a viewing with less of the film read is left out
baseline = "none"    # "before": each person's median over the 10 s before the film is subtracted
seed = 2026          # of all draws: the same study gives the same answers

[[stimulus]]
id = "film"
title = "The film"
duration_s = 30.0    # of the film, not of the recordings
# file = "film.mp4"  # where the sound of the film is to tell when it begins: then write `sound` into start_s

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

# [[outcome]]
# column = "liking"  # of participants.csv
# kind = "scale"     # or nps, csat, yes_no
"""


@dataclass(frozen=True)
class Row:
    """One line of viewings.csv; start_s is when the film begins, or a mark of it is seen, and None where the recording
    tells it, by `method`."""

    line: int
    recording: str
    respondent: str
    stimulus: str
    start_s: float | None = 0.0
    person: int = 1
    place: int | None = None
    method: Method = Method.NUMBER
    mark: str = ""
    wave: str = ""


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
        for path in recordings:
            place = path.relative_to(folder).as_posix()
            # The table is opened in a spreadsheet, which may take a name for a formula; "./" leaves a path the same.
            start = f"./{place}" if as_cell(place) != place else place
            writer.writerow([start, as_cell(path.stem), "film", "0", "1", "", "", ""])
    (folder / PLAN_FILE).write_text(_NEW_PLAN, encoding="utf-8")
    return len(recordings)


def read_study(folder: Path) -> Study:
    """The study in a folder; a viewing whose recording has no results is left out with the reason.

    Raises:
        UsageError: a file is missing or says something that cannot be; the sentence names file, line and column.
    """
    content = read_plan(folder / PLAN_FILE)
    films = read_films(folder, content)
    plan = plan_of(PLAN_FILE, content)
    rows = read_rows(folder, films)
    viewings = tuple(replace(_viewing(folder, row, films[row.stimulus]), wave=row.wave) for row in rows)
    participants = read_participants(folder / PARTICIPANTS_FILE, plan)
    title = str(content.get("title", folder.name))
    stimuli = tuple(films.values())
    return checked(PLAN_FILE, lambda _: Study(title, plan, stimuli, viewings, participants), content)


def check_tables(folder: Path) -> None:
    """Reads plan and tables without the results. Raises UsageError, as `read_study`."""
    content = read_plan(folder / PLAN_FILE)
    films, plan = read_films(folder, content), plan_of(PLAN_FILE, content)
    read_rows(folder, films)
    read_participants(folder / PARTICIPANTS_FILE, plan)
    checked(PLAN_FILE, lambda _: Study("", plan, tuple(films.values()), ()), content)


def read_films(folder: Path, content: dict[str, Any]) -> dict[str, Stimulus]:
    """The films of a plan by their ids, with the checksums of their files.

    Raises:
        UsageError: as `read_study`; also where a film names a file that cannot be read.
    """
    stimuli = stimuli_of(PLAN_FILE, content)
    return {
        stimulus.id: replace(stimulus, sha256=_sha256_of(path)) if (path := film_path(folder, item)) else stimulus
        for stimulus, item in zip(stimuli, content["stimulus"], strict=True)
    }


def film_path(folder: Path, item: Mapping[str, Any]) -> Path | None:
    """The file of a film of the plan; None where it names none. Raises UsageError."""
    name = str(item.get("file", ""))
    if not name:
        return None
    if not _is_below(name):
        raise UsageError("study_unfit", file=PLAN_FILE, why=f"{name!r} is no place below the folder of the study")
    return folder / name


def _is_below(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _sha256_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as exc:
        raise UsageError("folder_unread", path=str(path), why=exc.strerror or str(exc)) from exc


def read_rows(folder: Path, films: Mapping[str, Stimulus]) -> list[Row]:
    """The lines of viewings.csv. Raises UsageError, as `read_study`."""
    return rows_of(_table(folder / VIEWINGS_FILE, _NEEDED), films)


def rows_of(lines: Lines, films: Mapping[str, Stimulus]) -> list[Row]:
    """The same of lines that come from elsewhere."""
    rows = [_row(line, cells, films) for line, cells in lines]
    first_lines: dict[tuple[str, int, str], int] = {}
    for row in rows:
        key = (row.recording, row.person, row.stimulus)
        if key in first_lines:
            why = f"the same recording, person and film as line {first_lines[key]}"
            raise UsageError("study_cell_unfit", file=VIEWINGS_FILE, line=row.line, column="recording", why=why)
        first_lines[key] = row.line
    return rows


def _row(line: int, cells: Mapping[str, str], films: Mapping[str, Stimulus]) -> Row:
    for column in _NEEDED:
        if not cells.get(column):
            raise UsageError("study_cell_unfit", file=VIEWINGS_FILE, line=line, column=column, why="empty")
    if not _is_below(cells["recording"]):
        why = f"{cells['recording']!r} is no place below the folder of the study"
        raise UsageError("study_cell_unfit", file=VIEWINGS_FILE, line=line, column="recording", why=why)
    if cells["stimulus"] not in films:
        why = f"{cells['stimulus']!r} is no film of {PLAN_FILE}, which has {', '.join(films)}"
        raise UsageError("study_cell_unfit", file=VIEWINGS_FILE, line=line, column="stimulus", why=why)
    method = _METHODS.get(cells.get("start_s", ""), Method.NUMBER)
    if method is not Method.NUMBER and is_log(cells["recording"]):
        why = "a log has no sound: write when the film begins in it"
        raise UsageError("study_cell_unfit", file=VIEWINGS_FILE, line=line, column="start_s", why=why)
    if method is Method.SOUND and not films[cells["stimulus"]].sha256:
        why = f"{PLAN_FILE} names no file of the film {cells['stimulus']!r}, whose sound is looked for"
        raise UsageError("study_cell_unfit", file=VIEWINGS_FILE, line=line, column="start_s", why=why)
    mark, by_number = cells.get("mark", ""), method is Method.NUMBER
    if mark and not (by_number and mark in {one.name for one in films[cells["stimulus"]].marks}):
        why = f"{mark!r} is no mark of the film {cells['stimulus']!r}" if by_number else f"beside {cells['start_s']!r}"
        raise UsageError("study_cell_unfit", file=VIEWINGS_FILE, line=line, column="mark", why=why)
    start_s = (_number(line, "start_s", cells.get("start_s", ""), 0.0) or 0.0) if by_number else None
    person, place = (_number(line, column, cells.get(column, ""), 1.0) for column in ("person", "place"))
    return Row(
        line,
        cells["recording"],
        cells["respondent"],
        cells["stimulus"],
        start_s,
        1 if person is None else int(person),
        None if place is None else int(place),
        method,
        mark,
        cells.get("wave", ""),
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
        also = f", nor {BY_SOUND!r}" if column == "start_s" else ""
        why = f"{cell!r} is not {kind} from {least:g} on{also}"
        raise UsageError("study_cell_unfit", file=VIEWINGS_FILE, line=line, column=column, why=why)
    return value


def _table(path: Path, needed: tuple[str, ...]) -> Lines:
    """Line number and cells of each row that is not empty, spaces around cells left out."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from table_lines(file, path.name, needed)
    except OSError as exc:
        raise UsageError("folder_unread", path=str(path), why=exc.strerror or str(exc)) from exc
    except UnicodeDecodeError as exc:
        raise UsageError("folder_unread", path=str(path), why="it is not UTF-8") from exc


def table_lines(text_lines: Iterable[str], name: str, needed: tuple[str, ...] = _NEEDED) -> Lines:
    """The rows of a table in the form CSV.

    Args:
        text_lines: of the table, its head first.
        name: of the table, for errors.
        needed: columns that must be there; by default those of viewings.csv.

    Raises:
        UsageError: a column is missing, or a row has another number of cells.
    """
    lines = csv.reader(text_lines)
    try:
        columns = [from_cell(column.strip()) for column in next(lines, [])]
        for column in needed:
            if column not in columns:
                raise UsageError("study_column_missing", file=name, column=column)
        for cells in lines:
            if any(cell.strip() for cell in cells):
                if len(cells) != len(columns):
                    why = f"{len(cells)} cells; the first line has {len(columns)}"
                    raise UsageError("study_cell_unfit", file=name, line=lines.line_num, column=columns[0], why=why)
                texts = (from_cell(cell.strip()) for cell in cells)
                yield lines.line_num, dict(zip(columns, texts, strict=True))
    except csv.Error as exc:
        raise UsageError("study_unfit", file=name, why=str(exc)) from exc


def read_participants(path: Path, plan: Plan) -> dict[str, dict[str, str]]:
    """Respondent -> column -> cell, of a table that need not be there.

    Raises:
        UsageError: a respondent stands there twice or has no name, or an outcome of the plan is missing or no number.
    """
    if not path.exists():
        return {}
    return participants_of(_table(path, participant_columns(plan)), plan)


def participant_columns(plan: Plan) -> tuple[str, ...]:
    """The columns that the participants' table must have."""
    return ("respondent", *(outcome.column for outcome in plan.outcomes))


def participants_of(lines: Lines, plan: Plan) -> dict[str, dict[str, str]]:
    """The same of lines that come from elsewhere."""
    participants: dict[str, dict[str, str]] = {}
    for line, cells in lines:
        name = cells.pop("respondent", "")
        if not name or name in participants:
            why = f"{name!r} stands there twice" if name else "empty"
            raise UsageError("study_cell_unfit", file=PARTICIPANTS_FILE, line=line, column="respondent", why=why)
        for outcome in plan.outcomes:
            if why := unfit_answer(outcome, cells.get(outcome.column, "")):
                raise UsageError("study_cell_unfit", file=PARTICIPANTS_FILE, line=line, column=outcome.column, why=why)
        participants[name] = cells
    return participants


def read_plan(path: Path) -> dict[str, Any]:
    """The content of study.toml, with the scenes of scenes.csv where that stands beside it. Raises UsageError."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise UsageError("folder_unread", path=str(path), why=exc.strerror or str(exc)) from exc
    except ValueError as exc:  # no TOML, or no UTF-8
        raise UsageError("study_unfit", file=path.name, why=str(exc)) from exc
    table = path.with_name(SCENES_FILE)
    return with_scenes(content, _table(table, SCENE_COLUMNS[:4])) if table.exists() else content


def _viewing(folder: Path, row: Row, stimulus: Stimulus) -> Viewing:
    start = _clock(row, stimulus)
    if is_log(row.recording):  # analyzed elsewhere
        path, respondent = folder / row.recording, row.respondent
        return viewing_of(path, row.recording, respondent, stimulus, start, person=row.person, place=row.place)
    results = folder / RESULTS_FOLDER / row.recording
    try:
        analysis = read_analysis(results)
    except EmoClassifyError:
        return Viewing.left_out(row.respondent, stimulus.id, start, row.recording, NOT_ANALYZED)
    clock = start if row.start_s is not None else _clock_in(results, row, stimulus, analysis.source.sha256)
    if not isinstance(clock, Clock):
        reason = NO_CLOCK if clock is None else f"{_SILENT[row.method]}: {clock.reason}"
        return Viewing.left_out(row.respondent, stimulus.id, start, row.recording, reason)
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


def _clock(row: Row, stimulus: Stimulus) -> Clock:
    """The clock that the table gives."""
    if not row.mark:
        return Clock.starting_at(row.start_s or 0.0, stimulus.duration_s)
    mark_s = next(mark.time_s for mark in stimulus.marks if mark.name == row.mark)
    return Clock.starting_at((row.start_s or 0.0) - mark_s, stimulus.duration_s, Method.MARK)


def _clock_in(results: Path, row: Row, film: Stimulus, sha256: str) -> Clock | Abstention | None:
    """The clock that the recording tells; None where it was not listened to yet."""
    if row.method is Method.TIME_CODE:
        return saved_timecode(results, film.id, film.duration_s, sha256)
    if row.method is Method.PICTURES:
        return saved_picture_clock(results, film.id, film.duration_s)
    return saved_clock(results, {"film": film.sha256, "recording": sha256})


def _reason(analysis: Analysis, person: int) -> str:
    """Why a recording does not count; empty where it does."""
    if person not in analysis.persons:
        return NOT_SEEN
    is_usable = person != 1 or usability_of(analysis).verdict is not Verdict.NOT_USABLE
    return "" if is_usable else NOT_USABLE
