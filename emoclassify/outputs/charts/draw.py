"""Draws the charts of a recording as files."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from emoclassify.analysis import Analysis
from emoclassify.outputs.charts.agreement import draw_agreement
from emoclassify.outputs.charts.groups import draw_groups
from emoclassify.outputs.charts.kinds import CHART_ENDINGS, Drawing, charts_of
from emoclassify.outputs.charts.shares import draw_shares
from emoclassify.outputs.charts.timeline import draw_timeline
from emoclassify.outputs.charts.valence import draw_valence
from emoclassify.overview import Overview

DRAWINGS: dict[str, Callable[[Analysis, Overview, Path, str], None]] = {
    "timeline": draw_timeline,
    "groups": draw_groups,
    "valence": draw_valence,
    "shares": draw_shares,
    "agreement": draw_agreement,
}
"""Name of a chart -> the function that draws it, given analysis, overview, path without ending and language."""


def drawings_of(analysis: Analysis, lang: str, overview: Overview | None = None) -> dict[str, Drawing]:
    """Name of a chart -> the chart, for all charts of a recording; `overview` is its own, where it is made already."""
    with TemporaryDirectory() as temporary_path:
        folder = Path(temporary_path)
        draw_charts(analysis, folder, lang, overview)
        return {
            chart.name: {ending: (folder / (chart.name + ending)).read_bytes() for ending in CHART_ENDINGS}
            for chart in charts_of(analysis)
        }


def draw_charts(analysis: Analysis, folder: Path, lang: str, overview: Overview | None = None) -> None:
    """Draws all charts of a recording into a folder, each as PNG and SVG."""
    overview = overview or Overview.of(analysis)
    for chart in charts_of(analysis):
        DRAWINGS[chart.name](analysis, overview, folder / chart.name, lang)
