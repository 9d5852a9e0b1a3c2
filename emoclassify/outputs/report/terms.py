"""The words of the report: what each means, at its end, and links to them where they are used."""

from emoclassify.analysis import Analysis
from emoclassify.findings import Findings
from emoclassify.outputs.document.blocks import Block, Glossary, Heading, Term, TermLinks
from emoclassify.outputs.document.words import Words
from emoclassify.words import glossary
from emoclassify.words.glossary import LEAD, TERMS, TITLE

_IN_FIGURES = ("positive", "neutral", "negative")
_OVER_TIME = ("score", "valence", "line", "gap", "moment")


def of_cover(analysis: Analysis, findings: Findings, words: Words) -> list[Block]:
    """Links to the words of the first page; of a still picture, which has other figures, to one of them."""
    if findings.main is None or analysis.source.still:
        return [_links(("score", "usable"), words)]
    return [_links((*_IN_FIGURES, "readable", "valence", "usable"), words)]


def over_time(words: Words) -> list[Block]:
    """Links to the words of the curves."""
    return [_links(_OVER_TIME, words)]


def of_voice(words: Words) -> list[Block]:
    """Links to the words of face and voice."""
    return [_links(("agreement", "unknown"), words)]


def explained(words: Words) -> list[Block]:
    """All words, for the annex."""
    return [Heading(words.text(TITLE)), Glossary(tuple(_term(name, words) for name in glossary.NAMES))]


def _links(names: tuple[str, ...], words: Words) -> TermLinks:
    return TermLinks(words.text(LEAD), tuple(_term(name, words) for name in names))


def _term(name: str, words: Words) -> Term:
    return Term(name, words.text(TERMS[f"term_{name}"]), words.text(TERMS[f"meaning_{name}"]))
