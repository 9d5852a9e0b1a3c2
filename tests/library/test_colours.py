"""The palette: one meaning to a colour, seen on every ground, told apart also by those who lack red or green cones."""

import re
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from emoclassify.colours import (
    COLOURS,
    COVER,
    COVERAGE,
    DOUBTFUL,
    GAP,
    GAP_LINE,
    GROUP_COLOURS,
    GROUP_FILLS,
    INK,
    LEAST_CONTRAST,
    PAPER,
    PERSON_COLOURS,
    RECORDING_COLOURS,
    THEMES,
    VALENCE,
    VALENCE_AS_READ,
    VERDICT_COLOURS,
)
from emoclassify.labels import EMOTIONS
from emoclassify.verdicts import VERDICTS
from tests.support.sources import ROOT, from_root, sources

GROUNDS = {name: theme.ground for name, theme in THEMES.items()}

LEAST_DISTANCE = 10
"""CIEDE2000 between two colours of one figure; 1 is what a trained eye just sees side by side."""

LEAST_DISTANCE_OF_MEANINGS = 10
"""CIEDE2000, to people with all cones, between any two colours that stand for something, in one figure or not."""

SIGHTS = {
    "all cones": np.eye(3),
    "no red cones": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no green cones": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
"""What is left of linear red, green and blue (Machado, Oliveira and Fernandes 2009, severity 1)."""

VERDICT_FILLS = {name: colour for name, colour in VERDICT_COLOURS.items() if colour is not None}
LINES = {
    **GROUP_COLOURS,
    **VERDICT_FILLS,
    **{f"recording {i}": colour for i, colour in enumerate(RECORDING_COLOURS)},
    **{f"person {i}": colour for i, colour in enumerate(PERSON_COLOURS)},
    "valence": VALENCE,
    "valence as read": VALENCE_AS_READ,
    "coverage": COVERAGE,
}
FIGURES: dict[str, dict[Any, str]] = {
    "groups": GROUP_COLOURS,
    "verdicts": VERDICT_FILLS,
    "recordings": dict(enumerate(RECORDING_COLOURS)),
    "persons": dict(enumerate(PERSON_COLOURS)),
    "valence": {"valence": VALENCE, "as read": VALENCE_AS_READ, "coverage": COVERAGE},
    "group areas": GROUP_FILLS,
}
NEAR_EMOTIONS = {
    ("all cones", "light"): set(),
    ("no red cones", "light"): {("fear", "surprise")},
    ("no green cones", "light"): {("disgust", "neutral")},
    ("all cones", "dark"): set(),
    ("no red cones", "dark"): set(),
    ("no green cones", "dark"): {("disgust", "neutral")},
}
"""Pairs of emotions 6 to 9 apart: their lines have other dashes, their bands and bars their names."""


def linear(colour: str) -> npt.NDArray[np.float64]:
    """Red, green and blue as amounts of light, 0..1."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def seen(colour: str, sight: str) -> npt.NDArray[np.float64]:
    """CIELAB of a colour as it looks with these cones."""
    light = np.clip(SIGHTS[sight] @ linear(colour), 0, 1)
    return np.asarray(rgb2lab(np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)))


def distance(one: str, other: str, sight: str) -> float:
    return float(deltaE_ciede2000(seen(one, sight), seen(other, sight)))


def contrast(one: str, other: str) -> float:
    """Of two colours, as WCAG defines it: 1 to 21."""
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def on_page(colour: str, ground: str) -> str:
    """A colour as the page draws it: darker or lighter until it stands out (webapp/widgets/player/colours.js)."""
    towards = 255 if ground == GROUNDS["dark"] else 0
    while contrast(colour, ground) < LEAST_CONTRAST:
        channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        steps = [c + round((towards - c) * 0.08) + (towards > c) - (towards < c) for c in channels]
        colour = "#" + "".join(f"{step:02X}" for step in steps)
    return colour


def test_no_colour_means_two_things() -> None:
    assert GROUP_COLOURS["neutral"] == COLOURS["neutral"]  # the same thing
    groups = [colour for name, colour in GROUP_COLOURS.items() if name != "neutral"]
    colours = [
        *(*COLOURS.values(), *groups, GROUP_FILLS["neutral"], *VERDICT_FILLS.values(), *RECORDING_COLOURS, VALENCE),
        *(*PERSON_COLOURS, VALENCE_AS_READ, COVERAGE, GAP, GAP_LINE, COVER, DOUBTFUL, INK, PAPER),
    ]
    assert len({colour.upper() for colour in colours}) == len(colours)
    others = [*groups, *VERDICT_FILLS.values(), *RECORDING_COLOURS, *PERSON_COLOURS, VALENCE, VALENCE_AS_READ]
    for ground in GROUNDS.values():
        hues = [*(on_page(colour, ground) for colour in COLOURS.values()), *others]
        assert min(distance(a, b, "all cones") for a, b in combinations(hues, 2)) >= LEAST_DISTANCE_OF_MEANINGS


def test_each_thing_has_a_colour() -> None:
    assert list(COLOURS) == list(EMOTIONS)
    assert list(VERDICT_COLOURS) == list(VERDICTS)
    assert [verdict for verdict, colour in VERDICT_COLOURS.items() if colour is None] == ["cannot tell"]
    assert {name for name in GROUP_FILLS if GROUP_FILLS[name] != GROUP_COLOURS[name]} == {"neutral"}


@pytest.mark.parametrize("name", LINES)
def test_lines_stand_out_from_every_ground(name: str) -> None:
    assert all(contrast(LINES[name], ground) >= LEAST_CONTRAST for ground in GROUNDS.values())


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("figure", FIGURES)
def test_the_colours_of_a_figure_can_be_told_apart(figure: str, sight: str) -> None:
    colours = FIGURES[figure]
    near = {(a, b) for a, b in combinations(colours, 2) if distance(colours[a], colours[b], sight) < LEAST_DISTANCE}
    assert not near


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("sight", SIGHTS)
def test_emotions_that_look_alike_to_some_are_listed(sight: str, ground: str) -> None:
    shown = {name: on_page(colour, GROUNDS[ground]) for name, colour in COLOURS.items()}
    distances = {(a, b): distance(shown[a], shown[b], sight) for a, b in combinations(shown, 2)}
    assert {pair for pair, value in distances.items() if value < LEAST_DISTANCE} == NEAR_EMOTIONS[sight, ground]
    assert min(distances.values()) > 6


def test_the_neutral_area_stands_out_from_the_one_below_it() -> None:
    assert contrast(GROUP_FILLS["neutral"], GROUP_FILLS["negative"]) >= LEAST_CONTRAST
    assert contrast(GROUP_COLOURS["neutral"], GROUP_FILLS["negative"]) < LEAST_CONTRAST  # as that of the line would not


NOT_OF_FIGURES = {
    "webapp/widgets/uploader/style.css": "words on a button, and the ground of a picture not yet loaded",
    "webapp/widgets/player/style.css": "the ground of a video not yet loaded",
    "webapp/widgets/player/colours.js": "the ground of a page whose style is not there yet",
    "webapp/widgets/icon.svg": "the sign of the program",
    "emoclassify/outputs/document/html.py": "words, rules and grounds of a written page",
}


def test_colours_with_a_meaning_are_in_one_table() -> None:
    endings = {".py", ".css", ".js", ".svg", ".toml", ".html", ".typ"}
    paths = sources("webapp", "emoclassify/outputs", "emoclassify/cli", pattern="*.*")
    literal = re.compile(r"#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})\b")
    found = {from_root(path) for path in paths if path.suffix in endings and literal.search(path.read_text())}
    assert found <= set(NOT_OF_FIGURES)
    assert all((ROOT / name).exists() for name in NOT_OF_FIGURES)
