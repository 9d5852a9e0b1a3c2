"""The temperature: the one number that logits are divided by so that confidence is what one may expect to be right."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emoclassify.labels import Scores
from emoclassify.voice.network import VoiceEnsemble
from emoclassify.voice.predict import VoiceModel
from voice_model.augment import speech_of
from voice_model.corpora import Clip
from voice_model.evaluate import cut

_TINY = 1e-12  # keeps the logarithm finite


@dataclass(frozen=True)
class Logits:
    """What a network says of each window of some clips, before the temperature.

    Attributes:
        rows: float32 (windows, 7), up to a constant in each row, which no softmax sees.
        clips: int (windows,), the place of each window's clip, 0 to n - 1, in order; each clip has a window.
    """

    rows: npt.NDArray[np.float32]
    clips: npt.NDArray[np.int64]

    @classmethod
    def of(cls, network: VoiceEnsemble, clips: Sequence[Clip]) -> "Logits":
        """What a network says of clips, each cut as analysis cuts it."""
        plain = VoiceModel.of(network, temperature=1.0)
        found = [np.log(plain.predict(cut(speech_of(clip.path))) + _TINY) for clip in clips]
        return cls(np.concatenate(found), np.repeat(np.arange(len(clips)), [len(rows) for rows in found]))

    @classmethod
    def load(cls, path: Path) -> "Logits":
        """What `save` wrote."""
        with np.load(path) as held:
            return cls(held["rows"], held["clips"])

    @classmethod
    def joined(cls, parts: Sequence["Logits"]) -> "Logits":
        """Several as one, the clips one after another."""
        firsts = np.cumsum([0] + [int(part.clips[-1]) + 1 for part in parts])
        clips = [part.clips + first for part, first in zip(parts, firsts, strict=False)]
        return cls(np.concatenate([part.rows for part in parts]), np.concatenate(clips))

    def save(self, path: Path) -> None:
        """Writes an .npz file, whole or not at all."""
        beside = path.with_suffix(".part.npz")
        np.savez(beside, rows=self.rows, clips=self.clips)
        beside.replace(path)

    def scores(self, temperature: float) -> Scores:
        """The scores of each clip under a temperature, the mean of its windows; float32 (n, 7)."""
        raised = np.exp((self.rows - self.rows.max(axis=1, keepdims=True)) / temperature)
        windows = raised / raised.sum(axis=1, keepdims=True)
        sums = np.zeros((int(self.clips[-1]) + 1, windows.shape[1]))
        np.add.at(sums, self.clips, windows)
        return np.asarray(sums / np.bincount(self.clips)[:, None], dtype=np.float32)


def fit_temperature(logits: Logits, clips: Sequence[Clip]) -> float:
    """The temperature under which the truth of clips never heard before is likeliest (Guo et al. 2017), 0.25..4.

    The corpora weigh the same, however many clips they have.
    """
    sizes = Counter(clip.corpus for clip in clips)
    weights = np.array([1 / sizes[clip.corpus] for clip in clips])
    labels = np.array([clip.label for clip in clips])

    def loss(temperature: float) -> float:
        chances = logits.scores(temperature)[np.arange(len(labels)), labels]
        return float(-(weights * np.log(chances + _TINY)).sum())

    candidates: list[float] = np.geomspace(0.25, 4.0, 65).tolist()
    return min(candidates, key=loss)
