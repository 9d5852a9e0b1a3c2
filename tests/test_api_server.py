"""What the API is as a server: health, figures, documents, headers, logs, where it listens."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from calling import MISSING, assert_problem, client_of, done, post
from flask.testing import FlaskClient
from serving import BROKEN, MP4, Clock, StandIn, settings_in

from api.__main__ import main as serve
from emoclassify import __version__
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.worker import Worker


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(tmp_path: Path, clock: Clock) -> Iterator[Jobs]:
    with open_jobs(settings_in(tmp_path, max_upload_mb=1, max_queued=5), clock) as opened:
        yield opened


@pytest.fixture
def client(service: Jobs) -> FlaskClient:
    return client_of(service)


@pytest.fixture
def analyzer() -> StandIn:
    return StandIn()


@pytest.fixture
def worker(service: Jobs, analyzer: StandIn) -> Worker:
    return Worker(service, analyzer, "worker")


def test_health_and_readiness(client: FlaskClient, service: Jobs) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok", "version": __version__}
    before = client.get("/readyz")
    assert_problem(before, 503, "models")
    service.leases.announce("worker", ready=True)
    assert client.get("/readyz").get_json()["checks"] == dict.fromkeys(("database", "storage", "queue", "models"), True)
    figures = client.get("/metrics")
    assert 'emoclassify_jobs{state="queued"} 0.0' in figures.text


def test_the_documents_need_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/docs").text
    for call in ("/v1/jobs", "artifacts.zip", "double_check", "Idempotency-Key"):
        assert call in page
    assert "<script" not in page
    assert "http" not in page.replace("http://localhost", "")
    assert client.get("/openapi.json").get_json()["openapi"].startswith("3.")


def test_unknown_path_and_wrong_method(client: FlaskClient) -> None:
    assert_problem(client.get("/v1/nothing"), 404)
    answer = client.put("/v1/jobs")
    assert_problem(answer, 405)
    assert "POST" in answer.headers["Allow"]
    for job_id in (MISSING, "%00", "x" * 1000):
        assert_problem(client.get(f"/v1/jobs/{job_id}"), 404)


def test_every_answer_keeps_browsers_careful(client: FlaskClient, worker: Worker) -> None:
    for path in ("/healthz", "/v1/nothing", "/docs", f"/v1/jobs/{done(client, worker)}/result"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in headers


def test_nothing_of_an_upload_is_logged(client: FlaskClient, worker: Worker, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for content in (MP4 + b"secret content", BROKEN, b"secret"):
        post(client, name="secret-name.mp4", content=content, tag="secret-tag")
        worker.work_once()
    assert "secret" not in "".join(str(vars(record)) for record in caplog.records)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "::", "example.org"])
def test_without_keys_only_this_machine_is_served(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EMOCLASSIFY_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("api.__main__.log_as_json_lines", lambda: None)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert serve(["--host", host]) == 2
    told = capsys.readouterr().err
    assert host in told
    assert len(told.splitlines()) == 1
