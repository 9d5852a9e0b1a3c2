"""Slides whose words can be read from a chair: what has no room on one goes on the next, in letters as large.

A slide is cut between its blocks, and within lists and tables. Charts take the height that words leave, but no less
than their own letters need.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from emoclassify.outputs.document.blocks import Bullets, Note, Picture, Slide, SlideBlock, Table
from emoclassify.outputs.document.slide_blocks import BODY, GAP_PT, SMALLEST, least_pt


def chart_slide(title: str, chart: Picture, *texts: SlideBlock) -> Slide:
    """A chart with the facts about it, and other texts below; its own finding is the title where it has one."""
    head = chart.head
    facts = (Note(head.facts),) if head and head.facts else ()
    return Slide(head.finding if head and head.finding else title, (chart, *facts, *texts))


def fitting(slides: Iterable[Slide]) -> tuple[Slide, ...]:
    """The slides, those that are too full cut into several of the same title; the first one is left as it is."""
    return tuple(part for slide in slides for part in ([slide] if slide.kicker else _parts(slide)))


def _parts(slide: Slide) -> Iterator[Slide]:
    room_pt, page = BODY.height, list[SlideBlock]()
    for block in slide.blocks:
        for part in _pieces(block):
            needed_pt = least_pt(part, BODY.width, SMALLEST) + (GAP_PT if page else 0.0)
            needed_pt -= GAP_PT if _continues([*page, part]) else 0.0
            if page and needed_pt > room_pt:
                yield replace(slide, blocks=_joined(page))
                if isinstance(block, Table) and isinstance(part, Table):
                    part = replace(part, header=block.header)
                room_pt, page, needed_pt = BODY.height, [], least_pt(part, BODY.width, SMALLEST)
            page.append(part)
            room_pt -= needed_pt
    yield replace(slide, blocks=_joined(page))


def _pieces(block: SlideBlock) -> list[SlideBlock]:
    """A list item by item, a table row by row; anything else whole."""
    if isinstance(block, Bullets):
        return [Bullets((item,)) for item in block.items]
    if isinstance(block, Table) and len(block.rows) > 1:
        first = replace(block, rows=block.rows[:1])
        return [first, *(replace(block, header=(), rows=(row,)) for row in block.rows[1:])]
    return [block]


def _continues(page: list[SlideBlock]) -> bool:
    """Whether the last piece belongs to the one before it."""
    last = page[-1]
    if len(page) < 2 or type(last) is not type(page[-2]):
        return False
    return isinstance(last, Bullets) or (isinstance(last, Table) and not last.header)


def _joined(page: list[SlideBlock]) -> tuple[SlideBlock, ...]:
    """The pieces of a list or a table as one block again."""
    blocks = list[SlideBlock]()
    for i, piece in enumerate(page):
        if i and _continues(page[: i + 1]):
            before = blocks[-1]
            if isinstance(before, Bullets) and isinstance(piece, Bullets):
                blocks[-1] = Bullets(before.items + piece.items)
            elif isinstance(before, Table) and isinstance(piece, Table):
                blocks[-1] = replace(before, rows=before.rows + piece.rows)
        else:
            blocks.append(piece)
    return tuple(blocks)
