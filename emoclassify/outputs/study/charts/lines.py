"""What the charts over a film's time share: a curve with its band, people seen, scenes, marks, and the film itself."""

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from PIL import Image

from emoclassify.colours import COLOURS, COVERAGE, GROUP_COLOURS, THEMES, VALENCE, standing_out
from emoclassify.design import CHART_DPI
from emoclassify.outputs.charts.scales import label_row, write_numbers
from emoclassify.outputs.charts.style import (
    NOTE_PT,
    THEME,
    shade_gaps,
    width_in,
)
from emoclassify.outputs.study.material import FilmStill
from emoclassify.study.statistics.arrays import Values
from emoclassify.study.stimulus import BIN_S, Stimulus
from emoclassify.words.numbers import number

_LEAST_RANGE = 0.2  # of an axis of scores: less would make a mountain of noise
_FINE_RANGE = 0.4  # below it the numbers of the axis need two decimals
_FINE_STEPS, _COARSE_STEPS = (1, 2, 4, 5, 10), (1, 2, 5, 10)
"""Between the numbers of an axis, times a power of ten: those of which no digit is left out."""

_ROOM = 0.08  # of the range, above and below a curve
_SLIM_IN, _NUMBER_IN = 0.75, 0.15
"""A row of less has a neighbour right above and below; the height of a number, and of the room around it."""

WIDE_NUMBERS = ("\N{MINUS SIGN}0.25",)
"""As wide as the numbers of scores beside a row."""

_LEVELS = 2  # lines of names above a curve
_GAP_IN = 0.1  # between two names, and between two pictures
_MARK = "\N{DOWNWARDS ARROW}"


def measure_colour(measure: str) -> str:
    """The colour of a measure's line on paper; ink for what has no colour of its own."""
    colour = {**COLOURS, **GROUP_COLOURS, "valence": VALENCE}.get(measure, THEMES["light"].ink)
    return standing_out(colour, THEME.ground)


def edges_s(n_bins: int, end_s: float) -> Values:
    """The borders of the half seconds of a film, float64 (n_bins + 1,); the last one is its end."""
    return np.asarray(np.minimum(np.arange(n_bins + 1) * BIN_S, max(end_s, (n_bins - 0.5) * BIN_S)))


def draw_band(row: Axes, mean: Values, low: Values, high: Values, colour: str, *, dashed: bool = False) -> None:
    """A curve over the middles of the half seconds, and the band around it; float64 (t,), NaN in gaps."""
    middles_s = (np.arange(len(mean)) + 0.5) * BIN_S
    row.fill_between(middles_s, low, high, color=colour, alpha=0.22, linewidth=0)
    row.plot(
        middles_s,
        mean,
        color=colour,
        linewidth=2.2,
        linestyle="--" if dashed else "-",
        marker="o",  # else a half second between two gaps would not be seen
        markersize=1.8,
        markeredgewidth=0,
    )


