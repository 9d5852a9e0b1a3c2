"""The slides: they open, say what the overview says, and their charts are numbers that can be edited."""

import shutil
import subprocess
from dataclasses import replace
from datetime import time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import matplotlib
import numpy as np
import pytest
from openpyxl import load_workbook
from PIL import Image, ImageFont
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pypdf import PdfReader

from emoclassify.analysis import Analysis
from emoclassify.design import CHART_DPI, SLIDE_LEAST_PT, size_of
from emoclassify.labels import valence
from emoclassify.outputs.charts.heads import chart_picture
from emoclassify.outputs.charts.style import NOTE_PT
from emoclassify.outputs.document.blocks import (
    FULL_SHARE,
    Bullets,
    ChartKind,
    Deck,
    EditableChart,
    Gallery,
    KeyFigures,
    Note,
    Paragraph,
    Series,
    Slide,
    SlideBlock,
    Table,
)
from emoclassify.outputs.document.pptx import write_pptx
from emoclassify.outputs.document.slide_blocks import BODY, GAP_PT, SMALLEST, least_pt
from emoclassify.outputs.document.slide_charts import add_chart
from emoclassify.outputs.document.slide_fit import fitting
from emoclassify.outputs.document.words import Words, printable
from emoclassify.outputs.folder import write_results
from emoclassify.outputs.report.write import make_slides
from emoclassify.outputs.saved import read_overview
from emoclassify.overview import Overview
from emoclassify.settings import Options
from emoclassify.words.texts import LANGUAGES
from tests.support.findings import analysis, face, in_turn, with_a_gap
from tests.support.output_cases import call, write_made_study
from tests.support.reported import KINDS, bare, charts_of_pptx, filmed, full, text_of_pptx

pytestmark = pytest.mark.whole

HOSTILE = [
    '<a:t>x</a:t><script>alert(1)</script> & "quotes".mp4',
    "a\n\x1b[31mb\x00\u202egpj.mp4",
    "=HYPERLINK(1) _x0041_ " + "long" * 60 + ".mp4",
]


def slides_of(found: Analysis, options: Options, media: Path | None = None) -> Deck:
    found = Analysis.from_dict(found.to_dict())
    return make_slides(found, options, media, Overview.of(found))


@pytest.mark.usefixtures("blank_charts")
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_recording_has_slides_that_open(tmp_path: Path, kind: str, lang: str) -> None:
    write_results(KINDS[kind], tmp_path, Options(report="pptx", lang=lang))
    presentation = Presentation(str(tmp_path / "report.pptx"))
    assert presentation.slide_width * 9 == presentation.slide_height * 16
    titles = [slide.shapes.title.text for slide in presentation.slides]
    assert all(titles)
    deck = slides_of(KINDS[kind], Options(report="pptx", lang=lang))
    assert titles == [slide.title for slide in deck.slides]
    for slide in presentation.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= presentation.slide_width
            assert shape.top + shape.height <= presentation.slide_height


@pytest.mark.usefixtures("blank_charts")
def test_the_numbers_of_the_charts_are_those_of_the_overview(tmp_path: Path) -> None:
    found = with_a_gap()
    write_results(found, tmp_path, Options(report="pptx"))
    overview = read_overview(tmp_path)
    over_time, bars = charts_of_pptx(tmp_path / "report.pptx")
    (line,) = over_time.plots[0].series
    expected = valence(overview.curves[0].drawn)
    assert [value is None for value in line.values] == np.isnan(expected).tolist()
    read = np.array([np.nan if value is None else value for value in line.values])
    assert read == pytest.approx(expected.astype(float), abs=1e-4, nan_ok=True)
    sheet = load_workbook(BytesIO(over_time.part.chart_workbook.xlsx_part.blob)).worksheets[0]
    rows = [(day, value) for day, value in sheet.iter_rows(min_row=2, values_only=True)]
    assert [value for _, value in rows] == list(line.values), "what is edited is what is drawn"
    times_s = [_seconds(day) for day, _ in rows]
    assert times_s == pytest.approx(0.5 * np.arange(len(times_s)))  # the starts of the bins
    axis = over_time.category_axis
    assert axis.major_unit * 86_400 == pytest.approx(1), "whole seconds are named"
    assert axis.maximum_scale * 86_400 == pytest.approx(times_s[-1] + 0.5)
    (series,) = bars.plots[0].series
    shares = dict(zip(bars.plots[0].categories, series.values, strict=True))
    assert shares == {"happy": 0.33, "sad": 0.67}, "an emotion that never leads has no bar"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["recording", "call", "study"])
