"""The words of the report: what each means, at its end. The writers link to them from every text."""

from emoclassify.outputs.document.blocks import Block, Glossary, Heading, Term
from emoclassify.outputs.document.words import Words
from emoclassify.words import glossary
from emoclassify.words.glossary import TERMS, TITLE


def explained(words: Words) -> list[Block]:
    """All words, for the annex."""
    return [Heading(words.text(TITLE)), Glossary(tuple(_term(name, words) for name in glossary.NAMES))]


def _term(name: str, words: Words) -> Term:
    return Term(name, words.text(TERMS[f"term_{name}"]), words.text(TERMS[f"meaning_{name}"]))
