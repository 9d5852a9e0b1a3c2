"""The one catalogue: every text of library, report and page is in it, and each in it is used."""

import re
import string
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from api.fields import form_fields
from emoclassify import usability
from emoclassify.capture import texts as capture_texts
from emoclassify.groups import GROUPS
from emoclassify.job_states import SHOWN
from emoclassify.labels import EMOTIONS
from emoclassify.media.formats import STRANGERS
from emoclassify.media.streams import UNKNOWN_CODEC
from emoclassify.moments import FALLS, HIGHEST, LOWEST, RISES
from emoclassify.outputs import registry
from emoclassify.outputs.study.columns import STUDY_TABLES
from emoclassify.outputs.study.names import FIGURE_NAMES
from emoclassify.outputs.study.outcomes_told import ANSWER_GROUPS
from emoclassify.outputs.tables.columns import ABOUT, TABLES
from emoclassify.settings import Options, options_of
from emoclassify.stages import models_of
from emoclassify.study.reasons import APART, OF_PAGE, OF_SOUND
from emoclassify.study.reasons import REASONS as LEFT_OUT
from emoclassify.verdicts import REASONS, VERDICTS
from emoclassify.words.bases import Base
from emoclassify.words.glossary import SPELLINGS
from emoclassify.words.licences import OF_ITS_MODEL, OF_SOUND_ALONE
from emoclassify.words.measures import MEASURE_NAMES
from emoclassify.words.messages import AS_TOLD, FOR_ONE, TEMPLATES
from emoclassify.words.norm_figures import NORM_FIGURES
from emoclassify.words.study_terms import STUDY_SPELLINGS
from emoclassify.words.texts import LANGUAGES, translation
from tests.support.sources import PACKAGE, ROOT, sources
from webapp.parts import english
from webapp.parts.texts import texts_in

OTHERS = [lang for lang in LANGUAGES if lang != "en"]

EXTRACTED_PLURALS = {
    tuple(map(str, message[2]))
    for message in extract_from_dir(PACKAGE / "outputs", [("**.py", "python")], keywords={"several": (1, 2)})
}
"""Handed to a translation in the source."""

PLURALS = [
    *sorted(EXTRACTED_PLURALS),
    *(*english.PLURALS.values(), capture_texts.FILMS, capture_texts.DAYS),
    *((one, TEMPLATES[code]) for code, one in FOR_ONE.items()),
]
"""Texts whose words go by a number: for one, and for several."""

SYSTEM_S = {
    *("Invalid data found when processing input", "End of file", "Permission denied", "No space left on device"),
    *("Input/output error", "by its first bytes", "or", "and", UNKNOWN_CODEC, *STRANGERS.values()),
}
"""What stands in the fields of messages: what the system says, what the API says, and how lists are joined."""


def of_models() -> set[str]:
    """What the report tells of the models."""
    sets = [measured["set"] for model in models_of(Options()) if model.scores for measured in model.scores["sets"]]
    return {*(model.purpose for model in models_of(Options())), *(name.partition(", ")[2] for name in sets)}


@cache
def known_texts() -> frozenset[tuple[str | None, str]]:
    """Context and English of every text: handed to a translation in the source, or declared in a table of it."""
    extracted = [
        *extract_from_dir(PACKAGE / "outputs", [("**.py", "python")], keywords={"_": None, "text": None}),
        *extract_from_dir(PACKAGE / "words", [("**.py", "python")], keywords={"text": None, "gettext": None}),
    ]
    columns = {column.meaning for table in (*TABLES.values(), *STUDY_TABLES.values()) for column in table}
    columns |= {column.unit for table in TABLES.values() for column in table if column.unit.isalpha()}
    messages = {text for code, text in TEMPLATES.items() if code != AS_TOLD and code not in FOR_ONE}
    named = {*EMOTIONS, *map(str, Base), *VERDICTS, *REASONS, *SHOWN, HIGHEST, LOWEST, RISES, FALLS, *SYSTEM_S}
    named |= {*usability.TEXTS, *capture_texts.TEXTS.values()}
    named |= {
        *MEASURE_NAMES.values(),
        *NORM_FIGURES.values(),
        *FIGURE_NAMES.values(),
        *ANSWER_GROUPS.values(),
        *LEFT_OUT,
        *OF_SOUND,
        *OF_PAGE,
        APART,
        "expressive",
        *SPELLINGS.values(),
        *STUDY_SPELLINGS.values(),
    }
    named |= {OF_ITS_MODEL, OF_SOUND_ALONE}
    named |= {field.rule for field in form_fields(Options).values() if isinstance(field.rule, str)}
    named |= {one.value_rule for one in options_of() if (one.range or one.several) and isinstance(one.value_rule, str)}
    named |= {text for one in options_of() for text in (one.help, one.label, one.hint, *one.choice_labels) if text}
    of_page = {(english.CONTEXTS.get(name), text) for name, text in english.TEXTS.items()}
    outputs = {*ABOUT.values(), *registry.TEXTS}
    plain = {str(message[2]) for message in extracted} | columns | messages | named | of_models() | outputs
    return frozenset({*((None, text) for text in plain), *(("group", group) for group in GROUPS), *of_page})


