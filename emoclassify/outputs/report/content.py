"""Puts a report together, in the order of reading."""

from emoclassify.analysis import Analysis
from emoclassify.findings import Findings
from emoclassify.outputs.document.blocks import Content, PageBreak, Picture
from emoclassify.outputs.document.words import Words, printable
from emoclassify.outputs.report.answer import answer, asked
from emoclassify.outputs.report.method import limits, method, repeat
from emoclassify.outputs.report.persons import mean_emotion, persons
from emoclassify.outputs.report.quality import quality
from emoclassify.outputs.report.timecourse import Stills, timecourse
from emoclassify.outputs.report.voices import voices


def build(found: Analysis, findings: Findings, lang: str, charts: dict[str, Picture], stills: Stills) -> Content:
    """The report of an analysis.

    Args:
        found: the analysis.
        findings: what is told of it.
        lang: of the texts, one of `texts.LANGUAGES`.
        charts: name of a chart -> the chart.
        stills: of the frames that show the key moments, as far as there are any.
    """
    words = Words(lang)
    title = words.text("Emotions in {name}").format(name=printable(found.source.name))
    blocks = (
        *asked(found, words),
        *answer(found, findings, words),
        charts["timeline"],
        PageBreak(),
        *persons(found, words, charts),
        *mean_emotion(found, words),
        *timecourse(found, findings, words, charts, stills),
        *voices(found, words, charts),
        *quality(found, words),
        *method(found, words),
        *limits(found, words),
        *repeat(found, words),
    )
    return Content(title, lang, found.analyzed_at, blocks)
