"""Words of report.docx that are explained: each has a bookmark, and links lead to it."""

from collections.abc import Iterable
from typing import Any

from docx.oxml.ns import qn

from emoclassify.outputs.document.blocks import Term
from emoclassify.outputs.document.docx_styles import TERM
from emoclassify.words.glossary import Piece


def add_term(paragraph: Any, term: Term, number: int) -> None:
    """Writes a word, and its meaning in the line below.

    Args:
        paragraph: of python-docx, empty.
        term: the word.
        number: of its bookmark, another one for each.
    """
    start = paragraph._p.makeelement(qn("w:bookmarkStart"), {qn("w:id"): str(number), qn("w:name"): term.place})
    paragraph._p.append(start)
    paragraph.add_run(term.word).bold = True
    paragraph._p.append(paragraph._p.makeelement(qn("w:bookmarkEnd"), {qn("w:id"): str(number)}))
    paragraph.add_run(f"\n{term.meaning}")


def write_pieces(paragraph: Any, pieces: Iterable[Piece]) -> None:
    """Adds a text to a paragraph, with a link at each word that is explained."""
    for part, place in pieces:
        run = paragraph.add_run(part)
        if place:
            run.style = TERM
            link = paragraph._p.makeelement(qn("w:hyperlink"), {qn("w:anchor"): place})
            paragraph._p.append(link)
            link.append(run._r)
