"""What the guide takes from the program itself, so that it cannot be out of date: settings, columns, model cards."""

import ast
import inspect
import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

from emoclassify.jobs.settings import ServerSettings
from emoclassify.networks.models import SCORES
from emoclassify.outputs.tables.columns import ABOUT, TABLES
from emoclassify.settings import ENVIRONMENT_PREFIX, Options

_CARDS = Path(__file__).parents[1] / "emoclassify" / "assets" / "models"


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Puts what is asked for in the place of each `<!-- kind: name -->`."""
    return re.sub(
        r"<!-- (settings|columns|scores|card): (\w+) -->", lambda found: _MAKERS[found[1]](found[2]), markdown
    )


def _settings(name: str) -> str:
    kind: Any = {"server": ServerSettings, "analysis": Options}[name]
    default = kind()
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    told = _docs_of(kind)
    for field in fields(kind):
        value = "" if field.name == "data_dir" else _shown(getattr(default, field.name))
        variable = f"{ENVIRONMENT_PREFIX}{field.name.upper()}".replace(
            "_", "_<wbr>"
        )  # where a narrow page may break it
        lines.append(f"| <code>{variable}</code> | {value} | {told[field.name]} |")
    return "\n".join(lines)


def _docs_of(kind: type) -> dict[str, str]:
    """The text below each field of a class."""
    body = ast.parse(inspect.getsource(kind)).body[0]
    assert isinstance(body, ast.ClassDef)
    told: dict[str, str] = {}
    name = ""
    for node in body.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and name:
            told[name] = " ".join(str(node.value.value).split())
            name = ""
    return told


def _shown(value: Any) -> str:
    if value in ("", (), None):
        return ""
    return f"`{','.join(value) if isinstance(value, tuple) else str(value).lower()}`"


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


_MAKERS = {"settings": _settings, "columns": _columns, "scores": _scores, "card": _card}
