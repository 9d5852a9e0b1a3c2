"""The statistics against independent libraries, on panels without gaps."""

from collections.abc import Callable

import mne
import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.meta_analysis import effectsize_smd
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from emoclassify.study.statistics.arrays import Values
from emoclassify.study.statistics.clusters import ClusterTest, independent_test, paired_test
from emoclassify.study.statistics.corrections import benjamini_hochberg, holm
from emoclassify.study.statistics.outcomes import rank_correlation
from emoclassify.study.statistics.scenes import hedges_g, independent_difference, paired_difference
from emoclassify.study.statistics.shares import paired_share_difference, share_difference, share_of, wilson

pytestmark = pytest.mark.whole

EXACT = 1e-9
N_PERMUTATIONS = 1000


def panel(n: int, seed: int, n_bins: int = 24, lift: float = 0.0) -> Values:
    """Slow noise, one bin much like the next, and a lift in the bins 8 to 14."""
    values = np.random.default_rng(seed).normal(size=(n, n_bins)).cumsum(axis=1) / 4
    values[:, 8:14] += lift
    return values


def monte_carlo(p: float) -> float:
    """How far two p values of the same panels lie apart by chance, at most: five standard errors of both."""
    return 5 * float(np.sqrt(2 * max(p * (1 - p), 1 / N_PERMUTATIONS) / N_PERMUTATIONS))


def compare(found: ClusterTest, t: Values, places: list[Values], p_values: Values) -> None:
    """The masses of all clusters, and the p value of the largest."""
    masses = [float(t[place].sum()) for place in places]
    assert sorted(cluster.mass for cluster in found.clusters) == pytest.approx(sorted(masses), abs=EXACT)
    assert found.p == pytest.approx(float(min(p_values, default=1.0)), abs=monte_carlo(found.p))


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("lift", [0.0, 0.6])
def test_curves_of_different_people_as_in_mne(seed: int, lift: float) -> None:
    first, second = panel(14, seed), panel(17, 100 + seed, lift=lift)
    found = independent_test(first, second, np.random.default_rng(0), N_PERMUTATIONS)
    t, clusters, p_values, _ = mne.stats.permutation_cluster_test(
        [first, second],
        threshold=stats.t.ppf(0.975, 14 + 17 - 2),
        stat_fun=lambda one, other: stats.ttest_ind(other, one, equal_var=False).statistic,
        tail=0,
        n_permutations=N_PERMUTATIONS,
        out_type="mask",
        rng=np.random.default_rng(1),
        verbose="error",
    )
    compare(found, t, clusters, p_values)


@pytest.mark.parametrize("n", [9, 20])
@pytest.mark.parametrize("lift", [0.0, 0.5])
def test_curves_of_the_same_people_as_in_mne(n: int, lift: float) -> None:
    differences = panel(n, n, lift=lift)
    found = paired_test(differences, np.random.default_rng(0), N_PERMUTATIONS)
    t, clusters, p_values, _ = mne.stats.permutation_cluster_1samp_test(
        differences,
        threshold=stats.t.ppf(0.975, n - 1),
        tail=0,
        n_permutations="all" if n <= 12 else N_PERMUTATIONS,
        out_type="mask",
        rng=np.random.default_rng(1),
        verbose="error",
    )
    compare(found, t, clusters, p_values)
    assert found.is_exact == (n <= 12)
    if found.is_exact:
        assert found.n_permutations == 2**n
        # mne leaves one way out of its number of ways
        assert found.p == pytest.approx(float(min(p_values, default=1.0)), abs=1 / 2 ** (n - 1))


@pytest.mark.parametrize(("n_with", "n"), [(0, 12), (1, 5), (6, 12), (29, 30), (100, 100)])
def test_wilsons_interval_as_in_statsmodels(n_with: int, n: int) -> None:
    low, high = wilson(np.array(float(n_with)), np.array(float(n)))
    assert (float(low), float(high)) == pytest.approx(proportion_confint(n_with, n, method="wilson"), abs=EXACT)


