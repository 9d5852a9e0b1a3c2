"""The batches that Keras trains on, drawn anew in each epoch."""

from collections import Counter
from collections.abc import Sequence

import keras
import numpy as np
import numpy.typing as npt

from emoclassify.labels import EMOTIONS
from voice_model.augment import blank
from voice_model.corpora import Clip
from voice_model.features import Features
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


class Batches(keras.utils.PyDataset):  # type: ignore[misc]  # keras publishes no types
    """The (features, targets, weights) of one epoch after another, the same for the same seed."""

    def __init__(self, features: Features, clips: Sequence[Clip], settings: Settings) -> None:
        super().__init__()
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

    def __getitem__(self, index: int) -> tuple[npt.NDArray[np.float32], ...]:
        """Features float32 (b, t, N_VIEW), targets (b, 7) and weights (b,) of one batch."""
        rng = np.random.default_rng((self._settings.seed, self._epoch, index))
        rows = self._order[index * self._settings.batch : (index + 1) * self._settings.batch]
        copies = rng.integers(self._features.shape[1], size=len(rows))
        features = self._features[rows, copies].astype(np.float32)
        for window in features:
            blank(window, rng, self._settings)
        return self._mixed(features, rows, rng)

    def _mixed(
        self, features: npt.NDArray[np.float32], rows: npt.NDArray[np.int64], rng: np.random.Generator
    ) -> tuple[npt.NDArray[np.float32], ...]:
        targets, sample_weights, alpha = self._targets[rows], self._weights[rows], self._settings.mixup
        if alpha > 0:
            share = rng.beta(alpha, alpha, size=len(rows)).astype(np.float32)
            share, other = np.maximum(share, 1 - share), rng.permutation(len(rows))
            features = share[:, None, None] * features + (1 - share[:, None, None]) * features[other]
            targets = share[:, None] * targets + (1 - share[:, None]) * targets[other]
            sample_weights = share * sample_weights + (1 - share) * sample_weights[other]
        return features, targets, sample_weights
