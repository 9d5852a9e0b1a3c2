"""How the emotions change: valence over time, and its key moments with stills."""

from dataclasses import dataclass, replace

from emoclassify.analysis import Analysis
from emoclassify.findings import Findings
from emoclassify.moments import FALLS, HIGHEST, LEAST_CHANGE, LOWEST, RISES, Moment
from emoclassify.outputs.document.blocks import Block, Gallery, Heading, Paragraph, Picture, Table
from emoclassify.outputs.document.words import Words

NOT_AT_HAND, HIDDEN = "the recording is not at hand", "faces may not be shown"


@dataclass(frozen=True)
class Stills:
    """Frames of the recording that show its key moments.

    Attributes:
        pictures: index of a frame -> its picture.
        why_none: the reason why there are none, NOT_AT_HAND or HIDDEN; else empty.
    """

    pictures: dict[int, Picture]
    why_none: str = ""


def timecourse(
    analysis: Analysis, findings: Findings, words: Words, charts: dict[str, Picture], stills: Stills
) -> list[Block]:
    """The charts over time and the key moments; no blocks of a still picture, and where nothing was read."""
    _ = words.text
    main = findings.main
    if main is None or main.mean is None or analysis.source.still:
        return []
    moments = main.moments
    blocks: list[Block] = [Heading(_("Over time")), charts["groups"], charts["valence"], Heading(_("Key moments"))]
    rule = _(
        "A moment counts where the bold line of valence goes farther from its usual level than the recording's own ups "
        "and downs do, and {least} at least."
    ).format(least=words.number(LEAST_CHANGE, 1))
    if not moments:
        none = _("No moment stands out from the usual ups and downs of the valence, which leaves surprise out.")
        return [*blocks, Paragraph(f"{none} {rule}")]
    kinds = {
        HIGHEST: _("highest valence"),
        LOWEST: _("lowest valence"),
        RISES: _("turns positive"),
        FALLS: _("turns negative"),
    }
    rows = tuple(
        (words.time(moment.time_s), kinds[moment.kind], words.signed(moment.valence), words.top(moment.scores))
        for moment in moments
    )
    explanation = _(
        "Peaks and turning points of the valence: above 0 it is more happy, below 0 more angry, disgust, fear and sad. "
        "Surprise is left out of it."
    )
    header = (_("time"), _("what"), _("valence"), _("top emotion"))
    blocks += [Paragraph(f"{explanation} {rule}"), Table(header, rows)]
    frames = [frame_of(analysis, moment) for moment in moments]
    if any(frame is not None for frame in frames) and stills.why_none:
        return [*blocks, Paragraph(_without_stills(stills.why_none, words))]
    pictures = [
        replace(stills.pictures[frame], caption=f"{words.time(moment.time_s)}: {kinds[moment.kind]}")
        for frame, moment in zip(frames, moments, strict=True)
        if frame in stills.pictures
    ]
    return [*blocks, Gallery(tuple(pictures))] if pictures else blocks


def _without_stills(why: str, words: Words) -> str:
    _ = words.text
    if why == HIDDEN:
        return _("No stills of these moments: faces are not to be shown (option --anonymize).")
    return _(
        "No stills of these moments: the recording was not at hand when this report was made (option --media of "
        "“emoclassify render”)."
    )


def frame_of(analysis: Analysis, moment: Moment) -> int | None:
    """The index of the frame nearest to a moment in which the main person is read well; None where there is none."""
    readings = [reading for reading in analysis.faces if reading.person == 1 and reading.quality_ok]
    if not readings:
        return None
    return min(readings, key=lambda reading: abs(reading.time_s - moment.time_s)).frame
