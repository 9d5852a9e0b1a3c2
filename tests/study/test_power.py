"""Power and logistic regression against statsmodels, and what they cannot tell."""

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.power import NormalIndPower, TTestIndPower, TTestPower
from statsmodels.stats.proportion import proportion_effectsize

from emoclassify.study.statistics.arrays import Flags, Values
from emoclassify.study.statistics.logistic import odds_of
from emoclassify.study.statistics.power import detectable, people_for_means, people_for_shares, power_of

pytestmark = pytest.mark.whole

EXACT = 1e-6


@pytest.mark.parametrize("n", [5, 12, 20])
@pytest.mark.parametrize("effect", [0.1, 0.5, 1.5])
def test_the_power_of_a_t_test_as_in_statsmodels(n: int, effect: float) -> None:
    independent = TTestIndPower().power(effect, n, 0.05)
    assert power_of(effect / np.sqrt(2 / n), 2 * n - 2) == pytest.approx(independent, abs=EXACT)
    assert power_of(effect * np.sqrt(n), n - 1) == pytest.approx(TTestPower().power(effect, n, 0.05), abs=EXACT)


def test_what_is_far_beyond_all_chance_is_always_found() -> None:
    assert power_of(60.0, 598) == 1.0


def test_without_a_difference_the_power_is_the_rate_of_false_alarms() -> None:
    assert power_of(0.0, 30, 0.05) == pytest.approx(0.05)


@pytest.mark.parametrize("n", [12, 100])
def test_what_is_detectable_is_found_in_eight_of_ten(n: int) -> None:
    error = 0.3 * np.sqrt(2 / n)
    assert power_of(detectable(error, 2 * n - 2) / error, 2 * n - 2) == pytest.approx(0.8, abs=EXACT)


@pytest.mark.parametrize("effect", [0.2, 0.5, 0.9])
def test_the_number_of_people_as_in_statsmodels(effect: float) -> None:
    needed = TTestIndPower().solve_power(effect, None, 0.05, 0.8)
    assert people_for_means(effect * 0.2, 0.2) == int(np.ceil(needed))
    assert people_for_means(effect, 1.0, is_paired=True) == int(
        np.ceil(TTestPower().solve_power(effect, None, 0.05, 0.8))
    )


@pytest.mark.parametrize(("first", "second"), [(0.2, 0.4), (0.5, 0.55), (0.9, 0.5), (0.0, 0.3)])
def test_the_number_of_people_for_shares_as_in_statsmodels(first: float, second: float) -> None:
    effect = proportion_effectsize(second, first)
    assert people_for_shares(first, second) == int(np.ceil(NormalIndPower().solve_power(effect, None, 0.05, 0.8)))


@pytest.mark.parametrize("call", [lambda: people_for_shares(0.3, 0.3), lambda: people_for_means(0.0, 1.0)])
def test_no_difference_needs_no_number(call: object) -> None:
    assert callable(call)
    with pytest.raises(ValueError, match=r"equal|above 0"):
        call()


def test_a_million_people_are_too_few_for_next_to_nothing() -> None:
    with pytest.raises(ValueError, match="too few"):
        people_for_means(1e-6, 1.0)


def some_answers(n: int, slope: float) -> tuple[Values, Flags]:
    rng = np.random.default_rng(5)
    figures = rng.normal(0.3, 0.1, n)
    return figures, rng.random(n) < 1 / (1 + np.exp(-slope * (figures - 0.3) / 0.1))


@pytest.mark.parametrize("slope", [0.0, 0.8, -1.5])
def test_odds_as_in_statsmodels(slope: float) -> None:
    figures, is_yes = some_answers(120, slope)
    odds = odds_of(figures, is_yes)
    assert odds is not None
    scaled = (figures - figures.mean()) / figures.std(ddof=1)
    fit = sm.Logit(is_yes, sm.add_constant(scaled)).fit(disp=False, tol=1e-12)
    low, high = np.exp(fit.conf_int()[1])
    assert (odds.ratio, odds.low, odds.high) == pytest.approx((np.exp(fit.params[1]), low, high), rel=EXACT)
    assert odds.p == pytest.approx(fit.pvalues[1], abs=EXACT)


def test_no_odds_of_few_of_one_answer_or_of_a_figure_that_tells_all() -> None:
    figures = np.linspace(0, 1, 40)
    assert odds_of(figures, figures > 0.8) is None  # 8 of 40
    assert odds_of(figures, figures > 0.5) is None
    assert odds_of(np.full(40, 0.5), figures > 0.5) is None
