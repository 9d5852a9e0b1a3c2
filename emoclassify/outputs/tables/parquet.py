"""The merged tables as Parquet files, for pandas, polars, R or Spark."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from emoclassify.outputs.tables.columns import LEADING_COLUMNS, TABLES, Column
from emoclassify.outputs.tables.rows import Row
from emoclassify.overview import Overview

_GROUP_ROWS = 100_000
"""Rows that are collected before they are written: a file of many small groups is slow to read."""


class ParquetFiles:
    """A file for each table."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._writers: dict[str, Any] = {}
        self._n_rows: dict[str, int] = {}
        self._pending: dict[str, list[Any]] = {}

    def add(self, recording: Row, overview: Overview, tables: Mapping[str, Sequence[Row]]) -> None:
        """Adds the tables of a recording, as `merged.Sink` says."""
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
        """Completes the files and gives them their names; name of a file -> number of its rows."""
        for name, writer in self._writers.items():
            self._write(name)
            writer.close()
            self._partial_path(name).replace(self._folder / f"{name}.parquet")
        return {f"{name}.parquet": n_rows for name, n_rows in self._n_rows.items()}

    def _write(self, name: str) -> None:
        if any(map(len, self._pending[name])):
            self._writers[name].write_table(pa.concat_tables(self._pending[name]))
        self._pending[name] = []

    def _partial_path(self, name: str) -> Path:
        return self._folder / f"{name}.parquet.partial"


def schema_of(table: str) -> Any:
    """The columns of a merged table with their types and units."""
    fields = [pa.field(name, pa.string()) for name in LEADING_COLUMNS]
    for column in TABLES[table]:
        metadata = {"unit": column.unit, "meaning": column.meaning}
        fields.append(pa.field(column.name, arrow_type(column), metadata=metadata))
    return pa.schema(fields)


def arrow_type(column: Column) -> Any:
    """The type of a column's cells."""
    if column.is_text:
        return pa.string()
    return pa.int64() if column.decimals is None else pa.float64()
