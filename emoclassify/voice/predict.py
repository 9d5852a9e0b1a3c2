"""The speech model: windows of speech -> scores of the seven emotions."""

import hashlib
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emoclassify.errors import ModelError
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.networks.convert import Built
from emoclassify.networks.models import converted_path, sha256_of
from emoclassify.networks.runtime import Network, Place, open_network, run_by_torch
from emoclassify.voice import logmel
from emoclassify.voice.answer import CONFIG_FILE, SOUNDS, Logits, read_config, scores_of, sounds_of
from emoclassify.voice.listener import Listener
from emoclassify.voice.mfcc import FEATURES, FLOORS_DB, N_FEATURES, N_VIEW, Waveform, mfcc
from emoclassify.voice.reading import Heard

WEIGHTS_FILE = "model.safetensors"
LISTENER = "listener"
"""The entry of config.json of a model with a listener: its features, and how many numbers it hears."""

_DEFAULT_PLACE = Place()
_EXAMPLE_FRAMES = 64  # about a second
_BATCH = 32  # windows at a time: a few megabytes, and no faster with more

log = logging.getLogger(__name__)


class VoiceModel:
    """The network with its calibration, and a listener beside it where the model has one; made by `load`."""

    def __init__(self, network: Network, temperature: float, listener: Listener | None = None) -> None:
        """Takes a network with its weights and its temperature, above 0, by which the logits are divided.

        A listener has the same answers: of emotions the mean of both logits counts, of sounds their sum, as one linear
        layer on what both hear is in two parts.
        """
        self.runtime = network.name if listener is None else f"{network.name}; listener: {listener.runtime}"
        self._network = network
        self._temperature = temperature
        self._listener = listener

    @classmethod
    def load(cls, folder: str | Path, place: Place = _DEFAULT_PLACE) -> "VoiceModel":
        """Loads config.json and model.safetensors from a folder, and the listener's files where it has one.

        Args:
            folder: made by `python -m voice_model export`.
            place: what runs it.

        Raises:
            ModelError: a file is missing or damaged, or the model's labels or features are not this version's.
        """
        folder = Path(folder)
        config, key, shipped = _read_config(folder / CONFIG_FILE), _key(folder), converted_network(folder)
        if LISTENER in config:  # beside which it runs, while another thread finds the next speech
            place = replace(place, threads=1)
        # In 32 bits throughout: the network is small, and bfloat16 would move its scores by hundredths.
        network = open_network(key, lambda: read_original(folder), place, precise=True, shipped=shipped)
        listener = None
        if LISTENER in config:
            n_answers = len(EMOTIONS) + len(config["network"].get("sounds", ()))
            listener = Listener.load(folder, config[LISTENER]["n_heard"], n_answers)
        log.debug("loaded the speech model %s, run by %s", folder, network.name)
        return cls(network, float(config["temperature"]), listener)

    @classmethod
    def of(cls, network: Any, temperature: float, listener: Listener | None = None) -> "VoiceModel":
        """The model of a VoiceEnsemble in memory, run by torch; used by the workshop."""
        return cls(run_by_torch(_built(network)), temperature, listener)

    def predict(self, windows: Sequence[Waveform]) -> Scores:
        """Scores each window.

        Args:
            windows: float32 (n,) each, mono, 16 kHz, of any lengths; the model learned from 1.2 to 2 s.

        Returns:
            float32 (m, 7), 0..1, in the order of EMOTIONS, each row sums to 1, calibrated by temperature (Guo et al.
            2017).
        """
        return self.hear(windows).scores

    def hear(self, windows: Sequence[Waveform]) -> Heard:
        """Scores each window, as `predict`, and tells which are laughter or another sound without words.

        A model that learned from speech alone takes every window for speech.
        """
        if not windows:
            return Heard(np.zeros((0, len(EMOTIONS)), dtype=np.float32), ())
        if self._listener is None:
            logits = self._logits(windows)
        else:
            with ThreadPoolExecutor(1) as beside:  # neither keeps a second core busy
                listened = beside.submit(self._listener.logits, windows)
                logits = self._logits(windows) + listened.result()
            logits[:, : len(EMOTIONS)] /= 2
        scores = scores_of(logits[:, : len(EMOTIONS)], self._temperature)
        return Heard(scores, sounds_of(logits[:, len(EMOTIONS) :]))

    def _logits(self, windows: Sequence[Waveform]) -> Logits:
        batches = [windows[first : first + _BATCH] for first in range(0, len(windows), _BATCH)]
        return np.concatenate([self._of_batch([mfcc(window) for window in batch]) for batch in batches])

    def _of_batch(self, features: list[npt.NDArray[np.float32]]) -> Logits:
        longest = max(map(len, features))
        return self._network(np.stack([np.pad(rows, ((0, longest - len(rows)), (0, 0))) for rows in features]))


def _built(network: Any) -> Built:
    """The network for batches of any size and windows of any length."""
    return Built(network.eval(), np.ones((2, _EXAMPLE_FRAMES, N_FEATURES), np.float32), free_axes=(0, 1))


def _read_config(path: Path) -> dict[str, Any]:
    config = read_config(path, FEATURES)
    if not _hears_views(config["network"]) or not _has_fit_listener(config):
        raise ModelError("voice_model_unfit", path=str(path))
    return config


def _hears_views(network: Any) -> bool:
    """Whether each of its networks reads the features of an existing floor, with the right number of features."""
    if not isinstance(network, dict) or network.get("features") != N_VIEW:
        return False
    if network.get("sounds", list(SOUNDS)) != list(SOUNDS):
        return False
    views = network.get("views")
    return isinstance(views, list) and views != [] and all(view in range(len(FLOORS_DB)) for view in views)


def _has_fit_listener(config: dict[str, Any]) -> bool:
    """Whether its listener, if it has one, was taught with this version's features."""
    if LISTENER not in config:
        return True
    listener = config[LISTENER]
    return (
        isinstance(listener, dict)
        and listener.get("features") == logmel.FEATURES
        and isinstance(listener.get("n_heard"), int)
    )


def _key(folder: Path) -> str:
    """A checksum of everything the network is made from: its files and its class."""
    files = [folder / CONFIG_FILE, folder / WEIGHTS_FILE, Path(__file__).with_name("network.py")]
    try:
        return hashlib.sha256("".join(map(sha256_of, files)).encode()).hexdigest()
    except FileNotFoundError as error:
        raise ModelError("voice_model_missing", path=str(folder), file=WEIGHTS_FILE) from error
    except OSError as error:
        raise ModelError("voice_model_unread", path=str(folder), why=str(error.strerror)) from error


def converted_network(folder: Path) -> Path:
    """Where the network of a model's folder is, converted for OpenVINO, if it came with one."""
    return converted_path([folder / CONFIG_FILE, folder / WEIGHTS_FILE])


def read_original(folder: Path) -> Built:
    """The network of a model's folder in torch.

    Raises:
        ModelError: it is damaged or does not fit.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from emoclassify.voice.network import VoiceEnsemble

    path, config = folder / WEIGHTS_FILE, _read_config(folder / CONFIG_FILE)["network"]
    try:
        weights = {name: tensor.float() for name, tensor in load_file(path).items()}
        network = VoiceEnsemble(config)
        # Batch normalisation counts batches while it trains; the counters mean nothing here and are not in the file.
        missing, unexpected = network.load_state_dict(weights, strict=False)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelError("voice_weights_unread", path=str(path)) from error
    if unexpected or any(not name.endswith("num_batches_tracked") for name in missing):
        raise ModelError("voice_weights_unfit", path=str(path), file=CONFIG_FILE)
    return _built(network)
