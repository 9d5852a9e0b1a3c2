"""How loud a sound is in the bands of the ear, and how that changes.

These are librosa's functions of the same purpose (melspectrogram, power_to_db, mfcc, delta) with the settings that the
speech model uses, in numpy alone: librosa brings a compiler, 200 MB large, that takes seconds to start.
`tests/library/test_voice_features.py` holds them to librosa's own.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

_SOFTEST_POWER = 1e-10  # powers below it count as this much
_SLOPE_FRAMES = 9  # through so many frames a line is laid, whose slope is that of the frame in the middle

# Slaney's scale of pitch: even steps up to 1 kHz, then steps of a constant ratio (Auditory Toolbox, 1998).
_HZ_PER_MEL, _EVEN_UP_TO_HZ, _RATIO_PER_MEL = 200 / 3, 1000.0, np.log(6.4) / 27


def mel_powers(samples: Array, *, rate_hz: int, window: int, hop: int, n_mels: int, highest_hz: float) -> Array:
    """The power of a sound in the bands of Slaney's scale.

    Args:
        samples: float32 (n,).
        rate_hz: samples a second.
        window: samples in a frame, weighted by a Hann window; the sound is silent before and after its samples.
        hop: samples from one frame's centre to the next; the first frame's centre is the first sample.
        n_mels: bands, from 0 Hz on.
        highest_hz: where the last band ends.

    Returns:
        float32 (1 + n // hop, n_mels), not negative.
    """
    padded = np.pad(samples, window // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]
    bands = _bands(rate_hz, window, n_mels, highest_hz)
    spectrum = np.fft.rfft(frames * _hann(window), axis=1)[:, : len(bands)]
    powers = np.square(spectrum.real) + np.square(spectrum.imag)
    return np.asarray(powers @ bands, dtype=np.float32)


def decibels(powers: Array, range_db: float) -> Array:
    """Powers of any shape in decibels; what is more than `range_db` below the loudest is raised to there."""
    levels = 10 * np.log10(np.maximum(powers, _SOFTEST_POWER))
    return np.asarray(np.maximum(levels, levels.max() - range_db), dtype=np.float32)


def spectrum_shape(levels_db: Array, n: int) -> Array:
    """The first n coefficients of the discrete cosine transform (type II, orthonormal) of each row.

    float32 (t, bands) -> float32 (t, n). Of levels in decibels in mel bands these are the MFCC.
    """
    return np.asarray(levels_db @ _cosines(levels_db.shape[1], n), dtype=np.float32)


def slopes(rows: Array) -> Array:
    """How much each column rises from row to row: the slope of a line through nine rows (Savitzky and Golay, 1964).

    The first and last four rows have the slope of the nine at that end. float32 (t, n) -> the same, t at least 9.
    """
    half = _SLOPE_FRAMES // 2
    distances = np.arange(-half, half + 1, dtype=np.float32)
    inner = np.lib.stride_tricks.sliding_window_view(rows, _SLOPE_FRAMES, axis=0) @ (
        distances / np.square(distances).sum()
    )
    return np.pad(inner, ((half, half), (0, 0)), mode="edge")


@cache
def _hann(length: int) -> Array:
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length), dtype=np.float32)


@cache
def _bands(rate_hz: int, window: int, n_mels: int, highest_hz: float) -> Array:
    """How much each frequency counts in each band, float32 (n, n_mels): triangles of the same area.

    n: the frequencies of the transform of a frame up to the highest one, in which the last band ends.
    """
    edges_hz = _hz(np.linspace(0, _mel(highest_hz), n_mels + 2))
    frequencies_hz = np.fft.rfftfreq(window, 1 / rate_hz)
    frequencies_hz = frequencies_hz[frequencies_hz <= highest_hz][:, None]
    lower, centre, upper = edges_hz[:-2], edges_hz[1:-1], edges_hz[2:]
    rising, falling = (frequencies_hz - lower) / (centre - lower), (upper - frequencies_hz) / (upper - centre)
    triangles = np.maximum(0, np.minimum(rising, falling))
    return np.asarray(triangles * 2 / (upper - lower), dtype=np.float32)


@cache
def _cosines(n_bands: int, n: int) -> Array:
    """The matrix of `spectrum_shape`, float32 (n_bands, n)."""
    waves = np.cos(np.pi * np.outer(np.arange(n_bands) + 0.5, np.arange(n)) / n_bands)
    lengths = np.sqrt(np.where(np.arange(n) == 0, 1, 2) / n_bands)
    return np.asarray(waves * lengths, dtype=np.float32)


def _mel(hz: float) -> float:
    """A frequency above 1 kHz on Slaney's scale."""
    return float(_EVEN_UP_TO_HZ / _HZ_PER_MEL + np.log(hz / _EVEN_UP_TO_HZ) / _RATIO_PER_MEL)


def _hz(mels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    even_up_to = _EVEN_UP_TO_HZ / _HZ_PER_MEL
    steep = _EVEN_UP_TO_HZ * np.exp((mels - even_up_to) * _RATIO_PER_MEL)
    return np.where(mels < even_up_to, mels * _HZ_PER_MEL, steep)
