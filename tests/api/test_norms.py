"""Norms of the API: films of finished studies added, shown, exchanged as files, deleted; whose they are."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient

from api.norms import LARGEST_FILE_BYTES
from emoclassify.jobs import norms
from emoclassify.jobs.scopes import scopes_in
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.worker import Worker
from emoclassify.remote.client import Client
from emoclassify.study.norms import LEAST_FILMS, LEAST_PEOPLE
from tests.support.calling import MISSING, assert_problem, done
from tests.support.serving import MP4
from tests.support.study_calls import NO_LIMITS, computed, made, rows_of, smiling, with_people

pytestmark = pytest.mark.whole
ANALYZER, LIMITS = smiling, NO_LIMITS


@pytest.fixture
def http_client(client: FlaskClient) -> Iterator[Client]:
    """The Python client of the same API."""
    with Client("http://localhost", key="", transport=httpx.WSGITransport(client.application)) as opened:
        yield opened


def with_enough_people(client: FlaskClient, worker: Worker) -> str:
    """A computed study that enough people saw."""
    study_id = made(client)
    ids = [done(client, worker, content=MP4 + bytes([number])) for number in range(LEAST_PEOPLE)]
    assert client.put(f"/v1/studies/{study_id}/viewings", json={"viewings": rows_of(ids)}).status_code == 200
    computed(client, worker, study_id)
    return study_id


def others(line: dict[str, Any], n: int, **changes: Any) -> str:
    """A norms file of another house: n films like one, each with a lower mean."""
    figures = {"happy": {**line["figures"]["happy"], "mean": -1.0}}
    return "".join(json.dumps({**line, "film": f"other:{i}", "figures": figures, **changes}) + "\n" for i in range(n))


def standings(client: FlaskClient, study_id: str, **query: str) -> Any:
    answer = client.get(f"/v1/studies/{study_id}/norms", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_a_study_is_added_once_and_its_line_tells_of_no_person(client: FlaskClient, worker: Worker) -> None:
    study_id = with_enough_people(client, worker)
    for _ in range(2):
        answer = client.post(f"/v1/studies/{study_id}/norms", json={"category": "cars"})
        assert answer.get_json() == {"added": 1, "films": 1}
    (line,) = client.get("/v1/norms").get_json()["norms"]
    assert (line["n"], line["category"], line["film"].partition(":")[2]) == (LEAST_PEOPLE, "cars", "A")
    assert line["figures"]["happy"]["ever"] == 1.0
    text = json.dumps(line)
    assert study_id not in text
    assert not any(f'"r{number}"' in text for number in range(LEAST_PEOPLE))


def test_percentiles_are_told_from_twenty_comparable_films_on(client: FlaskClient, worker: Worker) -> None:
    study_id = with_enough_people(client, worker)
    client.post(f"/v1/studies/{study_id}/norms", json={})
    (line,) = client.get("/v1/norms").get_json()["norms"]
    client.post("/v1/norms", data=others(line, LEAST_FILMS - 1).encode())
    client.post("/v1/norms", data=others(line, 30, reader_sha256="another", film="x").encode())
    (film,) = standings(client, study_id)["films"]
    assert (film["n_films"], film["is_added"], film["standings"]) == (LEAST_FILMS - 1, True, [])
    client.post("/v1/norms", data=others(line, LEAST_FILMS).encode())
    content = standings(client, study_id)
    assert content["least_films"] == LEAST_FILMS
    (film,) = content["films"]
    told = {(one["measure"], one["figure"]): one for one in film["standings"]}
    assert (told["happy", "mean"]["percentile"], told["happy", "mean"]["n_films"]) == (1.0, LEAST_FILMS)
    assert told["happy", "highest"]["percentile"] == 0.5  # all are alike
    assert standings(client, study_id, category="cars")["films"][0]["n_films"] == 0


def test_files_go_out_and_come_in_and_a_line_is_deleted(
    client: FlaskClient, worker: Worker, http_client: Client
) -> None:
    study_id = with_enough_people(client, worker)
    assert http_client.add_study_to_norms(study_id) == 1
    (line,) = http_client.norms()
    text = http_client.norms_file()
    assert [json.loads(one) for one in text.splitlines()] == [line]
    assert http_client.add_norms(text + others(line, 2)) == 3  # of the film that is there the new line counts
    assert [one["film"] for one in http_client.norms()][-2:] == ["other:0", "other:1"]
    http_client.delete_norm(line["film"])
    assert {one["film"] for one in http_client.norms()} == {"other:0", "other:1"}
    assert_problem(client.delete(f"/v1/norms/{line['film']}"), 404, "no such film")
    assert [film["is_added"] for film in http_client.standings(study_id)["films"]] == [False]


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"\xff", 422, "not UTF-8"),
        (b"{}", 422, "line 1 is no line of norms"),
        (b'\n{"film": "", "reader_sha256": "r"}', 422, "line 2 is no line of norms"),
        (b"[" * 60000, 422, "line 1 is no line of norms"),
        (b" " * (LARGEST_FILE_BYTES + 1), 413, "KB"),
    ],
)
def test_what_is_no_norms_file_is_refused(client: FlaskClient, body: bytes, status: int, reason: str) -> None:
    assert_problem(client.post("/v1/norms", data=body), status, reason)
    assert client.get("/v1/norms").get_json() == {"norms": []}


def test_numbers_that_json_cannot_hold_are_no_line(client: FlaskClient) -> None:
    line = {"film": "x:A", "reader_sha256": "r", "share_above": 0.5, "baseline": "none", "category": "", "n": 12}
    for value in ("NaN", "Infinity"):
        text = json.dumps({**line, "figures": {"happy": {"mean": 0.5}}}).replace('"mean": 0.5', f'"mean": {value}')
        assert_problem(client.post("/v1/norms", data=text.encode()), 422, "is no line of norms")


def test_there_are_at_most_so_many_films(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(norms, "MOST_FILMS", 3)
    line = {"film": "x:A", "reader_sha256": "r", "share_above": 0.5, "baseline": "none", "category": "", "n": 12}
    full = {**line, "figures": {"happy": {}}}
    assert client.post("/v1/norms", data=others(full, 3).encode()).get_json() == {"added": 3, "films": 3}
    assert client.post("/v1/norms", data=others(full, 3).encode()).get_json() == {"added": 3, "films": 3}
    assert_problem(client.post("/v1/norms", data=json.dumps(full).encode()), 409, "at most 3 films")
    assert len(client.get("/v1/norms").get_json()["norms"]) == 3


def test_without_results_nothing_can_be_added_or_compared(client: FlaskClient, worker: Worker) -> None:
    study_id = made(client)
    assert_problem(client.post(f"/v1/studies/{study_id}/norms", json={}), 409, "has no results")
    assert_problem(client.get(f"/v1/studies/{study_id}/norms"), 409, "has no results")
    assert_problem(client.get(f"/v1/studies/{MISSING}/norms"), 404, "no such study")
    with_people(client, worker, study_id)
    computed(client, worker, study_id)
    assert client.post(f"/v1/studies/{study_id}/norms", json={}).get_json() == {"added": 0, "films": 0}  # too few
    assert standings(client, study_id)["films"] == []


def test_a_look_at_the_norms_of_a_study_locks_its_plan(client: FlaskClient, worker: Worker) -> None:
    study_id = with_enough_people(client, worker)
    assert client.get(f"/v1/studies/{study_id}").get_json()["locked_at"] is None
    standings(client, study_id)
    assert client.get(f"/v1/studies/{study_id}").get_json()["locked_at"] is not None


def test_norms_are_their_owner_s_and_go_with_a_key_that_takes_all_along(service: Jobs, client: FlaskClient) -> None:
    line = {"film": "x:A", "reader_sha256": "r", "share_above": 0.5, "baseline": "none", "category": "", "n": 12}
    body = others({**line, "figures": {"happy": {}}}, 1).encode()
    key, secret = service.keys.add("one")
    one = {"Authorization": f"Bearer {secret}"}
    other = {"Authorization": f"Bearer {service.keys.add('other')[1]}"}
    reading = {"Authorization": f"Bearer {service.keys.add('reading', scopes=scopes_in('read'))[1]}"}
    assert client.post("/v1/norms", data=body, headers=one).status_code == 200
    assert len(client.get("/v1/norms", headers=one).get_json()["norms"]) == 1
    assert client.get("/v1/norms", headers=other).get_json() == {"norms": []}
    assert client.get("/v1/norms.jsonl", headers=other).text == ""
    assert_problem(client.delete("/v1/norms/other:0", headers=other), 404, "no such film")
    assert_problem(client.post("/v1/norms", data=body, headers=reading), 403, "scope submit")
    assert_problem(client.delete("/v1/norms/other:0", headers=reading), 403, "scope submit")
    assert_problem(client.get("/v1/norms"), 401, "key")
    service.revoke_key(key.id, deletes_jobs=True)
    assert service.norms.lines(key.owner) == []
