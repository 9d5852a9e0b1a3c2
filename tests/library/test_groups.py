"""The groups of emotions: their text, their scores, and what is refused."""

import numpy as np
import pytest
from hypothesis import given

from emoclassify.errors import UsageError
from emoclassify.groups import DEFAULT, Groups
from emoclassify.labels import EMOTIONS, sum_of
from emoclassify.settings import Options
from tests.support.strategies import scores_strategy

MOVING_FILM = "positive=happy;negative=angry,disgust"
"""For films that are meant to sadden or to frighten."""


def test_the_default_is_what_marketers_mean() -> None:
    assert str(DEFAULT) == "positive=happy,surprise;negative=angry,disgust,fear,sad"
    assert Options().emotion_groups == DEFAULT
    assert DEFAULT.group_with_part == "positive"


def test_what_is_in_neither_group_is_neutral() -> None:
    groups = Groups.read(MOVING_FILM)
    assert groups["neutral"] == ("fear", "neutral", "sad", "surprise")
    assert groups.group_with_part == "neutral"
    assert Groups.read("positive=surprise;negative=sad").group_with_part is None


@pytest.mark.parametrize("groups", [DEFAULT, Groups.read(MOVING_FILM)], ids=str)
@given(scores=scores_strategy())
def test_the_groups_add_up_to_one(groups: Groups, scores: np.ndarray) -> None:
    assert sum(sum_of(scores, groups[group]) for group in groups) == pytest.approx(1.0, abs=1e-5)


def test_the_scores_of_rows_are_taken_one_by_one_and_gaps_stay() -> None:
    rows = np.random.default_rng(0).dirichlet(np.ones(7), 3).astype(np.float32)
    rows[1] = np.nan
    positive = sum_of(rows, DEFAULT["positive"])
    assert positive[0] == pytest.approx(rows[0, EMOTIONS.index("happy")] + rows[0, EMOTIONS.index("surprise")])
    assert np.isnan(positive[1])


def test_groups_are_written_one_way_however_they_are_given() -> None:
    given = "negative = sad, angry ;positive=surprise,happy"
    assert Options(groups=given).groups == "positive=happy,surprise;negative=angry,sad"
    assert Options(groups=str(DEFAULT)) == Options()


@pytest.mark.parametrize(
    "text",
    [
        "positive=happy",
        "positive=;negative=sad",
        "positive=happy;negative=",
        "positive=happy;negative=happy,sad",
        "positive=happy,happy;negative=sad",
        "positive=happy;negative=bored",
        "positive=happy;negative=sad;positive=surprise",
        "positive=happy;negative=sad;neutral=neutral",
        "happy,surprise",
        "positive=happy;negative=sad;",
        "",
    ],
)
def test_a_bad_definition_is_refused_in_one_clear_line(text: str) -> None:
    with pytest.raises(UsageError) as refusal:
        Options(groups=text)
    told = str(refusal.value)
    assert told.startswith(
        "groups must name the emotions of positive and of negative, each emotion once, as in positive="
    )
    assert told.endswith(f"but is '{text}'.")
    assert "\n" not in told
