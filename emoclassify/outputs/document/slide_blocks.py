"""Puts blocks on a slide: texts below each other, and in the height that they leave, pictures and charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from math import ceil, inf
from typing import Any

from PIL import Image
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Pt

from emoclassify.colours import THEMES
from emoclassify.design import SLIDE_CHART_IN, SLIDE_LEAST_PT, size_of
from emoclassify.outputs.document import blocks
from emoclassify.outputs.document.blocks import EditableChart, Gallery, KeyFigures, Picture, SlideBlock, Table
from emoclassify.outputs.document.slide_charts import add_chart

WIDTH_PT, HEIGHT_PT, MARGIN_PT = 960.0, 540.0, 44.0
"""Of a slide, 16:9, and of its borders."""

GAP_PT = 12.0
"""Between blocks."""

SMALLEST = SLIDE_LEAST_PT / size_of("text", "slide")
"""How much smaller than usual the words of a full slide may be; notes never are."""

_TEXT_PT, _NOTE_PT = size_of("text", "slide"), size_of("note", "slide")
_LEAD_PT, _FIGURE_PT = size_of("lead", "slide"), size_of("figure", "slide")
_LETTER = 0.56  # mean width of a letter, as a share of its size, in the widest of the families that may be at hand
_LINE = 1.32  # height of a line, as a share of the size of its letters
_SHRINKING = 0.05
_ROW = 1.9  # height of a row of a table, as a share of the size of its letters
_LEAST_LETTERS, _CELL_PT = 11, 14.4  # of the narrowest column; the margins of a cell at both sides
_CAPTION_PT = 34.0
_MOST_PICTURES_A_ROW = 4
_LETTERS_OF_A_FIGURE = 7  # that fit beside two others at the usual size

_LEAST_PT = {
    Picture: 0.95 * (WIDTH_PT - 2 * MARGIN_PT) * SLIDE_CHART_IN[1] / SLIDE_CHART_IN[0],
    EditableChart: 240.0,
    Gallery: 180.0,
}
"""The least height of what takes the height that is left."""


@dataclass(frozen=True)
class Box:
    """A place on a slide, points from its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def in_emu(self) -> tuple[int, int, int, int]:
        """x, y, width and height in the units of PowerPoint."""
        return Pt(self.x), Pt(self.y), Pt(self.width), Pt(self.height)

    def hold(self, shape: Any) -> None:
        """Puts a shape here."""
        shape.left, shape.top, shape.width, shape.height = self.in_emu

    def around(self, width: float, height: float) -> "Box":
        """The largest part of it, at its upper left, that has the form of a picture."""
        share = min(self.width / width, self.height / height)
        return Box(self.x, self.y, width * share, height * share)


BODY = Box(MARGIN_PT, 108, WIDTH_PT - 2 * MARGIN_PT, 382)
"""Where blocks go on a slide, below its title."""


def place(slide: Any, items: Sequence[SlideBlock], box: Box) -> None:
    """Puts blocks below each other into a box. Where texts are long, all of them have smaller letters.

    Args:
        slide: of python-pptx.
        items: the blocks.
        box: where they go.
    """
    scale = _scale_of(items, box)
    heights_pt = [needed_pt(item, box.width, scale) for item in items]
    open_pt = box.height - sum(filter(None, heights_pt)) - GAP_PT * max(0, len(items) - 1)
    share_pt = open_pt / max(1, heights_pt.count(None))
    y = box.y
    for item, fixed_pt in zip(items, heights_pt, strict=True):
        height_pt = min(share_pt, _most_pt(item, box.width)) if fixed_pt is None else fixed_pt
        _add(slide, item, Box(box.x, y, box.width, height_pt), scale)
        y += height_pt + GAP_PT


def _most_pt(item: SlideBlock, width_pt: float) -> float:
    """The height that a chart fills, so that words stand right below it; anything else takes all that is left."""
    if not isinstance(item, Picture):
        return inf
    with Image.open(BytesIO(item.content)) as image:
        return width_pt * float(image.height / image.width)


