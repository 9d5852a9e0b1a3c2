"""The chart of a film and a measure: the film's pictures, the panel's curve with its band, its share, people seen."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from emoclassify.outputs.charts.marks import draw_marks
from emoclassify.outputs.charts.scales import label_row, room_in, set_time_axis
from emoclassify.outputs.charts.style import (
    THEME,
    Sheet,
    note,
    paper,
    rows_of,
    set_title,
    write_middle,
)
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.headlines import capitalized
from emoclassify.outputs.study.charts.lines import (
    WIDE_NUMBERS,
    draw_band,
    draw_scenes,
    draw_seen,
    draw_stills,
    fit_scores,
    measure_colour,
    shade_unseen,
    write_fitting,
)
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.names import film_name, measure_name
from emoclassify.outputs.study.told import film_headline, is_steady
from emoclassify.study.episodes import Episode
from emoclassify.study.findings import FilmFindings
from emoclassify.study.stimulus import BIN_S, Stimulus
from emoclassify.timeline import Span
from emoclassify.words.numbers import percent

_HEIGHTS = [2.6, 1.2, 0.5]
_STILLS = 1.1  # height of the pictures beside these


def draw_film(material: StudyMaterial, film: FilmFindings, sheet: Sheet) -> None:
    """Draws one measure of everybody who saw a film."""
    lang, study = material.options.lang, material.study
    words, stimulus = Words(lang), study.film(film.stimulus)
    _, stills, end_s = words.text, material.stills.get(film.stimulus, ()), stimulus.duration_s
    names = [capitalized(name) for name in (_("mean"), _("share"), _("seen"))]
    with paper(sheet) as figure:
        title = _("The panel's mean, and the share that shows it")
        episodes = [
            one
            for one in material.answers.episodes
            if (one.stimulus, one.rule.measure) == (film.stimulus, film.measure)
        ]
        has_share = figure.is_titled or not stills  # a slide is too low for everything
        numbers = (percent(1, lang),) if has_share else WIDE_NUMBERS
        facts = _facts(film, episodes, words, has_share=has_share)
        title_in = set_title(figure, film_name(study, film.stimulus), film_headline(study, film, words), title, facts)
        left_in = room_in(names, numbers)
        scenes_in = 0.3 if stimulus.scenes or stimulus.marks else 0.0  # for their names
        heights = [*([_STILLS] if stills else []), *(_HEIGHTS if has_share else _HEIGHTS[::2])]
        gap = 0.3 if stills and has_share else 0.5 if stills else 0.2
        rows = rows_of(figure, heights, title_in + scenes_in * (not stills), left_in=left_in, gap=gap)
        mean_row, seen_row = rows[-3 if has_share else -2], rows[-1]
        set_time_axis(rows[-1], end_s, _("time in the film (m:ss)"), lang)
        if stills:
            draw_stills(rows[0], stills, end_s)
        _draw_mean(mean_row, stimulus, film, lang)
        draw_scenes(mean_row, stimulus, end_s)
        if has_share:
            _draw_share(rows[-2], film, end_s, lang)
            label_row(rows[-2], names[1], numbers=numbers)
        draw_marks(rows[-2], [Span(one.start_s, one.end_s) for one in episodes])
        draw_seen(seen_row, film.band.n_seen.astype(np.float64), film.n, end_s, names[2], numbers)
        label_row(mean_row, names[0], numbers=numbers)
        if np.isnan(film.band.mean).all():
            write_middle(mean_row, _("nothing to show"))
        elif not _has_band(film):
            note(figure, _("no band: it takes 12 people"))


def _facts(film: FilmFindings, episodes: Sequence[Episode], words: Words, *, has_share: bool) -> list[str]:
    _ = words.text
    measure = measure_name(film.measure, words)
    shares = dict.fromkeys(words.percent(one.rule.share) for one in episodes)
    marks = [_("thick line: {rules}").format(rules=f"> {share}") for share in shares]
    return [
        f"{capitalized(measure)}, n {film.n}",
        *([_("band: holds the whole true curve in 95 of 100 panels")] if _has_band(film) else []),
        *([_("share: Wilson's 95-percent interval")] if has_share else []),
        *marks,
    ]


def _has_band(film: FilmFindings) -> bool:
    """Whether enough people saw the film for one."""
    return not bool(np.isnan(film.band.low).all())


def _draw_mean(row: Axes, stimulus: Stimulus, film: FilmFindings, lang: str) -> None:
    colour, band = measure_colour(film.measure), film.band
    draw_band(row, band.mean, band.low, band.high, colour)
    fit_scores(row, [band.mean, band.low, band.high], lang)
    if row.get_ylim()[0] < 0:
        row.axhline(0, color=THEME.muted, linewidth=0.8, zorder=1)
    shade_unseen(row, band.mean, stimulus.duration_s)
    if is_steady(film):
        _mark_peak(row, stimulus, film)


def _mark_peak(row: Axes, stimulus: Stimulus, film: FilmFindings) -> None:
    """A dot at the highest half second, and a line over those at which other panels would have it."""
    peak = film.peak
    assert peak is not None
    height = float(film.band.mean[peak.bin])
    span = stimulus.span_of(peak.low_bin, peak.high_bin)
    ends_s = [span.start_s, span.end_s]
    row.plot((peak.bin + 0.5) * BIN_S, height, marker="o", color=THEME.ink, markersize=5, zorder=4)
    row.plot(ends_s, [height, height], color=THEME.ink, linewidth=1.2, zorder=4, marker="|", markersize=6)


def _draw_share(row: Axes, film: FilmFindings, end_s: float, lang: str) -> None:
    shares = film.shares
    draw_band(row, shares.share, shares.low, shares.high, THEME.ink)
    row.set_ylim(0, 1.05)
    write_fitting(row, [0, 0.5, 1], [percent(share, lang) for share in (0, 0.5, 1)])
    shade_unseen(row, shares.share, end_s)
