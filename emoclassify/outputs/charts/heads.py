"""The words above a chart, which its PNG carries as texts: documents write them themselves where the chart is small."""

from emoclassify.outputs.charts.kinds import Drawing
from emoclassify.outputs.charts.png import texts_of
from emoclassify.outputs.document.blocks import ChartHead, Picture
from emoclassify.outputs.document.typeset import letters

_FINDING, _SUBTITLE, _FACTS, _SHARE = "Title", "Description", "Comment", "Title share"
"""Names of texts: the first three are known to other programs."""


def texts_of_head(head: ChartHead) -> dict[str, str]:
    """Name -> text, as they are kept in the file of a chart."""
    return {_FINDING: head.finding, _SUBTITLE: head.subtitle, _FACTS: head.facts, _SHARE: f"{head.share:.4f}"}


def chart_picture(chart: Drawing, caption: str) -> Picture:
    """A chart for documents, with the words above it where its PNG has some.

    Its drawing is left out where it has letters that the family lacks: with one of them a whole line would be boxes.
    """
    texts, head, drawing = texts_of(chart[".png"]), None, chart.get(".svg")
    if _SHARE in texts:
        head = ChartHead(texts[_FINDING], texts[_SUBTITLE], texts[_FACTS], float(texts[_SHARE]))
    if drawing and not letters().issuperset(map(ord, set(drawing.decode()) - set("\n\t"))):
        drawing = None
    return Picture(chart[".png"], ".png", caption, head, drawing)
