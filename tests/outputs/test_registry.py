"""Every file of results has one entry, which says all that there is to know of it."""

import re
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest

from emoclassify.analysis import Analysis
from emoclassify.outputs import registry
from emoclassify.outputs.charts.draw import DRAWINGS
from emoclassify.outputs.charts.kinds import CHART_ENDINGS, SLIDE_CHARTS, charts_of
from emoclassify.outputs.charts.style import FILE, PAGE, SLIDE, Form, Sheet
from emoclassify.outputs.folder import render_results, write_results
from emoclassify.outputs.registry import OUTPUTS, Material, Output, file_names, wanted_outputs, with_outputs
from emoclassify.outputs.tables.columns import TABLES
from emoclassify.outputs.tables.rows import table_names
from emoclassify.overview import Overview
from emoclassify.settings import EXPORTS, REPORT_FORMATS, Options
from tests.support.calls import made_call
from tests.support.findings import PICTURE, analysis, face, with_a_gap
from tests.support.made import even, one_pixel, plain, write_video
from tests.support.reported import filmed
from tests.support.sources import ROOT
from tests.support.transcripts import with_words
from tests.support.written import is_done
from webapp.parts.session import Visit
from webapp.parts.texts import texts_in
from webapp.server.connections import client_of
from webapp.views import result_tabs

ALL = Options(graph=True, xlsx=True, annotate=True, report=",".join(REPORT_FORMATS), export=",".join(EXPORTS))


def names_of(outputs: list[Output]) -> set[str]:
    return {name for output in outputs for name in output.names}


def test_every_name_stands_once() -> None:
    names = file_names()
    assert len(set(names)) == len(names)
    assert {f"report.{kind}" for kind in REPORT_FORMATS} < set(names)
    assert {f"{table}.csv" for table in TABLES} < set(names)


@pytest.mark.usefixtures("blank_charts")
@pytest.mark.parametrize(
    "output", [output for output in OUTPUTS if output.names[0] != "preview.mp4"], ids=lambda output: output.names[0]
)
def test_each_output_writes_just_its_files(output: Output, tmp_path: Path) -> None:
    recording, found = filmed(tmp_path)
    found = replace(
        found, options=Options(double_check=True), transcript=with_words().transcript, roles=made_call().roles
    )
    (tmp_path / "out").mkdir()
    output.write(Material(with_outputs(found, ALL), recording), tmp_path / "out" / output.names[0])
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(output.names)


def test_a_chart_is_drawn_once_for_its_files_once_for_pages_and_once_for_slides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    png, sheets = one_pixel(), list[Sheet]()

    def draw(found: Analysis, overview: Overview, sheet: Sheet, lang: str) -> None:
        sheets.append(sheet)
        for ending in sheet.endings:
            sheet.stem.with_suffix(ending).write_bytes(png)

    monkeypatch.setattr("emoclassify.outputs.charts.draw.DRAWINGS", dict.fromkeys(DRAWINGS, draw))
    found = with_a_gap()
    write_results(found, tmp_path / "out", Options(graph=True, report="html,docx,pptx"))
    names = [chart.name for chart in charts_of(found)]
    expected = list[tuple[str, Form, tuple[str, ...]]]((name, FILE, CHART_ENDINGS) for name in names)
    expected += [(name, PAGE, (".png",)) for name in names]
    expected += [(name, SLIDE, (".png",)) for name in names if name in SLIDE_CHARTS]
    drawn = [(sheet.stem.name, sheet.form, sheet.endings) for sheet in sheets]
    assert sorted(drawn, key=str) == sorted(expected, key=str)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count(b64encode(png).decode()) == len(names)


def test_what_is_wanted_follows_the_options() -> None:
    found = with_a_gap()
    always = names_of(wanted_outputs(Material(with_outputs(found, Options()))))
    assert always == {*(f"{table}.csv" for table in table_names(found)), "columns.md", "overview.json"}
    for options, added in (
        (Options(xlsx=True), {"report.xlsx"}),
        (Options(report="pdf"), {"report.pdf"}),
        (Options(annotate=True), set()),  # it has no moving picture
        (Options(graph=True), {n + e for n in "timeline groups valence shares".split() for e in (".png", ".svg")}),
    ):
        assert names_of(wanted_outputs(Material(with_outputs(found, options)))) == always | added


