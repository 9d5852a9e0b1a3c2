"""How a figure goes with a yes or no: logistic regression with one predictor."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr

from emoclassify.study.statistics.arrays import Flags, Values

LEAST_EVENTS = 10
"""Of the rarer answer, for the one predictor (P. Peduzzi and others 1996, "A simulation study of the number of events
per variable in logistic regression analysis")."""

_N_STEPS = 50
_SMALL_STEP = 1e-10
_FARTHEST = 20.0  # log odds per standard deviation: the answers are told apart without an error, and no odds exist
_FARTHEST_END = 50.0  # of the interval, as a logarithm: beyond it there is none
_Z = 1.959963984540054


@dataclass(frozen=True)
class Odds:
    """By how much the odds of a yes are multiplied where the figure is one standard deviation higher.

    Attributes:
        ratio: of the odds.
        low: the lower end of Wald's 95 percent interval.
        high: its upper end.
        p: of a ratio of 1.
        n: people.
    """

    ratio: float
    low: float
    high: float
    p: float
    n: int


def odds_of(figures: Values, is_yes: Flags) -> Odds | None:
    """The odds of a yes by a figure.

    Args:
        figures: of each person, float64 (n,), without gaps.
        is_yes: bool (n,).

    Returns:
        None with fewer than ten of either answer, where the figure never changes, or where it tells the answers apart
        without an error, or nearly so: then the interval has no end.
    """
    sd = float(figures.std(ddof=1)) if len(figures) > 1 else 0.0
    if min(int(is_yes.sum()), int((~is_yes).sum())) < LEAST_EVENTS or sd == 0:
        return None
    design = np.column_stack([np.ones(len(figures)), (figures - figures.mean()) / sd])
    coefficients = np.zeros(2)
    for _ in range(_N_STEPS):  # Newton's method
        chances = expit(design @ coefficients)
        information = (design * (chances * (1 - chances))[:, None]).T @ design
        step = np.linalg.pinv(information) @ design.T @ (is_yes - chances)
        coefficients = coefficients + step
        if abs(coefficients[1]) > _FARTHEST:
            return None
        if np.abs(step).max() < _SMALL_STEP:
            break
    else:
        return None
    slope, error = float(coefficients[1]), float(np.sqrt(np.linalg.inv(information)[1, 1]))
    if slope + _Z * error > _FARTHEST_END:
        return None
    low, high = np.exp([slope - _Z * error, slope + _Z * error])
    return Odds(float(np.exp(slope)), float(low), float(high), float(2 * ndtr(-abs(slope) / error)), len(figures))
