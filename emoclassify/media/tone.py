"""Makes pictures with a high dynamic range (HDR: PQ or HLG) into ordinary ones, as a player does.

Networks learned from ordinary pictures. Read without this, an HDR picture is pale: its numbers mean up to 10,000 cd/m2,
of which a face takes the lowest 200.
"""

from functools import cache
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from emoclassify.media.pixels import converted, pixels

Floats = npt.NDArray[np.float64]

PQ, HLG = 16, 18
"""Code points of ITU-T H.273 for the transfer."""

BT_709 = 1
"""Code point of ITU-T H.273 for the matrix, the primaries and the transfer of ordinary pictures."""

_WHITE_NITS = 203.0
"""White of paper, or of a shirt, in an HDR picture (ITU-R BT.2408): it becomes the white of the ordinary picture."""

_PEAK_NITS = 1000.0
"""The brightest light that is told from white: of HLG by definition, and of most PQ pictures by their screens."""

_SCREEN_GAMMA = 2.4  # of an ordinary screen, ITU-R BT.1886

_BT_2020_TO_709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], np.float32
)
"""Linear light, red, green, blue (ITU-R BT.2087)."""

_STEPS = 2**16


def is_hdr(frame: Any) -> bool:
    """Whether a decoded frame has a high dynamic range."""
    return int(frame.color_trc) in (PQ, HLG)


def ordinary_rgb(frame: Any, width: int, height: int) -> npt.NDArray[np.uint8]:
    """An HDR frame as an ordinary picture of a size: uint8 (height, width, 3).

    Bright light is compressed as in annex 5 of ITU-R BT.2408-7 (the EETF of BT.2390), a channel at a time.
    """
    encoded = pixels(frame, "rgb48le", width, height)
    light = np.take(_light(int(frame.color_trc)), encoded)
    if int(frame.color_primaries) != BT_709:
        light = light @ _BT_2020_TO_709.T
    steps = np.clip(light * (_STEPS - 1), 0, _STEPS - 1).astype(np.uint16)
    return np.asarray(np.take(_encoding(), steps), np.uint8)


def ordinary_frame(frame: Any, width: int, height: int) -> av.VideoFrame:
    """The same as a frame in yuv420p of BT.709, with the times of the HDR frame."""
    rgb = av.VideoFrame.from_ndarray(ordinary_rgb(frame, width, height), format="rgb24")
    # FFmpeg would convert the light again, for seconds a frame, if the two frames had other tags.
    rgb.color_trc = rgb.color_primaries = BT_709
    ordinary = converted(rgb, "yuv420p", dst_colorspace="ITU709", dst_color_range=1)
    ordinary.pts, ordinary.time_base, ordinary.duration = frame.pts, frame.time_base, frame.duration
    return ordinary


@cache
def _light(transfer: int) -> npt.NDArray[np.float32]:
    """The light of the ordinary picture (0 black, 1 white) for each of the 16-bit numbers of an HDR channel."""
    signals = np.linspace(0, 1, _STEPS)
    nits = _nits_of_pq(signals) if transfer == PQ else _nits_of_hlg(signals)
    return np.asarray(_compressed(nits) / _WHITE_NITS, np.float32)


def _nits_of_pq(signals: Floats) -> Floats:
    """SMPTE ST 2084."""
    powers = signals ** (1 / _M2)
    return np.asarray(10_000 * (np.maximum(powers - _C1, 0) / (_C2 - _C3 * powers)) ** (1 / _M1))


def _pq_of_nits(nits: Floats) -> Floats:
    powers = (nits / 10_000) ** _M1
    return np.asarray(((_C1 + _C2 * powers) / (1 + _C3 * powers)) ** _M2)


_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32


def _nits_of_hlg(signals: Floats) -> Floats:
    """ITU-R BT.2100, table 5, on a screen of 1,000 cd/m2."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(signals <= 0.5, signals**2 / 3, (np.exp((signals - c) / a) + b) / 12)
    return np.asarray(_PEAK_NITS * scene**1.2)


def _compressed(nits: Floats) -> Floats:
    """The EETF of ITU-R BT.2390: dark and middle light as it is, the rest up to the peak bent below white."""
    peak = _pq_of_nits(np.array(_PEAK_NITS))
    light, white = np.minimum(_pq_of_nits(nits) / peak, 1.0), _pq_of_nits(np.array(_WHITE_NITS)) / peak
    knee = 1.5 * white - 0.5
    t = np.maximum(light - knee, 0) / (1 - knee)
    bent = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (-2 * t**3 + 3 * t**2) * white
    return _nits_of_pq(np.where(light < knee, light, bent) * peak)


@cache
def _encoding() -> npt.NDArray[np.uint8]:
    """The 8-bit number for each of 16-bit steps of light."""
    return np.asarray(np.round(255 * np.linspace(0, 1, _STEPS) ** (1 / _SCREEN_GAMMA)), np.uint8)
