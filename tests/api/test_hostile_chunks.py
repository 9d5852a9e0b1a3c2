"""Pieces of a recording that are too many or too large, and a server whose disk is full."""

import errno
import hashlib

import pytest
from flask.testing import FlaskClient

from emoclassify.capture.settings import BASELINE_S
from emoclassify.jobs.service import Jobs
from tests.support.calling import assert_problem, shown
from tests.support.respondents import FILM_S, PIECES, Respondent, collecting, token_of

GIGABYTES_5 = 5 * 1024**3
N_PIECES = 100


@pytest.fixture
def study_id(client: FlaskClient, service: Jobs) -> str:
    return collecting(client, service, 1)


@pytest.fixture
def person(client: FlaskClient, study_id: str) -> Respondent:
    return Respondent(client, token_of(client, study_id)).begin()


def test_five_gigabytes_are_refused_before_any_of_them_is_read(person: Respondent) -> None:
    announced = {"CONTENT_LENGTH": str(GIGABYTES_5)}
    answer = person.call("PUT", "sitting/chunks/0", data=PIECES[0], environ_overrides=announced)
    assert_problem(answer, 413, "8192 KB")
    assert person.call("GET", "sitting").get_json()["next"] == 0


def test_no_more_pieces_are_taken_than_the_films_have_seconds(
    person: Respondent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.sittings._SLACK_S", 0.0)
    most = int(FILM_S + BASELINE_S)
    codes = [person.put(number, PIECES[0]).status_code for number in range(N_PIECES)]
    assert codes == [200] * most + [413] * (N_PIECES - most)
    assert person.call("GET", "sitting").get_json()["next"] == most


def test_a_full_disk_refuses_a_piece_for_now_and_loses_none(
    client: FlaskClient, service: Jobs, study_id: str, person: Respondent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(jobs: Jobs, upload_bytes: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    assert person.put(0, PIECES[0]).status_code == 200
    with monkeypatch.context() as full:
        full.setattr(Jobs, "require_room", refuse)
        assert_problem(person.put(1, PIECES[1]), 507)
    assert person.call("GET", "sitting").get_json()["next"] == 1
    person.send()
    assert person.end().status_code == 200
    (viewing,) = client.get(f"/v1/studies/{study_id}/viewings").get_json()["viewings"]
    whole = b"".join(PIECES)
    with service.storage.open_upload(viewing["recording"]) as file:
        assert hashlib.sha256(file.read()).hexdigest() == hashlib.sha256(whole).hexdigest()
    assert shown(client, viewing["recording"])["size_bytes"] == len(whole)
