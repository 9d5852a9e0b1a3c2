"""The chart of waves or days: the panel's mean of each film with its interval, on one axis."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from emoclassify.colours import RECORDING_COLOURS
from emoclassify.outputs.charts.scales import label_row, room_in
from emoclassify.outputs.charts.style import (
    NOTE_PT,
    TEXT_PT,
    THEME,
    Sheet,
    first_lines,
    note,
    paper,
    rows_of,
    set_title,
    width_in,
    wrapped,
)
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.headlines import capitalized
from emoclassify.outputs.study.charts.lines import WIDE_NUMBERS, fit_scores
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.names import film_name, measure_name
from emoclassify.outputs.study.waves_told import wave_name, waves_headline
from emoclassify.study.statistics.arrays import Values
from emoclassify.study.waves import WaveLevel, Waves

_NAME_IN, _NAME_LINES = 1.5, 4  # the widest name beside a line, and the highest
_ASIDE = 0.012  # of the axis, between the dots of two films in one wave
_MOST_NAMES = 12  # of waves below the axis; of more every second, third, ...
_MARKERS = "osD^v"


def draw_waves(material: StudyMaterial, measure: str, sheet: Sheet) -> None:
    """Draws one measure of all films."""
    words, study, waves = Words(material.options.lang), material.study, material.answers.waves
    _, name = words.text, capitalized(measure_name(measure, words))
    films = [film.id for film in study.stimuli if _levels(waves, film.id, measure)]
    name_lines = [wrapped(film_name(study, film), TEXT_PT, "SemiBold", _NAME_IN) for film in films]
    labels = ["\n".join(first_lines(lines, _NAME_LINES)) for lines in name_lines]
    with paper(sheet) as figure:
        title = _("Mean by day") if waves.are_days else _("Mean by wave")
        facts = (name, _("with 95-percent intervals"), _("found by looking"))
        title_in = set_title(figure, study.title, waves_headline(study, waves, measure, words), title, facts)
        right_in = max(width_in(line, weight="SemiBold") for label in labels for line in label.split("\n")) + 0.2
        left_in = room_in([capitalized(_("mean"))], WIDE_NUMBERS)
        (axes,) = rows_of(figure, [1.0], title_in, left_in=left_in, right_in=right_in)
        for i, (film, label) in enumerate(zip(films, labels, strict=True)):
            _draw_film(axes, waves, _levels(waves, film, measure), label, i, len(films))
        ends = [end for film in films for level in _levels(waves, film, measure) for end in (level.low, level.high)]
        fit_scores(axes, [np.array(ends)], words.lang)
        _name_waves(axes, waves, words)
        label_row(axes, capitalized(_("mean")), numbers=WIDE_NUMBERS)
        note(figure, _("A line joins waves; it does not say what was in between."))


def _levels(waves: Waves, film: str, measure: str) -> list[WaveLevel]:
    return [level for level in waves.levels if (level.stimulus, level.measure) == (film, measure)]


def _draw_film(axes: Axes, waves: Waves, levels: list[WaveLevel], label: str, place: int, n_films: int) -> None:
    """A film's means as dots with their intervals, joined, a little beside those of other films."""
    days = dict(zip(waves.order, waves.days, strict=True))
    aside = (place - (n_films - 1) / 2) * _ASIDE * max(waves.days)
    at = _array([days[level.wave] + aside for level in levels])
    means = _array([level.mean for level in levels])
    reach = _array([level.high - level.mean for level in levels])
    colour = RECORDING_COLOURS[place % len(RECORDING_COLOURS)]
    marker = _MARKERS[place % len(_MARKERS)]
    axes.errorbar(at, means, reach, color=colour, linewidth=1.4, elinewidth=2.2, capsize=5, marker=marker, markersize=8)
    axes.annotate(
        label.replace("$", r"\$"),
        (1.0, means[-1]),
        (8, 0),
        xycoords=axes.get_yaxis_transform(),
        textcoords="offset points",
        va="center",
        fontweight=600,
        color=colour,
    )


def _array(numbers: list[float]) -> Values:
    return np.array(numbers, dtype=np.float64)


def _name_waves(axes: Axes, waves: Waves, words: Words) -> None:
    """Names the waves below the axis, as many as have room."""
    every = -(-len(waves.order) // _MOST_NAMES)
    names = [wave_name(waves, wave, words).replace("$", r"\$") for wave in waves.order[::every]]
    axes.set_xticks(waves.days[::every], names, fontsize=NOTE_PT, color=THEME.ink)
    axes.xaxis.set_minor_locator(NullLocator())
    room = 0.06 * max(waves.days)
    axes.set_xlim(-room, max(waves.days) + room)
