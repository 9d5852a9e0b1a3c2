"""The chart "valence": the valence of each person over time, its peaks, and how much of each moment could be read."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from emoclassify.analysis import Analysis
from emoclassify.colours import COVERAGE, PERSON_COLOURS, VALENCE, VALENCE_AS_READ
from emoclassify.curves import Curve, axis_end_s
from emoclassify.findings import CurveFindings
from emoclassify.labels import valence
from emoclassify.moments import HIGHEST
from emoclassify.outputs.charts.marks import episode_facts, mark_episodes
from emoclassify.outputs.charts.scales import hide_numbers, label_row, room_in, set_time_axis, write_numbers
from emoclassify.outputs.charts.style import (
    THEME,
    Sheet,
    paper,
    rows_of,
    set_title,
    shade_all,
    shade_gaps,
    write_middle,
)
from emoclassify.outputs.charts.titles import drawn_curves, facts_of, person_count_facts, row_label, smoothing_fact
from emoclassify.outputs.headlines import headline
from emoclassify.overview import Overview
from emoclassify.words.numbers import clock, percent, signed
from emoclassify.words.texts import translation

_LIMIT = 1.35  # of the axis: a peak at -1 or 1 has room for its time
_COVERAGE_SHARE = 0.22  # height of the row below, as a share of that of a curve


def draw_valence(analysis: Analysis, overview: Overview, sheet: Sheet | Path, lang: str) -> None:
    """Draws the valence over time, a row for each person: as read, smoothed, and below it the share of frames read."""
    _ = translation(lang).gettext
    curves = drawn_curves(analysis)
    n_rows = max(1, len(curves))
    with paper(sheet) as figure:
        title_in = set_title(
            figure, analysis.source.name, headline("valence", overview, lang), _("Valence"), _facts(analysis, lang)
        )
        names = [_("coverage"), *(row_label(curve, analysis, _) for curve in curves)]
        left_in = room_in(names, [percent(1, lang)])
        rows = rows_of(figure, [1, _COVERAGE_SHARE] * n_rows, title_in, left_in=left_in)
        for i, curve in enumerate(curves):
            colour = PERSON_COLOURS[i % len(PERSON_COLOURS)] if len(curves) > 1 else VALENCE
            label_row(rows[2 * i], row_label(curve, analysis, _), colour, [percent(1, lang)])
            draw_curve(rows[2 * i], curve, colour)
            _draw_coverage(rows[2 * i + 1], curve, _("coverage"), lang)
        if curves:
            name_peaks(rows[0], overview.findings.main, axis_end_s(analysis), lang)
        else:
            for row in rows:
                hide_numbers(row)
            shade_all(rows[0])
            write_middle(rows[0], _("nothing to show"))
        set_time_axis(rows[-1], axis_end_s(analysis), _("time (m:ss)"), lang)
        mark_episodes(rows[-1], analysis)


def _facts(analysis: Analysis, lang: str) -> list[str]:
    _ = translation(lang).gettext
    facts = [_("happy minus angry, disgust, fear and sad; surprise is left out"), *facts_of(analysis, lang)]
    facts += person_count_facts(analysis, _)
    if drawn_curves(analysis):
        below = (
            _("below: share of the frames looked at in which the face can be read")
            if analysis.frames
            else _("below: share of the time with speech")
        )
        facts += [smoothing_fact(analysis, lang), _("thin line: as read"), below]
    return [*facts, *episode_facts(analysis, lang)]


def draw_curve(row: Axes, curve: Curve, colour: str) -> None:
    """Draws the valence as a bold smoothed line, and behind it a thin pale one as read; hatches the gaps."""
    middles_s = curve.edges_s[:-1] + curve.bin_s / 2
    as_read = VALENCE_AS_READ if colour == VALENCE else colour
    row.set_ylim(-_LIMIT, _LIMIT)
    write_numbers(row, (-1, 0, 1), ("\N{MINUS SIGN}1", "0", "+1"))
    row.axhline(0, color=THEME.muted, linewidth=0.8, zorder=1)
    row.plot(middles_s, valence(curve.bins.scores), color=as_read, linewidth=0.7, alpha=0.55)
    row.plot(
        middles_s,
        valence(curve.drawn_scores),
        color=colour,
        linewidth=2.4,
        marker="o",  # else a bin between two gaps would not be seen
        markersize=2.2,
        markeredgewidth=0,
    )
    shade_gaps(row, curve.gaps, curve.edges_s)


def _draw_coverage(row: Axes, curve: Curve, label: str, lang: str) -> None:
    row.set_ylim(0, 1)
    write_numbers(row, (0, 1), ("0", percent(1, lang)))
    label_row(row, label, THEME.muted, [percent(1, lang)])
    row.stairs(np.nan_to_num(curve.bins.coverage), curve.edges_s, fill=True, color=COVERAGE, linewidth=0)


def name_peaks(row: Axes, findings: CurveFindings | None, end_s: float, lang: str) -> None:
    """Writes when and how high beside the highest and the lowest moment of a curve on a row that ends at `end_s`."""
    for moment in (findings.highest, findings.lowest) if findings else ():
        if moment is None:
            continue
        is_above = moment.kind == HIGHEST
        place = moment.time_s / end_s
        row.plot(moment.time_s, moment.valence, marker="o", color=THEME.ink, markersize=5, zorder=4)
        row.annotate(
            f"{clock(moment.time_s, lang)}  {signed(moment.valence, lang)}",
            (moment.time_s, moment.valence),
            (0, 9 if is_above else -9),
            textcoords="offset points",
            ha="left" if place < 0.1 else "right" if place > 0.9 else "center",
            va="bottom" if is_above else "top",
            fontweight=600,
            bbox={"facecolor": THEME.ground, "edgecolor": "none", "alpha": 0.8, "pad": 1.0},
        )
