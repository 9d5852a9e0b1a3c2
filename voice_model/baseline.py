"""The network of the first system, to show the gain: two Conv1D layers on the MFCC of a file's first 2.6 s.

Known are Conv1D layers of 256 and 128 filters on MFCC 40 x 225, seven outputs, 273,287 parameters, 40 epochs. Kernels
of 3, with the 225 frames as channels and two steps after the pooling, give exactly that count; pooling and dropout are
our guess.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import librosa.feature
import numpy as np
import numpy.typing as npt
from keras import layers

from emoclassify.labels import EMOTIONS, Scores
from voice_model.corpora import Clip, waveform
from voice_model.features import cached_features

WEIGHTS_FILE = "baseline.weights.h5"
PARAMETERS = 273_287
N_MFCC, FRAMES = 40, 225

_RATE_HZ = 44_100  # 225 steps of librosa's 512 samples are then 2.6 s
_SECONDS = 2.6
_EPOCHS = 40
_BATCH = 32
_DROPOUT = 0.2

StartFeatures = npt.NDArray[np.float16]
"""float16 (clips, N_MFCC, FRAMES)."""

log = logging.getLogger(__name__)


def build() -> Any:
    """A keras.Model: float32 (b, N_MFCC, FRAMES) -> scores (b, 7) in the order of EMOTIONS."""
    model = keras.Sequential(
        [
            keras.Input((N_MFCC, FRAMES)),
            layers.Conv1D(256, 3, padding="same", activation="relu"),
            layers.MaxPooling1D(4),
            layers.Dropout(_DROPOUT),
            layers.Conv1D(128, 3, padding="same", activation="relu"),
            layers.MaxPooling1D(4),
            layers.Dropout(_DROPOUT),
            layers.Flatten(),
            layers.Dense(len(EMOTIONS), activation="softmax"),
        ]
    )
    assert model.count_params() == PARAMETERS
    return model


def mfcc_of_start(clip: Clip) -> npt.NDArray[np.float16]:
    """MFCC of a file's first 2.6 s as librosa gives them, shorter ones padded with zeros; float16 (N_MFCC, FRAMES)."""
    start = waveform(clip.path, _RATE_HZ)[: round(_SECONDS * _RATE_HZ)]
    coefficients = librosa.feature.mfcc(y=start, sr=_RATE_HZ, n_mfcc=N_MFCC)[:, :FRAMES]
    return np.pad(coefficients, ((0, 0), (0, FRAMES - coefficients.shape[1]))).astype(np.float16)


def features(clips: Sequence[Clip], cache: Path) -> StartFeatures:
    """The network's input for each clip, made once and stored in a folder."""
    return cached_features(clips, mfcc_of_start, cache, f"baseline {_RATE_HZ} {_SECONDS} {N_MFCC} {FRAMES}")


def fit(inputs: StartFeatures, clips: Sequence[Clip], seed: int, run: Path) -> None:
    """Trains the network and writes its weights into a run folder; a finished run is not changed."""
    if (run / WEIGHTS_FILE).exists():
        return
    keras.utils.set_random_seed(seed)
    model = build()
    model.compile("adam", "sparse_categorical_crossentropy")
    labels = np.array([clip.label for clip in clips])
    log.info("training the first system's network on %d clips", len(clips))
    model.fit(inputs.astype(np.float32), labels, batch_size=_BATCH, epochs=_EPOCHS, verbose=0)
    run.mkdir(parents=True, exist_ok=True)
    beside = run / f"part.{WEIGHTS_FILE}"
    model.save_weights(beside)
    beside.replace(run / WEIGHTS_FILE)


def predict(inputs: StartFeatures, run: Path) -> Scores:
    """The trained network's scores, float32 (n, 7)."""
    model = build()
    model.load_weights(run / WEIGHTS_FILE)
    return np.asarray(model.predict(inputs.astype(np.float32), verbose=0), dtype=np.float32)
