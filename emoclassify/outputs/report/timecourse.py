"""How the emotions change: valence over time, and its key moments with stills."""

from dataclasses import dataclass, replace

from emoclassify.analysis import Analysis
from emoclassify.findings import Findings
from emoclassify.moments import FALLS, HIGHEST, LOWEST, RISES, Moment
from emoclassify.outputs.document.blocks import Block, Gallery, Heading, Paragraph, Picture, Table
from emoclassify.outputs.document.words import Words

NOT_AT_HAND, HIDDEN = "the recording is not at hand", "faces may not be shown"


@dataclass(frozen=True)
class Stills:
    """Frames of the recording that show its key moments.

    Attributes:
        pictures: index of a frame -> its picture.
        why_none: NOT_AT_HAND or HIDDEN where there are none for this reason.
    """

    pictures: dict[int, Picture]
    why_none: str = ""


def timecourse(
    found: Analysis, findings: Findings, words: Words, charts: dict[str, Picture], stills: Stills
) -> list[Block]:
    """The charts over time and the key moments; nothing where neither face nor voice was read."""
    _ = words.text
    main = findings.main
    if main is None or main.mean is None:
        return []
    moments = main.moments
    blocks: list[Block] = [Heading(_("Over time")), charts["groups"], charts["valence"], Heading(_("Key moments"))]
    if not moments:
        return [*blocks, Paragraph(_("The smoothed valence hardly changes; no moment stands out."))]
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
    told = _("Peaks and turning points of the smoothed valence: above 0 it is more happy, below 0 more negative.")
    header = (_("time"), _("what"), _("valence"), _("top emotion"))
    blocks += [Paragraph(told), Table(header, rows)]
    frames = [frame_of(found, moment) for moment in moments]
    if any(frame is not None for frame in frames) and stills.why_none:
        return [*blocks, Paragraph(_without_stills(stills.why_none, words))]
    shown = [
        replace(stills.pictures[frame], caption=f"{words.time(moment.time_s)}: {kinds[moment.kind]}")
        for frame, moment in zip(frames, moments, strict=True)
        if frame in stills.pictures
    ]
    return [*blocks, Gallery(tuple(shown))] if shown else blocks


def _without_stills(why: str, words: Words) -> str:
    _ = words.text
    if why == HIDDEN:
        return _("No stills of these moments: faces are not to be shown (option --anonymize).")
    return _(
        "No stills of these moments: the recording was not at hand when this report was made (option --media of "
        "“emoclassify render”)."
    )


def frame_of(found: Analysis, moment: Moment) -> int | None:
    """The frame that shows a moment: of those in which the main person is read, the nearest in time."""
    readings = [reading for reading in found.faces if reading.person == 1 and reading.quality_ok]
    if not readings:
        return None
    return min(readings, key=lambda reading: abs(reading.time_s - moment.time_s)).frame
