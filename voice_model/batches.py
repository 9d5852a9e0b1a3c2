"""The batches that Keras trains on, drawn anew in each epoch."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
import numpy.typing as npt

from emoclassify.labels import EMOTIONS
from voice_model.augment import blank
from voice_model.corpora import Clip
from voice_model.features import Features
from voice_model.hints import Hints
from voice_model.settings import Settings


def weights(clips: Sequence[Clip], settings: Settings) -> npt.NDArray[np.float32]:
    """Weights of the clips in the loss, float32 (clips,), mean 1: by corpus, with all labels of a corpus equal."""
    of_corpus = dict(settings.corpus_weights)
    clip_count = Counter(clip.corpus for clip in clips)
    label_count = Counter((clip.corpus, clip.emotion) for clip in clips)
    labels = Counter(corpus for corpus, _ in label_count)
    raw = np.array(
        [
            of_corpus.get(clip.corpus, 1.0)
            * clip_count[clip.corpus]
            / (labels[clip.corpus] * label_count[clip.corpus, clip.emotion])
            for clip in clips
        ]
    )
    return np.asarray(raw / raw.mean(), dtype=np.float32)


Rows = npt.NDArray[np.float32]

Batch = tuple[Rows, Rows, Rows] | tuple[Rows, dict[str, Rows], dict[str, Rows]]
"""Features float32 (b, t, N_VIEW), targets (b, 7) and weights (b,); with hints the targets and weights by output."""


class Batches(keras.utils.PyDataset):  # type: ignore[misc]  # keras publishes no types
    """The (features, targets, weights) of one epoch after another, the same for the same seed.

    Args:
        features: of the clips' copies.
        clips: to learn from.
        settings: of the training.
        hints: what a teacher hears in the same copies, which is learned too.
    """

    def __init__(
        self, features: Features, clips: Sequence[Clip], settings: Settings, hints: Hints | None = None
    ) -> None:
        super().__init__()
        self._hints = hints
        self._features = features
        self._targets = np.eye(len(EMOTIONS), dtype=np.float32)[[clip.label for clip in clips]]
        self._weights = weights(clips, settings)
        self._settings = settings
        self._epoch = 0
        self.start_epoch(0)

    def start_epoch(self, epoch: int) -> None:
        """Draws the order of an epoch; a resumed training starts with the epoch at which it stopped."""
        self._epoch = epoch
        self._order = np.random.default_rng((self._settings.seed, epoch)).permutation(len(self._targets))

    def __len__(self) -> int:
        """Batches in an epoch."""
        return -(-len(self._order) // self._settings.batch)

    def __getitem__(self, index: int) -> Batch:
        """One batch: each window is mixed with another, its targets and weights in the same shares."""
        rng = np.random.default_rng((self._settings.seed, self._epoch, index))
        rows = self._order[index * self._settings.batch : (index + 1) * self._settings.batch]
        copies = rng.integers(self._features.shape[1], size=len(rows))
        features = self._features[rows, copies].astype(np.float32)
        for window in features:
            blank(window, rng, self._settings)
        mix = _Mix.drawn(len(rows), rng, self._settings.mixup)
        targets, sample_weights = mix(self._targets[rows]), mix(self._weights[rows])
        if self._hints is None:
            return mix(features), targets, sample_weights
        sounding = self._hints.sounding[rows, copies]
        sounding = sounding * sounding[mix.other]  # a step of which one half is silent teaches nothing
        return (
            mix(features),
            {
                "emotions": targets,
                "whole": mix(self._hints.whole[rows, copies]),
                "steps": mix(self._hints.steps[rows, copies].astype(np.float32)),
            },
            {
                "emotions": sample_weights,
                "whole": np.ones_like(sample_weights),
                # A short window counts as much as a long one.
                "steps": sounding / np.maximum(sounding.mean(axis=1, keepdims=True), 1 / sounding.shape[1]),
            },
        )


@dataclass(frozen=True)
class _Mix:
    """Each row of a batch with some of another (Zhang et al. 2018).

    Attributes:
        share: float32 (b,), 0.5 to 1, of the row itself.
        other: int (b,), the place of the other row.
    """

    share: Rows
    other: npt.NDArray[np.int64]

    @classmethod
    def drawn(cls, size: int, rng: np.random.Generator, alpha: float) -> "_Mix":
        """Random shares; without any mixture where alpha is 0."""
        if alpha <= 0:
            return cls(np.ones(size, dtype=np.float32), np.arange(size))
        share = rng.beta(alpha, alpha, size=size).astype(np.float32)
        return cls(np.maximum(share, 1 - share), rng.permutation(size))

    def __call__(self, rows: Rows) -> Rows:
        share = self.share.reshape(-1, *[1] * (rows.ndim - 1))
        return share * rows + (1 - share) * rows[self.other]
