"""The merged tables as one workbook: a sheet with a row for each recording, and behind it the tables."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import xlsxwriter

from emoclassify.labels import valence
from emoclassify.outputs.tables.columns import LEADING_COLUMNS, TABLES, Column
from emoclassify.outputs.tables.front_sheet import print_on_page
from emoclassify.outputs.tables.rows import Cell, Row
from emoclassify.outputs.tables.workbook import MOST_ROWS, format_of, write_cell, write_heading
from emoclassify.overview import Overview

NAME = "all.xlsx"
RECORDINGS = "recordings"
"""The name of the first sheet."""

_SHARE, _NUMBER = "0%", "0.00"
_FINDINGS = {
    "seconds": "0.0",
    "readable": _SHARE,
    "positive": _SHARE,
    "neutral": _SHARE,
    "negative": _SHARE,
    "surprise": _SHARE,
    "valence": _NUMBER,
}
"""Column of the first sheet -> format of its numbers. Shares of emotions are of the readable time, else of speech."""

_WIDE, _NARROW = 40, 14  # columns, in letters


class MergedWorkbook:
    """all.xlsx. A table with more rows than a sheet can hold continues on another."""

    def __init__(self, folder: Path, stack: ExitStack, most_rows: int = MOST_ROWS) -> None:
        self._path, self._most_rows = folder / NAME, most_rows
        self._partial_path = folder / f"{NAME}.partial"
        options = {"constant_memory": True, "strings_to_numbers": False}
        self._book: Any = xlsxwriter.Workbook(self._partial_path, options)
        stack.callback(self._give_up)
        self._sheets: dict[str, Any] = {}
        self._next_row: dict[str, int] = {}
        self._n_sheets: dict[str, int] = {}
        self._formats = {name: self._book.add_format({"num_format": text}) for name, text in _FINDINGS.items()}
        self._column_formats: dict[tuple[str, str], Any] = {}
        self._n_rows = 0
        self._begin(RECORDINGS, [*LEADING_COLUMNS, "leading emotion", *_FINDINGS])

    def add(self, recording: Row, overview: Overview, tables: Mapping[str, Sequence[Row]]) -> None:
        """Adds a recording, as `merged.Sink` says."""
        start = [str(recording[name]) for name in LEADING_COLUMNS]
        self._add_findings(start, overview)
        for name, rows in tables.items():
            columns = TABLES[name]
            headings = [*LEADING_COLUMNS, *(column.name for column in columns)]
            if name not in self._sheets:  # a table without rows has its sheet too, as it has its file
                self._begin(name, headings)
            for row in rows:
                sheet, r = self._place(name, headings)
                self._write_texts(sheet, r, start)
                for c, column in enumerate(columns, start=len(start)):
                    write_cell(sheet, r, c, row.get(column.name), column, self._format(name, column))
            self._n_rows += len(rows)

    def finish(self) -> dict[str, int]:
        """Completes the file and gives it its name; its name -> number of rows of all tables."""
        self._book.close()
        self._partial_path.replace(self._path)
        return {NAME: self._n_rows}

    def _give_up(self) -> None:
        """Removes the file where it was not finished."""
        if not self._book.fileclosed:
            self._book.close()
            self._partial_path.unlink(missing_ok=True)

    def _add_findings(self, start: Sequence[str], overview: Overview) -> None:
        sheet, r = self._place(RECORDINGS, [])
        main, groups = overview.findings.main, overview.options.emotion_groups
        values: dict[str, Cell] = {"seconds": overview.end_s}
        leading = ""
        if main is not None and main.mean is not None:
            leading = main.shares.ranked[0]
            values |= {group: main.shares.group_of_read(groups[group]) for group in groups}
            values |= {"readable": main.shares.read, "surprise": main.shares.share_of_read("surprise")}
            values["valence"] = float(valence(main.mean))
        self._write_texts(sheet, r, [*start, leading])
        for c, name in enumerate(_FINDINGS, start=len(start) + 1):
            if (value := values.get(name)) is not None:
                sheet.write_number(r, c, value, self._formats[name])

    def _write_texts(self, sheet: Any, row: int, texts: Sequence[str]) -> None:
        for c, text in enumerate(texts):
            sheet.write_string(row, c, text)

    def _place(self, name: str, headings: Sequence[str]) -> tuple[Any, int]:
        """The sheet of a table and its next empty row."""
        if name not in self._sheets or self._next_row[name] > self._most_rows:
            self._begin(name, headings)
        row = self._next_row[name]
        self._next_row[name] += 1
        return self._sheets[name], row

    def _begin(self, name: str, headings: Sequence[str]) -> None:
        self._n_sheets[name] = number = self._n_sheets.get(name, 0) + 1
        sheet = self._book.add_worksheet(name if number == 1 else f"{name} {number}")
        for c, heading in enumerate(headings):
            sheet.set_column(c, c, _WIDE if c == 0 else max(_NARROW, len(heading) + 3))
        print_on_page(sheet)
        write_heading(self._book, sheet, headings)
        self._sheets[name], self._next_row[name] = sheet, 1

    def _format(self, table: str, column: Column) -> Any:
        key = (table, column.name)
        if key not in self._column_formats:
            self._column_formats[key] = format_of(self._book, column)
        return self._column_formats[key]
