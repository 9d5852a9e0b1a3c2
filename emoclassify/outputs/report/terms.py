"""The words of the report: what each means, at its end. The writers link to them from every text."""

from emoclassify.outputs.document.blocks import Block, Glossary, Heading, Term
from emoclassify.outputs.document.words import Words
from emoclassify.words.glossary import NAMES, TERMS, TITLE
from emoclassify.words.study_terms import STUDY_TERMS


def explained(words: Words, names: tuple[str, ...] = NAMES) -> list[Block]:
    """Words, for the annex: those of a recording, unless others are named."""
    return [Heading(words.text(TITLE)), Glossary(tuple(_term(name, words) for name in names))]


def _term(name: str, words: Words) -> Term:
    term, meaning = ((TERMS | STUDY_TERMS)[f"{kind}_{name}"] for kind in ("term", "meaning"))
    return Term(name, words.text(term), words.text(meaning))
