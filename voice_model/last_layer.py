"""Fits the last layer of a trained network anew: on every copy as it is, where training blanks, mixes and leaves out.

The rest of the network has learned what a teacher hears as well; the last layer alone decides on the labels.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np

from emoclassify.labels import EMOTIONS
from voice_model.batches import weights
from voice_model.corpora import Clip
from voice_model.features import Features
from voice_model.linear import Linear, Rows, fit_apart
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
    linear = fit_to_labels(rows, clips, settings, settings.last_layer_penalty)
    last.set_weights([linear.weight, linear.bias])
    return exact


def fit_to_labels(rows: Rows, clips: Sequence[Clip], settings: Settings, penalty: float) -> Linear:
    """The linear layer that says the clips' labels; the clips and labels count as in training.

    Args:
        rows: float32 (clips * copies, features), the copies of a clip one after another.
        clips: of the rows.
        settings: of the training.
        penalty: as for `linear.fit_linear`.
    """
    copies = len(rows) // len(clips)
    labels, smoothing = np.repeat([clip.label for clip in clips], copies), settings.label_smoothing
    targets = np.eye(len(EMOTIONS), dtype=np.float32)[labels] * (1 - smoothing) + smoothing / len(EMOTIONS)
    return fit_apart(rows, targets, np.repeat(weights(clips, settings), copies), penalty)


def _batches(copies: Features) -> Iterator[Rows]:
    for first in range(0, len(copies), _BATCH):
        yield copies[first : first + _BATCH].astype(np.float32)
