"""A study as plain data: films, plan and title, as study.toml has them and as the API takes them."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from emoclassify.errors import UsageError
from emoclassify.study.plan import SCALE, Comparison, Outcome, PanelRule, Plan, Side
from emoclassify.study.stimulus import Mark, Scene, Stimulus

Made = TypeVar("Made")

VIEWING_COLUMNS = ("recording", "respondent", "stimulus", "start_s", "person", "place", "mark")
"""The columns of viewings.csv."""

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
    _refuse_unknown(item, {"measure", "share", "for_s"})
    return PanelRule(str(item["measure"]), float(item["share"]), float(item["for_s"]))
