"""The blocks that documents and slides are made of, the same in every format. Their texts are never read as markup.

A report is a `Content`, written by write_docx, write_pdf and write_html; slides are a `Deck`, written by write_pptx.
Whoever has something else to tell, such as a study, makes blocks of it and has all formats.

A content that begins with a Headline has a cover: all blocks up to the first PageBreak are set on one page.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from emoclassify.outputs.document.brand import PLAIN, Brand

TextRow = tuple[str, ...]
"""Texts side by side: the cells of a row of a table."""

CHECKSUM = re.compile("[0-9a-f]{64}")
"""SHA-256 in hex. A cell with one has small letters, and may break between any two of them."""


@dataclass(frozen=True)
class Headline:
    """The first words of a document: the finding in one line, and above it what the document is about."""

    text: str
    kicker: str


@dataclass(frozen=True)
class Heading:
    """The title of a section; level 2 is a part of the section before it."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A few sentences; `lead` marks those to read first, in larger letters."""

    text: str
    lead: bool = False


@dataclass(frozen=True)
class Note:
    """What explains something beside it, in smaller and paler letters."""

    text: str


@dataclass(frozen=True)
class KeyFigure:
    """One figure to be seen first.

    Attributes:
        value: as the reader's language writes it.
        label: what it is.
        base: of what it is a share, or over what it is a mean.
    """

    value: str
    label: str
    base: str


@dataclass(frozen=True)
class KeyFigures:
    """A few figures side by side; three are seen at one glance."""

    items: tuple[KeyFigure, ...]


@dataclass(frozen=True)
class Bullets:
    """A list of short statements."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Code:
    """A command line, to be copied exactly."""

    text: str


@dataclass(frozen=True)
class Table:
    """Cells in rows; without a header the first column names what the second one says.

    Attributes:
        header: of the columns; empty where there is none.
        rows: each as long as the header.
        numbers_from: index of the first column that is aligned to the right, from 0.
        caption: above it; empty where the text before says what it shows.
    """

    header: TextRow
    rows: tuple[TextRow, ...]
    numbers_from: int = 99
    caption: str = ""


@dataclass(frozen=True)
class ChartHead:
    """The words above a chart.

    Attributes:
        finding: the headline.
        subtitle: what the chart shows of which recording, and facts about it.
        facts: the facts alone.
        share: the part of the picture, from its top, in which they stand, 0..1 of its height; 0 where they are not in
            it, but are written beside it.
    """

    finding: str
    subtitle: str
    facts: str
    share: float


@dataclass(frozen=True)
class Picture:
    """A chart, or a still of the recording.

    Attributes:
        content: the bytes of a PNG or JPEG file.
        ending: ".png" or ".jpg".
        caption: what it shows.
        head: of a chart the words above it.
        drawing: the same as SVG, for formats that are sharp at any size.
    """

    content: bytes
    ending: str
    caption: str
    head: ChartHead | None = None
    drawing: bytes | None = None


@dataclass(frozen=True)
class Gallery:
    """Small pictures side by side."""

    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class PageBreak:
    """The end of a page, where there are pages."""


@dataclass(frozen=True)
class Beside:
    """Text beside a small picture."""

    picture: Picture
    blocks: tuple[Paragraph | Note | Bullets, ...]


@dataclass(frozen=True)
class Term:
    """A word that is explained.

    Attributes:
        name: of its place in the document, letters of ASCII.
        word: as the reader's language writes it.
        meaning: in a sentence or a few.
    """

    name: str
    word: str
    meaning: str

    @property
    def place(self) -> str:
        """The name of its place, which links lead to."""
        return f"term_{self.name}"


@dataclass(frozen=True)
class Glossary:
    """Words with what they mean: the places to which every text of the document links, where it says such a word."""

    items: tuple[Term, ...]


Block = (
    Headline
    | Heading
    | Paragraph
    | Note
    | KeyFigures
    | Bullets
    | Code
    | Table
    | Picture
    | Gallery
    | Beside
    | PageBreak
    | Glossary
)


@dataclass(frozen=True)
class Series:
    """One row of numbers in a chart.

    Attributes:
        name: of the row.
        values: one for each category or time; None in a gap.
        colours: "#RRGGBB", one for all values or one for each.
    """

    name: str
    values: tuple[float | None, ...]
    colours: tuple[str, ...]


class ChartKind(StrEnum):
    """How the numbers of a chart are drawn."""

    LINES = "lines over time"
    BARS = "a bar for each category"
    STACKED = "a bar for each category, of parts that add up to 1"


FULL_SHARE = 1.12
"""Where an axis of shares ends: 1 is all, and a number has room behind the longest bar. It is the same whatever the
shares are: no axis is drawn, and a third of the people must not look like all of them."""


@dataclass(frozen=True)
class EditableChart:
    """A chart whose numbers a reader of slides can edit.

    Attributes:
        caption: what it shows, for those who cannot see it.
        categories: names of the bars.
        series: the rows of numbers.
        least: where the axis of values begins.
        most: where it ends.
        kind: lines, or bars of shares.
        times_s: of the points of lines, in their order.
        share_format: how Office writes the shares of bars, as `numbers.share_format` says it.
    """

    caption: str
    categories: TextRow
    series: tuple[Series, ...]
    least: float
    most: float
    kind: ChartKind
    times_s: tuple[float, ...] = ()
    share_format: str = "0%"


SlideBlock = Paragraph | Note | KeyFigures | Bullets | Table | Picture | Gallery | EditableChart


@dataclass(frozen=True)
class Slide:
    """One slide.

    Attributes:
        title: what it says, as a sentence.
        blocks: below each other; charts and pictures take the height that texts leave.
        kicker: what the slides are about; only the first slide has one.
        aside: what stands at the right of the first slide.
    """

    title: str
    blocks: tuple[SlideBlock, ...]
    kicker: str = ""
    aside: tuple[SlideBlock, ...] = ()


@dataclass(frozen=True)
class Deck:
    """A whole set of slides.

    Attributes:
        title: of the file.
        lang: of its texts, one of `texts.LANGUAGES`.
        analyzed_at: when the analysis was made, ISO 8601 in UTC; empty where it is not known.
        slides: in the order of showing.
        brand: whose they are.
    """

    title: str
    lang: str
    analyzed_at: str
    slides: tuple[Slide, ...]
    brand: Brand = PLAIN


@dataclass(frozen=True)
class Content:
    """A whole report.

    Attributes:
        title: of the file.
        lang: of its texts, one of `texts.LANGUAGES`.
        analyzed_at: when the analysis was made, ISO 8601 in UTC; empty where it is not known.
        blocks: in the order of reading.
        brand: whose it is.
    """

    title: str
    lang: str
    analyzed_at: str
    blocks: tuple[Block, ...]
    brand: Brand = PLAIN


def flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks in the order of reading; what stands beside a picture comes after it."""
    for block in blocks:
        if isinstance(block, Beside):
            yield from (block.picture, *block.blocks)
        else:
            yield block
