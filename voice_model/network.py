"""The speech network in Keras; `emoclassify.voice.network` is its twin in torch, which analysis runs."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops

from emoclassify.errors import WorkshopError
from emoclassify.labels import EMOTIONS
from emoclassify.voice.mfcc import FLOORS_DB, N_VIEW
from voice_model.settings import Settings


def build(settings: Settings) -> Any:
    """Residual Conv1D blocks, then attention and maximum over time.

    Returns:
        A keras.Model: float32 (b, t, N_VIEW), rows of zeros are padding -> logits (b, 7) in the order of EMOTIONS.
        Layers are named as the torch twin's modules, with "_" for ".".
    """
    features, *_, logits = _layers(settings)
    return keras.Model(features, logits)


def build_with_hints(settings: Settings) -> tuple[Any, Any]:
    """The network of `build`, and the same with two layers that say what a teacher hears, for training only.

    Returns:
        Two keras.Model of the same weights: that of `build`, and one with the outputs "emotions" (its logits), "whole"
        (b, components) and "steps" (b, steps, components); see `hints.Hints`.
    """
    features, hidden, pooled, logits = _layers(settings)
    # In 32 bits and from zero, as the last layers below: what is pooled is large.
    whole, steps = (
        layers.Dense(settings.hint_components, kernel_initializer="zeros", dtype="float32", name=f"hints_{name}")
        for name in ("whole", "steps")
    )
    outputs = {"emotions": logits, "whole": whole(pooled), "steps": steps(hidden)}
    return keras.Model(features, logits), keras.Model(features, outputs)


def _layers(settings: Settings) -> tuple[Any, Any, Any, Any]:
    """The features, what the last block says of each step, what is pooled of it, and the logits."""
    # The pooled values are large: last layers with random weights would start far off and need epochs to recover.
    features = keras.Input((None, N_VIEW))
    hidden = features
    mask = ops.cast(ops.any(ops.not_equal(features, 0), axis=-1, keepdims=True), "float32")
    for index, filters in enumerate(settings.filters):
        hidden, mask = _block(hidden, mask, filters, settings.kernel, f"blocks_{index}_")
    score = layers.Dense(1, kernel_initializer="zeros", name="attention")(hidden) + (mask - 1.0) * 1e9
    attended = ops.sum(hidden * ops.softmax(score, axis=1), axis=1)
    pooled = ops.concatenate([attended, ops.max(hidden, axis=1)], axis=-1)
    classes = layers.Dense(len(EMOTIONS), kernel_initializer="zeros", name="classes")
    return features, hidden, pooled, classes(layers.Dropout(settings.dropout)(pooled))


def network_config(settings: Sequence[Settings]) -> dict[str, Any]:
    """The config of the torch ensemble (`VoiceEnsemble`) of networks with these settings.

    Raises:
        WorkshopError: the networks have different sizes.
    """
    if len({(run_settings.filters, run_settings.kernel) for run_settings in settings}) > 1:
        raise WorkshopError("the runs have networks of different sizes; give runs with one size")
    return {
        "views": [FLOORS_DB.index(run_settings.floor_db) for run_settings in settings],
        "features": N_VIEW,
        "filters": list(settings[0].filters),
        "kernel": settings[0].kernel,
        "classes": len(EMOTIONS),
    }


def _block(hidden: Any, mask: Any, filters: int, kernel: int, name: str) -> tuple[Any, Any]:
    inner = _convolution(hidden, mask, filters, kernel, f"{name}{{}}1")
    inner = ops.relu(inner) * mask
    inner = _convolution(inner, mask, filters, kernel, f"{name}{{}}2")
    skip = layers.Conv1D(filters, 1, use_bias=False, name=f"{name}skip")(hidden)
    summed = ops.relu(inner + skip) * mask
    pooled_mask = -ops.max_pool(-mask, 2)
    return ops.max_pool(summed, 2) * pooled_mask, pooled_mask


def _convolution(hidden: Any, mask: Any, filters: int, kernel: int, name: str) -> Any:
    hidden = layers.Conv1D(filters, kernel, padding="same", use_bias=False, name=name.format("conv"))(hidden)
    # The mask keeps padding out of the mean and variance.
    return layers.BatchNormalization(momentum=0.95, name=name.format("norm"))(hidden, mask=ops.squeeze(mask, -1) > 0)
