"""How often noise has a key moment, and how often a planted one is found, in made curves of half seconds.

The noise is autoregressive of first order, with a standard deviation of 0.15, as a face at rest and in talk has it. The
planted moment is a smile of 3 s in it: half a second to rise, 2.5 s at its height, half a second to fall.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emoclassify.analysis import SERIES_BIN_S
from emoclassify.curves import Curve
from emoclassify.labels import EMOTIONS, valence
from emoclassify.moments import HIGHEST, key_moments
from emoclassify.noise import ar1
from emoclassify.timeline import Timeline

N_BINS = (16, 30, 60, 120, 360)
"""Lengths of the curves: 8 s, 15 s, 30 s, 1 min, 3 min."""

MEMORIES = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9)
"""What a bin keeps of the one before. At 0.9 a swing lasts for about 5 s."""

HEIGHTS = (0.4, 0.6, 0.8)
NOISE_SD = 0.15
END_SHARE = 0.175
"""The outer parts of a recording, both together, in which the extremes of noise are counted."""

_SHAPE = np.array([0.5, 1, 1, 1, 1, 1, 0.5])

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """Of planted moments, as shares 0..1: those found, and those found within one bin of their middle."""

    found: float
    within_one_bin: float


def curve_with(values: Values) -> Curve:
    """A curve with this valence, float64 (n,), made of happy and sad; values beyond -1 and 1 are cut off."""
    scores = np.zeros((len(values), len(EMOTIONS)), np.float32)
    scores[:, EMOTIONS.index("happy")] = (1 + np.clip(values, -1, 1)) / 2
    scores[:, EMOTIONS.index("sad")] = 1 - scores[:, EMOTIONS.index("happy")]
    scores[np.isnan(values)] = np.nan
    times_s = np.asarray(SERIES_BIN_S * (np.arange(len(values)) + 0.5), dtype=np.float64)
    return Curve(1, Timeline(times_s, scores).bins(SERIES_BIN_S, SERIES_BIN_S * len(values)))


def noise(n_curves: int, n_bins: int, memory: float, seed: int) -> Values:
    """Curves of noise, float64 (n_curves, n_bins)."""
    return NOISE_SD * ar1(np.random.default_rng(seed), n_curves, n_bins, memory)


def false_share(n_curves: int, n_bins: int, memory: float, seed: int = 1) -> float:
    """The share of noise curves with any key moment, 0..1."""
    curves = noise(n_curves, n_bins, memory, seed)
    return float(np.mean([bool(key_moments(curve_with(values), SERIES_BIN_S * n_bins)) for values in curves]))


def planted_share(n_curves: int, n_bins: int, memory: float, height: float, seed: int = 2) -> Found:
    """How many moments of one smile in noise are found. Where it lies is drawn, the ends of the recording included."""
    middles = np.random.default_rng(seed).integers(0, n_bins, n_curves)
    errors_bins = [
        _error_bins(values, int(middle), height)
        for values, middle in zip(noise(n_curves, n_bins, memory, seed), middles, strict=True)
    ]
    return Found(*(float(np.mean(np.array(errors_bins) <= most)) for most in (len(_SHAPE) // 2, 1)))


def _error_bins(values: Values, middle: int, height: float) -> float:
    """How far the most positive moment lies from the middle of a smile planted there; infinity where there is none."""
    smile = np.convolve(np.eye(len(values))[middle], _SHAPE, mode="same")
    moments = key_moments(curve_with(values + height * smile), SERIES_BIN_S * len(values))
    return min((abs(moment.bin - middle) for moment in moments if moment.kind == HIGHEST), default=np.inf)


def share_at_ends(n_curves: int, n_bins: int, memory: float, seed: int = 3) -> float:
    """The share of the lowest and highest points of noise in the outer parts of the time, over that of the time: 1 is
    even."""
    n_outer = max(1, round(END_SHARE / 2 * n_bins))
    lines = [valence(curve_with(values).drawn_scores) for values in noise(n_curves, n_bins, memory, seed)]
    extremes = np.array([[line.argmin(), line.argmax()] for line in lines])
    is_outer = (extremes < n_outer) | (extremes >= n_bins - n_outer)
    return float(is_outer.mean() / (2 * n_outer / n_bins))


def lines(n_curves: int) -> Iterator[str]:
    """The study as tables, in Markdown."""
    head = "| bins | " + " | ".join(f"memory {memory:g}" for memory in MEMORIES) + " |"
    rule = "|---" * (len(MEMORIES) + 1) + "|"
    yield from (f"Noise with any moment, of {n_curves} curves:", "", head, rule)
    for n_bins in N_BINS:
        yield _row(n_bins, (f"{false_share(n_curves, n_bins, memory):.1%}" for memory in MEMORIES))
    yield from ("", "Extremes of noise in the outer 17.5 %, as a multiple of an even share:", "", head, rule)
    for n_bins in N_BINS:
        yield _row(n_bins, (f"{share_at_ends(n_curves, n_bins, memory):.2f}" for memory in MEMORIES))
    for height in HEIGHTS:
        yield from ("", f"Planted smiles of {height:g}: found (within one bin):", "", head, rule)
        for n_bins in N_BINS:
            shares = (planted_share(n_curves, n_bins, memory, height) for memory in MEMORIES)
            yield _row(n_bins, (f"{share.found:.0%} ({share.within_one_bin:.0%})" for share in shares))


def _row(n_bins: int, cells: Iterator[str]) -> str:
    return f"| {n_bins} | " + " | ".join(cells) + " |"