def catalogue(lang: str) -> Catalog:
    path = PACKAGE / "assets" / "locale" / lang / "LC_MESSAGES" / "emoclassify.po"
    with path.open("rb") as content:
        return read_po(content, locale=lang)


@pytest.mark.parametrize("lang", OTHERS)
def test_the_compiled_catalogue_is_the_one_in_letters(lang: str) -> None:
    """Byte for byte, whenever it is compiled: `make translations` after a change."""
    compiled = BytesIO()
    write_mo(compiled, catalogue(lang))
    path = PACKAGE / "assets" / "locale" / lang / "LC_MESSAGES" / "emoclassify.mo"
    assert path.read_bytes() == compiled.getvalue()


def translations(message: Any) -> tuple[str, ...]:
    """Its translation, or one for each form of the number."""
    return message.string if isinstance(message.string, tuple) else (message.string,)


def fields_in(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


@pytest.mark.parametrize("lang", OTHERS)
def test_every_text_is_translated_with_its_fields(lang: str) -> None:
    messages = catalogue(lang)
    for context, text in known_texts():
        message = messages.get(text, context=context)
        assert message, f"{text!r} ({context}) is not in the catalogue of {lang}"
        assert message.string, f"{text!r} has no translation in {lang}"
        assert fields_in(text) == fields_in(str(message.string)), text
    for one, several in PLURALS:
        message = messages.get(one)
        assert message, f"{one!r} is not in the catalogue of {lang}"
        assert message.id == (one, several)
        assert len(translations(message)) == messages.num_plurals
        assert all(fields_in(form) == fields_in(several) for form in translations(message))


@pytest.mark.parametrize("lang", OTHERS)
def test_every_translation_is_of_a_text_that_there_is(lang: str) -> None:
    known = {text for _, text in known_texts()} | {one for one, _ in PLURALS}
    paths = sources("emoclassify", "voice_model", "video")
    spoken = " ".join(path.read_text(encoding="utf-8") for path in paths)
    spoken = re.sub(r"\"\s*\n\s*f?\"|\s+", " ", spoken).replace('" "', "")
    for message in catalogue(lang):
        name = message.id[0] if message.pluralizable else str(message.id)
        if name and name not in known:
            assert name in spoken, f"nothing says {name!r} any more"


@pytest.mark.parametrize("lang", OTHERS)
def test_the_catalogue_is_compiled(lang: str) -> None:
    for message in catalogue(lang):
        if message.id:
            told = translation(lang)
            if not isinstance(message.id, str):
                one, several = message.id
                compiled = tuple(told.ngettext(one, several, n) for n in (1, 2, 5))
            elif message.context:
                compiled = (told.pgettext(message.context, str(message.id)),)
            else:
                compiled = (told.gettext(str(message.id)),)
            assert compiled == translations(message), "run `make translations`"


def glossary(lang: str) -> Iterator[tuple[str, str, str]]:
    """Term, its one translation, and the beginning of words that are never used for it, from CONTRIBUTING."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    lines = text[text.index("## Glossary") : text.index("## Conventions")].splitlines()
    header, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|"))
    column = header.index(lang)
    return ((row[0].strip("`"), row[column], row[column + 1]) for row in rows)


@pytest.mark.parametrize("lang", OTHERS)
def test_one_thing_has_one_name_in_every_place(lang: str) -> None:
    rows = list(glossary(lang))
    assert len(rows) >= 5
    told = translation(lang)
    for term, translated, never in rows:
        contexts = {context for context, text in known_texts() if text == term}
        assert contexts, f"nothing says {term!r}"
        for context in contexts:
            assert (told.pgettext(context, term) if context else told.gettext(term)) == translated, term
        for message, word in product(catalogue(lang), never.split(", ")):
            assert word not in " ".join(translations(message)).lower(), f"{message.id!r} says {word!r}"


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("base", Base)
def test_a_share_names_its_base_in_every_language(lang: str, base: Base) -> None:
    """What is a share of the recording in English is not one of just any time in another language."""
    translated = translation(lang).gettext(base)
    of_base = [message for message in catalogue(lang) if base in str(message.id) and message.id != base]
    assert of_base or base is not Base.RECORDING
    for message in of_base:
        assert translated in str(message.string), message.string


def test_page_and_report_say_the_same() -> None:
    for name in (*EMOTIONS, *VERDICTS):
        assert texts_in("ru")[name] == translation("ru").gettext(name)


def test_words_go_by_the_number() -> None:
    assert [texts_in("en").several("days", n) for n in (1, 2)] == ["1 day", "2 days"]
    assert [texts_in("ru").several("days", n) for n in (1, 2, 5, 21)] == ["1 день", "2 дня", "5 дней", "21 день"]


IN_GERMAN = """
import sys
from pathlib import Path
from emoclassify.words import texts

texts.LANGUAGES["de"], texts.CATALOGUES = "Deutsch", Path(sys.argv[1])

from dataclasses import replace
from api.fields import read_fields
from emoclassify.jobs.settings import ServerSettings
from emoclassify.outputs import registry
from emoclassify.outputs.charts.titles import facts_of
from emoclassify.outputs.folder import write_results
from emoclassify.settings import Options
from emoclassify.words.bases import Base
from emoclassify.words.glossary import SPELLINGS
from emoclassify.words.messages import Message
from tests.support.findings import with_a_gap
from webapp.parts.texts import texts_in

message = Message("picture_ends_early", {"end_s": 2.5, "header_s": 3.0})
assert message.in_language("de") == "[The picture ends at 2,5 s; the file's header says 3,0 s.]"
assert texts_in("de")["nav_new"] == "[New analysis]"
assert texts_in("de").several("days", 2) == "[2 days]"
assert facts_of(with_a_gap(), "de")[0].startswith("[face in")
options = read_fields({"lang": "de", "report": "html"}, Options(), ServerSettings()).options
write_results(replace(with_a_gap(), options=options), Path(sys.argv[1]), options)
written = (Path(sys.argv[1]) / "report.html").read_text(encoding="utf-8")
assert "[What it rests on]" in written and '<html lang="de"' in written
"""


@pytest.mark.process
def test_a_language_is_a_line_and_a_catalogue(tmp_path: Path) -> None:
    """A throw-away one in message, page, chart, API and report, without another edit: English texts in brackets."""
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    made = Catalog(locale="de")
    for context, text in known_texts():
        made.add(text, f"[{text}]", context=context)
    for one, several in PLURALS:
        made.add((one, several), (f"[{one}]", f"[{several}]"))
    with (folder / "emoclassify.mo").open("wb") as file:
        write_mo(file, made)
    done = subprocess.run([sys.executable, "-c", IN_GERMAN, tmp_path], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_languages_are_named_in_one_place() -> None:
    """No file of the programs tells one language from another by its code."""
    asks = re.compile(r"""(?:==|!=|\bin\b|\bis\b)\s*["'](?:ru|ru-RU)["']|["'](?:ru|ru-RU)["']\s*(?:==|!=|if\b)""")
    for path in sources("emoclassify", "api", "webapp"):
        assert not asks.search(path.read_text(encoding="utf-8")), path


@pytest.mark.process
def test_messages_are_told_without_a_library_of_numbers_where_there_is_none() -> None:
    """What starts a command does not wait for babel: it is loaded with the first number that is told."""
    code = "import sys, emoclassify.words.messages as m; m.Message('no_speech').text; sys.exit('babel' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
