from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoclassify.timeline import Span, Timeline
from tests.support.findings import mostly


def timeline(times_s: list[float], valid: list[bool] | None = None) -> Timeline:
    scores = np.random.default_rng(0).dirichlet(np.ones(7), len(times_s)).astype(np.float32).reshape(-1, 7)
    if valid is not None:
        scores[~np.array(valid, dtype=bool)] = np.nan
    return Timeline(np.array(times_s, dtype=np.float64), scores)


def test_spans_are_half_open() -> None:
    assert Span(1.0, 2.0).contains(np.array([0.99, 1.0, 1.99, 2.0])).tolist() == [False, True, True, False]
    assert Span(1.0, 2.5).duration_s == 1.5


def test_scores_must_fit_the_times() -> None:
    with pytest.raises(ValueError, match=r"\(2, 7\).*\(3, 7\)"):
        Timeline(np.zeros(2), np.zeros((3, 7), np.float32))


def test_bins_average_what_is_valid_and_keep_gaps() -> None:
    line = timeline([0.0, 0.2, 0.4, 0.6, 1.2], [True, True, False, False, True])
    bins = line.bins(0.5, 1.5)
    assert bins.starts_s.tolist() == [0.0, 0.5, 1.0]
    assert bins.n_samples.tolist() == [3, 1, 1]
    assert bins.n_valid.tolist() == [2, 0, 1]
    assert bins.coverage.tolist() == pytest.approx([2 / 3, 0, 1])
    assert bins.scores[0] == pytest.approx(line.scores[:2].mean(axis=0))
    assert np.isnan(bins.scores[1]).all()
    assert bins.scores[2] == pytest.approx(line.scores[4])


@given(
    st.lists(st.floats(0, 100), max_size=50, unique=True).map(sorted),
    st.sampled_from([0.1, 0.5, 1.0, 2.0]),
    st.randoms(use_true_random=False),
)
def test_bins_lose_and_invent_nothing(times_s: list[float], width_s: float, random: Random) -> None:
    valid = [random.random() < 0.7 for _ in times_s]
    line = timeline(times_s, valid)
    bins = line.bins(width_s, 100.0)
    assert bins.n_samples.sum() == len(times_s)
    assert bins.n_valid.sum() == sum(valid)
    assert (np.isnan(bins.scores).all(axis=1) == (bins.n_valid == 0)).all()
    filled = bins.scores[bins.n_valid > 0]
    assert np.allclose(filled.sum(axis=1), 1, atol=1e-4)


def test_a_moment_on_a_boundary_belongs_to_the_bin_it_opens() -> None:
    for k in range(200):
        bins = timeline([k * 0.1]).bins(0.1, 20.0)
        assert bins.n_samples[k] == 1


def test_stretches_are_of_one_emotion_without_a_break() -> None:
    """Happy from 0, a gap at 0.3, happy again, sad from 0.6; the camera stops from 1.0 to 9.0."""
    emotions = ["happy", "happy", "happy", None, "happy", "happy", "sad", "sad", "sad", "sad", "sad", "sad"]
    times_s = np.array([*(0.1 * i for i in range(11)), 9.0])
    scores = np.array([np.full(7, np.nan) if emotion is None else mostly(emotion) for emotion in emotions], np.float32)
    stretches = [(span.start_s, span.end_s, name) for span, name in Timeline(times_s, scores).stretches(9.5)]
    assert [name for *_, name in stretches] == ["happy", "happy", "sad", "sad"]
    spans_s = [(0.0, 0.3), (0.4, 0.6), (0.6, 1.1), (9.0, 9.5)]
    assert np.array([span[:2] for span in stretches]) == pytest.approx(np.array(spans_s))
    assert list(Timeline(np.empty(0), np.empty((0, 7), np.float32)).stretches(1.0)) == []


def test_the_mean_of_a_span_and_of_nothing() -> None:
    line = timeline([0.0, 1.0, 2.0], [True, True, False])
    assert line.mean(Span(0.5, 3.0)) == pytest.approx(line.scores[1])
    assert line.mean(Span(1.5, 3.0)) is None
    assert timeline([]).mean() is None
