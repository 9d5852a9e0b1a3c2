"""What the tests of the report share: what it is of, and what is shown of it."""

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
from docx.table import Table as WordTable
from pptx import Presentation
from pypdf import PdfReader

from emoclassify.analysis import Analysis
from emoclassify.media.read import probe
from emoclassify.networks.models import sha256_of
from emoclassify.networks.nouns import ModelUsed
from emoclassify.outputs.document.blocks import (
    Bullets,
    Code,
    Content,
    Gallery,
    Glossary,
    Heading,
    Headline,
    KeyFigures,
    Note,
    Paragraph,
    Picture,
    Table,
    flat,
)
from emoclassify.outputs.report.write import make_content
from emoclassify.settings import Options
from emoclassify.stages import models_of
from tests.support.findings import a_still, analysis, face, in_turn, voice, with_a_gap
from tests.support.made import even, plain, write_video

ALL = "docx,pdf,html"
"""The formats of the document; slides say less."""


COMPARED = Options(double_check=True, echo_mean=True)


def full(**changes: Any) -> Analysis:
    """A recording with face and voice, compared, by the embedded models."""
    described = tuple(ModelUsed.from_dict({**model.to_dict(), "runtime": "made"}) for model in models_of(Options()))
    usual: dict[str, Any] = {"options": COMPARED, "models": described, "analyzed_at": "2026-11-21T15:02:08+00:00"}
    return replace(with_a_gap(), **{**usual, **changes})


KINDS = {
    "whole": full(),
    "no face": analysis([], [0.0, 0.2], [voice(0, 2)], options=COMPARED),
    "no voice": analysis([face(i, 0.2 * i) for i in range(10)], [0.2 * i for i in range(10)]),
    "neither": analysis([], [0.0, 0.2], [], options=COMPARED),
    "no picture": analysis([], [], [voice(0, 2), voice(2, 3, share=0.2)], options=COMPARED),
    "no picture, no speech": analysis([], [], []),
    "a still": a_still(),
    "doubtful": analysis([face(0, 0.0, reason="dark")], [0.0, 0.2]),
    "eight persons": analysis([face(i, float(i), person=p) for p in range(1, 9) for i in range(2)], [0.0, 1.0]),
}


class Shown(HTMLParser):
    """What a browser shows of a page, and what it would load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.loads: list[str] = []
        self._hidden = self._goes_on = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden = tag in ("style", "script", "title")
        self._goes_on = self._goes_on and tag == "a"  # a link stands within a sentence
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "data")]
        assert tag not in ("script", "iframe", "object", "link")
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        self._goes_on = self._goes_on and tag == "a"

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if self._goes_on:
            self.texts[-1] += data
        else:
            self.texts.append(data)
        self._goes_on = True


def text_of_html(path: Path) -> str:
    shown = Shown(path.read_text(encoding="utf-8"))
    assert all(load.startswith(("data:image/", "#")) for load in shown.loads)
    return " ".join(shown.texts)


def text_of_docx(path: Path) -> str:
    told = []
    for block in docx.Document(str(path)).iter_inner_content():
        told += (
            [cell.text for row in block.rows for cell in row.cells] if isinstance(block, WordTable) else [block.text]
        )
    return " ".join(told)


def text_of_pdf(path: Path) -> str:
    return " ".join(re.sub(r"\d+ / \d+\s*$", "", page.extract_text()) for page in PdfReader(path).pages)


def text_of_pptx(path: Path) -> str:
    """The texts of all slides; of a chart, its numbers in percent, and those over time as they are."""
    texts = []
    for slide in Presentation(str(path)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                texts.append(shape.text_frame.text)
            if shape.has_table:
                texts += [cell.text for row in shape.table.rows for cell in row.cells]
    return " ".join(texts).replace("\v", " ")


def charts_of_pptx(path: Path) -> list[Any]:
    """The charts of all slides that can be edited."""
    return [shape.chart for slide in Presentation(str(path)).slides for shape in slide.shapes if shape.has_chart]


READERS: dict[str, Callable[[Path], str]] = {
    "report.docx": text_of_docx,
    "report.pdf": text_of_pdf,
    "report.html": text_of_html,
}


def bare(text: str) -> str:
    """Without spaces and what a typesetter puts in their place: lines are broken elsewhere in each format."""
    return re.sub(r"[\s\u200b\u00ad]+", "", text)


def texts_in(content: Content) -> list[str]:
    """All of them, in the order of reading."""
    found = list[str]()
    for block in flat(content.blocks):
        match block:
            case Headline(text, kicker):
                found += [kicker, text]
            case Heading(text, _) | Paragraph(text, _) | Code(text) | Note(text):
                found.append(text)
            case KeyFigures(items):
                found += [text for item in items for text in (item.value, item.label, item.base)]
            case Bullets(items):
                found += items
            case Table():
                found += [block.caption, *block.header, *(cell for row in block.rows for cell in row)]
            case Picture():
                found.append(block.caption)
            case Glossary(items):
                found += [text for term in items for text in (term.word, term.meaning)]
            case Gallery(pictures):
                found += [picture.caption for picture in pictures]
    return found


def told_of(found: Analysis, lang: str = "en") -> str:
    return " ".join(texts_in(make_content(Analysis.from_dict(found.to_dict()), Options(lang=lang), None)))


def table(content: Content, first_cell: str) -> Table:
    return next(b for b in content.blocks if isinstance(b, Table) and first_cell in (*b.header, *b.rows[0]))


def filmed(tmp_path: Path) -> tuple[Path, Analysis]:
    """A recording of 16 s that is red and then blue, and what was found in it."""
    red, blue = (plain(48, 64, colour) for colour in ((200, 0, 0), (0, 0, 200)))
    path = write_video(tmp_path / "a.mp4", even([red] * 40 + [blue] * 40, 5))
    found, info = in_turn(("happy", 8), ("sad", 8), stretches=[voice(0.4, 1.0), voice(2.4, 3.6, "angry")]), probe(path)
    source = replace(found.source, sha256=sha256_of(path), video=info.video)
    return path, replace(found, source=source)


def stills(content: Content) -> list[Picture]:
    return [picture for block in content.blocks if isinstance(block, Gallery) for picture in block.pictures]
