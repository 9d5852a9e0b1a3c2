"""Reads the plans and tables of studies: what needs numpy, so that the API loads it with the first study only."""

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from api.json_bodies import loaded_json
from api.problems import problem_error
from emoclassify.errors import UsageError
from emoclassify.jobs.job import OF_PEOPLE
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.storage import is_id
from emoclassify.jobs.studies import StoredStudy, films_of
from emoclassify.study.stimulus import Stimulus
from emoclassify.study.study import Study
from emoclassify.study_content import (
    SCENE_COLUMNS,
    SCENES_FILE,
    VIEWING_COLUMNS,
    checked,
    plan_of,
    stimuli_of,
    with_scenes,
)
from emoclassify.study_folder import (
    PARTICIPANTS_FILE,
    VIEWINGS_FILE,
    Lines,
    participant_columns,
    participants_of,
    rows_of,
    table_lines,
)

_PLAN = "plan"
"""What errors call the plan, which is no file here."""

_LONGEST_CELL = 255


def plan_sha256(service: Jobs, owner: str, content: dict[str, Any]) -> str:
    """The checksum of the decisions of a plan and of its scenes. Raises UsageError where it does not fit."""
    sha256 = sha256_of(content)
    for job_id in films_of(content):
        _require_recording(service, owner, job_id)
    return sha256


def sha256_of(content: dict[str, Any]) -> str:
    """The same without a look at the films' files."""
    stimuli, plan = stimuli_of(_PLAN, content), plan_of(_PLAN, content)
    return checked(_PLAN, lambda _: Study("", plan, stimuli, ()), content).plan_sha256


def read_viewings(service: Jobs, study: StoredStudy, body: bytes, kind: str) -> list[dict[str, str]]:
    """The viewings in the body of a call, JSON or a table.

    Raises:
        UsageError: they do not fit; the sentence names line and column.
        ProblemError: 422, the body is neither.
    """
    films = {film.id: _with_file(film, item) for film, item in _films(study.plan)}
    rows = list(_lines(body, kind, "viewings", VIEWINGS_FILE, VIEWING_COLUMNS[:3]))
    rows_of(iter(rows), films)
    for _, cells in rows:
        _require_recording(service, study.owner, cells["recording"])
    return [{name: cells.get(name, "") for name in VIEWING_COLUMNS} for _, cells in rows]


def read_participants(study: StoredStudy, body: bytes, kind: str) -> dict[str, dict[str, str]]:
    """Respondent -> cells, in the body of a call. Raises as `read_viewings`."""
    plan = plan_of(_PLAN, study.plan)
    return participants_of(_lines(body, kind, "participants", PARTICIPANTS_FILE, participant_columns(plan)), plan)


def read_scenes(study: StoredStudy, body: bytes, kind: str) -> dict[str, Any]:
    """The plan of a study with the scenes in the body of a call in the place of its own. Raises as `read_viewings`."""
    films = [{name: value for name, value in film.items() if name != "scene"} for film in study.plan["stimulus"]]
    rows = list(_lines(body, kind, "scenes", SCENES_FILE, SCENE_COLUMNS[:4]))
    for line, cells in rows:
        for column in SCENE_COLUMNS[:4]:
            if column not in cells:
                raise UsageError("study_cell_unfit", file=SCENES_FILE, line=line, column=column, why="empty")
    return with_scenes({**study.plan, "stimulus": films}, rows)


def _require_recording(service: Jobs, owner: str, job_id: str) -> None:
    """Refuses what is no recording of the owner."""
    job = service.store.get(job_id, owner) if is_id(job_id) else None
    if job is None or job.kind not in OF_PEOPLE:
        raise UsageError("study_unfit", file=_PLAN, why=f"{job_id[:40]!r} is no recording of yours")


def _films(plan: dict[str, Any]) -> list[tuple[Stimulus, Mapping[str, Any]]]:
    return list(zip(stimuli_of("plan", plan), plan["stimulus"], strict=True))


def _with_file(film: Stimulus, item: Mapping[str, Any]) -> Stimulus:
    """A film that can be looked for by its sound, where it names a file; the job reads the file itself."""
    return replace(film, sha256=str(item.get("file", "")))


def _lines(body: bytes, kind: str, field: str, table: str, needed: tuple[str, ...]) -> Lines:
    """The rows in the body of a call, each with its line, the head of a table being line 1.

    Raises:
        ProblemError: 422, neither JSON nor a table.
        UsageError: a column is missing, or a cell is too long or holds what databases do not take.
    """
    if kind == "text/csv":
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError as exc:
            raise problem_error(422, "study_body_unread", field=field) from exc
        lines = table_lines(io.StringIO(text, newline=""), table, needed)
    else:
        lines = iter(enumerate(_json_rows(body, field), start=2))
    for line, cells in lines:
        for name, cell in cells.items():
            if max(len(cell), len(name)) > _LONGEST_CELL or not (cell + name).isprintable():
                why = f"longer than {_LONGEST_CELL} characters, or with control characters"
                raise UsageError("study_cell_unfit", file=table, line=line, column=name[:40], why=why)
        yield line, cells


def _json_rows(body: bytes, field: str) -> list[dict[str, str]]:
    try:
        rows = loaded_json(body)[field]
        return [{str(name).strip(): _cell(value).strip() for name, value in row.items()} for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise problem_error(422, "study_body_unread", field=field) from exc


def _cell(value: Any) -> str:
    """A value of JSON as a table has it; 4.0 is 4."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        raise TypeError(value)
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:g}" if isinstance(value, float) and value.is_integer() and abs(value) < 1e6 else str(value)
