"""The cover of a report: the finding, three figures, the answer, the curve, the best still, and what it rests on."""

from emoclassify.analysis import Analysis
from emoclassify.findings import Findings
from emoclassify.outputs.document.blocks import Beside, Block, Headline, Note, PageBreak, Paragraph, Picture
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.report.answer import answer
from emoclassify.outputs.report.headline import basis, headline, key_figures, kicker_of
from emoclassify.outputs.report.timecourse import Stills


def cover(
    analysis: Analysis, findings: Findings, words: Words, charts: dict[str, Picture], stills: Stills
) -> list[Block]:
    """One page; where nothing was read, so that there is no curve, what follows begins on it."""
    figures = key_figures(analysis, findings, words)
    blocks: list[Block] = [Headline(headline(analysis, findings, words), kicker_of(analysis, words))]
    blocks += [figures] if figures else []
    blocks += answer(analysis, findings, words)
    is_read = findings.main is not None and findings.main.mean is not None
    if is_read:
        blocks.append(charts["shares" if analysis.source.still else "valence"])
    notes: tuple[Paragraph | Note, ...] = (
        Paragraph(words.text("What it rests on")),
        *map(Note, basis(analysis, findings, words)),
    )
    blocks += [Beside(stills.best, notes)] if stills.best else notes
    return [*blocks, PageBreak()] if is_read else blocks
