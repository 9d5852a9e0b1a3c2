"""The charts of a recording over time: seven emotions, three groups, valence, face against voice."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from emoclassify.analysis import Analysis
from emoclassify.colours import COLOURS, COVERAGE, GAP, GROUP_FILLS, VALENCE, VALENCE_AS_READ, VERDICT_COLOURS
from emoclassify.curves import Curve, axis_end_s
from emoclassify.groups import APART, Groups
from emoclassify.labels import EMOTIONS, sum_of, valence
from emoclassify.outputs.charts.style import (
    TITLE_IN,
    label_row,
    paper,
    set_time_axis,
    set_title,
    shade_all,
    shade_gaps,
    write_middle,
)
from emoclassify.outputs.charts.titles import (
    Translate,
    drawn_curves,
    facts_of,
    label_of,
    person_count_facts,
    smoothing_fact,
)
from emoclassify.verdicts import AGREE, CANNOT_TELL, DIFFER, FACE_MORE, NO_FACE, VOICE_MORE
from emoclassify.words.numbers import number, percent, seconds
from emoclassify.words.texts import translation

_AXIS_IN, _LEGEND_IN = 0.45, 0.3
_ALL_AREAS_IN, _ALL_LINES_IN = 6.0, 7.5
"""Greatest height of the rows of many persons, inches, so that the chart fits on a page."""

_VALENCE_LIMIT = 1.06  # of the axis: a line at -1 or 1 is then not cut off
_MOST_OUTLINED = 40
_SHORTEST_S = 0.05  # the legend writes tenths: what is shorter would be told as 0.0 s
_PART: Any = {"hatch": "....", "edgecolor": "black"}  # the look of surprise within its group
_MOST_KEYS_IN_A_ROW = 4
_VERDICTS: dict[str, Any] = {
    AGREE: {"facecolor": VERDICT_COLOURS[AGREE]},
    FACE_MORE: {"facecolor": VERDICT_COLOURS[FACE_MORE], "hatch": "\\\\\\"},
    VOICE_MORE: {"facecolor": VERDICT_COLOURS[VOICE_MORE], "hatch": "||||"},
    DIFFER: {"facecolor": VERDICT_COLOURS[DIFFER], "hatch": "xxxx"},
    CANNOT_TELL: {"facecolor": "white", "hatch": "...."},
    NO_FACE: {"facecolor": GAP, "hatch": "////"},
    "silent": {"facecolor": "white"},
}
"""Verdict -> look of its stretches; the hatching tells them apart in print without colour."""


def draw_timeline(analysis: Analysis, stem: Path, lang: str) -> None:
    """Draws the emotions of the main person over time, and below them those of the voice.

    There is a band for each emotion, in which the height is the score from 0 to 1. Without a picture the bands show the
    scores of the voice.
    """
    _ = translation(lang).gettext
    has_voice = analysis.voice is not None
    n_bands = len(EMOTIONS) + has_voice
    curves, end_s = drawn_curves(analysis), axis_end_s(analysis)
    with paper(stem, n_bands * 0.42 + TITLE_IN + _AXIS_IN) as figure:
        bands = figure.subplots(n_bands, 1, sharex=True, squeeze=False)[:, 0]
        for band, emotion in zip(bands, EMOTIONS, strict=False):
            label_row(band, _(emotion))
            _draw_band(band, emotion, curves[0] if curves else None)
            if analysis.frames:
                _mark_voice(band, emotion, analysis)
        if has_voice:
            _draw_voice(bands[-1], analysis, _)
        set_time_axis(bands[-1], end_s, _("time (m:ss)"), lang)
        facts = facts_of(analysis, lang)
        if curves:
            facts.insert(0, _("scores from 0 to 1"))
            facts += [smoothing_fact(analysis, lang), _("thin line: as read")]
        if analysis.frames and any(segment.voice.dominant for segment in analysis.segments):
            facts.append(_("line above: the voice"))
        if len(analysis.persons) > 1:
            facts.insert(0, _("person 1 of {all}").format(all=len(analysis.persons)))
        set_title(figure, analysis.source.name, _("Seven emotions"), facts)


def _draw_band(band: Axes, emotion: str, curve: Curve | None) -> None:
    band.set_ylim(0, 1)
    band.set_yticks([0, 1], labels=["0", "1"], fontsize=6)
    band.tick_params(axis="x", length=0)
    if curve is None:
        shade_all(band)
        return
    i = EMOTIONS.index(emotion)
    band.stairs(curve.drawn_scores[:, i], curve.edges_s, fill=True, color=COLOURS[emotion], linewidth=0)
    band.stairs(curve.bins.scores[:, i], curve.edges_s, color="black", linewidth=0.4, alpha=0.5)
    band.stairs(curve.drawn_scores[:, i], curve.edges_s, color="black", linewidth=0.8)
    shade_gaps(band, curve.gaps, curve.edges_s)


def _mark_voice(band: Axes, emotion: str, analysis: Analysis) -> None:
    """Draws a line above the band where the voice has this emotion, so that face and voice can be compared."""
    spans = [segment.voice.span for segment in analysis.segments if segment.voice.dominant == emotion]
    lengths_s = [(span.start_s, span.duration_s) for span in spans]
    band.broken_barh(lengths_s, (1.06, 0.13), color="black", linewidth=0, clip_on=False)


def _draw_voice(band: Axes, analysis: Analysis, _: Translate) -> None:
    band.set_ylim(0, 1)
    band.set_yticks([])
    label_row(band, _("voice"))
    if not analysis.segments:
        write_middle(band, _("no speech"))
    for segment in analysis.segments:
        span, dominant = segment.voice.span, segment.voice.dominant
        colour: dict[str, Any] = (
            {"facecolor": COLOURS[dominant]} if dominant else {"facecolor": "white", "hatch": "...."}
        )
        style = {**colour, "edgecolor": "black", "linewidth": _outline_width(analysis)}
        band.axvspan(span.start_s, span.end_s, 0.1, 0.9, **style)
        if span.duration_s > axis_end_s(analysis) / 8:  # else the stretch is narrower than its text
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
            middle_s = (span.start_s + span.end_s) / 2
            band.text(middle_s, 0.5, _(segment.voice.answer), ha="center", va="center", bbox=box)


def _outline_width(analysis: Analysis) -> float:
    """Width of the line around each stretch of speech; 0 where there are so many that the lines would hide them."""
    return 0.5 if len(analysis.segments) <= _MOST_OUTLINED else 0.0


def draw_groups(analysis: Analysis, stem: Path, lang: str) -> None:
    """Draws positive, neutral and negative as areas over time that add up to 1, with a row for each person."""
    _ = translation(lang).gettext
    curves, groups = drawn_curves(analysis), analysis.options.emotion_groups
    with paper(stem, min(max(1, len(curves)) * 1.3, _ALL_AREAS_IN) + TITLE_IN + _AXIS_IN + _LEGEND_IN) as figure:
        rows = figure.subplots(max(1, len(curves)), 1, sharex=True, squeeze=False)[:, 0]
        for row in rows:
            row.set_ylim(0, 1)
            row.set_yticks([0, 0.5, 1], labels=["0", number(0.5, lang, 1), "1"])
        for row, curve in zip(rows, curves, strict=False):
            _draw_areas(row, curve, groups)
            label_row(row, label_of(curve, _))
        if not curves:
            shade_all(rows[0])
            write_middle(rows[0], _("nothing to show"))
        set_time_axis(rows[-1], axis_end_s(analysis), _("time (m:ss)"), lang)
        names = {group: translation(lang).pgettext("group", group) for group in GROUP_FILLS}
        legend_patches = [
            Patch(facecolor=GROUP_FILLS[group], edgecolor="black", linewidth=0.5, label=names[group]) for group in names
        ]
        if group := groups.group_with_part:
            label = _("{group}: {part} alone").format(group=names[group], part=_(APART))
            legend_patches.append(Patch(facecolor=GROUP_FILLS[group], linewidth=0.5, label=label, **_PART))
        figure.legend(handles=legend_patches, loc="outside lower center", ncols=len(legend_patches), frameon=False)
        set_title(
            figure,
            analysis.source.name,
            _("Positive, neutral, negative"),
            [
                _("scores from 0 to 1"),
                *facts_of(analysis, lang),
                *([smoothing_fact(analysis, lang)] if curves else []),
                *person_count_facts(analysis, _),
            ],
        )


def _draw_areas(row: Axes, curve: Curve, groups: Groups) -> None:
    """The groups from below, each group's surprise hatched at its upper end."""
    scores, top = curve.drawn_scores, np.where(curve.gaps, np.nan, 0.0)
    for group, emotions in _layers(groups):
        bottom, top = top, top + sum_of(scores, emotions)
        look = _PART if emotions == (APART,) and len(groups[group]) > 1 else {}
        row.stairs(top, curve.edges_s, baseline=bottom, fill=True, facecolor=GROUP_FILLS[group], linewidth=0, **look)
        row.stairs(top, curve.edges_s, baseline=None, color="black", linewidth=0.5)
    shade_gaps(row, curve.gaps, curve.edges_s)


