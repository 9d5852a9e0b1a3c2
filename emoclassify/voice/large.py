"""The large speech model: what the first layers of Whisper's encoder hear -> scores of the seven emotions.

It answers as the embedded model does (`voice.predict.VoiceModel`), and is asked for by `--voice-model large`.
"""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from emoclassify.labels import EMOTIONS, Scores
from emoclassify.networks.runtime import Place
from emoclassify.voice.answer import CONFIG_FILE, SOUNDS, read_config, scores_of, sounds_of
from emoclassify.voice.listener import Listener
from emoclassify.voice.logmel import FEATURES
from emoclassify.voice.mfcc import Waveform
from emoclassify.voice.reading import Heard

_DEFAULT_PLACE = Place("openvino")

log = logging.getLogger(__name__)


class LargeVoiceModel:
    """A listener of three layers with its calibration; made by `load`."""

    def __init__(self, listener: Listener, temperature: float) -> None:
        """Takes a listener that answers emotions and SOUNDS, and a temperature, above 0, for the emotions' logits."""
        self.runtime = listener.runtime
        self._listener = listener
        self._temperature = temperature

    @classmethod
    def load(cls, folder: str | Path, place: Place = _DEFAULT_PLACE) -> "LargeVoiceModel":
        """Loads config.json and the files of a listener from a folder.

        Args:
            folder: made by `python -m voice_model large`.
            place: how many threads run it.

        Raises:
            ModelError: a file is missing or damaged, or the model's labels or features are not this version's.
        """
        folder = Path(folder)
        config = read_config(folder / CONFIG_FILE, FEATURES)
        listener = Listener.load(folder, int(config["n_heard"]), len(EMOTIONS) + len(SOUNDS), place.threads)
        log.debug("loaded the large speech model %s, run by %s", folder, listener.runtime)
        return cls(listener, float(config["temperature"]))

    def predict(self, windows: Sequence[Waveform]) -> Scores:
        """Scores each window, as `VoiceModel.predict`: float32 (m, 7), calibrated, each row sums to 1."""
        return self.hear(windows).scores

    def hear(self, windows: Sequence[Waveform]) -> Heard:
        """Scores each window, and tells which are laughter or another sound without words."""
        if not windows:
            return Heard(np.zeros((0, len(EMOTIONS)), dtype=np.float32), ())
        logits = self._listener.logits(windows)
        emotions = logits[:, : len(EMOTIONS)]
        return Heard(scores_of(emotions, self._temperature), sounds_of(logits[:, len(EMOTIONS) :]))
