"""Report, slides and workbook of a study, as files."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from emoclassify.outputs.charts.heads import chart_picture
from emoclassify.outputs.charts.kinds import Drawing
from emoclassify.outputs.charts.style import SLIDE
from emoclassify.outputs.document.blocks import Content, Deck, Picture
from emoclassify.outputs.document.brand import Brand, read_brand
from emoclassify.outputs.study.charts.draw import charts_of, drawings_of
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.report.content import build_report
from emoclassify.outputs.study.report.slides import build_study_slides


class _SlideCharts(Mapping[str, Picture]):
    """Name of a chart -> the chart as slides have it, drawn when it is asked for: slides do not have all."""

    def __init__(self, material: StudyMaterial) -> None:
        self._charts = {chart.name: chart for chart in charts_of(material)}

    def __getitem__(self, name: str) -> Picture:
        chart = self._charts[name]
        return chart_picture(chart.drawn(SLIDE, (".png",)), chart.caption)

    def __contains__(self, name: object) -> bool:
        return name in self._charts  # that of Mapping would draw it

    def __iter__(self) -> Iterator[str]:
        return iter(self._charts)

    def __len__(self) -> int:
        return len(self._charts)


class StudyDocuments:
    """What charts, report and slides of a study share: each is made once, when it is first needed."""

    def __init__(self, material: StudyMaterial) -> None:
        self._material = material

    @cached_property
    def drawings(self) -> Mapping[str, Drawing]:
        """Name of a chart -> the chart."""
        return drawings_of(self._material)

    @cached_property
    def report(self) -> Content:
        """The content of the report. Raises UsageError where the brand cannot be read."""
        return build_report(self._material, self._charts, self._brand)

    @cached_property
    def slides(self) -> Deck:
        """The slides. Raises as `report`."""
        return build_study_slides(self._material, _SlideCharts(self._material), self._brand)

    @cached_property
    def _brand(self) -> Brand:
        return read_brand(self._material.options.brand)

    @cached_property
    def _charts(self) -> dict[str, Picture]:
        return {
            chart.name: chart_picture(self.drawings[chart.name], chart.caption) for chart in charts_of(self._material)
        }
