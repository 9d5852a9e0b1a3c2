"""The words of a report: links lead to their meanings in every format, and the page tells the same meanings."""

import re
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader

from emoclassify.analysis import Analysis
from emoclassify.outputs.document.blocks import Content, Glossary, TermLinks
from emoclassify.outputs.report.write import make_content, write_report
from emoclassify.settings import Options
from emoclassify.words.glossary import NAMES, TERMS
from emoclassify.words.texts import LANGUAGES
from tests.support.reported import KINDS, full
from webapp.parts.texts import texts_in


def linked(content: Content) -> set[str]:
    """The places to which its links lead."""
    return {term.place for block in content.blocks if isinstance(block, TermLinks) for term in block.items}


def explained(content: Content) -> Glossary:
    """Its words with their meanings."""
    (glossary,) = (block for block in content.blocks if isinstance(block, Glossary))
    return glossary


@pytest.mark.usefixtures("blank_charts")
@pytest.mark.parametrize("found", KINDS.values(), ids=KINDS.keys())
def test_every_report_explains_the_words_to_which_it_links(found: Analysis) -> None:
    content = make_content(found, Options(), None)
    assert linked(content) <= {term.place for term in explained(content).items}
    assert "term_usable" in linked(content)


@pytest.mark.usefixtures("blank_charts")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_and_report_tell_the_same_meanings(lang: str) -> None:
    texts = texts_in(lang)
    told = [(term.word, term.meaning) for term in explained(make_content(full(), Options(lang=lang), None)).items]
    assert told == [(texts[f"term_{name}"], texts[f"meaning_{name}"]) for name in NAMES]
    assert len(TERMS) == 2 * len(NAMES), "a word has a meaning, and a meaning a word"


@pytest.mark.usefixtures("blank_charts")
def test_links_lead_to_their_places_in_every_format(tmp_path: Path) -> None:
    content = make_content(full(), Options(), None)
    for kind in ("html", "docx", "pdf"):
        write_report(content, tmp_path / f"report.{kind}")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert set(re.findall('href="#([^"]+)"', page)) == linked(content)
    assert linked(content) <= set(re.findall('<dt id="([^"]+)"', page))
    body = docx.Document(str(tmp_path / "report.docx")).element.body
    assert {link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))} == linked(content)
    assert linked(content) <= {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    n_links = sum(len(block.items) for block in content.blocks if isinstance(block, TermLinks))
    notes = [note.get_object() for page in PdfReader(tmp_path / "report.pdf").pages for note in page.get("/Annots", [])]
    assert sum(note["/Subtype"] == "/Link" for note in notes) >= n_links
