"""A covered mouth is told by its colour, in every light, and nothing that a bare face does."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from emoclassify.faces.appearance import SIDE_PX
from emoclassify.faces.covered import COVERED, is_covered, mouth_difference
from emoclassify.faces.quality import doubt
from emoclassify.faces.reading import HeadTurn
from emoclassify.judging import usability_of
from emoclassify.pipeline import analyze
from tests.support.made import even, portrait, write_video

SKINS = {"light": (225, 180, 160), "brown": (150, 105, 80), "dark": (85, 55, 45)}
MOUTH = np.s_[31:46, 14:34]
"""Of the upright picture: from the tip of the nose down."""

MASKED_FROM_S = 0.8


def skin(name: str = "light") -> np.ndarray:
    """An upright face of one colour."""
    return np.full((SIDE_PX, SIDE_PX, 3), SKINS[name], np.float32)


def with_mouth(colour: tuple[int, int, int], name: str = "light") -> np.ndarray:
    face = skin(name)
    face[MOUTH] = colour
    return face


@pytest.mark.parametrize("name", SKINS)
@pytest.mark.parametrize(
    "colour", [(235, 235, 235), (25, 25, 28), (120, 165, 200), (60, 110, 70)], ids=["white", "black", "blue", "green"]
)
def test_cloth_of_another_colour_than_the_skin_is_told(name: str, colour: tuple[int, int, int]) -> None:
    assert is_covered(with_mouth(colour, name))


@pytest.mark.parametrize("name", SKINS)
def test_bare_skin_is_bare_in_every_light(name: str) -> None:
    face = skin(name)
    across = np.linspace(0.2, 1.0, SIDE_PX)[None, :, None]
    down = np.linspace(1.0, 0.25, SIDE_PX)[:, None, None]
    lights = [face, face * across, face * down, face * np.array([1.0, 0.8, 0.55]), np.minimum(face * 1.3, 255)]
    assert not any(is_covered(light.astype(np.float32)) for light in lights)


def test_lips_an_open_mouth_and_a_stubble_are_bare() -> None:
    face = skin()
    face[34:39, 20:28] = (170, 80, 80)
    assert not is_covered(face)
    face[35:38, 21:27] = (60, 25, 25)
    assert not is_covered(face)
    stubble = skin()
    stubble[MOUTH] *= 0.75
    assert not is_covered(stubble)


def test_in_a_grey_picture_no_mouth_counts_as_covered() -> None:
    grey = np.repeat(np.random.default_rng(0).uniform(0, 255, (SIDE_PX, SIDE_PX, 1)), 3, axis=2).astype(np.float32)
    assert mouth_difference(grey) == pytest.approx(float(np.hypot(0.05, 0.02)), abs=1e-6)
    assert mouth_difference(grey) < COVERED


def test_it_is_the_last_thing_that_speaks_against_a_reading() -> None:
    crop, box_xyxy = portrait()[20:120, 110:210], np.array([110, 20, 190, 120], np.float32)
    told = partial(doubt, crop, box_xyxy, size_hw=(240, 320))
    assert told(turn=HeadTurn(0, 0, 0), upright_face=with_mouth((120, 165, 200))) == "mouth covered"
    assert told(turn=HeadTurn(70, 0, 0), upright_face=with_mouth((120, 165, 200))) == "turned"
    assert told(turn=HeadTurn(0, 0, 0), upright_face=skin()) == ""


@pytest.mark.model
def test_a_masked_face_gets_no_emotion_and_a_reason(tmp_path: Path) -> None:
    """The eyes and mouth of the portrait as read off the picture by eye (see `test_pipeline`)."""
    bare = [portrait(at_xy=(60 + i, 0)) for i in range(40)]
    for i, rgb in enumerate(bare):
        if i >= 20:
            rgb[120:172, 60 + i + 78 : 60 + i + 142] = (120, 165, 200)
    found = analyze(write_video(tmp_path / "masked.mp4", even(bare)))
    reasons: dict[bool, set[str]] = {False: set(), True: set()}
    for reading in found.faces:
        reasons[reading.time_s >= MASKED_FROM_S].add(reading.quality_reason)
    assert reasons == {False: {""}, True: {"mouth covered"}}
    assert np.isnan(found.series(1).scores[2:]).all()
    assert not np.isnan(found.series(1).scores[:1]).any()
    assert [reason.name for reason in usability_of(found).reasons] == ["mouth_covered"]
