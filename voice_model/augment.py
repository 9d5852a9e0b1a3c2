"""Changes speech without changing its emotion: speed, rooms, telephones, noise, blanks."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from librosa.effects import trim

from emoclassify.voice.mfcc import N_MFCC, RATE_HZ, Waveform
from voice_model.backgrounds import behind, change_speed, coloured, crowd
from voice_model.corpora import waveform
from voice_model.settings import Settings

_TRIM_DB = 35  # sound this far below the loudest point, at either end, is silence
_MARGIN = RATE_HZ // 10  # 0.1 s remains around the speech, as with the speech detector
_TELEPHONE_HZ = (300.0, 3400.0)  # band of a telephone
_EDGE_HZ = 100.0  # width over which its ends fade


@lru_cache(maxsize=2000)  # 300 MB: a clip is needed in several conditions, and in the crowds behind other clips
def speech_of(path: Path) -> Waveform:
    """A file's speech without the silence around it; float32 (n,), 16 kHz."""
    return trimmed(waveform(path))


def trimmed(waveform: Waveform) -> Waveform:
    """Cuts the silence off both ends, as the speech detector does before analysis; float32 (n,) -> float32 (m,)."""
    _, (start, end) = trim(waveform, top_db=_TRIM_DB)
    return waveform[max(0, start - _MARGIN) : end + _MARGIN]


def random_copy(
    waveform: Waveform, others: Sequence[Waveform], rng: np.random.Generator, settings: Settings
) -> Waveform:
    """A window of the speech at a random place and speed, in a random room, with random noise.

    Args:
        waveform: float32 (n,), 16 kHz.
        others: voices for a crowd behind it, of speakers who may be used together with this one; without any, the crowd
            is this voice backwards.
        rng: decides all random choices.
        settings: how likely and how strong each change is.

    Returns:
        float32 (m,), 16 kHz.
    """
    copy = change_speed(waveform, float(np.exp(rng.uniform(-1, 1) * np.log1p(settings.speed))))
    length = int(rng.uniform(settings.shortest_window_s, settings.window_s) * RATE_HZ)
    start = int(rng.integers(max(1, len(copy) - length + 1)))
    copy = copy[start : start + length]
    if rng.random() < settings.room_chance:
        copy = in_room(copy, rng.uniform(*settings.reverberation_s), rng)
    if rng.random() < settings.noise_chance:
        if rng.random() < settings.crowd_share:
            background = crowd(others or [waveform[::-1]], len(copy), rng)
        else:
            background = coloured(len(copy), rng.uniform(0, 1), rng)
        copy = behind(copy, background, rng.uniform(*settings.noise_db))
    return telephone(copy) if rng.random() < settings.telephone_chance else copy


def telephone(waveform: Waveform) -> Waveform:
    """The sound between 300 and 3400 Hz, as a telephone carries it; float32 (n,) -> float32 (n,), still 16 kHz."""
    spectrum = np.fft.rfft(waveform)
    hz = np.fft.rfftfreq(len(waveform), 1 / RATE_HZ)
    low, high = _TELEPHONE_HZ
    spectrum *= np.clip((hz - low) / _EDGE_HZ + 1, 0, 1) * np.clip((high - hz) / _EDGE_HZ + 1, 0, 1)
    return np.asarray(np.fft.irfft(spectrum, len(waveform)), dtype=np.float32)


def in_room(waveform: Waveform, reverberation_s: float, rng: np.random.Generator) -> Waveform:
    """The sound in a room, where an echo takes `reverberation_s` to fall by 60 dB; float32 (n,) -> float32 (n,)."""
    n = int(reverberation_s * RATE_HZ)
    echo = rng.standard_normal(n) * 10 ** (-3 * np.arange(n) / n)
    # As loud as the voice itself: a few steps away from the microphone.
    response = np.concatenate([[1.0], echo / np.sqrt(np.sum(echo**2))])
    size = len(waveform) + n
    echoed = np.fft.irfft(np.fft.rfft(waveform, size) * np.fft.rfft(response, size), size)
    return np.asarray(echoed[: len(waveform)], dtype=np.float32)


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
