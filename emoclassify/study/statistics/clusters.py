"""Whether two curves differ anywhere along the film, or one differs from 0: the cluster test.

E. Maris and R. Oostenveld 2007, "Nonparametric statistical testing of EEG- and MEG-data". Such a test says that the
curves differ. It does not say when: the ends of a cluster have no error rate (J. Sassenhagen and D. Draschkow 2019,
"Cluster-based permutation tests of MEG/EEG data do not establish significance of effect latency or location").
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from emoclassify.study.statistics.arrays import (
    EXACT_TO,
    N_PERMUTATIONS,
    Values,
    chunks,
    mean_variance,
    runs_beyond,
    seen_sums,
    sign_flips,
)

_CUT = 0.975  # quantile of Student's t beyond which a bin belongs to a cluster
_SAME = 1e-9  # masses that differ by rounding alone are equal


@dataclass(frozen=True)
class Cluster:
    """A run of bins in which the statistic has one sign and is beyond the cut; where to look, not when it begins."""

    first_bin: int
    stop_bin: int
    mass: float
    """The sum of the statistic, with its sign."""
    p: float


@dataclass(frozen=True)
class ClusterTest:
    """The answer of a test over the whole film.

    Attributes:
        p: of the largest cluster; 1 where there is none.
        mass: its absolute mass; 0 where there is none.
        clusters: all of them, in the order of the film.
        n_permutations: how many ways of dealing the respondents were compared, the true one counted.
        is_exact: whether these were all there are.
    """

    p: float
    mass: float
    clusters: tuple[Cluster, ...]
    n_permutations: int
    is_exact: bool


def independent_test(
    first: Values, second: Values, rng: np.random.Generator, n_permutations: int = N_PERMUTATIONS
) -> ClusterTest:
    """Two panels of different people: Welch's t of second minus first; whole respondents are dealt to the two anew.

    Args:
        first: float64 (n, t); NaN in gaps, which travel with their respondent.
        second: float64 (m, t).
        rng: deals the respondents.
        n_permutations: how often.
    """
    values = np.vstack([first, second])
    is_second = np.repeat([0.0, 1.0], [len(first), len(second)])

    cut = _cut(len(values) - 2)
    deals = (rng.permuted(np.tile(is_second, (n_rows, 1)), axis=1) for n_rows in chunks(n_permutations))
    masses = np.concatenate([largest_masses(_welch(values, deal), cut) for deal in deals])
    return _answer(_welch(values, is_second[None])[0], cut, masses, is_exact=False)


def paired_test(differences: Values, rng: np.random.Generator, n_permutations: int = N_PERMUTATIONS) -> ClusterTest:
    """The same people twice: t of the differences against 0; the signs of whole respondents are turned.

    Args:
        differences: second minus first of each person, float64 (n, t); NaN where one of the two is a gap.
        rng: turns the signs of more than 12 people; of fewer every way is tried.
        n_permutations: how often.
    """
    n = len(differences)
    cut = _cut(n - 1)
    ways = sign_flips(n, n_permutations, rng)
    masses = np.concatenate([largest_masses(_one_sample(differences, signs), cut) for signs in ways])
    return _answer(_one_sample(differences, np.ones((1, n)))[0], cut, masses, is_exact=n <= EXACT_TO)


def largest_masses(statistics: Values, cut: float) -> Values:
    """The largest absolute sum over neighbouring bins of one sign beyond the cut, 0 without: (draws, t) -> (draws,)."""
    largest = np.zeros(len(statistics))
    for sign in (1, -1):
        run = np.zeros(len(statistics))
        for column in (sign * statistics).T:
            run = np.where(column > cut, run + column, 0.0)
            largest = np.maximum(largest, run)
    return largest


def _answer(statistics: Values, cut: float, masses: Values, *, is_exact: bool) -> ClusterTest:
    """The test of statistics (t,) against the largest masses (permutations,) of the other ways of dealing."""
    clusters = []
    for sign in (1, -1):
        for first, stop in runs_beyond(sign * statistics, cut):
            mass = float((sign * statistics[first:stop]).sum())
            p = (1 + int((masses >= mass - _SAME).sum())) / (1 + len(masses))
            clusters.append(Cluster(first, stop, sign * mass, p))
    clusters.sort(key=lambda cluster: cluster.first_bin)
    largest = max(clusters, key=lambda cluster: abs(cluster.mass), default=None)
    p, mass = (largest.p, abs(largest.mass)) if largest else (1.0, 0.0)
    return ClusterTest(p, mass, tuple(clusters), 1 + len(masses), is_exact)


def _welch(values: Values, is_second: Values) -> Values:
    """Welch's t of second minus first, (draws, t); NaN where fewer than two of either are seen.

    Args:
        values: float64 (n, t); NaN in gaps.
        is_second: float64 (draws, n): 1 for those of the second panel, 0 for the others.
    """
    (n_one, sum_one, square_one), (n_two, sum_two, square_two) = (
        seen_sums(values, weights) for weights in (1 - is_second, is_second)
    )
    variances = mean_variance(n_one, sum_one, square_one) + mean_variance(n_two, sum_two, square_two)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _t(sum_two / n_two - sum_one / n_one, variances)


def _one_sample(differences: Values, signs: Values) -> Values:
    """t of the mean of signs x differences against 0, (draws, t); NaN where fewer than two are seen."""
    n_seen, _, squares = seen_sums(differences)
    sums = signs @ np.nan_to_num(differences)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _t(sums / n_seen, mean_variance(n_seen, sums, squares))


def _t(means: Values, variances: Values) -> Values:
    """means / sqrt(variances); 0 where all values are 0, NaN where too few are seen."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(variances == 0, 0.0, means / np.sqrt(variances))


def _cut(n_free: int) -> float:
    return float(stdtrit(max(1, n_free), _CUT))
