"""The emotions heard in a recording, as the network leaves them for everything after it. No networks here."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emoclassify.labels import EMOTIONS, Scores
from emoclassify.timeline import Span

MIN_CONFIDENCE = 0.4
"""Below this top score the voice model's answer is "cannot tell", 0..1."""

MIN_SPEECH_S = 0.5
"""For a shorter stretch the answer is "cannot tell" too."""

CANNOT_TELL = "cannot tell"

LAUGHTER, NO_WORDS = "laughter", "no words"
WORDLESS = (LAUGHTER, NO_WORDS)
"""Sounds of a voice that does not speak: laughter, and others such as sighs, sobs and screams. No emotion is told of
them: the model learned from speech, and takes two laughs of five for fear."""


@dataclass(frozen=True)
class Heard:
    """What the model hears in some windows.

    Attributes:
        scores: float32 (n, 7), each row sums to 1, as if all of it were speech.
        sounds: for each window one of WORDLESS, or empty for speech.
    """

    scores: Scores
    sounds: tuple[str, ...]


@dataclass(frozen=True)
class VoiceReading:
    """The emotion heard in a window, or in a whole stretch of speech."""

    span: Span
    scores: Scores
    """float32 (7,), sum 1; all NaN where `sound` is not empty: a gap."""
    sound: str = ""
    """One of WORDLESS where nobody speaks; empty for speech."""

    @classmethod
    def of(cls, span: Span, scores: Scores, sound: str) -> "VoiceReading":
        """The reading of a span from its scores as if it were speech, float32 (7,), and its sound."""
        return cls(span, np.full_like(scores, np.nan) if sound else scores, sound)

    @property
    def is_speech(self) -> bool:
        """Whether there are scores."""
        return not self.sound

    @property
    def confidence(self) -> float:
        """The calibrated top score, 0..1; NaN where there is no speech."""
        return float(self.scores.max())

    @property
    def dominant(self) -> str | None:
        """The emotion with the top score; None for "cannot tell", and where there is no speech."""
        return _dominant(self.scores, self.span.duration_s) if self.is_speech else None

    @property
    def answer(self) -> str:
        """What is said of it in one word: an emotion, one of WORDLESS, or "cannot tell"."""
        return self.dominant or self.sound or CANNOT_TELL


@dataclass(frozen=True)
class VoiceMean:
    """One result for all speech of a recording (`echo_mean`)."""

    speech_s: float
    """Length of the speech, without the pauses."""
    scores: Scores
    """float32 (7,), sum 1: the mean of the stretches, weighted by their durations."""

    @property
    def confidence(self) -> float:
        """The top score, 0..1."""
        return float(self.scores.max())

    @property
    def dominant(self) -> str | None:
        """The emotion with the top score; None for "cannot tell"."""
        return _dominant(self.scores, self.speech_s)


@dataclass(frozen=True)
class SpeechLevel:
    """How loud the speech of a recording is."""

    level_db: float
    """Root mean square of its samples in decibels, 0 for the loudest square wave that the file can hold."""
    clipped: float
    """Share of its samples that are at the limit of what the file can hold, 0..1."""


@dataclass(frozen=True)
class VoiceRead:
    """All readings of the voice of a recording, in order of time."""

    windows: tuple[VoiceReading, ...]
    stretches: tuple[VoiceReading, ...]
    level: SpeechLevel | None = None
    """None where nobody speaks, and in results of older versions."""

    @property
    def mean(self) -> VoiceMean | None:
        """The mean of all stretches of speech, weighted by their durations; None where there is none."""
        stretches = [stretch for stretch in self.stretches if stretch.is_speech]
        if not stretches:
            return None
        lengths_s = np.array([stretch.span.duration_s for stretch in stretches])
        scores = np.average([stretch.scores for stretch in stretches], axis=0, weights=lengths_s)
        return VoiceMean(float(lengths_s.sum()), np.asarray(scores, dtype=np.float32))


def stretch_of(span: Span, windows: Sequence[VoiceReading]) -> VoiceReading:
    """The reading of a whole stretch: the mean of its windows of speech; without any, what most of them sound like."""
    speech = [window.scores for window in windows if window.is_speech]
    if speech:
        return VoiceReading(span, np.asarray(np.mean(speech, axis=0, dtype=np.float64), dtype=np.float32))
    sound = Counter(window.sound for window in windows).most_common(1)[0][0]
    return VoiceReading.of(span, windows[0].scores, sound)


def _dominant(scores: Scores, speech_s: float) -> str | None:
    if scores.max() < MIN_CONFIDENCE or speech_s < MIN_SPEECH_S:
        return None
    return EMOTIONS[int(scores.argmax())]
