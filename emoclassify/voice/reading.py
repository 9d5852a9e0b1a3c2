"""The emotions heard in a recording, as the network leaves them for everything after it. No networks here."""

from dataclasses import dataclass

import numpy as np

from emoclassify.labels import EMOTIONS, Scores
from emoclassify.timeline import Span

MIN_CONFIDENCE = 0.4
"""Below this top score the voice model's answer is "cannot tell", 0..1."""

MIN_SPEECH_S = 0.5
"""For a shorter stretch the answer is "cannot tell" too."""


@dataclass(frozen=True)
class VoiceReading:
    """The emotion heard in a window, or in a whole stretch of speech."""

    span: Span
    scores: Scores
    """float32 (7,), sum 1."""

    @property
    def confidence(self) -> float:
        """The calibrated top score, 0..1."""
        return float(self.scores.max())

    @property
    def dominant(self) -> str | None:
        """The emotion with the top score; None for "cannot tell"."""
        return _dominant(self.scores, self.span.duration_s)


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
        """The mean of all stretches, weighted by their durations; None where there is no speech."""
        if not self.stretches:
            return None
        lengths_s = np.array([stretch.span.duration_s for stretch in self.stretches])
        scores = np.average([stretch.scores for stretch in self.stretches], axis=0, weights=lengths_s)
        return VoiceMean(float(lengths_s.sum()), np.asarray(scores, dtype=np.float32))


def _dominant(scores: Scores, speech_s: float) -> str | None:
    if scores.max() < MIN_CONFIDENCE or speech_s < MIN_SPEECH_S:
        return None
    return EMOTIONS[int(scores.argmax())]
