"""The chart "agreement": what face and voice say of each other over time, and how long each verdict holds."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from emoclassify.analysis import Analysis
from emoclassify.colours import GAP, VERDICT_COLOURS
from emoclassify.crosscheck import Agreement
from emoclassify.curves import axis_end_s
from emoclassify.outputs.charts.scales import hide_numbers, set_time_axis, write_names
from emoclassify.outputs.charts.style import (
    PAGE,
    TEXT_PT,
    THEME,
    Sheet,
    paper,
    rows_of,
    set_title,
    width_in,
)
from emoclassify.outputs.charts.timeline import outline_width
from emoclassify.outputs.headlines import headline
from emoclassify.overview import Overview
from emoclassify.verdicts import AGREE, CANNOT_TELL, DIFFER, FACE_MORE, NO_FACE, VOICE_MORE
from emoclassify.words.numbers import seconds
from emoclassify.words.texts import translation

_SHORTEST_S = 0.05  # lengths are written in tenths: what is shorter would be told as 0.0 s
_LEAST_ROWS = 2  # of bars: a single one would be as high as the panel
_A_ROW = 0.75  # of the height of the strip below
_BAR_IN, _AROUND_IN = 0.4, 2.2  # on a page, which a chart of few bars does not fill
_EDGE: Any = {"edgecolor": THEME.ink}
_VERDICTS: dict[str, Any] = {
    AGREE: {"facecolor": VERDICT_COLOURS[AGREE]},
    FACE_MORE: {"facecolor": VERDICT_COLOURS[FACE_MORE], "hatch": "\\\\\\"},
    VOICE_MORE: {"facecolor": VERDICT_COLOURS[VOICE_MORE], "hatch": "||||"},
    DIFFER: {"facecolor": VERDICT_COLOURS[DIFFER], "hatch": "xxxx"},
    CANNOT_TELL: {"facecolor": THEME.ground, "hatch": "...."},
    NO_FACE: {"facecolor": GAP, "hatch": "////"},
    "silent": {"facecolor": THEME.ground},
}
"""Verdict -> look of its stretches; the hatching tells them apart in print without colour."""


def draw_agreement(analysis: Analysis, overview: Overview, sheet: Sheet | Path, lang: str) -> None:
    """Draws a bar for how long each verdict holds, and below a strip over time in which each has the same look."""
    _ = translation(lang).gettext
    end_s = axis_end_s(analysis)
    lengths_s = _lengths_s(analysis, end_s)
    names = [_(name) for name in lengths_s]
    n_rows = max(len(names), _LEAST_ROWS)
    with paper(_as_high_as_needed(sheet, n_rows)) as figure:
        finding = headline("agreement", overview, lang)
        title_in = set_title(figure, analysis.source.name, finding, _("Face and voice"), [_("how long each holds")])
        left_in = max((width_in(name) for name in names), default=0) + 0.15
        bars, strip = rows_of(figure, [_A_ROW * n_rows, 1], title_in, left_in=left_in, right_in=0.9, gap=0.25)
        for axes in (bars, strip):
            hide_numbers(axes)
            axes.spines[:].set_visible(False)
        _draw_bars(bars, lengths_s, end_s, lang)
        _draw_strip(strip, analysis)
        set_time_axis(strip, end_s, _("time (m:ss)"), lang)


def _as_high_as_needed(sheet: Sheet | Path, n_rows: int) -> Sheet:
    """The sheet; on a page it is no higher than its bars need."""
    sheet = sheet if isinstance(sheet, Sheet) else Sheet(sheet)
    if sheet.form != PAGE:
        return sheet
    width_in, height_in = PAGE.size_in
    return replace(sheet, form=replace(PAGE, size_in=(width_in, min(height_in, _AROUND_IN + _BAR_IN * n_rows))))


def _verdict(segment: Agreement) -> str:
    return NO_FACE if segment.reason == NO_FACE else segment.verdict or CANNOT_TELL


def _lengths_s(analysis: Analysis, end_s: float) -> dict[str, float]:
    """Verdict -> seconds that it holds, without those that do not last."""
    lengths_s = dict.fromkeys(_VERDICTS, 0.0)
    for segment in analysis.segments:
        lengths_s[_verdict(segment)] += segment.voice.span.duration_s
    lengths_s["silent"] = max(0.0, end_s - sum(lengths_s.values()))
    return {name: length_s for name, length_s in lengths_s.items() if length_s >= _SHORTEST_S}


def _draw_bars(bars: Axes, lengths_s: dict[str, float], end_s: float, lang: str) -> None:
    text = translation(lang).gettext
    rows = range(len(lengths_s))
    for row, (name, length_s) in zip(rows, lengths_s.items(), strict=True):
        bars.barh(row, length_s, height=0.62, linewidth=0.6, **_EDGE, **_VERDICTS[name])
        bars.text(length_s + 0.01 * end_s, row, seconds(length_s, lang), va="center", fontweight=600)
    write_names(bars, list(rows), [text(name) for name in lengths_s], TEXT_PT)
    bars.set_ylim(max(len(lengths_s), _LEAST_ROWS) - 0.5, -0.5)


def _draw_strip(strip: Axes, analysis: Analysis) -> None:
    strip.set_ylim(0, 1)
    strip.spines[:].set_visible(True)
    for segment in analysis.segments:
        span, look = segment.voice.span, _VERDICTS[_verdict(segment)]
        strip.axvspan(span.start_s, span.end_s, linewidth=outline_width(analysis), **_EDGE, **look)
