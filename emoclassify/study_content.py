"""A study as plain data: films, plan and title, as study.toml has them and as the API takes them."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from emoclassify.errors import UsageError
from emoclassify.study.plan import CSAT, NPS, SCALE, YES_NO, Comparison, Outcome, PanelRule, Plan, Side
from emoclassify.study.stimulus import Mark, Scene, Stimulus

Made = TypeVar("Made")

VIEWING_COLUMNS = ("recording", "respondent", "stimulus", "start_s", "person", "place", "mark", "wave")
"""The columns of viewings.csv."""

SCENES_FILE = "scenes.csv"
SCENE_COLUMNS = ("stimulus", "scene", "start_s", "end_s", "name")
"""The table of scenes beside the plan, and its columns; the last may be missing."""

BY_SOUND = "sound"
"""In the place of start_s: the film's sound in the recording tells when the film begins."""
BY_TIME_CODE = "timecode"
"""The same: the page that recorded marked the film's time in the recording."""
BY_PICTURES = "pictures"
"""The same: the page noted the film's time with each picture, and recorded nothing."""

_DECISIONS: Mapping[str, Callable[[Any], Any]] = {
    "measures": lambda names: tuple(map(str, names)),
    "share_above": float,
    "min_coverage": float,
    "baseline": str,
    "alpha": float,
    "seed": int,
}
"""Fields of the plan that stand for themselves."""

_SCALES = {NPS: (0.0, 10.0), CSAT: (1.0, 5.0), YES_NO: (0.0, 1.0)}
"""Kind of an outcome -> the lowest and highest answer."""

_LISTS = ("stimulus", "comparison", "outcome", "episode")
_STIMULUS = {"id", "duration_s", "title", "file", "scene", "mark"}


def checked(file: str, make: Callable[[dict[str, Any]], Made], content: dict[str, Any]) -> Made:
    """What `make` makes of the content.

    Raises:
        UsageError: the content does not fit; the sentence names the file.
    """
    try:
        return make(content)
    except KeyError as exc:
        raise UsageError("study_unfit", file=file, why=f"{exc.args[0]} is missing") from exc
    except (TypeError, ValueError, AttributeError, OverflowError) as exc:
        raise UsageError("study_unfit", file=file, why=str(exc)) from exc


def stimuli_of(file: str, content: dict[str, Any]) -> tuple[Stimulus, ...]:
    """The films, without their checksums. Raises UsageError, as `checked`."""
    stimuli = tuple(checked(file, _stimulus, item) for item in checked(file, _films, content))
    if not stimuli:
        raise UsageError("study_unfit", file=file, why="no [[stimulus]]")
    return stimuli


def plan_of(file: str, content: dict[str, Any]) -> Plan:
    """The plan. Raises UsageError, as `checked`."""
    return checked(file, _plan, content)


def with_scenes(content: Mapping[str, Any], lines: Iterable[tuple[int, Mapping[str, str]]]) -> dict[str, Any]:
    """A plan with the scenes of a table beside those that it has.

    Args:
        content: of study.toml.
        lines: number and cells of each row, by SCENE_COLUMNS.

    Raises:
        UsageError: a row does not fit; the sentence names line and column.
    """
    films = checked(SCENES_FILE, _films, dict(content))
    scenes: dict[str, list[dict[str, Any]]] = {str(film.get("id", "")): list(film.get("scene", [])) for film in films}
    for line, cells in lines:
        film = cells["stimulus"]
        if film not in scenes:
            raise _unfit_scene(line, "stimulus", f"{film!r} is no film of the plan, which has {', '.join(scenes)}")
        if not cells["scene"] or cells["scene"] in {str(one.get("id")) for one in scenes[film]}:
            why = f"{cells['scene']!r} stands there twice" if cells["scene"] else "empty"
            raise _unfit_scene(line, "scene", why)
        start_s, end_s = (_scene_time(line, column, cells[column]) for column in ("start_s", "end_s"))
        if not start_s < end_s:
            raise _unfit_scene(line, "end_s", f"{cells['end_s']!r} is not after {cells['start_s']!r}")
        name = {"name": cells["name"]} if cells.get("name") else {}
        scenes[film].append({"id": cells["scene"], "start_s": start_s, "end_s": end_s, **name})
    return {**content, "stimulus": [_with_scenes(film, scenes[str(film.get("id", ""))]) for film in films]}


