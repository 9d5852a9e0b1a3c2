"""Sound to readings: find the speech, hear each stretch in overlapping windows."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from emoclassify.labels import Scores
from emoclassify.media.nouns import Sound
from emoclassify.speech.silero import RATE_HZ
from emoclassify.speech.stretch import Speech
from emoclassify.timeline import Span
from emoclassify.voice.reading import VoiceRead, VoiceReading

WINDOW_S = 3.0
HOP_S = 1.0

Samples = npt.NDArray[np.float32]


class Finder(Protocol):
    """What finds speech (see `speech.find.SpeechFinder`)."""

    def find(self, sounds: Iterable[Sound]) -> Iterator[Speech]:
        """Stretches of speech, each whole."""


class Voice(Protocol):
    """What hears emotions (see `voice.predict.VoiceModel`)."""

    def predict(self, windows: Sequence[Samples]) -> Scores:
        """Windows of mono sound at 16 kHz -> float32 (n, 7)."""


def read_voice(sounds: Iterable[Sound], finder: Finder, voice: Voice) -> VoiceRead:
    """Reads the speech of a stream of mono sound at 16 kHz.

    A stretch of speech is heard in windows of 3 s every second, a shorter one whole; its scores are the mean of its
    windows.
    """
    heard: list[VoiceReading] = []
    stretches: list[VoiceReading] = []
    for speech in finder.find(sounds):
        parts = list(windows(speech.sound))
        scores = voice.predict([part.samples for part in parts])
        heard += [VoiceReading(_within(part, speech.span), row) for part, row in zip(parts, scores, strict=True)]
        mean = np.asarray(scores.mean(axis=0, dtype=np.float64), dtype=np.float32)
        stretches.append(VoiceReading(speech.span, mean))
    return VoiceRead(tuple(heard), tuple(stretches))


def windows(speech: Sound) -> Iterator[Sound]:
    """Cuts a stretch into windows of WINDOW_S every HOP_S, the last at its end; a shorter one is one window."""
    length, hop = round(WINDOW_S * RATE_HZ), round(HOP_S * RATE_HZ)
    last = max(len(speech.samples) - length, 0)
    for start in (*range(0, last, hop), last):
        yield Sound(speech.start_s + start / RATE_HZ, speech.samples[start : start + length])


def _within(sound: Sound, span: Span) -> Span:
    """The part of a stretch that a window hears, without what lies around the stretch."""
    end_s = sound.start_s + len(sound.samples) / RATE_HZ
    return Span(max(sound.start_s, span.start_s), min(end_s, span.end_s))
