"""The speech model: windows of speech -> scores of the seven emotions."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from emoclassify.errors import ModelError
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.voice.mfcc import FEATURES, Waveform, mfcc
from emoclassify.voice.network import VoiceEnsemble

CONFIG_FILE = "config.json"
WEIGHTS_FILE = "model.safetensors"

_BATCH = 32  # windows at a time: a few megabytes, and no faster with more

log = logging.getLogger(__name__)


class VoiceModel:
    """The network with its calibration, ready to predict; made by `load`."""

    def __init__(self, network: VoiceEnsemble, temperature: float, device: str = "cpu") -> None:
        """Takes a network with its weights and the temperature that its logits are divided by (over 0)."""
        self._network = network.eval().to(device)
        self._temperature = temperature
        self._device = device

    @classmethod
    def load(cls, folder: str | Path, device: str = "cpu") -> "VoiceModel":
        """Loads config.json and model.safetensors from a folder.

        Args:
            folder: made by `python -m voice_model export`.
            device: a torch device, "cpu" or "cuda".

        Raises:
            ModelError: a file is missing or damaged, or the model's labels or features are not this version's.
        """
        folder = Path(folder)
        config = _read_config(folder / CONFIG_FILE)
        network = _read_network(folder / WEIGHTS_FILE, config["network"])
        log.debug("loaded the speech model %s on %s", folder, device)
        return cls(network, float(config["temperature"]), device)

    def predict(self, windows: Sequence[Waveform]) -> Scores:
        """Scores each window.

        Args:
            windows: float32 (n,) each, mono, 16 kHz, of any lengths; about 3 s is what the model was trained on.

        Returns:
            float32 (m, 7) in the order of EMOTIONS, each row sums to 1, calibrated by temperature (Guo et al. 2017).
        """
        if not windows:
            return np.zeros((0, len(EMOTIONS)), dtype=np.float32)
        batches = [windows[first : first + _BATCH] for first in range(0, len(windows), _BATCH)]
        return np.concatenate([self._predict_batch([mfcc(window) for window in batch]) for batch in batches])

    def _predict_batch(self, features: list[npt.NDArray[np.float32]]) -> Scores:
        longest = max(map(len, features))
        padded = np.stack([np.pad(rows, ((0, longest - len(rows)), (0, 0))) for rows in features])
        with torch.inference_mode():
            logits = self._network(torch.from_numpy(padded).to(self._device))
            scores = torch.softmax(logits / self._temperature, dim=1)
        return np.asarray(scores.cpu().numpy(), dtype=np.float32)


def _read_config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        labels, features, temperature = config["labels"], config["features"], float(config["temperature"])
    except FileNotFoundError as error:
        raise ModelError(f"{path.parent}: no speech model here, {path.name} is missing") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: cannot be read as the description of a speech model ({error})") from error
    if tuple(labels) != EMOTIONS or features != FEATURES or not temperature > 0 or "network" not in config:
        raise ModelError(f"{path}: this speech model was made for other labels or features; export it again")
    return dict(config)


def _read_network(path: Path, config: dict[str, Any]) -> VoiceEnsemble:
    try:
        weights = {name: tensor.float() for name, tensor in load_file(path).items()}
        network = VoiceEnsemble(config)
        # Batch normalisation counts batches while it trains; the counters mean nothing here and are not in the file.
        missing, unexpected = network.load_state_dict(weights, strict=False)
    except FileNotFoundError as error:
        raise ModelError(f"{path.parent}: no speech model here, {path.name} is missing") from error
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelError(f"{path}: the weights of the speech model cannot be read; export them again") from error
    if unexpected or any(not name.endswith("num_batches_tracked") for name in missing):
        raise ModelError(f"{path}: the weights do not fit the network of {CONFIG_FILE}; export the model again")
    return network
