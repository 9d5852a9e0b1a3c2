"""Draws the charts of a recording as files."""

from collections.abc import Callable
from pathlib import Path

from emoclassify.analysis import Analysis
from emoclassify.outputs.charts.kinds import Chart, charts_of
from emoclassify.outputs.charts.over_time import draw_agreement, draw_groups, draw_timeline, draw_valence
from emoclassify.outputs.charts.shares import draw_shares

DRAWINGS: dict[str, Callable[[Analysis, Path, str], None]] = {
    "timeline": draw_timeline,
    "groups": draw_groups,
    "valence": draw_valence,
    "shares": draw_shares,
    "agreement": draw_agreement,
}
"""Name of a chart -> the function that draws it, given the analysis, the path without ending and the language."""


def draw_chart(chart: Chart, analysis: Analysis, stem: Path, lang: str) -> None:
    """Draws one chart, as PNG and SVG; `stem` is the path without ending."""
    DRAWINGS[chart.name](analysis, stem, lang)


def draw_charts(analysis: Analysis, folder: Path, lang: str) -> None:
    """Draws all charts of a recording into a folder."""
    for chart in charts_of(analysis):
        draw_chart(chart, analysis, folder / chart.name, lang)