def _layers(groups: Groups) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A group and the emotions of each area, from below."""
    for group in ("negative", "neutral", "positive"):
        yield group, tuple(emotion for emotion in groups[group] if emotion != APART)
        if APART in groups[group]:
            yield group, (APART,)


def draw_valence(analysis: Analysis, stem: Path, lang: str) -> None:
    """Draws the valence over time, a row for each person: as read, smoothed, and below it the share of frames read."""
    _ = translation(lang).gettext
    curves = drawn_curves(analysis)
    n_rows = max(1, len(curves))
    with paper(stem, min(n_rows * 1.8, _ALL_LINES_IN) + TITLE_IN + _AXIS_IN + _LEGEND_IN) as figure:
        axes = figure.subplots(2 * n_rows, 1, sharex=True, height_ratios=[4, 1] * n_rows)
        for row in axes[::2]:
            row.set_ylim(-_VALENCE_LIMIT, _VALENCE_LIMIT)
            row.set_yticks([-1, 0, 1], labels=["\N{MINUS SIGN}1", "0", "+1"])
        for row in axes[1::2]:
            row.set_ylim(0, 1)
            row.set_yticks([0, 1], labels=["0", percent(1, lang)], fontsize=6)
            label_row(row, _("coverage"))
        for row, below, curve in zip(axes[::2], axes[1::2], curves, strict=False):
            label_row(row, label_of(curve, _))
            _draw_valence(row, curve, smoothing_fact(analysis, lang), _)
            below.stairs(
                np.nan_to_num(curve.bins.coverage),
                curve.edges_s,
                fill=True,
                color=COVERAGE,
                linewidth=0,
            )
        if not curves:
            shade_all(axes[0])
            write_middle(axes[0], _("nothing to show"))
        set_time_axis(axes[-1], axis_end_s(analysis), _("time (m:ss)"), lang)
        if curves:
            handles, labels = axes[0].get_legend_handles_labels()
            figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
        facts = [
            _("happy minus angry, disgust, fear and sad; surprise is left out"),
            _("below: share of the frames looked at in which the face can be read")
            if analysis.frames
            else _("below: share of the time with speech"),
            *facts_of(analysis, lang),
            *person_count_facts(analysis, _),
        ]
        set_title(figure, analysis.source.name, _("Valence"), facts)


def _draw_valence(row: Axes, curve: Curve, smoothed_label: str, _: Translate) -> None:
    edges_s = curve.edges_s
    row.axhline(0, color="black", linewidth=0.5, zorder=1)
    row.stairs(
        valence(curve.bins.scores), edges_s, baseline=None, color=VALENCE_AS_READ, linewidth=0.8, label=_("as read")
    )
    row.plot(
        edges_s[:-1] + curve.bin_s / 2,
        valence(curve.drawn_scores),
        color=VALENCE,
        linewidth=1.8,
        marker="o",  # else a bin between two gaps would not be seen
        markersize=1.8,
        markeredgewidth=0,
        label=smoothed_label,
    )
    shade_gaps(row, curve.gaps, edges_s)


def draw_agreement(analysis: Analysis, stem: Path, lang: str) -> None:
    """Draws a strip over time: what face and voice say of each other, where nobody speaks, where no face is seen."""
    _ = translation(lang).gettext
    end_s = axis_end_s(analysis)
    lengths_s = dict.fromkeys(_VERDICTS, 0.0)
    with paper(stem, 0.6 + TITLE_IN + _AXIS_IN + 2 * _LEGEND_IN) as figure:
        strip = figure.subplots()
        strip.set_ylim(0, 1)
        strip.set_yticks([])
        strip.spines[:].set_visible(True)
        for segment in analysis.segments:
            span = segment.voice.span
            verdict = NO_FACE if segment.reason == NO_FACE else segment.verdict or CANNOT_TELL
            lengths_s[verdict] += span.duration_s
            style = {**_VERDICTS[verdict], "edgecolor": "black", "linewidth": _outline_width(analysis)}
            strip.axvspan(span.start_s, span.end_s, **style)
        lengths_s["silent"] = max(0.0, end_s - sum(lengths_s.values()))
        set_time_axis(strip, end_s, _("time (m:ss)"), lang)
        legend_patches = [
            Patch(edgecolor="black", linewidth=0.5, label=f"{_(name)} {seconds(lengths_s[name], lang)}", **style)
            for name, style in _VERDICTS.items()
            if lengths_s[name] >= _SHORTEST_S
        ]
        figure.legend(handles=legend_patches, loc="outside lower center", ncols=_MOST_KEYS_IN_A_ROW, frameon=False)
        set_title(figure, analysis.source.name, _("Face and voice"), [_("how long each holds")])
