"""What was asked, and the answer in three sentences."""

from emoclassify.analysis import Analysis
from emoclassify.findings import NOTABLE_SHARE, Findings, Subject
from emoclassify.outputs.document.blocks import Block, Bullets, Heading, Paragraph, Table, TextRow
from emoclassify.outputs.document.words import Words, printable
from emoclassify.outputs.headlines import leading_in_words
from emoclassify.usability import Usability, Verdict
from emoclassify.words.bases import Base
from emoclassify.words.numbers import kilohertz


def request(analysis: Analysis, words: Words) -> list[Block]:
    """Which recording it is, and what the user wanted to know of it."""
    _ = words.text
    source = analysis.source
    rows: list[TextRow] = [
        (_("Recording"), printable(source.name)),
        (_("Length"), words.time(analysis.end_s) if not source.still else _("a still picture")),
        (_("Picture"), _picture(analysis, words)),
        (_("Sound"), _sound(analysis, words)),
        (_("Asked"), _question(analysis, words)),
    ]
    return [Heading(_("What was asked")), Table((), tuple(rows))]


def _picture(analysis: Analysis, words: Words) -> str:
    video = analysis.source.video
    if video is None:
        return words.text("none")
    size = f"{video.width_px} \N{MULTIPLICATION SIGN} {video.height_px}"
    if video.average_fps is None:
        return size
    fps = words.number(video.average_fps, 2 if video.average_fps % 1 else 0)
    return words.text("{size}, {fps} frames a second").format(size=size, fps=fps)


def _sound(analysis: Analysis, words: Words) -> str:
    sound = analysis.source.audio
    if sound is None:
        return words.text("none")
    return kilohertz(sound.rate_hz, words.lang)


def _question(analysis: Analysis, words: Words) -> str:
    _, options = words.text, analysis.options
    questions = []
    if analysis.source.video is not None:
        expressions = (
            _("the expressions of every person") if options.faces == "all" else _("the expressions of the main person")
        )
        step = options.every
        rate = (
            _("every frame of {n}").format(n=step)
            if step
            else _("{fps} frames a second").format(fps=words.number(options.sample_fps, 0))
        )
        questions.append(f"{expressions} ({rate})" if not analysis.source.still else expressions)
    if analysis.roles:
        questions.append(_("who speaks when in the call"))
    if analysis.voice is not None:
        questions.append(_("the emotion of the voice"))
    if options.double_check:
        questions.append(_("whether face and voice agree"))
    if options.echo_mean:
        questions.append(_("the mean emotion of the whole recording"))
    return ", ".join(questions)


def answer(analysis: Analysis, findings: Findings, words: Words) -> list[Block]:
    """Three sentences: the leading emotion, how the valence changes, and what the voice says."""
    sentences = [
        _leading_emotion(analysis, findings, words),
        "" if analysis.source.still else _valence_sentence(findings, words),
        _voice_sentence(analysis, findings, words),
    ]
    if findings.usability.verdict is Verdict.NOT_USABLE and findings.subject in (Subject.FACE, Subject.VOICE):
        sentences = []
    lead = [Paragraph(" ".join(filter(None, sentences)), lead=True)] if sentences else []
    return [*_verdict(findings.usability, words), *lead]


def _verdict(usability: Usability, words: Words) -> list[Block]:
    """What stands against the recording, the worst first; nothing of one that is usable."""
    if usability.is_usable:
        return []
    reasons = Bullets(tuple(reason.message.in_language(words.lang) for reason in usability.reasons))
    return [Paragraph(usability.told(words.lang), lead=True), reasons]


def _leading_emotion(analysis: Analysis, findings: Findings, words: Words) -> str:
    _ = words.text
    if findings.subject is Subject.NOTHING:
        return _("The recording has no picture, and no speech was found in its sound.")
    if findings.subject is Subject.CALL:
        return _("No emotion was read in this call: none of its sides was to be scored.")
    if findings.subject is Subject.NO_FACE:
        return _no_face(analysis, words)
    if findings.subject is Subject.DOUBTFUL_FACE:
        return _("A face was found, but it is nowhere seen well enough to be read.")
    if findings.subject is Subject.VOICE:
        if findings.main is not None and findings.main.leading is None:
            return _("The recording has no picture, and no emotion of its voice can be told.")
        start = _("The recording has no picture; its voice sounds most often like “{top}”")
    elif analysis.source.still:
        start = _("The face reads as “{top}”")
    elif len(analysis.persons) > 1:
        start = _("The face of the main person (person 1 of {n}) reads most often as “{top}”")
    else:
        start = _("The face reads most often as “{top}”")
    return _shares_sentence(start, analysis, findings, words)


