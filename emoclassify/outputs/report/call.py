"""The section on a call: how much each side speaks, and how its voice sounds. The page has the same sentences."""

from collections.abc import Sequence

from emoclassify.analysis import Analysis
from emoclassify.findings import CurveFindings, Findings
from emoclassify.groups import Groups
from emoclassify.outputs.document.blocks import Block, Bullets, Heading, Paragraph, Picture, Table, TextRow
from emoclassify.outputs.document.words import NOTHING, Words, printable
from emoclassify.outputs.headlines import course, leading_in_words
from emoclassify.turns import RoleTalk, Shares, Talk
from emoclassify.words.bases import Base


def call(analysis: Analysis, findings: Findings, words: Words, charts: dict[str, Picture]) -> list[Block]:
    """The roles; no blocks where none were named."""
    talk = analysis.talk
    if talk is None:
        return []
    groups = analysis.options.emotion_groups
    table = roles_table(analysis.roles, talk, findings, groups, words)
    blocks: list[Block] = [Heading(words.text("The two sides of the call")), table]
    blocks += [Paragraph(at_once(talk, words)), charts["call"]]
    if sentences := all_role_findings(findings, groups, words):
        blocks.append(Bullets(sentences))
    if unscored := why_not_scored(analysis.roles, words):
        blocks.append(Paragraph(unscored))
    return blocks


def roles_table(roles: Sequence[RoleTalk], talk: Talk, findings: Findings, groups: Groups, words: Words) -> Table:
    """A row for each role; of a voice that was read the emotion that leads longest, as in the headline."""
    _ = words.text
    header: TextRow = (_("who"), _("speaks"), _("turns"), _("interrupts"), _("voice"))
    voices = {curve.role: _voice(curve, groups, words) for curve in findings.roles}
    rows = (
        _row(role, shares, voices.get(role.name, words.text("not scored")), words)
        for role, shares in zip(roles, talk.shares, strict=True)
    )
    return Table(header, tuple(rows))


def at_once(talk: Talk, words: Words) -> str:
    """For how long both speak, and nobody does."""
    sentence = words.text("Both speak at once for {overlap}; nobody speaks for {silence}.")
    return sentence.format(overlap=words.seconds(talk.overlap_s), silence=words.seconds(talk.silence_s))


def all_role_findings(findings: Findings, groups: Groups, words: Words) -> tuple[str, ...]:
    """What the voice of each role that is scored sounds like, a sentence for each."""
    return tuple(_role_findings(curve, groups, words) for curve in findings.roles)


def why_not_scored(roles: Sequence[RoleTalk], words: Words) -> str:
    """Why no emotion was read of some role, in a sentence; empty where all are scored."""
    if all(role.voice is not None for role in roles):
        return ""
    return words.text(
        "Where it says “not scored”, no emotion was read: EU law forbids reading the emotions of people at work "
        "(AI Act, article 5(1)(f)), so that only the customer is scored unless somebody says otherwise."
    )


def _role_findings(curve: CurveFindings, groups: Groups, words: Words) -> str:
    name = printable(curve.role)
    if curve.mean is None:
        return words.text("{name}: no speech.").format(name=name)
    if curve.leading is None:
        return f"{name}: {words.text('no emotion of the voice can be told')}."
    template = words.text("{name}: the voice sounds most often like {top}; {course}.")
    top = leading_in_words(curve, groups, words.lang, in_sentence=True)
    return template.format(name=name, top=top, course=course(curve, words.lang))


def _row(role: RoleTalk, shares: Shares, voice: str, words: Words) -> TextRow:
    return (
        printable(role.name),
        f"{words.seconds(shares.talk_s)}, {words.share(shares.share, Base.SPEECH)}",
        words.count(shares.n_turns),
        words.count(shares.n_interruptions),
        voice,
    )


def _voice(curve: CurveFindings, groups: Groups, words: Words) -> str:
    return NOTHING if curve.mean is None else leading_in_words(curve, groups, words.lang)
