"""Keys that may do less or more, that end, that follow each other; and what becomes of the jobs of a revoked one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from emoclassify.cli import main as command_line
from emoclassify.job_states import JobState
from emoclassify.jobs.job import DAY_S
from emoclassify.jobs.scopes import Scope, scopes_in, text_of
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.worker import Worker
from tests.support.calling import MISSING, assert_problem, done, post, posted
from tests.support.serving import Clock, StandIn, settings_in
from tests.support.submitting import now, submit, while_slow


@pytest.fixture
def service(tmp_path: Path, clock: Clock) -> Iterator[Jobs]:
    with open_jobs(settings_in(tmp_path), clock) as opened:
        yield opened


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def key_with(service: Jobs, scopes: str, **more: Any) -> dict[str, str]:
    """The headers of a new key."""
    return bearer(service.keys.add(scopes, scopes=scopes_in(scopes), **more)[1])


SEEING = [("GET", path) for path in ("", "/result", "/artifacts", "/artifacts.zip", "/artifacts/frames.csv")]
ENDING = [("POST", "/cancel"), ("POST", "/retry"), ("DELETE", "")]


def test_a_key_that_only_hands_in_sees_nothing_and_one_that_only_sees_changes_nothing(
    service: Jobs, client: FlaskClient
) -> None:
    submitting, reading = key_with(service, "submit"), key_with(service, "read")
    assert post(client, headers=submitting).status_code == 202
    assert_problem(post(client, headers=reading), 403, "scope submit")
    for method, call in SEEING:
        assert_problem(client.open(f"/v1/jobs/{MISSING}{call}", method=method, headers=submitting), 403, "scope read")
        assert client.open(f"/v1/jobs/{MISSING}{call}", method=method, headers=reading).status_code == 404
    for method, call in ENDING:
        assert_problem(client.open(f"/v1/jobs/{MISSING}{call}", method=method, headers=reading), 403, "scope submit")
    for path in ("/v1/jobs", "/v1/stats", "/metrics"):
        assert (client.get(path, headers=submitting).status_code, client.get(path, headers=reading).status_code) == (
            403,
            200,
        )
    for path in ("/v1/limits", "/openapi.json", "/docs"):
        assert client.get(path, headers=submitting).status_code == 200
    assert len(service.storage.list_uploads()) == 1  # what was refused is not stored


def test_an_administrator_ends_the_jobs_of_others_and_cannot_fetch_what_was_found(
    service: Jobs, client: FlaskClient
) -> None:
    anna, admin = key_with(service, "read,submit"), key_with(service, "admin")
    owner = service.keys.list()[0].owner
    job_id = done(client, Worker(service, StandIn(), "one"), headers=anna)
    waiting_id = posted(client, headers=anna)
    listed = client.get("/v1/jobs", query_string={"owner": owner}, headers=admin).get_json()["jobs"]
    assert {job["id"] for job in listed} == {job_id, waiting_id}
    assert client.get("/v1/jobs", headers=admin).get_json()["jobs"] == []
    assert client.get(f"/v1/jobs/{job_id}", headers=admin).status_code == 200
    for method, call in SEEING[1:]:
        assert client.open(f"/v1/jobs/{job_id}{call}", method=method, headers=admin).status_code == 403
    assert client.post(f"/v1/jobs/{waiting_id}/cancel", headers=admin).get_json()["state"] == JobState.CANCELED
    for each in (job_id, waiting_id):
        assert client.delete(f"/v1/jobs/{each}", headers=admin).status_code == 204
    assert service.storage.list_jobs() == set()
    assert client.delete(f"/v1/jobs/{MISSING}", headers=admin).status_code == 404


def test_an_administrator_with_all_scopes_still_sees_only_its_own_files(service: Jobs, client: FlaskClient) -> None:
    anna, admin = key_with(service, "read,submit"), key_with(service, "read,submit,admin")
    job_id = done(client, Worker(service, StandIn(), "one"), headers=anna)
    for method, call in SEEING[1:]:
        assert client.open(f"/v1/jobs/{job_id}{call}", method=method, headers=admin).status_code == 404


def test_the_jobs_of_others_are_listed_for_administrators_alone(service: Jobs, client: FlaskClient) -> None:
    anna, other = key_with(service, "read,submit"), key_with(service, "read")
    mine, theirs = (key.owner for key in service.keys.list())
    assert client.get("/v1/jobs", query_string={"owner": mine}, headers=anna).status_code == 200
    assert_problem(client.get("/v1/jobs", query_string={"owner": theirs}, headers=anna), 403, "scope admin")
    assert_problem(client.get("/v1/jobs", query_string={"owner": mine}, headers=other), 403, "scope admin")


def test_a_key_ends_by_itself(service: Jobs, client: FlaskClient, clock: Clock) -> None:
    headers = key_with(service, "read", expires_at=clock.now + DAY_S)
    clock.now += DAY_S - 1
    assert client.get("/v1/jobs", headers=headers).status_code == 200
    clock.now += 1
    assert client.get("/v1/jobs", headers=headers).status_code == 401
    assert client.get("/v1/jobs").status_code == 401  # a server whose keys have ended is not open to all


def test_a_key_that_follows_another_has_the_same_jobs(service: Jobs, client: FlaskClient, clock: Clock) -> None:
    old_key, old_text = service.keys.add("Anna", scopes=scopes_in("read,submit"), max_upload_mb=3)
    job_id = posted(client, headers=bearer(old_text))
    made = service.keys.rotate(old_key.id, old_until=clock.now + DAY_S)
    assert made is not None
    new_key, new_text = made
    assert (new_key.owner, new_key.name, new_key.max_upload_mb) == (old_key.owner, "Anna", 3)
    for text in (old_text, new_text):
        assert client.get(f"/v1/jobs/{job_id}", headers=bearer(text)).status_code == 200
    clock.now += DAY_S
    assert client.get("/v1/jobs", headers=bearer(old_text)).status_code == 401
    assert client.delete(f"/v1/jobs/{job_id}", headers=bearer(new_text)).status_code == 204
    assert service.keys.rotate(old_key.id, old_until=clock.now) is None


def test_rotating_at_once_ends_the_old_key_at_once_and_its_jobs_go_on(service: Jobs, clock: Clock) -> None:
    key, text = service.keys.add("Anna")
    job = submit(service, owner=key.owner)
    assert service.keys.rotate(key.id, old_until=clock.now) is not None
    assert service.keys.find(text) is None
    assert service.queue.take() == job.id


def test_rotating_never_makes_a_key_last_longer(service: Jobs, clock: Clock) -> None:
    key, text = service.keys.add("Anna", expires_at=clock.now + 10)
    service.keys.rotate(key.id, old_until=clock.now + DAY_S)
    clock.now += 11
    assert service.keys.find(text) is None


def test_the_jobs_of_a_revoked_key_do_not_run_on(service: Jobs) -> None:
    key, _ = service.keys.add("Anna")
    other = submit(service, owner="somebody-else")
    waiting = submit(service, owner=key.owner)
    assert service.revoke_key(key.id)
    assert now(service, waiting).state == JobState.CANCELED
    assert service.queue.take() == other.id
    assert not service.revoke_key(key.id)
    assert not service.revoke_key("00000000")


def test_a_running_job_of_a_revoked_key_is_ended(service: Jobs) -> None:
    key, _ = service.keys.add("Anna")

    def revoke(job: Any) -> None:
        with service.database.writing() as connection:
            connection.exec_driver_sql("UPDATE jobs SET owner = ? WHERE id = ?", (key.owner, job.id))
        service.revoke_key(key.id)

    job = while_slow(service, revoke)
    ended = service.store.get(job.id, key.owner)
    assert ended is not None
    assert ended.state == JobState.CANCELED


def test_while_its_owner_has_another_key_they_go_on(service: Jobs, clock: Clock) -> None:
    key, _ = service.keys.add("Anna")
    job = submit(service, owner=key.owner)
    assert service.keys.rotate(key.id, old_until=clock.now + DAY_S) is not None
    assert service.revoke_key(key.id)
    assert service.queue.take() == job.id


def test_a_revoked_key_s_jobs_can_be_deleted_with_it_or_after_it(service: Jobs) -> None:
    key, _ = service.keys.add("Anna")
    finished = submit(service, owner=key.owner)
    Worker(service, StandIn(), "one").work_once()
    assert service.revoke_key(key.id)
    assert service.storage.list_jobs() == {finished.id}
    assert not service.revoke_key(key.id)
    assert service.revoke_key(key.id, deletes_jobs=True)
    assert service.storage.list_jobs() == set()


def test_lists_of_scopes() -> None:
    assert scopes_in("submit, read") == {Scope.READ, Scope.SUBMIT}
    assert text_of({Scope.ADMIN, Scope.READ}) == "read,admin"
    for wrong in ("", "write"):
        with pytest.raises(ValueError, match=wrong or "^$"):
            scopes_in(wrong)


def test_keys_with_scopes_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EMOCLASSIFY_DATA_DIR", str(tmp_path))
    assert command_line(["keys", "add", "kiosk", "--scope", "submit", "--expires-days", "30"]) == 0
    old_text = capsys.readouterr().out.strip()
    assert command_line(["keys", "list"]) == 0
    line = capsys.readouterr().out
    assert "  submit  ends " in line
    key_id = line.split()[0]
    assert command_line(["keys", "rotate", key_id]) == 0
    new_text = capsys.readouterr().out.strip()
    assert command_line(["keys", "list"]) == 0
    old_line, new_line = capsys.readouterr().out.splitlines()
    assert "revoked" in old_line
    assert f"owner {key_id}" in new_line
    assert command_line(["keys", "rotate", key_id]) == 1
    assert command_line(["keys", "add", "x", "--scope", "write"]) == 2
    assert "read, submit" in capsys.readouterr().err
    with open_jobs(settings_in(tmp_path), Clock(0.0)) as service:
        assert (service.keys.find(old_text), service.keys.find(new_text) is None) == (None, False)
    assert command_line(["keys", "revoke", new_line.split()[0], "--delete-jobs"]) == 0


def test_a_key_that_an_older_api_makes_has_its_own_jobs(service: Jobs) -> None:
    """While the processes of a server are updated one after another."""
    with service.database.writing() as connection:
        row = ("1a2b3c4d", "old", "0" * 64, 1.0)
        connection.exec_driver_sql("INSERT INTO keys (id, name, digest, created_at) VALUES (?, ?, ?, ?)", row)
    (key,) = service.keys.list()
    assert (key.owner, text_of(key.scopes), key.expires_at) == ("1a2b3c4d", "read,submit", None)
    assert service.keys.has_key_in_use("1a2b3c4d")
