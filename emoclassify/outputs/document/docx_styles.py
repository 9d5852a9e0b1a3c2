"""The styles of report.docx: every text has one, so that whoever gets the file can change the look of all at once."""

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_UNDERLINE
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from emoclassify.colours import THEMES
from emoclassify.design import FAMILY, size_of
from emoclassify.outputs.document.brand import Brand

LEAD, NOTE, FIGURE, LABEL = "Lead", "Note", "Key Figure", "Key Figure Label"
TABLE, TABLE_TINY, CHECKSUM_STYLE, COMMAND = "Table Text", "Table Text Small", "Checksum", "Command"
TERM = "Explained Word"
"""Names of the styles that Word does not have by itself."""

_MONO = "Courier New"
_TEXT_PT, _NOTE_PT = size_of("text", "document"), size_of("note", "document")
_OWN_STYLES = {
    LEAD: (size_of("lead", "document"), 8.0),
    NOTE: (_NOTE_PT, 4.0),
    FIGURE: (size_of("figure", "document"), 0.0),
    LABEL: (_TEXT_PT, 0.0),
    TABLE: (8.0, 0.0),
    TABLE_TINY: (7.0, 0.0),
    CHECKSUM_STYLE: (6.5, 0.0),
    COMMAND: (_NOTE_PT, 8.0),
}
"""Name -> size of the letters and room below, points."""


def add_styles(document: Any, brand: Brand) -> None:
    """Sets the styles of Word that the report uses, and adds its own.

    Args:
        document: of python-docx.
        brand: whose ink the titles have.
    """
    theme = THEMES["light"]
    sizes = {"Normal": _TEXT_PT, "Caption": _NOTE_PT, "Subtitle": _TEXT_PT, "Title": size_of("title", "document")}
    sizes |= {"Heading 1": size_of("heading", "document"), "Heading 2": size_of("lead", "document")}
    for name, size_pt in sizes.items():
        is_title = name in ("Title", "Heading 1", "Heading 2")
        colour = brand.ink if is_title else theme.muted if name in ("Caption", "Subtitle") else theme.ink
        _set(document.styles[name], size_pt, colour)
    for name, (size_pt, below_pt) in _OWN_STYLES.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.paragraph_format.space_after = document.styles["Normal"], Pt(below_pt)
        _set(style, size_pt, theme.muted if name == NOTE else theme.ink)
    for name in ("Caption", "Subtitle"):
        document.styles[name].font.bold = document.styles[name].font.italic = False
    document.styles[FIGURE].font.bold = document.styles["Title"].font.bold = True
    document.styles["Subtitle"].paragraph_format.space_after = Pt(2)
    _set_fonts(document.styles[COMMAND], _MONO)
    document.styles.add_style(TERM, WD_STYLE_TYPE.CHARACTER).font.underline = WD_UNDERLINE.DOTTED


def _set(style: Any, size_pt: float, colour: str) -> None:
    style.font.size, style.font.color.rgb = Pt(size_pt), RGBColor.from_string(colour[1:].upper())
    _set_fonts(style, FAMILY)


def _set_fonts(style: Any, name: str) -> None:
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]  # the font of the theme, which would be used instead
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), name)
