"""Whether a curve moves more than its own noise does: the test that a key moment has to pass.

Noise is taken to be a steady mood with random ups and downs that fade from bin to bin (an autoregressive process of
first order, its coefficient called memory here). Two figures describe it: the size of a usual step between neighbouring
bins, and the memory. A smile or a frown hardly changes them: it is made of a few large steps, which are left out of the
one, and the bins around the farthest one are left out of the other. The smoothed curve of such noise is made a thousand
times, with the gaps of the recording: farther from the median than 97.5 % of them ever come, a moment stands out.

The memory of a short recording cannot be known well, so the greatest one is taken that fits what was measured (after
Berger and Boos 1994, "P values maximized over a confidence set for the nuisance parameter"). `python -m benchmarks
moments` measures how often noise passes, and how often a moment is missed.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from emoclassify.smoothing import REACH_BINS, Values, runs_of, smoothing_weights

_MEMORIES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.965, 0.98)

_SURE_MEMORY = 0.9
"""Noise may have at least this memory, however short the recording is, and ..."""

_BINS_A_SWING = 6.0
"""... it may last for this part of the recording: a slower swing is no noise but a change of mood."""

_FEWEST_BINS = 10  # with scores: in fewer there is no usual level to stand out from
_N_SIMULATED = 1000
_ALLOWED = 0.025
"""The share of noise curves that may come as far, at the memory that is assumed."""

_MEMORY_MISSED = 0.1
"""The share of noise curves whose true memory is above the bound taken from them."""

_USUAL_STEPS = 0.8  # the share of steps, the smallest, that count as usual
_CLIP_SDS = 2.0  # values farther from the median count as this far when the memory is measured
_SD_OF_MAD = 1.4826  # of a normal distribution
_SEED = 20


def searched_bins(is_scored: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The bins that may be a moment: those in stretches long enough to be smoothed; bool (n,) -> bool (n,)."""
    is_searched = np.zeros(len(is_scored), dtype=bool)
    for first, stop in runs_of(is_scored):
        is_searched[first:stop] = stop - first >= REACH_BINS
    return is_searched


def noise_limit(values: Values) -> float:
    """How far from its median noise like that of these values comes, once it is smoothed.

    Args:
        values: of the bins, before smoothing, float64 (n,); NaN in gaps.

    Returns:
        In the unit of the values; 0 where they do not move but for a few steps, infinity where too little was read.
    """
    grid = _Grid((~np.isnan(values)).tobytes())
    if grid.is_scored.sum() < _FEWEST_BINS or not grid.is_searched.any():
        return float("inf")
    (step,), (memory,), _ = _measure(values[None], grid)
    return float(step) * _limit_in_steps(float(memory), grid) if step else 0.0


@dataclass(frozen=True)
class _Grid:
    """Where a recording has scores.

    Attributes:
        scored_bytes: of its bins, bool: False in gaps. As bytes, so that grids can be compared.
    """

    scored_bytes: bytes

    @cached_property
    def is_scored(self) -> npt.NDArray[np.bool_]:
        return np.frombuffer(self.scored_bytes, dtype=bool)

    @cached_property
    def is_searched(self) -> npt.NDArray[np.bool_]:
        return searched_bins(self.is_scored)

    @cached_property
    def is_pair(self) -> npt.NDArray[np.bool_]:
        """Whether a bin and the next one both have scores, bool (n - 1,)."""
        return self.is_scored[1:] & self.is_scored[:-1]


def _limit_in_steps(memory: float, grid: _Grid) -> float:
    """The limit for values with this measured memory, in usual steps: at the greatest memory that may be behind it."""
    greatest = max(_SURE_MEMORY, 1 - _BINS_A_SWING / grid.is_scored.sum())
    low, high = 0, sum(each <= greatest for each in _MEMORIES) - 1
    while low < high:  # the larger the true memory, the rarer is one measured so small
        middle = (low + high + 1) // 2
        if np.mean(_noise(grid, _MEMORIES[middle])[0] <= memory) > _MEMORY_MISSED:
            low = middle
        else:
            high = middle - 1
    return float(np.quantile(_noise(grid, _MEMORIES[low])[1], 1 - _ALLOWED))


@lru_cache(maxsize=64)
def _noise(grid: _Grid, memory: float) -> tuple[Values, Values]:
    """Of simulated noise with the gaps of a recording: measured memories, and greatest distances in usual steps."""
    values = ar1(np.random.default_rng(_SEED), _N_SIMULATED, len(grid.is_scored), memory)
    steps, memories, distances = _measure(values, grid)
    return memories, distances / steps


def ar1(draw: np.random.Generator, n_curves: int, n_bins: int, memory: float) -> Values:
    """Noise of mean 0 and standard deviation 1 in which a bin keeps `memory` (0..1) of the one before.

    Returns:
        float64 (n_curves, n_bins).
    """
    values = draw.standard_normal((n_curves, n_bins))
    values[:, 1:] *= np.sqrt(1 - memory**2)
    for i in range(1, n_bins):
        values[:, i] += memory * values[:, i - 1]
    return values


def _measure(values: Values, grid: _Grid) -> tuple[Values, Values, Values]:
    """Of curves, float64 (curves, n): usual step, memory, greatest distance of the smoothed line from the median."""
    lines = np.where(grid.is_scored, values, 0) @ smoothing_weights(grid.is_scored).T
    medians = np.median(values[:, grid.is_scored], axis=1, keepdims=True)
    distances = np.where(grid.is_searched, np.abs(lines - medians), 0)
    is_near = np.abs(np.arange(values.shape[1]) - distances.argmax(axis=1)[:, None]) < REACH_BINS
    return _usual_steps(values, grid), _memories(values, grid, ~is_near), distances.max(axis=1)


def _usual_steps(values: Values, grid: _Grid) -> Values:
    """The root mean square of all but the largest steps between neighbouring bins; float64 (curves,)."""
    if not grid.is_pair.any():
        return np.zeros(len(values))
    steps = np.abs(np.diff(values, axis=1)[:, grid.is_pair])
    n_usual = int(np.ceil(_USUAL_STEPS * steps.shape[1]))
    return np.asarray(np.sqrt((np.partition(steps, n_usual - 1, axis=1)[:, :n_usual] ** 2).mean(axis=1)))


def _memories(values: Values, grid: _Grid, is_counted: npt.NDArray[np.bool_]) -> Values:
    """The correlation of neighbouring bins among those that count, bool (curves, n); 1 where there are none."""
    is_counted = is_counted & grid.is_scored
    distances = np.where(grid.is_scored, values - np.median(values[:, grid.is_scored], axis=1, keepdims=True), 0)
    sds = _SD_OF_MAD * np.median(np.abs(distances[:, grid.is_scored]), axis=1, keepdims=True)
    clipped = np.clip(distances, -_CLIP_SDS * sds, _CLIP_SDS * sds)
    n_counted = np.maximum(is_counted.sum(axis=1, keepdims=True), 1)
    centred = np.where(is_counted, clipped - (clipped * is_counted).sum(axis=1, keepdims=True) / n_counted, 0)
    n_pairs = (is_counted[:, 1:] & is_counted[:, :-1]).sum(axis=1)
    squares = (centred**2).sum(axis=1) / n_counted[:, 0] * n_pairs
    products = (centred[:, 1:] * centred[:, :-1]).sum(axis=1)
    return np.asarray(np.divide(products, squares, out=np.ones(len(values)), where=squares > 0))
