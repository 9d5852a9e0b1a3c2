"""The merged tables as one workbook: a sheet with a row for each recording, the tables, and what their columns mean."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import xlsxwriter

from emoclassify.groups import GROUPS
from emoclassify.labels import valence
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.tables.columns import LEADING, LEADING_COLUMNS, TABLES, Column
from emoclassify.outputs.tables.front_sheet import LINE_PT, SIGNED, lines_in, print_on_page
from emoclassify.outputs.tables.rows import Cell, Row
from emoclassify.outputs.tables.workbook import (
    MOST_ROWS,
    format_of,
    write_cell,
    write_dictionary_sheet,
    write_heading,
)
from emoclassify.overview import Overview
from emoclassify.words.numbers import share_format

NAME = "all.xlsx"
RECORDINGS = "recordings"
"""The name of the first sheet, in English."""

_READ = "share of the recording in which the main person can be read, or somebody speaks"
_OF_GROUP = "share of the readable time of the face, or of the speech, in which it leads"
_TEXTS = (*LEADING, Column("leading emotion", "emotion that leads for the longest time", is_text=True))
_FINDINGS: dict[Column, str | None] = {
    Column("seconds", "length of the recording", "s"): "0.0",
    Column("readable", _READ, "0..1"): None,
    Column("positive", _OF_GROUP, "0..1"): None,
    Column("neutral", _OF_GROUP, "0..1"): None,
    Column("negative", _OF_GROUP, "0..1"): None,
    Column("surprise", _OF_GROUP, "0..1"): None,
    Column("valence", "mean of the valence", "-1..1"): SIGNED,
}
"""Number of the first sheet -> its format; None: a share."""

COLUMNS = (*_TEXTS, *_FINDINGS)
"""Of the first sheet; it is for people, so that their names are in the language of the workbook."""

_WIDE, _NARROW = 40, 12  # columns, in letters


class MergedWorkbook:
    """all.xlsx. A table with more rows than a sheet can hold continues on another."""

    def __init__(self, folder: Path, stack: ExitStack, lang: str = "en", most_rows: int = MOST_ROWS) -> None:
        """Begins it in a folder; `lang` is of the first sheet and of the meanings, one of `texts.LANGUAGES`."""
        self._path, self._words, self._most_rows = folder / NAME, Words(lang), most_rows
        self._partial_path = folder / f"{NAME}.partial"
        options = {"constant_memory": True, "strings_to_numbers": False}
        self._book: Any = xlsxwriter.Workbook(self._partial_path, options)
        stack.callback(self._give_up)
        self._sheets: dict[str, Any] = {}
        self._next_row: dict[str, int] = {}
        self._n_sheets: dict[str, int] = {}
        top = {"valign": "top"}
        self._text = self._book.add_format(top | {"text_wrap": True, "align": "left", "indent": 1})
        share = share_format(lang)
        self._formats = {
            column.name: self._book.add_format(top | {"num_format": text or share})
            for column, text in _FINDINGS.items()
        }
        self._beside = format_of(self._book, LEADING[0])
        self._column_formats: dict[tuple[str, str], Any] = {}
        self._n_rows = 0
        self._recordings = self._words.text(RECORDINGS)
        self._begin(self._recordings, columns_in(self._words))

    def add(self, recording: Row, overview: Overview, tables: Mapping[str, Sequence[Row]]) -> None:
        """Adds a recording, as `merged.Sink` says."""
        start = [str(recording[name]) for name in LEADING_COLUMNS]
        self._add_findings(start, overview)
        for name, rows in tables.items():
            columns = TABLES[name]
            if name not in self._sheets:  # a table without rows has its sheet too, as it has its file
                self._begin(name, (*LEADING, *columns))
            for row in rows:
                sheet, r = self._place(name, (*LEADING, *columns))
                self._write_texts(sheet, r, start, self._beside)
                for c, column in enumerate(columns, start=len(start)):
                    write_cell(sheet, r, c, row.get(column.name), column, self._format(name, column))
            self._n_rows += len(rows)

    def finish(self) -> dict[str, int]:
        """Completes the file and gives it its name; its name -> number of rows of all tables."""
        meanings = {name: (*LEADING, *TABLES[name]) for name in self._sheets if name != self._recordings}
        write_dictionary_sheet(self._book, {self._recordings: columns_in(self._words), **meanings}, self._words.lang)
        self._book.close()
        self._partial_path.replace(self._path)
        return {NAME: self._n_rows}

    def _give_up(self) -> None:
        """Removes the file where it was not finished."""
        if not self._book.fileclosed:
            self._book.close()
            self._partial_path.unlink(missing_ok=True)

    def _add_findings(self, start: Sequence[str], overview: Overview) -> None:
        sheet, r = self._place(self._recordings, columns_in(self._words))
        main, groups = overview.findings.main, overview.options.emotion_groups
        values: dict[str, Cell] = {"seconds": overview.end_s}
        leading = ""
        if main is not None and main.mean is not None:
            leading = self._words.text(main.leading or "cannot tell")
            values |= {group: main.shares.group_of_read(groups[group]) for group in groups}
            values |= {"readable": main.shares.read, "surprise": main.shares.share_of_read("surprise")}
            values["valence"] = float(valence(main.mean))
        name, verdict = start
        sheet.set_row(r, LINE_PT * lines_in(name, _WIDE))
        self._write_texts(sheet, r, [name, self._words.text(verdict), leading], self._text)
        for c, column in enumerate(_FINDINGS, start=len(_TEXTS)):
            if (value := values.get(column.name)) is not None:
                sheet.write_number(r, c, value, self._formats[column.name])

    def _write_texts(self, sheet: Any, row: int, texts: Sequence[str], text_format: Any) -> None:
        for c, text in enumerate(texts):
            sheet.write_string(row, c, text, text_format)

    def _place(self, name: str, columns: Sequence[Column]) -> tuple[Any, int]:
        """The sheet of a table and its next empty row."""
        if name not in self._sheets or self._next_row[name] > self._most_rows:
            self._begin(name, columns)
        row = self._next_row[name]
        self._next_row[name] += 1
        return self._sheets[name], row

    def _begin(self, name: str, columns: Sequence[Column]) -> None:
        self._n_sheets[name] = number = self._n_sheets.get(name, 0) + 1
        sheet = self._book.add_worksheet(name if number == 1 else f"{name} {number}")
        for c, column in enumerate(columns):
            sheet.set_column(c, c, _WIDE if c == 0 else max(_NARROW, len(column.name) + 3))
        print_on_page(sheet)
        write_heading(self._book, sheet, [one.name for one in columns], [not one.is_text for one in columns])
        self._sheets[name], self._next_row[name] = sheet, 1

    def _format(self, table: str, column: Column) -> Any:
        key = (table, column.name)
        if key not in self._column_formats:
            self._column_formats[key] = format_of(self._book, column)
        return self._column_formats[key]


def columns_in(words: Words) -> tuple[Column, ...]:
    """The columns of the first sheet, named in a language."""
    names = (words.group(column.name) if column.name in GROUPS else words.text(column.name) for column in COLUMNS)
    return tuple(replace(column, name=name) for column, name in zip(COLUMNS, names, strict=True))
