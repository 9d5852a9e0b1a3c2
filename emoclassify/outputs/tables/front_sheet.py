"""The first sheet of report.xlsx, for a person to read: the finding, the shares, the key moments, what they rest on."""

import textwrap
from collections.abc import Sequence
from functools import cache
from math import ceil
from typing import Any

from emoclassify.analysis import Analysis
from emoclassify.colours import THEMES
from emoclassify.design import size_of
from emoclassify.findings import CurveFindings, Findings
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.document.blocks import Bullets, Paragraph, Table
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.report.answer import answer
from emoclassify.outputs.report.headline import basis, headline, kicker_of
from emoclassify.outputs.report.timecourse import moments_table
from emoclassify.words.numbers import share_format

Cells = tuple[str | float, ...]

LINE_PT = 15.0
"""The height of a row of one line."""

_WIDTHS = (22, *[13] * 11)  # of the columns, in letters
_LETTERS_A_LINE = sum(_WIDTHS[:8])  # of a sentence, which goes over eight columns
_ACROSS = 8
_SCORE, SIGNED = "0.00", "+0.00;\N{MINUS SIGN}0.00;0.00"
"""Formats of numbers."""

_APART = {"align": "left", "indent": 1}  # a text from the number at its left
_A4 = 9  # paper, as Excel numbers it


class FrontSheet:
    """Writes the sheet from top to bottom; in a workbook of constant memory no row can be written later."""

    def __init__(self, book: Any, name: str) -> None:
        """Adds the sheet to a workbook of xlsxwriter."""
        self._sheet, self._row = book.add_worksheet(name), 0
        muted = THEMES["light"].muted
        self._sentence = book.add_format({"text_wrap": True, "valign": "top"})
        self._note = book.add_format({"text_wrap": True, "valign": "top", "font_color": muted})
        self._title = book.add_format({"bold": True, "font_size": round(size_of("title", "document"))})
        self._heading = book.add_format({"bold": True, "font_size": round(size_of("heading", "document"))})
        self._number_text = book.add_format({"text_wrap": True, "valign": "top", "align": "right"})
        head = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
        self._bold, self._bold_right = book.add_format(head), book.add_format(head | {"align": "right"})
        self._beside = book.add_format({"text_wrap": True, "valign": "top", **_APART})
        self._bold_beside = book.add_format(head | _APART)
        self._number = cache(lambda text: book.add_format({"valign": "top", "align": "right", "num_format": text}))
        self._sheet.hide_gridlines(2)
        print_on_page(self._sheet)
        for i, width in enumerate(_WIDTHS):
            self._sheet.set_column(i, i, width)

    def add_title(self, text: str) -> None:
        """The finding."""
        self._sheet.set_row(self._row, 2 * LINE_PT)
        self._sheet.write_string(self._row, 0, text, self._title)
        self._row += 1

    def add_heading(self, text: str) -> None:
        """The title of a part, after an empty row."""
        self._sheet.write_string(self._row + 1, 0, text, self._heading)
        self._row += 2

    def add_sentence(self, text: str, *, is_note: bool = False) -> None:
        """A text over several columns, as high as it needs."""
        self._sheet.set_row(self._row, LINE_PT * ceil(len(text) / _LETTERS_A_LINE))
        self._sheet.merge_range(self._row, 0, self._row, _ACROSS - 1, "", self._note if is_note else self._sentence)
        self._sheet.write_string(self._row, 0, text, self._note if is_note else self._sentence)
        self._row += 1

    def add_table(self, header: tuple[str, ...], rows: Sequence[Cells], number_format: str) -> None:
        """Numbers as numbers, below headings at the right; texts as texts, wrapped where their column is too narrow."""
        are_numbers = [any(not isinstance(cells[i], str) for cells in rows) for i in range(len(header))]
        self._sheet.set_row(self._row, _height_of(header))
        for i, (text, is_number) in enumerate(zip(header, are_numbers, strict=True)):
            is_beside = i > 0 and are_numbers[i - 1]
            text_format = self._bold_beside if is_beside else self._bold
            self._sheet.write_string(self._row, i, text, self._bold_right if is_number else text_format)
        self._row += 1
        for cells in rows:
            self._sheet.set_row(self._row, _height_of([cell if isinstance(cell, str) else "" for cell in cells]))
            for i, cell in enumerate(cells):
                if isinstance(cell, str):
                    is_beside = i > 0 and are_numbers[i - 1]  # a text right of a number would touch it
                    self._sheet.write_string(self._row, i, cell, self._beside if is_beside else self._sentence)
                else:
                    self._sheet.write_number(self._row, i, cell, self._number(number_format))
            self._row += 1

    def add_text_table(self, table: Table) -> None:
        """A table of a report, its caption above it; cells that are longer than their column are wrapped."""
        if table.caption:
            self.add_sentence(table.caption, is_note=True)
        self._sheet.set_row(self._row, _height_of(table.header))
        for i, text in enumerate(table.header):
            self._sheet.write_string(self._row, i, text, self._bold_right if i >= table.numbers_from else self._bold)
        self._row += bool(table.header)
        for cells in table.rows:
            self._sheet.set_row(self._row, _height_of(cells))
            for i, text in enumerate(cells):
                cell_format = self._number_text if i >= table.numbers_from else self._sentence
                self._sheet.write_string(self._row, i, text, cell_format)
            self._row += 1


