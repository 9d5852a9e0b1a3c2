"""What annotation programs show: named rows of labelled stretches of time, of each face and of the voice."""

from collections.abc import Iterator
from dataclasses import dataclass

from emoclassify.analysis import Analysis
from emoclassify.timeline import Span
from emoclassify.transcript.transcript import Phrase
from emoclassify.words.texts import translation


@dataclass(frozen=True)
class Label:
    """A stretch of time and what is said of it.

    Attributes:
        span: where it is; it lasts some time.
        text: what annotation programs show.
        emotion: where the text is the name of one; None otherwise.
    """

    span: Span
    text: str
    emotion: str | None = None


@dataclass(frozen=True)
class Tier:
    """Labels that follow each other in time and never overlap, under one name."""

    name: str
    labels: tuple[Label, ...]


def face_tiers(analysis: Analysis, lang: str) -> list[Tier]:
    """One tier for each person: the emotion shown at each time, as in the column `shown` of frames.csv."""
    _ = translation(lang).gettext
    return [
        Tier(_("Person {n}").format(n=person), tuple(_face_labels(analysis, person, lang)))
        for person in analysis.persons
        if not analysis.source.still
    ]


def voice_tiers(analysis: Analysis, lang: str) -> list[Tier]:
    """The emotion of each stretch of speech; and how it compares with the face, where that was asked for."""
    _ = translation(lang).gettext
    if analysis.voice is None:
        return []
    tiers = [Tier(_("Voice"), tuple(_voice_labels(analysis, lang)))]
    if analysis.was_compared:
        verdicts = [
            Label(segment.voice.span, _(segment.verdict))
            for segment in analysis.segments
            if segment.verdict is not None
        ]
        tiers.append(Tier(_("Face and voice"), tuple(verdicts)))
    return tiers


def word_tiers(analysis: Analysis) -> list[Tier]:
    """The words and the phrases, of each role where there are roles; none where no word may be shown."""
    _ = translation(analysis.options.lang).gettext
    phrases = spoken(analysis)
    tiers = list[Tier]()
    for role in dict.fromkeys(phrase.role for phrase in phrases):
        named = f" ({plain_line(role)})" if role else ""
        of_role = [phrase for phrase in phrases if phrase.role == role]
        words = [Label(word.span, plain_line(word.text)) for phrase in of_role for word in phrase.words]
        tiers.append(Tier(_("Phrases") + named, tuple(Label(one.span, plain_line(one.text)) for one in of_role)))
        tiers.append(Tier(_("Words") + named, tuple(words)))
    return tiers


def spoken(analysis: Analysis) -> list[Phrase]:
    """The phrases whose words may be shown, in order of time."""
    phrases = analysis.transcript.phrases if analysis.transcript else ()
    return sorted((phrase for phrase in phrases if phrase.text), key=lambda phrase: phrase.span)


def plain_line(text: str) -> str:
    """A text on one line without letters that cannot be printed: XML and subtitles cannot hold them."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _face_labels(analysis: Analysis, person: int, lang: str) -> Iterator[Label]:
    _ = translation(lang).gettext
    for span, emotion in analysis.shown_timeline(person).stretches(analysis.picture_end_s):
        if span.duration_s > 0:
            yield Label(span, _(emotion), emotion)


def _voice_labels(analysis: Analysis, lang: str) -> Iterator[Label]:
    _ = translation(lang).gettext
    for segment in analysis.segments:
        emotion = segment.voice.dominant
        yield Label(segment.voice.span, _(segment.voice.answer), emotion)
