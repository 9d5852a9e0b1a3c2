"""Figures with their intervals below each other: a dot and a line for each, its name left of it, words right of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from emoclassify.outputs.charts.style import NOTE_PT, TEXT_PT, THEME, note, paper, rows_of, set_title, width_in, wrapped

MOST_ROWS = 14
"""In one chart; the tables have all."""

_NAME_IN, _WORDS_IN = 3.0, 2.6  # the widest name and words


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
    """The words around the figures: of what they are, the finding, the title, facts, the axis and a note."""

    name: str
    finding: str
    title: str
    facts: tuple[str, ...]
    axis: str
    remark: str = ""


def draw_forest(
    stem: Path,
    rows: Sequence[ForestRow],
    text: ForestText,
    write: Callable[[float], str],
    bounds: tuple[float, float] | None = None,
) -> None:
    """Draws the first MOST_ROWS figures.

    Args:
        stem: path without ending.
        rows: at least one.
        text: the words around them.
        write: a value of the axis in words.
        bounds: of the axis; None: as the intervals need it, with 0.
    """
    few = rows[:MOST_ROWS]
    size_pt = TEXT_PT if len(few) <= MOST_ROWS / 2 else NOTE_PT
    with paper(stem) as figure:
        title_in = set_title(figure, text.name, text.finding, text.title, text.facts)
        names = ["\n".join(wrapped(row.name, size_pt, within_in=_NAME_IN)[:2]) for row in few]
        left_in = max(width_in(line, size_pt) for name in names for line in name.split("\n")) + 0.15
        right_in = min(_WORDS_IN, max(width_in(row.words, size_pt) for row in few)) + 0.15
        (axes,) = rows_of(figure, [1.0], title_in, left_in=left_in, right_in=right_in)
        _draw_rows(axes, few, size_pt)
        _set_axes(axes, few, names, size_pt, bounds)
        axes.xaxis.set_major_locator(MaxNLocator(6, steps=(1, 2, 5, 10)))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
        axes.tick_params(axis="x", length=3, labelsize=NOTE_PT)
        axes.set_xlabel(text.axis, fontsize=NOTE_PT)
        if text.remark:
            note(figure, text.remark)


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
