"""report.html: one file that loads nothing from elsewhere."""

from base64 import b64encode
from html import escape
from pathlib import Path

from emoclassify.outputs.document import blocks
from emoclassify.outputs.document.blocks import CHECKSUM, Block, Content, Picture, Table, TextRow

_KINDS = {".png": "image/png", ".jpg": "image/jpeg"}
_LEAD, _NUMBER, _CHECKSUM = ' class="lead"', ' class="number"', ' class="checksum"'
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #1a1a1a; background: #fff;
  max-width: 50rem; margin: 0 auto; padding: 2rem 1rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; padding-top: .5rem; border-top: 1px solid #ccc; }
p.lead { font-size: 1.1rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #ddd;
  overflow-wrap: break-word; }
th { font-weight: 600; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
td.checksum { font: .75rem/1.6 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
div.wide { overflow-x: auto; }
figure { margin: 1.2rem 0; }
figure img { max-width: 100%; height: auto; display: block; }
figcaption { font-size: .85rem; color: #444; }
div.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1rem; }
div.gallery figure { margin: 0; }
code { display: block; font-size: .85rem; background: #f3f3f3; padding: .5rem; overflow-wrap: anywhere; }
code span { display: inline-block; max-width: 100%; }
@media print { html, body { font-size: 12px; } body { max-width: none; padding: 0; }
  h2, figure, tr, div.wide { break-inside: avoid; } h2 { break-after: avoid; } div.page { break-after: page; } }
"""


def write_html(content: Content, path: Path) -> None:
    """Writes a report as one HTML file: pictures inside, no script, every text escaped."""
    body = "\n".join(map(_block, content.blocks))
    path.write_text(
        f'<!DOCTYPE html>\n<html lang="{content.lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(content.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(content.title)}</h1>\n{body}\n</body>\n</html>\n",
        encoding="utf-8",
    )


def _block(block: Block) -> str:
    match block:
        case blocks.Heading(text):
            return f"<h2>{escape(text)}</h2>"
        case blocks.Paragraph(text, lead):
            return f"<p{_LEAD if lead else ''}>{escape(text)}</p>"
        case blocks.Bullets(items):
            return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"
        case blocks.Code(text):
            return f"<code>{' '.join(f'<span>{escape(word)}</span>' for word in text.split(' '))}</code>"
        case Table():
            return _table(block)
        case Picture():
            return _picture(block)
        case blocks.PageBreak():
            return '<div class="page"></div>'
        case blocks.Gallery(pictures):
            return '<div class="gallery">' + "".join(map(_picture, pictures)) + "</div>"


def _table(table: Table) -> str:
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    head = f"<thead>{_row(table.header, 'th', table.numbers_from)}</thead>" if table.header else ""
    rows = "".join(_row(row, "td", table.numbers_from) for row in table.rows)
    return f'<div class="wide"><table>{caption}{head}<tbody>{rows}</tbody></table></div>'


def _row(cells: TextRow, tag: str, numbers_from: int) -> str:
    attributes = (
        _CHECKSUM if CHECKSUM.fullmatch(cell) else _NUMBER if i >= numbers_from else "" for i, cell in enumerate(cells)
    )
    cell_tags = (f"<{tag}{attribute}>{escape(cell)}</{tag}>" for attribute, cell in zip(attributes, cells, strict=True))
    return f"<tr>{''.join(cell_tags)}</tr>"


def _picture(picture: Picture) -> str:
    data = b64encode(picture.content).decode("ascii")
    caption = escape(picture.caption)
    return (
        f'<figure><img src="data:{_KINDS[picture.ending]};base64,{data}" alt="{caption}">'
        f"<figcaption>{caption}</figcaption></figure>"
    )
