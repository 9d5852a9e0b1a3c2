"""The bins of curves, smoothed: as steady at the ends as in the middle, and never across a gap."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoclassify.smoothing import N_SMOOTHED_BINS, runs_of, smoothed_bins, smoothing_weights

NAN = float("nan")


def test_the_weights_are_cubes_of_distance_over_three_bins() -> None:
    """Cleveland's tricube, computed by hand, of a bin in the middle of a long stretch."""
    row = smoothing_weights(np.ones(30, dtype=bool))[15]
    tricube = [(1 - (abs(d) / 3) ** 3) ** 3 for d in range(-2, 3)]
    assert row[13:18] == pytest.approx(np.array(tricube) / sum(tricube))
    assert row.sum() == pytest.approx(1)
    assert np.flatnonzero(row).tolist() == [13, 14, 15, 16, 17]


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_a_value_is_a_mean_of_its_own_stretch(scored: list[bool]) -> None:
    is_scored = np.array(scored)
    weights = smoothing_weights(is_scored)
    assert (weights >= 0).all()
    assert weights.sum(axis=1) == pytest.approx(is_scored.astype(float))
    stretch_of_bin = np.cumsum(~is_scored)
    assert not weights[stretch_of_bin[:, None] != stretch_of_bin[None]].any()


def test_a_value_at_an_end_rests_on_as_many_bins_as_one_in_the_middle() -> None:
    weights = smoothing_weights(np.ones(40, dtype=bool))
    assert {int((row > 0).sum()) for row in weights} == {N_SMOOTHED_BINS}
    variances = (weights**2).sum(axis=1)  # of the smoothed values of white noise
    assert variances.max() / variances[20] == pytest.approx(1, abs=0.1)


def test_gaps_stay_gaps_and_nothing_crosses_them() -> None:
    values = np.array([1, 1, 1, NAN, 9, NAN, 3, 3], dtype=np.float32)
    assert smoothed_bins(values) == pytest.approx(values, nan_ok=True)


def test_scores_stay_scores() -> None:
    scores = np.random.default_rng(0).dirichlet(np.ones(7), 50).astype(np.float32)
    scores[20:23] = NAN
    lines = smoothed_bins(scores)
    assert np.isnan(lines[20:23]).all()
    assert np.delete(lines, [20, 21, 22], axis=0).sum(axis=1) == pytest.approx(1, abs=1e-6)
    assert lines[:, 3] == pytest.approx(smoothed_bins(scores[:, 3]), nan_ok=True)


def test_stretches_of_true() -> None:
    assert runs_of(np.array([True, True, False, True])) == [(0, 2), (3, 4)]
    assert runs_of(np.zeros(3, dtype=bool)) == []
