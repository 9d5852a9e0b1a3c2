"""What a test of a given size finds, and how many people a wished difference needs.

J. Cohen 1988, "Statistical power analysis for the behavioral sciences": for means by the noncentral t distribution, for
shares by their arcsines.
"""

from collections.abc import Callable
from statistics import NormalDist

import numpy as np
from scipy.special import nctdtr, stdtrit

POWER = 0.8
"""How often a difference is to be found, by convention: in 8 of 10 studies."""

_ALPHA = 0.05
_MOST_PEOPLE = 1_000_000
_FARTHEST = 100.0  # standard errors: found by every test
_N_HALVINGS = 60


def power_of(n_errors: float, n_free: int, alpha: float = _ALPHA) -> float:
    """How often a two-sided t test finds a true difference, 0..1.

    Args:
        n_errors: the difference in its standard errors.
        n_free: degrees of freedom.
        alpha: of the test.
    """
    limit = float(stdtrit(n_free, 1 - alpha / 2))
    return 1 - _below(limit, n_free, n_errors) + _below(-limit, n_free, n_errors)


def _below(limit: float, n_free: int, n_errors: float) -> float:
    """The noncentral t distribution; scipy gives NaN far out in its lower tail, where it is 0."""
    return float(np.nan_to_num(nctdtr(n_free, n_errors, limit), nan=0.0))


def detectable(error: float, n_free: int, *, alpha: float = _ALPHA, power: float = POWER) -> float:
    """The smallest difference that the test would find in so many studies, in the unit of its standard error.

    Args:
        error: the standard error of the difference.
        n_free: its degrees of freedom, at least 1.
        alpha: of the test.
        power: the share of studies, 0..1.
    """
    low, high = 0.0, _FARTHEST
    for _ in range(_N_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if power_of(middle, n_free, alpha) >= power else (middle, high)
    return high * error


def people_for_means(
    difference: float, sd: float, *, is_paired: bool = False, alpha: float = _ALPHA, power: float = POWER
) -> int:
    """How many people find a difference of means: of each film, or in all where each sees both.

    Args:
        difference: of the means, above 0.
        sd: of the people's means, or of their differences where each sees both films; above 0.
        is_paired: whether each sees both.
        alpha: of the test.
        power: how often it is to be found, 0..1.

    Raises:
        ValueError: difference or sd is not above 0, or a million people are too few.
    """
    if not (difference > 0 and sd > 0):
        raise ValueError("a difference and a standard deviation above 0")
    n_panels = 1 if is_paired else 2

    def finds(n: int) -> bool:
        return power_of(difference / (sd * np.sqrt(n_panels / n)), n_panels * (n - 1), alpha) >= power

    return _least(finds)


def people_for(
    difference: float, error: float, n: tuple[int, ...], *, alpha: float = _ALPHA, power: float = POWER
) -> int:
    """How many people find a difference of means, told by a panel that was measured.

    Args:
        difference: of the means, above 0.
        error: the standard error of the panel's own difference, above 0.
        n: people of the panel, where each saw both films; else of each side.
        alpha: of the test.
        power: how often it is to be found, 0..1.

    Returns:
        People in all where each sees both, else of each side.

    Raises:
        ValueError: as `people_for_means`.
    """
    sd = error / float(np.sqrt(sum(1 / people for people in n)))
    return people_for_means(difference, sd, is_paired=len(n) == 1, alpha=alpha, power=power)


def people_for_shares(first: float, second: float, *, alpha: float = _ALPHA, power: float = POWER) -> int:
    """How many people of each film find that two shares of a panel differ.

    Args:
        first: true share of one film's viewers who show something, 0..1.
        second: of the other's; another one.
        alpha: of the test.
        power: how often it is to be found, 0..1.

    Raises:
        ValueError: the shares are equal, or a million people are too few.
    """
    distance = 2 * abs(float(np.arcsin(np.sqrt(first))) - float(np.arcsin(np.sqrt(second))))
    if distance == 0:
        raise ValueError("the shares are equal")
    limit = NormalDist().inv_cdf(1 - alpha / 2)

    def finds(n: int) -> bool:
        reach = distance * np.sqrt(n / 2)
        return NormalDist().cdf(reach - limit) + NormalDist().cdf(-reach - limit) >= power

    return _least(finds)


def _least(finds: Callable[[int], bool]) -> int:
    """The smallest n from 2 on that finds it, by halving: more people never find less."""
    if not finds(_MOST_PEOPLE):
        raise ValueError("a million people are too few")
    low, high = 1, _MOST_PEOPLE
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if finds(middle) else (middle, high)
    return high
