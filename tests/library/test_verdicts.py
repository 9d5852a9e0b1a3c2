"""What is said of a voice and a face side by side."""

import numpy as np
import pytest
from hypothesis import given

from emoclassify.labels import EMOTIONS, valence
from emoclassify.verdicts import CANNOT_TELL, DIFFER, EVEN_VALENCE, REASONS, VERDICTS, verdict_of
from tests.support.findings import mostly
from tests.support.strategies import scores_strategy


@pytest.mark.parametrize(
    ("voice", "face", "verdict"),
    [
        *((emotion, emotion, ("agree", "")) for emotion in EMOTIONS),
        ("sad", "angry", ("agree", "")),
        ("fear", "disgust", ("agree", "")),
        ("neutral", "happy", ("face shows more", "")),
        ("neutral", "surprise", ("face shows more", "")),
        ("angry", "neutral", ("voice shows more", "")),
        ("surprise", "neutral", ("voice shows more", "")),
        ("happy", "sad", ("differ", "")),
        ("angry", "happy", ("differ", "")),
        ("surprise", "happy", ("cannot tell", "surprise has no side")),
        ("fear", "surprise", ("cannot tell", "surprise has no side")),
    ],
)
def test_clear_emotions_side_by_side(voice: str, face: str, verdict: tuple[str, str]) -> None:
    assert verdict_of(mostly(voice), mostly(face)) == verdict


def test_an_unsure_voice_or_face_says_nothing() -> None:
    assert verdict_of(mostly("happy", 0.3), mostly("sad")) == ("cannot tell", "voice unsure")
    assert verdict_of(mostly("happy"), mostly("sad", 0.3)) == ("cannot tell", "face unsure")


def test_a_top_emotion_that_the_others_outweigh_is_unsure() -> None:
    """Happy leads with 0.45, and angry, sad and fear have 0.5 together: valence -0.05."""
    mixed = np.array([0.2, 0, 0.15, 0.45, 0.05, 0.15, 0], dtype=np.float32)
    assert verdict_of(mixed, mostly("sad")) == ("cannot tell", "voice unsure")
    assert verdict_of(mostly("sad"), mixed) == ("cannot tell", "face unsure")


@given(scores_strategy(), scores_strategy())
def test_only_opposite_valences_differ_and_every_verdict_has_its_reason(p: np.ndarray, q: np.ndarray) -> None:
    verdict, reason = verdict_of(p, q)
    assert verdict in VERDICTS
    assert (verdict == CANNOT_TELL) == (reason in REASONS)
    if verdict == DIFFER:
        values = [float(valence(scores)) for scores in (p, q)]
        assert min(map(abs, values)) >= EVEN_VALENCE
        assert values[0] * values[1] < 0
