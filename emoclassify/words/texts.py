"""The languages of the program. English texts are in the code; those of each other language are in one catalogue, which
library, report, charts, API and page share: assets/locale/<language>/LC_MESSAGES/emoclassify.po."""

import gettext
from functools import cache
from importlib.resources import files

LANGUAGES = {"en": "English", "ru": "Русский"}
"""Code -> the language's name for itself. A new language is a line here, and its catalogue."""

CATALOGUES = files("emoclassify") / "assets" / "locale"


@cache
def translation(lang: str) -> gettext.NullTranslations:
    """The translations into a language of LANGUAGES; a text that its catalogue lacks stays English."""
    if lang == "en":
        return gettext.NullTranslations()
    catalogue = CATALOGUES / lang / "LC_MESSAGES" / "emoclassify.mo"
    with catalogue.open("rb") as content:
        return gettext.GNUTranslations(content)
