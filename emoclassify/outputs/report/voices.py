"""The section on the voice, and on whether face and voice agree."""

from collections.abc import Iterator

from emoclassify.analysis import Analysis
from emoclassify.crosscheck import AGREE, CANNOT_TELL, DIFFER, MIN_STRETCHES, REASONS, Agreement, Summary
from emoclassify.outputs.document.blocks import Block, Heading, Paragraph, Picture, Table, TextRow
from emoclassify.outputs.document.words import NOTHING, Words

_MOST_ROWS = 40


def voices(analysis: Analysis, words: Words, charts: dict[str, Picture]) -> list[Block]:
    """The voice, and face against voice where that was asked for; no blocks without speech."""
    _ = words.text
    if analysis.voice is None or not analysis.segments:
        return []
    if analysis.crosscheck is None or not analysis.frames:
        return [Heading(_("Voice")), *_stretch_table(analysis, words)]
    return [
        Heading(_("Voice and cross-check")),
        Paragraph(_verdict_sentences(analysis, analysis.crosscheck, words)),
        charts["agreement"],
        *_stretch_table(analysis, words),
        Paragraph(_rules_of_comparison(words)),
        weights_paragraph(analysis, words),
    ]


def _verdict_sentences(analysis: Analysis, summary: Summary, words: Words) -> str:
    _ = words.text
    if summary.told:
        template = _(
            "Of {length} of speech the two models name the same emotion in {agree}, different ones in {differ}; of "
            "{rest} nothing can be told."
        )
    else:
        template = _("Of none of the {length} of speech can it be told whether the two models name the same emotion.")
    sentences = [
        _shares_sentence(summary, template, words),
        _reasons_sentence(analysis, words),
        _same_side_sentence(analysis, words),
    ]
    return " ".join(filter(None, [*sentences, *_kappa_sentences(summary, words)]))


def _shares_sentence(summary: Summary, template: str, words: Words) -> str:
    return template.format(
        length=words.seconds(summary.speech_s),
        agree=words.percent(summary.share(AGREE)),
        differ=words.percent(summary.share(DIFFER)),
        rest=words.percent(summary.share(CANNOT_TELL)),
    )


def _same_side_sentence(analysis: Analysis, words: Words) -> str:
    comparisons = [segment for segment in analysis.segments if segment.verdict in (AGREE, DIFFER)]
    if not comparisons:
        return ""
    lengths_s = [segment.voice.span.duration_s for segment in comparisons]
    share = sum(length_s for segment, length_s in zip(comparisons, lengths_s, strict=True) if segment.same_sign) / sum(
        lengths_s
    )
    return words.text(
        "Where a verdict is given, both are on the same side in valence (positive, negative or even) in {share} of "
        "that time."
    ).format(share=words.percent(share))


def _kappa_sentences(summary: Summary, words: Words) -> Iterator[str]:
    """Sentences: Cohen's kappa or why there is none, and the top emotion of the joint scores."""
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


def _reasons_sentence(analysis: Analysis, words: Words) -> str:
    seconds = {
        reason: sum(segment.voice.span.duration_s for segment in analysis.segments if segment.reason == reason)
        for reason in REASONS
    }
    reasons = ", ".join(
        f"{words.text(name)} ({words.seconds(length_s)})" for name, length_s in seconds.items() if length_s
    )
    return words.text("Why nothing can be told: {reasons}.").format(reasons=reasons) if reasons else ""


def _stretch_table(analysis: Analysis, words: Words) -> list[Block]:
    _ = words.text
    has_face = analysis.crosscheck is not None and bool(analysis.frames)
    header: TextRow = (_("speech"), _("voice"))
    if has_face:
        header += (_("face"), _("similarity"), _("together"), _("verdict"))
    rows = tuple(_row(segment, words, has_face=has_face) for segment in analysis.segments[:_MOST_ROWS])
    blocks: list[Block] = [Table(header, rows)]
    if len(analysis.segments) > _MOST_ROWS:
        sentence = _("The first {shown} of {all} stretches of speech; segments.csv has all.")
        blocks.append(Paragraph(sentence.format(shown=_MOST_ROWS, all=len(analysis.segments))))
    return blocks


def _row(segment: Agreement, words: Words, *, has_face: bool) -> TextRow:
    _, span = words.text, segment.voice.span
    voice_cell = words.top(segment.voice.scores) if segment.voice.dominant else _("cannot tell")
    row: TextRow = (words.span(span.start_s, span.end_s), voice_cell)
    if not has_face:
        return row
    verdict = _(segment.verdict or CANNOT_TELL)
    return (
        *row,
        NOTHING if segment.face_scores is None else words.top(segment.face_scores),
        NOTHING if segment.agreement is None else words.number(segment.agreement),
        NOTHING if segment.joint_scores is None else words.top(segment.joint_scores),
        f"{verdict} ({_(segment.reason)})" if segment.reason else verdict,
    )


def _rules_of_comparison(words: Words) -> str:
    return words.text(
        "“Agree” means that the top emotion of the voice and that of the face's mean over the stretch are the same, "
        "“differ” that they are not. Nothing is told where the speech is shorter than 0.5 s, several people are in the "
        "picture for more than a quarter of it, fewer than 3 good readings of the face fall into it, or one of the two "
        "top scores is below 0.4. Similarity is 1 minus the Jensen-Shannon distance of the seven scores. Two models "
        "that agree may both be wrong."
    )


def weights_paragraph(analysis: Analysis, words: Words) -> Paragraph:
    """How much the face and the voice count in scores of both together, and why."""
    _, shares = words.text, analysis.weights
    if not shares.measured:
        template = _(
            "In scores of both together face and voice count the same, since how good one of the models is, is not "
            "known."
        )
        return Paragraph(template)
    template = _(
        "In scores of both together the face has the weight {face} and the voice {voice}, by the log-loss of each "
        "model on labelled data that it did not learn from; no data that were at hand have labels of both face and "
        "voice, so how good the joint scores are was not measured."
    )
    return Paragraph(template.format(face=words.number(shares.face), voice=words.number(1 - round(shares.face, 2))))
