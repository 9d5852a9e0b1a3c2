"""The statistics of studies err as often as they say, on panels whose truth is known: small copies of the benchmark."""

import numpy as np
import pytest

from benchmarks import false_alarms
from benchmarks.false_alarms import (
    ALARMS,
    ALPHA,
    COVERAGES,
    alarm_rate,
    band_coverage,
    difference_band_coverage,
    difference_coverage,
    few_band_coverage,
)

pytestmark = pytest.mark.slow

MOST_SDS = 4.0
"""By how many standard errors a share in so few panels may be off: of thirty none is by chance."""

CAUTIOUS = {"share, different people", "share, same people", "any of four comparisons of curves, Holm"}
"""Counts of few people are coarse, and Holm allows for any way in which tests hang together: these may be silent more
often than 95 of 100 times, never less often."""


def reach(share: float, n_panels: int) -> float:
    return MOST_SDS * float(np.sqrt(share * (1 - share) / n_panels))


@pytest.mark.parametrize("n", [12, 30])
@pytest.mark.parametrize("name", ALARMS)
def test_nothing_is_found_in_nothing_but_for_five_percent(name: str, n: int) -> None:
    rate = alarm_rate(name, n, n_panels=100)
    assert rate.share <= ALPHA + reach(ALPHA, 100)


@pytest.mark.parametrize("name", [name for name in ALARMS if name not in CAUTIOUS])
def test_something_is_found_in_nothing_in_five_percent(name: str) -> None:
    assert alarm_rate(name, 20, n_panels=400).share == pytest.approx(ALPHA, abs=reach(ALPHA, 400))


@pytest.mark.parametrize("n", [20, 100])
def test_the_band_holds_the_whole_true_curve(n: int) -> None:
    assert band_coverage(n, n_panels=150).share == pytest.approx(0.95, abs=reach(0.95, 150))


@pytest.mark.parametrize("n", [20, 100])
def test_the_band_of_a_difference_holds_the_whole_true_one(n: int) -> None:
    assert difference_band_coverage(n, n_panels=150).share == pytest.approx(0.95, abs=reach(0.95, 150))


@pytest.mark.parametrize("n", [50, 100])
def test_the_band_holds_the_curve_where_few_show_anything(n: int) -> None:
    assert few_band_coverage(n, n_panels=150).share == pytest.approx(0.95, abs=reach(0.95, 150))


@pytest.mark.parametrize("n", [20, 100])
def test_the_interval_of_a_scene_holds_the_true_difference(n: int) -> None:
    assert difference_coverage(n, n_panels=200).share == pytest.approx(0.95, abs=reach(0.95, 200))


def test_the_table_has_a_row_for_each_rate() -> None:
    rows = list(false_alarms.table(2))
    assert sum(row.startswith("| ") for row in rows) == 2 + len(ALARMS) + len(COVERAGES)