def set_alone(frame: Any, text: str, size_pt: float, colour: MSO_THEME_COLOR) -> None:
    """Makes a text the only one of a frame."""
    frame.text = text
    for run in frame.paragraphs[0].runs:
        run.font.size, run.font.color.theme_color = Pt(size_pt), colour


def _scale_of(items: Sequence[SlideBlock], box: Box) -> float:
    """How large the letters are, as a share of their usual size: 1 where all texts fit."""
    scale, room_pt = 1.0, box.height - GAP_PT * max(0, len(items) - 1)
    while scale > SMALLEST and sum(least_pt(item, box.width, scale) for item in items) > room_pt:
        scale = max(SMALLEST, scale - _SHRINKING)
    return scale


def least_pt(item: SlideBlock, width_pt: float, scale: float) -> float:
    """The height that a block needs at least: of what takes the height that is left, as much as its own words need."""
    height_pt = needed_pt(item, width_pt, scale)
    return _LEAST_PT[type(item)] if height_pt is None else height_pt


def needed_pt(item: SlideBlock, width_pt: float, scale: float) -> float | None:
    """The height that a block needs; None for one that takes what is left."""
    match item:
        case blocks.Paragraph(text, lead):
            return _text_height_pt(text, width_pt, scale * (_LEAD_PT if lead else _TEXT_PT))
        case blocks.Note(text):
            return _text_height_pt(text, width_pt, _NOTE_PT)
        case blocks.Bullets(texts):
            size_pt = scale * _TEXT_PT
            return sum(_text_height_pt(text, width_pt - size_pt, size_pt) + size_pt / 2 for text in texts)
        case KeyFigures():
            return (_FIGURE_PT + _TEXT_PT + 2 * _NOTE_PT) * _LINE
        case Table():
            return sum(_row_heights_pt(item, width_pt, scale * _TEXT_PT))
    return None


def _row_heights_pt(table: Table, width_pt: float, size_pt: float) -> list[float]:
    """The height of each row, its header first: cells that are longer than their column take several lines."""
    rows = [table.header, *table.rows] if table.header else list(table.rows)
    widths_pt = _column_widths_pt(rows, width_pt)
    heights_pt = []
    for row in rows:
        cells = zip(row, widths_pt, strict=True)
        n_lines = max(ceil(len(text) * _LETTER * size_pt / (cell_pt - _CELL_PT)) for text, cell_pt in cells)
        heights_pt.append(size_pt * (_ROW + _LINE * max(0, n_lines - 1)))
    return heights_pt


def _column_widths_pt(rows: Sequence[blocks.TextRow], width_pt: float) -> list[float]:
    """By the longest text of each column."""
    longest = [min(40, max(_LEAST_LETTERS, *(len(text) for text in column))) for column in zip(*rows, strict=True)]
    return [width_pt * letters / sum(longest) for letters in longest]


def _text_height_pt(text: str, width_pt: float, size_pt: float) -> float:
    return ceil(len(text) * _LETTER * size_pt / width_pt) * _LINE * size_pt


def _add(slide: Any, item: SlideBlock, box: Box, scale: float) -> None:
    match item:
        case blocks.Paragraph(text, lead):
            set_alone(_frame(slide, box), text, scale * (_LEAD_PT if lead else _TEXT_PT), MSO_THEME_COLOR.TEXT_1)
        case blocks.Note(text):
            set_alone(_frame(slide, box), text, _NOTE_PT, MSO_THEME_COLOR.TEXT_2)
        case blocks.Bullets(texts):
            _add_bullets(_frame(slide, box), texts, scale * _TEXT_PT)
        case KeyFigures():
            _add_figures(slide, item, box)
        case Table():
            _add_table(slide, item, box, scale * _TEXT_PT)
        case Picture():
            _add_picture(slide, item, box)
        case Gallery():
            _add_gallery(slide, item, box)
        case blocks.EditableChart():
            add_chart(slide, item, box.in_emu)


