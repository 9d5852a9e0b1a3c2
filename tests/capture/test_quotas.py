"""So many people of each kind: who finds room in a cell, who is thanked, and what is counted of it."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from emoclassify.capture.quotas import Cell, cell_of, n_by_cell, stop_of
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.sittings import ACTIVE_S, Stop
from tests.support.calling import assert_problem
from tests.support.respondents import CELLS, PIECES, SCREENING, Respondent, collecting, token_of
from tests.support.serving import Clock

WOMEN, MEN = (Cell(**cell) for cell in CELLS)
YOUNG_WOMAN = {"sex": "a woman", "age": "18-34"}
OLD_WOMAN = {"sex": "a woman", "age": "35+"}
MAN = {"sex": "a man", "age": "35+"}


@pytest.fixture
def study_id(client: FlaskClient, service: Jobs) -> str:
    return collecting(client, service, 1, questions=SCREENING, cells=CELLS)


@pytest.fixture
def token(client: FlaskClient, study_id: str) -> str:
    return token_of(client, study_id)


def screened(person: Respondent, answers: dict[str, str]) -> TestResponse:
    return person.call("POST", "sitting/screening", json={"answers": answers})


def reason_of(person: Respondent, answers: dict[str, str]) -> str:
    """Why somebody is not let in who agrees and answers so; empty where they are."""
    answer = screened(person.begin(), answers)
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["reason"])


def funnel(client: FlaskClient, study_id: str) -> dict[str, Any]:
    content: dict[str, Any] = client.get(f"/v1/studies/{study_id}/funnel").get_json()
    return content


def n_in(client: FlaskClient, study_id: str) -> dict[str, int]:
    return {cell["name"]: cell["n"] for cell in funnel(client, study_id)["cells"]}


def test_a_person_belongs_to_the_first_cell_that_all_answers_fit() -> None:
    cells = (WOMEN, MEN, Cell("women", 5, {"sex": ["a woman"]}))
    assert [cell.name for answers in (YOUNG_WOMAN, OLD_WOMAN, MAN) if (cell := cell_of(cells, answers))] == [
        *("women 18-34", "women", "men")
    ]
    assert cell_of(cells, {}) is None
    assert n_by_cell(cells, [MAN, MAN, OLD_WOMAN, {}]) == {"men": 2, "women": 1}


def test_a_cell_is_full_with_its_last_person_and_without_cells_everybody_is_wanted() -> None:
    assert stop_of((WOMEN, MEN), MAN, [MAN]) is None
    assert stop_of((WOMEN, MEN), MAN, [MAN, MAN]) is Stop.CELL_FULL
    assert stop_of((WOMEN, MEN), OLD_WOMAN, []) is Stop.NO_CELL
    assert stop_of((), OLD_WOMAN, []) is None


def test_full_cells_and_unwanted_people_are_thanked_and_counted(
    client: FlaskClient, study_id: str, token: str, clock: Clock
) -> None:
    people = {name: Respondent(client, token, pid=name) for name in ("one", "two", "three", "four")}
    assert reason_of(people["one"], YOUNG_WOMAN) == ""
    assert reason_of(people["two"], YOUNG_WOMAN) == "cell_full"
    assert reason_of(people["three"], OLD_WOMAN) == "no_cell"
    assert reason_of(people["four"], MAN) == ""
    assert n_in(client, study_id) == {"women 18-34": 1, "men": 1}
    assert funnel(client, study_id)["reasons"]["consented"] == {"cell_full": 1, "no_cell": 1, "active": 2}
    assert people["two"].call("GET", "sitting").get_json()["reason"] == "cell_full"
    clock.now += ACTIVE_S + 1  # the first has left: there is room again
    assert reason_of(Respondent(client, token, pid="five"), YOUNG_WOMAN) == ""


def test_who_was_sent_away_cannot_come_back_with_another_answer(
    client: FlaskClient, service: Jobs, study_id: str, token: str
) -> None:
    person = Respondent(client, token)
    assert reason_of(person, OLD_WOMAN) == "no_cell"
    assert screened(person, MAN).get_json()["reason"] == "no_cell"
    for content in ({"reason": ""}, {"step": "camera"}):
        assert_problem(person.call("POST", "sitting/step", json=content), 422)
    assert_problem(person.put(0, PIECES[0]), 403, "have not let you in")
    (sitting,) = service.sittings.find(study_id)
    assert sitting.answers == {}  # of somebody who does not take part


def test_nobody_is_recorded_or_sees_a_film_before_the_answers(client: FlaskClient, token: str) -> None:
    person = Respondent(client, token)
    person.open()
    assert_problem(screened(person, MAN), 403, "Nobody has agreed")
    person.agree()
    for method, path in (("PUT", "sitting/chunks/0"), ("GET", "sitting/films/0"), ("POST", "sitting/picture")):
        assert_problem(person.call(method, path, data=b""), 403, "have not let you in")
    assert_problem(person.call("POST", "sitting/step", json={"step": "camera"}), 422)
    for answers in ({}, {"sex": "a man"}, {**MAN, "sex": "a robot"}, {**MAN, "recommends": "3"}):
        assert_problem(screened(person, answers), 422)


def test_the_answers_before_and_after_the_films_are_columns_of_the_participants(
    client: FlaskClient, study_id: str, token: str
) -> None:
    person = Respondent(client, token, pid="r1")
    assert reason_of(person, MAN) == ""
    assert person.call("GET", "sitting").get_json()["has_answers"] is False
    person.send()
    assert person.end().status_code == 200
    assert person.answer(recommends="9").status_code == 200
    assert person.call("GET", "sitting").get_json()["has_answers"] is True
    (row,) = client.get(f"/v1/studies/{study_id}/participants").get_json()["participants"]
    assert (row["sex"], row["age"], row["recommends"]) == ("a man", "35+", "9")


def test_cells_that_are_changed_send_nobody_away_who_watches(client: FlaskClient, study_id: str, token: str) -> None:
    person = Respondent(client, token)
    assert reason_of(person, MAN) == ""
    path = f"/v1/studies/{study_id}/fieldwork"
    changes = {"cells": CELLS[:1]}
    assert client.put(path, json={**client.get(path).get_json(), **changes}).status_code == 200
    person.send()
    assert person.end().status_code == 200
    assert n_in(client, study_id) == {"women 18-34": 0}


CHOICE = {"id": "a", "kind": "choice", "text": "A?", "choices": ["x", "y"]}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"cells": [vars(MEN), vars(MEN)]}, "have one name: men"),
        ({"cells": [{**vars(MEN), "answers": {"sex": ["a robot"]}}]}, "answers that no question before the films has"),
        ({"cells": [{**vars(MEN), "answers": {"recommends": ["9"]}}]}, "answers that no question before the films has"),
        ({"cells": [{**vars(MEN), "answers": {}}]}, "goes by no question"),
        ({"cells": [{**vars(MEN), "most": -1}]}, "most"),
        ({"questions": [{**CHOICE, "choices": ["x", "x"]}]}, "at least two different answers"),
        ({"questions": [{**CHOICE, "text": ""}]}, "needs a text"),
        ({"questions": [{**CHOICE, "kind": "nps"}]}, "only the kind choice has choices"),
        ({"questions": [{"id": "a", "kind": "nps", "before": True}]}, "before the films only"),
        ({"questions": [{**CHOICE, "before": True, "each_film": True}]}, "of no single film"),
    ],
)
def test_cells_and_choices_that_do_not_fit_are_refused(
    client: FlaskClient, study_id: str, changes: dict[str, Any], sentence: str
) -> None:
    path = f"/v1/studies/{study_id}/fieldwork"
    settings = {**client.get(path).get_json(), "cells": [], **changes}
    assert_problem(client.put(path, json=settings), 422, sentence)
