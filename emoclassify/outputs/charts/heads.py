"""The words above a chart, which its PNG carries as texts: documents write them themselves where the chart is small."""

from emoclassify.outputs.charts.kinds import Drawing
from emoclassify.outputs.charts.png import texts_of
from emoclassify.outputs.document.blocks import ChartHead, Picture

_FINDING, _SUBTITLE, _FACTS, _SHARE = "Title", "Description", "Comment", "Title share"
"""Names of texts: the first three are known to other programs."""


def texts_of_head(head: ChartHead) -> dict[str, str]:
    """Name -> text, as they are kept in the file of a chart."""
    return {_FINDING: head.finding, _SUBTITLE: head.subtitle, _FACTS: head.facts, _SHARE: f"{head.share:.4f}"}


def chart_picture(chart: Drawing, caption: str) -> Picture:
    """A chart for documents, with the words above it where its PNG has some; as SVG alone it is for a PDF alone."""
    if ".png" not in chart:
        return Picture(chart[".svg"], ".svg", caption)
    texts, head = texts_of(chart[".png"]), None
    if _SHARE in texts:
        head = ChartHead(texts[_FINDING], texts[_SUBTITLE], texts[_FACTS], float(texts[_SHARE]))
    return Picture(chart[".png"], ".png", caption, head, chart.get(".svg"))
