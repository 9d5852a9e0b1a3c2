"""Puts the sections of a report together, in the order of reading."""

from emoclassify.analysis import Analysis
from emoclassify.findings import Findings
from emoclassify.outputs.document.blocks import Content, PageBreak, Picture
from emoclassify.outputs.document.words import Words, printable
from emoclassify.outputs.report.answer import answer, request
from emoclassify.outputs.report.method import limits, method, repeat
from emoclassify.outputs.report.persons import mean_emotion, persons
from emoclassify.outputs.report.quality import quality
from emoclassify.outputs.report.timecourse import Stills, timecourse
from emoclassify.outputs.report.voices import voices


def build_report(
    analysis: Analysis, findings: Findings, lang: str, charts: dict[str, Picture], stills: Stills
) -> Content:
    """The content of the report of an analysis.

    Args:
        analysis: of one recording.
        findings: those of the same analysis.
        lang: of the texts, one of `texts.LANGUAGES`.
        charts: name of a chart -> the chart.
        stills: of the frames that show the key moments.
    """
    words = Words(lang)
    title = words.text("Emotions in {name}").format(name=printable(analysis.source.name))
    blocks = (
        *request(analysis, words),
        *answer(analysis, findings, words),
        charts["shares" if analysis.source.still else "timeline"],
        PageBreak(),
        *persons(analysis, findings, words, charts),
        *mean_emotion(analysis, findings, words),
        *timecourse(analysis, findings, words, charts, stills),
        *voices(analysis, words, charts),
        *quality(analysis, findings, words),
        *method(analysis, words),
        *limits(analysis, words),
        *repeat(analysis, words),
    )
    return Content(title, lang, analysis.analyzed_at, blocks)
