"""The words above a chart, which its PNG carries as texts: documents write them themselves where the chart is small."""

from emoclassify.outputs.charts.png import texts_of
from emoclassify.outputs.document.blocks import ChartHead, Picture

_FINDING, _SUBTITLE, _FACTS, _SHARE = "Title", "Description", "Comment", "Title share"
"""Names of texts: the first three are known to other programs."""


def texts_of_head(head: ChartHead) -> dict[str, str]:
    """Name -> text, as they are kept in the file of a chart."""
    return {_FINDING: head.finding, _SUBTITLE: head.subtitle, _FACTS: head.facts, _SHARE: f"{head.share:.4f}"}


def chart_picture(content: bytes, caption: str) -> Picture:
    """A chart, the content of a PNG file, with the words above it where it has some."""
    texts = texts_of(content)
    if _SHARE not in texts:
        return Picture(content, ".png", caption)
    head = ChartHead(texts[_FINDING], texts[_SUBTITLE], texts[_FACTS], float(texts[_SHARE]))
    return Picture(content, ".png", caption, head)
