"""The page's languages: one catalogue for each, with the same texts, and numbers as they are written there."""

from collections.abc import Mapping

from emoclassify.words.messages import told_in
from webapp.parts import english, russian

Texts = Mapping[str, str]

LANGUAGES = {"en": "English", "ru": "Русский"}
TEXTS: dict[str, Texts] = {"en": english.TEXTS, "ru": russian.TEXTS}

LANGUAGE_COOKIE = "emoclassify_language"
"""Which of them a visitor chose."""

_MINUS = "\N{MINUS SIGN}"


def percent(share: float, language: str) -> str:
    """A share 0..1 in whole percent."""
    return f"{round(100 * share)}\N{NO-BREAK SPACE}%" if language == "ru" else f"{round(100 * share)}%"


def number(value: float, language: str, digits: int = 2) -> str:
    """A number with so many decimals."""
    text = f"{round(value, digits) + 0.0:.{digits}f}".replace("-", _MINUS)  # + 0.0: no minus before a zero
    return text.replace(".", ",") if language == "ru" else text


def clock(time_s: float, digits: int = 0) -> str:
    """A time as minutes and seconds, m:ss, hours before where there are any."""
    units = int(time_s * 10**digits + 0.5)  # half up, as the browser rounds
    whole, part = divmod(units, 10**digits)
    hours, minutes, seconds = whole // 3600, whole // 60 % 60, whole % 60
    tail = f"{seconds:02}" + (f".{part:0{digits}}" if digits else "")
    return f"{hours}:{minutes:02}:{tail}" if hours else f"{minutes}:{tail}"


def message(text: str, language: str) -> str:
    """What the API or an analysis said, in the reader's language where it is known there; to be shown as plain text."""
    return plain(told_in(text, language))


def plain(text: str) -> str:
    """The text with nothing in it that Streamlit would take for markup."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()<>#+-.!|$~:&" else letter for letter in text)
