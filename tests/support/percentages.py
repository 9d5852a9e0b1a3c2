"""Every percentage that a reader meets, with the text that stands by it: on the page, in report, charts, terminal."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from emoclassify.analysis import Analysis
from emoclassify.cli.told import answer, means
from emoclassify.jobs.summary import summary_of
from emoclassify.outputs.charts.draw import DRAWINGS
from emoclassify.outputs.charts.kinds import charts_of
from emoclassify.outputs.document.blocks import (
    Bullets,
    Content,
    Gallery,
    Heading,
    Headline,
    KeyFigures,
    Note,
    Paragraph,
    Picture,
    Table,
    flat,
)
from emoclassify.overview import Overview
from tests.support.made import one_pixel_drawing
from webapp.parts.curves import MEASURES, timeline
from webapp.parts.figures import figures
from webapp.parts.outcome import CurveWithFindings, curves_of
from webapp.parts.panel import panel_of
from webapp.parts.sentences import sentences
from webapp.parts.session import Visit
from webapp.parts.texts import texts_in
from webapp.server.connections import client_of
from webapp.views import compare, history, result_tabs

PERCENTAGE = re.compile(r"[<>]?\d+\N{NO-BREAK SPACE}?%")


def visit(lang: str) -> Visit:
    return Visit(lang, texts_in(lang), client_of("http://127.0.0.1:1", ""), "")


def on_page(overview: Overview, lang: str) -> Iterator[str]:
    """The texts of the page: each sentence, figure and cell with its heading."""
    told = visit(lang)
    yield from re.split(r"(?<=\.) ", sentences(overview, told))
    for curve in (*curves_of(overview), None):
        yield from (f"{one.label}: {one.value} {one.base}" for one in figures(overview, curve, told))
        yield from _of_curve(overview, curve, told)
    if overview.was_heard and overview.segments:
        yield from _cells(result_tabs.speech_table(overview, told))
    if not compare.why_left_out(overview):
        table = compare.table([overview] * 2, panel_of([overview] * 2, "valence"), "valence", told)
        yield from (f"{cell}. {told.texts['compare_bases']}" for cell in _cells(table))
    yield f"{told.texts['mood']}: {history._mood(job_of(overview), told)}"


def job_of(overview: Overview) -> dict[str, Any]:
    """A job as the list of results shows it."""
    facts = {"duration_s": overview.end_s, "options": overview.options.to_dict()}
    return facts | {"summary": summary_of(overview)}


def _of_curve(overview: Overview, curve: CurveWithFindings | None, told: Visit) -> Iterator[str]:
    if curve is not None:
        title = result_tabs.shares_title(overview, curve, told)
        yield title
        yield from (f"{title} {row.label} {row.note}" for row in result_tabs.share_rows(overview, curve, told))
    for measure in MEASURES:
        drawn = timeline(overview, curve, measure, None, told)
        yield from (moment["text"] for moment in drawn["moments"])
        yield from (stretch["text"] for strip in drawn["strips"] for stretch in strip["segments"])
        yield from (tick["label"] for tick in drawn["ticks"])


def _cells(table: Any) -> Iterator[str]:
    for _, row in table.iterrows():
        yield from (f"{heading}: {cell}" for heading, cell in row.items())


def in_report(content: Content) -> Iterator[str]:
    """The texts of a report: each sentence, and each cell with its heading, its row and the paragraph below."""
    blocks = [*flat(content.blocks), Paragraph("")]
    for block, after in pairwise(blocks):
        match block:
            case Headline(text, _) | Heading(text, _) | Paragraph(text, _) | Note(text):
                yield from re.split(r"(?<=\.) ", text)
            case Bullets(items):
                yield from items
            case Table():
                below = after.text if isinstance(after, Paragraph) else ""
                for row in block.rows:
                    headings = block.header or ("",) * len(row)
                    cells = zip(headings, row, strict=True)
                    yield from (f"{row[0]}, {heading}: {cell} {block.caption} {below}" for heading, cell in cells)
            case KeyFigures(items):
                yield from (f"{figure.value} {figure.label} {figure.base}" for figure in items)
            case Picture():
                yield block.caption
            case Gallery(pictures):
                yield from (picture.caption for picture in pictures)


def in_charts(found: Analysis, lang: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The texts of all charts, each with the titles that it stands below."""
    drawn: list[Figure] = []

    def note(figure: Figure, file: Any, **_: object) -> None:
        drawn.append(figure)
        file.write(one_pixel_drawing().decode())

    monkeypatch.setattr(Figure, "savefig", note)
    for chart in charts_of(found):
        DRAWINGS[chart.name](found, Overview.of(found), folder / chart.name, lang)
    for figure in drawn:
        title = f"{figure.get_suptitle()} · {figure.texts[1].get_text()}".replace("\N{NO-BREAK SPACE}", " ").replace(
            "\n", " "
        )
        yield title
        for axes in figure.axes:
            yield axes.get_title(loc="left")
            heading = axes.get_title(loc="left") or f"{title}: {axes.get_label()}"
            yield from (f"{heading} {text.get_text()}" for text in axes.texts)


def in_terminal(overview: Overview) -> Iterator[str]:
    """What `analyze` prints of a recording."""
    yield from answer(overview).split(", ")
    yield from means(overview)
