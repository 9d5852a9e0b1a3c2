"""The charts of a recording over time: seven emotions, three groups, valence, face against voice."""

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from emoclassify.analysis import Analysis
from emoclassify.crosscheck import AGREE, CANNOT_TELL, DIFFER, NO_FACE
from emoclassify.curves import SMOOTHED_BINS, Curve, axis_end_s
from emoclassify.labels import COLOURS, EMOTIONS, GROUP_FILLS, negative, positive, valence
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
from emoclassify.outputs.charts.titles import Translate, drawn_curves, facts_of, label_of, shown_of
from emoclassify.words.numbers import percent, with_decimal_mark
from emoclassify.words.texts import translation

_AXIS_IN, _LEGEND_IN = 0.45, 0.3
_ALL_AREAS_IN, _ALL_LINES_IN = 6.0, 7.5
"""The most that the rows of many persons take: the chart keeps its page with title, axis and legend, and some room."""

_BEYOND = 1.06  # of a valence, so that a line along its end is seen whole
_MOST_OUTLINED = 40
_VERDICTS: dict[str, Any] = {
    AGREE: {"facecolor": "#009E73"},
    DIFFER: {"facecolor": "#D55E00", "hatch": "xxxx"},
    CANNOT_TELL: {"facecolor": "#F0E442", "hatch": "...."},
    NO_FACE: {"facecolor": "#ECECEC", "hatch": "////"},
    "silent": {"facecolor": "white"},
}
"""Told apart by the hatching where there is no colour."""


def draw_timeline(analysis: Analysis, stem: Path, lang: str) -> None:
    """Draws the emotions of the main person over time, and below them what the voice said.

    One band an emotion, its height the score from 0 to 1. A recording without a picture has the scores of its voice in
    the bands.
    """
    _ = translation(lang).gettext
    heard = analysis.voice is not None
    n_bands = len(EMOTIONS) + heard
    curves, end_s = drawn_curves(analysis), axis_end_s(analysis)
    with paper(stem, n_bands * 0.42 + TITLE_IN + _AXIS_IN) as figure:
        bands = figure.subplots(n_bands, 1, sharex=True, squeeze=False)[:, 0]
        for band, emotion in zip(bands, EMOTIONS, strict=False):
            label_row(band, _(emotion))
            _draw_band(band, emotion, curves[0] if curves else None)
            if analysis.frames:
                _mark_voice(band, emotion, analysis)
        if heard:
            _draw_voice(bands[-1], analysis, _)
        set_time_axis(bands[-1], end_s, _("time (m:ss)"), lang)
        facts = facts_of(analysis, lang)
        if curves:
            facts.insert(0, _("scores from 0 to 1"))
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
    values = curve.bins.scores[:, EMOTIONS.index(emotion)]
    band.stairs(values, curve.edges_s, fill=True, color=COLOURS[emotion], linewidth=0)
    band.stairs(values, curve.edges_s, color="black", linewidth=0.5)
    shade_gaps(band, curve.gaps, curve.edges_s)


def _mark_voice(band: Axes, emotion: str, analysis: Analysis) -> None:
    """A line above the band of what the voice says, so that it can be read without colour and beside the face."""
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
        look = {**colour, "edgecolor": "black", "linewidth": _outline(analysis)}
        band.axvspan(span.start_s, span.end_s, 0.1, 0.9, **look)
        if span.duration_s > axis_end_s(analysis) / 8:  # narrower than its own name
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
            middle_s = (span.start_s + span.end_s) / 2
            band.text(middle_s, 0.5, _(dominant or CANNOT_TELL), ha="center", va="center", bbox=box)


def _outline(analysis: Analysis) -> float:
    """The width of the line around a stretch of speech: none around many, which would hide them."""
    return 0.5 if len(analysis.segments) <= _MOST_OUTLINED else 0.0


def draw_groups(analysis: Analysis, stem: Path, lang: str) -> None:
    """Draws positive, neutral and negative as areas over time that add up to the whole, a row a person."""
    _ = translation(lang).gettext
    curves = drawn_curves(analysis)
    with paper(stem, min(max(1, len(curves)) * 1.3, _ALL_AREAS_IN) + TITLE_IN + _AXIS_IN + _LEGEND_IN) as figure:
        rows = figure.subplots(max(1, len(curves)), 1, sharex=True, squeeze=False)[:, 0]
        for row in rows:
            row.set_ylim(0, 1)
            row.set_yticks([0, 0.5, 1], labels=["0", percent(0.5, lang), percent(1, lang)])
        for row, curve in zip(rows, curves, strict=False):
            _draw_areas(row, curve)
            label_row(row, label_of(curve, _))
        if not curves:
            shade_all(rows[0])
            write_middle(rows[0], _("nothing to show"))
        set_time_axis(rows[-1], axis_end_s(analysis), _("time (m:ss)"), lang)
        names = {group: translation(lang).pgettext("group", group) for group in GROUP_FILLS}
        keys = [Patch(facecolor=GROUP_FILLS[g], edgecolor="black", linewidth=0.5, label=names[g]) for g in names]
        figure.legend(handles=keys, loc="outside lower center", ncols=len(keys), frameon=False)
        set_title(
            figure,
            analysis.source.name,
            _("Positive, neutral, negative"),
            [*facts_of(analysis, lang), *shown_of(analysis, _)],
        )


