"""Merges the tables of all recordings below a folder into Parquet files, for pandas, polars, R or Spark."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from emoclassify.errors import ResultError, UsageError
from emoclassify.groups import Groups
from emoclassify.outputs.names import ANALYSIS
from emoclassify.outputs.saved import read_analysis, saved_overview
from emoclassify.outputs.tables.columns import TABLES, Column
from emoclassify.outputs.tables.rows import Row, read_table, rows_of, table_names
from emoclassify.overview import Overview

RECORDING_COLUMN = "recording"
"""The first column of each table: the folder of the recording's results, relative to the folder that was merged."""

VERDICT_COLUMN = "usability"
"""The second column of each table: whether the recording is usable (see `usability.Verdict`)."""

_GROUP_ROWS = 100_000
"""Rows that are collected before they are written: a file of many small groups is slow to read."""


def merge(
    results: Path,
    on_unread: Callable[[Path, str], None] = lambda path, why: None,
    on_same: Callable[[Path, Path], None] = lambda path, earlier_path: None,
    on_other_groups: Callable[[Path, Path], None] = lambda path, first_path: None,
) -> dict[str, int]:
    """Writes frames.parquet and series.parquet, and voice and segments where a voice was read, into the folder.

    Memory does not grow with the number of recordings, but for a checksum of each. Each file gets its name when it is
    complete, and replaces an earlier one.

    Args:
        results: a folder of results, as `analyze` and `submit` write them, with its subfolders.
        on_unread: called with the path of an analysis.json that cannot be read, and why; the others are merged.
        on_same: called with the path of an analysis.json, and of an earlier one of the same recording; both are merged.
        on_other_groups: called with the path of an analysis.json whose columns positive and negative are of other
            emotions than those of the first one, and with the path of that; both are merged.

    Returns:
        Name of a table -> number of its rows.

    Raises:
        UsageError: there is no recording in it.
        ResultError: the tables cannot be written.
    """
    paths = sorted(results.rglob(ANALYSIS))
    if not paths:
        raise UsageError("no_analysis_in", file=ANALYSIS, folder=str(results))
    try:
        with ExitStack() as stack:
            writers, paths_by_sha256 = _Writers(results, stack), dict[str, Path]()
            first: tuple[Path, Groups] | None = None
            for path in paths:
                try:
                    overview, tables = _tables_of(path.parent)
                except (OSError, ValueError, ResultError) as exc:
                    on_unread(path, str(exc))
                    continue
                if (earlier_path := paths_by_sha256.setdefault(overview.source.sha256, path)) != path:
                    on_same(path, earlier_path)
                first = first or (path, overview.options.emotion_groups)
                if overview.options.emotion_groups != first[1]:
                    on_other_groups(path, first[0])
                recording = _in_utf8(path.parent.relative_to(results).as_posix())
                writers.add({RECORDING_COLUMN: recording, VERDICT_COLUMN: overview.findings.usability.verdict}, tables)
            return writers.finish()
    except OSError as exc:
        raise ResultError("tables_unwritten", folder=str(results), why=str(exc.strerror)) from exc


def _tables_of(folder: Path) -> tuple[Overview, dict[str, list[Row]]]:
    """The overview and the tables of one recording, these by name; made again where an older version wrote them."""
    overview = saved_overview(folder)
    if overview is None:
        analysis = read_analysis(folder)
        overview = Overview.of(analysis)
        return overview, {name: list(rows_of(analysis, name)) for name in table_names(overview)}
    names = table_names(overview)
    return overview, {name: list(read_table(folder, name, overview.options)) for name in names}


def _in_utf8(name: str) -> str:
    """The name with bytes that are no UTF-8 escaped: two names stay two."""
    return name.encode("utf-8", "backslashreplace").decode()


class _Writers:
    """Writes a file for each table."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._writers: dict[str, Any] = {}
        self._n_rows: dict[str, int] = {}
        self._pending: dict[str, list[Any]] = {}

    def add(self, recording: Row, tables: dict[str, list[Row]]) -> None:
        """Adds the tables of a recording; `recording` has the cells that all its rows begin with."""
        for name, table in tables.items():
            if name not in self._writers:
                writer = pq.ParquetWriter(self._partial_path(name), schema_of(name), compression="zstd")
                self._writers[name] = self._stack.enter_context(writer)
                self._n_rows[name], self._pending[name] = 0, []
            rows = [{**recording, **row} for row in table]
            self._n_rows[name] += len(rows)
            self._pending[name].append(pa.Table.from_pylist(rows, schema_of(name)))
            if sum(map(len, self._pending[name])) >= _GROUP_ROWS:
                self._write(name)

    def finish(self) -> dict[str, int]:
        """Completes the files, gives them their names, and returns the number of rows of each table."""
        for name, writer in self._writers.items():
            self._write(name)
            writer.close()
            self._partial_path(name).replace(self._folder / f"{name}.parquet")
        return self._n_rows

    def _write(self, name: str) -> None:
        if any(map(len, self._pending[name])):
            self._writers[name].write_table(pa.concat_tables(self._pending[name]))
        self._pending[name] = []

    def _partial_path(self, name: str) -> Path:
        return self._folder / f"{name}.parquet.partial"


def schema_of(table: str) -> Any:
    """The columns of a merged table with their types and units."""
    fields = [pa.field(name, pa.string()) for name in (RECORDING_COLUMN, VERDICT_COLUMN)]
    for column in TABLES[table]:
        metadata = {"unit": column.unit, "meaning": column.meaning}
        fields.append(pa.field(column.name, arrow_type(column), metadata=metadata))
    return pa.schema(fields)


def arrow_type(column: Column) -> Any:
    """The type of a column's cells."""
    if column.is_text:
        return pa.string()
    return pa.int64() if column.decimals is None else pa.float64()
