"""The large speech model: what the first layers of Whisper's encoder hear -> scores of the seven emotions.

It answers as the embedded model does (`voice.predict.VoiceModel`), and is asked for by `--voice-model large`. The
encoder is frozen and comes converted for OpenVINO, which runs it on a CPU whatever runs the other networks; a linear
layer, `head.npy`, judges by what it hears.
"""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emoclassify.errors import ModelError
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.networks.runtime import Network, Place, open_converted
from emoclassify.voice.answer import SOUNDS, read_config, scores_of, sounds_of
from emoclassify.voice.logmel import FEATURES, log_mel
from emoclassify.voice.mfcc import Waveform
from emoclassify.voice.reading import Heard

CONFIG_FILE = "config.json"
ENCODER_FILE = "encoder.xml"
HEAD_FILE = "head.npy"

_DEFAULT_PLACE = Place("openvino")

log = logging.getLogger(__name__)

Head = npt.NDArray[np.float32]
"""float32 (1 + features, emotions + SOUNDS): the biases, then a row for each number that the encoder gives."""


class LargeVoiceModel:
    """The encoder with its head and calibration; made by `load`."""

    def __init__(self, encoder: Network, head: Head, temperature: float) -> None:
        """Takes the encoder, its head and a temperature, above 0, by which the emotions' logits are divided."""
        self.runtime = encoder.name
        self._encoder = encoder
        self._head = head
        self._temperature = temperature

    @classmethod
    def load(cls, folder: str | Path, place: Place = _DEFAULT_PLACE) -> "LargeVoiceModel":
        """Loads config.json, encoder.xml with encoder.bin, and head.npy from a folder.

        Args:
            folder: made by `python -m voice_model large`.
            place: how many threads run it.

        Raises:
            ModelError: a file is missing or damaged, or the model's labels or features are not this version's.
        """
        folder = Path(folder)
        config = read_config(folder / CONFIG_FILE, FEATURES)
        encoder = open_encoder(folder / ENCODER_FILE, place.threads)
        log.debug("loaded the large speech model %s, run by %s", folder, encoder.name)
        return cls(encoder, _read_head(folder / HEAD_FILE, int(config["n_heard"])), float(config["temperature"]))

    def predict(self, windows: Sequence[Waveform]) -> Scores:
        """Scores each window, as `VoiceModel.predict`: float32 (m, 7), calibrated, each row sums to 1."""
        return self.hear(windows).scores

    def hear(self, windows: Sequence[Waveform]) -> Heard:
        """Scores each window, and tells which are laughter or another sound without words."""
        if not windows:
            return Heard(np.zeros((0, len(EMOTIONS)), dtype=np.float32), ())
        # One at a time: they differ in length, and several at once are no faster on a CPU.
        rows = np.stack([self._encoder(log_mel(window)[None])[0] for window in windows])
        logits = rows @ self._head[1:] + self._head[0]
        emotions = logits[:, : len(EMOTIONS)]
        return Heard(scores_of(emotions, self._temperature), sounds_of(logits[:, len(EMOTIONS) :]))


def open_encoder(path: Path, threads: int = 1) -> Network:
    """The converted encoder at an .xml: float32 (1, t, mel bands) -> float32 (1, features).

    Raises:
        ModelError: a file is missing or damaged.
    """
    for part in (path, path.with_suffix(".bin")):
        if not part.is_file():
            raise ModelError("voice_model_missing", path=str(path.parent), file=part.name)
    try:
        return open_converted(path, threads)
    except RuntimeError as error:
        raise ModelError("voice_weights_unread", path=str(path)) from error


def _read_head(path: Path, n_heard: int) -> Head:
    try:
        head = np.load(path, allow_pickle=False)
    except FileNotFoundError as error:
        raise ModelError("voice_model_missing", path=str(path.parent), file=path.name) from error
    except (OSError, ValueError, EOFError) as error:
        raise ModelError("voice_weights_unread", path=str(path)) from error
    if head.shape != (1 + n_heard, len(EMOTIONS) + len(SOUNDS)) or head.dtype != np.float32:
        raise ModelError("voice_weights_unfit", path=str(path), file=CONFIG_FILE)
    if not np.isfinite(head).all():
        raise ModelError("voice_weights_unread", path=str(path))
    return np.asarray(head)