def test_nothing_that_is_to_be_read_is_small(tmp_path: Path, kind: str, lang: str) -> None:
    """Neither words nor those in the pictures of charts; the footer and the number of a slide are no text to read."""
    if kind == "study":
        write_made_study(tmp_path, lang)
    else:
        found = full() if kind == "recording" else call()
        write_results(found, tmp_path, Options(report="pptx", lang=lang))
    n_charts = 0
    for slide in Presentation(str(tmp_path / "report.pptx")).slides:
        for shape in slide.shapes:
            if shape.is_placeholder and shape.placeholder_format.type.name in ("FOOTER", "SLIDE_NUMBER"):
                continue
            sizes_pt = [int(run.get("sz")) / 100 for run in shape._element.iter("{*}rPr") if run.get("sz")]
            assert all(size_pt >= SLIDE_LEAST_PT for size_pt in sizes_pt), slide.shapes.title.text
            if shape.shape_type == MSO_SHAPE_TYPE.PICTURE and shape.image.ext == "png":
                n_charts += 1
                with Image.open(BytesIO(shape.image.blob)) as image:
                    scale = (shape.width / 914_400) / (image.width / CHART_DPI)
                assert scale * NOTE_PT >= SLIDE_LEAST_PT, slide.shapes.title.text
    assert n_charts >= 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_chart_has_its_finding_as_the_title_of_its_slide_and_its_facts_below(tmp_path: Path, lang: str) -> None:
    write_results(with_a_gap(), tmp_path, Options(report="pptx", lang=lang))
    slide = Presentation(str(tmp_path / "report.pptx")).slides[1]
    (shape,) = [shape for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]
    head = chart_picture({".png": shape.image.blob}, "").head
    assert head is not None
    assert slide.shapes.title.text == head.finding
    assert head.facts in [one.text_frame.text for one in slide.shapes if one.has_text_frame]
    assert head.share == 0.0, "none of it is in the picture again"


