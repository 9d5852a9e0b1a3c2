"""What was heard in a stretch of sound, as everything after the network sees it. No networks here."""

from dataclasses import dataclass

from emoclassify.labels import EMOTIONS, Scores
from emoclassify.timeline import Span

MIN_CONFIDENCE = 0.4
"""Below this top score the voice model's answer is "cannot tell"."""

MIN_SPEECH_S = 0.5
"""A shorter stretch says too little."""


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
        if self.confidence < MIN_CONFIDENCE or self.span.duration_s < MIN_SPEECH_S:
            return None
        return EMOTIONS[int(self.scores.argmax())]


@dataclass(frozen=True)
class VoiceRead:
    """Everything heard in a recording, in order of time."""

    windows: tuple[VoiceReading, ...]
    stretches: tuple[VoiceReading, ...]
