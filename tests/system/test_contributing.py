"""What CONTRIBUTING tells newcomers is true: the places to add something at exist, and a test holds each."""

import re
from pathlib import Path

import pytest

from tests.system.test_layers import LAYERS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ROWS = [row for row in re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE) if row[0] != "to add"]
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


def test_the_plan_names_every_module_of_the_package() -> None:
    plan = TEXT[TEXT.index("Imports go one way") : TEXT.index("- `media/container.py`")]
    for name in (name for row in LAYERS for name in row if name not in ("__main__", "analysis_parts", "older_schemas")):
        assert re.search(rf"\b{name}\b", plan), f"CONTRIBUTING does not name {name}"


def test_it_is_one_screen() -> None:
    assert len(TEXT.splitlines()) <= 70
