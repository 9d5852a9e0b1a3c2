"""Every message has a code that is known, the fields of its sentence, and a translation into each language."""

import ast
import json
import pickle
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.fields import form_fields
from emoclassify.child import DiedError
from emoclassify.errors import EmoClassifyError, MediaError, UsageError, WorkshopError
from emoclassify.job_states import SHOWN
from emoclassify.labels import EMOTIONS
from emoclassify.settings import Options
from emoclassify.words.messages import (
    AS_TOLD,
    FOR_ONE,
    GROUPS,
    OLDER,
    TEMPLATES,
    Field,
    Message,
    as_told,
    field_names,
)
from emoclassify.words.older_sentences import STORED, of_sentence
from emoclassify.words.texts import LANGUAGES, translation
from tests.support.sources import from_root, parsed, sources

SOURCES = sources("emoclassify", "api", "webapp")
OTHERS = [lang for lang in LANGUAGES if lang != "en"]

PASSED_ON = ("errors.py", "messages.py", "older_sentences.py", "problems.py", "worker.py")
"""Files where a message is made from a code that is handed in, not written there."""


@dataclass(frozen=True)
class Made:
    """Where the source makes a message: its code, and its fields where they are written there too."""

    where: str
    code: str
    fields: set[str] | None


def kinds_of_error() -> set[str]:
    found, waiting = set(), [EmoClassifyError]
    while waiting:
        kind = waiting.pop()
        found.add(kind.__name__)
        waiting += kind.__subclasses__()
    return found - {WorkshopError.__name__}


