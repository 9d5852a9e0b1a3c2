"""The design system: type, sizes, spaces and the names of all colours, the same in page, charts, documents and video.

Whatever draws takes its look from here; the colours themselves stand in `colours.py`, the formats of numbers and times
in `words/numbers.py`. docs/design.md shows all of it on one page, which `python -m docs.design_sheet` draws.
"""

import base64
from pathlib import Path

from emoclassify.colours import (
    COLOURS,
    GROUP_COLOURS,
    PERSON_COLOURS,
    RECORDING_COLOURS,
    THEMES,
    VALENCE,
    VERDICT_COLOURS,
    standing_out,
)

FAMILY = "Onest"
"""The type family, shipped in `assets/fonts` with its licence (SIL Open Font License 1.1); it has Latin and Cyrillic.

The figures of a table, and of a clock that runs, are all of one width where a medium asks for TABULAR.
"""

FALLBACKS = ("Arial", "DejaVu Sans")
"""Families for letters that it lacks, and for programs that do not have it."""

TABULAR = "tnum"
"""The feature of the font (OpenType) that makes all figures equally wide."""

WEIGHTS = {"Regular": 400, "SemiBold": 600, "Bold": 700}
"""Name of a weight -> its number, as CSS, Typst and matplotlib count.

Words are regular, what leads the eye is semibold; bold is for words within words.
"""

FONTS = Path(__file__).parent / "assets" / "fonts"
"""Where the files of the family and its licence are: .ttf for programs, .woff2 for browsers."""

_RATIO = 1.2  # between neighbouring steps of the scale: the minor third
_STEPS = {"note": -1, "text": 0, "lead": 1, "heading": 2, "title": 3, "figure": 5}
SIZES = {name: round(_RATIO**step, 3) for name, step in _STEPS.items()}
"""Name of a size -> how large it is, as a share of the running text of the medium (TEXT_SIZES).

note: what explains; text: what is read; lead: a sentence that counts; heading; title; figure: one number alone.
"""

TEXT_SIZES = {"page": 16.0, "document": 9.5, "slide": 17.0, "chart": 11.0}
"""Medium -> size of its running text: pixels of the page, points of all others. A chart is CHART_IN large."""

SLIDE_LEAST_PT = 14.0
"""Nothing that is to be read on a slide is smaller: what has no room at that size goes on another slide."""

CHART_IN = (10.0, 5.625)
"""Width and height of a chart as a file, inches: 16:9."""

SLIDE_CHART_IN = (7.3, 2.4)
"""The same of a chart for slides, which has no words above it: the slide says them. As wide as a slide's text its notes
have 15 points."""

PAGE_CHART_IN = (8.2, 4.5)
"""The same of a chart for documents. On a page, where it is 17 cm wide, its text is nearly as large as the document's:
9 points, and notes 7.5."""

CHART_DPI = 192
"""Pixels an inch of a chart's PNG: 1920 x 1080, two for each point of a screen."""

VIDEO_TEXT_SHARE = 0.034
"""Size of the running text in a video, as a share of the picture's shorter side."""

SPACES_PX = {"hair": 4, "small": 8, "medium": 16, "large": 24, "huge": 48}
"""Name of a space -> pixels on the page; in points on paper they are three quarters of it."""

MEANINGS: dict[str, dict[str, str | None]] = {
    "emotions": {**COLOURS},
    "groups": {**GROUP_COLOURS},
    "verdicts": VERDICT_COLOURS,
    "people": {f"person {i + 1}": colour for i, colour in enumerate(PERSON_COLOURS)},
    "recordings and films": {str(i + 1): colour for i, colour in enumerate(RECORDING_COLOURS)},
    "figures": {"valence": VALENCE},
}
"""What colours stand for -> name -> colour; None: the ground shows, with dots on it."""


def size_of(name: str, medium: str) -> float:
    """The size of a step of SIZES in a medium of TEXT_SIZES: pixels of the page, points of all others."""
    return round(SIZES[name] * TEXT_SIZES[medium], 2)


def font_path(weight: str = "Regular", ending: str = ".ttf") -> Path:
    """The file of a weight of WEIGHTS, as .ttf or .woff2."""
    return FONTS / f"Onest-{weight}{ending}"


def font_faces(*weights: str) -> str:
    """CSS that carries the family in some of its weights, by default all, so that nothing has to be fetched."""
    return "\n".join(map(_font_face, weights or WEIGHTS))


def _font_face(weight: str) -> str:
    content = base64.b64encode(font_path(weight, ".woff2").read_bytes()).decode("ascii")
    source = f"url(data:font/woff2;base64,{content}) format('woff2')"
    return f"@font-face {{ font-family: '{FAMILY}'; font-weight: {WEIGHTS[weight]}; src: {source}; }}"


def font_stack() -> str:
    """The families as CSS lists them."""
    return ", ".join([*(f"'{family}'" for family in (FAMILY, *FALLBACKS)), "sans-serif"])


def theme_variables(theme: str, medium: str = "page") -> str:
    """Sizes, spaces and colours as CSS variables of a theme of THEMES: --size-title, --space-medium, --ink, --happy."""
    colours = vars(THEMES[theme])
    ground = THEMES[theme].ground
    emotions = {name: standing_out(colour, ground) for name, colour in COLOURS.items()}
    sizes = {f"size-{name}": f"{size_of(name, medium)}{'px' if medium == 'page' else 'pt'}" for name in SIZES}
    spaces = {f"space-{name}": f"{space_px}px" for name, space_px in SPACES_PX.items()}
    variables = {"family": font_stack(), **sizes, **spaces, **colours, **emotions}
    return " ".join(f"--{name}: {value};" for name, value in variables.items())
