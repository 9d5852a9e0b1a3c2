"""Fits the temperature: the number by which logits are divided so that the confidence is the chance of being right."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emoclassify.labels import Scores
from emoclassify.voice.predict import VoiceModel
from voice_model.augment import speech_of
from voice_model.corpora import Clip
from voice_model.evaluate import cut

_TINY = 1e-12  # keeps the logarithm finite


@dataclass(frozen=True)
class Logits:
    """The outputs of a model for each window of some clips, before the temperature.

    Attributes:
        rows: float32 (windows, 7), up to a constant in each row, which changes no softmax.
        clips: int64 (windows,), the index of each window's clip, 0 to n - 1, in order; each clip has a window.
    """

    rows: npt.NDArray[np.float32]
    clips: npt.NDArray[np.int64]

    @classmethod
    def of(cls, model: VoiceModel, clips: Sequence[Clip]) -> "Logits":
        """The logits of a model of temperature 1 for clips, each cut into windows as in analysis."""
        log_scores = [np.log(model.predict(cut(speech_of(clip.path))) + _TINY) for clip in clips]
        n_windows = [len(clip_scores) for clip_scores in log_scores]
        return cls(np.concatenate(log_scores), np.repeat(np.arange(len(clips)), n_windows))

    @classmethod
    def load(cls, path: Path) -> "Logits":
        """Reads the file that `save` wrote."""
        with np.load(path) as file:
            return cls(file["rows"], file["clips"])

    @classmethod
    def joined(cls, parts: Sequence["Logits"]) -> "Logits":
        """Joins several, the clips one after another."""
        firsts = np.cumsum([0] + [int(part.clips[-1]) + 1 for part in parts])
        clips = [part.clips + first for part, first in zip(parts, firsts, strict=False)]
        return cls(np.concatenate([part.rows for part in parts]), np.concatenate(clips))

    def save(self, path: Path) -> None:
        """Writes an .npz file; never a part of one."""
        beside = path.with_suffix(".part.npz")
        np.savez(beside, rows=self.rows, clips=self.clips)
        beside.replace(path)

    def scores(self, temperature: float) -> Scores:
        """The scores of each clip under a temperature, the mean of its windows; float32 (n, 7)."""
        powers = np.exp((self.rows - self.rows.max(axis=1, keepdims=True)) / temperature)
        windows = powers / powers.sum(axis=1, keepdims=True)
        sums = np.zeros((int(self.clips[-1]) + 1, windows.shape[1]))
        np.add.at(sums, self.clips, windows)
        return np.asarray(sums / np.bincount(self.clips)[:, None], dtype=np.float32)


def fit_temperature(logits: Logits, clips: Sequence[Clip]) -> float:
    """The temperature at which the true labels of unheard clips are likeliest (Guo et al. 2017), 0.25..4.

    All corpora have the same weight, however many clips they have.
    """
    sizes = Counter(clip.corpus for clip in clips)
    weights = np.array([1 / sizes[clip.corpus] for clip in clips])
    labels = np.array([clip.label for clip in clips])

    def loss(temperature: float) -> float:
        chances = logits.scores(temperature)[np.arange(len(labels)), labels]
        return float(-(weights * np.log(chances + _TINY)).sum())

    candidates: list[float] = np.geomspace(0.25, 4.0, 65).tolist()
    return min(candidates, key=loss)
