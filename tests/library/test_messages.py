"""Every message that a reader can meet is known, and told in each language."""

import ast
import builtins
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.fields import form_fields
from emoclassify.job_states import SHOWN
from emoclassify.labels import EMOTIONS
from emoclassify.media.container import ReadCounts
from emoclassify.settings import Options
from emoclassify.words.messages import MESSAGES, NOTES, WORDS, told_in

ROOT = Path(__file__).parents[2]
MAKERS = (
    *("pipeline", "media/container", "media/read", "media/orientation", "child", "analysis", "settings", "declared"),
    *("networks/models", "networks/runtime"),
    *("faces/expressions", "voice/predict", "outputs/folder", "outputs/video/annotate", "outputs/document/pdf"),
    *("jobs/worker", "jobs/store"),
)
"""Modules of the library whose messages reach a job's error, an analysis's warnings, or an answer of the API."""

NOT_TOLD = re.compile(
    "hub|in safetensors: it cannot be used|^EMOCLASSIFY_|has a value, which|is no analysis|^{} cannot be read: {}"
)
"""For whoever fetches models or sets the server up, on the command line."""


def made_by(path: Path) -> list[str]:
    """The messages of a module, with {} for their fields: what it raises, and its other whole sentences."""
    return [text for text in _texts(ast.parse(path.read_text(encoding="utf-8"))) if not NOT_TOLD.search(text)]


def _texts(node: ast.AST, raised: bool = False) -> Iterator[str]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Field", "Option", "Setting"):
        return  # words of the API's description
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        raised = not hasattr(builtins, getattr(node.exc.func, "id", ""))
        if not raised:
            return
    text = _text(node)
    if text is None:
        for child in ast.iter_child_nodes(node):
            yield from _texts(child, raised)
    elif " " in text and (raised or text.endswith(".")):
        yield text


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


@pytest.mark.parametrize(
    "path",
    [*(ROOT / "emoclassify" / f"{name}.py" for name in MAKERS), *sorted((ROOT / "api").glob("*.py"))],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_every_message_is_known(path: Path) -> None:
    if path.name in ("schemas.py", "openapi.py", "__init__.py", "__main__.py", "health.py"):
        return  # the API's description, and what its operator sees
    for text in made_by(path):
        filled = text.replace("{}", "7")
        several = re.compile(re.escape(text).replace(r"\{\}", ".+"))  # a field that is itself one of a few words
        known = told_in(filled, "ru") != filled or any(several.fullmatch(message) for message in MESSAGES)
        assert known, f"messages.py lacks {text!r}"


@pytest.mark.parametrize("text", MESSAGES)
def test_a_message_is_found_again_with_its_fields(text: str) -> None:
    fields = re.findall(r"\{(\w+)\}", text)
    filled = text.format(**{name: f"<{name}>" for name in fields})
    assert told_in(filled, "en") == filled
    russian = told_in(filled, "ru")
    assert re.search("[\u0400-\u04ff]", russian), russian
    assert sorted(re.findall("<.+?>", russian)) == sorted(f"<{name}>" for name in fields)


def test_the_words_in_fields_are_known() -> None:
    assert {field.wanted for field in form_fields(Options).values()} <= {*WORDS}
    assert {*SHOWN} <= {*WORDS}
    assert told_in("The job is completed: there is nothing to cancel.", "ru").startswith("Состояние задания: готово.")
    lacking = ", ".join(EMOTIONS[:2])
    assert "злость, отвращение" in told_in(f"their-model does not know {lacking}: their score is always 0.", "ru")


def test_what_was_noted_is_told_in_russian() -> None:
    counts = ReadCounts(corrupt=3, untimed=2, backward=1, gave_up=True, end_s=2.5)
    notes = [*counts.warnings("picture"), *counts.warnings("sound"), "No face was found in the 20 frames looked at."]
    for note in notes:
        assert told_in(note, "en") == note
        assert not re.search("[A-Za-z]", told_in(note, "ru")), note
    assert "2,5" in told_in(notes[3], "ru")
    for note in NOTES:
        filled = re.sub(r"\{\w+\}", "7", note)
        assert told_in(filled, "en") == filled
        assert told_in(filled, "ru") != filled


def test_what_is_not_known_stays_as_it_is() -> None:
    assert told_in("something new", "ru") == "something new"
    assert told_in("", "ru") == ""
    assert "talk 1.5.mp4: a.b." in told_in("talk 1.5.mp4 cannot be written: a.b.", "ru")  # names are no numbers
