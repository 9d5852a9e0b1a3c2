"""The section on coverage and quality: how much of a recording was read, and how well."""

from collections import Counter

from emoclassify.analysis import Analysis
from emoclassify.findings import Findings
from emoclassify.outputs.document.blocks import Block, Bullets, Heading, Paragraph, Table, TextRow
from emoclassify.outputs.document.words import Words
from emoclassify.words.bases import Base


def quality(analysis: Analysis, findings: Findings, words: Words) -> list[Block]:
    """A table of how many frames and faces were read or left out, and the warnings."""
    _, counts = words.text, analysis.counts
    rows: list[TextRow] = []
    if analysis.frames:
        n = len(analysis.frames)
        rows += [
            (_("frames decoded"), words.count(counts.decoded)),
            (_("frames looked at"), words.count(n)),
            (
                _("of these with a face"),
                f"{words.count(counts.with_face)} ({words.share(counts.with_face / n, Base.FRAMES)})",
            ),
            (_("stretches without a face"), words.count(counts.gaps)),
            (_("readings of faces"), words.count(counts.faces)),
            (_("doubtful readings, left out of all means"), _doubtful_cell(analysis, words)),
            (_("faces that no other frame confirmed, left out"), words.count(counts.unconfirmed)),
        ]
        if analysis.options.area:
            rows.append((_("faces outside the area, left out"), words.count(analysis.n_outside)))
    if analysis.voice is not None:
        speech_s = sum(segment.voice.span.duration_s for segment in analysis.segments)
        share = words.share(findings.voice.shares.read if findings.voice else 0.0, Base.RECORDING)
        rows += [
            (_("stretches of speech"), words.count(len(analysis.segments))),
            (_("length of all speech"), f"{words.seconds(speech_s)} ({share})"),
        ]
    blocks: list[Block] = [Heading(_("Coverage and quality")), Table((), tuple(rows))]
    if analysis.warnings:
        notes = tuple(message.in_language(words.lang) for message in analysis.warnings)
        blocks += [Paragraph(_("Noted on the way:")), Bullets(notes)]
    return blocks


def _doubtful_cell(analysis: Analysis, words: Words) -> str:
    _ = words.text
    reasons = Counter(reading.quality_reason for reading in analysis.faces if not reading.quality_ok)
    if not reasons:
        return "0"
    reason_counts = ", ".join(f"{_(reason)} {n}" for reason, n in reasons.most_common())
    return f"{words.count(reasons.total())} ({reason_counts})"
