"""Whether a scene that was marked beforehand differs between two films, or between groups of people."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from emoclassify.study.statistics.arrays import (
    N_DRAWS,
    N_PERMUTATIONS,
    Values,
    draws,
    mean_variance,
    seen_sums,
    sign_flips,
)

_LEAST_COVERAGE = 0.5  # of a scene's bins; a mean of fewer is not one of the scene
_SAME = 1e-12
_LEAST_ERROR = 1e-9  # of the size of the values: what is smaller is rounding


@dataclass(frozen=True)
class Difference:
    """Second minus first, in the unit of the values, with the 95 percent interval and the p value.

    Attributes:
        difference: of the means.
        low: the lower end of the interval.
        high: the upper end.
        p: of no difference at all.
        n_first: people behind the first mean.
        n_second: behind the second; the same people where each saw both.
        effect: Hedges' g of two panels, d_z of the same people twice: the difference in standard deviations.
        error: the standard error of the difference.
        n_free: its degrees of freedom.
    """

    difference: float
    low: float
    high: float
    p: float
    n_first: int
    n_second: int
    effect: float
    error: float
    n_free: int


def scene_means(values: Values) -> Values:
    """Each person's mean over the bins of a scene, float64 (n, t) -> (n,); NaN where less than half of it is seen."""
    n_seen = (~np.isnan(values)).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = np.nansum(values, axis=1) / n_seen
    return np.where(n_seen >= max(1.0, _LEAST_COVERAGE * values.shape[1]), means, np.nan)


def paired_difference(
    first: Values,
    second: Values,
    rng: np.random.Generator,
    *,
    n_draws: int = N_DRAWS,
    n_permutations: int = N_PERMUTATIONS,
) -> Difference | None:
    """The same people with both films: p by turning the signs of the differences, the interval by a bootstrap in t.

    Args:
        first: one number for each person, float64 (n,); NaN where there is none.
        second: of the same people, in the same order.
        rng: draws the people and turns the signs.
        n_draws: of people, for the interval.
        n_permutations: of signs, for p.

    Returns:
        None where fewer than three people have both.
    """
    changes = (second - first)[~np.isnan(second - first)]
    n = len(changes)
    if n < 3:
        return None
    mean, sd = float(changes.mean()), float(changes.std(ddof=1))
    means = np.concatenate([signs @ changes / n for signs in sign_flips(n, n_permutations, rng)])
    p = (1 + int((np.abs(means) >= abs(mean) - _SAME).sum())) / (1 + len(means))
    low_t, high_t = _quantiles_of_t(changes, mean, n_draws, rng)
    error = sd / np.sqrt(n)
    effect = mean / sd if sd else 0.0
    return Difference(mean, mean - high_t * error, mean - low_t * error, p, n, n, effect, float(error), n - 1)


def _quantiles_of_t(changes: Values, mean: float, n_draws: int, rng: np.random.Generator) -> tuple[float, float]:
    """The 2.5 and 97.5 % quantiles of (mean of a draw - mean) / standard error of the draw."""
    statistics = []
    for weights in draws(len(changes), n_draws, rng):
        n, sums, squares = seen_sums(changes[:, None], weights)
        errors = np.sqrt(mean_variance(n, sums, squares))
        with np.errstate(divide="ignore", invalid="ignore"):
            statistics.append(((sums / n - mean) / errors)[:, 0])
    together = np.concatenate(statistics)
    together = together[np.isfinite(together)]
    low, high = np.quantile(together, [0.025, 0.975]) if len(together) else (0.0, 0.0)
    return float(low), float(high)


def independent_difference(
    first: Values, second: Values, levels: tuple[Values, Values] | None = None
) -> Difference | None:
    """Two panels of different people; where each person's usual level is known, at the same level (ANCOVA).

    The linear model value ~ 1 + panel + level, with standard errors that allow for spreads of their own in the two
    panels (HC3; J. S. Long and L. H. Ervin 2000, "Using heteroscedasticity consistent standard errors in the linear
    regression model") and Student's t.

    Args:
        first: one number for each person, float64 (n,); NaN where there is none.
        second: float64 (m,).
        levels: those of the people of both panels before the film, float64 (n,) and (m,); None where not known.

    Returns:
        None where fewer than three people of either panel have all numbers.
    """
    values, panel = np.concatenate([first, second]), np.repeat([0.0, 1.0], [len(first), len(second)])
    columns = [np.ones_like(panel), panel, *([np.concatenate(levels)] if levels else [])]
    is_whole = ~np.isnan(np.column_stack([values, *columns])).any(axis=1)
    values, panel, design = values[is_whole], panel[is_whole], np.column_stack(columns)[is_whole]
    n_second = int(panel.sum())
    n_first = len(panel) - n_second
    if min(n_first, n_second) < 3:
        return None
    difference, error = _coefficient(design, values)
    n_free = len(values) - design.shape[1]
    reach = float(stdtrit(n_free, 0.975)) * error
    p = float(2 * stdtr(n_free, -abs(difference) / error)) if error else 1.0
    effect = hedges_g(values[panel == 0], values[panel == 1])
    low, high = difference - reach, difference + reach
    return Difference(difference, low, high, p, n_first, n_second, effect, error, n_free)


def _coefficient(design: Values, values: Values) -> tuple[float, float]:
    """The coefficient of the second column and its standard error (HC3)."""
    inverse = np.linalg.pinv(design.T @ design)
    coefficients = inverse @ design.T @ values
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    residuals = (values - design @ coefficients) / np.maximum(1 - leverage, _SAME)
    covariance = inverse @ (design.T * residuals**2) @ design @ inverse
    rounding = _LEAST_ERROR * float(np.sqrt((values**2).mean()))
    return float(coefficients[1]), max(float(np.sqrt(covariance[1, 1])), rounding)


def hedges_g(first: Values, second: Values) -> float:
    """Second minus first in pooled standard deviations, corrected for small n; 0 where nobody differs from anybody.

    L. V. Hedges 1981, "Distribution theory for Glass's estimator of effect size and related estimators".
    """
    n_free = len(first) + len(second) - 2
    squares = (len(first) - 1) * first.var(ddof=1) + (len(second) - 1) * second.var(ddof=1)
    if squares <= _SAME:
        return 0.0
    return float((second.mean() - first.mean()) / np.sqrt(squares / n_free) * (1 - 3 / (4 * n_free - 1)))
