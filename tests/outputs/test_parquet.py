"""One table of all recordings says what the tables of each say."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from emoclassify.analysis import Analysis
from emoclassify.cli import main as command_line
from emoclassify.errors import UsageError
from emoclassify.outputs.folder import write_results
from emoclassify.outputs.tables.columns import RECORDING_COLUMN, TABLES, VERDICT_COLUMN
from emoclassify.outputs.tables.merged import merge
from emoclassify.outputs.tables.parquet import schema_of
from emoclassify.outputs.tables.rows import table_names
from emoclassify.settings import Options
from tests.support.findings import analysis, voice, with_a_gap


def written(folder: Path, found: Analysis) -> Path:
    write_results(found, folder, found.options)
    return folder


def test_the_merged_tables_are_those_of_each_recording(tmp_path: Path) -> None:
    recordings = {
        "a/talk.mp4": with_a_gap(),
        "b/talk.mp4": analysis([], [], [voice(0, 2)]),
        "c.mp4": with_a_gap(),
    }
    verdicts = {"a/talk.mp4": "usable", "b/talk.mp4": "not usable", "c.mp4": "usable"}  # b has 2 s of speech
    for name, found in recordings.items():
        written(tmp_path / name, found)
    rows = merge(tmp_path)
    assert set(rows) == {f"{table}.parquet" for table in TABLES}
    for table in TABLES:
        merged, n = pd.read_parquet(tmp_path / f"{table}.parquet"), rows[f"{table}.parquet"]
        assert len(merged) == n
        assert list(merged) == [RECORDING_COLUMN, VERDICT_COLUMN, *(column.name for column in TABLES[table])]
        for name, found in recordings.items():
            if table in table_names(was_heard=found.voice is not None):
                rows_of_name = merged[merged[RECORDING_COLUMN] == name].reset_index(drop=True)
                assert (rows_of_name[VERDICT_COLUMN] == verdicts[name]).all()
                mine = rows_of_name.drop(columns=[RECORDING_COLUMN, VERDICT_COLUMN])
                alone = pd.read_csv(tmp_path / name / f"{table}.csv")
                assert len(mine) == len(alone)
                for column in TABLES[table]:
                    if column.decimals is not None:
                        places = {"rtol": 0, "atol": 0.5 * 10**-column.decimals + 1e-9, "check_names": False}
                        pd.testing.assert_series_equal(mine[column.name], alone[column.name].astype(float), **places)
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_tables_for_excel_are_merged_like_others(tmp_path: Path, lang: str) -> None:
    written(tmp_path / "plain" / "a.mp4", with_a_gap())
    written(tmp_path / "excel" / "a.mp4", replace(with_a_gap(), options=Options(csv_excel=True, lang=lang)))
    merge(tmp_path / "plain")
    merge(tmp_path / "excel")
    for table in TABLES:
        plain, excel = (pd.read_parquet(tmp_path / kind / f"{table}.parquet") for kind in ("plain", "excel"))
        pd.testing.assert_frame_equal(plain, excel)


def test_results_of_an_older_version_are_merged(tmp_path: Path) -> None:
    """Before overview.json, and with schema 1 of it, frames.csv had no column `shown`; readings say the same."""
    for name, schema in (("none.mp4", None), ("one.mp4", 1)):
        folder = written(tmp_path / name, with_a_gap())
        frames = pd.read_csv(folder / "frames.csv")
        frames.drop(columns="shown").to_csv(folder / "frames.csv", index=False)
        overview = json.loads((folder / "overview.json").read_text())
        (folder / "overview.json").unlink()
        if schema:
            (folder / "overview.json").write_text(json.dumps({**overview, "schema": schema, "findings": None}))
    written(tmp_path / "now.mp4", with_a_gap())
    assert set(merge(tmp_path)) == {f"{table}.parquet" for table in TABLES}
    merged = pd.read_parquet(tmp_path / "frames.parquet").set_index(RECORDING_COLUMN)
    for name in ("none.mp4", "one.mp4"):
        assert merged.loc[name].shown.tolist() == merged.loc["now.mp4"].shown.tolist()


def test_verdicts_of_an_older_version_are_merged_as_those_of_now(tmp_path: Path) -> None:
    """Angry beside sad was "differ"; now both are negative."""
    folder = written(tmp_path / "a.mp4", replace(with_a_gap(), options=Options(double_check=True)))
    saved = json.loads((folder / "analysis.json").read_text())
    saved["schema"] = 3
    saved["segments"][1]["verdict"] = "differ"
    (folder / "analysis.json").write_text(json.dumps(saved))
    (folder / "overview.json").write_text(json.dumps({"schema": 1}))
    table = (folder / "segments.csv").read_text().splitlines()
    table[2] = table[2].replace(",agree,", ",differ,")
    (folder / "segments.csv").write_text("\n".join(table) + "\n")
    merge(tmp_path)
    assert pd.read_parquet(tmp_path / "segments.parquet").verdict.tolist() == ["agree", "agree"]


def test_a_table_that_is_missing_or_damaged_is_told(tmp_path: Path) -> None:
    (written(tmp_path / "a.mp4", with_a_gap()) / "frames.csv").unlink()
    table = written(tmp_path / "b.mp4", with_a_gap()) / "series.csv"
    table.write_text(table.read_text().replace("0.7", "x", 1))
    written(tmp_path / "c.mp4", with_a_gap())
    unread: dict[str, str] = {}
    merge(tmp_path, lambda path, why: unread.__setitem__(path.parent.name, why))
    assert set(unread) == {"a.mp4", "b.mp4"}
    assert "frames.csv" in unread["a.mp4"]
    assert "series.csv" in unread["b.mp4"]


def test_many_small_recordings_are_few_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        written(tmp_path / f"{number}.mp4", with_a_gap())
    n = len(pd.read_csv(tmp_path / "0.mp4" / "frames.csv"))
    monkeypatch.setattr("emoclassify.outputs.tables.parquet._GROUP_ROWS", 3 * n)
    assert merge(tmp_path)["frames.parquet"] == 7 * n
    groups = pq.ParquetFile(tmp_path / "frames.parquet").metadata
    assert [groups.row_group(i).num_rows for i in range(groups.num_row_groups)] == [3 * n, 3 * n, n]
    names = pd.read_parquet(tmp_path / "frames.parquet")[RECORDING_COLUMN]
    assert list(names) == [f"{number}.mp4" for number in range(7) for _ in range(n)]


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_column_has_its_type_and_unit(table: str) -> None:
    schema = schema_of(table)
    for column in TABLES[table]:
        field = schema.field(column.name)
        assert field.metadata[b"unit"].decode() == column.unit
        assert (column.decimals is None) == (str(field.type) in ("int64", "string"))


def test_what_cannot_be_read_is_left_out_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path / "good.mp4", with_a_gap())
    (tmp_path / "bad.mp4").mkdir()
    (tmp_path / "bad.mp4" / "analysis.json").write_text("[]")
    assert command_line(["merge", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert "bad.mp4" in told.err
    assert "frames.parquet" in told.out
    assert pq.read_table(tmp_path / "frames.parquet").column(RECORDING_COLUMN).unique().to_pylist() == ["good.mp4"]


def test_the_same_recording_twice_is_merged_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = replace(with_a_gap(), source=replace(with_a_gap().source, sha256="1" * 64))
    for name, made in (("a.mp4", with_a_gap()), ("b.mp4", other), ("c.mp4", with_a_gap())):
        written(tmp_path / name, made)
    assert command_line(["merge", str(tmp_path)]) == 0
    assert capsys.readouterr().err == "c.mp4: the same recording as a.mp4; the tables have both\n"
    assert set(pd.read_parquet(tmp_path / "series.parquet")[RECORDING_COLUMN]) == {"a.mp4", "b.mp4", "c.mp4"}


def test_other_groups_of_emotions_are_merged_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, groups in (("a.mp4", ""), ("b.mp4", "positive=happy;negative=sad"), ("c.mp4", "")):
        source = replace(with_a_gap().source, sha256=name[0] * 64)
        options = Options(groups=groups) if groups else Options()
        written(tmp_path / name, replace(with_a_gap(), source=source, options=options))
    assert command_line(["merge", str(tmp_path)]) == 0
    assert capsys.readouterr().err.startswith("b.mp4: positive and negative are of other emotions than in a.mp4")
    assert set(pd.read_parquet(tmp_path / "series.parquet")[RECORDING_COLUMN]) == {"a.mp4", "b.mp4", "c.mp4"}


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no analysis"):
        merge(tmp_path)
