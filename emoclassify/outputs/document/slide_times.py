"""The numbers of an editable chart over time: one axis of true times, and a workbook with a column for each curve."""

from typing import Any

from pptx.chart.data import XyChartData
from pptx.chart.xlsx import XyWorkbookWriter

from emoclassify.outputs.document.blocks import Series

_DAY_S = 86_400
"""Spreadsheets count time in days."""

_FORMATS = ((3600.0, "[m]:ss"), (float("inf"), "[h]:mm:ss"))
_CELL_FORMAT, _WIDTHS = "[m]:ss.0", (12, 14)  # of the column of times; of that column and of the others, in letters


class TimeChartData(XyChartData):  # type: ignore[misc]  # python-pptx has no types
    """Curves over the same times.

    python-pptx lays such numbers below each other, each curve with times of its own; here they are one table, which a
    person can edit.
    """

    def __init__(self, times_s: tuple[float, ...], series: tuple[Series, ...], number_format: str) -> None:
        """Times in seconds; of each series a value for each of them."""
        super().__init__(number_format=number_format)
        self.days = [days_of(time_s) for time_s in times_s]
        for row in series:
            points = self.add_series(row.name)
            for day, value in zip(self.days, row.values, strict=True):
                points.add_data_point(day, value)

    @property
    def _workbook_writer(self) -> XyWorkbookWriter:
        return _OneTable(self)


def days_of(time_s: float) -> float:
    """Seconds in the unit of spreadsheets."""
    return time_s / _DAY_S


def format_until(end_s: float) -> str:
    """How times up to an end are written along an axis, as spreadsheets name it."""
    return next(text for below_s, text in _FORMATS if end_s < below_s)


class _OneTable(XyWorkbookWriter):  # type: ignore[misc]
    """Times in the first column, and beside them the values of each curve; a gap is an empty cell."""

    def series_name_ref(self, series: Any) -> str:
        return f"Sheet1!${self._column(series)}$1"

    def x_values_ref(self, series: Any) -> str:
        return f"Sheet1!$A$2:$A${len(series) + 1}"

    def y_values_ref(self, series: Any) -> str:
        column = self._column(series)
        return f"Sheet1!${column}$2:${column}${len(series) + 1}"

    def _column(self, series: Any) -> str:
        return chr(ord("B") + series.index)

    def _populate_worksheet(self, workbook: Any, worksheet: Any) -> None:
        times, values = (
            workbook.add_format({"num_format": text}) for text in (_CELL_FORMAT, self._chart_data.number_format)
        )
        worksheet.set_column(0, 0, _WIDTHS[0])
        worksheet.set_column(1, len(self._chart_data), _WIDTHS[1])
        worksheet.write_column(1, 0, self._chart_data.days, times)
        for series in self._chart_data:
            worksheet.write_string(0, series.index + 1, series.name)
            worksheet.write_column(1, series.index + 1, series.y_values, values)
