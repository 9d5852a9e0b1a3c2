"""Every text of the outputs is in every catalogue, and the catalogues are compiled."""

import string
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from emoclassify.crosscheck import REASONS
from emoclassify.labels import EMOTIONS, GROUP_COLOURS
from emoclassify.outputs import registry
from emoclassify.outputs.charts.over_time import _VERDICTS
from emoclassify.outputs.charts.titles import facts_of
from emoclassify.outputs.tables.columns import ABOUT, TABLES
from emoclassify.settings import Options, options_of
from emoclassify.stages import models_of
from emoclassify.words.messages import MESSAGES, WORDS
from emoclassify.words.texts import LANGUAGES, count, decimals, percent, translation
from tests.support.findings import with_a_gap

PACKAGE = Path(__file__).parents[2] / "emoclassify"
OF_MODELS = {
    *(model.purpose for model in models_of(Options())),
    *(
        measured["set"].partition(", ")[2]
        for model in models_of(Options())
        if model.scores
        for measured in model.scores["sets"]
    ),
    *("cut off", "small", "dark", "bright", "blurred", "turned"),
}
"""What the report tells of the models, and of the faces that they did not read."""

OTHERS = [lang for lang in LANGUAGES if lang != "en"]


def catalogue(lang: str) -> Catalog:
    path = PACKAGE / "assets" / "locale" / lang / "LC_MESSAGES" / "emoclassify.po"
    with path.open("rb") as content:
        return read_po(content, locale=lang)


def texts_of_the_outputs() -> set[str]:
    """What the code hands to `_`, and the words that it hands over in a variable."""
    found = extract_from_dir(PACKAGE / "outputs", [("**.py", "python")], keywords={"_": None})
    columns = {column.meaning for table in TABLES.values() for column in table}
    words = {*EMOTIONS, *_VERDICTS, *REASONS, *MESSAGES, *WORDS, *OF_MODELS}
    outputs = {*ABOUT.values(), *registry.TEXTS}
    return {str(message[2]) for message in found} | columns | words | texts_of_the_options() | outputs


def texts_of_the_options() -> set[str]:
    """What is declared of them in words, for the guide and for the page."""
    texts = {text for one in options_of() for text in (one.help, one.label, one.hint, *one.choice_labels)}
    return texts - {""}


@pytest.mark.parametrize("lang", OTHERS)
def test_every_text_is_translated_with_its_fields(lang: str) -> None:
    texts = catalogue(lang)
    for text in texts_of_the_outputs():
        message = texts.get(text)
        assert message, f"{text!r} is not in the catalogue of {lang}"
        assert message.string, f"{text!r} has no translation in {lang}"
        fields = [{field for _, field, _, _ in string.Formatter().parse(s) if field} for s in (text, message.string)]
        assert fields[0] == fields[1], text


@pytest.mark.parametrize("lang", OTHERS)
def test_the_catalogue_is_compiled(lang: str) -> None:
    for message in catalogue(lang):
        if message.id:
            told = translation(lang)
            name = str(message.id)
            text = told.pgettext(message.context, name) if message.context else told.gettext(name)
            assert text == message.string, "run `make translations`"


@pytest.mark.parametrize("lang", OTHERS)
def test_the_groups_have_names_of_their_own(lang: str) -> None:
    """ "neutral" is a face and a group of emotions: not the same word everywhere."""
    for group in GROUP_COLOURS:
        assert catalogue(lang).get(group, context="group")


def test_languages() -> None:
    assert translation("en").gettext("happy") == "happy"
    assert translation("ru").gettext("happy") == "радость"
    assert [decimals("-0.25", lang) for lang in LANGUAGES] == ["-0.25", "-0,25"]
    assert [percent(0.29, lang) for lang in LANGUAGES] == ["29%", "29\N{NO-BREAK SPACE}%"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("n", [0, 999, 1000, 12345, 1_234_567])
def test_whole_numbers_are_written_as_babel_writes_them(n: int, lang: str) -> None:
    assert count(n, lang) == format_decimal(n, locale=lang)


def test_the_titles_of_charts_tell_how_many_frames_as_the_language_does() -> None:
    hour = replace(with_a_gap(), counts=replace(with_a_gap().counts, with_face=12_345, sampled=90_000))
    assert "face in 12,345 of 90,000 frames" in facts_of(hour, "en")
    assert "12\N{NO-BREAK SPACE}345" in facts_of(hour, "ru")[0]
