"""How much of a recording was read, and how well."""

from collections import Counter

from emoclassify.analysis import Analysis
from emoclassify.outputs.document.blocks import Block, Bullets, Heading, Paragraph, Row, Table
from emoclassify.outputs.document.words import Words


def quality(found: Analysis, words: Words) -> list[Block]:
    """What was looked at, found and left out, and what was noted on the way."""
    _, counts = words.text, found.counts
    rows: list[Row] = []
    if found.frames:
        n = len(found.frames)
        rows += [
            (_("frames decoded"), words.count(counts.decoded)),
            (_("frames looked at"), words.count(n)),
            (
                _("of these with a face"),
                f"{words.count(counts.with_face)} ({words.percent(counts.with_face / n)})",
            ),
            (_("stretches without a face"), words.count(counts.gaps)),
            (_("readings of faces"), words.count(counts.faces)),
            (_("doubtful readings, left out of all means"), _doubtful(found, words)),
            (_("faces that no other frame confirmed, left out"), words.count(counts.unconfirmed)),
        ]
    if found.voice is not None:
        speech_s = sum(segment.voice.span.duration_s for segment in found.segments)
        share = words.percent(found.means.voice_coverage)
        rows += [
            (_("stretches of speech"), words.count(len(found.segments))),
            (_("length of all speech"), f"{words.seconds(speech_s)} ({share})"),
        ]
    blocks: list[Block] = [Heading(_("Coverage and quality")), Table((), tuple(rows))]
    if found.warnings:
        notes = tuple(message.in_language(words.lang) for message in found.warnings)
        blocks += [Paragraph(_("Noted on the way:")), Bullets(notes)]
    return blocks


def _doubtful(found: Analysis, words: Words) -> str:
    _ = words.text
    reasons = Counter(reading.quality_reason for reading in found.faces if not reading.quality_ok)
    if not reasons:
        return "0"
    told = ", ".join(f"{_(reason)} {n}" for reason, n in reasons.most_common())
    return f"{words.count(reasons.total())} ({told})"
