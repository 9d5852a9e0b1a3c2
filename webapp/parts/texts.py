"""The page's texts in one language, by name, from the catalogue that library and report have too."""

from collections.abc import Iterator, Mapping
from functools import cache

from emoclassify.words.messages import Message
from emoclassify.words.numbers import count
from emoclassify.words.texts import translation
from webapp.parts import english

LANGUAGE_COOKIE = "emoclassify_language"
"""Which language a visitor chose."""


class Texts(Mapping[str, str]):
    """Name -> text in one language."""

    def __init__(self, language: str) -> None:
        self._language, self._catalogue = language, translation(language)

    def __getitem__(self, name: str) -> str:
        text, context = english.TEXTS[name], english.CONTEXTS.get(name)
        return self._catalogue.pgettext(context, text) if context else self._catalogue.gettext(text)

    def several(self, name: str, n: int) -> str:
        """A text with a number whose words go by it: "1 day", "7 days"."""
        return self._catalogue.ngettext(*english.PLURALS[name], n).format(n=count(n, self._language))

    def __iter__(self) -> Iterator[str]:
        return iter(english.TEXTS)

    def __len__(self) -> int:
        return len(english.TEXTS)


@cache
def texts_in(language: str) -> Texts:
    """The page's texts in a language of `words.texts.LANGUAGES`."""
    return Texts(language)


def in_words(message: Message, language: str) -> str:
    """What the API or an analysis said, in the reader's language; to be shown as plain text."""
    return plain(message.in_language(language))


def plain(text: str) -> str:
    """The text with nothing in it that Streamlit would take for markup."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()<>#+-.!|$~:&" else letter for letter in text)