def _frame(slide: Any, box: Box) -> Any:
    frame = slide.shapes.add_textbox(*box.in_emu).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def _add_bullets(frame: Any, texts: Sequence[str], size_pt: float) -> None:
    for i, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text, run.font.size = text, Pt(size_pt)
        paragraph.space_after = Pt(size_pt / 2)
        style = paragraph._p.get_or_add_pPr()
        style.set("marL", str(Pt(size_pt)))
        style.set("indent", str(-Pt(size_pt)))
        style.append(style.makeelement(f"{{{style.nsmap['a']}}}buChar", {"char": "\N{BULLET}"}))


def _add_figures(slide: Any, figures: KeyFigures, box: Box) -> None:
    """Each in a column of its own: the value, what it is, and of what."""
    width_pt = box.width / max(1, len(figures.items))
    longest = max(len(figure.value) for figure in figures.items)
    figure_pt = _FIGURE_PT * min(1.0, _LETTERS_OF_A_FIGURE / longest)
    for i, figure in enumerate(figures.items):
        frame = _frame(slide, Box(box.x + i * width_pt, box.y, width_pt - GAP_PT, box.height))
        lines = (
            (figure.value, figure_pt, MSO_THEME_COLOR.TEXT_1, True),
            (figure.label, _TEXT_PT, MSO_THEME_COLOR.TEXT_1, False),
            (figure.base, _NOTE_PT, MSO_THEME_COLOR.TEXT_2, False),
        )
        for j, (text, size_pt, colour, is_bold) in enumerate(lines):
            run = (frame.paragraphs[0] if j == 0 else frame.add_paragraph()).add_run()
            run.text, run.font.bold = text, is_bold
            run.font.size, run.font.color.theme_color = Pt(size_pt), colour


def _add_table(slide: Any, table: Table, box: Box, size_pt: float) -> None:
    rows = [table.header, *table.rows] if table.header else list(table.rows)
    shape = slide.shapes.add_table(len(rows), len(rows[0]), *box.in_emu)
    grid = shape.table
    for column, column_pt in zip(grid.columns, _column_widths_pt(rows, box.width), strict=True):
        column.width = Pt(column_pt)
    grid.first_row, grid.horz_banding = bool(table.header), False
    for r, (row, height_pt) in enumerate(zip(rows, _row_heights_pt(table, box.width, size_pt), strict=True)):
        grid.rows[r].height = Pt(height_pt)
        for c, text in enumerate(row):
            cell = grid.cell(r, c)
            set_alone(cell.text_frame, text, size_pt, MSO_THEME_COLOR.TEXT_1)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.margin_top = cell.margin_bottom = 0
            paragraph = cell.text_frame.paragraphs[0]
            paragraph.font.bold = bool(table.header) and r == 0
            paragraph.alignment = PP_ALIGN.RIGHT if c >= table.numbers_from else PP_ALIGN.LEFT
            cell.fill.solid()
            theme = THEMES["light"]
            colour = theme.raised if table.header and r == 0 else theme.ground
            cell.fill.fore_color.rgb = RGBColor.from_string(colour[1:])


def _add_picture(slide: Any, picture: Picture, box: Box) -> None:
    with Image.open(BytesIO(picture.content)) as image:
        fitting = box.around(image.width, image.height)
    shape = slide.shapes.add_picture(BytesIO(picture.content), *fitting.in_emu)
    shape._element.nvPicPr.cNvPr.set("descr", picture.caption)


def _add_gallery(slide: Any, gallery: Gallery, box: Box) -> None:
    """Pictures of one width, each with its caption below."""
    across = min(_MOST_PICTURES_A_ROW, max(2, len(gallery.pictures)))
    width_pt, height_pt = box.width / across, box.height / ceil(len(gallery.pictures) / across)
    for i, picture in enumerate(gallery.pictures):
        x, y = box.x + i % across * width_pt, box.y + i // across * height_pt
        room = Box(x, y, width_pt - GAP_PT, height_pt - _CAPTION_PT - GAP_PT)
        _add_picture(slide, picture, room)
        with Image.open(BytesIO(picture.content)) as image:
            bottom_pt = room.y + room.around(*image.size).height + GAP_PT / 2
        frame = _frame(slide, Box(x, bottom_pt, width_pt - GAP_PT, _CAPTION_PT))
        set_alone(frame, picture.caption, _NOTE_PT, MSO_THEME_COLOR.TEXT_2)