def fit_scores(row: Axes, curves: Sequence[Values], lang: str, *, with_zero: bool = True) -> None:
    """An axis that holds all values of some curves, and 0; its numbers in the language."""
    values = np.concatenate([*curves, *([np.zeros(1)] if with_zero else [])])
    values = values[~np.isnan(values)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    if high - low < _LEAST_RANGE:
        middle = max((low + high) / 2, _LEAST_RANGE / 2) if low >= 0 else (low + high) / 2
        low, high = middle - _LEAST_RANGE / 2, middle + _LEAST_RANGE / 2
    room, digits = _ROOM * (high - low), 2 if high - low < _FINE_RANGE else 1
    steps = _FINE_STEPS if digits == 2 else _COARSE_STEPS
    row.set_ylim(low - room * (low < 0), high + room)
    bottom, top = row.get_ylim()
    is_slim = _height_in(row) < _SLIM_IN
    marks = MaxNLocator(max(1, int(_height_in(row) / _NUMBER_IN) - 1) if is_slim else 4, steps=steps)
    inside = [float(value) for value in marks.tick_values(bottom, top) if bottom <= value <= top]
    write_fitting(row, inside, [number(value, lang, digits) for value in inside])


def write_fitting(row: Axes, values: Sequence[float], names: Sequence[str]) -> None:
    """Numbers beside a row, upwards. In a slim one they keep within it, and only as many are written as have room."""
    height_in = _height_in(row)
    n_fitting = max(1, int(height_in / _NUMBER_IN))
    if len(values) > n_fitting:
        outermost = [0, -1][-n_fitting:]
        values, names = [values[i] for i in outermost], [names[i] for i in outermost]
    texts = write_numbers(row, values, names)
    if height_in >= _SLIM_IN:
        return
    bottom, top = row.get_ylim()
    edge = _NUMBER_IN / 2 / height_in * (top - bottom)
    for value, label in zip(values, texts, strict=True):
        if value < bottom + edge:
            label.set_verticalalignment("bottom")
        elif value > top - edge:
            label.set_verticalalignment("top")


def _size_in(row: Axes) -> tuple[float, float]:
    """Width and height."""
    extent = row.get_window_extent()
    return float(extent.width / CHART_DPI), float(extent.height / CHART_DPI)


def _height_in(row: Axes) -> float:
    return _size_in(row)[1]


def draw_seen(
    row: Axes, n_seen: Values, n: int, end_s: float, label: str, numbers: Sequence[str] = WIDE_NUMBERS
) -> None:
    """How many people are seen in each half second; `numbers` are the widest of the rows of this chart."""
    row.stairs(n_seen, edges_s(len(n_seen), end_s), fill=True, color=COVERAGE, linewidth=0)
    row.set_ylim(0, max(1, n))
    write_fitting(row, [0, max(1, n)], ["0", str(n)])
    label_row(row, label, THEME.muted, numbers)


def shade_unseen(row: Axes, mean: Values, end_s: float) -> None:
    """Hatches where too few are seen for a mean."""
    shade_gaps(row, np.isnan(mean), edges_s(len(mean), end_s))


def draw_scenes(row: Axes, stimulus: Stimulus, end_s: float) -> None:
    """The scenes as pale stretches and the marks as lines, with their names above; names without room are left out."""
    for scene in stimulus.scenes:
        row.axvspan(scene.start_s, scene.end_s, color=THEME.rule, alpha=0.5, linewidth=0, zorder=0)
    for mark in stimulus.marks:
        row.axvline(mark.time_s, color=THEME.muted, linewidth=0.9, linestyle=":", zorder=1)
    names = [(scene.start_s, scene.name or scene.id) for scene in stimulus.scenes]
    names += [(mark.time_s, f"{_MARK} {mark.name}") for mark in stimulus.marks]
    width, _ = _size_in(row)
    room_s = [-1.0] * _LEVELS  # where each line of names ends
    for time_s, name in sorted(names):
        text = name.replace("$", r"\$")
        length_s = (width_in(text, NOTE_PT) + _GAP_IN) * end_s / width
        start_s = max(0.0, min(time_s, end_s - length_s))
        level = next((i for i, taken_to_s in enumerate(room_s) if taken_to_s <= start_s), None)
        if level is None:
            continue
        room_s[level] = start_s + length_s
        row.annotate(
            text,
            (start_s, 1.0),
            (0, 2 + 12 * level),
            xycoords=row.get_xaxis_transform(),
            textcoords="offset points",
            fontsize=NOTE_PT,
            color=THEME.muted,
        )


def draw_stills(row: Axes, stills: Sequence[FilmStill], end_s: float) -> None:
    """Pictures of a film above its time, as many as have room; the axis of time must be set before."""
    row.set_axis_off()
    bounds, (width, height) = row.get_xlim(), _size_in(row)
    with Image.open(BytesIO(stills[0].content), formats=["JPEG"]) as first:
        picture_in = height * first.width / first.height
    n_fitting = max(1, int((width + _GAP_IN) / (picture_in + _GAP_IN)))
    for i in range(n_fitting):
        middle = (i + 0.5) * width / n_fitting
        still = min(stills, key=lambda one: abs(one.time_s - middle * end_s / width))
        with Image.open(BytesIO(still.content), formats=["JPEG"]) as image:
            rgb = np.asarray(image.convert("RGB"))
        left, right = ((middle + side * picture_in / 2) * end_s / width for side in (-1, 1))
        row.imshow(rgb, extent=(left, right, 0, 1), aspect="auto", zorder=2)
    row.set_xlim(bounds)
    row.set_ylim(0, 1)
