"""The layer of the large model: linear, from what the encoder hears to emotions and to what is no speech."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from emoclassify.labels import EMOTIONS
from emoclassify.voice.listener import Head
from voice_model.calibrate import Logits
from voice_model.corpora import Clip
from voice_model.heard import COPIES, Heard
from voice_model.linear import Linear, Rows, fit_linear
from voice_model.settings import Settings
from voice_model.sounds import FOLDS, Source, fit_layer, shift_of

ALL_LAYERS = (1, 2, 3)
"""The layers that are listened to, so that some can be chosen."""

_CLEAN = "clean"


@dataclass(frozen=True)
class Recipe:
    """What was chosen on validation speakers (`RESULTS.md`)."""

    layers: tuple[int, ...] = (2, 3)
    penalty: float = 1e-2

    def columns(self, rows: npt.NDArray[np.float16]) -> Rows:
        """The numbers of its layers, float32 (n, features), of those of ALL_LAYERS."""
        parts = np.split(rows, len(ALL_LAYERS), axis=1)
        return np.concatenate([parts[ALL_LAYERS.index(layer)] for layer in self.layers], axis=1).astype(np.float32)


def fit_emotions(
    clips: Sequence[Clip], embeddings: dict[str, Heard], learners: Sequence[int], recipe: Recipe
) -> Linear:
    """The layer from what is heard to the emotions.

    Args:
        clips: all.
        embeddings: of all clips, clean and in copies; either counts for half.
        learners: the places of the clips to learn from.
        recipe: which layers, how small the weights.
    """
    weights = _weights(clips, learners)
    rows: list[Rows] = []
    targets: list[Rows] = []
    shares: list[npt.NDArray[Any]] = []  # of 64 bits, which the fit keeps
    for part in (embeddings[_CLEAN], embeddings[COPIES]):
        places = np.flatnonzero(weights[part.clips] > 0)
        of_clips = part.clips[places]
        rows.append(recipe.columns(part.rows[places]))
        targets.append(np.eye(len(EMOTIONS), dtype=np.float32)[[clips[clip].label for clip in of_clips]])
        shares.append(weights[of_clips] / np.bincount(part.clips)[of_clips])
    return fit_linear(np.concatenate(rows), np.concatenate(targets), np.concatenate(shares), recipe.penalty)


def _weights(clips: Sequence[Clip], learners: Sequence[int]) -> Rows:
    """What each clip counts, float32 (clips,): labels of a corpus alike, corpora as in the settings; 0 for others."""
    of_corpus = dict(Settings.corpus_weights)
    corpora = Counter(clips[place].corpus for place in learners)
    labels = Counter((clips[place].corpus, clips[place].emotion) for place in learners)
    kinds = Counter(corpus for corpus, _ in labels)
    weights = np.zeros(len(clips), dtype=np.float32)
    for place in learners:
        corpus = clips[place].corpus
        share = corpora[corpus] / (kinds[corpus] * labels[corpus, clips[place].emotion])
        weights[place] = of_corpus.get(corpus, 1.0) * share
    return weights


def logits_of(layer: Linear, embeddings: Heard, places: Sequence[int], recipe: Recipe) -> Logits:
    """What the layer says of the windows of some clips, in the order of `places`, which rises."""
    windows = np.flatnonzero(np.isin(embeddings.clips, places))
    rank = {place: number for number, place in enumerate(places)}
    clips = np.array([rank[clip] for clip in embeddings.clips[windows].tolist()])
    return Logits(layer.logits(recipe.columns(embeddings.rows[windows])), clips)


@dataclass(frozen=True)
class Sounds:
    """Speech and bursts with what is heard of them: float32 (n, 2, features), as they are and changed."""

    sources: tuple[Source, ...]
    rows: Rows

    @classmethod
    def of(
        cls,
        speech: Sequence[Source],
        clips: Sequence[Clip],
        embeddings: dict[str, Heard],
        bursts: tuple[Sequence[Source], Heard],
        recipe: Recipe,
    ) -> "Sounds":
        """Joins the bursts with some clips of speech: the first window of each, and its first copy."""
        place_of = {clip.path: place for place, clip in enumerate(clips)}
        firsts = {name: np.searchsorted(embeddings[name].clips, range(len(clips))) for name in (_CLEAN, COPIES)}
        places = [place_of[source.path] for source in speech]
        of_speech = [recipe.columns(embeddings[name].rows[firsts[name][places]]) for name in (_CLEAN, COPIES)]
        sources, of_bursts = bursts[0], recipe.columns(bursts[1].rows)
        pairs = of_bursts.reshape(len(sources), 2, -1)
        return cls((*speech, *sources), np.concatenate([np.stack(of_speech, axis=1), pairs]))

    def fit(self) -> Linear:
        """The layer that the voices of all groups but the first teach, which are kept for the test."""
        layer = fit_layer(self.rows, self.sources, [group for group in range(FOLDS) if group])
        shift = shift_of(self.rows, self.sources)
        return Linear(layer.weight, layer.bias + np.array([shift, 0, 0], dtype=np.float32))


def joined(emotions: Linear, sounds: Linear) -> Head:
    """Both layers as the file that analysis loads."""
    parts = [np.concatenate([layer.bias[None], layer.weight]) for layer in (emotions, sounds)]
    return np.ascontiguousarray(np.concatenate(parts, axis=1), dtype=np.float32)
