"""What was heard, and whether it fits the face."""

from collections.abc import Iterator

from emoclassify.analysis import Analysis
from emoclassify.crosscheck import AGREE, CANNOT_TELL, DIFFER, MIN_STRETCHES, REASONS, Agreement, Summary
from emoclassify.outputs.document.blocks import Block, Heading, Paragraph, Picture, Row, Table
from emoclassify.outputs.document.words import NOTHING, Words

_MOST_ROWS = 40


def voices(found: Analysis, words: Words, charts: dict[str, Picture]) -> list[Block]:
    """The voice, and face against voice where that was asked for; nothing where there is no sound or nobody speaks."""
    _ = words.text
    if found.voice is None or not found.segments:
        return []
    if found.crosscheck is None or not found.frames:
        return [Heading(_("Voice")), *_stretches(found, words)]
    return [
        Heading(_("Voice and cross-check")),
        Paragraph(_verdicts(found, found.crosscheck, words)),
        charts["agreement"],
        *_stretches(found, words),
        Paragraph(_rules(words)),
        weights(found, words),
    ]


def _verdicts(found: Analysis, summary: Summary, words: Words) -> str:
    _ = words.text
    if summary.told:
        told = _(
            "Of {length} of speech the two models name the same emotion in {agree}, different ones in {differ}; of "
            "{rest} nothing can be told."
        )
    else:
        told = _("Of none of the {length} of speech can it be told whether the two models name the same emotion.")
    sentences = [_shares(summary, told, words), _reasons(found, words), _same_side(found, words)]
    return " ".join(filter(None, [*sentences, *_chance(summary, words)]))


def _shares(summary: Summary, told: str, words: Words) -> str:
    return told.format(
        length=words.seconds(summary.speech_s),
        agree=words.percent(summary.share(AGREE)),
        differ=words.percent(summary.share(DIFFER)),
        rest=words.percent(summary.share(CANNOT_TELL)),
    )


def _same_side(found: Analysis, words: Words) -> str:
    told = [segment for segment in found.segments if segment.verdict in (AGREE, DIFFER)]
    if not told:
        return ""
    lengths_s = [segment.voice.span.duration_s for segment in told]
    share = sum(length_s for segment, length_s in zip(told, lengths_s, strict=True) if segment.same_sign) / sum(
        lengths_s
    )
    return words.text(
        "Where a verdict is given, both are on the same side in valence (positive, negative or even) in {share}."
    ).format(share=words.percent(share))


def _chance(summary: Summary, words: Words) -> Iterator[str]:
    """What the verdicts are worth, and what both models lean to together."""
    _ = words.text
    if summary.told and summary.kappa is None:
        yield (
            _("Whether that is more than chance cannot be told of {n} stretches: it takes {least}.").format(
                n=summary.told, least=MIN_STRETCHES
            )
            if summary.told < MIN_STRETCHES
            else _("Both name one and the same emotion throughout, so that nothing tells it from chance.")
        )
    elif summary.kappa is not None:
        yield _("Cohen's kappa over {n} stretches is {kappa}: 0 is what chance gives, 1 is always the same.").format(
            n=summary.told, kappa=words.signed(summary.kappa)
        )
    if summary.joint_scores is not None:
        yield _("Face and voice together lean most to “{top}” ({score}), over {length}.").format(
            top=words.emotion(summary.joint_dominant),
            score=words.number(float(summary.joint_scores.max())),
            length=words.seconds(summary.joint_s),
        )


def _reasons(found: Analysis, words: Words) -> str:
    seconds = {
        reason: sum(segment.voice.span.duration_s for segment in found.segments if segment.reason == reason)
        for reason in REASONS
    }
    told = ", ".join(
        f"{words.text(name)} ({words.seconds(length_s)})" for name, length_s in seconds.items() if length_s
    )
    return words.text("Why nothing can be told: {reasons}.").format(reasons=told) if told else ""


def _stretches(found: Analysis, words: Words) -> list[Block]:
    _ = words.text
    compared = found.crosscheck is not None and bool(found.frames)
    header: Row = (_("speech"), _("voice"))
    if compared:
        header += (_("face"), _("similarity"), _("together"), _("verdict"))
    rows = tuple(_row(segment, words, compared=compared) for segment in found.segments[:_MOST_ROWS])
    blocks: list[Block] = [Table(header, rows)]
    if len(found.segments) > _MOST_ROWS:
        told = _("The first {shown} of {all} stretches of speech; segments.csv has all.")
        blocks.append(Paragraph(told.format(shown=_MOST_ROWS, all=len(found.segments))))
    return blocks


def _row(segment: Agreement, words: Words, *, compared: bool) -> Row:
    _, span = words.text, segment.voice.span
    heard = words.top(segment.voice.scores) if segment.voice.dominant else _("cannot tell")
    row: Row = (words.span(span.start_s, span.end_s), heard)
    if not compared:
        return row
    verdict = _(segment.verdict or CANNOT_TELL)
    return (
        *row,
        NOTHING if segment.face_scores is None else words.top(segment.face_scores),
        NOTHING if segment.agreement is None else words.number(segment.agreement),
        NOTHING if segment.joint_scores is None else words.top(segment.joint_scores),
        f"{verdict} ({_(segment.reason)})" if segment.reason else verdict,
    )


def _rules(words: Words) -> str:
    return words.text(
        "“Agree” means that the top emotion of the voice and that of the face's mean over the stretch are the same, "
        "“differ” that they are not. Nothing is told where the speech is shorter than 0.5 s, several people are in the "
        "picture for more than a quarter of it, fewer than 3 good readings of the face fall into it, or one of the two "
        "top scores is below 0.4. Similarity is 1 minus the Jensen-Shannon distance of the seven scores. Two models "
        "that agree may both be wrong."
    )


def weights(found: Analysis, words: Words) -> Paragraph:
    """How much the face and the voice count in scores of both together, and why."""
    _, used = words.text, found.weights
    if not used.measured:
        told = _(
            "In scores of both together face and voice count the same, since how good one of the models is, is not "
            "known."
        )
        return Paragraph(told)
    told = _(
        "In scores of both together the face counts {face} and the voice {voice}, by the log-loss of each model on "
        "labelled data that it did not learn from; no data that were at hand have labels of both face and voice, so "
        "how good the joint scores are was not measured."
    )
    return Paragraph(told.format(face=words.percent(used.face), voice=words.percent(used.voice)))
