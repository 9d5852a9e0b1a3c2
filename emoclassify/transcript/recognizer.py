"""What every engine of transcription can do."""

from collections.abc import Sequence
from typing import Protocol

from emoclassify.speech.silero import Samples
from emoclassify.transcript.word import Word

PAUSE_S = 0.5
"""Silence between two stretches of speech that are read in one window."""


class Recognizer(Protocol):
    """A model of speech recognition in memory."""

    runtime: str
    """What runs it, for people and for analysis.json."""
    window_s: float
    """Stretches of speech are read together up to this length; 0: each by itself."""

    def language_of(self, samples: Samples) -> str:
        """The language of some speech, as a code of two letters; empty where the model cannot tell, or has but one.

        Args:
            samples: float32 (n,), mono, 16 kHz, at most 30 s.
        """

    def hear(self, samples: Samples, language: str) -> Sequence[Word]:
        """The words in order, their times in seconds from the first sample.

        Args:
            samples: float32 (n,), mono, 16 kHz, at most 30 s.
            language: a code of two letters, for a model of many languages; empty: as the model has it.

        Raises:
            UsageError: the model does not know the language.
        """
