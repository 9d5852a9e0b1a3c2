"""The features are the same however loud the speech and whatever its sampling rate was, and never break."""

import librosa
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emoclassify.voice import mel
from emoclassify.voice.mfcc import (
    FLOORS_DB,
    HIGHEST_HZ,
    HOP_MS,
    N_FEATURES,
    N_MELS,
    N_MFCC,
    N_VIEW,
    RATE_HZ,
    WINDOW_MS,
    mfcc,
)

pytestmark = pytest.mark.whole

Sound = npt.NDArray[np.float32]

SAME = 1e-5  # standard deviations
LOUDNESS_TOLERANCE = 1e-3  # standard deviations
RATE_TOLERANCE = 0.02  # standard deviations, on average: resampling filters differ near 4 kHz


def glide(seconds: float, rate_hz: int = RATE_HZ) -> Sound:
    """A voice-like sound: eight harmonics that glide from 120 to 240 Hz and swell four times a second."""
    time = np.arange(int(seconds * rate_hz)) / rate_hz
    phase = 2 * np.pi * (120 * time + 120 * time**2 / (2 * seconds))
    harmonics = sum(np.sin(number * phase) / number for number in range(1, 9))
    return (0.1 * harmonics * (1 + 0.8 * np.sin(2 * np.pi * 4 * time))).astype(np.float32)


def sounds() -> list[Sound]:
    rng = np.random.default_rng(0)
    hiss, one_click = rng.standard_normal(20_001), np.eye(1, 9_000, 4_000)[0]
    return [glide(2.3), *(sound.astype(np.float32) for sound in (0.1 * hiss, one_click, hiss[:8_000] * 1e-4))]


def test_each_step_gives_what_librosa_gives() -> None:
    window, hop = RATE_HZ * WINDOW_MS // 1000, RATE_HZ * HOP_MS // 1000
    for sound in sounds():
        powers = librosa.feature.melspectrogram(
            y=sound, sr=RATE_HZ, n_fft=window, hop_length=hop, n_mels=N_MELS, fmax=HIGHEST_HZ
        )
        ours = mel.mel_powers(sound, rate_hz=RATE_HZ, window=window, hop=hop, n_mels=N_MELS, highest_hz=HIGHEST_HZ)
        np.testing.assert_allclose(ours.T, powers, atol=SAME * powers.max())
        for floor_db in FLOORS_DB:
            levels_db = librosa.power_to_db(powers, top_db=floor_db)
            np.testing.assert_allclose(mel.decibels(powers, floor_db), levels_db, atol=SAME)
            coefficients = librosa.feature.mfcc(S=levels_db, n_mfcc=N_MFCC)
            spread = np.abs(coefficients).max()
            np.testing.assert_allclose(mel.spectrum_shape(levels_db.T, N_MFCC).T, coefficients, atol=SAME * spread)
            changes = librosa.feature.delta(coefficients)
            np.testing.assert_allclose(mel.slopes(coefficients.T).T, changes, atol=SAME * spread)


def test_the_features_are_those_of_librosa(monkeypatch: pytest.MonkeyPatch) -> None:
    """The functions of `mel` replaced by librosa's: the whole feature moves by no more than a hundred-thousandth."""
    ours = [mfcc(sound) for sound in sounds()]
    steps = {
        "mel_powers": lambda samples, *, rate_hz, window, hop, n_mels, highest_hz: (
            librosa.feature.melspectrogram(
                y=samples, sr=rate_hz, n_fft=window, hop_length=hop, n_mels=n_mels, fmax=highest_hz
            ).T
        ),
        "decibels": lambda powers, range_db: librosa.power_to_db(powers, top_db=range_db),
        "spectrum_shape": lambda levels_db, n: librosa.feature.mfcc(S=levels_db.T, n_mfcc=n).T,
        "slopes": lambda rows: librosa.feature.delta(rows.T).T,
    }
    for name, theirs in steps.items():
        monkeypatch.setattr(f"emoclassify.voice.mfcc.{name}", theirs)
    for sound, features in zip(sounds(), ours, strict=True):
        np.testing.assert_allclose(features, mfcc(sound), atol=SAME)


@pytest.mark.parametrize("gain", [0.001, 0.1, 10.0])
def test_loudness_changes_nothing(gain: float) -> None:
    sound = glide(2)
    np.testing.assert_allclose(mfcc(sound * np.float32(gain)), mfcc(sound), atol=LOUDNESS_TOLERANCE)


@pytest.mark.parametrize("rate_hz", [8_000, 44_100, 48_000])
def test_the_same_sound_at_another_rate_gives_nearly_the_same(rate_hz: int) -> None:
    resampled = librosa.resample(glide(2, rate_hz), orig_sr=rate_hz, target_sr=RATE_HZ)
    assert np.abs(mfcc(resampled) - mfcc(glide(2))).mean() < RATE_TOLERANCE


def test_quiet_sound_is_heard_under_the_lower_floor_only() -> None:
    rng = np.random.default_rng(0)
    loud, quiet = (level * rng.standard_normal(RATE_HZ) for level in (0.3, 0.3 * 10 ** (-50 / 20)))
    alone, with_quiet = (mfcc(np.concatenate([loud, rest]).astype(np.float32)) for rest in (0 * quiet, quiet))
    change = np.abs(with_quiet - alone)[-40:].reshape(40, len(FLOORS_DB), N_VIEW).mean(axis=(0, 2))
    assert change[0] < LOUDNESS_TOLERANCE
    assert change[1] > 0.02


def test_a_row_each_hop() -> None:
    features = mfcc(glide(3))
    assert features.shape == (3000 // HOP_MS + 1, N_FEATURES)
    assert features.dtype == np.float32


def test_each_column_has_mean_0() -> None:
    np.testing.assert_allclose(mfcc(glide(3)).mean(axis=0, dtype=np.float64), 0, atol=1e-5)


def test_a_voice_that_moves_twice_as_far_has_twice_the_spread() -> None:
    time_s = np.arange(3 * RATE_HZ) / RATE_HZ
    hiss = np.random.default_rng(0).standard_normal(len(time_s))
    near, far = (mfcc((hiss * 10 ** (db * np.sin(2 * np.pi * time_s) / 20)).astype(np.float32)) for db in (6, 12))
    assert far[:, 0].std() / near[:, 0].std() == pytest.approx(2, abs=0.05)


def test_silence_is_all_zero() -> None:
    assert not mfcc(np.zeros(3 * RATE_HZ, dtype=np.float32)).any()


def test_samples_that_are_no_number_count_as_silence() -> None:
    sound = glide(1)
    broken, silenced = sound.copy(), sound.copy()
    broken[100:110], silenced[100:110] = np.nan, 0
    broken[200:210], silenced[200:210] = np.inf, 0
    np.testing.assert_array_equal(mfcc(broken), mfcc(silenced))


@settings(deadline=None, max_examples=30)
@given(samples=st.integers(0, 20_000), gain=st.floats(0, 1), seed=st.integers(0, 2**32 - 1))
def test_any_length_and_loudness_gives_finite_features(samples: int, gain: float, seed: int) -> None:
    sound = (gain * np.random.default_rng(seed).standard_normal(samples)).astype(np.float32)
    features = mfcc(sound)
    assert features.ndim == 2
    assert features.shape[1] == N_FEATURES
    assert np.isfinite(features).all()
