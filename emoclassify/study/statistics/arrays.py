"""What all statistics share: the shapes, sums over those who were seen, and draws of respondents."""

from collections.abc import Iterator
from itertools import product

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

N_DRAWS = 2000
"""How often the respondents are drawn anew for an interval."""

N_PERMUTATIONS = 5000
"""How often the respondents are dealt anew for a p value."""

EXACT_TO = 12
"""With so many people every way of turning their signs is tried: at most 4,096 of them."""

_LEAST_SEEN = 5  # a mean of fewer is one of persons, not of a panel
_AT_ONCE = 250  # bounds the memory: 250 draws of a film of an hour take 15 MB
_LEAST_SPREAD = 1e-12  # of the sum of squares: what is smaller is rounding


def seen_sums(values: Values, weights: Values | None = None) -> tuple[Values, Values, Values]:
    """For each bin, how many are seen, the sum of their values and that of the squares.

    Args:
        values: float64 (n, t); NaN in gaps, which travel with their respondent.
        weights: float64 (draws, n): how often each respondent counts in each draw; None for once, in one draw.

    Returns:
        Three float64 (draws, t), or (t,) without weights.
    """
    is_seen = ~np.isnan(values)
    filled = np.where(is_seen, values, 0.0)
    rows = np.ones(len(values)) if weights is None else weights
    return rows @ is_seen.astype(np.float64), rows @ filled, rows @ filled**2


def least_seen(n: int) -> float:
    """How many of n respondents must be seen in a bin for its mean to stand for the panel: half of them, and five."""
    return max(_LEAST_SEEN, n / 2)


def is_shown(values: Values) -> Flags:
    """The bins in which enough of the panel is seen (`least_seen`), bool (t,); values as in `seen_sums`."""
    return np.asarray((~np.isnan(values)).sum(axis=0) >= least_seen(len(values)))


def draws(n: int, n_draws: int, rng: np.random.Generator) -> Iterator[Values]:
    """How often each of n respondents is drawn, n times with replacement: float64 (some draws, n), n_draws in all."""
    for n_rows in chunks(n_draws):
        yield rng.multinomial(n, np.full(n, 1 / n), n_rows).astype(np.float64)


def sign_flips(n: int, n_permutations: int, rng: np.random.Generator) -> Iterator[Values]:
    """Ways of turning the signs of n people, float64 (some ways, n) of 1 and -1, without the one that turns none.

    Of up to 12 people all there are; of more, n_permutations ways at random.
    """
    if n <= EXACT_TO:
        yield np.array(list(product((1.0, -1.0), repeat=n))[1:])
        return
    for n_rows in chunks(n_permutations):
        yield rng.choice((-1.0, 1.0), (n_rows, n))


def chunks(n: int) -> Iterator[int]:
    """Numbers of rows that are worked on at once, n together."""
    for first in range(0, n, _AT_ONCE):
        yield min(_AT_ONCE, n - first)


def mean_variance(n_seen: Values, sums: Values, squares: Values) -> Values:
    """The variance of the means of `seen_sums`; NaN where fewer than two are seen.

    Where all are alike it is not 0 but very small, so that a difference of all by the same is the clearest there is.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.maximum(squares - sums**2 / n_seen, _LEAST_SPREAD * squares)
        return np.asarray(np.where(n_seen > 1, spread / (n_seen - 1) / n_seen, np.nan))


def runs_beyond(statistics: Values, limit: float) -> list[tuple[int, int]]:
    """The runs of neighbouring bins above the limit, as (first, stop); float64 (t,), NaN breaks a run."""
    is_beyond = np.concatenate(([False], statistics > limit, [False])).astype(np.int8)
    edges = np.flatnonzero(np.diff(is_beyond))
    return [(int(first), int(stop)) for first, stop in zip(edges[::2], edges[1::2], strict=True)]
