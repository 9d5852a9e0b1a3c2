"""The features of the large speech model are Whisper's, the same however loud the speech is."""

import numpy as np
import numpy.typing as npt
import pytest
from transformers import WhisperFeatureExtractor

from emoclassify.voice.logmel import N_MELS, features_of, log_mel
from emoclassify.voice.mfcc import RATE_HZ

pytestmark = pytest.mark.whole

SAME = 1e-4
LOUDNESS_TOLERANCE = 1e-3

Sound = npt.NDArray[np.float32]


def sounds() -> list[Sound]:
    """A voice-like glide, a hiss, a click."""
    rng = np.random.default_rng(0)
    time_s = np.arange(2 * RATE_HZ) / RATE_HZ
    phase = 2 * np.pi * (120 * time_s + 30 * time_s**2)
    glide = 0.1 * sum(np.sin(number * phase) / number for number in range(1, 9))
    made = (glide, 0.1 * rng.standard_normal(20_001), np.eye(1, 9_000, 4_000)[0])
    return [np.asarray(sound, dtype=np.float32) for sound in made]


@pytest.mark.parametrize("sound", sounds(), ids=("glide", "hiss", "click"))
def test_they_are_those_of_transformers(sound: Sound) -> None:
    theirs = WhisperFeatureExtractor()(sound, sampling_rate=RATE_HZ, padding=False, return_tensors="np")
    np.testing.assert_allclose(features_of(sound), theirs["input_features"][0].T, atol=SAME)


@pytest.mark.parametrize("factor", [0.003, 0.3, 3.0])
def test_loudness_changes_nothing(factor: float) -> None:
    sound = sounds()[0]
    np.testing.assert_allclose(log_mel(factor * sound), log_mel(sound), atol=LOUDNESS_TOLERANCE)


@pytest.mark.parametrize("n_samples", [0, 1, 321, 8_000, 48_001])
def test_any_length_and_silence_give_finite_rows(n_samples: int) -> None:
    rows = log_mel(np.zeros(n_samples, dtype=np.float32))
    assert rows.shape == (max(n_samples, RATE_HZ // 2) // 160, N_MELS)
    assert np.isfinite(rows).all()


def test_what_is_not_finite_counts_as_silence() -> None:
    broken = sounds()[0].copy()
    broken[100:200] = np.nan
    silent = np.nan_to_num(broken)
    np.testing.assert_array_equal(log_mel(broken), log_mel(silent))
