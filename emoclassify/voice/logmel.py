"""Computes the features of the large speech model: Whisper's, of a window as loud as any other.

The numbers are those of transformers' WhisperFeatureExtractor, in numpy alone;
`tests/library/test_voice_logmel.py` holds them to it.
"""

import numpy as np
import numpy.typing as npt

from emoclassify.voice.mel import mel_powers
from emoclassify.voice.mfcc import RATE_HZ, Waveform, levelled

HOP_MS = 10
N_MELS = 80
HIGHEST_HZ = 8_000

FEATURES: dict[str, int] = {"rate_hz": RATE_HZ, "hop_ms": HOP_MS, "n_mels": N_MELS, "highest_hz": HIGHEST_HZ}
"""A model's config.json must hold these values to be used with this function."""

_HOP = RATE_HZ * HOP_MS // 1000
_WINDOW = 400  # 25 ms
_MARGIN = 2 * _HOP  # mirrored sound on either side: more than half a window, in whole steps
_SOFTEST_POWER = 1e-10
_RANGE = 8.0  # decades of power below the loudest that count: 80 dB
_OFFSET = 4.0  # Whisper's: brings usual levels near to 0


def log_mel(waveform: Waveform) -> npt.NDArray[np.float32]:
    """Whisper's features of one window of speech, the same at any loudness.

    Args:
        waveform: float32 (n,), mono, 16 kHz. Shorter than half a second is padded with silence; samples that are not
            finite count as silence.

    Returns:
        float32 (n // 160, N_MELS), a row for every HOP_MS; about -1.5 to 1.5.
    """
    return features_of(levelled(waveform))


def features_of(samples: Waveform) -> npt.NDArray[np.float32]:
    """The same without any change of loudness; float32 (n,), n at least 321 -> float32 (n // 160, N_MELS)."""
    mirrored = np.pad(samples, _MARGIN, mode="reflect")
    powers = mel_powers(mirrored, rate_hz=RATE_HZ, window=_WINDOW, hop=_HOP, n_mels=N_MELS, highest_hz=HIGHEST_HZ)
    first = _MARGIN // _HOP
    levels = np.log10(np.maximum(powers[first : first + len(samples) // _HOP], _SOFTEST_POWER))
    return np.asarray((np.maximum(levels, levels.max() - _RANGE) + _OFFSET) / _OFFSET, dtype=np.float32)
