"""Scenes by a table of their own: beside study.toml, and on a server."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from emoclassify.errors import UsageError
from emoclassify.study_content import scene_rows, with_scenes
from emoclassify.study_folder import PLAN_FILE, read_films, read_plan
from tests.support.calling import assert_problem
from tests.support.study_calls import made

PLAN: dict[str, Any] = {
    "stimulus": [
        {"id": "A", "duration_s": 30.0, "scene": [{"id": "joke", "start_s": 10.0, "end_s": 13.0}]},
        {"id": "B", "duration_s": 20.0},
    ]
}
TOML = """
[[stimulus]]
id = "A"
duration_s = 30.0
[[stimulus.scene]]
id = "joke"
start_s = 10.0
end_s = 13.0
[[stimulus]]
id = "B"
duration_s = 20.0
"""
HEAD = "stimulus,scene,start_s,end_s,name\n"


def written(folder: Path, table: str) -> Path:
    (folder / PLAN_FILE).write_text(TOML)
    (folder / "scenes.csv").write_text(HEAD + table)
    return folder


def test_the_scenes_of_the_table_join_those_of_the_plan(tmp_path: Path) -> None:
    folder = written(tmp_path, "B,joke,5,8,The joke\nA,end,25.5,30,\n")
    films = read_films(folder, read_plan(folder / PLAN_FILE))
    scenes = {film.id: [(one.id, one.start_s, one.end_s, one.name) for one in film.scenes] for film in films.values()}
    assert scenes == {"A": [("joke", 10.0, 13.0, ""), ("end", 25.5, 30.0, "")], "B": [("joke", 5.0, 8.0, "The joke")]}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("C,joke,5,8,", "scenes.csv, line 2, column stimulus: 'C' is no film of the plan, which has A, B"),
        ("A,joke,5,8,", "line 2, column scene: 'joke' stands there twice"),
        ("A,,5,8,", "line 2, column scene: empty"),
        ("A,end,soon,8,", "line 2, column start_s: 'soon' is not a number from 0 on"),
        ("A,end,8,5,", "line 2, column end_s: '5' is not after '8'"),
        ("B,end,8,25,", "does not lie in the film 'B'"),
    ],
)
def test_what_is_wrong_in_the_table_is_named(tmp_path: Path, row: str, sentence: str) -> None:
    folder = written(tmp_path, row + "\n")
    with pytest.raises(UsageError) as caught:
        read_films(folder, read_plan(folder / PLAN_FILE))
    assert sentence in str(caught.value)


def test_what_is_written_as_a_table_comes_back() -> None:
    empty = {"stimulus": [{"id": "A", "duration_s": 30.0}, {"id": "B", "duration_s": 20.0}]}
    assert with_scenes(empty, enumerate(scene_rows(PLAN), start=2)) == PLAN


def test_a_server_takes_scenes_as_a_table_and_as_json(client: FlaskClient) -> None:
    study_id = made(client, PLAN)
    path = f"/v1/studies/{study_id}/scenes"
    joke = {"stimulus": "A", "scene": "joke", "start_s": "10", "end_s": "13", "name": ""}
    assert client.get(path).get_json() == {"scenes": [joke]}
    table = HEAD + "B,joke,5,8,The joke\n"
    answer = client.put(path, data=table, content_type="text/csv")
    assert answer.status_code == 200, answer.text
    first, second = client.get(f"/v1/studies/{study_id}").get_json()["plan"]["stimulus"]
    assert "scene" not in first
    assert second["scene"] == [{"id": "joke", "start_s": 5.0, "end_s": 8.0, "name": "The joke"}]
    assert client.put(path, json={"scenes": [joke]}).get_json() == {"scenes": [joke]}


def test_a_server_names_what_does_not_fit(client: FlaskClient) -> None:
    path = f"/v1/studies/{made(client, PLAN)}/scenes"
    wrong = {"stimulus": "A", "scene": "joke", "start_s": 5}
    assert_problem(client.put(path, json={"scenes": [wrong]}), 422, "line 2, column end_s: empty")
    assert_problem(client.put(path, json={"scenes": [{**wrong, "end_s": 99}]}), 422, "does not lie in the film")
    assert_problem(client.put(path, data="a,b\n", content_type="text/csv"), 422, "has no column stimulus")
