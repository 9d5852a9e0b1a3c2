"""Sound to readings: finds the speech, and reads each stretch in overlapping windows."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from emoclassify.labels import Scores
from emoclassify.media.nouns import Sound
from emoclassify.prefetch import prefetch
from emoclassify.speech.silero import RATE_HZ, Samples
from emoclassify.speech.stretch import Speech
from emoclassify.timeline import Span
from emoclassify.voice.level import LevelMeter
from emoclassify.voice.reading import Heard, VoiceRead, VoiceReading, stretch_of

WINDOW_S = 3.0
HOP_S = 1.0

_STRETCHES_AHEAD = 2
"""How many stretches of speech, of 2 MB at most, are found while the ones before are read."""


class Finder(Protocol):
    """Finds speech (see `speech.find.SpeechFinder`)."""

    def find(self, sounds: Iterable[Sound]) -> Iterator[Speech]:
        """Yields complete stretches of speech in order of time."""


class Voice(Protocol):
    """Hears emotions (see `voice.predict.VoiceModel`)."""

    def predict(self, windows: Sequence[Samples]) -> Scores:
        """n windows of mono sound at 16 kHz -> float32 (n, 7), rows sum to 1."""

    def hear(self, windows: Sequence[Samples]) -> Heard:
        """The same, and which windows are no speech."""


def read_voice(sounds: Iterable[Sound], finder: Finder, voice: Voice) -> VoiceRead:
    """Reads the speech of a stream of mono sound at 16 kHz.

    Each stretch of speech is read in windows of 3 s, one every second; a shorter stretch is one window. The scores of a
    stretch are the mean of its windows; those without words are gaps.
    """
    window_readings: list[VoiceReading] = []
    stretches: list[VoiceReading] = []
    meter = LevelMeter()
    for speech in prefetch(finder.find(sounds), _STRETCHES_AHEAD):
        meter.add(speech.sound.samples)
        stretch_windows = list(windows(speech.sound))
        answer = voice.hear([window.samples for window in stretch_windows])
        spans = [_within(window, speech.span) for window in stretch_windows]
        readings = list(map(VoiceReading.of, spans, answer.scores, answer.sounds))
        window_readings += readings
        stretches.append(stretch_of(speech.span, readings))
    return VoiceRead(tuple(window_readings), tuple(stretches), meter.level)


def windows(speech: Sound) -> Iterator[Sound]:
    """Cuts a stretch into windows of WINDOW_S every HOP_S, the last at its end; a shorter one is one window."""
    length, hop = round(WINDOW_S * RATE_HZ), round(HOP_S * RATE_HZ)
    last = max(len(speech.samples) - length, 0)
    for start in (*range(0, last, hop), last):
        yield Sound(speech.start_s + start / RATE_HZ, speech.samples[start : start + length])


def _within(sound: Sound, span: Span) -> Span:
    """The part of a window that lies within its stretch."""
    end_s = sound.start_s + len(sound.samples) / RATE_HZ
    return Span(max(sound.start_s, span.start_s), min(end_s, span.end_s))
