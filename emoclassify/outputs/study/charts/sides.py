"""The chart of a comparison: both curves with their bands, and below it the second minus the first with its own."""

import numpy as np
from matplotlib.axes import Axes

from emoclassify.colours import RECORDING_COLOURS
from emoclassify.design import CHART_DPI
from emoclassify.outputs.charts.scales import label_row, room_in, set_time_axis
from emoclassify.outputs.charts.style import (
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
    write_middle,
)
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.headlines import capitalized
from emoclassify.outputs.study.charts.lines import (
    WIDE_NUMBERS,
    draw_band,
    draw_scenes,
    draw_seen,
    fit_scores,
    shade_unseen,
)
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.names import measure_name, pair_name, side_names
from emoclassify.outputs.study.told import contrast_headline
from emoclassify.study.contrasts import Contrast
from emoclassify.study.statistics.arrays import Values
from emoclassify.study.statistics.bands import Band

_HEIGHTS = [2.2, 1.5, 0.4]
_LEAST_APART = 0.16  # of a row's height, between the middles of two names
_NAME_IN, _NAME_HIGH_IN = 1.5, 0.19  # the widest name beside a curve, and the height of one
_NAME_LINES = 4


def draw_sides(material: StudyMaterial, contrast: Contrast, sheet: Sheet) -> None:
    """Draws one measure of both sides of a comparison."""
    lang, study = material.options.lang, material.study
    words = Words(lang)
    _, names = words.text, side_names(study, contrast.comparison)
    films = [study.film(side.stimulus) for side in (contrast.comparison.first, contrast.comparison.second)]
    end_s = max(film.duration_s for film in films)
    labels = [capitalized(label) for label in (_("mean"), _("difference"), _("seen"))]
    with paper(sheet) as figure:
        title = _("Two curves, and the second minus the first")
        facts = [capitalized(measure_name(contrast.measure, words)), *_facts(contrast, words)]
        pair, finding = pair_name(study, contrast.comparison, words), contrast_headline(study, contrast, words)
        title_in = set_title(figure, pair, finding, title, facts)
        name_lines = [
            "\n".join(first_lines(wrapped(name, TEXT_PT, "SemiBold", _NAME_IN), _NAME_LINES)) for name in names
        ]
        right_in = max(width_in(line, weight="SemiBold") for name in name_lines for line in name.split("\n")) + 0.15
        left_in = room_in(labels, WIDE_NUMBERS)
        scenes_in = 0.3 if films[0].scenes or films[0].marks else 0.0
        rows = rows_of(figure, _HEIGHTS, title_in + scenes_in, left_in=left_in, right_in=right_in, gap=0.2)
        set_time_axis(rows[-1], end_s, _("time in the film (m:ss)"), lang)
        _draw_both(rows[0], contrast, lang)
        _name_curves(rows[0], contrast, name_lines)
        draw_scenes(rows[0], films[0], end_s)
        _draw_difference(rows[1], contrast, end_s, words)
        n_bins = max(len(band.mean) for band in contrast.sides)
        n_seen = np.minimum(*(_padded(band, n_bins) for band in contrast.sides))
        draw_seen(rows[2], n_seen, min(contrast.n), end_s, labels[2])
        label_row(rows[0], labels[0], numbers=WIDE_NUMBERS)
        label_row(rows[1], labels[1], numbers=WIDE_NUMBERS)
        if _has_no_band(contrast):
            note(figure, _("no band: it takes 12 people"))


def _facts(contrast: Contrast, words: Words) -> list[str]:
    _, (n_first, n_second) = words.text, contrast.n
    people = (
        words.several("the same {n} person", "the same {n} people", n_first).format(n=n_first)
        if contrast.is_paired
        else words.several("{first} and {second} person", "{first} and {second} people", n_second).format(
            first=n_first, second=n_second
        )
    )
    return [people] if _has_no_band(contrast) else [people, _("bands: hold the whole true curve in 95 of 100 panels")]


def _has_no_band(contrast: Contrast) -> bool:
    """Whether a side has too few people for one."""
    return any(np.isnan(band.low).all() for band in contrast.sides)


def _padded(band: Band, n_bins: int) -> Values:
    return np.pad(band.n_seen.astype(np.float64), (0, n_bins - len(band.n_seen)))


def _draw_both(row: Axes, contrast: Contrast, lang: str) -> None:
    for i, (band, colour) in enumerate(zip(contrast.sides, RECORDING_COLOURS, strict=False)):
        draw_band(row, band.mean, band.low, band.high, colour, dashed=i == 0)
    curves = [curve for band in contrast.sides for curve in (band.mean, band.low, band.high)]
    fit_scores(row, curves, lang)
    if all(np.isnan(curve).all() for curve in curves):
        write_middle(row, Words(lang).text("nothing to show"))
    if row.get_ylim()[0] < 0:
        row.axhline(0, color=THEME.muted, linewidth=0.8, zorder=1)


def _name_curves(row: Axes, contrast: Contrast, names: list[str]) -> None:
    """Writes the name of each curve at the right of its end."""
    low, high = row.get_ylim()
    places = [(_last(band) - low) / (high - low) for band in contrast.sides]
    row_in = row.get_window_extent().height / CHART_DPI
    apart = max(_LEAST_APART, _NAME_HIGH_IN / row_in) * (1 + max(name.count("\n") for name in names))
    if abs(places[1] - places[0]) < apart:
        middle = min(max(sum(places) / 2, apart), 1 - apart)
        sign = 1 if places[1] >= places[0] else -1
        places = [middle - sign * apart / 2, middle + sign * apart / 2]
    for place, name, colour in zip(places, names, RECORDING_COLOURS, strict=False):
        row.text(1.01, place, name, transform=row.transAxes, va="center", color=colour, fontweight=600)


def _last(band: Band) -> float:
    values = band.mean[~np.isnan(band.mean)]
    return float(values[-1]) if len(values) else 0.0


def _draw_difference(row: Axes, contrast: Contrast, end_s: float, words: Words) -> None:
    band = contrast.difference
    row.axhline(0, color=THEME.muted, linewidth=0.8, zorder=1)
    if band is None or np.isnan(band.mean).all():
        write_middle(row, words.text("too few people, or films of different lengths"))
        return
    draw_band(row, band.mean, band.low, band.high, THEME.ink)
    fit_scores(row, [band.mean, band.low, band.high], words.lang)
    shade_unseen(row, band.mean, end_s)
