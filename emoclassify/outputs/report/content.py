"""Puts a report together, in the order of reading."""

from emoclassify.analysis import Analysis
from emoclassify.outputs.report.answer import answer, asked
from emoclassify.outputs.report.blocks import Content, Picture
from emoclassify.outputs.report.words import Words, printable


def build(found: Analysis, lang: str, charts: dict[str, Picture]) -> Content:
    """The report of an analysis.

    Args:
        found: the analysis.
        lang: of the texts, one of `texts.LANGUAGES`.
        charts: name of a chart -> the chart.
    """
    words = Words(lang)
    title = words.text("Emotions in {name}").format(name=printable(found.source["name"]))
    blocks = [*asked(found, words), *answer(found, words), charts["timeline"]]
    return Content(title, lang, tuple(blocks))
