import numpy as np
import pytest
from hypothesis import given

from emoclassify.emotions import NEGATIVE, POSITIVE
from emoclassify.labels import (
    EMOTIONS,
    columns_by_emotion,
    emotion_of,
    valence,
)
from tests.support.strategies import scores_strategy


@pytest.mark.parametrize(
    ("name", "emotion"),
    [("Happiness", "happy"), ("anger", "angry"), ("JOY", "happy"), ("fearful", "fear"), ("ps", "surprise"),
     ("pleasant_surprise", "surprise"), ("calm", "neutral"), ("contempt", None), ("LABEL_0", None), ("", None)],
)  # fmt: skip
def test_names_that_models_and_corpora_use(name: str, emotion: str | None) -> None:
    assert emotion_of(name) == emotion


def test_columns_of_a_model_with_another_order_and_an_eighth_label() -> None:
    columns = columns_by_emotion({0: "sad", 1: "contempt", 2: "joy", 3: "happy"})
    assert list(columns) == list(EMOTIONS)
    assert columns["sad"] == [0]
    assert columns["happy"] == [2, 3]
    assert columns["angry"] == []


@given(scores_strategy())
def test_valence_has_its_range(scores: np.ndarray) -> None:
    assert -1 <= valence(scores) <= 1


@pytest.mark.parametrize(
    ("emotion", "expected"), [("happy", 1), ("surprise", 0), ("neutral", 0), *[(name, -1) for name in NEGATIVE]]
)
def test_valence_of_a_pure_emotion(emotion: str, expected: float) -> None:
    assert valence(np.eye(7, dtype=np.float32)[EMOTIONS.index(emotion)]) == expected


def test_the_valence_of_rows_is_taken_one_by_one() -> None:
    rows = np.random.default_rng(0).dirichlet(np.ones(7), 5).astype(np.float32)
    assert valence(rows).tolist() == [valence(row) for row in rows]


def test_every_emotion_has_at_most_one_group() -> None:
    assert not set(POSITIVE) & set(NEGATIVE)
