"""report.docx, through python-docx."""

from datetime import UTC, datetime
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from emoclassify.outputs.document import blocks
from emoclassify.outputs.document.blocks import CHECKSUM, Block, Content, Picture, Table, TextRow

_FONT, _MONO = "Arial", "Courier New"
_WIDTH_CM, _MARGIN_CM = 17.0, 2.0
_PICTURES_A_ROW = 3
_REGIONS = {"en": "en-GB", "ru": "ru-RU"}
"""Languages that Word is to check in the spelling of a region."""
_SMALL, _TINY, _CHECKSUM_SIZE = Pt(8.5), Pt(7.5), Pt(6.5)
_ROWS_KEPT_TOGETHER = 14  # a table with more rows may continue on the next page
_MOST_WIDE_COLUMNS = 5  # a table with more columns has smaller letters
_LETTER_CM = {_SMALL: 0.22, _TINY: 0.195}  # about the width of a bold letter of these sizes in a wide font
_SIDE_CM, _CELL_CM = 0.12, 0.3  # margin on each side of a cell; width that a cell needs beside its text
_LINES = "BFBFBF"
_LONGEST_TITLE = 255  # letters, in the properties of the file; the report itself has the full title
_EARLIEST_DATE = (1980, 1, 1, 0, 0, 0)  # that a ZIP archive can hold, so that the same report is the same file


def write_docx(content: Content, path: Path) -> None:
    """Writes a report as a Word document: headings, tables and pictures with their descriptions."""
    document = docx.Document()
    _set_up(document, content)
    document.add_heading(content.title, level=0)
    for block, after in zip_longest(content.blocks, content.blocks[1:]):
        _add_block(document, block)
        if isinstance(block, blocks.Paragraph) and isinstance(after, Table | Picture | blocks.Bullets | blocks.Code):
            document.paragraphs[-1].paragraph_format.keep_with_next = True
    archive_file = BytesIO()
    document.save(archive_file)
    path.write_bytes(_without_dates(archive_file))


def _set_up(document: Any, content: Content) -> None:
    moment = datetime.fromisoformat(content.analyzed_at) if content.analyzed_at else datetime(2000, 1, 1, tzinfo=UTC)
    facts = document.core_properties
    facts.title, facts.author, facts.comments = content.title[:_LONGEST_TITLE], "EmoClassify", ""
    facts.created = facts.modified = moment.astimezone(UTC).replace(tzinfo=None)
    facts.language = content.lang
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(_MARGIN_CM)
    for name, size in (("Normal", 10), ("Title", 19), ("Heading 1", 13), ("Caption", 8.5)):
        style = document.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            del fonts.attrib[attribute]  # the font of the theme, which would be used instead
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), _FONT)
    document.styles["Caption"].font.bold = False
    for line in (
        *document.styles["Table Grid"].element.find(f".//{qn('w:tblBorders')}"),
        *document.styles["Title"].element.find(f".//{qn('w:pBdr')}"),
    ):
        line.set(qn("w:color"), _LINES)
    _number_pages(section.footer.paragraphs[0])
    language = document.styles.element.find(f".//{qn('w:lang')}")
    language.set(qn("w:val"), _REGIONS.get(content.lang, content.lang))


def _number_pages(paragraph: Any) -> None:
    """Adds "1 / 5" as fields, which the program that opens the document fills in."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name in ("PAGE", "NUMPAGES"):
        if name == "NUMPAGES":
            paragraph.add_run(" / ")
        field = paragraph._p.makeelement(qn("w:fldSimple"), {qn("w:instr"): name})
        paragraph._p.append(field)
        field.append(paragraph.add_run("1")._r)


def _add_block(document: Any, block: Block) -> None:
    match block:
        case blocks.Heading(text):
            document.add_heading(text, level=1)
        case blocks.Paragraph(text, lead):
            document.add_paragraph().add_run(text).font.size = Pt(12) if lead else None
        case blocks.Bullets(items):
            for item in items:
                document.add_paragraph(item, style="List Bullet")
        case blocks.Code(text):
            run = document.add_paragraph().add_run(text)
            run.font.name, run.font.size = _MONO, _SMALL
        case Table():
            _add_table(document, block)
        case Picture():
            _add_picture(document.add_paragraph(), block, _WIDTH_CM)
            document.paragraphs[-1].paragraph_format.keep_with_next = True  # its caption
            document.add_paragraph(block.caption, style="Caption")
        case blocks.PageBreak():
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph.add_run().add_break(WD_BREAK.PAGE)
        case blocks.Gallery(pictures):
            _add_gallery(document, pictures)


def _add_table(document: Any, table: Table) -> None:
    if table.caption:
        caption = document.add_paragraph(table.caption, style="Caption").paragraph_format
        caption.keep_with_next, caption.space_before, caption.space_after = True, Pt(8), Pt(3)
    rows: list[TextRow] = [table.header, *table.rows] if table.header else list(table.rows)
    if not rows:
        return
    size = _TINY if len(rows[0]) > _MOST_WIDE_COLUMNS else _SMALL
    grid = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    grid.autofit = False
    _indent_cells(grid)
    for column, width_cm in zip(grid.columns, _widths_cm(rows, _LETTER_CM[size]), strict=True):
        column.width = Cm(width_cm)
        for cell in column.cells:
            cell.width = Cm(width_cm)
    for r, (cells, row) in enumerate(zip(rows, grid.rows, strict=True)):
        for c, text in enumerate(cells):
            paragraph = row.cells[c].paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph.paragraph_format.keep_with_next = r + 1 < len(rows) <= _ROWS_KEPT_TOGETHER
            if c >= table.numbers_from:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            run = paragraph.add_run(text)
            run.font.size = _CHECKSUM_SIZE if CHECKSUM.fullmatch(text) else size
            run.bold = bool(table.header) and r == 0
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


def _add_picture(paragraph: Any, picture: Picture, width_cm: float) -> None:
    shape = paragraph.add_run().add_picture(BytesIO(picture.content), width=Cm(width_cm))
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


def _without_dates(archive_file: BytesIO) -> bytes:
    """The bytes of a ZIP archive, its entries dated to _EARLIEST_DATE."""
    copy_file = BytesIO()
    with ZipFile(archive_file) as archive, ZipFile(copy_file, "w") as copy:
        for name in archive.namelist():
            copy.writestr(ZipInfo(name, _EARLIEST_DATE), archive.read(name), ZIP_DEFLATED)
    return copy_file.getvalue()
