"""The chart "call": whose turn it is, and below it the valence of each role whose voice was read."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from emoclassify.analysis import Analysis
from emoclassify.colours import PERSON_COLOURS
from emoclassify.curves import axis_end_s, role_curves
from emoclassify.outputs.charts.marks import episode_facts, mark_role_episodes
from emoclassify.outputs.charts.scales import label_row, room_in, set_time_axis
from emoclassify.outputs.charts.style import (
    THEME,
    Sheet,
    paper,
    rows_of,
    set_title,
)
from emoclassify.outputs.charts.titles import smoothing_fact
from emoclassify.outputs.charts.valence import draw_curve, name_peaks
from emoclassify.outputs.headlines import headline
from emoclassify.overview import Overview
from emoclassify.turns import Talk, Turn
from emoclassify.words.numbers import seconds
from emoclassify.words.texts import translation

_NUMBERS = ("+1",)  # the widest of those beside the curves
_LANE_SHARE = 0.3  # height of the turns of a role, as a share of that of a curve


def draw_call(analysis: Analysis, overview: Overview, sheet: Sheet | Path, lang: str) -> None:
    """Draws the turns of each role, and the valence of the voice of those that are scored."""
    _, talk = translation(lang).gettext, analysis.talk
    assert talk is not None, "the chart is of calls alone"
    colours = {role.name: PERSON_COLOURS[i % len(PERSON_COLOURS)] for i, role in enumerate(analysis.roles)}
    curves = role_curves(analysis)
    with paper(sheet) as figure:
        title_in = set_title(
            figure, analysis.source.name, headline("call", overview, lang), _("Turns"), _facts(analysis, talk, lang)
        )
        left_in = room_in(list(colours), _NUMBERS)
        heights = [*[_LANE_SHARE] * len(colours), *[1.0] * len(curves)]
        rows = rows_of(figure, heights, title_in, left_in=left_in)
        for row, (name, colour) in zip(rows, colours.items(), strict=False):
            label_row(row, name, colour, _NUMBERS)
            _draw_turns(row, [turn for turn in talk.turns if turn.role == name], colour)
        for row, curve, findings in zip(rows[len(colours) :], curves, overview.findings.roles, strict=True):
            label_row(row, curve.role, colours[curve.role], _NUMBERS)
            draw_curve(row, curve, colours[curve.role])
            name_peaks(row, findings, axis_end_s(analysis), lang)
        set_time_axis(rows[-1], axis_end_s(analysis), _("time (m:ss)"), lang)
        rows_of_roles = {curve.role: row for row, curve in zip(rows[len(colours) :], curves, strict=True)}
        mark_role_episodes(rows_of_roles, analysis)


def _facts(analysis: Analysis, talk: Talk, lang: str) -> list[str]:
    _ = translation(lang).gettext
    lengths = {"overlap": seconds(talk.overlap_s, lang), "silence": seconds(talk.silence_s, lang)}
    facts = [_("both at once {overlap}, nobody {silence}").format(**lengths)]
    if any(turn.interrupts for turn in talk.turns):
        facts.append(_("triangle: begins while another speaks"))
    curves = role_curves(analysis)
    if curves:
        facts += [_("below: the valence of the voice"), smoothing_fact(analysis, lang)]
    if any(curve.gaps.any() for curve in curves):
        facts.append(_("hatched: no speech"))
    return [*facts, *episode_facts(analysis, lang, [curve.role for curve in curves])]


def _draw_turns(row: Axes, turns: Sequence[Turn], colour: str) -> None:
    row.set_ylim(0, 1)
    lengths_s = [(turn.span.start_s, turn.span.duration_s) for turn in turns]
    row.broken_barh(lengths_s, (0.1, 0.7), facecolor=colour, edgecolor=THEME.ground, linewidth=0.6)
    starts_s = np.array([turn.span.start_s for turn in turns if turn.interrupts])
    row.plot(starts_s, np.full(len(starts_s), 1.0), "v", color=THEME.ink, markersize=6, clip_on=False)
