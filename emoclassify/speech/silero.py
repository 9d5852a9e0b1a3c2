"""The network of silero-vad: how likely each 32 ms of sound are speech.

silero-vad 6 (https://github.com/snakers4/silero-vad), the file of its package that reads many chunks in one call.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from emoclassify.networks import models
from emoclassify.networks.runtime import OnnxNetwork

RATE_HZ = 16_000
CHUNK = 512
"""Samples (32 ms): the only length that the network accepts at 16 kHz."""

_CONTEXT = 64  # samples before each chunk that the network reads too
_STATE = (1, 1, 128)

_FILE = "silero_vad_16k_sequence.onnx"

Samples = npt.NDArray[np.float32]


def network_path() -> Path:
    """Where the network is."""
    return models.speech_finder().path / _FILE


class Silero:
    """The network with its memory of the chunks before."""

    def __init__(self) -> None:
        self._network = OnnxNetwork(network_path())
        self.runtime = self._network.name
        self.reset()

    def reset(self) -> None:
        """Clears the memory; to be called before other sound."""
        self._context = np.zeros(_CONTEXT, np.float32)
        self._hidden, self._cell = np.zeros(_STATE, np.float32), np.zeros(_STATE, np.float32)

    def chances(self, samples: Samples) -> Samples:
        """How likely the next chunks of the sound are speech.

        Args:
            samples: float32 (n * CHUNK,), mono, 16 kHz.

        Returns:
            float32 (n,), 0..1, one chance for each chunk.
        """
        if not len(samples):
            return np.empty(0, np.float32)
        chunks = samples.reshape(-1, CHUNK)
        contexts = np.concatenate([self._context[None], chunks[:-1, -_CONTEXT:]])
        outputs = self._network(
            {"input": np.concatenate([contexts, chunks], axis=1), "h": self._hidden, "c": self._cell}
        )
        self._context, self._hidden, self._cell = chunks[-1, -_CONTEXT:].copy(), outputs["hn"], outputs["cn"]
        return outputs["speech_probs"].reshape(-1)
