"""Words of report.docx that are explained: each has a bookmark, and links lead to it."""

from collections.abc import Iterable
from typing import Any

from docx.oxml.ns import qn
from docx.shared import RGBColor

from emoclassify.colours import THEMES
from emoclassify.outputs.document.blocks import Term


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


def add_links(paragraph: Any, terms: Iterable[Term]) -> None:
    """Adds a link to each word, with dots between them."""
    for i, term in enumerate(terms):
        if i:
            paragraph.add_run(" \N{MIDDLE DOT} ")
        run = paragraph.add_run(term.word)
        run.underline, run.font.color.rgb = True, RGBColor.from_string(THEMES["light"].accent[1:])
        link = paragraph._p.makeelement(qn("w:hyperlink"), {qn("w:anchor"): term.place})
        paragraph._p.append(link)
        link.append(run._r)
