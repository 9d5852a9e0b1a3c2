"""The result in up to three sentences: the leading emotions, how the mood changes, what the voice adds."""

from emoclassify.crosscheck import Summary
from emoclassify.findings import NOTABLE_SHARE, CurveFindings, Findings, Subject
from emoclassify.outputs.headlines import leading_in_words
from emoclassify.overview import Overview
from emoclassify.usability import Verdict
from webapp.parts.calls import call_sentences
from webapp.parts.session import Visit


def sentences(overview: Overview, visit: Visit) -> str:
    """Up to three sentences on one recording; empty where it has figures, but is not usable."""
    findings = overview.findings
    if overview.talk is not None and not overview.counts.sampled:
        return " ".join(call_sentences(overview, visit))
    if findings.usability.verdict is Verdict.NOT_USABLE and findings.subject in (Subject.FACE, Subject.VOICE):
        return ""
    parts = [_leading_emotions(overview, visit)]
    if not overview.source.still:
        parts += [course(findings.main, visit) if findings.main else "", _voice(overview, visit)]
    return " ".join(filter(None, parts))


def _leading_emotions(overview: Overview, visit: Visit) -> str:
    texts, findings, still = visit.texts, overview.findings, overview.source.still
    main = findings.main
    text_without_reading = {
        Subject.NOTHING: "says_nothing",
        Subject.NO_FACE: "says_no_face",
        Subject.DOUBTFUL_FACE: "says_bad_face",
    }
    if findings.subject in text_without_reading or main is None:
        return texts[text_without_reading.get(findings.subject, "says_nothing")]
    if main.leading is None:
        return texts["says_voice_unsure"].format(length=visit.seconds(main.read_s))
    first, second = main.shares.ranked[:2]
    if still:
        return texts["says_still"].format(top=texts[first])
    shares = main.shares.in_words(overview.options.emotion_groups, visit.language).emotions
    top = f"{texts[first]} ({main.base.of(shares[first], visit.language)})"
    next_text = ""
    if main.shares.share_of_read(second) >= NOTABLE_SHARE:
        next_text = texts["second"].format(top=texts[second], share=shares[second])
    n_persons = len(findings.curves)
    if main.person is None:
        kind = "says_voice_only"
    elif n_persons > 1:
        kind = "says_main_face" if main.is_mostly else "says_main_face_often"
    else:
        kind = "says_face" if main.is_mostly else "says_face_often"
    return texts[kind].format(top=top, n=n_persons, second=next_text)


def course(curve: CurveFindings, visit: Visit) -> str:
    """A sentence on where the valence of a curve is highest and lowest, or that it nowhere stands out.

    Empty where nothing could be read.
    """
    if curve.mean is None:
        return ""
    low, high = curve.lowest, curve.highest
    facts: dict[str, str] = {}
    if high is not None:
        facts |= {"high": visit.signed(high.valence), "high_time": visit.clock(high.time_s)}
    if low is not None:
        facts |= {"low": visit.signed(low.valence), "low_time": visit.clock(low.time_s)}
    if low and high:
        return visit.texts["says_course"].format(**facts)
    return visit.texts["says_high" if high else "says_low" if low else "says_no_moment"].format(**facts)


def _voice(overview: Overview, visit: Visit) -> str:
    texts, findings = visit.texts, overview.findings
    voice = findings.voice
    if not overview.was_heard:
        return texts["says_not_heard"]
    if voice is None:
        return texts["says_silence"] if overview.counts.sampled else ""
    if findings.subject is Subject.VOICE:
        return ""  # the first sentence is about the voice already
    kind = "says_voice_unsure" if voice.leading is None else "says_voice_alone"
    top = leading_in_words(voice, overview.options.emotion_groups, visit.language)
    sentence = texts[kind].format(length=visit.seconds(voice.read_s), top=top)
    if findings.crosscheck is None or not findings.curves:
        return sentence
    return f"{sentence} {agreement(findings, findings.crosscheck, visit)}"


def agreement(findings: Findings, crosscheck: Summary, visit: Visit) -> str:
    """A sentence on how often face and voice agree, or why that is not told."""
    texts, chance = visit.texts, crosscheck.chance
    if findings.untold_reason:
        return texts["says_untold"].format(reason=texts[findings.untold_reason])
    if chance is None:
        return texts["says_few"]
    if not chance.is_more:
        return texts["says_by_chance"]
    by_chance = round(chance.n_same_by_chance)
    return texts["says_agree"].format(same=chance.n_same, all=crosscheck.pairs, by_chance=by_chance)
