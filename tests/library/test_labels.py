import numpy as np
import pytest
from hypothesis import given

from emoclassify.crosscheck import VERDICTS
from emoclassify.emotions import NEGATIVE, POSITIVE
from emoclassify.labels import (
    COLOURS,
    EMOTIONS,
    FIGURE_COLOURS,
    GROUP_COLOURS,
    GROUP_FILLS,
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


def test_every_emotion_has_one_colour_and_at_most_one_group() -> None:
    assert list(COLOURS) == list(EMOTIONS)
    assert len(set(COLOURS.values())) == 7
    assert not set(POSITIVE) & set(NEGATIVE)


GROUNDS = {"light": "#FFFFFF", "dark": "#171614"}
"""The grounds of the page, as Streamlit has them."""

LEAST_CONTRAST = 3
"""Of lines and areas (WCAG 1.4.11)."""


def contrast(one: str, other: str) -> float:
    """Of two colours, as WCAG defines it: 1 to 21."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def test_the_neutral_line_stands_out_from_every_ground_and_the_neutral_area_from_the_one_below_it() -> None:
    assert all(contrast(GROUP_COLOURS["neutral"], ground) >= LEAST_CONTRAST for ground in GROUNDS.values())
    assert contrast(GROUP_FILLS["neutral"], GROUP_FILLS["negative"]) >= LEAST_CONTRAST
    # Neither could do for the other.
    assert contrast(GROUP_COLOURS["neutral"], GROUP_FILLS["negative"]) < LEAST_CONTRAST
    assert contrast(GROUP_FILLS["neutral"], GROUNDS["light"]) < LEAST_CONTRAST


def test_line_and_area_of_a_group_have_one_hue() -> None:
    assert list(GROUP_COLOURS) == list(GROUP_FILLS)
    assert {name for name in GROUP_FILLS if GROUP_FILLS[name] != GROUP_COLOURS[name]} == {"neutral"}


def test_verdicts_stand_out_from_every_ground_and_the_one_without_a_colour_from_the_others() -> None:
    fills = {verdict: FIGURE_COLOURS[verdict] for verdict in VERDICTS}
    assert [verdict for verdict, colour in fills.items() if colour is None] == ["cannot tell"]
    for colour in filter(None, fills.values()):
        assert all(contrast(colour, ground) >= LEAST_CONTRAST for ground in GROUNDS.values())
        assert contrast(colour, "#F0E442") < LEAST_CONTRAST  # the yellow that "cannot tell" could have
