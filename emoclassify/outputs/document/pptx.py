"""report.pptx, through python-pptx: 16:9, a theme with the fonts and colours of the brand, charts that can be edited.

The slides use the title, footer and number of their layouts, so that whoever gets them can give them another master.
"""

import copy
import re
import textwrap
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.text import MSO_ANCHOR
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.oxml.shapes.picture import CT_Picture
from pptx.util import Pt

from emoclassify.colours import GROUP_COLOURS, THEMES
from emoclassify.design import FAMILY, SLIDE_LEAST_PT, size_of
from emoclassify.outputs.document.archive import without_dates
from emoclassify.outputs.document.blocks import Deck, Slide
from emoclassify.outputs.document.brand import Brand
from emoclassify.outputs.document.slide_blocks import (
    BODY,
    HEIGHT_PT,
    MARGIN_PT,
    SMALLEST,
    WIDTH_PT,
    Box,
    place,
    set_alone,
)

_TITLE = Box(MARGIN_PT, 26, WIDTH_PT - 2 * MARGIN_PT, 72)
_FOOTER = Box(MARGIN_PT, 506, 640, 20)
_NUMBER = Box(WIDTH_PT - MARGIN_PT - 80, 506, 80, 20)
_LOGO = Box(WIDTH_PT - MARGIN_PT - 130, 500, 96, 26)
_COVER_KICKER = Box(MARGIN_PT, 66, 560, 58)
_COVER_KICKER_ALONE = Box(MARGIN_PT, 66, WIDTH_PT - 2 * MARGIN_PT, 58)
_COVER_TITLE = Box(MARGIN_PT, 132, 560, 160)
_COVER_TITLE_ALONE = Box(MARGIN_PT, 132, WIDTH_PT - 2 * MARGIN_PT, 160)
_COVER_BODY = Box(MARGIN_PT, 310, 560, 180)
_COVER_ASIDE = Box(640, 70, WIDTH_PT - MARGIN_PT - 640, 420)
_COVER_LAYOUT, _LAYOUT = 0, 5  # of the template that comes with python-pptx: title slide, title only
_BOLD_LETTER = 0.7  # mean width of a letter, as a share of its size: Cyrillic ones of DejaVu Sans are the widest
_TITLE_LINE = 1.2  # height of a line
_SANS = "34"  # swiss, of any width: what a program looks for where the family is not installed
_LONG_KICKER = 120  # letters: has smaller ones
_LONGEST_PROPERTY = 255  # letters
_MARK = Box(0, 38, 10, 48)
_MARK_XML = (
    f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="101" name="Mark"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
    '<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect">'
    '<a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="accent1"/></a:solidFill></p:spPr></p:sp>'
)
_REGIONS = {"en": "en-GB", "ru": "ru-RU"}


def write_pptx(deck: Deck, path: Path) -> None:
    """Writes slides as a PowerPoint file, the same bytes for the same deck.

    Args:
        deck: the slides.
        path: of the file.
    """
    presentation = Presentation()
    _set_up(presentation, deck)
    for slide in deck.slides:
        _add_slide(presentation, slide, deck)
    content = BytesIO()
    presentation.save(content)
    path.write_bytes(without_dates(content.getvalue()))


def _set_up(presentation: Any, deck: Deck) -> None:
    presentation.slide_width, presentation.slide_height = Pt(WIDTH_PT), Pt(HEIGHT_PT)
    moment = datetime.fromisoformat(deck.analyzed_at) if deck.analyzed_at else datetime(2000, 1, 1, tzinfo=UTC)
    facts = presentation.core_properties
    facts.title, facts.author = deck.title[:_LONGEST_PROPERTY], deck.brand.name or "EmoClassify"
    facts.created = facts.modified = moment.astimezone(UTC).replace(tzinfo=None)
    facts.last_modified_by, facts.language = facts.author, deck.lang
    layouts = [presentation.slide_layouts[i] for i in (_COVER_LAYOUT, _LAYOUT)]
    for layout in list(presentation.slide_layouts):
        if layout not in layouts:
            presentation.slide_layouts.remove(layout)
    _set_theme(presentation.slide_master, deck.brand)
    for holder in (presentation.slide_master, *layouts):
        _arrange(holder)
    _set_master(presentation.slide_master, deck.brand)
    _arrange_cover(layouts[0])


def _set_theme(master: Any, brand: Brand) -> None:
    """Puts fonts and colours into the theme, from which all words, lines and charts take them."""
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    colours = {
        **{
            "dk1": brand.ink,
            "lt1": THEMES["light"].ground,
            "dk2": THEMES["light"].muted,
            "lt2": THEMES["light"].raised,
        },
        **{"accent1": brand.accent, "accent2": GROUP_COLOURS["positive"], "accent3": GROUP_COLOURS["neutral"]},
        **{"accent4": GROUP_COLOURS["negative"], "hlink": brand.accent},
    }
    content = theme.blob.decode("utf-8")
    for name, colour in colours.items():
        value = f'<a:{name}><a:srgbClr val="{colour[1:].upper()}"/></a:{name}>'
        content = re.sub(rf"<a:{name}>.*?</a:{name}>", value, content, flags=re.DOTALL)
    for part in ("majorFont", "minorFont"):
        latin = f'<a:latin typeface="{FAMILY}" pitchFamily="{_SANS}" charset="0"/>'
        content = re.sub(rf"(<a:{part}>\s*)<a:latin [^>]*/>", rf"\g<1>{latin}", content)
    theme._blob = content.encode("utf-8")


