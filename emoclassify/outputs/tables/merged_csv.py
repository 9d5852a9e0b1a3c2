"""The merged tables as CSV files, whose names differ from those of one recording: its folder may be the merged one."""

import csv
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from emoclassify.outputs.tables.columns import LEADING_COLUMNS, TABLES
from emoclassify.outputs.tables.rows import Row, cell_text
from emoclassify.overview import Overview
from emoclassify.words.names import as_cell


class CsvFiles:
    """A file for each table, in UTF-8, with commas and decimal points."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._writers: dict[str, Any] = {}
        self._files: dict[str, Any] = {}
        self._n_rows: dict[str, int] = {}

    def add(self, recording: Row, overview: Overview, tables: Mapping[str, Sequence[Row]]) -> None:
        """Adds the tables of a recording, as `merged.Sink` says."""
        start = [as_cell(str(recording[name])) for name in LEADING_COLUMNS]
        for name, rows in tables.items():
            writer = self._writers.get(name) or self._begin(name)
            for row in rows:
                writer.writerow([*start, *(cell_text(row.get(column.name), column) for column in TABLES[name])])
            self._n_rows[name] += len(rows)

    def finish(self) -> dict[str, int]:
        """Completes the files and gives them their names; name of a file -> number of its rows."""
        for name, file in self._files.items():
            file.close()
            self._partial_path(name).replace(self._folder / _file_name(name))
        return {_file_name(name): n_rows for name, n_rows in self._n_rows.items()}

    def _begin(self, name: str) -> Any:
        file = self._stack.enter_context(self._partial_path(name).open("w", encoding="utf-8", newline=""))
        self._files[name], self._n_rows[name] = file, 0
        self._writers[name] = csv.writer(file, lineterminator="\n")
        self._writers[name].writerow([*LEADING_COLUMNS, *(column.name for column in TABLES[name])])
        return self._writers[name]

    def _partial_path(self, name: str) -> Path:
        return self._folder / f"{_file_name(name)}.partial"


def _file_name(table: str) -> str:
    return f"all-{table}.csv"