def _draw_areas(row: Axes, curve: Curve) -> None:
    scores = curve.bins.scores
    low, high = negative(scores), 1 - positive(scores)
    zero, one = np.where(curve.gaps, np.nan, 0.0), np.where(curve.gaps, np.nan, 1.0)
    for group, bottom, top in (("negative", zero, low), ("neutral", low, high), ("positive", high, one)):
        row.stairs(top, curve.edges_s, baseline=bottom, fill=True, color=GROUP_FILLS[group], linewidth=0)
    for border in (low, high):
        row.stairs(border, curve.edges_s, baseline=None, color="black", linewidth=0.5)
    shade_gaps(row, curve.gaps, curve.edges_s)


def draw_valence(analysis: Analysis, stem: Path, lang: str) -> None:
    """Draws the valence over time, a row a person: as read, smoothed, and below it the share of frames read."""
    _ = translation(lang).gettext
    curves = drawn_curves(analysis)
    n_rows = max(1, len(curves))
    with paper(stem, min(n_rows * 1.8, _ALL_LINES_IN) + TITLE_IN + _AXIS_IN + _LEGEND_IN) as figure:
        axes = figure.subplots(2 * n_rows, 1, sharex=True, height_ratios=[4, 1] * n_rows)
        for row in axes[::2]:
            row.set_ylim(-_BEYOND, _BEYOND)
            row.set_yticks([-1, 0, 1], labels=["\N{MINUS SIGN}1", "0", "+1"])
        for row in axes[1::2]:
            row.set_ylim(0, 1)
            row.set_yticks([0, 1], labels=["0", percent(1, lang)], fontsize=6)
            label_row(row, _("coverage"))
        for row, below, curve in zip(axes[::2], axes[1::2], curves, strict=False):
            label_row(row, label_of(curve, _))
            _draw_valence(row, curve, lang)
            below.stairs(np.nan_to_num(curve.bins.coverage), curve.edges_s, fill=True, color="#7F7F7F", linewidth=0)
        if not curves:
            shade_all(axes[0])
            write_middle(axes[0], _("nothing to show"))
        set_time_axis(axes[-1], axis_end_s(analysis), _("time (m:ss)"), lang)
        if curves:
            handles, labels = axes[0].get_legend_handles_labels()
            figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
        facts = [_("happy minus negative"), *facts_of(analysis, lang), *shown_of(analysis, _)]
        set_title(figure, analysis.source.name, _("Valence"), facts)


def _draw_valence(row: Axes, curve: Curve, lang: str) -> None:
    _ = translation(lang).gettext
    read = valence(curve.bins.scores)
    edges_s = curve.edges_s
    width_s = edges_s[1] - edges_s[0]
    over_s = with_decimal_mark(f"{(2 * SMOOTHED_BINS + 1) * width_s:g}", lang)
    row.axhline(0, color="black", linewidth=0.5, zorder=1)
    row.stairs(read, edges_s, baseline=None, color="#999999", linewidth=0.8, label=_("as read"))
    row.plot(
        edges_s[:-1] + width_s / 2,
        curve.smoothed_valence,
        color="#0072B2",
        linewidth=1.8,
        label=_("smoothed over {seconds} s").format(seconds=over_s),
    )
    shade_gaps(row, curve.gaps, edges_s)


def draw_agreement(analysis: Analysis, stem: Path, lang: str) -> None:
    """Draws a strip over time: where face and voice agree or differ, where nobody speaks, where no face is seen."""
    _ = translation(lang).gettext
    end_s = axis_end_s(analysis)
    seconds = dict.fromkeys(_VERDICTS, 0.0)
    with paper(stem, 0.6 + TITLE_IN + _AXIS_IN + _LEGEND_IN) as figure:
        strip = figure.subplots()
        strip.set_ylim(0, 1)
        strip.set_yticks([])
        strip.spines[:].set_visible(True)
        for segment in analysis.segments:
            span = segment.voice.span
            verdict = NO_FACE if segment.reason == NO_FACE else segment.verdict or CANNOT_TELL
            seconds[verdict] += span.duration_s
            look = {**_VERDICTS[verdict], "edgecolor": "black", "linewidth": _outline(analysis)}
            strip.axvspan(span.start_s, span.end_s, **look)
        seconds["silent"] = max(0.0, end_s - sum(seconds.values()))
        set_time_axis(strip, end_s, _("time (m:ss)"), lang)
        keys = [
            Patch(edgecolor="black", linewidth=0.5, label=f"{_(name)} {percent(seconds[name] / end_s, lang)}", **look)
            for name, look in _VERDICTS.items()
        ]
        figure.legend(handles=keys, loc="outside lower center", ncols=len(keys), frameon=False)
        set_title(figure, analysis.source.name, _("Face and voice"), [_("share of the recording's time")])