def _arrange(holder: Any) -> None:
    """Puts the title, the footer and the number of a master or a layout in their places; takes the date away."""
    boxes = {"TITLE": _TITLE, "CENTER_TITLE": _COVER_TITLE, "BODY": BODY, "FOOTER": _FOOTER, "SLIDE_NUMBER": _NUMBER}
    for shape in list(holder.placeholders):
        kind = shape.placeholder_format.type.name
        if kind == "DATE":
            shape._element.getparent().remove(shape._element)
        elif kind in boxes:
            boxes[kind].hold(shape)


def _set_master(master: Any, brand: Brand) -> None:
    """The letters of titles, footer and number, a mark in the colour of the brand, and its logo."""
    style = master._element.find(".//{*}titleStyle/{*}lvl1pPr")
    style.set("algn", "l")
    letters = style.find("{*}defRPr")
    letters.set("sz", str(round(100 * size_of("title", "slide"))))
    letters.set("b", "1")
    for shape in master.placeholders:
        kind = shape.placeholder_format.type.name
        if kind == "TITLE":
            shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
            _without_margins(shape)
        elif kind in ("FOOTER", "SLIDE_NUMBER"):
            _set_small(shape, "r" if kind == "SLIDE_NUMBER" else "l")
    _add_mark(master)
    if brand.logo:
        _add_logo(master, brand)


def _set_small(shape: Any, alignment: str) -> None:
    style = shape._element.find(".//{*}lvl1pPr")
    style.set("algn", alignment)
    style.find("{*}defRPr").set("sz", str(round(100 * size_of("note", "slide") * 0.8)))
    _without_margins(shape)


def _without_margins(shape: Any) -> None:
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0


def _add_mark(master: Any) -> None:
    """A narrow bar at the left edge, in the colour of the brand. A master has no method that draws one."""
    x, y, width, height = _MARK.in_emu
    master.shapes._spTree.append(parse_xml(_MARK_XML.format(x=x, y=y, width=width, height=height)))


def _add_logo(master: Any, brand: Brand) -> None:
    image, relation_id = master.part.get_or_add_image_part(BytesIO(brand.logo))
    box = _LOGO.around(*image._native_size)
    picture = CT_Picture.new_pic(100, "Logo", brand.name or "Logo", relation_id, *box.in_emu)
    master.shapes._spTree.append(picture)


def _arrange_cover(layout: Any) -> None:
    for shape in layout.placeholders:
        for style in shape._element.iter("{*}lvl1pPr"):
            style.set("algn", "l")
        kind = shape.placeholder_format.type.name
        if kind == "SUBTITLE":
            _COVER_KICKER.hold(shape)
            shape.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
            _without_margins(shape)
        elif kind == "CENTER_TITLE":
            shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
            _without_margins(shape)


def _add_slide(presentation: Any, slide: Slide, deck: Deck) -> None:
    layout = presentation.slide_layouts[0 if slide.kicker else 1]
    page = presentation.slides.add_slide(layout)
    title, box = page.shapes.title, _TITLE
    title.text_frame.text = slide.title
    if slide.kicker:
        box = _COVER_TITLE if slide.aside else _COVER_TITLE_ALONE  # nothing stands at its right
        box.hold(title)
        (_COVER_KICKER if slide.aside else _COVER_KICKER_ALONE).hold(page.placeholders[1])
    usual_pt = size_of("figure" if slide.kicker else "title", "slide")
    size_pt = _title_pt(slide.title, box, usual_pt)
    if slide.kicker or size_pt < usual_pt:  # else it is the master's to say
        title.text_frame.paragraphs[0].runs[0].font.size = Pt(size_pt)
    if slide.kicker:
        _set_kicker(page, slide.kicker)
        place(page, slide.blocks, _COVER_BODY)
        place(page, slide.aside, _COVER_ASIDE)
    else:
        place(page, slide.blocks, BODY)
    _add_footer(page, layout, deck)
    _set_language(page, deck.lang)


def _title_pt(text: str, box: Box, usual_pt: float) -> float:
    """The size of a title's letters: smaller than usual where it would have no room."""
    size_pt = usual_pt
    while size_pt > SLIDE_LEAST_PT and _title_height_pt(text, box.width, size_pt) > box.height:
        size_pt = max(SLIDE_LEAST_PT, size_pt - 1)
    return size_pt


def _title_height_pt(text: str, width_pt: float, size_pt: float) -> float:
    n_letters = int(width_pt / (_BOLD_LETTER * size_pt))
    return len(textwrap.wrap(text, n_letters)) * _TITLE_LINE * size_pt


def _set_kicker(page: Any, kicker: str) -> None:
    frame = page.placeholders[1].text_frame
    scale = 1.0 if len(kicker) < _LONG_KICKER else SMALLEST
    set_alone(frame, kicker, scale * size_of("text", "slide"), MSO_THEME_COLOR.TEXT_2)


def _add_footer(page: Any, layout: Any, deck: Deck) -> None:
    """The footer of the brand and the number of the slide, as copies of the layout's, which python-pptx leaves out."""
    for shape in layout.placeholders:
        kind = shape.placeholder_format.type.name
        if kind == "SLIDE_NUMBER" or (kind == "FOOTER" and deck.brand.footer):
            page.shapes._spTree.append(copy.deepcopy(shape._element))
            element = page.shapes[-1]
            element._element.nvSpPr.cNvPr.set("id", str(len(page.shapes) + 1))
            if kind == "FOOTER":
                element.text_frame.text = deck.brand.footer


def _set_language(page: Any, lang: str) -> None:
    for letters in page._element.iter("{*}rPr", "{*}endParaRPr"):
        letters.set("lang", _REGIONS.get(lang, lang))
