"""What is no JSON, or JSON that nothing here can hold, is refused by every call, of strangers and of keys."""

import pytest
from flask.testing import FlaskClient

from emoclassify.jobs.service import Jobs
from tests.support.respondents import SETTINGS, Respondent, collecting, token_of

pytestmark = pytest.mark.whole

HALF_A_LETTER = '"x\\ud800"'
BODIES = {
    "deep list": b"[" * 30_000,
    "deep object": b'{"a":' * 10_000,
    "half a letter": f'{{"code": {HALF_A_LETTER}, "title": {HALF_A_LETTER}, "plan": {{}}}}'.encode(),
    "half a letter as a name": f"{{{HALF_A_LETTER}: 1}}".encode(),
    "no JSON": b"{",
    "no text": b"\xff",
}


@pytest.fixture
def study_id(client: FlaskClient, service: Jobs) -> str:
    return collecting(client, service)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_strangers_get_one_plain_refusal(client: FlaskClient, study_id: str, body: bytes) -> None:
    person = Respondent(client, token_of(client, study_id)).begin()
    paths = ("answers", "done", "step", "consent", "screening")
    answers = [person.call("POST", f"sitting/{path}", data=body) for path in paths]
    answers += [person.call("POST", "sittings", data=body)]
    answers += [client.post(f"/r/-/{name}", data=body) for name in ("withdraw", "sentence")]
    assert {answer.status_code for answer in answers} == {422}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_so_do_those_with_a_key(client: FlaskClient, study_id: str, body: bytes) -> None:
    path = f"/v1/studies/{study_id}"
    calls = [("POST", "/v1/studies"), ("PUT", path), ("POST", f"{path}/invites"), ("PUT", f"{path}/fieldwork")]
    calls += [("PUT", f"{path}/{table}") for table in ("viewings", "participants", "scenes")]
    answers = [client.open(to, method=method, data=body, content_type="application/json") for method, to in calls]
    assert {answer.status_code for answer in answers} == {422}


def test_letters_of_two_halves_are_letters(client: FlaskClient, study_id: str) -> None:
    body = b'{"title": "\\ud83d\\ude00", "contact": "A. Person"}'
    path = f"/v1/studies/{study_id}/fieldwork"
    assert client.put(path, data=body, content_type="application/json").get_json()["title"] == "\U0001f600"


@pytest.mark.parametrize("duration", ["1e999", "Infinity", "1e9", "86401", "0", "-1", "NaN"])
def test_a_film_has_a_length_that_a_film_can_have(client: FlaskClient, duration: str) -> None:
    film = f'{{"id": "A", "duration_s": {duration}}}'
    body = f'{{"title": "t", "plan": {{"measures": ["happy"], "stimulus": [{film}]}}}}'
    answer = client.post("/v1/studies", data=body, content_type="application/json")
    assert (answer.status_code, "no length between 0 and 24 hours" in answer.text) == (422, True)


def test_a_body_of_the_right_kind_is_read_as_before(client: FlaskClient, study_id: str) -> None:
    assert client.put(f"/v1/studies/{study_id}/fieldwork", json=SETTINGS).status_code == 200
