"""The cover of report and slides: the finding in one line, the figures to be seen first, and what both rest on."""

from collections.abc import Iterator

import numpy as np

from emoclassify.analysis import Analysis
from emoclassify.findings import CurveFindings, Findings, Subject
from emoclassify.labels import EMOTIONS
from emoclassify.networks.nouns import ModelUsed
from emoclassify.outputs.document.blocks import KeyFigure, KeyFigures
from emoclassify.outputs.document.words import Words, printable
from emoclassify.outputs.headlines import capitalized, course, is_told
from emoclassify.usability import Verdict
from emoclassify.words.bases import Base

_N_FIGURES = 3


def headline(analysis: Analysis, findings: Findings, words: Words) -> str:
    """The finding in one line; of a recording that is not usable, that it is not, and why."""
    _ = words.text
    if findings.subject is Subject.NOTHING:
        return _("Neither a picture nor speech")
    if findings.subject is Subject.CALL:
        return _("A call, of which nobody is scored")
    if findings.subject is Subject.NO_FACE:
        return _("No face was found")
    if findings.subject is Subject.DOUBTFUL_FACE:
        return _("A face, but nowhere seen well enough to be read")
    if findings.usability.verdict is Verdict.NOT_USABLE:
        return capitalized(findings.usability.told_shortly(words.lang))
    assert findings.main is not None
    main, role = findings.main, printable(findings.roles[0].role) if findings.roles else ""
    if main.leading is None:
        return capitalized(": ".join(filter(None, (role, _("no emotion of the voice can be told")))))
    top = _(main.leading)
    if analysis.source.still:
        return _("The face reads as “{top}”").format(top=top)
    is_most = main.is_mostly
    if main.person is None and role:
        template = _("{role}: mostly {top}; {course}") if is_most else _("{role}: most often {top}; {course}")
    elif main.person:
        template = _("Mostly {top}; {course}") if is_most else _("Most often {top}; {course}")
    else:
        template = _("The voice: mostly {top}; {course}") if is_most else _("The voice: most often {top}; {course}")
    return capitalized(template.format(role=role, top=top, course=course(main, words.lang)))


def key_figures(analysis: Analysis, findings: Findings, words: Words) -> KeyFigures | None:
    """The shares of positive, neutral and negative; of a still picture its top scores. None where nothing is told."""
    main = findings.main
    if main is None or not is_told(findings):
        return None
    if analysis.source.still:
        return KeyFigures(tuple(_top_scores(main, words)))
    groups = analysis.options.emotion_groups
    shares = main.shares.in_words(groups, words.lang).groups
    base = words.text("of the readable time") if main.base is Base.READABLE else words.text("of the speech")
    return KeyFigures(tuple(KeyFigure(shares[group], capitalized(words.group(group)), base) for group in groups))


def _top_scores(curve: CurveFindings, words: Words) -> Iterator[KeyFigure]:
    assert curve.mean is not None
    for i in np.argsort(-curve.mean, kind="stable")[:_N_FIGURES]:
        score = words.number(float(curve.mean[i]))
        yield KeyFigure(score, capitalized(words.text(EMOTIONS[i])), words.text("score, from 0 to 1"))


def basis(analysis: Analysis, findings: Findings, words: Words) -> tuple[str, ...]:
    """What the figures rest on, in sentences: how much was seen or heard, and how good the models are."""
    sentences = [*coverage(analysis, findings, words)]
    sentences += [_model_sentence(model, words) for model in analysis.models if model.scores]
    sentences.append(words.text("The scores say how a face looks or a voice sounds, not what anybody feels."))
    return tuple(sentences)


def coverage(analysis: Analysis, findings: Findings, words: Words) -> tuple[str, ...]:
    """How much was seen or heard, in sentences."""
    _ = words.text
    sentences = []
    if analysis.frames and not analysis.source.still:
        n, n_all = words.count(analysis.counts.with_face), words.count(len(analysis.frames))
        sentences.append(_("A face was found in {n} of {all} frames looked at.").format(n=n, all=n_all))
    if findings.main is not None and not analysis.source.still:
        template = (
            _("The main person can be read in {of_recording}.")
            if findings.main.person
            else _("Somebody speaks in {of_recording}.")
        )
        share = words.share(findings.main.shares.read, Base.RECORDING)
        sentences.append(template.format(of_recording=share))
    return tuple(sentences)


def _model_sentence(model: ModelUsed, words: Words) -> str:
    assert model.scores is not None
    confusion = np.sum([measured.confusion for measured in model.scores.tested], axis=0)
    template = words.text("Of 100 samples new to it, the model “{name}” names {right} as their labels do.")
    right = words.count(round(100 * np.trace(confusion) / confusion.sum()))
    return template.format(name=printable(model.name), right=right)


def title_of(analysis: Analysis, words: Words) -> str:
    """What report and slides are about."""
    return words.text("Emotions in {name}").format(name=printable(analysis.source.name))


def kicker_of(analysis: Analysis, words: Words) -> str:
    """The same, with the length of the recording and the day of the analysis."""
    facts = [title_of(analysis, words)]
    if not analysis.source.still:
        facts.append(words.time(analysis.end_s))
    if analysis.analyzed_at:
        facts.append(words.day(analysis.analyzed_at))
    return " \N{MIDDLE DOT} ".join(facts)