def made_in(path: Path) -> Iterator[Made]:
    """The messages that a file makes: errors that it raises, refusals of the API, and notes."""
    errors = kinds_of_error()
    for node in ast.walk(parsed(path)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        where, name, arguments = f"{from_root(path)}:{node.lineno}", node.func.id, node.args
        if name == "Message" and arguments:
            fields = _keys(arguments[1]) if len(arguments) > 1 else set()
            yield from (Made(where, code, fields) for code in _codes(arguments[0], path))
        elif name == "problem_error":
            yield from (Made(where, code, _named(node, path)) for code in _codes(arguments[1], path))
        elif name in errors and arguments:
            yield from (Made(where, code, _named(node, path)) for code in _codes(arguments[0], path))


def _codes(node: ast.expr, path: Path) -> list[str]:
    """The code that is written there; of a beginning that says "picture" or "sound", both."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        end = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        return [f"{what}{end}" for what in ("picture", "sound")]
    if isinstance(node, ast.Name) and node.id == "AS_TOLD":
        return [AS_TOLD]
    assert path.name in PASSED_ON, f"{path}: the code of a message is written where it is made"
    return []


def _keys(node: ast.expr) -> set[str] | None:
    if not isinstance(node, ast.Dict):
        return None
    return {str(key.value) for key in node.keys if isinstance(key, ast.Constant)}


def _named(node: ast.Call, path: Path) -> set[str]:
    names = {keyword.arg for keyword in node.keywords}
    assert None not in names, f"{path}: the fields of a message are written where it is made"
    return {name for name in names if name and name != "signal_number"}


MADE = [made for path in SOURCES for made in made_in(path)]


def test_every_message_that_is_made_is_known_and_has_the_fields_of_its_sentence() -> None:
    assert len(MADE) > 100
    for made in MADE:
        assert made.code in TEMPLATES, f"{made.where}: {made.code!r} is none of TEMPLATES"
        if made.fields is not None:
            assert made.fields == field_names(TEMPLATES[made.code]), f"{made.where}: {made.code}"


def test_every_sentence_is_used_and_stands_once() -> None:
    assert {made.code for made in MADE} | set(OLDER) == set(TEMPLATES)
    assert len(set(TEMPLATES.values())) == len(TEMPLATES)
    assert sum(map(len, GROUPS.values())) == len(TEMPLATES) - 1


def test_nothing_is_raised_as_a_bare_sentence() -> None:
    """A sentence in place of a code would be told in English to everybody."""
    for path in SOURCES:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds_of_error():
                assert not any(isinstance(part, ast.JoinedStr) for part in node.args), f"{path}:{node.lineno}"


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("code", STORED)
def test_a_message_is_told_in_each_language_with_all_its_fields(code: str, lang: str) -> None:
    fields = field_names(TEMPLATES[code])
    told = Message(code, {name: f"<{name}>" for name in fields}).in_language(lang)
    assert told != Message(code, {name: f"<{name}>" for name in fields}).text, "the catalogue lacks it"
    assert set(re.findall("<(.+?)>", told)) >= fields


def test_numbers_and_words_in_fields_are_told_as_the_language_does_and_names_are_not() -> None:
    ends = Message("picture_ends_early", {"end_s": 2.0, "header_s": 3.5})
    assert ends.text == "The picture ends at 2.0 s; the file's header says 3.5 s."
    assert "2,0" in ends.in_language("ru")
    assert "3,5" in ends.in_language("ru")
    unknown = Message("emotions_unknown", {"model": "happy", "emotions": ["angry", "fear"]})
    assert unknown.text == "happy does not know angry, fear: their score is always 0."
    assert unknown.in_language("ru").startswith("Модель happy")
    assert "злость, страх" in unknown.in_language("ru")
    name = Message("file_unwritten", {"file": "talk 1.5.mp4", "why": "Permission denied"})
    assert name.in_language("ru") == "Не удаётся записать talk 1.5.mp4: нет доступа."  # noqa: RUF001


def test_choices_are_joined_by_the_language_s_own_word() -> None:
    unfit = Message("value_not_a_choice", {"field": "faces", "choices": ("a", "b", "c"), "given": "x"})
    assert unfit.text == "faces must be a, b or c, but is x."
    assert "a, b или c" in unfit.in_language("ru")
    one = Message("model_incomplete", {"path": "p", "files": ["config.json"]})
    assert one.text.startswith("p: config.json missing")


def test_the_words_in_fields_have_translations() -> None:
    for lang in OTHERS:
        words = translation(lang).gettext
        wanted = [field.rule for field in form_fields(Options).values() if isinstance(field.rule, str)]
        for word in (*EMOTIONS, *SHOWN, *wanted, "or", "and", "by its first bytes", "No space left on device"):
            assert words(word) != word or word == "true or false", word


@pytest.mark.parametrize("code", TEMPLATES)
def test_a_message_is_stored_and_comes_back_the_same(code: str) -> None:
    message = Message(code, dict.fromkeys(field_names(TEMPLATES[code]), 2.0))
    back = Message.from_dict(json.loads(json.dumps(message.to_dict())))
    assert back == message
    assert Message.from_problem(json.loads(json.dumps(message.to_problem()))) == message


def test_what_another_version_stored_is_told_as_it_is() -> None:
    newer = {"code": "not_known_yet", "fields": {"n": 1}, "text": "One thing."}
    assert Message.from_dict(newer) == as_told("One thing.")
    other_fields = {"code": "no_face", "fields": {"frames": 1}, "text": "No face in 1."}
    assert Message.from_dict(other_fields).in_language("ru") == "No face in 1."
    assert Message.from_problem({"type": "about:blank", "detail": "Not Found"}) == as_told("Not Found")


def sample(name: str) -> Field:
    """A value of a field, as messages have it."""
    lists: dict[str, Field] = {"emotions": ["fear", "disgust"], "labels": ["calm", "bored"], "files": ["a.json"]}
    return lists.get(name, 12 if name == "n" else f"the {name}")


@pytest.mark.parametrize("code", STORED)
def test_a_sentence_that_an_older_version_stored_is_known_again(code: str) -> None:
    message = Message(code, {name: sample(name) for name in field_names(STORED[code])})
    known = of_sentence(message.text)
    assert known.code == code
    assert [known.in_language(lang) for lang in LANGUAGES] == [message.in_language(lang) for lang in LANGUAGES]


def test_the_figures_and_words_of_an_older_sentence_are_written_as_the_language_writes_them() -> None:
    ends = of_sentence("The picture ends at 3.5 s; the file's header says 12 s.")
    assert ends == Message("picture_ends_early", {"end_s": 3.5, "header_s": 12})
    assert "3,5" in ends.in_language("ru")
    unread = "The file does not open as a recording of a known format (Invalid data found when processing input)."
    assert "Invalid" not in of_sentence(unread).in_language("ru")
    assert of_sentence("Nothing that was ever written.") == as_told("Nothing that was ever written.")


def test_telling_an_error_never_fails() -> None:
    assert "no such code" in Message("no such code", {"n": 1}).text
    assert "no_face" in Message("no_face").in_language("ru")


@pytest.mark.parametrize(
    "error",
    [
        UsageError("setting_unfit", field="EMOCLASSIFY_EVERY", given="x"),
        MediaError("picture_too_large", width=9, height=8, most=7),
        DiedError("reader_crashed", signal_number=11, signal="SIGSEGV"),
        WorkshopError("a sentence of a workshop"),
    ],
)
def test_an_error_crosses_from_one_process_to_another(error: EmoClassifyError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert (back.message, str(back)) == (error.message, str(error))
    assert str(error) == error.message.text
    assert getattr(back, "signal_number", None) == getattr(error, "signal_number", None)


def test_words_go_by_the_number() -> None:
    told = [Message("sound_damaged", {"n": n}) for n in (1, 2, 5, 21)]
    assert [message.text for message in told[:2]] == [
        "1 damaged packet of the sound was skipped.",
        "2 damaged packets of the sound were skipped.",
    ]
    assert [message.in_language("ru") for message in told] == [
        "Пропущен 1 повреждённый пакет звука.",
        "Пропущено 2 повреждённых пакета звука.",
        "Пропущено 5 повреждённых пакетов звука.",
        "Пропущен 21 повреждённый пакет звука.",
    ]


def test_a_sentence_for_one_is_of_a_sentence_with_a_number() -> None:
    assert all("n" in field_names(TEMPLATES[code]) == field_names(one) for code, one in FOR_ONE.items())
