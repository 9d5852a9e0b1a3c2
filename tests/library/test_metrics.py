"""The figures against scikit-learn's, and the calibration error on cases with a known answer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from emoclassify.labels import EMOTIONS
from emoclassify.metrics import calibration_error, measure

pytestmark = pytest.mark.whole


def drawn(seed: int, n: int, kinds: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.ones(7) / 2, n).astype(np.float32), rng.integers(0, kinds, n)


@settings(max_examples=20)  # each draws 1,000 bootstrap resamples
@given(st.integers(0, 10_000), st.integers(1, 60), st.integers(1, 7))
def test_figures_are_those_of_scikit_learn(seed: int, n: int, kinds: int) -> None:
    scores, truth = drawn(seed, n, kinds)
    said, found = scores.argmax(axis=1), measure(scores, truth)
    present = sorted(set(truth.tolist()))
    assert found.accuracy == pytest.approx(reference.accuracy_score(truth, said))
    f1 = reference.f1_score(truth, said, labels=present, average="macro", zero_division=0)
    recall = reference.recall_score(truth, said, labels=present, average="macro", zero_division=0)
    assert (found.macro_f1, found.uar) == pytest.approx((f1, recall))
    assert found.confusion == reference.confusion_matrix(truth, said, labels=range(7)).tolist()
    assert found.n == sum(rates["n"] for rates in found.per_class.values()) == n


def test_the_interval_holds_the_figure_and_narrows_with_n() -> None:
    few, many = (measure(*drawn(1, n, 7)) for n in (50, 5_000))
    for found in (few, many):
        low, high = found.interval_95["accuracy"]
        assert low <= found.accuracy <= high
    width = [found.interval_95["accuracy"][1] - found.interval_95["accuracy"][0] for found in (few, many)]
    assert width[1] < width[0] / 5


@pytest.mark.parametrize(("right", "error"), [(10, 0.2), (8, 0.0), (0, 0.8)])
def test_calibration_error_of_ten_answers_that_are_eighty_percent_sure(right: int, error: float) -> None:
    scores = np.full((10, 7), 0.2 / 6, np.float32)
    scores[:, 3] = 0.8
    truth = np.array([3] * right + [0] * (10 - right))
    assert calibration_error(scores, truth) == pytest.approx(error, abs=1e-6)


def test_the_order_is_that_of_the_labels() -> None:
    found = measure(np.eye(7, dtype=np.float32), np.arange(7))
    assert list(found.per_class) == list(EMOTIONS)
    assert found.accuracy == 1.0
