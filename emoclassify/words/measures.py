"""The names of what is measured of a face, as people read them."""

from emoclassify.groups import GROUPS
from emoclassify.words.texts import translation

MEASURE_NAMES = {"net": "positive minus negative", "facing": "facing the screen"}
"""Of those whose name in the plan is no word of a sentence."""


def measure_in_words(measure: str, lang: str) -> str:
    """The name of a measure of a study: of an emotion, of a group, or another."""
    words = translation(lang)
    return words.pgettext("group", measure) if measure in GROUPS else words.gettext(MEASURE_NAMES.get(measure, measure))
