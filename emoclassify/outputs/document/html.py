"""report.html: one file that loads nothing from elsewhere."""

from base64 import b64encode
from html import escape
from io import BytesIO
from pathlib import Path

from PIL import Image

from emoclassify.colours import THEMES, standing_out
from emoclassify.design import font_faces, theme_variables
from emoclassify.outputs.document import blocks
from emoclassify.outputs.document.blocks import CHECKSUM, Block, Content, KeyFigure, Picture, Table, Term, TextRow
from emoclassify.outputs.document.brand import Brand
from emoclassify.outputs.document.links import Links
from emoclassify.words.glossary import Piece

_KINDS = {".png": "image/png", ".jpg": "image/jpeg"}
_LEAD, _NUMBER, _CHECKSUM = ' class="lead"', ' class="number"', ' class="checksum"'
_POLICY = "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark; LIGHT }
@media screen and (prefers-color-scheme: dark) { :root { DARK } }
body { font: var(--size-text)/1.5 var(--family); color: var(--ink); background: var(--ground);
  max-width: 54rem; margin: 0 auto; padding: 2rem 1rem 4rem; overflow-wrap: anywhere; }
header { border-left: 6px solid var(--brand); padding-left: var(--space-medium); margin-bottom: var(--space-large); }
header img { max-width: 12rem; max-height: 3.5rem; display: block; margin-bottom: var(--space-medium); }
h1 { font-size: var(--size-title); font-weight: 700; line-height: 1.2; margin: 0; }
p.kicker { color: var(--muted); font-size: var(--size-note); margin: 0 0 .4rem; }
h2 { font-size: var(--size-heading); font-weight: 600; margin: 2.5rem 0 .5rem; padding-top: .6rem;
  border-top: 1px solid var(--rule); }
h3 { font-size: var(--size-lead); font-weight: 600; margin: 2rem 0 .5rem; }
p.lead { font-size: var(--size-lead); }
p.note { font-size: var(--size-note); color: var(--muted); margin: .5rem 0; }
div.figures { display: flex; flex-wrap: wrap; gap: var(--space-large); margin: var(--space-large) 0; }
div.figures div { flex: 1 1 9rem; border-top: 2px solid var(--rule); padding-top: var(--space-small); }
div.figures span { display: block; }
span.value { font-size: var(--size-figure); font-weight: 700; line-height: 1.15; }
span.base { font-size: var(--size-note); color: var(--muted); }
div.beside { display: grid; grid-template-columns: minmax(9rem, 1fr) 2fr; gap: var(--space-large); }
div.beside figure { margin: 0; }
a.term { color: inherit; text-decoration: underline dotted; text-underline-offset: .2em; }
a.term:hover, a.term:focus-visible { color: var(--accent); text-decoration-style: solid; }
dt { font-weight: 600; margin-top: .6rem; } dt:target { background: var(--raised); } dd { margin: 0; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding-bottom: .3rem; }
caption span { display: block; max-width: min(52rem, 100vw - 2rem); }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--rule);
  overflow-wrap: break-word; }
