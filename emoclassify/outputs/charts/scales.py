"""The marks, numbers and names along the sides of a chart.

They are plain texts: an axis of matplotlib makes five objects for each mark, and lays each out several times, which was
two thirds of a chart's time.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.markers import TICKDOWN, TICKLEFT
from matplotlib.text import Text
from matplotlib.transforms import ScaledTranslation, Transform

from emoclassify.outputs.charts.style import NOTE_PT, THEME, width_in
from emoclassify.words.numbers import clock

TIME_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
"""Whole steps of seconds, minutes and hours, between the times along an axis."""

_MOST_TIMES = 10
_MARK_PT, _TIME_MARK_PT, _PAD_PT = 3.5, 3.0, 3.5
_BELOW_TIMES_PT = 16.3  # from the times to the words below them
_NAME_PAD_PT = 6.0


def set_time_axis(axes: Axes, end_s: float, label: str, lang: str) -> None:
    """An axis from 0 to the end, its marks at whole steps of seconds, minutes or hours, written m:ss."""
    step_s = next((step for step in TIME_STEPS_S if end_s / step <= _MOST_TIMES), TIME_STEPS_S[-1])
    axes.set_xlim(0, end_s)
    axes.xaxis.set_visible(False)
    times_s = step_s * np.arange(int(end_s / step_s + 1e-9) + 1)
    _mark(axes, times_s, np.zeros(len(times_s)), TICKDOWN, _TIME_MARK_PT, axes.get_xaxis_transform())
    down_pt = _TIME_MARK_PT + _PAD_PT
    below = _moved(axes, axes.get_xaxis_transform(), 0, -down_pt)
    look: Any = {"va": "top", "fontsize": NOTE_PT, "color": THEME.muted}
    for time_s in times_s:
        axes.text(float(time_s), 0, clock(float(time_s), lang), transform=below, ha="center", **look)
    axes.text(1, 0, label, transform=_moved(axes, axes.transAxes, 0, -down_pt - _BELOW_TIMES_PT), ha="right", **look)


def write_numbers(axes: Axes, values: Sequence[float], names: Sequence[str]) -> list[Text]:
    """Marks and numbers at the left of some axes, at these values of theirs."""
    _mark(axes, np.zeros(len(values)), values, TICKLEFT, _MARK_PT, axes.get_yaxis_transform())
    return write_names(axes, values, names, NOTE_PT, THEME.muted, _MARK_PT)


def write_names(
    axes: Axes,
    values: Sequence[float],
    names: Sequence[str],
    size_pt: float,
    colour: str = THEME.ink,
    mark_pt: float = 0.0,
) -> list[Text]:
    """Texts at the left of some axes, at these values of theirs.

    Args:
        axes: of a chart.
        values: where they stand.
        names: what they say.
        size_pt: of the letters.
        colour: of the same.
        mark_pt: how long the marks are that stand between.
    """
    axes.yaxis.set_visible(False)
    beside = _moved(axes, axes.get_yaxis_transform(), -mark_pt - _PAD_PT, 0)
    look: Any = {"ha": "right", "va": "center_baseline", "fontsize": size_pt, "color": colour}
    return [axes.text(0, value, name, transform=beside, **look) for value, name in zip(values, names, strict=True)]


def room_in(labels: Sequence[str], numbers: Sequence[str]) -> float:
    """The room that the names of rows and the numbers beside them need at the left of a chart, inches."""
    longest_in = max((width_in(label, weight="SemiBold") for label in labels), default=0.0)
    return longest_in + (_numbers_pt(numbers) + _NAME_PAD_PT) / 72


def _numbers_pt(numbers: Sequence[str]) -> float:
    """The room that numbers need with their marks, points."""
    return max((72 * width_in(name, NOTE_PT) + _MARK_PT + _PAD_PT for name in numbers), default=0.0)


def label_row(axes: Axes, label: str, colour: str = THEME.ink, numbers: Sequence[str] = ()) -> None:
    """Writes the name of a row at its left; those of a chart end at the same place.

    Args:
        axes: of the row, which knows its name then (`get_label`).
        label: the name.
        colour: of its letters.
        numbers: those that stand between rows and their names.
    """
    axes.yaxis.set_visible(False)
    axes.set_label(label)
    beside = _moved(axes, axes.transAxes, -_numbers_pt(numbers) - _NAME_PAD_PT, 0)
    axes.text(0, 0.5, label, transform=beside, ha="right", va="center", color=colour, fontweight=600)


def hide_numbers(axes: Axes) -> None:
    """Leaves the left side of some axes without marks and numbers."""
    axes.yaxis.set_visible(False)


def _moved(axes: Axes, transform: Transform, right_pt: float, up_pt: float) -> Transform:
    """A place of some axes, a little beside it."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    return transform + ScaledTranslation(right_pt / 72, up_pt / 72, figure.dpi_scale_trans)


def _mark(axes: Axes, x: Any, y: Any, marker: Any, size_pt: float, transform: Transform) -> None:
    axes.add_artist(
        Line2D(
            x,
            y,
            linestyle="none",
            marker=marker,
            markersize=size_pt,
            markeredgewidth=0.8,
            color=THEME.muted,
            transform=transform,
            clip_on=False,
        )
    )
