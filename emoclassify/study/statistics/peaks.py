"""When a panel's curve is highest, and how high it is there."""

from dataclasses import dataclass

import numpy as np

from emoclassify.study.statistics.arrays import N_DRAWS, Flags, Values, draws, is_shown, seen_sums

_N_SPLITS = 200


@dataclass(frozen=True)
class Peak:
    """The highest bin of a panel's mean.

    Attributes:
        bin: its number.
        low_bin: the earliest bin of the 95 percent interval: where other panels would have it.
        high_bin: the latest.
        height: of the mean there, told by people who did not choose the bin.
    """

    bin: int
    low_bin: int
    high_bin: int
    height: float


def peak(values: Values, rng: np.random.Generator, n_draws: int = N_DRAWS) -> Peak | None:
    """The peak of the mean of values, float64 (n, t), NaN in gaps; None where too few are seen everywhere.

    The height at the highest bin is too high by the luck that made it the highest. So the panel is halved 200 times:
    one half chooses the bin, the other one tells the height.
    """
    is_searched = is_shown(values)
    if not is_searched.any():
        return None
    n_seen, sums, _ = seen_sums(values)
    highest = int(_highest(sums[None], n_seen[None], is_searched)[0])
    bins = []
    for weights in draws(len(values), n_draws, rng):
        n_seen, sums, _ = seen_sums(values, weights)
        bins.append(_highest(sums, n_seen, is_searched))
    low, high = np.quantile(np.concatenate(bins), [0.025, 0.975], method="nearest")
    return Peak(highest, int(low), int(high), _height(values, is_searched, rng))


def _height(values: Values, is_searched: Flags, rng: np.random.Generator) -> float:
    halves = rng.permuted(np.tile(np.arange(len(values)) % 2, (_N_SPLITS, 1)), axis=1).astype(np.float64)
    heights = []
    for choosers in (halves, 1 - halves):
        n_seen, sums, _ = seen_sums(values, choosers)
        bins = _highest(sums, n_seen, is_searched)
        n_others, others, _ = seen_sums(values, 1 - choosers)
        rows = np.arange(_N_SPLITS)
        with np.errstate(divide="ignore", invalid="ignore"):
            heights.append(others[rows, bins] / n_others[rows, bins])
    return float(np.nanmean(np.concatenate(heights)))


def _highest(sums: Values, n_seen: Values, is_searched: Flags) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """The bin with the highest mean of each draw, (draws,)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        means = sums / n_seen
    return np.asarray(np.where(is_searched & (n_seen > 0), means, -np.inf).argmax(axis=1))
