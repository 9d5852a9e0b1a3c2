"""The chart "timeline": the seven emotions of the main person over time, and below them those of the voice."""

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from emoclassify.analysis import Analysis
from emoclassify.colours import COLOURS, standing_out
from emoclassify.curves import Curve, axis_end_s
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.charts.marks import episode_facts, mark_episodes
from emoclassify.outputs.charts.scales import hide_numbers, label_row, room_in, set_time_axis, write_names
from emoclassify.outputs.charts.style import (
    NOTE_PT,
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
    smoothing_fact,
)
from emoclassify.outputs.headlines import headline
from emoclassify.overview import Overview
from emoclassify.voice.reading import VoiceReading
from emoclassify.words.numbers import number
from emoclassify.words.texts import translation

LEAST_SCORE = 0.05
"""An emotion whose curve never goes beyond has no row: its name stands in one line with others like it."""

_NUMBERS = ("0", "1")
_NEARLY = 1e-3  # a curve that stays at the least score does not go beyond it
_MOST_OUTLINED = 40
_ROW_IN = 7.0  # about the width of a row, inches
_VOICE_SHARE = 0.7  # height of the voice's row, as a share of that of an emotion


def draw_timeline(analysis: Analysis, overview: Overview, sheet: Sheet | Path, lang: str) -> None:
    """Draws the emotions of the main person over time, and below them those of the voice.

    There is a row for each emotion, in which the height is the score from 0 to 1. Without a picture the rows show the
    scores of the voice.
    """
    _ = translation(lang).gettext
    curves = drawn_curves(analysis)[:1]
    marks_voice = _marks_voice(analysis, _)
    emotions = [name for name in EMOTIONS if _has_row(name, curves, analysis, marks_voice=marks_voice)]
    heights = [1.0] * len(emotions) + [_VOICE_SHARE] * (analysis.voice is not None)
    with paper(sheet) as figure:
        title_in = set_title(
            figure,
            analysis.source.name,
            headline("timeline", overview, lang),
            _("Seven emotions"),
            _facts(analysis, lang, marks_voice=marks_voice),
        )
        names = [*map(_, emotions), *([_("voice")] if analysis.voice is not None else [])]
        left_in = room_in(names, _NUMBERS)
        rows = rows_of(figure, heights or [1.0], title_in, left_in=left_in)
        for row, emotion in zip(rows, emotions, strict=False):
            _draw_emotion(row, emotion, curves[0], _)
            if marks_voice:
                _mark_voice(row, emotion, analysis)
        if emotions:  # the scale is the same in all rows
            write_names(rows[0], (0, 1), _NUMBERS, NOTE_PT, THEME.muted)
        if analysis.voice is not None:
            _draw_voice(rows[-1], analysis, _)
        elif not curves:
            shade_all(rows[0])
            hide_numbers(rows[0])
            write_middle(rows[0], _("nothing to show"))
        set_time_axis(rows[-1], axis_end_s(analysis), _("time (m:ss)"), lang)
        mark_episodes(rows[-1], analysis)
        note(figure, _low_names(curves, lang))


def _low_names(curves: list[Curve], lang: str) -> str:
    """The emotions of the face that never go beyond the least score, in one line; empty where there are none."""
    _ = translation(lang).gettext
    names = [_(name) for name in EMOTIONS if curves and not _is_high(name, curves)]
    if not names:
        return ""
    return _("never above {least}: {names}").format(least=number(LEAST_SCORE, lang), names=", ".join(names))


def _is_high(emotion: str, curves: list[Curve]) -> bool:
    """True where the curve goes beyond the least score somewhere."""
    scores = [np.nan_to_num(curve.drawn_scores[:, EMOTIONS.index(emotion)]).max(initial=0) for curve in curves]
    return bool(max(scores) > LEAST_SCORE + _NEARLY)


def _marks_voice(analysis: Analysis, translate: Translate) -> bool:
    """True where the voice is marked in the rows of the face's emotions too: some stretch has no room for its name."""
    voices = [segment.voice for segment in analysis.segments if segment.voice.dominant] if analysis.frames else []
    return any(not _has_room(voice, analysis, translate) for voice in voices)


