"""Puts the sections of a report together, in the order of reading."""

from dataclasses import replace

from emoclassify.analysis import Analysis
from emoclassify.findings import Findings
from emoclassify.outputs.document.blocks import Block, Content, Heading, Picture
from emoclassify.outputs.document.brand import PLAIN, Brand
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.report.answer import request
from emoclassify.outputs.report.call import call
from emoclassify.outputs.report.cover import cover
from emoclassify.outputs.report.headline import title_of
from emoclassify.outputs.report.method import limits, method, repeat
from emoclassify.outputs.report.persons import mean_emotion, persons
from emoclassify.outputs.report.quality import quality
from emoclassify.outputs.report.said import said
from emoclassify.outputs.report.terms import explained
from emoclassify.outputs.report.timecourse import Stills, timecourse
from emoclassify.outputs.report.voices import voices


def build_report(
    analysis: Analysis,
    findings: Findings,
    lang: str,
    charts: dict[str, Picture],
    stills: Stills,
    brand: Brand = PLAIN,
) -> Content:
    """The content of the report of an analysis.

    Args:
        analysis: of one recording.
        findings: those of the same analysis.
        lang: of the texts, one of `texts.LANGUAGES`.
        charts: name of a chart -> the chart.
        stills: of the frames that show the key moments.
        brand: whose report it is.
    """
    words = Words(lang)
    blocks = (
        *cover(analysis, findings, words, charts, stills),
        *persons(analysis, findings, words, charts),
        *timecourse(analysis, findings, words, charts, stills),
        *call(analysis, findings, words, charts),
        *voices(analysis, words, charts),
        *said(analysis, words),
        *limits(analysis, words),
        *annex(analysis, findings, words),
    )
    return Content(title_of(analysis, words), lang, analysis.analyzed_at, blocks, brand)


def annex(analysis: Analysis, findings: Findings, words: Words) -> list[Block]:
    """What only those read who want to check: words, what was asked, means, quality, method, models and checksums."""
    sections = (
        *explained(words),
        *request(analysis, words),
        *mean_emotion(analysis, findings, words),
        *quality(analysis, findings, words),
        *method(analysis, words),
        *repeat(analysis, words),
    )
    parts = (replace(block, level=2) if isinstance(block, Heading) else block for block in sections)
    return [Heading(words.text("Annex")), *parts]