def scene_rows(content: Mapping[str, Any]) -> list[dict[str, str]]:
    """The scenes of a plan as rows of the table that `with_scenes` takes."""
    return [
        {
            "stimulus": str(film["id"]),
            "scene": str(one["id"]),
            "start_s": f"{float(one['start_s']):g}",
            "end_s": f"{float(one['end_s']):g}",
            "name": str(one.get("name", "")),
        }
        for film in content.get("stimulus", [])
        for one in film.get("scene", [])
    ]


def _with_scenes(film: dict[str, Any], scenes: list[dict[str, Any]]) -> dict[str, Any]:
    rest = {name: value for name, value in film.items() if name != "scene"}
    return {**rest, "scene": scenes} if scenes else rest


def _scene_time(line: int, column: str, cell: str) -> float:
    try:
        time_s = float(cell)
    except ValueError:
        time_s = -1.0
    if not 0 <= time_s < float("inf"):
        raise _unfit_scene(line, column, f"{cell!r} is not a number from 0 on")
    return time_s


def _unfit_scene(line: int, column: str, why: str) -> UsageError:
    return UsageError("study_cell_unfit", file=SCENES_FILE, line=line, column=column, why=why)


def as_toml(content: dict[str, Any]) -> str:
    """Plain data as the text of a TOML file.

    Args:
        content: of texts, numbers, lists and dictionaries; what is None is left out.
    """
    return "".join(f"{_text(name)} = {_toml(value)}\n" for name, value in content.items() if value is not None)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        pairs = (f"{_text(name)} = {_toml(item)}" for name, item in value.items() if item is not None)
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(text: str) -> str:
    """JSON writes a text as TOML reads it, but for one control character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _films(content: dict[str, Any]) -> list[dict[str, Any]]:
    films: list[dict[str, Any]] = content.get("stimulus", [])
    if not isinstance(films, list):
        raise TypeError("stimulus: a list of films")
    return films


def _stimulus(item: dict[str, Any]) -> Stimulus:
    _refuse_unknown(item, _STIMULUS)
    scenes = tuple(
        Scene(str(one["id"]), float(one["start_s"]), float(one["end_s"]), str(one.get("name", "")))
        for one in item.get("scene", [])
    )
    marks = tuple(Mark(str(one["name"]), float(one["time_s"])) for one in item.get("mark", []))
    return Stimulus(str(item["id"]), float(item["duration_s"]), str(item.get("title", "")), scenes, marks)


def _plan(content: dict[str, Any]) -> Plan:
    _refuse_unknown(content, _DECISIONS.keys() | {"title", *_LISTS})
    decisions = {name: kind(content[name]) for name, kind in _DECISIONS.items() if name in content}
    return Plan(
        comparisons=tuple(map(_comparison, content.get("comparison", []))),
        outcomes=tuple(map(_outcome, content.get("outcome", []))),
        episodes=tuple(map(_panel_rule, content.get("episode", []))),
        **decisions,
    )


def _refuse_unknown(content: dict[str, Any], names: set[str]) -> None:
    if unknown := content.keys() - names:
        raise ValueError(f"{', '.join(sorted(unknown))}: not known here")


def _comparison(item: dict[str, Any]) -> Comparison:
    """Two films, two groups of one, or, with both, two groups in how the films differ."""
    _refuse_unknown(item, {"films", "film", "column", "groups"})
    if "films" in item and "column" not in item:
        first, second = map(str, item["films"])
        return Comparison(Side(first), Side(second))
    base, film = map(str, item["films"]) if "films" in item else ("", str(item["film"]))
    column = str(item["column"])
    first, second = map(str, item["groups"])
    return Comparison(Side(film, column, first), Side(film, column, second), base)


def _outcome(item: dict[str, Any]) -> Outcome:
    _refuse_unknown(item, {"column", "kind", "film"})
    return Outcome(str(item["column"]), str(item.get("kind", SCALE)), str(item.get("film", "")))


def _panel_rule(item: dict[str, Any]) -> PanelRule:
    _refuse_unknown(item, {"measure", "share", "for_s", "down"})
    down = None if item.get("down") is None else float(item["down"])
    return PanelRule(str(item["measure"]), float(item["share"]), float(item["for_s"]), down)


def unfit_answer(outcome: Outcome, cell: str) -> str:
    """Why a cell cannot be an answer of this kind; empty where it can, and where the cell is empty."""
    if not cell:
        return ""
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    low, high = _SCALES.get(outcome.kind, (float("-inf"), float("inf")))
    is_whole = outcome.kind not in _SCALES or value.is_integer()
    if low <= value <= high and is_whole and abs(value) < float("inf"):
        return ""
    range_text = f"a whole number from {low:g} to {high:g}" if outcome.kind in _SCALES else "a number"
    return f"{cell!r} is not {range_text}"
