"""The words of a report: every text links to their meanings in every format, and the page tells the same meanings."""

import re
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader

from emoclassify.analysis import Analysis
from emoclassify.outputs.document.blocks import Content, Glossary, Headline, Table
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.report.terms import explained as explained_words
from emoclassify.outputs.report.write import make_content, write_report
from emoclassify.settings import Options
from emoclassify.words.glossary import NAMES, OF_STUDIES, SPELLINGS, STUDY_NAMES, TERMS, pieces
from emoclassify.words.study_terms import STUDY_SPELLINGS, STUDY_TERMS
from emoclassify.words.texts import LANGUAGES, translation
from tests.support.reported import KINDS, full
from webapp.parts.texts import texts_in


def explained(content: Content) -> Glossary:
    """Its words with their meanings."""
    (glossary,) = (block for block in content.blocks if isinstance(block, Glossary))
    return glossary


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_is_found_where_a_text_says_it_first(lang: str) -> None:
    assert set(SPELLINGS) == set(NAMES)
    assert set(STUDY_SPELLINGS) == set(OF_STUDIES)
    assert len(STUDY_TERMS) == 2 * len(OF_STUDIES)
    for name, text in (SPELLINGS | STUDY_SPELLINGS).items():
        names = NAMES if name in NAMES else STUDY_NAMES
        for spelling in translation(lang).gettext(text).split("|"):
            said = spelling.replace("*", "ая" if lang == "ru" else "")
            found = list(pieces(f"({said}, {said})", lang, names))
            assert [part for part, of in found if of == name] == [said], spelling
            assert "".join(part for part, _ in found) == f"({said}, {said})"
    assert list(pieces("A scoreboard", "en")) == [("A scoreboard", "")], "a part of a word is no word"
    assert list(pieces("expression: scores.json", "en")) == [("expression: scores.json", "")], "nor a file's name"
    assert ("scores", "score") in pieces("Of the scores. None", "en")
    assert list(pieces("score", "en", linked_names=["score"])) == [("score", "")]
    assert list(pieces("", lang)) == [("", "")]


@pytest.mark.usefixtures("blank_charts")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_and_report_tell_the_same_meanings(lang: str) -> None:
    texts = texts_in(lang)
    told = [(term.word, term.meaning) for term in explained(make_content(full(), Options(lang=lang), None)).items]
    assert told == [(texts[f"term_{name}"], texts[f"meaning_{name}"]) for name in NAMES]
    assert len(TERMS) == 2 * len(NAMES), "a word has a meaning, and a meaning a word"


@pytest.mark.whole
@pytest.mark.usefixtures("blank_charts")
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("found", KINDS.values(), ids=KINDS.keys())
def test_links_lead_to_their_places_in_every_format(tmp_path: Path, found: Analysis, lang: str) -> None:
    content = make_content(found, Options(lang=lang), None)
    for kind in ("html", "docx", "pdf"):
        write_report(content, tmp_path / f"report.{kind}")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    links = re.findall('href="#([^"]+)"', page)
    assert {"term_usable", "term_score"} & set(links), "the words that every report says"
    assert set(links) <= set(re.findall('<dt id="([^"]+)"', page))
    body = docx.Document(str(tmp_path / "report.docx")).element.body
    anchors = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    assert sorted(anchors) == sorted(links), "the same words link in every format"
    assert set(links) <= {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    notes = [note.get_object() for page in PdfReader(tmp_path / "report.pdf").pages for note in page.get("/Annots", [])]
    assert sum(note["/Subtype"] == "/Link" for note in notes) >= len(links)


def test_a_long_table_whose_heading_is_explained_is_set(tmp_path: Path) -> None:
    """Its head is repeated on the second page, where a PDF that can be read aloud allows no link."""
    table = Table(("time", "verdict"), tuple((f"0:{second:02}", "they differ") for second in range(60)))
    blocks = (Headline("Long", ""), table, *explained_words(Words("en")))
    content = Content("Long", "en", "", blocks)
    write_report(content, tmp_path / "report.pdf")
    pages = [page.extract_text() for page in PdfReader(tmp_path / "report.pdf").pages]
    assert [page.count("verdict\n") > 0 for page in pages[:2]] == [True, True]


@pytest.mark.usefixtures("blank_charts")
def test_a_whole_report_links_the_words_of_the_guide(tmp_path: Path) -> None:
    write_report(make_content(full(), Options(), None), tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    named = {"valence", "score", "positive", "readable", "moment", "agreement", "unknown", "verdict", "similarity"}
    assert {f"term_{name}" for name in named} <= set(re.findall('href="#([^"]+)"', page))
    assert '<a class="term" href="#term_verdict">verdict</a>' in page, "a heading of a table"
