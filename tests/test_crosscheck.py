import numpy as np
import pytest
from findings import mostly, voice
from hypothesis import given
from scipy.spatial.distance import jensenshannon
from test_labels import scores_strategy

from emoclassify.crosscheck import MIN_FACES, compare, jensen_shannon_distance
from emoclassify.labels import EMOTIONS
from emoclassify.timeline import Timeline


def steady_face(emotion: str, n: int, start_s: float = 0.0) -> Timeline:
    return Timeline(start_s + 0.2 * np.arange(n), np.tile(mostly(emotion), (n, 1)))


@given(scores_strategy(), scores_strategy())
def test_the_distance_is_the_one_of_scipy(p: np.ndarray, q: np.ndarray) -> None:
    assert jensen_shannon_distance(p, q) == pytest.approx(float(jensenshannon(p, q, base=2)), abs=1e-4)
    assert jensen_shannon_distance(p, p) == pytest.approx(0, abs=1e-6)


def test_distributions_with_nothing_in_common_are_at_distance_one() -> None:
    pure = np.eye(7, dtype=np.float32)
    assert jensen_shannon_distance(pure[0], pure[1]) == 1.0


@pytest.mark.parametrize(
    ("heard", "face", "verdict"),
    [
        (voice(0, 2, "happy"), steady_face("happy", 10), "agree"),
        (voice(0, 2, "angry"), steady_face("happy", 10), "differ"),
        (voice(0, 2, "happy", share=0.3), steady_face("happy", 10), "cannot tell"),  # the voice model is not sure
        (voice(0, 0.3, "happy"), steady_face("happy", 10), "cannot tell"),  # too little speech
        (voice(0, 2, "happy"), steady_face("happy", MIN_FACES - 1), "cannot tell"),  # too little face
        (voice(5, 7, "happy"), steady_face("happy", 10), "cannot tell"),  # the face was there before
        (voice(0, 2, "happy"), None, "cannot tell"),
    ],
)
def test_verdicts_of_known_cases(heard, face, verdict) -> None:  # type: ignore[no-untyped-def]
    (found,) = compare((heard,), 1 if face else None, face)
    assert found.verdict == verdict
    if verdict != "cannot tell":
        assert found.face_dominant == "happy"
        assert found.person == 1
        assert found.face_coverage == 1.0
    if verdict == "agree":
        assert found.agreement == pytest.approx(1.0, abs=1e-6)


def test_doubtful_readings_do_not_count() -> None:
    face = steady_face("happy", 10)
    scores = face.scores.copy()
    scores[2:] = np.nan
    (found,) = compare((voice(0, 2, "happy"),), 1, Timeline(face.times_s, scores))
    assert found.verdict == "cannot tell"
    assert found.face_scores is None


def test_the_mean_of_a_face_says_what_share_of_the_stretch_it_is_of() -> None:
    face = steady_face("happy", 10)
    scores = face.scores.copy()
    scores[4:9] = np.nan
    (found,) = compare((voice(0, 1.6, "happy"),), 1, Timeline(face.times_s, scores))
    assert found.face_coverage == 4 / 8


def test_only_the_stretch_itself_is_compared() -> None:
    scores = np.stack([mostly("sad" if t < 1 else "happy") for t in 0.2 * np.arange(10)])
    found = compare((voice(0.0, 1.0, "sad"), voice(1.0, 2.0, "happy")), 1, Timeline(0.2 * np.arange(10), scores))
    assert [item.verdict for item in found] == ["agree", "agree"]
    assert [item.face_dominant for item in found] == ["sad", "happy"]
    assert set(EMOTIONS) >= {item.voice.dominant for item in found}
