"""The names of what is measured of a face, as people read them."""

from emoclassify.groups import GROUPS
from emoclassify.words.texts import translation


def measure_in_words(measure: str, lang: str) -> str:
    """The name of a measure of a study: of an emotion, of a group, or another."""
    words = translation(lang)
    return words.pgettext("group", measure) if measure in GROUPS else words.gettext(measure)
