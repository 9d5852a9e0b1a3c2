"""Figures with their intervals below each other: a dot and a line for each, its name left of it, words right of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from emoclassify.outputs.charts.style import (
    BOTTOM_IN,
    NOTE_PT,
    TEXT_PT,
    THEME,
    Sheet,
    note,
    paper,
    rows_of,
    set_title,
    shortened,
    width_in,
    wrapped,
)
from emoclassify.outputs.document.words import Words

MOST_ROWS = 14
"""In one chart; the tables have all."""

_NAME, _NAME_ALONE, _WORDS = 0.3, 0.4, 0.26  # of the width of a chart: the widest name, one of a line alone, and words
_LINE_IN = 0.18  # of a name


@dataclass(frozen=True)
class ForestRow:
    """One figure with its interval.

    Attributes:
        name: at the left.
        value: the figure.
        low: the lower end of its interval.
        high: the upper end.
        words: at the right.
        colour: "#RRGGBB".
        is_bold: whether it may be told as a finding.
    """

    name: str
    value: float
    low: float
    high: float
    words: str
    colour: str = THEME.ink
    is_bold: bool = True


@dataclass(frozen=True)
class ForestText:
    """The words around the figures: of what they are, the finding, the title, facts and the axis."""

    name: str
    finding: str
    title: str
    facts: tuple[str, ...]
    axis: str


def draw_forest(
    sheet: Sheet,
    rows: Sequence[ForestRow],
    text: ForestText,
    words: Words,
    write: Callable[[float], str],
    bounds: tuple[float, float] | None = None,
) -> None:
    """Draws the first MOST_ROWS figures, or fewer where the sheet is low; a line below them says how many there are.

    Names have two lines; where not all figures have room then, one line, and long ones lose their middle.

    Args:
        sheet: what to draw on.
        rows: at least one.
        text: the words around them.
        words: in which is told how many are left out.
        write: a value of the axis in words.
        bounds: of the axis; None: as the intervals need it, with 0.
    """
    with paper(sheet) as figure:
        title_in = set_title(figure, text.name, text.finding, text.title, text.facts)
        width, height = figure.get_size_inches()
        size_pt = TEXT_PT if len(rows) <= MOST_ROWS / 2 and figure.is_titled else NOTE_PT
        most_lines = int((height - title_in - BOTTOM_IN) / _LINE_IN)
        few = rows[: min(MOST_ROWS, most_lines)]
        names, row_lines = _names(few, size_pt, width, most_lines)
        left_in = max(width_in(line, size_pt) for name in names for line in name) + 0.15
        right_in = min(_WORDS * width, max(width_in(row.words, size_pt) for row in few)) + 0.15
        (axes,) = rows_of(figure, [1.0], title_in, left_in=left_in, right_in=right_in)
        ends = np.cumsum(row_lines)
        places = ends - (np.array(row_lines) + 1) / 2
        _draw_rows(axes, few, places, size_pt)
        axes.set_ylim(max(ends[-1], 3 * row_lines[0]) - 0.4, -0.6)
        axes.set_yticks(places, ["\n".join(name) for name in names], fontsize=size_pt, color=THEME.ink)
        _set_axes(axes, few, bounds)
        axes.xaxis.set_major_locator(MaxNLocator(6, steps=(1, 2, 5, 10)))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
        axes.tick_params(axis="x", length=3, labelsize=NOTE_PT)
        axes.set_xlabel(text.axis, fontsize=NOTE_PT)
        if len(few) < len(rows):
            template = words.text("the first {shown} of {all}; the tables have all")
            note(figure, template.format(shown=len(few), all=words.count(len(rows))))
        elif any("…" in line for name in names for line in name):
            note(figure, words.text("…: the tables have the whole name"))


def _names(
    rows: Sequence[ForestRow], size_pt: float, width: float, most_lines: int
) -> tuple[list[list[str]], list[int]]:
    """The names in lines, and for each row the lines that it is high, all alike where there is room for that."""
    two_lines = [_in_two_lines(row.name, size_pt, _NAME * width) for row in rows]
    own_lines = list(map(len, two_lines))
    if max(own_lines) * len(rows) <= most_lines:
        return two_lines, [max(own_lines)] * len(rows)
    if sum(own_lines) <= most_lines:
        return two_lines, own_lines
    return [[shortened(row.name, size_pt, _NAME_ALONE * width)] for row in rows], [1] * len(rows)


def _in_two_lines(name: str, size_pt: float, within_in: float) -> list[str]:
    first, *others = wrapped(name, size_pt, within_in=within_in)
    return [first, shortened(" ".join(others), size_pt, within_in)] if others else [first]


def _draw_rows(axes: Axes, rows: Sequence[ForestRow], places: npt.NDArray[np.float64], size_pt: float) -> None:
    """Draws each figure at its place, float64 (n,), in lines from the top."""
    for i, row in zip(places, rows, strict=True):
        axes.plot([row.low, row.high], [i, i], color=row.colour, linewidth=2.4 if row.is_bold else 1.4)
        face = row.colour if row.is_bold else THEME.ground
        axes.plot(row.value, i, marker="o", color=row.colour, markersize=7, markerfacecolor=face, zorder=3)
        axes.text(
            1.015,
            i,
            row.words,
            transform=axes.get_yaxis_transform(),
            va="center",
            fontsize=size_pt,
            fontweight=600 if row.is_bold else 400,
            color=THEME.ink if row.is_bold else THEME.muted,
        )


def _set_axes(axes: Axes, rows: Sequence[ForestRow], bounds: tuple[float, float] | None) -> None:
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    if bounds is None:
        low, high = min(0.0, *(row.low for row in rows)), max(0.0, *(row.high for row in rows))
        room = 0.06 * (high - low or 1.0)
        bounds = (low - room, high + room)
    if bounds[0] < 0 < bounds[1]:
        axes.axvline(0, color=THEME.muted, linewidth=0.9, zorder=0)
    axes.set_xlim(*bounds)
