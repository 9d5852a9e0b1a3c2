"""The features of the speech model: one function, the same for training and for analysis."""

import librosa
import librosa.feature
import numpy as np
import numpy.typing as npt

RATE_HZ = 16_000
HOP_MS = 16
"""A step between frames: 62.5 frames a second, several to a syllable (about 200 ms)."""
WINDOW_MS = 64
"""Long enough to tell the harmonics of a low male voice (80 Hz, so 12.5 ms a period) apart: pitch carries emotion."""
HIGHEST_HZ = 4_000
"""What lies above tells microphones and speakers apart more than emotions: without it, unheard speakers are heard
better, and a recording at 8 kHz as well as any."""
N_MELS = 64
N_MFCC = 40
FLOORS_DB = (45.0, 60.0)
"""What lies this far below the loudest spot of a window is left out. With the first, little of a room, of others or of
a codec is left beside the voice; with the second, the voice's own quiet ends are heard. Networks of which some heard
one and some the other err less together than those that all heard the same (`voice_model/RESULTS.md`)."""
N_VIEW = 2 * N_MFCC
"""Of one floor: the coefficients and their slopes."""
N_FEATURES = len(FLOORS_DB) * N_VIEW
"""A view for each floor, side by side."""

_HOP = RATE_HZ * HOP_MS // 1000
_WINDOW = RATE_HZ * WINDOW_MS // 1000
_SHORTEST = RATE_HZ // 2  # half a second, so that the network's three halvings always leave frames
_TARGET_RMS = 0.1  # -20 dBFS, usual for speech
_SILENCE_RMS = 1e-5  # -100 dBFS, below the last bit of 16-bit sound
_SPREAD_DB, _SPREAD_FALLS = 40.0, 0.6  # how far coefficients usually are from their mean: the first, and the later ones
_SLOPE_SPREAD = 0.18  # of the coefficient's, a frame

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
"""What a model's config.json must say for this function to fit it."""

Waveform = npt.NDArray[np.float32]
"""float32 (n,), mono, 16 kHz, -1..1."""


def mfcc(waveform: Waveform) -> npt.NDArray[np.float32]:
    """MFCC and their slopes of one window of speech under each of FLOORS_DB, the same at any loudness.

    Args:
        waveform: float32 (n,), mono, 16 kHz. Shorter than half a second is padded with silence; samples that are no
            finite number count as silence.

    Returns:
        float32 (t, N_FEATURES), a row each HOP_MS, N_VIEW columns for each floor in their order. Over the window each
        column has mean 0; its variance is about 1, but not made so: how much a voice moves tells emotions apart. All
        zero for silence. After Davis and Mermelstein (1980), as in librosa.
    """
    level = _level(waveform)
    if not level.any():
        return np.zeros((1 + len(level) // _HOP, N_FEATURES), dtype=np.float32)
    mel = librosa.feature.melspectrogram(
        y=level, sr=RATE_HZ, n_fft=_WINDOW, hop_length=_HOP, n_mels=N_MELS, fmax=HIGHEST_HZ
    )
    return np.concatenate([_view(mel, floor_db) for floor_db in FLOORS_DB], axis=1)


def _view(mel: npt.NDArray[np.float32], floor_db: float) -> npt.NDArray[np.float32]:
    coefficients = librosa.feature.mfcc(S=librosa.power_to_db(mel, top_db=floor_db), n_mfcc=N_MFCC)
    stacked = np.concatenate([coefficients, librosa.feature.delta(coefficients)]).T
    return np.asarray((stacked - stacked.mean(axis=0, dtype=np.float64)) / _SPREADS, dtype=np.float32)


_SPREADS_DB = _SPREAD_DB * np.arange(1, N_MFCC + 1) ** -_SPREAD_FALLS
_SPREADS = np.concatenate([_SPREADS_DB, _SLOPE_SPREAD * _SPREADS_DB])


def _level(waveform: Waveform) -> Waveform:
    """The waveform at the target loudness and at least half a second long."""
    clean = np.nan_to_num(np.asarray(waveform, dtype=np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    padded = np.pad(clean, (0, max(0, _SHORTEST - len(clean))))
    # In 64 bits: squares of very quiet samples vanish in 32.
    rms = float(np.sqrt(np.mean(np.square(padded, dtype=np.float64))))
    if rms < _SILENCE_RMS:
        return np.zeros_like(padded)
    return np.asarray(padded * (_TARGET_RMS / rms), dtype=np.float32)