TITLES = (
    "Happy",
    "Happy: no moment that another panel would surely show too",
    "Ни одна отмеченная сцена не отличается от остального ролика настолько, чтобы это можно было утверждать",
    "No marked scene differs from the rest of its film so that it can be told",
    "Юмор широкими мазками, " * 8,
)


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize(("kicker", "aside"), [("", ()), ("Study", ()), ("Study", (Note("beside"),))])
def test_a_title_keeps_to_its_place(tmp_path: Path, title: str, kicker: str, aside: tuple[SlideBlock, ...]) -> None:
    """In the letters of DejaVu Sans, the widest that may stand in."""
    write_pptx(Deck("Title", "ru", "", (Slide(title, (), kicker, aside),)), tmp_path / "report.pptx")
    slide = Presentation(str(tmp_path / "report.pptx")).slides[0]
    shape, run = slide.shapes.title, slide.shapes.title.text_frame.paragraphs[0].runs[0]
    size_pt = run.font.size.pt if run.font.size else size_of("title", "slide")
    font = ImageFont.truetype(Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans-Bold.ttf"), 100)
    n_lines, line = 1, ""
    for word in title.split():
        longer = f"{line} {word}".strip()
        is_full = font.getlength(longer) * size_pt / 100 > shape.width / 12_700
        n_lines, line = (n_lines + 1, word) if is_full else (n_lines, longer)
    assert n_lines * font.getbbox("Éj")[3] / 100 * size_pt <= shape.height / 12_700 + 1
    assert size_pt >= SLIDE_LEAST_PT


def test_what_has_no_room_goes_on_the_next_slide() -> None:
    items = tuple(f"{i}: " + "word " * 30 for i in range(20))
    table = Table(("a", "b"), tuple((str(i), "x") for i in range(30)))
    parts = fitting([Slide("Full", (Paragraph("First."), Bullets(items), table))])
    assert len(parts) > 2
    assert {part.title for part in parts} == {"Full"}
    bullets = [item for part in parts for block in part.blocks if isinstance(block, Bullets) for item in block.items]
    tables = [block for part in parts for block in part.blocks if isinstance(block, Table)]
    assert bullets == list(items)
    assert [row for part in tables for row in part.rows] == list(table.rows)
    assert all(part.header == table.header for part in tables)
    for part in parts:
        needed_pt = sum(least_pt(block, BODY.width, SMALLEST) for block in part.blocks)
        assert needed_pt + GAP_PT * (len(part.blocks) - 1) <= BODY.height + 1


def _seconds(day: Any) -> float:
    """A time of a cell: openpyxl gives what is formatted as a time as a clock, or as a length."""
    if isinstance(day, timedelta):
        return day.total_seconds()
    if isinstance(day, time):
        return day.hour * 3600 + day.minute * 60 + day.second + day.microsecond / 1e6
    return float(day) * 86_400


@pytest.mark.parametrize(("end_s", "written"), [(8, "[m]:ss"), (3599, "[m]:ss"), (7200, "[h]:mm:ss")])
def test_an_editable_axis_of_time_has_few_whole_times(end_s: int, written: str) -> None:
    times_s = tuple(0.5 * i for i in range(2 * end_s))
    chart = EditableChart("x", (), (Series("a", (0.5,) * len(times_s), ("#000000",)),), -1, 1, ChartKind.LINES, times_s)
    slide = Presentation().slides.add_slide(Presentation().slide_layouts[6])
    add_chart(slide, chart, (0, 0, 9_000_000, 5_000_000))
    (shape,) = slide.shapes
    axis, step_s = shape.chart.category_axis, shape.chart.category_axis.major_unit * 86_400
    assert 4 <= end_s / step_s <= 10
    assert step_s == pytest.approx(round(step_s))
    assert axis.tick_labels.number_format == written


@pytest.mark.usefixtures("blank_charts")
def test_the_workbook_behind_a_chart_has_its_numbers(tmp_path: Path) -> None:
    write_results(with_a_gap(), tmp_path, Options(report="pptx"))
    (_, bars) = charts_of_pptx(tmp_path / "report.pptx")
    assert (bars.value_axis.minimum_scale, bars.value_axis.maximum_scale) == (0, FULL_SHARE), "a part looks like all"
    sheet = load_workbook(BytesIO(bars.part.chart_workbook.xlsx_part.blob)).worksheets[0]
    rows = [tuple(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert rows == list(zip(bars.plots[0].categories, bars.plots[0].series[0].values, strict=True))


@pytest.mark.usefixtures("blank_charts")
def test_several_people_have_a_bar_each_of_parts_that_add_up(tmp_path: Path) -> None:
    times_s = [0.2 * i for i in range(20)]
    faces = [face(i, t, "happy", person=1) for i, t in enumerate(times_s)]
    faces += [face(i, t, "sad" if i < 7 else "neutral", person=2) for i, t in enumerate(times_s)]
    write_results(analysis(faces, times_s), tmp_path, Options(report="pptx", faces="all"))
    _, bars = charts_of_pptx(tmp_path / "report.pptx")
    values = {series.name: tuple(series.values) for series in bars.plots[0].series}
    assert values == {"positive": (1.0, 0.0), "neutral": (0.0, 0.65), "negative": (0.0, 0.35)}
    assert "Person 1: “happy” leads for 100% of the readable time" in text_of_pptx(tmp_path / "report.pptx")


@pytest.mark.usefixtures("blank_charts")
def test_the_first_slide_has_the_finding_and_three_figures_that_add_up() -> None:
    first = slides_of(in_turn(("happy", 8), ("sad", 8)), Options()).slides[0]
    assert first.title == "Mostly happy; valence is highest at 0:03.3 and lowest at 0:12.3"
    assert first.kicker == "Emotions in made.mp4 \N{MIDDLE DOT} 0:16"
    (figures,) = first.blocks
    assert isinstance(figures, KeyFigures)
    assert [(item.value, item.label) for item in figures.items] == [
        ("50%", "Positive"),
        ("0%", "Neutral"),
        ("50%", "Negative"),
    ]


@pytest.mark.usefixtures("blank_charts")
def test_a_recording_that_is_not_usable_has_no_figures_but_the_reason() -> None:
    times_s = [round(0.2 * i, 1) for i in range(20)]
    first = slides_of(analysis([face(i, t) for i, t in enumerate(times_s) if t < 1], times_s), Options()).slides[0]
    assert first.title == "Not usable: no face"
    assert not [block for block in first.blocks if isinstance(block, KeyFigures)]


@pytest.mark.usefixtures("blank_charts")
def test_moments_have_their_stills_and_hidden_faces_none(tmp_path: Path) -> None:
    path, found = filmed(tmp_path)
    galleries = [block for slide in slides_of(found, Options(), path).slides for block in slide.blocks]
    (gallery,) = (block for block in galleries if isinstance(block, Gallery))
    assert ["highest" in gallery.pictures[0].caption, "lowest" in gallery.pictures[-1].caption] == [True, True]
    hidden = slides_of(found, Options(report="pptx", anonymize=True), path)
    assert not [
        block for slide in hidden.slides for block in (*slide.blocks, *slide.aside) if isinstance(block, Gallery)
    ]
    assert hidden.slides[0].aside == ()


@pytest.mark.usefixtures("blank_charts")
@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_name_on_a_slide_is_text(tmp_path: Path, name: str) -> None:
    found = with_a_gap()
    write_results(replace(found, source=replace(found.source, name=name)), tmp_path, Options(report="pptx"))
    shown = bare(text_of_pptx(tmp_path / "report.pptx"))
    assert bare(printable(name)) in shown
    with ZipFile(tmp_path / "report.pptx") as archive:
        links = [archive.read(part) for part in archive.namelist() if part.endswith(".rels")]
    assert not [link for link in links if b"External" in link]


@pytest.mark.usefixtures("blank_charts")
def test_the_same_analysis_has_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_results(full(), tmp_path / name, Options(report="pptx", lang="ru"))
    assert (tmp_path / "a" / "report.pptx").read_bytes() == (tmp_path / "b" / "report.pptx").read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice Impress is not installed")
def test_libreoffice_opens_the_slides(tmp_path: Path) -> None:
    path, found = filmed(tmp_path)
    write_results(found, tmp_path, Options(report="pptx", lang="ru"), path)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", tmp_path, tmp_path / "report.pptx"], check=True, capture_output=True)
    pages = PdfReader(tmp_path / "report.pdf").pages
    assert len(pages) == len(Presentation(str(tmp_path / "report.pptx")).slides)
    assert Words("ru").text("happy") in pages[0].extract_text()
