"""The merged tables as CSV and as a workbook say what those in Parquet say."""

import re
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from emoclassify.cli import main as command_line
from emoclassify.labels import EMOTIONS, valence
from emoclassify.outputs.folder import write_results
from emoclassify.outputs.names import MERGE_FORMATS
from emoclassify.outputs.tables.columns import LEADING_COLUMNS, TABLES, VERDICT_COLUMN
from emoclassify.outputs.tables.merged import merge
from emoclassify.outputs.tables.merged_workbook import COLUMNS, NAME, RECORDINGS, MergedWorkbook
from emoclassify.outputs.tables.rows import rows_of, table_names
from emoclassify.overview import Overview
from emoclassify.usability import Verdict
from emoclassify.words.texts import LANGUAGES, translation
from tests.support.findings import analysis, voice, with_a_gap


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Three recordings; one has a voice alone."""
    other = replace(with_a_gap(), source=replace(with_a_gap().source, sha256="1" * 64))
    for name, found in (("a.mp4", with_a_gap()), ("b/=b.wav", analysis([], [], [voice(0, 2)])), ("c.mp4", other)):
        write_results(found, tmp_path / name, found.options)
    return tmp_path


def test_csv_and_workbook_have_the_rows_of_parquet(results: Path) -> None:
    rows = merge(results, formats=MERGE_FORMATS)
    sheets = pd.read_excel(results / NAME, sheet_name=None)
    assert list(sheets) == [RECORDINGS, *table_names(with_a_gap()), "columns"]
    assert rows[NAME] == sum(rows[f"{table}.parquet"] for table in table_names(with_a_gap()))
    for table in table_names(with_a_gap()):
        parquet = pd.read_parquet(results / f"{table}.parquet")
        text = pd.read_csv(results / f"all-{table}.csv")
        assert rows[f"all-{table}.csv"] == len(parquet) == len(text) == len(sheets[table])
        for made in (text, sheets[table]):
            assert list(made) == list(parquet) == [*LEADING_COLUMNS, *(column.name for column in TABLES[table])]
            for column in TABLES[table]:
                if column.decimals is not None:
                    places = {"rtol": 0, "atol": 10**-column.decimals, "check_names": False}
                    pd.testing.assert_series_equal(made[column.name].astype(float), parquet[column.name], **places)
    assert not list(results.glob("*.partial"))


def test_the_first_sheet_has_a_row_for_each_recording(results: Path) -> None:
    merge(results, formats=["xlsx"])
    sheet = pd.read_excel(results / NAME, sheet_name=RECORDINGS).set_index("recording")
    main = Overview.of(with_a_gap()).findings.main
    assert main is not None
    assert main.mean is not None
    assert list(sheet.index) == ["a.mp4", "b/=b.wav", "c.mp4"]
    row = sheet.loc["a.mp4"]
    assert (row.usability, row["leading emotion"]) == ("usable", main.shares.ranked[0])
    assert row.readable == pytest.approx(main.shares.read)
    assert row.positive + row.neutral + row.negative == pytest.approx(1)
    assert row.valence == pytest.approx(float(valence(main.mean)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_sheet_and_all_meanings_follow_the_language(
    results: Path, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line(["merge", str(results), "--format", "xlsx", "--lang", lang]) == 0
    _, sheets = translation(lang).gettext, pd.read_excel(results / NAME, sheet_name=None, dtype=str)
    first, *tables, _columns = sheets
    assert first == _(RECORDINGS)
    assert tables == table_names(with_a_gap())  # programs read them, by one name in every language
    headings = [str(name) for name in sheets[first]]
    assert len(headings) == len(COLUMNS)
    if lang == "ru":
        assert not [text for text in (first, *headings) if re.search("[a-z]", text)]
    assert set(sheets[first][_(VERDICT_COLUMN)]) <= set(map(_, Verdict))
    assert set(sheets[first][_("leading emotion")]) <= set(map(_, EMOTIONS))
    meanings = sheets["columns"]
    rows = zip(meanings[_("table")], meanings[[_("column"), _("meaning")]].to_numpy(), strict=True)
    told = [(table, *row) for table, row in rows]
    assert told[: len(COLUMNS)] == [
        (first, heading, _(column.meaning)) for heading, column in zip(headings, COLUMNS, strict=True)
    ]
    for table in tables:
        assert [name for of, name, meaning in told if of == table and meaning] == list(sheets[table])


def test_names_are_no_formulas(results: Path) -> None:
    merge(results, formats=["csv", "xlsx"])
    cells = [cell for row in openpyxl.load_workbook(results / NAME)["voice"].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)


def test_a_long_table_continues_on_another_sheet(tmp_path: Path) -> None:
    found = with_a_gap()
    rows = list(rows_of(found, "frames"))
    with ExitStack() as stack:
        book = MergedWorkbook(tmp_path, stack, most_rows=len(rows))
        for name in ("a", "b"):
            book.add(dict.fromkeys(LEADING_COLUMNS, name), Overview.of(found), {"frames": rows})
        assert book.finish() == {NAME: 2 * len(rows)}
    sheets = pd.read_excel(tmp_path / NAME, sheet_name=None)
    assert list(sheets) == [RECORDINGS, "frames", "frames 2", "columns"]
    assert set(sheets["frames 2"]["recording"]) == {"b"}


def test_the_forms_are_chosen_on_the_command_line(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (results / "a.mp4" / "frames.csv").read_bytes()
    assert command_line(["merge", str(results / "a.mp4"), "--format", "xlsx,csv"]) == 0
    assert (results / "a.mp4" / "frames.csv").read_bytes() == before  # the table of the recording itself
    assert "all-frames.csv: " in capsys.readouterr().out
    with pytest.raises(SystemExit, match="2"):
        command_line(["merge", str(results), "--format", "ods"])
    assert "choose of parquet, csv, xlsx" in capsys.readouterr().err
