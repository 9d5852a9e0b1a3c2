"""The charts: the name of each, what it shows, and which recordings have it. Drawing them is elsewhere."""

from dataclasses import dataclass

from emoclassify.analysis import Analysis

CHART_ENDINGS = (".png", ".svg")
"""Every chart is drawn in both formats."""

Drawing = dict[str, bytes]
"""One drawn chart: ending of a file -> its content."""


@dataclass(frozen=True)
class Chart:
    """One chart.

    Attributes:
        name: of its files, without ending.
        meaning: what it shows, a text that the catalogues translate.
        compares: True where it is drawn only if a face and a voice were compared.
        is_over_time: True where it has an axis of time, which a still picture has not.
        of_calls: True where it is drawn only of a call with roles.
    """

    name: str
    meaning: str
    compares: bool = False
    is_over_time: bool = True
    of_calls: bool = False

    def is_of(self, analysis: Analysis) -> bool:
        """True where the recording has this chart."""
        if (self.is_over_time and analysis.source.still) or (self.of_calls and not analysis.roles):
            return False
        return not self.compares or (analysis.was_compared and bool(analysis.frames))


CHARTS = (
    Chart("timeline", "Chart: seven emotions over time"),
    Chart("groups", "Chart: positive, neutral, negative over time"),
    Chart("valence", "Chart: valence over time"),
    Chart("shares", "Chart: the share of each emotion", is_over_time=False),
    Chart("agreement", "Chart: where face and voice agree", compares=True),
    Chart("call", "Chart: who speaks when in a call, and how the voice sounds", of_calls=True),
)

SLIDE_CHARTS = ("valence", "agreement", "call")
"""Names of those that slides have as pictures; they have others as numbers that can be edited."""


def charts_of(analysis: Analysis) -> list[Chart]:
    """The charts of a recording."""
    return [chart for chart in CHARTS if chart.is_of(analysis)]
