"""Stretches of speech to phrases: what was said in them, and the emotion of the voice in each phrase."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from emoclassify.crosscheck import Agreement
from emoclassify.media.nouns import Sound
from emoclassify.speech.silero import RATE_HZ
from emoclassify.speech.stretch import Speech
from emoclassify.timeline import Span
from emoclassify.transcript.invented import is_invented
from emoclassify.transcript.phrases import phrases_of
from emoclassify.transcript.recognizer import PAUSE_S, Recognizer
from emoclassify.transcript.transcript import Phrase, Transcript
from emoclassify.transcript.word import Word, span_of
from emoclassify.voice.read import Voice, windows
from emoclassify.voice.reading import VoiceReading, stretch_of

_LANGUAGE_FROM_S = 20.0
"""Of so much speech the language is told: of a single word nobody can."""

_MARGIN_S = 0.05


@dataclass(frozen=True)
class _Said:
    """A stretch of speech and its words, their times in the recording's."""

    speech: Speech
    words: tuple[Word, ...]


def read_words(
    stretches: Iterable[Speech],
    recognizer: Recognizer,
    *,
    language: str = "",
    voice: Voice | None = None,
    role: str = "",
) -> Transcript:
    """Writes down what is said in stretches of speech.

    Args:
        stretches: in order of time.
        recognizer: writes down words.
        language: a code of two letters; empty: it is found, where the recognizer can tell.
        voice: hears the emotion of each phrase; None: no emotions are told.
        role: who speaks; empty where that is not known.

    Raises:
        UsageError: the recognizer does not know the language.
    """
    phrases, n_invented = list[Phrase](), 0
    for group, spoken in _in_one_language(stretches, recognizer, language):
        language = spoken
        for said in _hear(group, recognizer, spoken):
            if is_invented(said.words, said.speech.span.duration_s):
                n_invented += 1
                continue
            phrases += [Phrase(words, role, _emotion(said.speech, words, voice)) for words in phrases_of(said.words)]
    return Transcript(language, tuple(phrases), n_invented)


def _in_one_language(
    stretches: Iterable[Speech], recognizer: Recognizer, language: str
) -> Iterator[tuple[list[Speech], str]]:
    """The groups of stretches that are read together, each with the language, which the first seconds tell."""
    waiting, is_known = list[Speech](), bool(language)
    for group in _grouped(stretches, recognizer.window_s):
        if is_known:
            yield group, language
            continue
        waiting += group
        if sum(_length_s(speech) for speech in waiting) >= _LANGUAGE_FROM_S:
            language, is_known = _language(waiting, recognizer), True
            for each in _grouped(waiting, recognizer.window_s):
                yield each, language
            waiting = []
    if waiting:
        language = _language(waiting, recognizer)
        for each in _grouped(waiting, recognizer.window_s):
            yield each, language


def _language(stretches: Sequence[Speech], recognizer: Recognizer) -> str:
    samples = np.concatenate([speech.sound.samples for speech in stretches])
    return recognizer.language_of(samples[: round(30 * RATE_HZ)])


def _grouped(stretches: Iterable[Speech], window_s: float) -> Iterator[list[Speech]]:
    """The stretches in groups that are no longer than a window with the pauses between them."""
    group, length_s = list[Speech](), 0.0
    for speech in stretches:
        added_s = _length_s(speech) + PAUSE_S
        if group and length_s + added_s > window_s:
            yield group
            group, length_s = [], 0.0
        group.append(speech)
        length_s += added_s
    if group:
        yield group


def _length_s(speech: Speech) -> float:
    return len(speech.sound.samples) / RATE_HZ


def _hear(group: Sequence[Speech], recognizer: Recognizer, language: str) -> Iterator[_Said]:
    """The words of each stretch of a group, which is heard in one go."""
    silence = np.zeros(round(PAUSE_S * RATE_HZ), np.float32)
    parts = [part for speech in group for part in (speech.sound.samples, silence)][:-1]
    words, offset_s = _in_order(recognizer.hear(np.concatenate(parts), language)), 0.0
    for speech in group:
        end_s = offset_s + _length_s(speech)
        inside = [word for word in words if _is_inside(word, offset_s, end_s)]
        shift_s = speech.sound.start_s - offset_s
        yield _Said(speech, tuple(_shifted(word, shift_s, speech.span) for word in inside))
        offset_s = end_s + PAUSE_S


def _in_order(words: Iterable[Word]) -> list[Word]:
    """The words one after the other, each on one line: a recognizer lets them overlap a little."""
    ordered, last_s = list[Word](), 0.0
    for word in words:
        text = " ".join("".join(letter if letter.isprintable() else " " for letter in word.text).split())
        start_s = max(word.span.start_s, last_s)
        last_s = max(word.span.end_s, start_s)
        if text:
            ordered.append(replace(word, text=text, span=Span(start_s, last_s)))
    return ordered


def _is_inside(word: Word, start_s: float, end_s: float) -> bool:
    """Whether the middle of a word is in a stretch, or in the half of the pause on its side."""
    middle_s = (word.span.start_s + word.span.end_s) / 2
    return start_s - PAUSE_S / 2 <= middle_s < end_s + PAUSE_S / 2


def _shifted(word: Word, shift_s: float, span: Span) -> Word:
    """The word on the recording's clock, within its stretch of speech."""
    start_s, end_s = (
        min(max(time_s + shift_s, span.start_s), span.end_s) for time_s in (word.span.start_s, word.span.end_s)
    )
    return replace(word, span=Span(start_s, end_s), confidence=min(max(word.confidence, 0.0), 1.0))


def _emotion(speech: Speech, words: Sequence[Word], voice: Voice | None) -> Agreement | None:
    """What the voice says in a phrase, without a face beside it yet."""
    if voice is None:
        return None
    span = span_of(words)
    sounds = list(windows(_part(speech.sound, span)))
    answer = voice.hear([sound.samples for sound in sounds])
    readings = [VoiceReading.of(span, *pair) for pair in zip(answer.scores, answer.sounds, strict=True)]
    return Agreement(stretch_of(span, readings))


def _part(sound: Sound, span: Span) -> Sound:
    """The sound of a phrase with a short margin."""
    first = max(0, round((span.start_s - _MARGIN_S - sound.start_s) * RATE_HZ))
    last = round((span.end_s + _MARGIN_S - sound.start_s) * RATE_HZ)
    samples = sound.samples[first : max(last, first + 1)]
    return Sound(sound.start_s + first / RATE_HZ, samples if len(samples) else sound.samples)
