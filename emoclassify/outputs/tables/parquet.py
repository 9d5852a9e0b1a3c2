"""One table of all recordings of a folder of results, as Parquet: for pandas, polars, R or Spark."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from emoclassify.errors import ResultError, UsageError
from emoclassify.outputs.names import ANALYSIS
from emoclassify.outputs.saved import read_overview
from emoclassify.outputs.tables.columns import TABLES, Column
from emoclassify.outputs.tables.rows import Row, read_table, table_names

RECORDING = "recording"
"""The first column of each: the folder of the recording's results, below the folder that was merged."""


_GROUP_ROWS = 100_000
"""Rows that are written together: thousands of small groups would be slow to read."""


def merge(results: Path, on_unread: Callable[[Path, str], None] = lambda path, why: None) -> dict[str, int]:
    """Writes frames.parquet and series.parquet, and voice and segments where a voice was read, into the folder.

    Memory does not grow with the number of recordings. Each file is written beside and renamed, in the place of an
    earlier one.

    Args:
        results: a folder of results, as `analyze` and `submit` write them, with its subfolders.
        on_unread: told of an analysis.json that cannot be read, and why; the others are merged.

    Returns:
        Rows by table.

    Raises:
        UsageError: there is no recording in it.
        ResultError: the tables cannot be written.
    """
    found = sorted(results.rglob(ANALYSIS))
    if not found:
        raise UsageError("no_analysis_in", file=ANALYSIS, folder=str(results))
    try:
        with ExitStack() as stack:
            writers = _Writers(results, stack)
            for path in found:
                try:
                    tables = _read(path.parent)
                except (OSError, ValueError, ResultError) as exc:
                    on_unread(path, str(exc))
                    continue
                writers.add(path.parent.relative_to(results).as_posix(), tables)
            return writers.finish()
    except OSError as exc:
        raise ResultError("tables_unwritten", folder=str(results), why=str(exc.strerror)) from exc


def _read(folder: Path) -> dict[str, list[Row]]:
    """The tables of one recording by name."""
    overview = read_overview(folder)
    names = table_names(was_heard=overview.was_heard)
    return {name: list(read_table(folder, name, overview.options)) for name in names}


class _Writers:
    """A file being written for each table."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._open: dict[str, Any] = {}
        self._rows: dict[str, int] = {}
        self._kept: dict[str, list[Any]] = {}

    def add(self, recording: str, tables: dict[str, list[Row]]) -> None:
        for name, table in tables.items():
            if name not in self._open:
                writer = pq.ParquetWriter(self._beside(name), schema_of(name), compression="zstd")
                self._open[name] = self._stack.enter_context(writer)
                self._rows[name], self._kept[name] = 0, []
            rows = [{RECORDING: recording, **row} for row in table]
            self._rows[name] += len(rows)
            self._kept[name].append(pa.Table.from_pylist(rows, schema_of(name)))
            if sum(map(len, self._kept[name])) >= _GROUP_ROWS:
                self._write(name)

    def finish(self) -> dict[str, int]:
        """Ends the files, and renames them then."""
        for name, writer in self._open.items():
            self._write(name)
            writer.close()
            self._beside(name).replace(self._folder / f"{name}.parquet")
        return self._rows

    def _write(self, name: str) -> None:
        if any(map(len, self._kept[name])):
            self._open[name].write_table(pa.concat_tables(self._kept[name]))
        self._kept[name] = []

    def _beside(self, name: str) -> Path:
        return self._folder / f"{name}.parquet.partial"


def schema_of(table: str) -> Any:
    """The columns of a merged table with their types and units."""
    fields = [pa.field(RECORDING, pa.string())]
    for column in TABLES[table]:
        fields.append(pa.field(column.name, _kind(column), metadata={"unit": column.unit, "meaning": column.meaning}))
    return pa.schema(fields)


def _kind(column: Column) -> Any:
    if column.is_text:
        return pa.string()
    return pa.int64() if column.decimals is None else pa.float64()
