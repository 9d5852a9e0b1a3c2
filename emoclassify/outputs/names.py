"""The files that an analysis can have, and those that it has. Knows nothing of how they are made, which takes long to
import."""

from emoclassify.analysis import Analysis
from emoclassify.outputs.tables.columns import TABLES
from emoclassify.outputs.tables.rows import DICTIONARY, table_names
from emoclassify.settings import REPORT_FORMATS, Options

ANALYSIS = "analysis.json"
OVERVIEW = "overview.json"
WORKBOOK = "report.xlsx"
VIDEO = "annotated.mp4"
REPORTS = tuple(f"report.{name}" for name in REPORT_FORMATS)
CHART_ENDINGS = (".png", ".svg")
CHARTS = tuple(name + ending for name in "timeline groups valence shares agreement".split() for ending in CHART_ENDINGS)

NAMES = (ANALYSIS, OVERVIEW, *(f"{name}.csv" for name in TABLES), DICTIONARY, WORKBOOK, *CHARTS, VIDEO, *REPORTS)
"""All of them, in the order in which they are told."""


def output_names(analysis: Analysis, options: Options) -> list[str]:
    """What an analysis has beside analysis.json, where these options are asked for."""
    tables = [f"{name}.csv" for name in table_names(was_heard=analysis.voice is not None)]
    workbook = [WORKBOOK] if options.xlsx else []
    charts = chart_names(analysis) if options.graph else []
    video = [VIDEO] if options.annotate and analysis.source.has_moving_picture else []
    return [OVERVIEW, *tables, DICTIONARY, *workbook, *charts, *video, *report_names(options)]


def chart_names(analysis: Analysis) -> list[str]:
    """The files of the charts of a recording: `agreement` where face and voice were compared."""
    return [name for name in CHARTS if analysis.was_compared or not name.startswith("agreement")]


def report_names(options: Options) -> list[str]:
    """The files of the report that are asked for."""
    return [f"report.{name}" for name in REPORT_FORMATS if name in options.report_formats]
