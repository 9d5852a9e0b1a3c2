"""The tables for Excel, and the dictionary of their columns."""

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from emoclassify import verdicts
from emoclassify.analysis import Analysis
from emoclassify.faces import quality
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.report.headline import headline
from emoclassify.outputs.tables.columns import EPISODES, TABLES, TURNS, WORDS, unit_in
from emoclassify.outputs.tables.rows import rows_of, table_names
from emoclassify.outputs.tables.workbook import write_workbook
from emoclassify.overview import Overview
from emoclassify.settings import Options
from emoclassify.smoothing import READING_REACH_S
from emoclassify.voice.reading import NO_WORDS
from emoclassify.words.numbers import with_decimal_mark
from emoclassify.words.texts import LANGUAGES, translation
from tests.support.findings import analysis, face, in_turn, laughter, voice, with_a_gap
from tests.support.written import write_tables

FOUND = [with_a_gap(), analysis([face(0, 0.0, reason="dark")], [0.0, 0.2]), analysis([], [], [voice(0, 2)])]


@pytest.mark.parametrize("found", FOUND, ids=["whole", "no voice", "no picture"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_workbook_says_what_the_csv_files_say(tmp_path: Path, found: Analysis, lang: str) -> None:
    write_tables(found, tmp_path, Options())
    write_workbook(found, tmp_path / "report.xlsx", lang)
    sheets = pd.read_excel(tmp_path / "report.xlsx", sheet_name=None)
    front = translation(lang).gettext("Findings")
    tables = {name: pd.read_csv(tmp_path / f"{name}.csv").astype("object") for name in table_names(found)}
    filled = {name: table for name, table in tables.items() if len(table)}  # an empty sheet would look like a fault
    assert list(sheets) == [front, *filled, "columns"]
    for name, table in filled.items():
        pd.testing.assert_frame_equal(sheets[name].astype("object"), table, check_dtype=False)
    assert len(sheets["columns"]) == sum(len(TABLES[name]) for name in table_names(found))


def test_a_table_too_long_for_a_sheet_goes_on_in_another(tmp_path: Path) -> None:
    write_workbook(with_a_gap(), tmp_path / "report.xlsx", "en", most_rows=8)
    sheets = pd.read_excel(tmp_path / "report.xlsx", sheet_name=None)
    assert list(sheets) == ["Findings", "frames", "frames 2", "frames 3", "series", "voice", "segments", "columns"]
    assert [len(sheets[name]) for name in list(sheets)[1:5]] == [8, 8, 4, 8]
    parts = pd.concat([sheets[name] for name in ("frames", "frames 2", "frames 3")])
    assert parts.timestamp.tolist() == pytest.approx([0.2 * i for i in range(20)])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_workbook_opens_on_what_a_person_reads(tmp_path: Path, lang: str) -> None:
    """8 s of joy and 8 s of sadness: one peak, one low, one turn."""
    found = in_turn(("happy", 8), ("sad", 8))
    write_workbook(found, tmp_path / "report.xlsx", lang)
    sheet, words = load_workbook(tmp_path / "report.xlsx").worksheets[0], Words(lang)
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    findings = Overview.of(found).findings
    assert rows[1] == [headline(found, findings, words)]
    (shares,) = (row for row in rows if row[:1] == [f"{words.text('person')} 1"])
    assert shares[1:5] == [1, 0.5, 0, 0.5]  # readable, positive, neutral, negative
    assert sum(shares[5:]) == pytest.approx(1)
    times = [words.time(moment.time_s) for moment in findings.curves[0].moments]
    assert [row[0] for row in rows if row and row[0] in times] == times


@pytest.mark.parametrize("lang", LANGUAGES)
def test_on_the_first_sheet_no_text_is_cut_and_headings_stand_above_their_numbers(tmp_path: Path, lang: str) -> None:
    write_workbook(in_turn(("happy", 8), ("sad", 8)), tmp_path / "report.xlsx", lang)
    sheet = load_workbook(tmp_path / "report.xlsx").worksheets[0]
    for row in sheet.iter_rows():
        for cell in row:
            behind = sheet.cell(cell.row, cell.column + 1)
            if isinstance(cell.value, str) and behind.value is not None:
                assert cell.alignment.wrap_text or len(cell.value) < 13, cell.value
            if isinstance(cell.value, int | float):
                assert cell.alignment.horizontal == "right"
    assert all(sheet.page_setup.orientation == "landscape" for sheet in load_workbook(tmp_path / "report.xlsx"))


def test_a_text_of_the_workbook_is_never_a_formula(tmp_path: Path) -> None:
    found = with_a_gap()
    odd = replace(found, segments=(replace(found.segments[0], reason='=HYPERLINK("x")'),))
    write_workbook(odd, tmp_path / "report.xlsx", "en")
    cells = {cell.value: cell.data_type for row in load_workbook(tmp_path / "report.xlsx")["segments"] for cell in row}
    assert cells['=HYPERLINK("x")'] != "f"


@pytest.mark.parametrize(("lang", "decimal"), [("en", "."), ("ru", ",")])
def test_csv_for_excel_has_a_mark_semicolons_and_the_decimals_of_the_language(
    tmp_path: Path, lang: str, decimal: str
) -> None:
    write_tables(with_a_gap(), tmp_path / ".", Options())
    plain = {name: pd.read_csv(tmp_path / f"{name}.csv") for name in table_names(with_a_gap())}
    write_tables(with_a_gap(), tmp_path, Options(csv_excel=True, lang=lang))
    for name, expected in plain.items():
        content = (tmp_path / f"{name}.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        read = pd.read_csv(tmp_path / f"{name}.csv", sep=";", decimal=decimal, encoding="utf-8-sig")
        pd.testing.assert_frame_equal(read, expected)


def test_whole_numbers_are_whole_where_some_are_missing(tmp_path: Path) -> None:
    write_tables(with_a_gap(), tmp_path, Options())
    lines = (tmp_path / "frames.csv").read_text().splitlines()
    assert lines[1].split(",")[:4] == ["0", "0.000000", "1", "1"]
    assert lines[6].split(",")[:5] == ["5", "1.000000", "", "0", ""]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_dictionary_tells_every_column_of_the_tables_there(tmp_path: Path, lang: str) -> None:
    for found in FOUND:
        write_tables(found, tmp_path, Options(lang=lang))
        text = (tmp_path / "columns.md").read_text(encoding="utf-8")
        assert re.findall(r"^## (\w+)$", text, re.MULTILINE) == table_names(found)
        for name in table_names(found):
            part = text.split(f"## {name}\n")[1].split("\n## ")[0]
            header = (tmp_path / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
            assert re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) == header


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_dictionary_tells_every_value_that_is_a_word(tmp_path: Path, lang: str) -> None:
    write_tables(with_a_gap(), tmp_path, Options(lang=lang))
    told = {line.split("`")[1]: line for line in (tmp_path / "columns.md").read_text().splitlines() if "`" in line}
    for column, values in (("quality_reason", quality.REASONS), ("reason", verdicts.REASONS)):
        assert [value for value in values if value not in told[column]] == []
    assert all(verdict in told["verdict"] for verdict in verdicts.VERDICTS)
    assert with_decimal_mark(f"{READING_REACH_S:g}", lang) in told["shown"]
    assert f"| {unit_in('s', translation(lang).gettext)} |" in told["timestamp"]


def test_units_are_stated_for_every_number_with_decimals() -> None:
    for columns in TABLES.values():
        assert all(column.unit for column in columns if column.decimals is not None)
        assert {*EMOTIONS} <= {column.name for column in columns} or columns in (WORDS, TURNS, EPISODES)


def test_of_a_laugh_the_tables_have_the_name_and_no_scores() -> None:
    made = analysis([], [], [voice(0, 1), laughter(1, 2), laughter(2, 3, NO_WORDS)])
    for name in ("voice", "segments"):
        rows = list(rows_of(made, name))
        assert [row.get("sound") for row in rows] == [None, "laughter", "no words"]
        assert [[row.get(emotion) is None for emotion in EMOTIONS] for row in rows] == [
            [False] * 7,
            [True] * 7,
            [True] * 7,
        ]
        assert [row.get("confidence") is None for row in rows] == [False, True, True]
