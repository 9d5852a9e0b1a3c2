"""Fills the guide with tables made from the program itself, which cannot be out of date: options, settings, columns,
messages, model cards."""

import html
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from emoclassify.declared import Option, Setting
from emoclassify.jobs.settings import settings_of
from emoclassify.networks.models import SCORES
from emoclassify.outputs.tables.columns import ABOUT, TABLES
from emoclassify.settings import options_of
from emoclassify.words.messages import GROUPS

_CARDS = Path(__file__).parents[1] / "emoclassify" / "assets" / "models"


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replaces each `<!-- kind: name -->` by the table or text that it names."""
    kinds = "|".join(_MAKERS)
    return re.sub(rf"<!-- ({kinds}): ([\w-]+) -->", lambda match: _MAKERS[match[1]](match[2]), markdown)


def settings_table(settings: Iterable[Setting]) -> str:
    """The environment variables: name, default, meaning."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    return "\n".join(
        [*lines, *(f"| {_code(setting.variable)} | {_default(setting)} | {setting.help} |" for setting in settings)]
    )


def options_table(options: Iterable[Option]) -> str:
    """The options of an analysis: on the command line, as field of a job, default, meaning."""
    lines = ["| option | field of a job | default | meaning |", "|---|---|---|---|"]
    return "\n".join(
        [
            *lines,
            *(
                f"| {_code(f'--{option.dashed}')} | {_code(option.field) if option.posted else ''} "
                f"| {_default(option)} | {option.help} |"
                for option in options
            ),
        ]
    )


def _code(name: str) -> str:
    """A name as code, in which a narrow page may break the line between words."""
    return f"<code>{name.replace('_', '_<wbr>')}</code>"


def _default(setting: Setting) -> str:
    value = setting.default
    if value in ("", (), None) or setting.kind is Path:  # a path differs from machine to machine
        return ""
    return f"`{','.join(value) if isinstance(value, tuple) else str(value).lower()}`"


def problems_table(group: str) -> str:
    """The messages of one group: code and English sentence, with the names of its fields."""
    lines = ["| code | detail |", "|---|---|"]
    return "\n".join([*lines, *(f"| {_code(code)} | {html.escape(text)} |" for code, text in GROUPS[group].items())])


def _problems(_: str) -> str:
    return "\n\n".join(f"**{group}**\n\n{problems_table(group)}" for group in GROUPS)


def _columns(name: str) -> str:
    lines = [ABOUT[name], "", "| column | unit | meaning |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| `{column.name}` | {column.unit} | {column.meaning} |" for column in TABLES[name])])


def _scores(name: str) -> str:
    lines = ["| measured on | people | files | accuracy | mean recall |", "|---|---|---|---|---|"]
    for scores in json.loads((_CARDS / name / SCORES).read_text(encoding="utf-8"))["sets"]:
        people = "not known" if scores["people"] is None else scores["people"]
        lines.append(
            f"| {scores['set']} | {people} | {scores['n']:,} | {scores['accuracy']:.3f} | {scores['uar']:.3f} |"
        )
    return "\n".join(lines)


def _card(name: str) -> str:
    text = (_CARDS / name / "MODEL_CARD.md").read_text(encoding="utf-8")
    return re.sub(r"^(#+) ", r"#\1 ", text, flags=re.MULTILINE)


def _settings(name: str) -> str:
    return settings_table({"server": settings_of(), "analysis": options_of()}[name])


def _options(name: str) -> str:
    return options_table({"analysis": options_of()}[name])


_MAKERS = {
    "settings": _settings,
    "options": _options,
    "columns": _columns,
    "problems": _problems,
    "scores": _scores,
    "card": _card,
}
