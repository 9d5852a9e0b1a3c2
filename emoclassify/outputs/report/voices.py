"""The section on the voice, and on whether face and voice agree."""

from emoclassify.analysis import Analysis
from emoclassify.chance import MIN_PAIRS
from emoclassify.crosscheck import Agreement, Summary
from emoclassify.outputs.document.blocks import Block, Heading, Paragraph, Picture, Table, TextRow
from emoclassify.outputs.document.words import NOTHING, Words
from emoclassify.verdicts import CANNOT_TELL, REASONS

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
        Paragraph(verdict_sentences(analysis, analysis.crosscheck, words)),
        charts["agreement"],
        *_stretch_table(analysis, words),
        Paragraph(_rules_of_comparison(words)),
        weights_paragraph(analysis, words),
    ]


def verdict_sentences(analysis: Analysis, summary: Summary, words: Words) -> str:
    """For how long face and voice agree, why nothing can be told of the rest, and whether that is more than chance."""
    sentences = [
        _seconds_sentence(summary, words),
        _reasons_sentence(analysis, words),
        _chance_sentence(summary, words),
        _joint_sentence(summary, words),
    ]
    return " ".join(filter(None, sentences))


def _seconds_sentence(summary: Summary, words: Words) -> str:
    """For how long each verdict holds, without those that never do."""
    if not summary.told:
        template = words.text("Of none of the {length} of speech can it be told whether face and voice agree.")
        return template.format(length=words.seconds(summary.speech_s))
    lengths = [
        f"{words.text(verdict)} {words.seconds(length_s)}" for verdict, length_s in summary.seconds.items() if length_s
    ]
    template = words.text("Of {length} of speech: {verdicts}.")
    return template.format(length=words.seconds(summary.speech_s), verdicts=", ".join(lengths))


def _chance_sentence(summary: Summary, words: Words) -> str:
    """Whether face and voice agree more often than by chance, or why that is not told."""
    _, chance = words.text, summary.chance
    if not summary.told:
        return ""
    if chance is None:
        if summary.pairs < MIN_PAIRS:
            template = words.several(
                "How often they agree is not told: in {n} stretch both are clear, and it takes {least} to tell it "
                "from chance.",
                "How often they agree is not told: in {n} stretches both are clear, and it takes {least} to tell it "
                "from chance.",
                summary.pairs,
            )
            return template.format(n=words.count(summary.pairs), least=MIN_PAIRS)
        return _("Both are on one and the same side throughout, so that nothing tells it from chance.")
    template = (
        _(
            "In {same} of {all} stretches in which both are clear they are on the same side, more often than by chance "
            "(about {by_chance}; p = {p}; Cohen's kappa {kappa})."
        )
        if chance.is_more
        else _(
            "In {same} of {all} stretches in which both are clear they are on the same side, no more often than by "
            "chance (about {by_chance}; p = {p}; Cohen's kappa {kappa})."
        )
    )
    return template.format(
        same=words.count(chance.n_same),
        all=words.count(summary.pairs),
        by_chance=words.number(chance.n_same_by_chance, 0),
        p=words.number(chance.p_value, 3),
        kappa=words.signed(chance.kappa),
    )


def _joint_sentence(summary: Summary, words: Words) -> str:
    """The top emotion of the joint scores."""
    if summary.joint_scores is None:
        return ""
    return words.text("Face and voice together lean most to “{top}” ({score}), over {length}.").format(
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
    blocks: list[Block] = [stretches(analysis, words, _MOST_ROWS)]
    if len(analysis.segments) > _MOST_ROWS:
        sentence = words.text("The first {shown} of {all} stretches of speech; segments.csv has all.")
        blocks.append(Paragraph(sentence.format(shown=_MOST_ROWS, all=len(analysis.segments))))
    return blocks


def stretches(analysis: Analysis, words: Words, most_rows: int) -> Table:
    """A row for each stretch of speech, the first `most_rows`; the face and the verdict where they were compared."""
    _ = words.text
    has_face = analysis.crosscheck is not None and bool(analysis.frames)
    header: TextRow = (_("speech"), _("voice"))
    if has_face:
        header += (_("face"), _("similarity"), _("together"), _("verdict"))
    return Table(header, tuple(_row(segment, words, has_face=has_face) for segment in analysis.segments[:most_rows]))


def _row(segment: Agreement, words: Words, *, has_face: bool) -> TextRow:
    _, span = words.text, segment.voice.span
    voice_cell = words.top(segment.voice.scores) if segment.voice.dominant else _(segment.voice.answer)
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
        "“Agree” means that the top emotions of the voice and of the face's mean over the stretch are on the same "
        "side: positive (happy), negative (angry, disgust, fear, sad), neutral or surprise. Where one is neutral "
        "and the other is not, the other “shows more”, which is no contradiction. “Differ” means that one is "
        "positive and the other negative. Nothing is told where the voice laughs or has no words, the speech is "
        "shorter than 0.5 s, several people are in the picture for more than a quarter of it, fewer than 3 good "
        "readings of the face fall into it, a top score is below 0.4, the other scores draw the valence to the "
        "other side, or one is surprise, which is neither good nor bad in itself. More often than by chance means "
        "that, with the face shifted along the voice by every number of stretches, as many are on the same side in "
        "one shift of 20 at most. Similarity is 1 minus the Jensen-Shannon distance of the seven scores. Two models"
        " that agree may both be wrong."
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
