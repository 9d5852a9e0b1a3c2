"""The chart "groups": positive, neutral and negative over time, as areas that add up to 1."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from emoclassify.analysis import Analysis
from emoclassify.colours import GROUP_COLOURS, GROUP_FILLS, standing_out
from emoclassify.curves import Curve, axis_end_s
from emoclassify.groups import APART, Groups
from emoclassify.labels import sum_of
from emoclassify.outputs.charts.marks import episode_facts, mark_episodes
from emoclassify.outputs.charts.scales import hide_numbers, label_row, room_in, set_time_axis, write_numbers
from emoclassify.outputs.charts.style import (
    THEME,
    Sheet,
    note,
    paper,
    rows_of,
    set_title,
    shade_all,
    shade_gaps,
    width_in,
    write_middle,
)
from emoclassify.outputs.charts.titles import (
    Translate,
    drawn_curves,
    facts_of,
    person_count_facts,
    row_label,
    smoothing_fact,
)
from emoclassify.outputs.headlines import headline
from emoclassify.overview import Overview
from emoclassify.words.numbers import number
from emoclassify.words.texts import translation

_PART: Any = {"hatch": "....", "edgecolor": THEME.ground}  # the look of surprise within its group
_LEAST_APART = 0.09  # of a row's height, between the middles of two names beside it
LEAST_SEEN = 0.02
"""An area that is nowhere higher is no more than a line: it is not named."""

_FROM_BELOW = ("negative", "neutral", "positive")


def draw_groups(analysis: Analysis, overview: Overview, sheet: Sheet | Path, lang: str) -> None:
    """Draws positive, neutral and negative as areas over time that add up to 1, with a row for each person."""
    _ = translation(lang).gettext
    curves, groups = drawn_curves(analysis), analysis.options.emotion_groups
    names = {group: translation(lang).pgettext("group", group) for group in GROUP_FILLS}
    facts = [*([_("scores from 0 to 1")] if curves else []), *person_count_facts(analysis, _)]
    facts += facts_of(analysis, lang)
    facts += [smoothing_fact(analysis, lang)] if curves else []
    facts += episode_facts(analysis, lang)
    with paper(sheet) as figure:
        title_in = set_title(
            figure, analysis.source.name, headline("groups", overview, lang), _("Positive, neutral, negative"), facts
        )
        numbers = ("0", number(0.5, lang, 1), "1")
        left_in = room_in([row_label(curve, analysis, _) for curve in curves], numbers)
        right_in = max(width_in(name, weight="SemiBold") for name in names.values()) + 0.1
        rows = rows_of(figure, [1.0] * max(1, len(curves)), title_in, left_in=left_in, right_in=right_in)
        for row, curve in zip(rows, curves, strict=False):
            row.set_ylim(0, 1)
            write_numbers(row, (0, 0.5, 1), numbers)
            _draw_areas(row, curve, groups)
            label_row(row, row_label(curve, analysis, _), numbers=numbers)
        if curves:
            seen_groups = [group for group in names if any(_is_seen(curve, groups[group]) for curve in curves)]
            _name_areas(rows[0], curves[0], groups, {group: names[group] for group in seen_groups})
        else:
            shade_all(rows[0])
            hide_numbers(rows[0])
            write_middle(rows[0], _("nothing to show"))
        set_time_axis(rows[-1], axis_end_s(analysis), _("time (m:ss)"), lang)
        mark_episodes(rows[-1], analysis)
        note(figure, _dots(curves, groups, names, _))


def _dots(curves: list[Curve], groups: Groups, names: dict[str, str], translate: Translate) -> str:
    """What the dots are; empty where none can be seen."""
    _, group = translate, groups.group_with_part
    if not group or not any(_is_seen(curve, (APART,)) for curve in curves):
        return ""
    return _("dotted: {part}, a part of “{group}”").format(group=names[group], part=_(APART))


def _is_seen(curve: Curve, emotions: tuple[str, ...]) -> bool:
    """True where the emotions together are somewhere high enough to be seen as an area."""
    return bool(sum_of(curve.drawn_scores[~curve.gaps], emotions).max(initial=0.0) > LEAST_SEEN)


def _draw_areas(row: Axes, curve: Curve, groups: Groups) -> None:
    """The groups from below, each group's surprise dotted at its upper end."""
    scores, top = curve.drawn_scores, np.where(curve.gaps, np.nan, 0.0)
    for group, emotions in _layers(groups):
        bottom, top = top, top + sum_of(scores, emotions)
        look = _PART if emotions == (APART,) and len(groups[group]) > 1 else {}
        row.stairs(top, curve.edges_s, baseline=bottom, fill=True, facecolor=GROUP_FILLS[group], linewidth=0, **look)
        row.stairs(top, curve.edges_s, baseline=None, color=THEME.ground, linewidth=0.8)
    shade_gaps(row, curve.gaps, curve.edges_s)


def _layers(groups: Groups) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A group and the emotions of each area, from below."""
    for group in _FROM_BELOW:
        yield group, tuple(emotion for emotion in groups[group] if emotion != APART)
        if APART in groups[group]:
            yield group, (APART,)


def _name_areas(row: Axes, curve: Curve, groups: Groups, names: dict[str, str]) -> None:
    """Writes the names at the right of their areas, in their colours; a group without a name is left out."""
    scored = curve.drawn_scores[~curve.gaps]
    bottom, lowest = 0.0, _LEAST_APART / 2
    for i, group in enumerate(_FROM_BELOW):
        height = float(sum_of(scored[-1:], groups[group]).sum()) if len(scored) else 1 / 3
        highest = 1 - _LEAST_APART * (len(_FROM_BELOW) - i - 0.5)
        y = min(max(bottom + height / 2, lowest), highest)
        bottom += height
        if group not in names:
            continue
        colour = standing_out(GROUP_COLOURS[group], THEME.ground)
        row.text(1.01, y, names[group], transform=row.transAxes, va="center", color=colour, fontweight=600)
        lowest = y + _LEAST_APART