@pytest.mark.parametrize(("one", "other"), [((3, 20), (9, 25)), ((0, 12), (12, 12)), ((5, 30), (5, 30))])
def test_newcombes_interval_as_in_statsmodels(one: tuple[int, int], other: tuple[int, int]) -> None:
    first, second = (share_of(np.arange(n) < n_with) for n_with, n in (one, other))
    found = share_difference(first, second)
    reference = confint_proportions_2indep(*other, *one, method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx(reference, abs=EXACT)


@pytest.mark.parametrize("seed", range(3))
def test_mcnemars_test_as_in_statsmodels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = rng.random(30) < 0.3, rng.random(30) < 0.6
    found = paired_share_difference(first, second, rng)
    table = [[int((first & second).sum()), int((first & ~second).sum())]]
    table += [[int((~first & second).sum()), int((~first & ~second).sum())]]
    assert found.p == pytest.approx(mcnemar(table, exact=True).pvalue, abs=EXACT)
    assert found.difference == pytest.approx(second.mean() - first.mean(), abs=EXACT)
    assert found.low < found.difference < found.high


@pytest.mark.parametrize(("correct", "method"), [(holm, "holm"), (benjamini_hochberg, "fdr_bh")])
def test_corrections_as_in_statsmodels(correct: Callable[[Values], Values], method: str) -> None:
    p_values = np.random.default_rng(3).random(12) ** 3
    np.testing.assert_allclose(correct(p_values), multipletests(p_values, method=method)[1], atol=EXACT)


@pytest.mark.parametrize("has_levels", [True, False])
def test_a_scene_of_different_people_as_in_statsmodels(has_levels: bool) -> None:
    rng = np.random.default_rng(4)
    levels = rng.normal(size=14), rng.normal(size=22)
    first, second = levels[0] + rng.normal(size=14), levels[1] + 0.4 + 2 * rng.normal(size=22)
    found = independent_difference(first, second, levels if has_levels else None)
    assert found is not None
    design = [np.repeat([0.0, 1.0], [14, 22]), *([np.concatenate(levels)] if has_levels else [])]
    model = sm.OLS(np.concatenate([first, second]), sm.add_constant(np.column_stack(design)))
    fit = model.fit(cov_type="HC3", use_t=True)
    assert found.difference == pytest.approx(fit.params[1], abs=EXACT)
    assert found.p == pytest.approx(fit.pvalues[1], abs=EXACT)
    assert (found.low, found.high) == pytest.approx(fit.conf_int()[1], abs=EXACT)
    assert (found.n_first, found.n_second) == (14, 22)


def test_hedges_g_as_in_statsmodels() -> None:
    rng = np.random.default_rng(5)
    first, second = rng.normal(size=11), rng.normal(0.7, 1.5, size=18)
    summaries = [figure for part in (second, first) for figure in (part.mean(), part.std(ddof=1), len(part))]
    assert hedges_g(first, second) == pytest.approx(effectsize_smd(*summaries)[0], abs=EXACT)


@pytest.mark.parametrize("n", [10, 40])
def test_a_scene_of_the_same_people_as_in_scipy(n: int) -> None:
    rng = np.random.default_rng(6)
    first, second = rng.normal(size=n), rng.normal(0.4, size=n)
    found = paired_difference(first, second, rng)
    assert found is not None
    reference = stats.permutation_test(
        (first, second),
        lambda one, other, axis: np.mean(other - one, axis=axis),
        permutation_type="samples",
        n_resamples=5000,
        rng=0,
    )
    assert found.p == pytest.approx(reference.pvalue, abs=EXACT if n <= 12 else monte_carlo(found.p))
    assert found.difference == pytest.approx(float((second - first).mean()), abs=EXACT)
    interval = stats.ttest_1samp(second - first, 0).confidence_interval()
    assert (found.low, found.high) == pytest.approx(tuple(interval), abs=0.25 * (interval.high - interval.low))
    t = stats.ttest_1samp(second - first, 0).statistic
    assert found.effect == pytest.approx(t / np.sqrt(n), abs=EXACT)


def test_ranks_as_in_scipy() -> None:
    rng = np.random.default_rng(7)
    figures = rng.integers(0, 5, 40).astype(np.float64)
    answers = figures + rng.normal(0, 3, 40)
    found = rank_correlation(np.append(figures, np.nan), np.append(answers, 1.0), rng)
    assert found is not None
    assert found.rho == pytest.approx(stats.spearmanr(figures, answers).statistic, abs=EXACT)
    assert found.n == 40
    assert found.low < found.rho < found.high
