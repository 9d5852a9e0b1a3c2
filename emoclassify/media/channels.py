"""Mixes the channels of sound to mono or stereo, whatever their number and layout.

FFmpeg's own mixer refuses layouts that it has no name for, and guesses one for files that name none: of a recorder's
three tracks it takes the third for a subwoofer, and drops it.
"""

import math
from functools import lru_cache
from typing import Any

import av
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

_BESIDE_THE_FRONT = math.sqrt(0.5)
"""Gain of all channels but front left and right (ITU-R BS.775-3, annex 4: 3 dB less)."""

_CANCELLED = 0.1
"""Channels cancel each other out where their mix has less than this share of the power that unrelated channels have."""

_MOST_PACKED = 64
"""Channels that FFmpeg brings into another form at most."""

_MOST_SEPARATE = 7
"""Separate channels that PyAV reads at most: of 8 and more it reads beyond their memory."""

_READ_DIRECTLY = ("flt", "fltp", "s16", "s16p")
"""Forms of samples, FFmpeg's names, that need not be brought into another: nearly all codecs have one of them."""

_MEMORY_S = 1.0
"""Over about this time the powers are compared."""


class Mixer:
    """Mixes one block after another; its memory tells channels that cancel each other out from a quiet moment."""

    def __init__(self, layout: str) -> None:
        """`layout` is that of the result: "mono" or "stereo"."""
        self._is_mono = layout == "mono"
        self._kind: tuple[int, str, str] | None = None
        self._packer = av.AudioResampler(format="flt")
        self._mix_power, self._powers = 0.0, np.zeros(0)

    def mix(self, frame: Any) -> Samples:
        """The samples of a decoded frame: float32 (n,) of mono, (n, 2) of stereo, -1..1.

        Channels with a place count as a listener hears them, channels without one all alike; of ambisonic sound the
        first is taken, which is the sound from all sides. Where the mix to mono cancels itself out (one of two
        channels is the other one upside down), the louder channel is taken instead.

        Raises:
            av.error.FFmpegError: nothing here can read samples of this format.
        """
        channels = self._channels(frame)
        gains, mono_gains = _gains(tuple(channel.name for channel in frame.layout.channels))
        if not self._is_mono:
            return np.ascontiguousarray((gains @ channels).T, dtype=np.float32)
        mix = mono_gains @ channels
        if len(channels) > 1 and self._cancels_out(mix, channels, mono_gains, frame.samples / frame.sample_rate):
            mix = channels[int(self._powers.argmax())]
        return np.ascontiguousarray(mix, dtype=np.float32)

    def _channels(self, frame: Any) -> Samples:
        """The samples of a frame of any format: float32 (channels, n), -1..1."""
        n_channels, name = frame.layout.nb_channels, frame.format.name
        if frame.format.is_packed and (n_channels > _MOST_PACKED or name in _READ_DIRECTLY):
            return _scaled(frame.to_ndarray().reshape(-1, n_channels).T)
        if n_channels <= _MOST_SEPARATE and name in _READ_DIRECTLY:
            return _scaled(frame.to_ndarray())
        kind = (frame.sample_rate, name, frame.layout.name)
        if kind != self._kind:  # within a recording: joined files, HE-AAC
            self._kind, self._packer = kind, av.AudioResampler(format="flt")
        packed = [block.to_ndarray().reshape(-1, n_channels) for block in self._packer.resample(frame)]
        return np.concatenate([np.zeros((0, n_channels), np.float32), *packed]).T

    def _cancels_out(self, mix: Samples, channels: Samples, gains: Samples, length_s: float) -> bool:
        if len(self._powers) != len(channels):
            self._mix_power, self._powers = 0.0, np.zeros(len(channels))
        memory = math.exp(-length_s / _MEMORY_S)
        self._mix_power = memory * self._mix_power + float(mix @ mix)
        self._powers = memory * self._powers + np.einsum("cn,cn->c", channels, channels)
        return self._mix_power < _CANCELLED * float(gains**2 @ self._powers)


def _scaled(samples: npt.NDArray[Any]) -> Samples:
    """Samples of any kind as float32, -1..1; whole numbers are so by their size, those without a sign around a half."""
    if samples.dtype.kind == "f":
        return samples.astype(np.float32, copy=False)
    half = 2.0 ** (8 * samples.dtype.itemsize - 1)
    return np.asarray((samples - (half if samples.dtype.kind == "u" else 0.0)) / half, np.float32)


@lru_cache(maxsize=64)
def _gains(names: tuple[str, ...]) -> tuple[Samples, Samples]:
    """How much each channel counts left and right, float32 (2, channels), and in mono, (channels,); sums are 1.

    The names are FFmpeg's, e.g. FL, LFE.
    """
    gains = _gains_of_sides(names)
    return gains, gains.sum(axis=0) / gains.sum()


def _gains_of_sides(names: tuple[str, ...]) -> Samples:
    if names[0].startswith("AMBI"):
        return np.eye(1, len(names), dtype=np.float32).repeat(2, axis=0)
    if len(names) == 2:
        return np.eye(2, dtype=np.float32)
    gains = np.array([_gains_of_place(name) for name in names], np.float32).T
    if not all(map(_has_place, names)) or not gains.any():
        return np.full((2, len(names)), 1 / len(names), np.float32)
    return np.asarray(gains / gains.sum(axis=1).max(), np.float32)


def _has_place(name: str) -> bool:
    return name not in ("NONE", "UNK", "UNSD") and not name.startswith(("AMBI", "USR"))


def _gains_of_place(name: str) -> tuple[float, float]:
    if name.startswith("LFE"):
        return 0.0, 0.0
    gain = 1.0 if name in ("FL", "FR") else _BESIDE_THE_FRONT
    return (0.0 if "R" in name else gain), (0.0 if "L" in name else gain)
