"""Computes the features of the speech model; training and analysis use the same function."""

import numpy as np
import numpy.typing as npt

from emoclassify.voice.mel import decibels, mel_powers, slopes, spectrum_shape

RATE_HZ = 16_000
HOP_MS = 16
"""Step from one frame to the next: 62.5 frames a second, several in a syllable (about 200 ms)."""
WINDOW_MS = 64
"""Long enough to tell the harmonics of a low male voice (80 Hz, so 12.5 ms a period) apart: pitch carries emotion."""
HIGHEST_HZ = 4_000
"""Higher frequencies differ more between microphones and speakers than between emotions: without them, scores of new
speakers are better, and a recording at 8 kHz is read as well as any."""
N_MELS = 64
N_MFCC = 40
FLOORS_DB = (45.0, 60.0)
"""Sound this far below the loudest point of a window is ignored. The first floor removes most of a room, of other
voices and of a codec; the second leaves the quiet ends of the voice itself. An ensemble of networks with different
floors errs less than one in which all have the same (`voice_model/RESULTS.md`)."""
N_VIEW = 2 * N_MFCC
"""Features of one floor: the coefficients and their slopes."""
N_FEATURES = len(FLOORS_DB) * N_VIEW
"""The features of all floors, side by side."""

_HOP = RATE_HZ * HOP_MS // 1000
_WINDOW = RATE_HZ * WINDOW_MS // 1000
_SHORTEST = RATE_HZ // 2  # half a second, so that the network's three halvings always leave frames
_TARGET_RMS = 0.1  # -20 dBFS, usual for speech
_SILENCE_RMS = 1e-5  # -100 dBFS, below the last bit of 16-bit sound
_SPREAD_DB, _SPREAD_FALLS = 40.0, 0.6  # usual deviation of the first coefficient, and how it falls with their number
_SLOPE_SPREAD = 0.18  # usual deviation of a slope, as a share of its coefficient's, for each frame

FEATURES: dict[str, int | float | list[float]] = {
    "rate_hz": RATE_HZ,
    "hop_ms": HOP_MS,
    "window_ms": WINDOW_MS,
    "highest_hz": HIGHEST_HZ,
    "n_mels": N_MELS,
    "n_mfcc": N_MFCC,
    "floors_db": list(FLOORS_DB),
    "spread_db": _SPREAD_DB,
}
"""A model's config.json must hold these values to be used with this function."""

Waveform = npt.NDArray[np.float32]
"""float32 (n,), mono, 16 kHz, -1..1."""


def mfcc(waveform: Waveform) -> npt.NDArray[np.float32]:
    """MFCC and their slopes of one window of speech for each of FLOORS_DB, the same at any loudness.

    Args:
        waveform: float32 (n,), mono, 16 kHz. Shorter than half a second is padded with silence; samples that are not
            finite count as silence.

    Returns:
        float32 (t, N_FEATURES), a row for every HOP_MS, N_VIEW columns for each floor in their order. Over the window
        each column has mean 0; its variance is about 1 but not normalised, since how much a voice varies tells emotions
        apart. All zero for silence. After Davis and Mermelstein (1980); the numbers are those of librosa.
    """
    level = levelled(waveform)
    if not level.any():
        return np.zeros((1 + len(level) // _HOP, N_FEATURES), dtype=np.float32)
    powers = mel_powers(level, rate_hz=RATE_HZ, window=_WINDOW, hop=_HOP, n_mels=N_MELS, highest_hz=HIGHEST_HZ)
    return np.concatenate([_view(decibels(powers, floor_db)) for floor_db in FLOORS_DB], axis=1)


def _view(levels_db: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    coefficients = spectrum_shape(levels_db, N_MFCC)
    stacked = np.concatenate([coefficients, slopes(coefficients)], axis=1)
    return np.asarray((stacked - stacked.mean(axis=0, dtype=np.float64)) / _SPREADS, dtype=np.float32)


_SPREADS_DB = _SPREAD_DB * np.arange(1, N_MFCC + 1) ** -_SPREAD_FALLS
_SPREADS = np.concatenate([_SPREADS_DB, _SLOPE_SPREAD * _SPREADS_DB])


def levelled(waveform: Waveform) -> Waveform:
    """The waveform at -20 dBFS and at least half a second long; all zero for silence. float32 (n,) -> float32 (m,)."""
    clean = np.nan_to_num(np.asarray(waveform, dtype=np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    padded = np.pad(clean, (0, max(0, _SHORTEST - len(clean))))
    # In 64 bits: squares of very quiet samples vanish in 32.
    rms = float(np.sqrt(np.mean(np.square(padded, dtype=np.float64))))
    if rms < _SILENCE_RMS:
        return np.zeros_like(padded)
    return np.asarray(padded * (_TARGET_RMS / rms), dtype=np.float32)
