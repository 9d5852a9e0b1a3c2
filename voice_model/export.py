"""Turns trained Keras weights into the files that analysis loads: config.json and model.safetensors."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save_file

from emoclassify.labels import EMOTIONS
from emoclassify.voice import logmel
from emoclassify.voice.answer import CONFIG_FILE
from emoclassify.voice.listener import Head
from emoclassify.voice.mfcc import FEATURES
from emoclassify.voice.network import VoiceEnsemble
from emoclassify.voice.predict import LISTENER, WEIGHTS_FILE
from voice_model.listener import write_listener
from voice_model.network import network_config
from voice_model.provenance import learned_from
from voice_model.settings import Settings

_NORM = {"gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var"}


def export(
    models: Sequence[Any],
    settings: Sequence[Settings],
    temperature: float,
    folder: Path,
    listener: tuple[Path, Head] | None = None,
) -> None:
    """Writes keras.Models of `network.build`, together one ensemble, for `VoiceModel.load`.

    Args:
        models: trained, of the same size.
        settings: of each training.
        temperature: the logits are divided by it, above 0.
        folder: created if missing.
        listener: beside the networks, the encoder's model.bin and a head, of `train.taught_head`.

    Raises:
        WorkshopError: the models did not learn from the same speakers.
    """
    config = {
        "labels": list(EMOTIONS),
        "features": FEATURES,
        "network": network_config(settings),
        "temperature": round(temperature, 4),
        "learned_from": learned_from(settings),
    }
    folder.mkdir(parents=True, exist_ok=True)
    if listener is not None:
        encoder, head = listener
        config |= {LISTENER: {"features": logmel.FEATURES, "n_heard": len(head) - 1}}
        write_listener(encoder, head, folder)
    # Half precision: half the size, and scores that differ in the fourth decimal.
    half = {name: weight.astype(np.float16) for name, weight in _ensemble_weights(models).items()}
    save_file(half, folder / WEIGHTS_FILE)
    (folder / WEIGHTS_FILE).chmod(0o644)  # safetensors writes files only their owner may read
    (folder / CONFIG_FILE).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def torch_ensemble(models: Sequence[Any], settings: Sequence[Settings]) -> VoiceEnsemble:
    """The torch twin with the weights of keras.Models, each trained with its settings."""
    ensemble = VoiceEnsemble(network_config(settings))
    weights = {name: torch.from_numpy(weight) for name, weight in _ensemble_weights(models).items()}
    ensemble.load_state_dict(weights, strict=False)  # not strict: the batch counters are torch's alone
    return ensemble.eval()


def _ensemble_weights(models: Sequence[Any]) -> dict[str, npt.NDArray[np.float32]]:
    return {
        f"members.{index}.{name}": weight
        for index, model in enumerate(models)
        for name, weight in _torch_weights(model).items()
    }


def _torch_weights(model: Any) -> dict[str, npt.NDArray[np.float32]]:
    """A keras.Model's weights under the torch twin's names and in torch's order of axes."""
    weights = {}
    for layer in model.layers:
        for variable in layer.weights:
            value = np.asarray(variable.numpy(), dtype=np.float32)
            name = _NORM.get(variable.name, "bias" if variable.name == "bias" else "weight")
            # Keras keeps the input axis before the output axis, torch the other way round.
            weights[f"{layer.name.replace('_', '.')}.{name}"] = np.ascontiguousarray(value.T)
    return weights
