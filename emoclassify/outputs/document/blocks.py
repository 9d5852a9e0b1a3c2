"""What a report is made of: plain blocks that every format can show. Text is text; none of it is ever markup."""

import re
from dataclasses import dataclass

Row = tuple[str, ...]

CHECKSUM = re.compile("[0-9a-f]{64}")
"""A cell that is one is set small: it stays on its line, or is broken anywhere."""


@dataclass(frozen=True)
class Heading:
    """The title of a section."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A few sentences; a lead one is what to read first."""

    text: str
    lead: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list of short statements."""

    items: Row


@dataclass(frozen=True)
class Code:
    """A line to be typed, or a checksum: every letter counts."""

    text: str


@dataclass(frozen=True)
class Table:
    """Cells in rows; without a header the first column names what the second one says.

    Attributes:
        header: of the columns; empty where there is none.
        rows: each as long as the header.
        numbers_from: the first column that is set to the right.
        caption: what it shows; empty where the text before says it.
    """

    header: Row
    rows: tuple[Row, ...]
    numbers_from: int = 99
    caption: str = ""


@dataclass(frozen=True)
class Picture:
    """A chart, or a still of the recording.

    Attributes:
        content: the bytes of a PNG or JPEG file.
        ending: ".png" or ".jpg".
        caption: what it shows.
    """

    content: bytes
    ending: str
    caption: str


@dataclass(frozen=True)
class Gallery:
    """Small pictures side by side."""

    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class PageBreak:
    """The end of a page, where there are pages."""


Block = Heading | Paragraph | Bullets | Code | Table | Picture | Gallery | PageBreak


@dataclass(frozen=True)
class Content:
    """A whole report.

    Attributes:
        title: of the report.
        lang: of its texts, one of `texts.LANGUAGES`.
        analyzed_at: when the analysis was made, ISO 8601 in UTC; empty where it is not known.
        blocks: in the order of reading.
    """

    title: str
    lang: str
    analyzed_at: str
    blocks: tuple[Block, ...]