def _has_room(voice: VoiceReading, analysis: Analysis, translate: Translate) -> bool:
    """True where a stretch of speech is wider than what is written into it."""
    return voice.span.duration_s > axis_end_s(analysis) * width_in(translate(voice.answer)) / _ROW_IN


def _has_row(emotion: str, curves: list[Curve], analysis: Analysis, *, marks_voice: bool) -> bool:
    """True where the face's curve goes beyond the least score somewhere, or the voice is marked with this emotion."""
    is_in_voice = marks_voice and any(segment.voice.dominant == emotion for segment in analysis.segments)
    return bool(curves) and (is_in_voice or _is_high(emotion, curves))


def _facts(analysis: Analysis, lang: str, *, marks_voice: bool) -> list[str]:
    _ = translation(lang).gettext
    facts = [*([_("scores from 0 to 1")] if drawn_curves(analysis) else []), *facts_of(analysis, lang)]
    if len(analysis.persons) > 1:
        facts.insert(0, _("person 1 of {all}").format(all=len(analysis.persons)))
    if drawn_curves(analysis):
        facts += [smoothing_fact(analysis, lang), _("thin line: as read")]
    if marks_voice:
        facts.append(_("dark line at the top of a row: the voice"))
    return [*facts, *episode_facts(analysis, lang)]


def _draw_emotion(row: Axes, emotion: str, curve: Curve, _: Translate) -> None:
    """A pale area below one bold smoothed curve, and behind it the raw scores as a thin pale line."""
    i, colour = EMOTIONS.index(emotion), COLOURS[emotion]
    line_colour = standing_out(colour, THEME.ground)
    middles_s = curve.edges_s[:-1] + curve.bin_s / 2
    label_row(row, _(emotion), line_colour, _NUMBERS)
    row.set_ylim(0, 1)
    row.axhline(1, color=THEME.rule, linewidth=0.6, zorder=0)
    row.fill_between(middles_s, curve.drawn_scores[:, i], color=colour, alpha=0.22, linewidth=0)
    row.plot(middles_s, curve.bins.scores[:, i], color=colour, linewidth=0.6, alpha=0.45)
    row.plot(
        middles_s,
        curve.drawn_scores[:, i],
        color=line_colour,
        linewidth=2.2,
        marker="o",  # else a bin between two gaps would not be seen
        markersize=2.0,
        markeredgewidth=0,
    )
    shade_gaps(row, curve.gaps, curve.edges_s)


def _mark_voice(row: Axes, emotion: str, analysis: Analysis) -> None:
    """Draws a line along the top of the row where the voice has this emotion, to be compared with the face."""
    spans = [segment.voice.span for segment in analysis.segments if segment.voice.dominant == emotion]
    lengths_s = [(span.start_s, span.duration_s) for span in spans]
    row.broken_barh(lengths_s, (0.93, 0.07), color=THEME.ink, linewidth=0)


def _draw_voice(row: Axes, analysis: Analysis, _: Translate) -> None:
    row.set_ylim(0, 1)
    label_row(row, _("voice"), numbers=_NUMBERS)
    if not analysis.segments:
        write_middle(row, _("no speech"))
    for segment in analysis.segments:
        span, dominant = segment.voice.span, segment.voice.dominant
        look: dict[str, Any] = (
            {"facecolor": COLOURS[dominant], "edgecolor": THEME.ground}
            if dominant
            else {"facecolor": THEME.ground, "edgecolor": THEME.muted, "hatch": "...."}
        )
        row.axvspan(span.start_s, span.end_s, 0.1, 0.9, linewidth=outline_width(analysis), **look)
        if _has_room(segment.voice, analysis, _):
            box = {"facecolor": THEME.ground, "edgecolor": "none", "pad": 1.5}
            middle_s = (span.start_s + span.end_s) / 2
            row.text(middle_s, 0.5, _(segment.voice.answer), ha="center", va="center", bbox=box)


def outline_width(analysis: Analysis) -> float:
    """Width of the line around each stretch of speech; 0 where there are so many that the lines would hide them."""
    return 0.6 if len(analysis.segments) <= _MOST_OUTLINED else 0.0
