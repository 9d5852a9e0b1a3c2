"""A model that is not for commercial use is said to be so where it is chosen, and one of the user's own is not."""

from pathlib import Path

import pytest

from emoclassify.declared import Option
from emoclassify.networks import models
from emoclassify.settings import Options, options_of
from emoclassify.terms import note_of, restricted_by, restricted_in_sound

BY_NAME = {option.name: option for option in options_of()}
VOICE = ("double_check", "echo_mean", "transcribe_focus", "voice_model")
"""The options that have a voice read, or say what reads it."""


@pytest.fixture
def own_model(tmp_path: Path) -> Options:
    return Options(voice_model=str(tmp_path))


@pytest.mark.parametrize("option", options_of(), ids=lambda option: option.name)
def test_what_has_a_voice_read_says_its_terms_and_nothing_else_does(option: Option) -> None:
    licence = models.voice_model().licence
    expected = f"Not for commercial use: its model is under {licence}." if option.name in VOICE else ""
    assert note_of(option, Options()) == expected


def test_sound_without_a_picture_is_read_by_the_voice_model() -> None:
    assert [model.name for model in restricted_in_sound(Options())] == ["voice"]


@pytest.mark.parametrize("name", VOICE)
def test_a_model_of_the_users_own_is_not_called_so(own_model: Options, name: str) -> None:
    assert restricted_by(BY_NAME[name], own_model) == ()
    assert restricted_in_sound(own_model) == ()


def test_where_the_voice_is_switched_off_nothing_brings_it_in() -> None:
    off = Options(voice="off")
    assert not any(restricted_by(option, off) for option in options_of())
    assert restricted_in_sound(off) == ()


def test_where_it_is_on_anyway_the_option_brings_in_no_more() -> None:
    assert restricted_by(BY_NAME["echo_mean"], Options(double_check=True)) == ()


def test_a_model_that_is_not_here_has_no_known_terms() -> None:
    assert restricted_by(BY_NAME["double_check"], Options(voice_model="not/here")) == ()
