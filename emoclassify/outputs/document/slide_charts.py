"""Charts on slides that can be edited: their numbers lie in a workbook inside the file."""

from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.util import Pt

from emoclassify.colours import THEMES
from emoclassify.design import size_of
from emoclassify.outputs.charts.scales import TIME_STEPS_S
from emoclassify.outputs.document.blocks import ChartKind, EditableChart, Series
from emoclassify.outputs.document.slide_times import TimeChartData, days_of, format_until

_SIZE_PT = size_of("note", "slide")
_LINE_PT, _RULE_PT = 2.25, 0.5
_LEAST_GAP = 45  # between two bars, percent of one
_FEW_BARS, _BAR_SHARE = 4, 80  # each that is missing of so many widens the gap, lest a single bar be a wall
_MOST_TIMES = 10  # that are written along the axis
_MOST_LINES = 7  # across it
_VALUE_STEPS = (0.1, 0.2, 0.5)  # between these: a tenth is all that is written of them
_SCORE_FORMAT = "0.0;\N{MINUS SIGN}0.0;0.0"
_TABLE_FORMAT = "0.00"  # of the scores that are edited
_TYPES = {
    ChartKind.LINES: XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS,
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
    frame = slide.shapes.add_chart(_TYPES[chart.kind], *place_emu, _numbers_of(chart))
    frame._element.nvGraphicFramePr.cNvPr.set("descr", chart.caption)
    shape = frame.chart
    shape.font.size, shape.font.color.rgb = Pt(_SIZE_PT), _rgb(THEMES["light"].muted)
    shape.has_title = False
    shape.has_legend = len(chart.series) > 1
    if shape.has_legend:
        shape.legend.position, shape.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    _set_value_axis(shape.value_axis, chart)
    _set_time_axis(shape.category_axis, chart) if chart.times_s else _set_category_axis(shape.category_axis)
    for row, series in zip(shape.plots[0].series, chart.series, strict=True):
        _set_line(row, series) if chart.kind is ChartKind.LINES else _set_bars(row, series)
    if chart.kind is not ChartKind.LINES:
        _label_bars(shape.plots[0], chart)


def _numbers_of(chart: EditableChart) -> Any:
    """As python-pptx takes them."""
    if chart.times_s:
        return TimeChartData(chart.times_s, chart.series, _TABLE_FORMAT)
    content = CategoryChartData(number_format=chart.share_format)
    content.categories = chart.categories
    for series in chart.series:
        content.add_series(series.name, series.values)
    return content


def _set_value_axis(axis: Any, chart: EditableChart) -> None:
    axis.minimum_scale, axis.maximum_scale = chart.least, chart.most
    axis.has_major_gridlines = axis.visible = chart.kind is ChartKind.LINES
    axis.format.line.fill.background()
    if chart.kind is ChartKind.LINES:
        range_ = chart.most - chart.least
        axis.major_unit = next((step for step in _VALUE_STEPS if range_ / step <= _MOST_LINES), _VALUE_STEPS[-1])
        axis.major_gridlines.format.line.color.rgb = _rgb(THEMES["light"].rule)
        axis.major_gridlines.format.line.width = Pt(_RULE_PT)
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = _SCORE_FORMAT, False


def _set_category_axis(axis: Any) -> None:
    _set_lower_axis(axis)
    axis.reverse_order = True


def _set_time_axis(axis: Any, chart: EditableChart) -> None:
    """From 0 to the end of the last half second, with times at whole seconds, minutes or hours: of an axis of names
    LibreOffice would write every one."""
    _set_lower_axis(axis)
    end_s = 2 * chart.times_s[-1] - chart.times_s[-2] if len(chart.times_s) > 1 else 1.0
    axis.minimum_scale, axis.maximum_scale = 0, days_of(end_s)
    step_s = next((step for step in TIME_STEPS_S if step >= 1 and end_s <= _MOST_TIMES * step), TIME_STEPS_S[-1])
    axis.major_unit = days_of(step_s)
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = format_until(end_s), False


def _set_lower_axis(axis: Any) -> None:
    axis.has_major_gridlines = False
    axis.format.line.color.rgb = _rgb(THEMES["light"].rule)
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW


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


def _label_bars(plot: Any, chart: EditableChart) -> None:
    plot.gap_width = max(_LEAST_GAP, _BAR_SHARE * (_FEW_BARS - len(chart.categories)))
    plot.has_data_labels = True
    labels = plot.data_labels
    is_stacked = chart.kind is ChartKind.STACKED
    labels.number_format = f"{chart.share_format};;" if is_stacked else chart.share_format  # of parts, 0 is not written
    labels.number_format_is_linked = False
    labels.position = XL_LABEL_POSITION.CENTER if is_stacked else XL_LABEL_POSITION.OUTSIDE_END
    labels.font.size = Pt(_SIZE_PT)
    if is_stacked:
        labels.font.color.rgb = _rgb(THEMES["light"].ground)


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour[1:].upper())
