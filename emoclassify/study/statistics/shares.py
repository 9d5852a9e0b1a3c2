"""Shares of a panel with their intervals, and whether two shares differ.

E. B. Wilson 1927, "Probable inference, the law of succession, and statistical inference"; R. G. Newcombe 1998,
"Interval estimation for the difference between independent proportions" (its method 10); McNemar's test, exact.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy.special import bdtr

from emoclassify.study.statistics.arrays import N_DRAWS, Flags, Values


@dataclass(frozen=True)
class Share:
    """How many of how many, 0..1, with the 95 percent interval."""

    n_with: int
    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class ShareDifference:
    """The second share minus the first, -1..1, with its 95 percent interval; p where a test was made."""

    difference: float
    low: float
    high: float
    p: float | None = None


def wilson(n_with: Values, n: Values, level: float = 0.95) -> tuple[Values, Values]:
    """The lower and upper end of Wilson's interval of n_with / n, NaN where n is 0; float64 of any one shape."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = n_with / n
        middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def share_of(does_show: Flags) -> Share:
    """The share of a panel that shows something; bool (n,), at least one."""
    n_with, n = int(does_show.sum()), len(does_show)
    low, high = wilson(np.array(float(n_with)), np.array(float(n)))
    return Share(n_with, n, n_with / n, float(low), float(high))


def share_difference(first: Share, second: Share) -> ShareDifference:
    """Of two panels of different people, by Newcombe's interval."""
    difference = second.share - first.share
    low = difference - np.hypot(second.share - second.low, first.high - first.share)
    high = difference + np.hypot(second.high - second.share, first.share - first.low)
    return ShareDifference(difference, float(low), float(high))


def paired_share_difference(
    first: Flags, second: Flags, rng: np.random.Generator, n_draws: int = N_DRAWS
) -> ShareDifference:
    """Of the same people with both films: McNemar's exact test, and the interval from respondents drawn anew.

    Args:
        first: bool (n,), whether each shows it with the first film.
        second: with the second.
        rng: draws the respondents.
        n_draws: how often.
    """
    changes = second.astype(np.int64) - first
    n_up, n_down = int((changes > 0).sum()), int((changes < 0).sum())
    p = min(1.0, 2 * float(bdtr(min(n_up, n_down), n_up + n_down, 0.5))) if n_up + n_down else 1.0
    picks = rng.integers(0, len(changes), (n_draws, len(changes)))
    low, high = np.quantile(changes[picks].mean(axis=1), [0.025, 0.975])
    return ShareDifference(float(changes.mean()), float(low), float(high), p)
