"""report.docx, report.pdf and report.html of one analysis."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from emoclassify.analysis import Analysis
from emoclassify.outputs.charts import chart_names, draw_charts
from emoclassify.outputs.report.blocks import Content, Picture
from emoclassify.outputs.report.content import build
from emoclassify.outputs.report.html import write_html
from emoclassify.outputs.report.words import Words
from emoclassify.settings import REPORT_FORMATS, Options

REPORTS = tuple(f"report.{name}" for name in REPORT_FORMATS)

_WRITERS: dict[str, Callable[[Content, Path], None]] = {"html": write_html}


def report_names(options: Options) -> list[str]:
    """The files of the report that are asked for."""
    return [f"report.{name}" for name in REPORT_FORMATS if name in options.report_formats]


def write_reports(analysis: Analysis, folder: Path, options: Options, media: Path | None) -> None:
    """Writes the report in each format asked for into a folder.

    Args:
        analysis: what it is about.
        folder: where the files go; charts that are there already are taken.
        options: the formats, the language, and whether faces may be shown.
        media: the recording, which stills are cut from; none of them without it.

    Raises:
        MediaError: the recording cannot be read.
    """
    if not options.report_formats:
        return
    content = build(analysis, options.lang, _charts(analysis, options))
    for name in report_names(options):
        _WRITERS[name.removeprefix("report.")](content, folder / name)


def _charts(analysis: Analysis, options: Options) -> dict[str, Picture]:
    _ = Words(options.lang).text
    captions = {
        "timeline": _("The seven emotions over time."),
        "groups": _("Positive, neutral and negative over time."),
        "valence": _("Valence over time, as read and smoothed, with the share of frames that could be read."),
        "shares": _("How much of the recording each emotion leads."),
        "agreement": _("Where face and voice agree, differ, or nothing can be said."),
    }
    with TemporaryDirectory() as folder:
        draw_charts(analysis, Path(folder), options.lang)
        drawn = [name for name in chart_names(analysis) if name.endswith(".png")]
        return {
            name.removesuffix(".png"): Picture(
                (Path(folder) / name).read_bytes(), ".png", captions[name.removesuffix(".png")]
            )
            for name in drawn
        }
