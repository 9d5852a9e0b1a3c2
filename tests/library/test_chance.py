"""Agreement beyond chance: what the test finds where there is nothing to find, and where there is."""

import numpy as np
import pytest

from emoclassify.chance import ALPHA, MIN_PAIRS, beyond_chance, kappa
from emoclassify.labels import EMOTIONS

pytestmark = pytest.mark.whole

SIDES = ("positive", "neutral", "negative", "surprise")
N_RECORDINGS = 300


def sides_over_time(rng: np.random.Generator, n: int, stay: float) -> list[str]:
    """n sides, each the same as the one before with probability `stay`, else drawn by the speaker's own shares."""
    shares = rng.dirichlet(np.ones(len(SIDES)))
    sides = [str(rng.choice(SIDES, p=shares))]
    while len(sides) < n:
        sides.append(sides[-1] if rng.random() < stay else str(rng.choice(SIDES, p=shares)))
    return sides


def p_of_pairs_drawn_anew(rng: np.random.Generator, a: list[str], b: list[str]) -> float:
    """The p value of the usual permutation test, which forgets the order."""
    n_same = np.sum(np.array(a) == b)
    permuted = [np.sum(np.array(a) == rng.permutation(b)) for _ in range(99)]
    return float((1 + np.sum(permuted >= n_same)) / 100)


@pytest.mark.parametrize("n", [20, 60])
@pytest.mark.parametrize("stay", [0.0, 0.5, 0.9])
def test_the_face_of_one_and_the_voice_of_another_agree_beyond_chance_in_at_most_5_percent(n: int, stay: float) -> None:
    rng = np.random.default_rng(0)
    tests = [beyond_chance(sides_over_time(rng, n, stay), sides_over_time(rng, n, stay)) for _ in range(N_RECORDINGS)]
    assert np.mean([test is not None and test.is_more for test in tests]) <= ALPHA


def test_the_usual_permutation_would_take_moods_that_last_for_agreement() -> None:
    rng = np.random.default_rng(0)
    p_values = [
        p_of_pairs_drawn_anew(rng, sides_over_time(rng, 60, 0.9), sides_over_time(rng, 60, 0.9)) for _ in range(100)
    ]
    assert np.mean(np.array(p_values) <= ALPHA) > 2 * ALPHA


@pytest.mark.parametrize(("share_alike", "least_power"), [(0.8, 0.9), (1.0, 0.98)])
def test_agreement_that_is_there_is_seen(share_alike: float, least_power: float) -> None:
    rng = np.random.default_rng(1)
    tests = []
    for _ in range(100):
        face = [str(side) for side in rng.choice(SIDES, 40)]
        other = [str(side) for side in rng.choice(SIDES, 40)]
        voice = [own if rng.random() < share_alike else drawn for own, drawn in zip(face, other, strict=True)]
        tests.append(beyond_chance(voice, face))
    assert np.mean([test is not None and test.is_more for test in tests]) >= least_power


def test_known_sequences() -> None:
    alternating = ["positive", "negative"] * 10
    test = beyond_chance(alternating, alternating)
    assert test is not None
    assert (test.n_same, test.kappa) == (20, 1.0)
    assert test.n_same_by_chance == pytest.approx(20 * 9 / 19)  # 9 of the 19 shifts are even
    assert test.p_value == 10 / 20
    assert beyond_chance(alternating[: MIN_PAIRS - 1], alternating[: MIN_PAIRS - 1]) is None
    assert beyond_chance(["neutral"] * 30, ["neutral"] * 30) is None


def test_kappa_is_the_one_of_scikit_learn() -> None:
    from sklearn.metrics import cohen_kappa_score

    rng = np.random.default_rng(1)
    a = rng.choice(EMOTIONS, 50).tolist()
    b = [x if rng.random() < 0.4 else y for x, y in zip(a, rng.choice(EMOTIONS, 50).tolist(), strict=True)]
    assert kappa(a, b) == pytest.approx(cohen_kappa_score(a, b))
    assert kappa([], []) is None
    assert kappa(["happy"] * 30, ["happy"] * 30) is None
