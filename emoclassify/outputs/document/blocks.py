"""The blocks that a document is made of, the same in every format. Their texts are never read as markup."""

import re
from dataclasses import dataclass

TextRow = tuple[str, ...]
"""Texts side by side: the cells of a row of a table."""

CHECKSUM = re.compile("[0-9a-f]{64}")
"""SHA-256 in hex. A cell with one has small letters, and may break between any two of them."""


@dataclass(frozen=True)
class Heading:
    """The title of a section."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A few sentences; `lead` marks those to read first, in larger letters."""

    text: str
    lead: bool = False


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