def _no_face(analysis: Analysis, words: Words) -> str:
    if analysis.n_outside:
        template = words.text(
            "No face was found in the area {area} (option --area) in any of the {n} frames looked at."
        )
        return template.format(area=analysis.options.area, n=words.count(len(analysis.frames)))
    template = words.text(
        "No face was found in any of the {n} frames looked at. Faces smaller than {share} of the picture's shorter "
        "side were not looked for (option --min-face)."
    )
    return template.format(n=words.count(len(analysis.frames)), share=words.percent(analysis.options.min_face))


def _shares_sentence(start: str, analysis: Analysis, findings: Findings, words: Words) -> str:
    """Which emotion leads and for how long, which one is next, and how much of the recording can be read."""
    _, main = words.text, findings.main
    assert main is not None
    first, second = main.shares.ranked[:2]
    sentence = start.format(top=_(first), n=len(findings.curves))
    if analysis.source.still:
        return sentence + "."
    shares = main.shares.in_words(analysis.options.emotion_groups, words.lang).emotions
    sentence += f" ({main.base.of(shares[first], words.lang)})"
    if main.shares.share_of_read(second) >= NOTABLE_SHARE:
        sentence += _(", next as “{top}” ({share})").format(top=_(second), share=shares[second])
    if main.person is not None and main.shares.unread >= NOTABLE_SHARE:
        of_recording = words.share(main.shares.read, Base.RECORDING)
        sentence += _("; it can be read in {of_recording}").format(of_recording=of_recording)
    return sentence + "."


def _valence_sentence(findings: Findings, words: Words) -> str:
    _, main = words.text, findings.main
    if main is None or main.mean is None:
        return ""
    low, high = main.lowest, main.highest
    facts: dict[str, str] = {}
    if high is not None:
        facts |= {"high": words.signed(high.valence), "high_time": words.time(high.time_s)}
    if low is not None:
        facts |= {"low": words.signed(low.valence), "low_time": words.time(low.time_s)}
    if low and high:
        template = _(
            "Its valence (happy minus angry, disgust, fear and sad; surprise is left out; from \N{MINUS SIGN}1 to +1) "
            "is highest at {high_time} ({high}) and lowest at {low_time} ({low})."
        )
    elif high:
        template = _(
            "Its valence (happy minus angry, disgust, fear and sad; surprise is left out; from \N{MINUS SIGN}1 to +1) "
            "is highest at {high_time} ({high}); below its usual level nothing stands out."
        )
    elif low:
        template = _(
            "Its valence (happy minus angry, disgust, fear and sad; surprise is left out; from \N{MINUS SIGN}1 to +1) "
            "is lowest at {low_time} ({low}); above its usual level nothing stands out."
        )
    else:
        template = _(
            "No moment stands out from the usual ups and downs of its valence (happy minus angry, disgust, fear and "
            "sad; surprise is left out)."
        )
    return template.format(**facts)


def _voice_sentence(analysis: Analysis, findings: Findings, words: Words) -> str:
    _, voice = words.text, findings.voice
    if findings.subject is Subject.VOICE:
        return ""  # the first sentence is about the voice already
    if analysis.voice is None:
        if analysis.source.audio is None:
            return _("The recording has no sound, so there is no voice to compare with.")
        return _("The voice was not read, since it was not asked for.")
    if voice is None or voice.mean is None:
        return _("No speech was found in the sound.") if analysis.frames else ""
    if voice.leading is None:
        template = _("In {length} of speech no emotion of the voice can be told")
    else:
        template = _("Over {length} of speech the voice sounds most often like {top}")
    top = leading_in_words(voice, analysis.options.emotion_groups, words.lang, in_sentence=True)
    sentence = template.format(length=words.seconds(voice.read_s), top=top)
    return sentence + _agreement_clause(analysis, findings, words) + "."


def _agreement_clause(analysis: Analysis, findings: Findings, words: Words) -> str:
    if findings.crosscheck is None or not analysis.faces:
        return ""
    if findings.untold_reason:
        template = words.text("; whether the face agrees with it cannot be told ({reason})")
        return template.format(reason=words.text(findings.untold_reason))
    chance = findings.crosscheck.chance
    if chance is None:
        return words.text("; how often the face agrees with it cannot be told of so few stretches of speech")
    if not chance.is_more:
        return words.text("; the face is on the same side as the voice no more often than by chance")
    return words.text(
        "; the face is on the same side as the voice in {same} of {all} stretches of speech, more often than by chance"
    ).format(same=words.count(chance.n_same), all=words.count(findings.crosscheck.pairs))
