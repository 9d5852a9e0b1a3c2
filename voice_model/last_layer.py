"""Fits the last layer of a trained network anew: on every copy as it is, where training blanks, mixes and leaves out.

The rest of the network has learned what a teacher hears as well; the last layer alone decides on the labels.
"""

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import keras
import numpy as np

from emoclassify.labels import EMOTIONS
from voice_model.batches import weights
from voice_model.corpora import Clip
from voice_model.features import Features
from voice_model.linear import Rows, fit_linear
from voice_model.network import build
from voice_model.settings import Settings

_BATCH = 512


def fit_last_layer(model: Any, features: Features, clips: Sequence[Clip], settings: Settings) -> Any:
    """The network with its last layer fitted on all copies at once, under the settings' penalty.

    Args:
        model: a trained keras.Model of `network.build`.
        features: float16 (clips, copies, frames, N_VIEW), what it was trained on.
        clips: of the features; they count as in training.
        settings: of the training.

    Returns:
        A keras.Model of `network.build` in 32 bits, whatever the precision of the training.
    """
    exact = build(settings)
    exact.set_weights(model.get_weights())
    last = exact.get_layer("classes")
    trunk = keras.Model(exact.input, last.input)
    copies = features.reshape(-1, *features.shape[2:])
    rows = np.concatenate([trunk.predict_on_batch(part) for part in _batches(copies)])
    labels = np.repeat([clip.label for clip in clips], features.shape[1])
    smoothing = settings.label_smoothing
    targets = np.eye(len(EMOTIONS), dtype=np.float32)[labels] * (1 - smoothing) + smoothing / len(EMOTIONS)
    counts = np.repeat(weights(clips, settings), features.shape[1])
    # In a process of its own: torch's optimiser and TensorFlow do not get on in one.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        linear = pool.submit(fit_linear, rows, targets, counts, settings.last_layer_penalty).result()
    last.set_weights([linear.weight, linear.bias])
    return exact


def _batches(copies: Features) -> Iterator[Rows]:
    for first in range(0, len(copies), _BATCH):
        yield copies[first : first + _BATCH].astype(np.float32)