def print_on_page(sheet: Any) -> None:
    """Makes a sheet as wide as the page when it is printed, A4 across."""
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _height_of(texts: Sequence[str]) -> float:
    """The height of a row whose texts are wrapped in their columns, points."""
    return LINE_PT * max(lines_in(text, width) for text, width in zip(texts, _WIDTHS, strict=False))


def lines_in(text: str, width: int) -> int:
    """The lines of a text that is wrapped in a column, whose width is in letters. A word is never cut where it fits,
    so that a line is seldom full."""
    return max(1, len(textwrap.wrap(text, width - 1)))


def write_front(book: Any, analysis: Analysis, findings: Findings, lang: str) -> None:
    """Adds the sheet to a workbook.

    Args:
        book: of xlsxwriter.
        analysis: of one recording.
        findings: of the same analysis.
        lang: of the texts, one of `texts.LANGUAGES`.
    """
    words = Words(lang)
    sheet = FrontSheet(book, words.text("Findings"))
    sheet.add_sentence(kicker_of(analysis, words), is_note=True)
    sheet.add_title(headline(analysis, findings, words))
    for block in answer(analysis, findings, words):
        for text in block.items if isinstance(block, Bullets) else [block.text] if isinstance(block, Paragraph) else []:
            sheet.add_sentence(text)
    _add_shares(sheet, analysis, findings, words)
    _add_moments(sheet, findings, words)
    sheet.add_heading(words.text("What it rests on"))
    for text in basis(analysis, findings, words):
        sheet.add_sentence(text, is_note=True)
    sheet.add_sentence(words.text("The other sheets hold every reading; “columns” says what their columns mean."))


def _add_shares(sheet: FrontSheet, analysis: Analysis, findings: Findings, words: Words) -> None:
    """How long each group and emotion leads, a row for each face and for the voice; of a still picture the scores."""
    _, groups = words.text, analysis.options.emotion_groups
    curves = [curve for curve in findings.curves if curve.mean is not None]
    is_face = all(curve.person is not None for curve in curves)
    curves += [findings.voice] if findings.voice and is_face else []
    if not curves:
        return
    emotions = tuple(map(_, EMOTIONS))
    if analysis.source.still:
        sheet.add_heading(_("The score of each emotion, from 0 to 1"))
        scores = [_scores(curve, words) for curve in curves]
        sheet.add_table(("", *emotions), scores, _SCORE)
        return
    sheet.add_heading(_("How long each emotion leads"))
    header = ("", _("of the recording"), *(words.group(group) for group in groups), *emotions)
    sheet.add_table(header, [_shares(curve, analysis, words) for curve in curves], share_format(words.lang))
    sheet.add_sentence(
        _("Groups and emotions are shares of the readable time of a face, or of the speech of a voice."), is_note=True
    )


def _shares(curve: CurveFindings, analysis: Analysis, words: Words) -> Cells:
    """In the whole percent that the report tells."""
    groups = analysis.options.emotion_groups
    percents_of = curve.shares.in_whole_percent(groups)
    of_groups = (sum(percents_of[emotion] for emotion in groups[group]) / 100 for group in groups)
    return (
        _name(curve, words),
        round(curve.shares.read, 2),
        *of_groups,
        *(percents_of[emotion] / 100 for emotion in EMOTIONS),
    )


def _scores(curve: CurveFindings, words: Words) -> Cells:
    assert curve.mean is not None
    return (_name(curve, words), *map(float, curve.mean))


def _name(curve: CurveFindings, words: Words) -> str:
    return f"{words.text('person')} {curve.person}" if curve.person else words.text("voice")


def _add_moments(sheet: FrontSheet, findings: Findings, words: Words) -> None:
    moments = findings.main.moments if findings.main else ()
    if not moments:
        return
    table = moments_table(moments, words)
    sheet.add_heading(words.text("Key moments"))
    rows = [
        (time, kind, round(moment.valence, 2), top)
        for (time, kind, _, top), moment in zip(table.rows, moments, strict=True)
    ]
    sheet.add_table(table.header, rows, SIGNED)
