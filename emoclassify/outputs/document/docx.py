"""report.docx, through python-docx."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.hyperlink import Hyperlink

from emoclassify.outputs.document import blocks
from emoclassify.outputs.document.archive import without_dates
from emoclassify.outputs.document.blocks import CHECKSUM, Block, Content, KeyFigures, Picture, Table, TextRow
from emoclassify.outputs.document.docx_fonts import embed_fonts
from emoclassify.outputs.document.docx_links import add_term, write_pieces
from emoclassify.outputs.document.docx_styles import (
    CHECKSUM_STYLE,
    COMMAND,
    FIGURE,
    LABEL,
    LEAD,
    NOTE,
    TABLE,
    TABLE_TINY,
    add_styles,
)
from emoclassify.outputs.document.links import Links
from emoclassify.words.glossary import Piece

_WIDTH_CM, _MARGIN_CM, _ABOVE_CM = 17.0, 2.0, 1.6
_PICTURES_A_ROW = 3
_HIGHEST_CM, _HIGHEST_ON_COVER_CM, _HIGHEST_BESIDE_CM = 22.0, 9.0, 4.6
_BESIDE_CM, _LOGO_CM = 6.0, 4.0
_REGIONS = {"en": "en-GB", "ru": "ru-RU"}
"""Languages that Word is to check in the spelling of a region."""
_ROWS_KEPT_TOGETHER = 14  # a table with more rows may continue on the next page
_MOST_WIDE_COLUMNS = 5  # a table with more columns has smaller letters
_LETTER_CM = {TABLE: 0.21, TABLE_TINY: 0.185}  # about the width of a bold letter of these sizes in a wide font
_SIDE_CM, _CELL_CM = 0.12, 0.3  # margin on each side of a cell; width that a cell needs beside its text
_LINES = "BFBFBF"
_LONGEST_TITLE = 255  # letters, in the properties of the file; the report itself has the full title


def write_docx(content: Content, path: Path) -> None:
    """Writes a report as a Word document: headings, tables and pictures with their descriptions."""
    document = docx.Document()
    _set_up(document, content)
    _remember_styles(document.part)
    begins_page, links = False, Links(content)
    if content.brand.logo:
        document.add_picture(BytesIO(content.brand.logo), width=Cm(_LOGO_CM))
        document.inline_shapes[0]._inline.docPr.set("descr", content.brand.name)
    n_cover = next((i for i, block in enumerate(content.blocks) if isinstance(block, blocks.PageBreak)), 0)
    for i, (block, after) in enumerate(zip_longest(content.blocks, content.blocks[1:])):
        if isinstance(block, blocks.PageBreak) and isinstance(after, blocks.Heading):
            begins_page = True  # a paragraph of its own could fall on a page that is full already, and leave one empty
            continue
        _add_block(document, block, links, _HIGHEST_ON_COVER_CM if i < n_cover else _HIGHEST_CM)
        if begins_page:
            document.paragraphs[-1].paragraph_format.page_break_before, begins_page = True, False
        if isinstance(block, blocks.Paragraph) and isinstance(after, Table | Picture | blocks.Bullets | blocks.Code):
            document.paragraphs[-1].paragraph_format.keep_with_next = True
    if not document.paragraphs[-1].text:  # below a table at the end: it could fall on a page of its own
        document.paragraphs[-1].paragraph_format.line_spacing = Pt(1)
    archive_file = BytesIO()
    document.save(archive_file)
    path.write_bytes(without_dates(archive_file.getvalue()))


def _remember_styles(part: Any) -> None:
    """Looks each style up once: python-docx goes through all of them for each paragraph, half the time of a report."""
    part.get_style_id = cache(part.get_style_id)


def _set_up(document: Any, content: Content) -> None:
    moment = datetime.fromisoformat(content.analyzed_at) if content.analyzed_at else datetime(2000, 1, 1, tzinfo=UTC)
    facts = document.core_properties
    facts.title, facts.comments = content.title[:_LONGEST_TITLE], ""
    facts.author = content.brand.name or "EmoClassify"
    facts.created = facts.modified = moment.astimezone(UTC).replace(tzinfo=None)
    facts.language = content.lang
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(_MARGIN_CM)
    section.top_margin = section.bottom_margin = Cm(_ABOVE_CM)
    add_styles(document, content.brand)
    embed_fonts(document)
    for line in (
        *document.styles["Table Grid"].element.find(f".//{qn('w:tblBorders')}"),
        *document.styles["Title"].element.find(f".//{qn('w:pBdr')}"),
    ):
        line.set(qn("w:color"), _LINES)
    _number_pages(section.footer.paragraphs[0], content.brand.footer)
    language = document.styles.element.find(f".//{qn('w:lang')}")
    language.set(qn("w:val"), _REGIONS.get(content.lang, content.lang))


def _number_pages(paragraph: Any, footer: str) -> None:
    """Adds the words of the brand, and "1 / 5" as fields, which the program that opens the document fills in."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if footer:
        paragraph.add_run(f"{footer} \N{MIDDLE DOT} ")
    for name in ("PAGE", "NUMPAGES"):
        if name == "NUMPAGES":
            paragraph.add_run(" / ")
        field = paragraph._p.makeelement(qn("w:fldSimple"), {qn("w:instr"): name})
        paragraph._p.append(field)
        field.append(paragraph.add_run("1")._r)


