"""Changes to speech that leave its emotion: other speeds, noise, telephone sound, blanks."""

import librosa
import numpy as np
import numpy.typing as npt
from librosa.effects import trim

from emoclassify.voice.mfcc import N_MFCC, RATE_HZ, Waveform
from voice_model.settings import Settings

_TRIM_DB = 35  # quieter than the loudest spot by this much, at either end, is silence
_MARGIN = RATE_HZ // 10  # 0.1 s is left around the speech, as a speech detector leaves
_TELEPHONE_HZ = 8_000  # a sampling rate; sound up to half of it is kept


def trimmed(waveform: Waveform) -> Waveform:
    """Cuts the silence off both ends, as the speech detector does before analysis; float32 (n,) -> float32 (m,)."""
    _, (start, end) = trim(waveform, top_db=_TRIM_DB)
    return waveform[max(0, start - _MARGIN) : end + _MARGIN]


def random_copy(waveform: Waveform, rng: np.random.Generator, settings: Settings) -> Waveform:
    """A window of the speech at a random place, speed and noise; float32 (n,) -> float32 (m,), both 16 kHz."""
    copy = change_speed(waveform, float(np.exp(rng.uniform(-1, 1) * np.log1p(settings.speed))))
    length = int(rng.uniform(settings.shortest_window_s, settings.window_s) * RATE_HZ)
    start = int(rng.integers(max(1, len(copy) - length + 1)))
    copy = copy[start : start + length]
    if rng.random() < settings.noise_chance:
        copy = add_noise(copy, rng.uniform(*settings.noise_db), rng)
    return copy


def change_speed(waveform: Waveform, factor: float) -> Waveform:
    """Plays the sound faster by a factor (over 1 also higher); float32 (n,) -> float32 (about n / factor,)."""
    changed = librosa.resample(waveform, orig_sr=round(RATE_HZ * factor), target_sr=RATE_HZ, res_type="soxr_mq")
    return np.asarray(changed, dtype=np.float32)


def add_noise(waveform: Waveform, snr_db: float, rng: np.random.Generator) -> Waveform:
    """Adds noise of a random colour between white and brown, so many dB below the speech."""
    spectrum = np.fft.rfft(rng.standard_normal(len(waveform)))
    spectrum /= np.maximum(1, np.arange(len(spectrum))) ** rng.uniform(0, 1)
    noise = np.fft.irfft(spectrum, len(waveform))
    share = 10 ** (-snr_db / 20) * _rms(waveform) / max(_rms(noise), 1e-12)
    return np.asarray(waveform + share * noise, dtype=np.float32)


def telephone(waveform: Waveform) -> Waveform:
    """The sound as an 8 kHz recording holds it, nothing above 4 kHz; float32 (n,) -> float32 (n,), still 16 kHz."""
    low = librosa.resample(waveform, orig_sr=RATE_HZ, target_sr=_TELEPHONE_HZ, res_type="soxr_mq")
    back = librosa.resample(low, orig_sr=_TELEPHONE_HZ, target_sr=RATE_HZ, res_type="soxr_mq")
    return np.asarray(librosa.util.fix_length(back, size=len(waveform)), dtype=np.float32)


def blank(features: npt.NDArray[np.float32], rng: np.random.Generator, settings: Settings) -> None:
    """Sets stretches of time and of coefficients to their mean, zero, in place; features float32 (t, 2 * N_MFCC)."""
    frames = int(np.count_nonzero(features.any(axis=1)))
    for _ in range(2):
        length = int(rng.integers(min(settings.time_mask_frames, frames // 4) + 1))
        start = int(rng.integers(max(1, frames - length)))
        features[start : start + length] = 0
    length = int(rng.integers(settings.coefficient_mask + 1))
    first = int(rng.integers(N_MFCC - length))
    features[:, first : first + length] = 0
    features[:, N_MFCC + first : N_MFCC + first + length] = 0


def _rms(waveform: npt.NDArray[np.floating]) -> float:
    return float(np.sqrt(np.mean(np.square(waveform, dtype=np.float64)))) if len(waveform) else 0.0
