"""Draws the charts of a recording as files."""

from collections.abc import Callable, Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from emoclassify.analysis import Analysis
from emoclassify.outputs.charts.agreement import draw_agreement
from emoclassify.outputs.charts.call import draw_call
from emoclassify.outputs.charts.groups import draw_groups
from emoclassify.outputs.charts.kinds import CHART_ENDINGS, Drawing, charts_of
from emoclassify.outputs.charts.shares import draw_shares
from emoclassify.outputs.charts.style import FILE, Form, Sheet
from emoclassify.outputs.charts.timeline import draw_timeline
from emoclassify.outputs.charts.valence import draw_valence
from emoclassify.overview import Overview

DRAWINGS: dict[str, Callable[[Analysis, Overview, Sheet | Path, str], None]] = {
    "timeline": draw_timeline,
    "groups": draw_groups,
    "valence": draw_valence,
    "shares": draw_shares,
    "agreement": draw_agreement,
    "call": draw_call,
}
"""Name of a chart -> the function that draws it, given analysis, overview, sheet and language."""


def drawings_of(
    analysis: Analysis,
    lang: str,
    overview: Overview | None = None,
    *,
    form: Form = FILE,
    endings: tuple[str, ...] = CHART_ENDINGS,
    names: Collection[str] = tuple(DRAWINGS),
) -> dict[str, Drawing]:
    """Name of a chart -> the chart in each format, for all charts of a recording.

    Args:
        analysis: of the recording.
        lang: of the texts, one of `texts.LANGUAGES`.
        overview: its own, where it is made already.
        form: what they are for.
        endings: of the formats.
        names: of those that are wanted.
    """
    with TemporaryDirectory() as temporary_path:
        folder = Path(temporary_path)
        draw_charts(analysis, folder, lang, overview, form=form, endings=endings, names=names)
        return {
            chart.name: {ending: (folder / (chart.name + ending)).read_bytes() for ending in endings}
            for chart in charts_of(analysis)
            if chart.name in names
        }


def draw_charts(
    analysis: Analysis,
    folder: Path,
    lang: str,
    overview: Overview | None = None,
    *,
    form: Form = FILE,
    endings: tuple[str, ...] = CHART_ENDINGS,
    names: Collection[str] = tuple(DRAWINGS),
) -> None:
    """Draws all charts of a recording into a folder; the arguments are those of `drawings_of`."""
    overview = overview or Overview.of(analysis)
    for chart in charts_of(analysis):
        if chart.name in names:
            DRAWINGS[chart.name](analysis, overview, Sheet(folder / chart.name, form, endings), lang)
