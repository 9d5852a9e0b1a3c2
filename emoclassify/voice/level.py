"""Measures how loud speech is, and how much of it is cut off at the loudest value."""

import numpy as np

from emoclassify.speech.silero import Samples
from emoclassify.voice.reading import SpeechLevel

_LIMIT = 0.99  # of full scale; resampling and lossy codecs move clipped samples a little

_SILENCE_DB = -120.0


class LevelMeter:
    """Sums up one stretch of speech after another."""

    def __init__(self) -> None:
        self._n, self._n_clipped, self._squares = 0, 0, 0.0

    def add(self, samples: Samples) -> None:
        """Adds a stretch of speech, float32 (n,), -1..1."""
        self._n += len(samples)
        self._n_clipped += int((np.abs(samples) >= _LIMIT).sum())
        self._squares += float(np.square(samples, dtype=np.float64).sum())

    @property
    def level(self) -> SpeechLevel | None:
        """The level of all stretches together; None where there is none."""
        if not self._n:
            return None
        mean_square = self._squares / self._n
        level_db = 10 * np.log10(mean_square) if mean_square > 0 else _SILENCE_DB
        return SpeechLevel(round(float(level_db), 2), round(self._n_clipped / self._n, 6))
