"""The languages of the outputs: English texts are in the code, the others in gettext catalogues."""

import gettext
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "ru")


@cache
def translation(lang: str) -> gettext.NullTranslations:
    """What puts the English texts of the outputs into a language of LANGUAGES; a text it lacks stays English."""
    if lang == "en":
        return gettext.NullTranslations()
    catalogue = files("emoclassify") / "assets" / "locale" / lang / "LC_MESSAGES" / "emoclassify.mo"
    with catalogue.open("rb") as content:
        return gettext.GNUTranslations(content)


def percent(share: float, lang: str) -> str:
    """A share, 0..1, as the language writes it: 0.5 -> "50%", in Russian "50 %"."""
    space = "\N{NO-BREAK SPACE}" if lang == "ru" else ""
    return f"{100 * share:.0f}{space}%"


def decimals(number: str, lang: str) -> str:
    """A number as the language writes it: "3.5" -> "3,5" in Russian."""
    return number.replace(".", ",") if lang == "ru" else number


def count(n: int, lang: str) -> str:
    """A whole number as the language writes it: 12345 -> "12,345", in Russian with a space."""
    return f"{n:,}".replace(",", "\N{NO-BREAK SPACE}" if lang == "ru" else ",")


def minutes(seconds: float) -> str:
    """m:ss, with tenths where the moment is no whole second: 75.0 -> "1:15", 2.5 -> "0:02.5"."""
    tenths = round(seconds * 10)
    whole = f"{tenths // 600}:{tenths // 10 % 60:02d}"
    return whole if tenths % 10 == 0 else f"{whole}.{tenths % 10}"