th { font-weight: 600; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
td.checksum { font: .75rem/1.6 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
div.wide { overflow-x: auto; }
figure { margin: 1.2rem 0; }
figure img { max-width: 100%; height: auto; display: block; }
div.head { display: none; } div.head p { margin: 0 0 .3rem; }
figcaption { font-size: var(--size-note); color: var(--muted); }
div.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1rem; }
div.gallery figure { margin: 0; }
code { display: block; font-size: .85rem; background: var(--raised); padding: .5rem; overflow-wrap: anywhere; }
code span { display: inline-block; max-width: 100%; }
footer { color: var(--muted); font-size: var(--size-note); border-top: 1px solid var(--rule); margin-top: 3rem;
  padding-top: .5rem; }
@media screen and (max-width: 34rem) { div.beside { display: block; }
  /* On a telephone a chart's letters stay as large as small print, and a finger moves it sideways. Its words stand
     above it as text, and are cut off the picture. */
  div.head { display: block; } div.chart { overflow: auto hidden; }
  div.chart img { width: 40rem; max-width: none; margin-top: calc(-40rem * var(--cut, 0)); } }
@media print { html, body { font-size: 12px; } body { max-width: none; padding: 0; }
  h2, h3, figure, tr, div.wide, div.figures { break-inside: avoid; } h2, h3 { break-after: avoid; }
  div.page { break-after: page; } }
"""


def write_html(content: Content, path: Path) -> None:
    """Writes a report as one HTML file: pictures inside, no script, every text escaped."""
    writer = _Blocks(content)
    body = "\n".join(map(writer.block, content.blocks))
    footer = f"\n<footer>{escape(content.brand.footer)}</footer>" if content.brand.footer else ""
    path.write_text(
        f'<!DOCTYPE html>\n<html lang="{content.lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(content.title)}</title>\n<style>{_style(content.brand)}</style>\n</head>\n<body>\n"
        f"{body}{footer}\n</body>\n</html>\n",
        encoding="utf-8",
    )


def _style(brand: Brand) -> str:
    """The look of the page, light or dark as its reader's screen; on paper light."""
    light = f"{theme_variables('light')} --brand: {brand.accent};"
    dark = f"{theme_variables('dark')} --brand: {standing_out(brand.accent, THEMES['dark'].ground)};"
    return font_faces() + _STYLE.replace("LIGHT", light).replace("DARK", dark)


class _Blocks:
    """Turns the blocks of one document into HTML, with a link at each word that it explains."""

    def __init__(self, content: Content) -> None:
        self._brand, self._links = content.brand, Links(content)

    def block(self, block: Block) -> str:
        match block:
            case blocks.Headline(text, kicker):
                head = f'<p class="kicker">{escape(kicker)}</p><h1>{escape(text)}</h1>'
                return f"<header>{_logo(self._brand)}{head}</header>"
            case blocks.Heading(text, level):
                return f"<h{level + 1}>{escape(text)}</h{level + 1}>"
            case blocks.KeyFigures(items):
                return f'<div class="figures">{"".join(map(self._figure, items))}</div>'
            case blocks.Beside(picture, texts):
                beside = "".join(map(self.block, texts))
                return f'<div class="beside">{_picture(picture)}<div>{beside}</div></div>'
            case blocks.Note(text):
                return f'<p class="note">{self._linked(text)}</p>'
            case blocks.Paragraph(text, lead):
                return f"<p{_LEAD if lead else ''}>{self._linked(text)}</p>"
            case blocks.Bullets(items):
                return "<ul>" + "".join(f"<li>{_of_pieces(item)}</li>" for item in self._links.of(*items)) + "</ul>"
            case blocks.Code(text):
                return f"<code>{' '.join(f'<span>{escape(word)}</span>' for word in text.split(' '))}</code>"
            case Table():
                return self._table(block)
            case Picture():
                return _picture(block)
            case blocks.Glossary(terms):
                return f"<dl>{''.join(map(_term, terms))}</dl>"
            case blocks.PageBreak():
                return '<div class="page"></div>'
            case blocks.Gallery(pictures):
                return '<div class="gallery">' + "".join(map(_picture, pictures)) + "</div>"

    def _linked(self, text: str) -> str:
        (pieces,) = self._links.of(text)
        return _of_pieces(pieces)

    def _figure(self, figure: KeyFigure) -> str:
        label, base = map(_of_pieces, self._links.of(figure.label, figure.base))
        value = f'<span class="value">{escape(figure.value)}</span>'
        return f'<div>{value} <span>{label}</span> <span class="base">{base}</span></div>'

    def _table(self, table: Table) -> str:
        (caption,), *rows = self._links.of_rows(((table.caption,), *_rows_of(table)))
        caption_tag = f"<caption><span>{_of_pieces(caption)}</span></caption>" if table.caption else ""
        head = f"<thead>{_row(rows.pop(0), 'th', table.numbers_from)}</thead>" if table.header else ""
        body = "".join(_row(row, "td", table.numbers_from) for row in rows)
        return f'<div class="wide"><table>{caption_tag}{head}<tbody>{body}</tbody></table></div>'


def _of_pieces(pieces: list[Piece]) -> str:
    """A text whose explained words are links."""
    return "".join(
        f'<a class="term" href="#{place}">{escape(part)}</a>' if place else escape(part) for part, place in pieces
    )


def _rows_of(table: Table) -> tuple[TextRow, ...]:
    return (table.header, *table.rows) if table.header else table.rows


def _term(term: Term) -> str:
    return f'<dt id="{term.place}">{escape(term.word)}</dt><dd>{escape(term.meaning)}</dd>'


def _logo(brand: Brand) -> str:
    data = b64encode(brand.logo).decode("ascii")
    return f'<img src="data:image/png;base64,{data}" alt="{escape(brand.name)}">' if brand.logo else ""


def _row(cells: list[list[Piece]], tag: str, numbers_from: int) -> str:
    texts = ("".join(part for part, _ in cell) for cell in cells)
    attributes = (
        _CHECKSUM if CHECKSUM.fullmatch(text) else _NUMBER if i >= numbers_from else "" for i, text in enumerate(texts)
    )
    cell_tags = (
        f"<{tag}{attribute}>{_of_pieces(cell)}</{tag}>" for attribute, cell in zip(attributes, cells, strict=True)
    )
    return f"<tr>{''.join(cell_tags)}</tr>"


def _picture(picture: Picture) -> str:
    data = b64encode(picture.content).decode("ascii")
    caption = escape(picture.caption)
    image = f'<img src="data:{_KINDS[picture.ending]};base64,{data}" alt="{caption}">'
    if picture.ending == ".png":
        image = f'{_head(picture)}<div class="chart"{_cut(picture)}>{image}</div>'
    return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"


def _head(picture: Picture) -> str:
    """The words above a chart, for narrow screens."""
    if picture.head is None:
        return ""
    finding, subtitle = escape(picture.head.finding), escape(picture.head.subtitle)
    return f'<div class="head"><p><b>{finding}</b></p><p class="note">{subtitle}</p></div>'


def _cut(picture: Picture) -> str:
    """How much of a chart its words take, as a share of its width, for the style of its box."""
    if picture.head is None:
        return ""
    with Image.open(BytesIO(picture.content)) as image:
        share = picture.head.share * image.height / image.width
    return f' style="--cut: {share:.4f}"'
