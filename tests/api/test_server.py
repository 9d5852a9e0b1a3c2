"""What the API is as a server: health, figures, documents, headers, logs, where it listens."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api.__main__ import main as serve
from api.health import WORKER_SILENCE_S
from emoclassify import __version__
from emoclassify.jobs.logs import JsonLines
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.worker import Worker
from emoclassify.serve import camera_line
from tests.support.calling import MISSING, assert_problem, client_of, done, post
from tests.support.serving import BROKEN, MP4, Clock, settings_in
from tests.support.sources import ROOT


def test_health_and_readiness(client: FlaskClient, service: Jobs, clock: Clock) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok", "version": __version__}
    before = client.get("/readyz")
    assert_problem(before, 503, "models")
    service.leases.announce("worker", ready=True)
    assert client.get("/readyz").get_json()["checks"] == dict.fromkeys(("database", "storage", "queue", "models"), True)
    assert "emoclassify_workers 1.0" in client.get("/metrics").text
    service.leases.retire("worker")  # as each does that ends
    assert_problem(client.get("/readyz"), 503, "models")
    service.leases.announce("worker", ready=True)
    clock.now += WORKER_SILENCE_S  # as after one that was killed
    assert_problem(client.get("/readyz"), 503, "models")
    assert "emoclassify_workers 0.0" in client.get("/metrics").text


def test_figures_are_there_before_the_first_job(client: FlaskClient) -> None:
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


def test_where_browsers_of_others_would_have_no_camera_it_is_said() -> None:
    assert camera_line("127.0.0.1") == camera_line("localhost") == ""
    for host in ("0.0.0.0", "192.168.1.2", "lab.example"):
        assert "https" in camera_line(host)


def test_a_setting_that_does_not_fit_ends_the_program_for_good(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EMOCLASSIFY_MAX_UPLOAD_MB", "many")
    monkeypatch.setattr("api.__main__.log_as_json_lines", lambda: None)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert serve([]) == 2  # `emoclassify serve` begins again what ends with another status
    assert "EMOCLASSIFY_MAX_UPLOAD_MB" in capsys.readouterr().err


def test_the_figures_of_a_job(client: FlaskClient, worker: Worker) -> None:
    done(client, worker)
    post(client)
    figures = client.get("/metrics").text.splitlines()
    assert {
        'emoclassify_jobs{state="completed"} 1.0',
        'emoclassify_jobs{state="queued"} 1.0',
        'emoclassify_jobs_ended_total{state="completed"} 1.0',
        'emoclassify_stage_seconds_total{stage="faces"} 1.0',
        "emoclassify_queue_length 1.0",
        "emoclassify_workers 0.0",
    } <= set(figures)


def test_a_key_is_told_figures_of_its_own_jobs_only(client: FlaskClient, service: Jobs, worker: Worker) -> None:
    anna, boris = ({"Authorization": f"Bearer {service.keys.add(name)[1]}"} for name in ("Anna", "Boris"))
    done(client, worker, headers=anna)
    post(client, headers=boris)
    for headers, completed, queued in ((anna, 1.0, 0.0), (boris, 0.0, 1.0)):
        figures = client.get("/metrics", headers=headers).text
        assert f'emoclassify_jobs{{state="completed"}} {completed}\n' in figures
        assert f'emoclassify_jobs{{state="queued"}} {queued}\n' in figures
        for name in ("queue_length", "jobs_ended", "stage_seconds"):
            assert name not in figures


def test_a_database_that_is_gone_is_told_and_comes_back(tmp_path: Path) -> None:
    place = tmp_path / "database"
    url = f"sqlite:///{place / 'jobs.sqlite'}"
    with open_jobs(settings_in(tmp_path / "data", database_url=url), Clock()) as service:
        client = client_of(service)
        assert post(client).status_code == 202
        service.close()
        place.rename(tmp_path / "away")
        assert_problem(client.get("/v1/jobs"), 503, "database")
        assert_problem(post(client), 503, "database")
        assert client.get("/readyz").get_json(force=True)["checks"]["database"] is False
        assert client.get("/healthz").status_code == 200
        (tmp_path / "away").rename(place)
        assert post(client).status_code == 202
        assert len(client.get("/v1/jobs").get_json()["jobs"]) == len(service.storage.list_uploads()) == 2


@pytest.mark.process
def test_the_api_never_loads_what_opens_media() -> None:
    code = "import sys, api.__main__; print('\\n'.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert "emoclassify.jobs.service" in loaded.split()
    assert not set(loaded.split()) & {"av", "PIL", "numpy", "torch", "openvino", "librosa", "soundfile"}


@pytest.mark.process
def test_nor_does_it_with_a_study() -> None:
    code = "import sys, api.__main__, api.study_tables; print('\\n'.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert not set(loaded.split()) & {"av", "PIL", "torch", "openvino", "librosa", "soundfile"}


def test_a_log_line_is_json_with_the_id_of_its_job_and_nothing_else_of_it() -> None:
    record = logging.makeLogRecord({"name": "api", "msg": "answered", "levelno": 20, "levelname": "INFO"})
    vars(record).update(job="0" * 32, status=200, ms=1.5, recording="secret-name.mp4")
    line = json.loads(JsonLines().format(record))
    assert (line["message"], line["from"], line["level"]) == ("answered", "api", "info")
    assert (line["job"], line["status"], line["ms"]) == ("0" * 32, 200, 1.5)
    assert "secret" not in str(line)
