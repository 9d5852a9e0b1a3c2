"""What the guide takes from the program itself, so that it cannot be out of date: options,
settings, columns, messages, model cards."""

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
    """Puts what is asked for in the place of each `<!-- kind: name -->`."""
    kinds = "|".join(_MAKERS)
    return re.sub(rf"<!-- ({kinds}): (\w+) -->", lambda named: _MAKERS[named[1]](named[2]), markdown)


def settings_table(settings: Iterable[Setting]) -> str:
    """The environment variables: name, default, meaning."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {_code(one.variable)} | {_default(one)} | {one.help} |" for one in settings)])


def options_table(options: Iterable[Option]) -> str:
    """The options of an analysis: on the command line, as field of a job, default, meaning."""
    lines = ["| option | field of a job | default | meaning |", "|---|---|---|---|"]
    return "\n".join(
        [
            *lines,
            *(
                f"| {_code(f'--{one.dashed}')} | {_code(one.field) if one.posted else ''} | {_default(one)} "
                f"| {one.help} |"
                for one in options
            ),
        ]
    )


def _code(name: str) -> str:
    """A name that a narrow page may break between its words."""
    return f"<code>{name.replace('_', '_<wbr>')}</code>"


def _default(setting: Setting) -> str:
    value = setting.default
    if value in ("", (), None) or setting.kind is Path:  # a path is another one on each machine
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
    return "\n".join([*lines, *(f"| `{one.name}` | {one.unit} | {one.meaning} |" for one in TABLES[name])])


def _scores(name: str) -> str:
    lines = ["| measured on | people | files | accuracy | mean recall |", "|---|---|---|---|---|"]
    for one in json.loads((_CARDS / name / SCORES).read_text(encoding="utf-8"))["sets"]:
        people = "not known" if one["people"] is None else one["people"]
        lines.append(f"| {one['set']} | {people} | {one['n']:,} | {one['accuracy']:.3f} | {one['uar']:.3f} |")
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
