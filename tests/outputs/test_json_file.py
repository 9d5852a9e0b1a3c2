"""A JSON file of results is strict JSON, and is written in little memory."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from emoclassify.outputs.json_file import read_json, write_json


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"schema": 3, "frames": [], "voice": None, "weights": {"face": 1.0}},
        {
            "frames": [{"frame": 0, "time_s": 0.2}, {"frame": 5, "time_s": 0.4}],
            "labels": ["angry"],
            "name": 'Встреча "1"\n',
        },
        {"scores": [[0.5, 0.5], None], "end_s": 1.0},
    ],
    ids=["empty", "empty members", "lists", "lists of lists"],
)
def test_what_is_written_is_read_again(tmp_path: Path, content: dict[str, Any]) -> None:
    path = tmp_path / "a.json"
    write_json(content, path)
    assert json.loads(path.read_text(encoding="utf-8")) == read_json(path) == content


def test_each_item_of_a_list_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    frames = [{"frame": i, "time_s": i / 5} for i in range(3)]
    write_json({"schema": 3, "frames": frames}, path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line.rstrip(",")) for line in lines if line.startswith("  ")] == frames


def test_what_is_no_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_json({"end_s": math.nan}, tmp_path / "a.json")
