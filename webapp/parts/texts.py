"""The page's texts in one language, by name, from the catalogue that the library and the report use too."""

from collections.abc import Iterator, Mapping
from functools import cache

from emoclassify.words.messages import Message
from emoclassify.words.numbers import count
from emoclassify.words.texts import translation
from webapp.parts import english

LANGUAGE_COOKIE = "emoclassify_language"
"""Name of the cookie with the visitor's language."""

GROUP_TEXTS = {"positive": "positive", "neutral": "neutral_group", "negative": "negative"}
"""Group of emotions -> name of its text."""


class Texts(Mapping[str, str]):
    """Name -> text in one language."""

    def __init__(self, language: str) -> None:
        self._language, self._catalogue = language, translation(language)

    def __getitem__(self, name: str) -> str:
        text, context = english.TEXTS[name], english.CONTEXTS.get(name)
        return self._catalogue.pgettext(context, text) if context else self._catalogue.gettext(text)

    def several(self, name: str, n: int, **fields: object) -> str:
        """A text with a number and the plural that fits it: "1 day", "7 days"; with its other fields."""
        return self._catalogue.ngettext(*english.PLURALS[name], n).format(n=count(n, self._language), **fields)

    def __iter__(self) -> Iterator[str]:
        return iter(english.TEXTS)

    def __len__(self) -> int:
        return len(english.TEXTS)


@cache
def texts_in(language: str) -> Texts:
    """The page's texts in a language of `words.texts.LANGUAGES`."""
    return Texts(language)


def in_words(message: Message, language: str) -> str:
    """A message of the API or of an analysis in the visitor's language, as plain text."""
    return plain(message.in_language(language))


def plain(text: str) -> str:
    """The text with everything escaped that Streamlit would take for Markdown."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()<>#+-.!|$~:&" else letter for letter in text)