def _add_block(document: Any, block: Block, links: Links, highest_cm: float) -> None:
    """Adds a block; a picture is as wide as the page where it is not higher than `highest_cm` then."""
    match block:
        case blocks.Headline(text, kicker):
            document.add_paragraph(kicker, style="Subtitle")
            document.add_heading(text, level=0)
        case blocks.Heading(text, level):
            document.add_heading(text, level=level)
        case blocks.Paragraph() | blocks.Note() | blocks.Bullets():
            for pieces, style in _styled(block, links):
                write_pieces(document.add_paragraph(style=style), pieces)
        case blocks.KeyFigures():
            _add_figures(document, block, links)
        case blocks.Beside():
            _add_beside(document, block, links)
        case blocks.Code(text):
            document.add_paragraph(text, style=COMMAND)
        case blocks.Glossary(terms):
            for number, term in enumerate(terms):
                add_term(document.add_paragraph(), term, number)
        case Table():
            _add_table(document, block, links)
        case Picture():
            _add_picture(document.add_paragraph(), block, _WIDTH_CM, highest_cm)
            document.paragraphs[-1].paragraph_format.keep_with_next = True  # its caption
            document.add_paragraph(block.caption, style="Caption")
        case blocks.PageBreak():
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph.add_run().add_break(WD_BREAK.PAGE)
        case blocks.Gallery(pictures):
            _add_gallery(document, pictures)


def _add_figures(document: Any, figures: KeyFigures, links: Links) -> None:
    """A column for each figure; a table without lines, since Word has no columns within a page."""
    grid = document.add_table(1, len(figures.items))
    for cell, figure in zip(grid.rows[0].cells, figures.items, strict=True):
        cell.paragraphs[0].text, cell.paragraphs[0].style = figure.value, FIGURE
        for pieces, style in zip(links.of(figure.label, figure.base), (LABEL, NOTE), strict=True):
            write_pieces(cell.add_paragraph(style=style), pieces)
    _leave_room(document)


def _add_beside(document: Any, block: blocks.Beside, links: Links) -> None:
    """Two cells of a table without lines."""
    grid = document.add_table(1, 2)
    grid.autofit = False
    left, right = grid.rows[0].cells
    for column, cell, width_cm in zip(grid.columns, (left, right), (_BESIDE_CM, _WIDTH_CM - _BESIDE_CM), strict=True):
        column.width = cell.width = Cm(width_cm)
    _add_picture(left.paragraphs[0], block.picture, _BESIDE_CM - 0.5, _HIGHEST_BESIDE_CM)
    left.add_paragraph(block.picture.caption, style="Caption")
    for i, (pieces, style) in enumerate(styled for item in block.blocks for styled in _styled(item, links)):
        paragraph = right.paragraphs[0] if i == 0 else right.add_paragraph()
        paragraph.style = style
        write_pieces(paragraph, pieces)
    _leave_room(document)


def _styled(block: blocks.Paragraph | blocks.Note | blocks.Bullets, links: Links) -> Iterator[tuple[list[Piece], str]]:
    """Each paragraph in pieces, with its style."""
    match block:
        case blocks.Bullets(texts):
            yield from ((pieces, "List Bullet") for pieces in links.of(*texts))
        case blocks.Note(text):
            yield links.of(text)[0], NOTE
        case blocks.Paragraph(text, lead):
            yield links.of(text)[0], LEAD if lead else "Normal"


