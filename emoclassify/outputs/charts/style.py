"""The common style of all charts: page width, time axis, title and the look of a gap; saved as PNG and SVG."""

import textwrap
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MultipleLocator

from emoclassify.colours import GAP, GAP_LINE
from emoclassify.words.numbers import clock

WIDTH_IN = 7.2
"""About the width of a page between its margins, so that charts in a report need no scaling."""

TITLE_IN = 0.55
"""Height of a title's two lines."""

GAP_STYLE: Any = {"facecolor": GAP, "edgecolor": GAP_LINE, "hatch": "////"}
"""The look of a gap: grey, and hatched for print without colour."""


_DPI = 200  # twice the usual 100, sharp on a good screen and in print
_STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "hatch.linewidth": 0.5,
    "svg.hashsalt": "emoclassify",  # the same file for the same content
}
_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
_MOST_TICKS = 9
_LETTERS_A_LINE = 98


@contextmanager
def paper(stem: Path, height_in: float) -> Iterator[Figure]:
    """A figure to draw on, of the width of a page; saved as <stem>.png and <stem>.svg at the end."""
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(WIDTH_IN, height_in), dpi=_DPI, layout="constrained")
        yield figure
        with warnings.catch_warnings():
            # Letters that the font lacks are drawn as boxes; the name of the folder and the tables have them right.
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            figure.savefig(stem.with_suffix(".png"), metadata={"Software": None})
            figure.savefig(stem.with_suffix(".svg"), metadata={"Date": None, "Creator": None})


def set_title(figure: Figure, name: str, title: str, facts: Sequence[str]) -> None:
    """Writes the title and the name of the recording above a chart, and facts about it on the next line."""
    unbroken_facts = (fact.replace(" ", "\N{NO-BREAK SPACE}") for fact in facts)
    facts_line = textwrap.fill("; ".join(unbroken_facts), _LETTERS_A_LINE)
    figure.suptitle(f"{title} · {_shortened(name)}\n{facts_line}", x=0.01, ha="left", fontsize=9)


def set_time_axis(axes: Axes, end_s: float, label: str, lang: str) -> None:
    """An axis from 0 to the end, its ticks at whole steps of seconds, minutes or hours, written m:ss."""
    step_s = next((step for step in _STEPS_S if end_s / step <= _MOST_TICKS), _STEPS_S[-1])
    axes.set_xlim(0, end_s)
    axes.xaxis.set_major_locator(MultipleLocator(step_s))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: clock(value, lang)))
    axes.tick_params(axis="x", length=3)
    axes.set_xlabel(label)


def shade_gaps(axes: Axes, gaps: npt.NDArray[np.bool_], edges_s: npt.NDArray[np.float64]) -> None:
    """Hatches the bins that are gaps; gaps bool (m,), edges_s float64 (m + 1,), seconds."""
    whole_height = axes.get_xaxis_transform()
    axes.stairs(gaps.astype(float), edges_s, fill=True, linewidth=0, zorder=0, transform=whole_height, **GAP_STYLE)


def shade_all(axes: Axes) -> None:
    """Hatches the whole area of an empty chart."""
    axes.add_patch(Rectangle((0, 0), 1, 1, transform=axes.transAxes, linewidth=0, zorder=0, **GAP_STYLE))


def label_row(axes: Axes, label: str) -> None:
    """Writes the label of a row at its left, horizontally."""
    axes.set_ylabel(label, rotation=0, ha="right", va="center")


def write_middle(axes: Axes, text: str) -> None:
    """Writes a text in the middle of an empty chart, such as why it is empty."""
    box = {"facecolor": "white", "edgecolor": "none", "pad": 2.0}
    axes.text(0.5, 0.5, text, ha="center", va="center", bbox=box, transform=axes.transAxes)


def _shortened(name: str, longest: int = 44) -> str:
    printable = "".join(letter if letter.isprintable() else "?" for letter in name).replace("$", r"\$")
    return printable if len(printable) <= longest else f"{printable[: longest // 2]}…{printable[-longest // 2 :]}"
