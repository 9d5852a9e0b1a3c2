"""report.xlsx: a sheet that a person reads, one for each table, and one that says what the columns mean."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

import xlsxwriter

from emoclassify.analysis import Analysis
from emoclassify.findings import Findings
from emoclassify.outputs.tables.columns import TABLES, Column, unit_in
from emoclassify.outputs.tables.front_sheet import LINE_PT, lines_in, print_on_page, write_front
from emoclassify.outputs.tables.rows import Cell, rows_of, table_names
from emoclassify.overview import Overview
from emoclassify.words.texts import translation

MOST_ROWS = 1_048_575
"""Rows below the heading that a sheet of Excel can hold."""

_TEXT = {"align": "left", "indent": 1}
_DICTIONARY_WIDTHS = (14, 20, 10, 80)  # in letters


def write_workbook(
    analysis: Analysis, path: Path, lang: str, most_rows: int = MOST_ROWS, findings: Findings | None = None
) -> None:
    """Writes the findings and the tables as sheets, with numbers as numbers.

    Args:
        analysis: of one recording.
        path: of the file.
        lang: of the findings and of what the columns mean.
        most_rows: of a sheet; a table that is longer continues on another.
        findings: of the analysis, where they are computed already.
    """
    names = table_names(analysis)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        write_front(book, analysis, findings or Overview.of(analysis).findings, lang)
        for name in names:
            columns = TABLES[name]
            rows = ([row.get(column.name) for column in columns] for row in rows_of(analysis, name))
            write_table_sheet(book, name, columns, rows, most_rows)
        write_dictionary_sheet(book, {name: TABLES[name] for name in names}, lang)


def write_table_sheet(
    book: Any, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], most_rows: int = MOST_ROWS
) -> None:
    """Adds a table to a workbook of xlsxwriter, numbers as numbers; one that is longer continues on another sheet.

    One without rows has no sheet: whoever leafs through a workbook would take it for a fault.
    """
    formats = [format_of(book, column) for column in columns]
    rows, number = iter(rows), 0
    while part := list(islice(rows, most_rows)):
        number += 1
        sheet = book.add_worksheet(name if number == 1 else f"{name} {number}")
        for i, column in enumerate(columns):
            sheet.set_column(i, i, max(9, len(column.name) + 3))
        write_heading(book, sheet, [column.name for column in columns], [not column.is_text for column in columns])
        sheet.autofilter(0, 0, len(part), len(columns) - 1)
        print_on_page(sheet)
        for r, cells in enumerate(part, start=1):
            for c, cell in enumerate(cells):
                write_cell(sheet, r, c, cell, columns[c], formats[c])


def write_cell(sheet: Any, row: int, column_index: int, cell: Cell, column: Column, cell_format: Any) -> None:
    """Writes a cell as text or as a rounded number; nothing where nothing was found."""
    if isinstance(cell, str):
        sheet.write_string(row, column_index, cell, cell_format)
    elif cell is not None:
        value = cell if column.decimals is None else round(cell, column.decimals)
        sheet.write_number(row, column_index, value, cell_format)


def write_dictionary_sheet(book: Any, tables: Mapping[str, Sequence[Column]], lang: str) -> None:
    """Adds a sheet that says what the columns of each table mean."""
    _ = translation(lang).gettext
    sheet = book.add_worksheet("columns")
    for i, width in enumerate(_DICTIONARY_WIDTHS):
        sheet.set_column(i, i, width)
    print_on_page(sheet)
    write_heading(book, sheet, [_("table"), _("column"), _("unit"), _("meaning")])
    table_columns = [(name, column) for name, columns in tables.items() for column in columns]
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for r, (name, column) in enumerate(table_columns, start=1):
        texts = (name, column.name, unit_in(column.unit, _), _(column.meaning))
        sheet.set_row(r, LINE_PT * max(map(lines_in, texts, _DICTIONARY_WIDTHS)))
        for c, text in enumerate(texts):
            sheet.write_string(r, c, text, wrapped)


def write_heading(book: Any, sheet: Any, names: Sequence[str], are_numbers: Sequence[bool] = ()) -> None:
    """Writes the names of the columns, which stay where they are while the sheet is scrolled.

    Args:
        book: of xlsxwriter.
        sheet: of the book, without a row as yet.
        names: of the columns.
        are_numbers: whether each column holds numbers; its name stands at the right then, as numbers do.
    """
    bold, bold_right = book.add_format(_TEXT | {"bold": True}), book.add_format({"bold": True, "align": "right"})
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    for i, (name, is_number) in enumerate(zip_longest(names, are_numbers, fillvalue=False)):
        sheet.write_string(0, i, name, bold_right if is_number else bold)


def format_of(book: Any, column: Column) -> Any:
    """The format of a column: of numbers with its decimals, of texts a little apart from the number at their left."""
    if column.is_text:
        return book.add_format(_TEXT)
    return book.add_format({"num_format": "0" if not column.decimals else "0." + "0" * column.decimals})
