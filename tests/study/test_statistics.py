"""The statistics by their definitions: gaps, few people, people who are all alike, the same answer twice."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emoclassify.study.statistics.arrays import Values, sign_flips
from emoclassify.study.statistics.bands import mean_band
from emoclassify.study.statistics.clusters import independent_test, paired_test
from emoclassify.study.statistics.outcomes import promoter_score, rank_correlation
from emoclassify.study.statistics.peaks import peak
from emoclassify.study.statistics.reliability import reliability
from emoclassify.study.statistics.scenes import (
    hedges_g,
    independent_difference,
    paired_difference,
    scene_means,
)
from emoclassify.study.statistics.shares import wilson
from emoclassify.study.statistics.synchrony import correlations_with_others, synchrony

NAN = np.nan


def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def noise(n: int, n_bins: int, seed: int = 1) -> Values:
    """Each bin much like the one before (memory 0.8), standard deviation 1."""
    draw = np.random.default_rng(seed)
    values = draw.normal(size=(n, n_bins))
    for i in range(1, n_bins):
        values[:, i] = 0.8 * values[:, i - 1] + 0.6 * values[:, i]
    return values


def with_gaps(values: Values, share: float, seed: int = 2) -> Values:
    return np.where(np.random.default_rng(seed).random(values.shape) < share, NAN, values)


def test_the_mean_is_of_those_who_are_seen_and_has_a_number() -> None:
    values = with_gaps(noise(20, 30), 0.2)
    band = mean_band(values, rng(), n_draws=100)
    np.testing.assert_allclose(band.mean, np.nanmean(values, axis=0), atol=1e-12)
    assert band.n_seen.tolist() == (~np.isnan(values)).sum(axis=0).tolist()
    assert (band.low < band.mean).all()
    assert (band.mean < band.high).all()


def test_a_moment_that_few_are_seen_in_has_no_mean_but_a_number() -> None:
    values = noise(12, 10)
    values[6:, 3] = NAN  # half of the panel: enough
    values[5:, 4] = NAN
    band = mean_band(values, rng(), n_draws=100)
    assert np.flatnonzero(np.isnan(band.mean)).tolist() == [4]
    assert np.isnan(band.low[4])
    assert band.n_seen[3:5].tolist() == [6, 5]


def test_four_people_have_a_mean_nowhere_and_five_have_a_band() -> None:
    assert np.isnan(mean_band(noise(4, 6), rng(), n_draws=50).mean).all()
    assert np.isfinite(mean_band(noise(5, 6), rng(), n_draws=50).low).all()


def test_people_who_are_all_alike_have_a_band_without_width() -> None:
    band = mean_band(np.full((8, 5), 0.3), rng(), n_draws=50)
    assert band.low == pytest.approx(band.high)
    assert band.mean == pytest.approx([0.3] * 5)


def test_the_band_is_wider_than_that_of_each_moment_alone() -> None:
    assert mean_band(noise(40, 60), rng()).critical > 2.4
    assert mean_band(noise(40, 1), rng()).critical == pytest.approx(2.02, abs=0.12)  # Student's t of 39 at 97.5 %


def test_gaps_travel_with_their_respondent() -> None:
    """The statistic of people with gaps is that of the people seen, bin by bin."""
    first, second = with_gaps(noise(15, 20), 0.2), with_gaps(noise(18, 20, 3) + 1.2, 0.2)
    found = independent_test(first, second, rng(), 200)
    one, other = (~np.isnan(part) for part in (first, second))
    variances = np.nanvar(first, axis=0, ddof=1) / one.sum(axis=0) + np.nanvar(second, axis=0, ddof=1) / other.sum(
        axis=0
    )
    t = (np.nanmean(second, axis=0) - np.nanmean(first, axis=0)) / np.sqrt(variances)
    assert found.clusters
    for cluster in found.clusters:
        assert cluster.mass == pytest.approx(t[cluster.first_bin : cluster.stop_bin].sum())
    assert found.p < 0.01


def test_the_order_of_the_people_and_of_the_films_changes_the_sign_alone() -> None:
    first, second = noise(10, 20), noise(12, 20, 5) + 0.9
    one, other = independent_test(first, second, rng(), 500), independent_test(second[::-1], first, rng(), 500)
    assert [cluster.mass for cluster in one.clusters] == pytest.approx([-cluster.mass for cluster in other.clusters])
    assert one.mass == pytest.approx(other.mass)


def test_nothing_to_compare_differs_in_nothing() -> None:
    nothing = np.full((6, 10), NAN)
    assert independent_test(nothing, nothing, rng(), 50).p == 1.0
    assert paired_test(nothing, rng(), 50).p == 1.0
    same = np.full((6, 10), 0.2)
    assert independent_test(same, same, rng(), 50).p == 1.0


def test_a_difference_of_all_by_the_same_is_the_clearest_there_is() -> None:
    low, high = np.full((7, 10), 0.1), np.full((7, 10), 0.1)
    high[:, 3:6] = 0.4
    found = paired_test(high - low, rng())
    assert (found.p, found.n_permutations) == (2 / 2**7, 2**7)
    assert [(cluster.first_bin, cluster.stop_bin) for cluster in found.clusters] == [(3, 6)]
    assert independent_test(low, high, rng(), 999).p < 0.01
    scene = independent_difference(low[:, 4], high[:, 4])
    assert scene is not None
    assert scene.p < 1e-6


def test_the_signs_of_few_people_are_turned_in_every_way_but_none() -> None:
    (ways,) = sign_flips(3, 5, rng())
    assert sorted(map(tuple, ways.tolist())) == sorted(
        (a, b, c) for a in (1.0, -1.0) for b in (1.0, -1.0) for c in (1.0, -1.0) if (a, b, c) != (1.0, 1.0, 1.0)
    )
    assert sum(len(some) for some in sign_flips(13, 700, rng())) == 700


def test_the_same_seed_gives_the_same_answer() -> None:
    values = noise(20, 30)
    assert mean_band(values, rng()).low.tolist() == mean_band(values, rng()).low.tolist()
    assert paired_test(values, rng(), 300) == paired_test(values, rng(), 300)


def test_a_scene_needs_half_of_its_bins() -> None:
    values = np.array([[1.0, 3.0, NAN, NAN], [1.0, NAN, NAN, NAN], [0.0, 1.0, 2.0, 3.0]])
    assert scene_means(values).tolist() == pytest.approx([2.0, NAN, 1.5], nan_ok=True)


def test_fewer_than_three_people_are_not_compared() -> None:
    assert paired_difference(np.array([1.0, 2.0, NAN]), np.array([2.0, 3.0, 4.0]), rng()) is None
    assert independent_difference(np.array([1.0, 2.0]), np.array([1.0, 2.0, 3.0])) is None


def test_people_who_are_all_alike_differ_in_nothing() -> None:
    same = np.full(8, 0.4)
    for found in (paired_difference(same, same, rng()), independent_difference(same, same)):
        assert found is not None
        assert (found.difference, found.p, found.effect) == pytest.approx((0.0, 1.0, 0.0))
    assert hedges_g(same, same) == 0.0


def test_a_peak_is_where_it_was_planted_and_not_too_high() -> None:
    """60 people with noise of sd 1, lifted by 1 in bin 30. The highest mean is higher by luck, the height is not."""
    heights, highest = [], []
    for seed in range(40):
        values = np.random.default_rng(seed).normal(size=(60, 60))
        values[:, 30] += 1.0
        found = peak(values, rng(), n_draws=100)
        assert found is not None
        assert found.bin == found.low_bin == found.high_bin == 30
        heights.append(found.height)
    assert np.mean(heights) == pytest.approx(1.0, abs=4 / np.sqrt(60 * 40))
    for seed in range(40):  # without a lift: 0 everywhere
        found = peak(np.random.default_rng(seed).normal(size=(60, 60)), rng(), n_draws=100)
        assert found is not None
        highest.append(found.height)
    assert np.mean(highest) == pytest.approx(0.0, abs=0.06)


def test_a_peak_that_could_be_anywhere_says_so() -> None:
    found = peak(noise(30, 60), rng())
    assert found is not None
    assert found.high_bin - found.low_bin > 20
    assert peak(np.full((8, 5), NAN), rng()) is None


def test_correlations_by_their_definition() -> None:
    values = with_gaps(noise(9, 80) + noise(1, 80, 7), 0.1)
    found = correlations_with_others(values)
    for i in range(len(values)):
        others = np.nanmean(np.delete(values, i, axis=0), axis=0)
        common = ~np.isnan(values[i]) & ~np.isnan(others)
        assert found[i] == pytest.approx(np.corrcoef(values[i][common], others[common])[0, 1], abs=1e-9)


def test_people_of_one_time_are_in_synchrony_and_others_are_not() -> None:
    together = synchrony(noise(20, 90) + noise(1, 90, 7), rng(), n_shifts=200, n_draws=200)
    apart = synchrony(noise(20, 90), rng(), n_shifts=200, n_draws=200)
    assert together is not None
    assert apart is not None
    assert together.median > 0.6 > 0.3 > apart.median
    assert together.p == pytest.approx(1 / 201)
    assert apart.p > 0.05
    assert together.low <= together.median <= together.high


def test_less_than_half_a_minute_in_common_is_no_synchrony() -> None:
    assert synchrony(noise(20, 59), rng()) is None
    values = noise(5, 100)
    values[0, 50:] = NAN
    assert np.isnan(correlations_with_others(values)[0])
    assert np.isfinite(correlations_with_others(values)[1:]).all()


def test_reliability_of_one_signal_in_noise_is_that_of_theory() -> None:
    """Signal of variance 1 over time in noise of variance 4: of n people 1 / (1 + 4 / n)."""
    draw = np.random.default_rng(3)
    signal = draw.normal(size=4000)
    values = signal / signal.std() + 2 * draw.normal(size=(20, 4000))
    assert reliability(values, rng(), 100) == pytest.approx(1 / (1 + 4 / 20), abs=0.02)
    assert reliability(values[:3], rng()) is None


def test_promoters_minus_detractors() -> None:
    found = promoter_score(np.array([10, 9, 9, 8, 7, 6, 0, NAN]), rng())
    assert found is not None
    assert found.score == pytest.approx(1 / 7)
    assert found.n == 7
    assert found.low < found.score < found.high
    assert promoter_score(np.array([NAN]), rng()) is None


def test_an_answer_that_all_gave_goes_with_nothing() -> None:
    assert rank_correlation(np.arange(9.0), np.full(9, 5.0), rng()) is None
    assert rank_correlation(np.arange(4.0), np.arange(4.0), rng()) is None


@settings(max_examples=50)
@given(st.integers(1, 200), st.floats(0, 1))
def test_a_share_lies_in_its_interval(n: int, share: float) -> None:
    n_with = round(share * n)
    low, high = wilson(np.array(float(n_with)), np.array(float(n)))
    assert 0 <= low <= n_with / n + 1e-12
    assert n_with / n - 1e-12 <= high <= 1
