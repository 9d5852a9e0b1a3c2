"""The section on a call: how much each side speaks, and how its voice sounds."""

from emoclassify.analysis import Analysis
from emoclassify.outputs.document.blocks import Block, Heading, Paragraph, Table, TextRow
from emoclassify.outputs.document.words import NOTHING, Words, printable
from emoclassify.turns import RoleTalk, Shares, Talk
from emoclassify.voice.reading import CANNOT_TELL
from emoclassify.words.bases import Base


def call(analysis: Analysis, words: Words) -> list[Block]:
    """The roles; no blocks where none were named."""
    talk = analysis.talk
    if talk is None:
        return []
    _ = words.text
    header: TextRow = (_("who"), _("speaks"), _("turns"), _("interrupts"), _("voice"))
    pairs = zip(analysis.roles, talk.shares, strict=True)
    table = Table(header, tuple(_row(role, shares, words) for role, shares in pairs))
    blocks: list[Block] = [Heading(_("The two sides of the call")), table, Paragraph(_at_once(talk, words))]
    if any(role.voice is None for role in analysis.roles):
        blocks.append(
            Paragraph(
                _(
                    "Where it says “not scored”, no emotion was read: EU law forbids reading the emotions of people "
                    "at work (AI Act, article 5(1)(f)), so that only the customer is scored unless somebody says "
                    "otherwise."
                )
            )
        )
    return blocks


def _row(role: RoleTalk, shares: Shares, words: Words) -> TextRow:
    return (
        printable(role.name),
        f"{words.seconds(shares.talk_s)}, {words.share(shares.share, Base.SPEECH)}",
        words.count(shares.n_turns),
        words.count(shares.n_interruptions),
        _voice(role, words),
    )


def _voice(role: RoleTalk, words: Words) -> str:
    if role.voice is None:
        return words.text("not scored")
    mean = role.voice.mean
    if mean is None:
        return NOTHING
    return words.top(mean.scores) if mean.dominant else words.text(CANNOT_TELL)


def _at_once(talk: Talk, words: Words) -> str:
    sentence = words.text("Both speak at once for {overlap}; nobody speaks for {silence}.")
    return sentence.format(overlap=words.seconds(talk.overlap_s), silence=words.seconds(talk.silence_s))
