"""Figures with their intervals below each other: a dot and a line for each, its name left of it, words right of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
    width_in,
    wrapped,
)
from emoclassify.outputs.document.words import Words

MOST_ROWS = 14
"""In one chart; the tables have all."""

_NAME, _WORDS = 0.3, 0.26  # of the width of a chart: the widest name and words
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
    """Draws the first MOST_ROWS figures, or fewer where the sheet is low.

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
        names = ["\n".join(wrapped(row.name, size_pt, within_in=_NAME * width)[:2]) for row in rows]
        n_lines = max(name.count("\n") for name in names) + 1
        few = rows[: min(MOST_ROWS, int((height - title_in - BOTTOM_IN) / (n_lines * _LINE_IN)))]
        names = names[: len(few)]
        left_in = max(width_in(line, size_pt) for name in names for line in name.split("\n")) + 0.15
        right_in = min(_WORDS * width, max(width_in(row.words, size_pt) for row in few)) + 0.15
        (axes,) = rows_of(figure, [1.0], title_in, left_in=left_in, right_in=right_in)
        _draw_rows(axes, few, size_pt)
        _set_axes(axes, few, names, size_pt, bounds)
        axes.xaxis.set_major_locator(MaxNLocator(6, steps=(1, 2, 5, 10)))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
        axes.tick_params(axis="x", length=3, labelsize=NOTE_PT)
        axes.set_xlabel(text.axis, fontsize=NOTE_PT)
        if len(few) < len(rows):
            template = words.text("the first {shown} of {all}; the tables have all")
            note(figure, template.format(shown=len(few), all=words.count(len(rows))))


def _draw_rows(axes: Axes, rows: Sequence[ForestRow], size_pt: float) -> None:
    for i, row in enumerate(rows):
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


def _set_axes(
    axes: Axes, rows: Sequence[ForestRow], names: list[str], size_pt: float, bounds: tuple[float, float] | None
) -> None:
    axes.set_ylim(max(len(rows), 3) - 0.4, -0.6)
    axes.set_yticks(range(len(rows)), names, fontsize=size_pt, color=THEME.ink)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    if bounds is None:
        low, high = min(0.0, *(row.low for row in rows)), max(0.0, *(row.high for row in rows))
        room = 0.06 * (high - low or 1.0)
        bounds = (low - room, high + room)
    if bounds[0] < 0 < bounds[1]:
        axes.axvline(0, color=THEME.muted, linewidth=0.9, zorder=0)
    axes.set_xlim(*bounds)
