"""The audit log: who called what about which job, and nothing that says whose face it is."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from emoclassify.jobs.audit import AuditLog, Call
from emoclassify.jobs.job import DAY_S
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.worker import Worker
from tests.support.calling import client_of, done, post
from tests.support.serving import Clock, StandIn, settings_in


@pytest.fixture
def service(tmp_path: Path, clock: Clock) -> Iterator[Jobs]:
    with open_jobs(settings_in(tmp_path), clock) as opened:
        yield opened


def lines(service: Jobs) -> list[dict[str, Any]]:
    return [
        json.loads(line) for path in sorted(service.settings.audit.glob("*")) for line in path.read_text().splitlines()
    ]


def test_who_fetched_and_deleted_which_job_is_kept(service: Jobs, client: FlaskClient) -> None:
    key, text = service.keys.add("Anna")
    headers = {"Authorization": f"Bearer {text}"}
    job_id = done(client, Worker(service, StandIn(), "one"), headers=headers)
    for path in ("/result", "/artifacts/recording"):
        assert client.get(f"/v1/jobs/{job_id}{path}", headers=headers).status_code == 200
    assert client.delete(f"/v1/jobs/{job_id}", headers=headers).status_code == 204
    assert client.get("/healthz").status_code == 200
    assert lines(service) == [
        {
            **{"time": "2027-01-15T08:00:00Z", "key": key.id, "address": "127.0.0.1"},
            **{"method": method, "route": route, "job": job_id, "status": status, "calls": 1},
        }
        for method, route, status in (
            ("POST", "/v1/jobs", 202),
            ("GET", "/v1/jobs/<job_id>/result", 200),
            ("GET", "/v1/jobs/<job_id>/artifacts/<name>", 200),
            ("DELETE", "/v1/jobs/<job_id>", 204),
        )
    ]


def test_who_guesses_keys_is_kept_with_the_number_of_guesses(service: Jobs, client: FlaskClient, clock: Clock) -> None:
    service.keys.add("Anna")
    for guess in range(50):
        wrong = {"Authorization": f"Bearer emo_guess-{guess}"}
        assert client.get(f"/v1/jobs/{guess:032x}", headers=wrong).status_code == 401
    clock.now += 60
    client.get("/v1/jobs/" + "0" * 32)
    assert [(line["status"], line["key"], line["job"], line["calls"]) for line in lines(service)] == [
        (401, "", "", 1),
        (401, "", "", 50),
    ]


def test_a_page_that_asks_again_and_again_is_one_line_a_minute(
    service: Jobs, client: FlaskClient, clock: Clock
) -> None:
    for _ in range(90):
        client.get("/v1/jobs")
        clock.now += 2
    assert [line["calls"] for line in lines(service)] == [1, 30, 30]


def test_every_call_that_changes_something_is_a_line(service: Jobs, client: FlaskClient) -> None:
    for _ in range(3):
        client.delete("/v1/jobs/" + "0" * 32)
    assert [(line["method"], line["status"], line["calls"]) for line in lines(service)] == [("DELETE", 404, 1)] * 3


def test_neither_names_nor_keys_nor_what_strangers_send_is_kept(service: Jobs, client: FlaskClient) -> None:
    _, text = service.keys.add("Anna")
    headers = {"Authorization": f"Bearer {text}"}
    post(client, name="secret-name.mp4", headers=headers, tag="secret-tag", group="secret-group")
    client.get("/v1/jobs?q=secret-name", headers=headers)
    client.get("/v1/jobs/secret-name", headers=headers)
    client.get("/secret-name", headers=headers)
    client.get("/v1/jobs/secret-name", headers={"Authorization": "Bearer emo_secret-key"})
    written = b"".join(path.read_bytes() for path in service.settings.audit.glob("*"))
    assert b"secret" not in written
    assert text.encode() not in written
    assert len(written.splitlines()) == 5


def test_it_is_for_its_owner_alone(service: Jobs, client: FlaskClient) -> None:
    client.get("/v1/jobs")
    (path,) = service.settings.audit.iterdir()
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


CALL = Call(key="1", address="::1", method="POST", route="/v1/jobs", job="", status=202)


def test_days_go_when_their_time_is_over(tmp_path: Path, clock: Clock) -> None:
    log = AuditLog(tmp_path, 3, clock)
    for _ in range(10):
        log.note(CALL)
        clock.now += DAY_S
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        *("2027-01-22.jsonl", "2027-01-23.jsonl", "2027-01-24.jsonl")
    ]


def test_it_can_be_switched_off(tmp_path: Path, clock: Clock) -> None:
    with open_jobs(settings_in(tmp_path, audit_days=0), clock) as service:
        client_of(service).get("/v1/jobs")
        assert not service.settings.audit.exists()


def test_where_it_cannot_be_written_the_call_is_answered(service: Jobs, client: FlaskClient) -> None:
    service.settings.audit.write_text("a file in the place of the folder")
    assert client.get("/v1/jobs").status_code == 200
