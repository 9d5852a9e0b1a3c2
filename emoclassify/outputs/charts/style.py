"""The common look of all charts: 16:9, the type of the design system, finding, axis of time, gaps; PNG and SVG."""

import io
import logging
import math
import re
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.patches import Rectangle
from PIL import ImageFont

from emoclassify.colours import GAP, GAP_LINE, THEMES
from emoclassify.design import (
    CHART_DPI,
    CHART_IN,
    FALLBACKS,
    FAMILY,
    PAGE_CHART_IN,
    SLIDE_CHART_IN,
    WEIGHTS,
    font_faces,
    font_path,
    size_of,
)
from emoclassify.outputs.charts.heads import texts_of_head
from emoclassify.outputs.charts.kinds import CHART_ENDINGS
from emoclassify.outputs.charts.png import png_of
from emoclassify.outputs.document.blocks import ChartHead
from emoclassify.outputs.document.typeset import OTHER_BOLD, OTHER_REGULAR, OTHERS, letters

THEME = THEMES["light"]
"""Of all charts: they are printed, and shown on slides."""

GAP_STYLE: Any = {"facecolor": GAP, "edgecolor": GAP_LINE, "hatch": "////"}
"""The look of a gap: grey, and hatched for print without colour."""

NOTE_PT, TEXT_PT, LEAD_PT = (size_of(name, "chart") for name in ("note", "text", "lead"))
"""Sizes of the words, points."""

BOTTOM_IN = 0.62
"""Room for an axis with its label, inches."""

_HEADLINE_PT = size_of("heading", "chart")
_MOST_LINES = 6  # of a headline, and of the facts below it: a third of a chart
_HEADLINE_LINE_IN = 1.3 * _HEADLINE_PT / 72
_MARGIN_IN, _TITLE_TOP_IN, _LINE_IN = 0.3, 0.28, 0.21
_BELOW_TITLE_IN = 0.16
_UNTITLED_IN = 0.2  # above a chart without words
_WIDEST = 0.98  # of a width, that a line of text may have: programs round the widths of letters each in its way
_BETWEEN_PANELS_IN = 0.95  # two lines below a panel, and two above the next
_STYLE: Any = {
    "font.family": [FAMILY, FALLBACKS[1]],
    "font.size": TEXT_PT,
    "text.color": THEME.ink,
    "axes.labelcolor": THEME.muted,
    "axes.edgecolor": THEME.muted,
    "xtick.color": THEME.muted,
    "ytick.color": THEME.muted,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "hatch.linewidth": 0.6,
    "path.simplify": True,
    "svg.fonttype": "none",  # words stay words
    "svg.hashsalt": "emoclassify",  # the same file for the same content
}


@dataclass(frozen=True)
class Form:
    """What a chart is drawn for.

    Attributes:
        size_in: width and height, inches.
        is_titled: whether headline and facts stand in the chart; else they are to be written beside it.
    """

    size_in: tuple[float, float]
    is_titled: bool = True


FILE, PAGE, SLIDE = Form(CHART_IN), Form(PAGE_CHART_IN), Form(SLIDE_CHART_IN, is_titled=False)


@dataclass(frozen=True)
class Sheet:
    """What a chart is drawn on.

    Attributes:
        stem: path of the files, without their endings.
        form: what it is drawn for.
        endings: of the files: ".png", ".svg" or both.
    """

    stem: Path
    form: Form = FILE
    endings: tuple[str, ...] = CHART_ENDINGS


