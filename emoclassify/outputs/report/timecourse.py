"""How the emotions change: valence over time, and its key moments with stills."""

from collections.abc import Sequence
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
        best: the one for the cover, of the highest moment or else of the leading emotion; None where there is none.
        why_none: the reason why there are none, NOT_AT_HAND or HIDDEN; else empty.
    """

    pictures: dict[int, Picture]
    why_none: str = ""
    best: Picture | None = None


def timecourse(
    analysis: Analysis, findings: Findings, words: Words, charts: dict[str, Picture], stills: Stills
) -> list[Block]:
    """The charts over time and the key moments; no blocks of a still picture, and where nothing was read."""
    _ = words.text
    main = findings.main
    if main is None or main.mean is None or analysis.source.still:
        return []
    moments = main.moments
    blocks: list[Block] = [Heading(_("Over time")), charts["timeline"], charts["groups"]]
    blocks.append(Heading(_("Key moments")))
    rule = _(
        "A moment counts where the bold line of valence goes farther from its usual level than the recording's own ups "
        "and downs do, and {least} at least."
    ).format(least=words.number(LEAST_CHANGE, 1))
    if not moments:
        none = _("No moment stands out from the usual ups and downs of the valence, which leaves surprise out.")
        return [*blocks, Paragraph(f"{none} {rule}")]
    explanation = _(
        "Peaks and turning points of the valence: above 0 it is more happy, below 0 more angry, disgust, fear and sad. "
        "Surprise is left out of it."
    )
    blocks += [Paragraph(f"{explanation} {rule}"), moments_table(moments, words)]
    has_frames = any(frame_of(analysis, moment) is not None for moment in moments)
    if has_frames and stills.why_none:
        return [*blocks, Paragraph(_without_stills(stills.why_none, words))]
    pictures = moment_stills(analysis, moments, words, stills)
    return [*blocks, Gallery(pictures)] if pictures else blocks


def moments_table(moments: Sequence[Moment], words: Words) -> Table:
    """A row for each key moment: when it is, what it is, the valence and the top emotion."""
    _ = words.text
    rows = tuple(
        (words.time(moment.time_s), _kind(moment, words), words.signed(moment.valence), words.top(moment.scores))
        for moment in moments
    )
    return Table((_("time"), _("what"), _("valence"), _("top emotion")), rows)


def moment_stills(analysis: Analysis, moments: Sequence[Moment], words: Words, stills: Stills) -> tuple[Picture, ...]:
    """The stills of key moments, each with its time and what it is; without those that have none."""
    frames = ((moment, frame_of(analysis, moment)) for moment in moments)
    return tuple(
        replace(stills.pictures[frame], caption=f"{words.time(moment.time_s)}: {_kind(moment, words)}")
        for moment, frame in frames
        if frame in stills.pictures
    )


def _kind(moment: Moment, words: Words) -> str:
    _ = words.text
    return {
        HIGHEST: _("highest valence"),
        LOWEST: _("lowest valence"),
        RISES: _("turns positive"),
        FALLS: _("turns negative"),
    }[moment.kind]


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
