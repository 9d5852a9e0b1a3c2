"""What CONTRIBUTING tells newcomers is true: the places to add something at exist, and a test holds each."""

import re

import pytest

from tests.support.sources import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PLACES = TEXT[TEXT.index("## To add something") : TEXT.index("## Glossary")]
ROWS = [row for row in re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", PLACES, re.MULTILINE) if row[0] != "to add"]
MOST_PLACES = 3
"""Files that one new thing may touch, its texts and tests apart."""


def test_the_table_is_read() -> None:
    assert {"an option", "an output", "a language", "a stage", "a page"} <= {row[0] for row in ROWS}


@pytest.mark.parametrize(("thing", "places", "held_by"), ROWS, ids=[row[0] for row in ROWS])
def test_each_place_exists_and_there_are_few(thing: str, places: str, held_by: str) -> None:
    files = re.findall(r"`((?:emoclassify|webapp|tests)[\w/.]*)`", places)
    assert files, thing
    assert len(places.split(";")) <= MOST_PLACES, thing
    for file in (*files, *re.findall(r"`(tests/[\w/.]+)`", held_by)):
        assert (ROOT / file).exists(), f"{thing}: {file}"
    assert held_by.startswith("`tests/"), f"{thing} is held by no test"


def test_it_is_one_screen_and_a_glossary() -> None:
    assert len(TEXT.splitlines()) <= 75