def test_a_preview_is_made_where_it_is_asked_for_and_browsers_do_not_play_the_recording(tmp_path: Path) -> None:
    found = replace(with_a_gap(), source=replace(with_a_gap().source, video=PICTURE))
    recording, out = write_video(tmp_path / "a.mkv", even([plain()] * 5)), tmp_path / "out"
    stages: list[str] = []
    written = write_results(
        found, out, Options(), recording, preview=True, on_picture=lambda stage, time_s: stages.append(stage)
    )
    assert out / "preview.mp4" in written
    assert stages == ["preview"] * 5
    playable = out / "preview.mp4"
    assert tmp_path / "b" / "preview.mp4" not in write_results(found, tmp_path / "b", Options(), playable, preview=True)
    write_results(found, out, Options(), recording)
    assert not playable.exists()


def write_mood(material: Material, path: Path) -> None:
    path.write_text(f"{len(material.analysis.faces)} faces")


THROW_AWAY = Output(
    ("mood.txt",),
    "The mood in one word",
    write_mood,
    lambda material: material.options.csv_excel,
)


def test_a_new_output_is_one_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "OUTPUTS", (*OUTPUTS, THROW_AWAY))
    found = with_a_gap()
    written = write_results(found, tmp_path, Options(csv_excel=True))
    assert tmp_path / "mood.txt" in written
    assert (tmp_path / "mood.txt").read_text() == "15 faces"
    assert is_done(tmp_path, found.source.sha256, Options(csv_excel=True), [])
    visit = Visit("en", texts_in("en"), client_of("http://127.0.0.1:1", ""), "")
    assert result_tabs.meaning("mood.txt", visit) == "The mood in one word"
    assert result_tabs.in_order(["analysis.json", "other", "mood.txt"]) == ["mood.txt", "analysis.json", "other"]
    (tmp_path / "mood.txt").unlink()
    assert not is_done(tmp_path, found.source.sha256, Options(csv_excel=True), [])
    assert tmp_path / "mood.txt" in render_results(found, tmp_path, Options(csv_excel=True))
    render_results(found, tmp_path, Options())
    assert (tmp_path / "mood.txt").exists()
    write_results(found, tmp_path, Options())
    assert not (tmp_path / "mood.txt").exists()


def rows_of(page: str, heading: str) -> list[list[str]]:
    """The cells of the table below a line."""
    lines = (ROOT / page).read_text(encoding="utf-8").partition(heading)[2].splitlines()
    table = next(i for i, line in enumerate(lines) if line.startswith("|---"))
    rows = []
    for line in lines[table + 1 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return rows


def named_in(cell: str) -> set[str]:
    """The files that a cell names: `.pdf` behind `report.docx` is report.pdf, a name without ending is a chart's."""
    names: set[str] = set()
    stem = ""
    for name in re.findall("`([^`]+)`", cell):
        if not name.startswith("."):
            stem = name.partition(".")[0]
        endings = [f".{name.partition('.')[2]}"] if "." in name else [".png", ".svg"]
        names |= {stem + ending for ending in endings}
    return names


@pytest.mark.parametrize(
    ("page", "heading"), [("README.md", "| file | what is in it |"), ("docs/options.md", "## What is written")]
)
def test_the_tables_for_readers_name_every_file(page: str, heading: str) -> None:
    named = set().union(*(named_in(row[0]) for row in rows_of(page, heading)))
    assert named == set(file_names()) - {"preview.mp4"}  # which only a server makes


def test_the_options_guide_names_what_each_file_is_asked_for_by() -> None:
    """A file that is always there is said to be, and no other."""
    silent = analysis([face(0, 0.0)], [0.0])
    always = names_of(wanted_outputs(Material(silent))) | {"analysis.json"}
    for files, asked_by, _ in rows_of("docs/options.md", "## What is written"):
        assert (asked_by == "always") == (named_in(files) <= always), files
