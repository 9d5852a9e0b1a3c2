"""Names of recordings may be any bytes: they can be shown and written all the same, and run nothing."""

import csv
import io
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoclassify.outputs.document.blocks import Content, Paragraph
from emoclassify.outputs.document.pdf import write_pdf
from emoclassify.outputs.folder import write_results
from emoclassify.outputs.saved import read_analysis
from emoclassify.outputs.tables.merged import merge
from emoclassify.remote.client import Client
from emoclassify.settings import Options
from emoclassify.words.names import as_cell, from_cell, in_unicode
from tests.support.findings import with_a_gap
from tests.support.serving import MP4, served

pytestmark = pytest.mark.whole

NOT_UTF8 = os.fsdecode(b"bad\xff\xfe.mp4")
ANY_NAMES = st.text(st.characters(codec=None))


@given(ANY_NAMES)
def test_a_name_can_be_written_and_keeps_its_letters(name: str) -> None:
    written = in_unicode(name).encode().decode()
    assert len(written) == len(name)
    assert all(new in (old, "\N{REPLACEMENT CHARACTER}") for new, old in zip(written, name, strict=True))
    try:
        name.encode()
    except UnicodeEncodeError:
        assert written != name
    else:
        assert written == name


FORMULAS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
NUMBER = re.compile(r"-[0-9]+([.,][0-9]+)?")


def could_run(cell: str) -> bool:
    return cell.lstrip().startswith(FORMULAS) and not NUMBER.fullmatch(cell)


@given(st.text())
def test_a_cell_is_the_text_or_begins_with_an_apostrophe(text: str) -> None:
    cell = as_cell(text)
    assert cell.replace("'", "") == re.sub(r"[\x00-\x1f]", " ", text).replace("'", "")
    assert not could_run(cell)
    assert not re.search(r"[\t\r\n]", cell)


NEAR_FORMULAS = st.text(st.sampled_from("=+-@\uff1d;,\"' a1"))


@given(st.one_of(NEAR_FORMULAS, st.text(st.characters(min_codepoint=32))))
def test_a_cell_comes_back_as_it_was(text: str) -> None:
    assert from_cell(as_cell(text)) == text


@pytest.mark.parametrize("number", ["-3", "-0.25", "-1,5", "4", "1e-3"])
def test_a_number_stays_one(number: str) -> None:
    assert as_cell(number) == number


@given(st.lists(st.text(st.sampled_from("=+-@;,\"' a\n")), min_size=1))
def test_a_table_with_commas_has_no_formula_where_a_spreadsheet_parts_it_at_semicolons(texts: list[str]) -> None:
    """As Excel does where the comma is the mark of decimals."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerow(map(as_cell, texts))
    (cells,) = csv.reader([file.getvalue()], delimiter=";")
    assert not [cell for cell in cells if could_run(cell)]


@pytest.mark.usefixtures("blank_charts")
@pytest.mark.parametrize("name", [NOT_UTF8, "half \ud800 of a letter.mp4"])
def test_results_of_a_recording_with_any_name_are_whole(tmp_path: Path, name: str) -> None:
    found = with_a_gap()
    found = replace(found, source=replace(found.source, name=name))
    options = Options(report="docx,pdf,html", xlsx=True, graph=True)
    folder = tmp_path / NOT_UTF8
    paths = write_results(replace(found, options=options), folder, options)
    assert {path.suffix for path in paths} >= {".pdf", ".docx", ".html", ".xlsx", ".csv"}
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    assert read_analysis(folder).source.name == in_unicode(name)
    content = json.loads((folder / "analysis.json").read_text())
    (folder / "analysis.json").write_text(json.dumps({**content, "source": {**content["source"], "name": name}}))
    assert read_analysis(folder).source.name == in_unicode(name)  # one that somebody else wrote


def test_a_pdf_is_written_to_a_path_of_any_bytes(tmp_path: Path) -> None:
    """Typst, given such a path, ended the process by an error that is no Exception."""
    folder = tmp_path / NOT_UTF8
    folder.mkdir()
    write_pdf(Content("a", "en", "", (Paragraph("b"),)), folder / "report.pdf")
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")


def test_results_below_folders_of_any_bytes_are_merged_and_told_apart(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    found = with_a_gap()
    for name in (b"\xff", b"\xfe", "я".encode()):
        write_results(found, tmp_path / os.fsdecode(name), found.options)
    merge(tmp_path)
    names = pq.read_table(tmp_path / "frames.parquet")["recording"].unique().to_pylist()
    assert sorted(names) == ["\\udcfe", "\\udcff", "я"]


@pytest.mark.process
def test_a_recording_of_any_name_is_submitted(tmp_path: Path) -> None:
    path = tmp_path / NOT_UTF8
    path.write_bytes(MP4)
    with served(tmp_path / "server") as server, Client(server.url) as client:
        job = client.wait(client.submit(path)["id"], timeout_s=60)
        assert (job["state"], job["name"]) == ("completed", in_unicode(NOT_UTF8))