def _add_table(document: Any, table: Table, links: Links) -> None:
    rows: list[TextRow] = [table.header, *table.rows] if table.header else list(table.rows)
    (caption_pieces,), *rows_pieces = links.of_rows(((table.caption,), *rows))
    if table.caption:
        paragraph = document.add_paragraph(style="Caption")
        write_pieces(paragraph, caption_pieces)
        caption = paragraph.paragraph_format
        caption.keep_with_next, caption.space_before, caption.space_after = True, Pt(8), Pt(3)
    if not rows:
        return
    style = TABLE_TINY if len(rows[0]) > _MOST_WIDE_COLUMNS else TABLE
    grid = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    grid.autofit = False
    _indent_cells(grid)
    widths_cm = _widths_cm(rows, _LETTER_CM[style])
    for column, width_cm in zip(grid.columns, widths_cm, strict=True):
        column.width = Cm(width_cm)
    # Set by its id: by name, Word's styles are searched for every cell.
    style_id, checksum_id = (document.styles[name].style_id for name in (style, CHECKSUM_STYLE))
    for r, (texts, row_pieces, row) in enumerate(zip(rows, rows_pieces, grid.rows, strict=True)):
        for c, (text, cell_pieces, cell) in enumerate(zip(texts, row_pieces, row.cells, strict=True)):
            cell.width = Cm(widths_cm[c])
            paragraph = cell.paragraphs[0]
            paragraph._p.style = checksum_id if CHECKSUM.fullmatch(text) else style_id
            paragraph.paragraph_format.keep_with_next = r + 1 < len(rows) <= _ROWS_KEPT_TOGETHER
            if c >= table.numbers_from:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            write_pieces(paragraph, cell_pieces)
            for run in paragraph.iter_inner_content() if table.header and r == 0 else ():
                (run.runs[0] if isinstance(run, Hyperlink) else run).bold = True
        _set_row_property(row, "w:cantSplit")
        if table.header and r == 0:
            _set_row_property(row, "w:tblHeader")  # repeated on each page
    _leave_room(document)


def _indent_cells(table: Any) -> None:
    """Makes the margins of the cells narrow, and aligns the border of the table with the text."""
    side = str(round(_SIDE_CM / 2.54 * 1440))  # twentieths of a point
    margins = table._tblPr.makeelement(qn("w:tblCellMar"), {})
    for name in ("left", "right"):
        margins.append(margins.makeelement(qn(f"w:{name}"), {qn("w:w"): side, qn("w:type"): "dxa"}))
    layout = table._tblPr.find(qn("w:tblLayout"))
    layout.addprevious(layout.makeelement(qn("w:tblInd"), {qn("w:w"): side, qn("w:type"): "dxa"}))
    layout.addnext(margins)


def _leave_room(document: Any) -> None:
    """Adds a low empty line below a table, since Word joins tables that touch."""
    room = document.add_paragraph().paragraph_format
    room.space_after, room.line_spacing = Pt(0), Pt(6)


def _widths_cm(rows: list[TextRow], letter_cm: float) -> list[float]:
    """Widths of the columns: of their longest cells where these fit on the page, else of their longest words, with the
    remaining width shared out."""
    columns = list(zip(*rows, strict=True))
    full_cm = [_CELL_CM + letter_cm * max(map(len, cells)) for cells in columns]
    longest_words = (max(len(word) for cell in cells for word in cell.split() or [""]) for cells in columns)
    least_cm = [_CELL_CM + letter_cm * letters for letters in longest_words]
    if sum(full_cm) <= _WIDTH_CM:
        return full_cm
    if sum(least_cm) >= _WIDTH_CM:
        return [width * _WIDTH_CM / sum(least_cm) for width in least_cm]
    share = (_WIDTH_CM - sum(least_cm)) / (sum(full_cm) - sum(least_cm))
    return [least + share * (full - least) for least, full in zip(least_cm, full_cm, strict=True)]


def _set_row_property(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(row._tr.makeelement(qn(name), {}))


def _add_picture(paragraph: Any, picture: Picture, width_cm: float, highest_cm: float = _HIGHEST_CM) -> None:
    """As wide as is said, or narrower where it would be too high."""
    shape = paragraph.add_run().add_picture(BytesIO(picture.content))
    share = min(Cm(width_cm) / shape.width, Cm(highest_cm) / shape.height)
    shape.width, shape.height = round(shape.width * share), round(shape.height * share)
    shape._inline.docPr.set("descr", picture.caption)
    for side in ("distT", "distB", "distL", "distR"):
        shape._inline.set(side, "0")  # LibreOffice adds a distance where none is set


def _add_gallery(document: Any, pictures: tuple[Picture, ...]) -> None:
    grid = document.add_table(-(-len(pictures) // _PICTURES_A_ROW), _PICTURES_A_ROW)
    for i, picture in enumerate(pictures):
        cell = grid.rows[i // _PICTURES_A_ROW].cells[i % _PICTURES_A_ROW]
        _add_picture(cell.paragraphs[0], picture, _WIDTH_CM / _PICTURES_A_ROW - 0.5)
        cell.add_paragraph(picture.caption, style="Caption")
    for row in grid.rows:
        _set_row_property(row, "w:cantSplit")
