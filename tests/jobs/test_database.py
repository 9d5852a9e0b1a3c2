"""The database: its indexes, a lock that is held, a place that is away or full; the server's settings."""

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import OperationalError

from emoclassify.errors import UsageError
from emoclassify.job_states import JobState
from emoclassify.jobs.database import _BUSY_S, Database
from emoclassify.jobs.leases import Outcome
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.settings import ServerSettings
from emoclassify.jobs.storage import Storage
from emoclassify.jobs.tables import jobs
from emoclassify.words.messages import Message
from tests.support.calling import assert_problem, client_of, post
from tests.support.services import until
from tests.support.serving import MP4, Clock, served
from tests.support.submitting import submit


@pytest.mark.parametrize(
    "query",
    ["DELETE FROM repeats WHERE job_id = ''", "SELECT id FROM jobs WHERE expires_at <= 0", "SELECT * FROM jobs"],
)
def test_what_is_to_be_removed_is_found_without_reading_all_that_is_kept(service: Jobs, query: str) -> None:
    with service.database.engine.connect() as connection:
        plan = str(connection.execute(text(f"EXPLAIN QUERY PLAN {query}")).all())
    assert ("USING" in plan) == ("WHERE" in query)


def test_why_a_job_failed_is_kept_as_code_and_fields(service: Jobs) -> None:
    job = submit(service)
    taken = service.leases.claim(job.id, "here")
    assert taken is not None
    error = Message("took_too_much_memory", {"used_mb": 501, "limit_mb": 500})
    assert service.leases.finish(taken, Outcome(state=JobState.FAILED, error=error))
    failed = service.store.get(job.id, "")
    assert failed is not None
    assert failed.error == error
    problem = client_of(service).get(f"/v1/jobs/{job.id}").get_json()["error"]
    assert problem["type"] == "urn:emoclassify:problem:took_too_much_memory"
    assert (problem["code"], problem["fields"]) == (error.code, error.fields)
    assert problem["detail"] == "The analysis took 501 MB of memory, more than 500, and was ended."


@pytest.mark.parametrize("sentence", ["No sound was found.", "{not JSON}", '{"n": 1}', "[1]"])
def test_a_sentence_that_an_older_version_kept_is_told_as_it_is(service: Jobs, sentence: str) -> None:
    job = submit(service)
    with service.database.writing() as connection:
        connection.execute(update(jobs).where(jobs.c.id == job.id).values(state=JobState.FAILED, error=sentence))
    problem = client_of(service).get(f"/v1/jobs/{job.id}").get_json()["error"]
    assert (problem["type"], problem["status"], problem["detail"]) == ("about:blank", 422, sentence)
    assert Message.from_problem(problem).in_language("ru") == sentence


@pytest.mark.parametrize("url", ["nonsense", "oracle9://x", "postgresql+nodriver://x/y"])
def test_an_address_of_no_database(url: str) -> None:
    with pytest.raises(UsageError, match="EMOCLASSIFY_DATABASE_URL"):
        Database(url)


def test_an_address_of_no_storage() -> None:
    with pytest.raises(UsageError, match="EMOCLASSIFY_STORAGE_URL"):
        Storage("nonsense://x")


def test_a_lock_that_is_held_too_long_is_told_and_passes(service: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emoclassify.jobs.database._BUSY_S", 0.05)
    with open_jobs(service.settings, service.clock) as impatient:
        client = client_of(impatient)
        holder = sqlite3.connect(service.settings.data_dir / "jobs.sqlite", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        answer = post(client)
        assert_problem(answer, 503, "database")
        assert int(answer.headers["Retry-After"]) > 0
        assert client.get("/v1/jobs").get_json()["jobs"] == []  # reading goes on
        with pytest.raises(OperationalError):
            impatient.leases.announce("one", ready=True)
        holder.execute("ROLLBACK")
        holder.close()
        assert post(client).status_code == 202


@pytest.mark.slow
def test_a_lock_that_is_held_stops_no_call_that_needs_none(tmp_path: Path) -> None:
    """As many uploads as the server has threads, which all wait for a lock that another program holds."""
    threads = 16
    with served(tmp_path, threads=threads) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        holder = sqlite3.connect(tmp_path / "jobs.sqlite", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(threads) as uploads:
            answers = [uploads.submit(client.post, "/v1/jobs", files={"file": ("a.mp4", MP4)}) for _ in range(threads)]
            until(lambda: any(answer.done() for answer in answers))  # by then all are under way
            start_s = time.monotonic()
            for path in ("/healthz", "/v1/jobs"):
                assert client.get(path).status_code == 200
            assert time.monotonic() - start_s < _BUSY_S / 2
            assert sum(answer.done() for answer in answers) < threads, "nobody waits any longer"
            statuses = {answer.result().status_code for answer in answers}
        assert statuses == {503}
        holder.execute("ROLLBACK")
        holder.close()
        assert client.post("/v1/jobs", files={"file": ("a.mp4", MP4)}).status_code == 202


def test_a_storage_that_is_gone_is_told_and_comes_back(service: Jobs) -> None:
    client = client_of(service)
    storage = service.settings.data_dir / "storage"
    storage.rename(storage.with_name("away"))
    assert_problem(post(client), 503, "storage")
    assert not client.get("/readyz").get_json(force=True)["checks"]["storage"]
    storage.with_name("away").rename(storage)
    assert post(client).status_code == 202


def test_a_disk_that_is_full_is_told(service: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Storage, "create_upload", full)
        assert_problem(post(client_of(service)), 507, "no room")
    assert client_of(service).get("/v1/jobs").get_json()["jobs"] == []


def test_a_clock_that_jumps_loses_nothing(service: Jobs, clock: Clock) -> None:
    job = submit(service)
    held = service.leases.claim(job.id, "one")
    assert held is not None
    clock.now -= 1e6
    assert service.queue.take() is None
    assert service.leases.finish(held, Outcome(state=JobState.COMPLETED))
    found = service.store.get(job.id, "")
    assert found is not None
    assert found.state == "completed"


def test_settings_are_read_from_the_environment(tmp_path: Path) -> None:
    environ = {
        "EMOCLASSIFY_DATA_DIR": str(tmp_path),
        "EMOCLASSIFY_MAX_UPLOAD_MB": "5",
        "EMOCLASSIFY_REQUIRE_KEYS": "yes",
        "EMOCLASSIFY_CORS_ORIGINS": "https://a.example, https://b.example",
        "EMOCLASSIFY_KEEP_DAYS": "",
    }
    settings = ServerSettings.read(environ)
    assert (settings.max_upload_bytes, settings.require_keys, settings.keep_days) == (5 * 1024**2, True, 7)
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert settings.database == f"sqlite:///{tmp_path}/jobs.sqlite"


@pytest.mark.parametrize(
    ("name", "text"),
    [("KEEP_DAYS", "soon"), ("KEEP_DAYS", "31"), ("THREADS", "1"), ("REQUIRE_KEYS", "perhaps"), ("MAX_TRIES", "0")],
)
def test_a_setting_that_does_not_fit_is_named(name: str, text: str) -> None:
    with pytest.raises(UsageError, match=f"EMOCLASSIFY_{name}"):
        ServerSettings.read({f"EMOCLASSIFY_{name}": text})


def test_webhooks_need_a_secret() -> None:
    with pytest.raises(UsageError, match="WEBHOOK_SECRET"):
        ServerSettings(webhook_hosts=("lab.example",))
