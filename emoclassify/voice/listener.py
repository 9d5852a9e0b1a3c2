"""Hears a window as the frozen first layers of Whisper's encoder do, and judges it by a linear layer.

The large speech model is this alone; the embedded one has it, with the two convolutions at the front of that encoder,
beside its own networks. The encoder comes converted for OpenVINO, which runs it on a CPU whatever runs other networks.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emoclassify.errors import ModelError
from emoclassify.networks.runtime import Network, open_converted
from emoclassify.voice.answer import CONFIG_FILE, Logits
from emoclassify.voice.logmel import log_mel
from emoclassify.voice.mfcc import Waveform

ENCODER_FILE = "encoder.xml"
HEAD_FILE = "head.npy"

Head = npt.NDArray[np.float32]
"""float32 (1 + numbers heard, answers): the biases, then a row for each number that the encoder gives."""


class Listener:
    """The encoder with its head; made by `load`."""

    def __init__(self, encoder: Network, head: Head) -> None:
        """Takes the encoder, float32 (1, t, mel bands) -> float32 (1, numbers heard), and its head."""
        self.runtime = encoder.name
        self._encoder = encoder
        self._head = head

    @classmethod
    def load(cls, folder: Path, n_heard: int, n_answers: int, threads: int = 1) -> "Listener":
        """Loads encoder.xml with encoder.bin, and head.npy, from a model's folder.

        Args:
            folder: of the model.
            n_heard: numbers that the encoder gives.
            n_answers: columns of the head.
            threads: that run the encoder.

        Raises:
            ModelError: a file is missing or damaged, or the head is of another size.
        """
        return cls(open_encoder(folder / ENCODER_FILE, threads), _read_head(folder / HEAD_FILE, n_heard, n_answers))

    def logits(self, windows: Sequence[Waveform]) -> Logits:
        """What the head says of each window, at least one; float32 (n,) each -> float32 (m, answers)."""
        # One at a time: they differ in length, and several at once are no faster on a CPU.
        rows = np.stack([self._encoder(log_mel(window)[None])[0] for window in windows])
        return np.asarray(rows @ self._head[1:] + self._head[0], dtype=np.float32)


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


def _read_head(path: Path, n_heard: int, n_answers: int) -> Head:
    try:
        head = np.load(path, allow_pickle=False)
    except FileNotFoundError as error:
        raise ModelError("voice_model_missing", path=str(path.parent), file=path.name) from error
    except (OSError, ValueError, EOFError) as error:
        raise ModelError("voice_weights_unread", path=str(path)) from error
    if head.shape != (1 + n_heard, n_answers) or head.dtype != np.float32:
        raise ModelError("voice_weights_unfit", path=str(path), file=CONFIG_FILE)
    if not np.isfinite(head).all():
        raise ModelError("voice_weights_unread", path=str(path))
    return np.asarray(head)
