"""Makes background sounds: noise of any colour, a street, a crowd. Each float32 (n,), 16 kHz."""

from collections.abc import Sequence

import librosa
import numpy as np
import numpy.typing as npt

from emoclassify.voice.mfcc import RATE_HZ, Waveform

_CROWD = 5  # voices at once: too many to follow, few enough that loudness varies as in speech
_CROWD_SPEED = 1.25  # each is up to this factor slower or faster, so that one voice can make a crowd
_SWELL_HZ = (0.1, 0.5)  # how often cars pass
_SWELL_DB = 6.0  # how much louder a passing car is than the average


def coloured(n: int, slope: float, rng: np.random.Generator) -> Waveform:
    """Noise whose amplitude falls as frequency to the power of -slope: 0 is white, 1 is brown."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    spectrum /= np.maximum(1, np.arange(len(spectrum))) ** slope
    return np.asarray(np.fft.irfft(spectrum, n), dtype=np.float32)


def street(n: int, rng: np.random.Generator) -> Waveform:
    """A rumble, and over it the hiss of tyres that swells as cars pass."""
    time_s = np.arange(n) / RATE_HZ
    swell = np.sin(2 * np.pi * rng.uniform(*_SWELL_HZ) * time_s + rng.uniform(0, 2 * np.pi))
    rumble, tyres = (_level(coloured(n, slope, rng)) for slope in (1.0, 0.4))
    return np.asarray(rumble + tyres * 10 ** (_SWELL_DB * swell / 20), dtype=np.float32)


def crowd(voices: Sequence[Waveform], n: int, rng: np.random.Generator) -> Waveform:
    """Five of the voices at once (babble), each at a random speed and place; they may be shorter than n."""
    total = np.zeros(n, dtype=np.float32)
    for place in rng.integers(len(voices), size=_CROWD):
        voice = change_speed(voices[place], float(_CROWD_SPEED ** rng.uniform(-1, 1)))
        total += _level(np.resize(np.roll(voice, -int(rng.integers(max(1, len(voice))))), n))
    return total


def behind(speech: Waveform, background: Waveform, snr_db: float) -> Waveform:
    """The speech with the background so many dB below it; both float32 (n,)."""
    share = 10 ** (-snr_db / 20) * _rms(speech) / max(_rms(background), 1e-12)
    return np.asarray(speech + share * background, dtype=np.float32)


def change_speed(waveform: Waveform, factor: float) -> Waveform:
    """Plays the sound faster by a factor (over 1 also higher); float32 (n,) -> float32 (about n / factor,)."""
    resampled = librosa.resample(waveform, orig_sr=round(RATE_HZ * factor), target_sr=RATE_HZ, res_type="soxr_mq")
    return np.asarray(resampled, dtype=np.float32)


def _level(waveform: Waveform) -> Waveform:
    return np.asarray(waveform / max(_rms(waveform), 1e-12), dtype=np.float32)


def _rms(waveform: npt.NDArray[np.floating]) -> float:
    return float(np.sqrt(np.mean(np.square(waveform, dtype=np.float64)))) if len(waveform) else 0.0
