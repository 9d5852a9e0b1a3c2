"""Draws the charts of a recording as files."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from emoclassify.analysis import Analysis
from emoclassify.outputs.charts.kinds import CHART_ENDINGS, Drawing, charts_of
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


def drawings_of(analysis: Analysis, lang: str) -> dict[str, Drawing]:
    """Name of a chart -> the chart, for all charts of a recording."""
    with TemporaryDirectory() as temporary_path:
        folder = Path(temporary_path)
        draw_charts(analysis, folder, lang)
        return {
            chart.name: {ending: (folder / (chart.name + ending)).read_bytes() for ending in CHART_ENDINGS}
            for chart in charts_of(analysis)
        }


def draw_charts(analysis: Analysis, folder: Path, lang: str) -> None:
    """Draws all charts of a recording into a folder, each as PNG and SVG."""
    for chart in charts_of(analysis):
        DRAWINGS[chart.name](analysis, folder / chart.name, lang)
