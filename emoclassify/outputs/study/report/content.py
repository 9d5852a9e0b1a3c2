"""Puts the sections of a study's report together, in the order of reading."""

from dataclasses import replace

from emoclassify.outputs.document.blocks import Block, Bullets, Content, Heading, Picture
from emoclassify.outputs.document.brand import PLAIN, Brand
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.report.terms import explained
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.report.comparisons import comparisons, other_decisions, reach
from emoclassify.outputs.study.report.cover import cover, title_of
from emoclassify.outputs.study.report.films import films, likeness, people, shares
from emoclassify.outputs.study.report.norms import norms
from emoclassify.outputs.study.report.panel import checksums, episodes, limits, method, outcomes, who_counts
from emoclassify.outputs.study.report.waves import waves
from emoclassify.words.glossary import STUDY_NAMES


def build_report(material: StudyMaterial, charts: dict[str, Picture], brand: Brand = PLAIN) -> Content:
    """The content of the report of a study.

    Args:
        material: the study and its answers.
        charts: name of a chart -> the chart.
        brand: whose report it is.
    """
    words = Words(material.options.lang)
    blocks = (
        *cover(material, words, charts),
        *films(material, words, charts),
        *comparisons(material, words, charts),
        *waves(material, words, charts),
        *shares(words, charts),
        *people(material, words, charts),
        *who_counts(material, words, charts),
        *likeness(material, words),
        *outcomes(material, words, charts),
        *episodes(material, words),
        *norms(material, words),
        *reach(material, words),
        Heading(words.text("Limits")),
        Bullets(limits(words)),
        *annex(material, words),
    )
    return Content(title_of(material), words.lang, "", blocks, brand)


def annex(material: StudyMaterial, words: Words) -> list[Block]:
    """What only those read who want to check: the words, method, other decisions, checksums."""
    sections = (
        *explained(words, STUDY_NAMES),
        *method(material, words),
        *other_decisions(material, words),
        *checksums(material, words),
    )
    parts = (replace(block, level=2) if isinstance(block, Heading) else block for block in sections)
    return [Heading(words.text("Annex")), *parts]