class Paper(Figure):
    """A figure that knows its words: they are texts of its PNG too."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(figsize=sheet.form.size_in, dpi=CHART_DPI)
        self.is_titled, self.head = sheet.form.is_titled, ChartHead("", "", "", 0.0)


@contextmanager
def paper(sheet: Sheet | Path) -> Iterator[Paper]:
    """A figure to draw on, saved at the end; a path alone stands for a `Sheet` of the usual size in both forms."""
    sheet = sheet if isinstance(sheet, Sheet) else Sheet(sheet)
    _register_fonts()
    with matplotlib.rc_context(_STYLE):
        figure = Paper(sheet)
        yield figure
        with warnings.catch_warnings():
            # Letters that the fonts lack are drawn as boxes; the name of the folder and the tables have them right.
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            drawing = _drawn(figure)
        for ending in sheet.endings:
            path = sheet.stem.with_suffix(ending)
            if ending == ".png":
                path.write_bytes(png_of(drawing, CHART_DPI, texts_of_head(figure.head)))
            else:
                # A document has the fonts of its charts itself.
                path.write_text(_with_fonts(drawing) if sheet.form == FILE else drawing, encoding="utf-8")


def _drawn(figure: Paper) -> str:
    """The figure as SVG."""
    drawing = io.StringIO()
    figure.savefig(drawing, format="svg", metadata={"Date": None, "Creator": None})
    return drawing.getvalue()


@cache
def _register_fonts() -> None:
    """Tells matplotlib of the fonts of the program, without looking for others."""
    for weight in WEIGHTS:
        fontManager.addfont(font_path(weight))
    # It tells in the log of each family without a semibold weight; the fallback for rare letters has none.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)


@cache
def _embedded_fonts() -> str:
    return f"<style>{font_faces('Regular', 'SemiBold')}</style>"


def _with_fonts(drawing: str) -> str:
    """An SVG that carries the fonts of its words."""
    return drawing.replace("<defs>", f"<defs>{_embedded_fonts()}", 1)


@cache
def _font(path: Path, size_pt: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, 10 * size_pt)


def width_in(text: str, size_pt: float = TEXT_PT, weight: str = "Regular") -> float:
    """Width of a line of text, inches. With a letter that the family lacks all of it is set in DejaVu Sans."""
    other = OTHERS / (OTHER_REGULAR if weight == "Regular" else OTHER_BOLD)
    path = font_path(weight) if letters().issuperset(map(ord, text)) else other
    return _font(path, size_pt).getlength(text) / 10 / 72


def set_title(figure: Paper, name: str, finding: str, title: str, facts: Sequence[str]) -> float:
    """Writes the finding, and below it what the chart shows of which recording, with facts about it; nothing on a sheet
    without a title.

    Args:
        figure: of `paper`.
        name: of the recording.
        finding: the headline; where it is empty, the title takes its place.
        title: what the chart shows.
        facts: who, how many, and how to read it.

    Returns:
        The height that all of it takes, inches from the top.
    """
    subtitle = [*([title] if finding else []), _shortened(name), *facts]
    figure.head = ChartHead(finding or title, " · ".join(subtitle), " · ".join(facts), 0.0)
    if not figure.is_titled:
        return _UNTITLED_IN
    text_in = _text_in(figure)
    unbroken = "\N{NO-BREAK SPACE}"  # a fact is broken nowhere, and the dot between two stands within a line alone
    facts_text = f"{unbroken}· ".join(part.replace(" ", unbroken) for part in subtitle)
    broken = [line.removesuffix(f"{unbroken}·") for line in wrapped(facts_text, TEXT_PT, within_in=text_in)]
    lines = first_lines([line.replace(unbroken, " ") for line in broken])  # as a reader searches for them
    heads = first_lines(wrapped(finding or title, _HEADLINE_PT, "SemiBold", within_in=text_in))
    left, top_in = _MARGIN_IN / _width_in(figure), _TITLE_TOP_IN
    y = _up(figure, top_in)
    figure.suptitle("\n".join(heads), x=left, y=y, ha="left", va="top", fontsize=_HEADLINE_PT, fontweight=600)
    top_in += _HEADLINE_LINE_IN * len(heads) + 0.06
    figure.text(left, _up(figure, top_in), "\n".join(lines), va="top", color=THEME.muted, linespacing=1.25)
    top_in += _LINE_IN * len(lines)
    figure.head = replace(figure.head, share=(top_in + _BELOW_TITLE_IN / 2) / float(figure.get_figheight()))
    return top_in + _BELOW_TITLE_IN


def first_lines(lines: list[str], most: int = _MOST_LINES) -> list[str]:
    """As many lines as leave room for the chart: the names of films may be as long as their owner likes."""
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1][:-1]}…"]


def wrapped(
    text: str, size_pt: float, weight: str = "Regular", within_in: float = CHART_IN[0] - 2 * _MARGIN_IN
) -> list[str]:
    """A text in lines that fit within a width, by default between the margins of a chart of the usual size."""
    lines = [""]
    for word in re.split(" +", text.strip()):
        longer = f"{lines[-1]} {word}".lstrip(" ")
        if lines[-1] and width_in(longer, size_pt, weight) > _WIDEST * within_in:
            lines.append(word)
        else:
            lines[-1] = longer
    return [part for line in lines for part in _cut(line, size_pt, weight, within_in)]


def _cut(line: str, size_pt: float, weight: str, within_in: float) -> list[str]:
    """A line in parts that fit: only a single long word does not fit by itself."""
    n_parts = max(1, math.ceil(width_in(line, size_pt, weight) / within_in * 1.05 - 0.05))
    return textwrap.wrap(line, math.ceil(len(line) / n_parts)) or [""] if n_parts > 1 else [line]


def shortened(text: str, size_pt: float, within_in: float) -> str:
    """A text that fits within a width, its middle left out where it is too long: names differ at both ends."""
    line = text
    for n_letters in range(len(text) - 1, 1, -1):
        if width_in(line, size_pt) <= _WIDEST * within_in:
            break
        line = f"{text[: (n_letters + 1) // 2].rstrip()}…{text[len(text) - n_letters // 2 :].lstrip()}"
    return line


def _width_in(figure: Figure) -> float:
    return float(figure.get_figwidth())


def _text_in(figure: Figure) -> float:
    """The width between the margins, inches."""
    return _width_in(figure) - 2 * _MARGIN_IN


def _up(figure: Figure, down_in: float) -> float:
    """A distance from the top of a chart, inches, as the share from the bottom that matplotlib counts."""
    return 1 - down_in / float(figure.get_figheight())


def rows_of(
    figure: Figure,
    heights: Sequence[float],
    title_in: float,
    *,
    left_in: float,
    right_in: float = 0.0,
    gap: float = 0.18,
) -> list[Axes]:
    """Axes below each other that share the axis of time.

    Args:
        figure: of `paper`.
        heights: of the axes, in proportion.
        title_in: the height of the title.
        left_in: room for labels at the left, inches.
        right_in: room at the right.
        gap: between two axes, as a share of their mean height.
    """
    grid = figure.add_gridspec(
        len(heights),
        1,
        height_ratios=list(heights),
        hspace=gap,
        left=(_MARGIN_IN + left_in) / _width_in(figure),
        right=1 - (_MARGIN_IN + right_in) / _width_in(figure),
        top=_up(figure, title_in),
        bottom=BOTTOM_IN / figure.get_figheight(),
    )
    axes = [figure.add_subplot(grid[0])]
    axes += [figure.add_subplot(grid[i], sharex=axes[0]) for i in range(1, len(heights))]
    for row in axes[:-1]:
        row.xaxis.set_visible(False)
        row.spines["bottom"].set_visible(False)
    return axes


def panels_of(
    figure: Figure,
    n_rows: int,
    n_columns: int,
    title_in: float,
    left_in: float,
    between_in: float = _BETWEEN_PANELS_IN,
) -> tuple[list[Axes], float]:
    """Axes beside and below each other, each with room for names at its left; and the width of one, inches."""
    width = _text_in(figure) / n_columns
    rows_in = float(figure.get_figheight()) - title_in - 2 * _LINE_IN - BOTTOM_IN
    row_in = (rows_in - between_in * (n_rows - 1)) / n_rows
    axes = figure.subplots(
        n_rows,
        n_columns,
        squeeze=False,
        gridspec_kw={
            "left": (_MARGIN_IN + left_in) / _width_in(figure),
            "right": 1 - _MARGIN_IN / _width_in(figure),
            "top": _up(figure, title_in + 2 * _LINE_IN),
            "bottom": BOTTOM_IN / figure.get_figheight(),
            "wspace": left_in / (width - left_in) if n_columns > 1 else 0,
            "hspace": between_in / row_in,
        },
    )
    return list(axes.ravel()), width - left_in


def shade_gaps(axes: Axes, gaps: npt.NDArray[np.bool_], edges_s: npt.NDArray[np.float64]) -> None:
    """Hatches the bins that are gaps; gaps bool (m,), edges_s float64 (m + 1,), seconds."""
    whole_height = axes.get_xaxis_transform()
    axes.stairs(gaps.astype(float), edges_s, fill=True, linewidth=0, zorder=0, transform=whole_height, **GAP_STYLE)


def shade_all(axes: Axes) -> None:
    """Hatches the whole area of an empty chart."""
    axes.add_patch(Rectangle((0, 0), 1, 1, transform=axes.transAxes, linewidth=0, zorder=0, **GAP_STYLE))


def note(figure: Figure, text: str) -> None:
    """Writes what explains a chart, or what it leaves out, in its lower left corner."""
    x, y = _MARGIN_IN / _width_in(figure), 0.1 / figure.get_figheight()
    figure.text(x, y, text, fontsize=NOTE_PT, color=THEME.muted, va="bottom")


def write_middle(axes: Axes, text: str) -> None:
    """Writes a text in the middle of an empty chart, such as why it is empty."""
    box = {"facecolor": THEME.ground, "edgecolor": "none", "pad": 4.0}
    axes.text(0.5, 0.5, text, ha="center", va="center", bbox=box, transform=axes.transAxes)


def _shortened(name: str, longest: int = 44) -> str:
    printable = "".join(letter if letter.isprintable() else "?" for letter in name).replace("$", r"\$")
    return printable if len(printable) <= longest else f"{printable[: longest // 2]}…{printable[-longest // 2 :]}"
