"""Charts on slides that can be edited: their numbers lie in a workbook inside the file."""

from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.util import Pt

from emoclassify.colours import THEMES
from emoclassify.design import size_of
from emoclassify.outputs.document.blocks import ChartKind, EditableChart, Series

_SIZE_PT = size_of("note", "slide")
_LINE_PT, _RULE_PT = 2.25, 0.5
MOST_TIMES = 10
"""That are written along the axis."""

_SHARE_FORMAT, _SHARE_FORMAT_OF_PARTS, _SCORE_FORMAT = "0%", "0%;;", "0.0"  # of parts, 0 is not written
_TYPES = {
    ChartKind.LINES: XL_CHART_TYPE.LINE,
    ChartKind.BARS: XL_CHART_TYPE.BAR_CLUSTERED,
    ChartKind.STACKED: XL_CHART_TYPE.BAR_STACKED_100,
}


def add_chart(slide: Any, chart: EditableChart, place_emu: tuple[int, int, int, int]) -> None:
    """Adds a chart with its workbook.

    Args:
        slide: of python-pptx.
        chart: the numbers.
        place_emu: x, y, width and height in the units of PowerPoint.
    """
    content = CategoryChartData(number_format=_SCORE_FORMAT + "0" if chart.kind is ChartKind.LINES else _SHARE_FORMAT)
    content.categories = chart.categories
    for series in chart.series:
        content.add_series(series.name, series.values)
    frame = slide.shapes.add_chart(_TYPES[chart.kind], *place_emu, content)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", chart.caption)
    shape = frame.chart
    shape.font.size, shape.font.color.rgb = Pt(_SIZE_PT), _rgb(THEMES["light"].muted)
    shape.has_title = False
    shape.has_legend = len(chart.series) > 1
    if shape.has_legend:
        shape.legend.position, shape.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    _set_value_axis(shape.value_axis, chart)
    _set_category_axis(shape.category_axis, chart)
    for row, series in zip(shape.plots[0].series, chart.series, strict=True):
        _set_line(row, series) if chart.kind is ChartKind.LINES else _set_bars(row, series)
    if chart.kind is not ChartKind.LINES:
        _label_bars(shape.plots[0], chart.kind)


def _set_value_axis(axis: Any, chart: EditableChart) -> None:
    axis.minimum_scale, axis.maximum_scale = chart.least, chart.most
    axis.has_major_gridlines = axis.visible = chart.kind is ChartKind.LINES
    axis.format.line.fill.background()
    if chart.kind is ChartKind.LINES:
        axis.major_unit = (chart.most - chart.least) / 4
        axis.major_gridlines.format.line.color.rgb = _rgb(THEMES["light"].rule)
        axis.major_gridlines.format.line.width = Pt(_RULE_PT)
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = _SCORE_FORMAT, False


def _set_category_axis(axis: Any, chart: EditableChart) -> None:
    axis.has_major_gridlines = False
    axis.format.line.color.rgb = _rgb(THEMES["light"].rule)
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if chart.kind is not ChartKind.LINES:
        axis.reverse_order = True
        return
    step = str(chart.label_step or max(1, round(len(chart.categories) / MOST_TIMES)))
    element = axis._element
    for name in ("tickLblSkip", "tickMarkSkip"):
        following = element.find("{*}noMultiLvlLbl")
        skip = element.makeelement(f"{{{element.nsmap['c']}}}{name}", {"val": step})
        element.append(skip) if following is None else following.addprevious(skip)


def _set_line(row: Any, series: Series) -> None:
    row.smooth = False
    row.format.line.width, row.format.line.color.rgb = Pt(_LINE_PT), _rgb(series.colours[0])
    row.marker.style = None
    marker = row.marker._element.get_or_add_marker()
    marker.get_or_add_symbol().set("val", "none")


def _set_bars(row: Any, series: Series) -> None:
    many = len(series.colours) > 1
    parts = [row.points[i] for i in range(len(series.values))] if many else [row]
    for part, colour in zip(parts, series.colours, strict=True):
        part.format.fill.solid()
        part.format.fill.fore_color.rgb = _rgb(colour)


def _label_bars(plot: Any, kind: ChartKind) -> None:
    plot.gap_width = 45
    plot.has_data_labels = True
    labels = plot.data_labels
    is_stacked = kind is ChartKind.STACKED
    labels.number_format, labels.number_format_is_linked = (
        _SHARE_FORMAT_OF_PARTS if is_stacked else _SHARE_FORMAT,
        False,
    )
    labels.position = XL_LABEL_POSITION.CENTER if is_stacked else XL_LABEL_POSITION.OUTSIDE_END
    labels.font.size = Pt(_SIZE_PT)
    if is_stacked:
        labels.font.color.rgb = _rgb(THEMES["light"].ground)


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour[1:].upper())
