"""The first page: what was asked, the answer in three sentences, the main chart."""

from collections import Counter

import numpy as np

from emoclassify.analysis import Analysis
from emoclassify.crosscheck import AGREE, CANNOT_TELL, DIFFER, VERDICTS
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.charts.shares import shares
from emoclassify.outputs.document.blocks import Block, Heading, Paragraph, Row, Table
from emoclassify.outputs.document.words import Words, printable
from emoclassify.outputs.report.key_moments import STEADY, peaks
from emoclassify.outputs.tracks import Track, end_of, tracks_of


def asked(found: Analysis, words: Words) -> list[Block]:
    """Which recording, and what was to be found out."""
    _ = words.text
    source = found.source
    rows: list[Row] = [
        (_("Recording"), printable(source.name)),
        (_("Length"), words.time(found.end_s) if not source.still else _("a still picture")),
        (_("Picture"), _picture(found, words)),
        (_("Sound"), _sound(found, words)),
        (_("Asked"), _question(found, words)),
    ]
    return [Heading(_("What was asked")), Table((), tuple(rows))]


def _picture(found: Analysis, words: Words) -> str:
    video = found.source.video
    if video is None:
        return words.text("none")
    size = f"{video.width_px} \N{MULTIPLICATION SIGN} {video.height_px}"
    if video.average_fps is None:
        return size
    fps = words.number(video.average_fps, 2 if video.average_fps % 1 else 0)
    return words.text("{size}, {fps} frames a second").format(size=size, fps=fps)


def _sound(found: Analysis, words: Words) -> str:
    sound = found.source.audio
    if sound is None:
        return words.text("none")
    rate_khz = sound.rate_hz / 1000
    return words.text("{rate} kHz").format(rate=words.number(rate_khz, 1 if rate_khz % 1 else 0))


def _question(found: Analysis, words: Words) -> str:
    _, options = words.text, found.options
    told = []
    if found.source.video is not None:
        which = (
            _("the expressions of every person") if options.faces == "all" else _("the expressions of the main person")
        )
        every = options.every
        rate = (
            _("every frame of {n}").format(n=every)
            if every
            else _("{fps} frames a second").format(fps=words.number(options.sample_fps, 0))
        )
        told.append(f"{which} ({rate})" if not found.source.still else which)
    if found.voice is not None:
        told.append(_("the emotion of the voice"))
    if options.double_check:
        told.append(_("whether face and voice agree"))
    if options.echo_mean:
        told.append(_("the mean emotion of the whole recording"))
    return ", ".join(told)


def answer(found: Analysis, words: Words) -> list[Block]:
    """Three sentences: what it is mostly, how it changes, what the voice adds."""
    tracks = tracks_of(found)
    told = [_mostly(found, tracks, words), _course(found, tracks, words), _voice(found, words)]
    return [Heading(words.text("The answer")), Paragraph(" ".join(filter(None, told)), lead=True)]


def _mostly(found: Analysis, tracks: list[Track], words: Words) -> str:
    _ = words.text
    if not found.frames:
        if not found.segments:
            return _("The recording has no picture, and no speech was found in its sound.")
        start = _("The recording has no picture; its voice sounds most often like “{top}”")
    elif not found.faces:
        return _(
            "No face was found in any of the {n} frames looked at. Faces smaller than {share} of the picture's shorter "
            "side were not looked for (option --min-face)."
        ).format(n=words.count(len(found.frames)), share=words.percent(found.options.min_face))
    elif not any(reading.quality_ok for reading in found.faces):
        return _("A face was found, but it is nowhere seen well enough to be read.")
    elif len(found.persons) > 1:
        start = _("The face of the main person (person 1 of {n}) reads most often as “{top}”")
    else:
        start = _("The face reads most often as “{top}”")
    *led, unread = shares(tracks[0].bins, end_of(found))
    of_time = np.array(led)
    order = np.argsort(-of_time, kind="stable")
    told = of_time / of_time.sum()
    sentence = start.format(top=_(EMOTIONS[order[0]]), n=len(found.persons))
    of_what = _("({share} of the time in which it can be read)") if found.frames else _("({share} of the speech)")
    sentence += " " + of_what.format(share=words.percent(told[order[0]]))
    if told[order[1]] >= 0.05:
        sentence += _(", next as “{top}” ({share})").format(
            top=_(EMOTIONS[order[1]]), share=words.percent(told[order[1]])
        )
    if found.frames and unread >= 0.05:
        sentence += _("; in {share} of the recording it cannot be read").format(share=words.percent(unread))
    return sentence + "."


def _course(found: Analysis, tracks: list[Track], words: Words) -> str:
    _ = words.text
    ends = peaks(tracks[0], end_of(found)) if tracks else None
    if ends is None:
        return ""
    low, high = ends
    facts = {
        "low": words.signed(low.valence),
        "high": words.signed(high.valence),
        "low_time": words.time(low.time_s),
        "high_time": words.time(high.time_s),
    }
    if high.valence - low.valence < STEADY:
        told = _("Its valence (happy minus negative, from \N{MINUS SIGN}1 to +1) hardly changes: from {low} to {high}.")
    else:
        told = _(
            "Its valence (happy minus negative, from \N{MINUS SIGN}1 to +1) is highest at {high_time} ({high}) and "
            "lowest at {low_time} ({low})."
        )
    return told.format(**facts)


def _voice(found: Analysis, words: Words) -> str:
    _ = words.text
    if found.voice is None:
        if found.source.audio is None:
            return _("The recording has no sound, so there is no voice to compare with.")
        return _("The voice was not read, since it was not asked for.")
    if found.voice.mean is None:
        return _("No speech was found in the sound.") if found.frames else ""
    mean = found.voice.mean
    if mean.dominant is None:
        told = _("Over {length} of speech as a whole no emotion of the voice stands out")
    else:
        told = _("Over {length} of speech the voice sounds most like “{top}” (score {score})")
    sentence = told.format(
        length=words.seconds(mean.speech_s),
        top=words.emotion(mean.dominant),
        score=words.number(mean.confidence),
    )
    return sentence + _beside_the_face(found, words) + "."


def _beside_the_face(found: Analysis, words: Words) -> str:
    if found.crosscheck is None or not found.faces:
        return ""
    if not found.crosscheck.told:
        reasons = Counter(segment.reason for segment in found.segments)
        told = words.text("; whether the face agrees with it cannot be told ({reason})")
        return told.format(reason=words.text(reasons.most_common(1)[0][0]))
    shares = {verdict: words.percent(found.crosscheck.share(verdict)) for verdict in VERDICTS}
    if shares[AGREE] == words.percent(1):
        return words.text("; the face agrees with it throughout")
    if shares[DIFFER] == words.percent(1):
        return words.text("; the face differs from it throughout")
    return words.text(
        "; stretch by stretch the face agrees with it in {agree}, differs in {differ}, and in {rest} it cannot be told"
    ).format(agree=shares[AGREE], differ=shares[DIFFER], rest=shares[CANNOT_TELL])
