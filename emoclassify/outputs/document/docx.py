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
from emoclassify.outputs.document.blocks import CHECKSUM, Block, Content, Picture, Row, Table

_FONT, _MONO = "Arial", "Courier New"
_WIDTH_CM, _MARGIN_CM = 17.0, 2.0
_IN_A_ROW = 3
_REGIONS = {"en": "en-GB", "ru": "ru-RU"}
"""Languages that Word is to check in the spelling of a region."""
_SMALL, _TINY, _CHECKSUM_SIZE = Pt(8.5), Pt(7.5), Pt(6.5)
_ON_ONE_PAGE = 14  # rows; a table with more may go on on the next page
_NARROW = 5  # columns; a table with more has smaller letters
_LETTER_CM = {_SMALL: 0.22, _TINY: 0.195}  # about the width of a bold letter of these sizes in a wide font
_SIDE_CM, _CELL_CM = 0.12, 0.3  # an empty side of a cell; both, and a little more
_LINES = "BFBFBF"
_LONGEST_TITLE = 255  # of a document's facts; the report itself has it whole
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # of a ZIP archive: the same report is the same file


def write_docx(content: Content, path: Path) -> None:
    """Writes a report as a Word document: headings, tables and pictures with their descriptions."""
    document = docx.Document()
    _set_up(document, content)
    document.add_heading(content.title, level=0)
    for block, after in zip_longest(content.blocks, content.blocks[1:]):
        _add(document, block)
        if isinstance(block, blocks.Paragraph) and isinstance(after, Table | Picture | blocks.Bullets | blocks.Code):
            document.paragraphs[-1].paragraph_format.keep_with_next = True
    written = BytesIO()
    document.save(written)
    path.write_bytes(_dateless(written))


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
            del fonts.attrib[attribute]  # of the theme, which would win
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
    """ "1 / 5", which the program that shows the document counts."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name in ("PAGE", "NUMPAGES"):
        if name == "NUMPAGES":
            paragraph.add_run(" / ")
        field = paragraph._p.makeelement(qn("w:fldSimple"), {qn("w:instr"): name})
        paragraph._p.append(field)
        field.append(paragraph.add_run("1")._r)


def _add(document: Any, block: Block) -> None:
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
    rows: list[Row] = [table.header, *table.rows] if table.header else list(table.rows)
    if not rows:
        return
    size = _TINY if len(rows[0]) > _NARROW else _SMALL
    made = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    made.autofit = False
    _set_in(made)
    for column, width_cm in zip(made.columns, _widths_cm(rows, _LETTER_CM[size]), strict=True):
        column.width = Cm(width_cm)
        for cell in column.cells:
            cell.width = Cm(width_cm)
    for r, (cells, row) in enumerate(zip(rows, made.rows, strict=True)):
        for c, text in enumerate(cells):
            paragraph = row.cells[c].paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph.paragraph_format.keep_with_next = r + 1 < len(rows) <= _ON_ONE_PAGE
            if c >= table.numbers_from:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            run = paragraph.add_run(text)
            run.font.size = _CHECKSUM_SIZE if CHECKSUM.fullmatch(text) else size
            run.bold = bool(table.header) and r == 0
        _mark(row, "w:cantSplit")
        if table.header and r == 0:
            _mark(row, "w:tblHeader")  # again on each page
    _leave_room(document)


def _set_in(table: Any) -> None:
    """Narrow sides of the cells, and the lines where the text begins."""
    side = str(round(_SIDE_CM / 2.54 * 1440))  # twentieths of a point
    margins = table._tblPr.makeelement(qn("w:tblCellMar"), {})
    for name in ("left", "right"):
        margins.append(margins.makeelement(qn(f"w:{name}"), {qn("w:w"): side, qn("w:type"): "dxa"}))
    layout = table._tblPr.find(qn("w:tblLayout"))
    layout.addprevious(layout.makeelement(qn("w:tblInd"), {qn("w:w"): side, qn("w:type"): "dxa"}))
    layout.addnext(margins)


def _leave_room(document: Any) -> None:
    """A low line below a table, where Word would set the next one to it."""
    room = document.add_paragraph().paragraph_format
    room.space_after, room.line_spacing = Pt(0), Pt(6)


def _widths_cm(rows: list[Row], letter_cm: float) -> list[float]:
    """As wide as the longest cell where the page has the room, else as the longest word and what is left."""
    columns = list(zip(*rows, strict=True))
    whole = [_CELL_CM + letter_cm * max(map(len, cells)) for cells in columns]
    longest = (max(len(word) for cell in cells for word in cell.split() or [""]) for cells in columns)
    words = [_CELL_CM + letter_cm * letters for letters in longest]
    if sum(whole) <= _WIDTH_CM:
        return whole
    if sum(words) >= _WIDTH_CM:
        return [width * _WIDTH_CM / sum(words) for width in words]
    left = (_WIDTH_CM - sum(words)) / (sum(whole) - sum(words))
    return [word + left * (all_of_it - word) for word, all_of_it in zip(words, whole, strict=True)]


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(row._tr.makeelement(qn(name), {}))


def _add_picture(paragraph: Any, picture: Picture, width_cm: float) -> None:
    shape = paragraph.add_run().add_picture(BytesIO(picture.content), width=Cm(width_cm))
    shape._inline.docPr.set("descr", picture.caption)
    for side in ("distT", "distB", "distL", "distR"):
        shape._inline.set(side, "0")  # LibreOffice keeps a distance where none is said


def _add_gallery(document: Any, pictures: tuple[Picture, ...]) -> None:
    made = document.add_table(-(-len(pictures) // _IN_A_ROW), _IN_A_ROW)
    for i, picture in enumerate(pictures):
        cell = made.rows[i // _IN_A_ROW].cells[i % _IN_A_ROW]
        _add_picture(cell.paragraphs[0], picture, _WIDTH_CM / _IN_A_ROW - 0.5)
        cell.add_paragraph(picture.caption, style="Caption")
    for row in made.rows:
        _mark(row, "w:cantSplit")


def _dateless(written: BytesIO) -> bytes:
    """The same archive without the time at which it was made."""
    again = BytesIO()
    with ZipFile(written) as archive, ZipFile(again, "w") as copy:
        for name in archive.namelist():
            copy.writestr(ZipInfo(name, _EARLIEST), archive.read(name), ZIP_DEFLATED)
    return again.getvalue()
