"""The HTTP API: what it takes, what it answers, and what it keeps."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from serving import BROKEN, MP4, Clock, StandIn, settings_in
from werkzeug.test import TestResponse

from api import create_app
from api.__main__ import main as serve
from api.signature import is_known
from api.upload import source_name
from emoclassify import __version__
from emoclassify.jobs.job import DAY_S
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.worker import Worker
from emoclassify.settings import Options

MISSING = "0" * 32


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(tmp_path: Path, clock: Clock) -> Iterator[Jobs]:
    with open_jobs(settings_in(tmp_path, max_upload_mb=1, max_queued=5), clock) as opened:
        yield opened


class Caller(FlaskClient):
    """Reads every answer to its end, so that its file is closed."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **{**kwargs, "buffered": True})


def client_of(service: Jobs, **settings: Any) -> FlaskClient:
    app = create_app(service, **settings)
    app.test_client_class = Caller
    return app.test_client()


@pytest.fixture
def client(service: Jobs) -> FlaskClient:
    return client_of(service)


@pytest.fixture
def analyzer() -> StandIn:
    return StandIn()


@pytest.fixture
def worker(service: Jobs, analyzer: StandIn) -> Worker:
    return Worker(service, analyzer, "worker")


def post(
    client: FlaskClient,
    *,
    name: str = "talk.mp4",
    content: bytes = MP4,
    headers: dict[str, str] | None = None,
    **fields: Any,
) -> TestResponse:
    return client.post("/v1/jobs", data={"file": (io.BytesIO(content), name), **fields}, headers=headers)


def posted(client: FlaskClient, **arguments: Any) -> str:
    answer = post(client, **arguments)
    assert answer.status_code == 202, answer.text
    return str(answer.get_json()["id"])


def done(client: FlaskClient, worker: Worker, **arguments: Any) -> str:
    job_id = posted(client, **arguments)
    assert worker.work_once()
    return job_id


def shown(client: FlaskClient, job_id: str) -> Any:
    return client.get(f"/v1/jobs/{job_id}").get_json()


def stored(service: Jobs) -> list[str]:
    return sorted(path.name for path in (service.settings.data_dir / "storage").rglob("*") if path.is_file())


def assert_problem(answer: TestResponse, status: int, *words: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    problem = json.loads(answer.text)
    assert {"type", "title", "status", "detail"} <= set(problem)
    assert (problem["type"], problem["status"]) == ("about:blank", status)
    for word in words:
        assert word in problem["detail"]


def test_a_recording_becomes_a_job_and_the_job_a_result(
    client: FlaskClient, worker: Worker, analyzer: StandIn, service: Jobs
) -> None:
    answer = post(client, name="интервью 1.mp4")
    assert answer.status_code == 202
    job = answer.get_json()
    assert answer.headers["Location"] == f"/v1/jobs/{job['id']}"
    assert (job["state"], job["name"], job["size_bytes"]) == ("queued", "интервью 1.mp4", len(MP4))
    waiting = client.get(f"/v1/jobs/{job['id']}/result")
    assert_problem(waiting, 409, "queued")
    assert int(waiting.headers["Retry-After"]) > 0
    assert worker.work_once()
    assert not worker.work_once()
    job = shown(client, job["id"])
    assert (job["state"], job["progress"]["fraction"], job["error"]) == ("completed", 1.0, None)
    assert job["summary"]["of"] == "face"
    result = client.get(f"/v1/jobs/{job['id']}/result")
    assert result.mimetype == "application/json"
    assert result.get_json()["source"]["name"] == "интервью 1.mp4"
    content, _, name = analyzer.seen[0]
    assert (content, name) == (MP4, "интервью 1.mp4")
    assert not list(service.settings.scratch.iterdir())


def test_the_fields_become_options(client: FlaskClient, worker: Worker, analyzer: StandIn) -> None:
    done(client, worker, double_check="YES", every=" 3 ", faces="all", min_face="0.2", make_graph="1", report="TRUE")
    expected = Options(double_check=True, every=3, faces="all", min_face=0.2, graph=True, report="docx")
    assert analyzer.seen[0][1] == expected
    done(client, worker, report="html, docx", filename="x", file_type="video", transcribe="false", lang="ru")
    assert analyzer.seen[1][1] == Options(report="docx,html", lang="ru")


def test_what_a_request_does_not_say_the_server_does(service: Jobs, worker: Worker, analyzer: StandIn) -> None:
    client = client_of(service, defaults=Options(sample_fps=2.0, device="cpu"))
    done(client, worker, faces="all")
    assert analyzer.seen[0][1] == Options(sample_fps=2.0, device="cpu", faces="all")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"sample_fsp": "5"}, ["sample_fsp"]),
        ({"device": "cuda"}, ["device"]),
        ({"double_check": "maybe"}, ["double_check", "maybe"]),
        ({"every": "2.5"}, ["every", "2.5"]),
        ({"every": "0"}, ["every"]),
        ({"sample_fps": "nan"}, ["sample_fps"]),
        ({"min_face": "2"}, ["min-face"]),
        ({"faces": "two"}, ["faces"]),
        ({"faces": ["all", "largest"]}, ["faces", "more than once"]),
        ({"sample_fps": "5", "every": "2"}, ["sample_fps", "every"]),
        ({"second": (io.BytesIO(b"x"), "b.mp4")}, ["More than one file"]),
        ({"transcribe": "true"}, ["transcribe", "not built yet"]),
        ({"transcribe_focus": "1"}, ["transcribe_focus", "not built yet"]),
        ({"report": "odt"}, ["report", "odt"]),
        ({"anonymize": "true"}, ["anonymize"]),
        ({"expression_model": "/etc"}, ["expression_model"]),
        ({"keep_days": "31"}, ["keep_days"]),
        ({"keep_days": "-1"}, ["keep_days"]),
        ({"lang": "xx"}, ["lang"]),
        ({"tag": "x" * 101}, ["tag"]),
        ({"webhook_url": "https://example.org/"}, ["webhook_url", "switched off"]),
    ],
)
def test_fields_that_do_not_fit_are_named(
    client: FlaskClient, service: Jobs, fields: dict[str, Any], words: list[str]
) -> None:
    assert_problem(post(client, **fields), 422, *words)
    assert stored(service) == ["emoclassify-storage"]
    assert client.get("/v1/jobs").get_json()["jobs"] == []


@pytest.mark.parametrize("data", [{}, {"file": "no file, a field"}, {"other": "x"}])
def test_no_recording(client: FlaskClient, data: dict[str, Any]) -> None:
    assert_problem(client.post("/v1/jobs", data=data, content_type="multipart/form-data"), 400, "'file'")


def test_a_request_that_is_no_form(client: FlaskClient) -> None:
    assert_problem(client.post("/v1/jobs", json={"file": "talk.mp4"}), 415, "multipart/form-data")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"<html><body>no recording</body></html>", 415),
        (b"PK\x03\x04" + b"\x00" * 100, 415),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", 415),
        (b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", 415),
        (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n", 415),
        (b'<?xml version="1.0"?><MPD></MPD>', 415),
        (b"\x7fELF" + b"\x00" * 100, 415),
    ],
)
def test_what_is_no_recording_is_refused_by_its_first_bytes(
    client: FlaskClient, service: Jobs, content: bytes, status: int
) -> None:
    assert_problem(post(client, content=content), status)
    assert stored(service) == ["emoclassify-storage"]


def test_too_large(client: FlaskClient, service: Jobs) -> None:
    data = {"file": (io.BytesIO(MP4), "talk.mp4")}
    answer = client.post("/v1/jobs", data=data, environ_overrides={"CONTENT_LENGTH": "2000000"})
    assert_problem(answer, 413, "1 MB")
    assert stored(service) == ["emoclassify-storage"]


def test_a_recording_that_cannot_be_read_is_a_failed_job(
    client: FlaskClient, worker: Worker, analyzer: StandIn
) -> None:
    job_id = done(client, worker, content=BROKEN)
    job = shown(client, job_id)
    assert job["state"] == "failed"
    assert job["error"]["status"] == 422
    assert "does not open" in job["error"]["detail"]
    assert_problem(client.get(f"/v1/jobs/{job_id}/result"), 409, "failed")
    listed = client.get(f"/v1/jobs/{job_id}/artifacts").get_json()["artifacts"]
    assert [file["name"] for file in listed] == ["recording"]
    assert client.get(f"/v1/jobs/{job_id}/artifacts/recording").mimetype == "video/mp4"
    assert client.post(f"/v1/jobs/{job_id}/retry").status_code == 202
    assert shown(client, job_id)["error"] is None
    assert worker.work_once()
    assert len(analyzer.seen) == 2


def test_retry_only_of_what_failed(client: FlaskClient, worker: Worker) -> None:
    assert_problem(client.post(f"/v1/jobs/{done(client, worker)}/retry"), 409, "completed")
    gone = done(client, worker, content=BROKEN, keep_days="0")
    assert_problem(client.post(f"/v1/jobs/{gone}/retry"), 409, "not kept")


def test_cancel_what_waits(client: FlaskClient, worker: Worker) -> None:
    job_id = posted(client)
    assert client.post(f"/v1/jobs/{job_id}/cancel").get_json()["state"] == "canceled"
    assert client.post(f"/v1/jobs/{job_id}/cancel").status_code == 200
    assert not worker.work_once()
    assert_problem(client.post(f"/v1/jobs/{done(client, worker)}/cancel"), 409)
    assert client.post(f"/v1/jobs/{job_id}/retry").get_json()["state"] == "queued"


def test_deleted_is_gone(client: FlaskClient, worker: Worker, service: Jobs) -> None:
    job_id = done(client, worker, headers={"Idempotency-Key": "a"})
    assert len(stored(service)) == 4
    assert client.delete(f"/v1/jobs/{job_id}").status_code == 204
    assert stored(service) == ["emoclassify-storage"]
    for call in ("", "/result", "/artifacts", "/artifacts/frames.csv", "/artifacts.zip"):
        assert_problem(client.get(f"/v1/jobs/{job_id}{call}"), 404)
    for call in ("cancel", "retry"):
        assert_problem(client.post(f"/v1/jobs/{job_id}/{call}"), 404)
    assert_problem(client.delete(f"/v1/jobs/{job_id}"), 404)
    assert posted(client, headers={"Idempotency-Key": "a"}) != job_id


def test_the_same_upload_with_the_same_key_is_one_job(client: FlaskClient, service: Jobs, clock: Clock) -> None:
    key = {"Idempotency-Key": "once"}
    job_id = posted(client, headers=key, tag="a")
    assert posted(client, headers=key, tag="a") == job_id
    assert len(stored(service)) == 2
    for change in ({"tag": "b"}, {"content": MP4 + b"more", "tag": "a"}, {"name": "other.mp4", "tag": "a"}):
        assert_problem(post(client, headers=key, **change), 422, "Idempotency-Key")  # type: ignore[arg-type]
    clock.now += DAY_S
    assert posted(client, headers=key, tag="a") != job_id
    assert_problem(post(client, headers={"Idempotency-Key": "x" * 300}), 422, "Idempotency-Key")


def test_files_in_ranges_and_as_one(client: FlaskClient, worker: Worker) -> None:
    job_id = done(client, worker)
    listed = {
        file["name"]: file["size_bytes"] for file in client.get(f"/v1/jobs/{job_id}/artifacts").get_json()["artifacts"]
    }
    whole = client.get(f"/v1/jobs/{job_id}/artifacts/analysis.json")
    assert len(whole.data) == listed["analysis.json"]
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = client.get(f"/v1/jobs/{job_id}/artifacts/analysis.json", headers={"Range": "bytes=5-14"})
    assert (part.status_code, part.data) == (206, whole.data[5:15])
    assert part.headers["Content-Range"] == f"bytes 5-14/{len(whole.data)}"
    tail = client.get(f"/v1/jobs/{job_id}/artifacts/analysis.json", headers={"Range": "bytes=-7"})
    assert tail.data == whole.data[-7:]
    beyond = client.get(f"/v1/jobs/{job_id}/artifacts/analysis.json", headers={"Range": "bytes=99999999-"})
    assert_problem(beyond, 416)
    same = client.get(f"/v1/jobs/{job_id}/artifacts/analysis.json", headers={"If-None-Match": whole.headers["ETag"]})
    assert same.status_code == 304
    for name in ("nothing.csv", "..%2f..%2fjobs.sqlite", "%2e%2e"):
        assert_problem(client.get(f"/v1/jobs/{job_id}/artifacts/{name}"), 404)


def test_jobs_are_listed_by_page_and_by_what_is_asked(client: FlaskClient, clock: Clock) -> None:
    ids = []
    for number, tag in enumerate("aabba"):
        clock.now += 1
        ids.append(posted(client, name=f"Запись {number}.mp4", tag=tag, group="study"))
    first = client.get("/v1/jobs?limit=2&sort=created_at").get_json()
    assert [job["id"] for job in first["jobs"]] == ids[:2]
    second = client.get(
        "/v1/jobs", query_string={"limit": 3, "sort": "created_at", "cursor": first["next_cursor"]}
    ).get_json()
    assert ([job["id"] for job in second["jobs"]], second["next_cursor"]) == (ids[2:], None)
    assert [job["id"] for job in client.get("/v1/jobs").get_json()["jobs"]] == ids[::-1]

    def found(**asked: str) -> list[int]:
        return sorted(ids.index(job["id"]) for job in client.get("/v1/jobs", query_string=asked).get_json()["jobs"])

    assert found(tag="b") == [2, 3]
    assert found(tag="b", group="other") == []
    assert found(q="запись 4") == [4]
    assert found(q="%") == []
    assert found(state="running") == []
    assert found(**{"from": first["jobs"][1]["created_at"]}) == [1, 2, 3, 4]
    assert found(to=first["jobs"][1]["created_at"]) == [0]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=x", "state=lost", "sort=owner", "cursor=abc", "from=yesterday", "cursor=%5B%5D", "q=%00"],
)
def test_a_list_that_cannot_be_made(client: FlaskClient, query: str) -> None:
    assert_problem(client.get(f"/v1/jobs?{query}"), 422, query.split("=")[0])


def test_the_queue_has_an_end(client: FlaskClient, service: Jobs) -> None:
    for _ in range(5):
        posted(client)
    full = post(client)
    assert_problem(full, 429, "waiting")
    assert int(full.headers["Retry-After"]) > 0
    assert len(stored(service)) == 6


def test_shares_by_day(client: FlaskClient, worker: Worker, clock: Clock) -> None:
    done(client, worker)
    done(client, worker)
    clock.now += DAY_S
    done(client, worker)
    days = client.get("/v1/stats?by=day").get_json()["days"]
    assert [day["jobs"] for day in days] == [2, 1]
    assert days[0]["positive"] + days[0]["neutral"] + days[0]["negative"] == pytest.approx(1, abs=1e-5)
    assert_problem(client.get("/v1/stats?by=hour"), 422, "by")


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


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\clips\\talk.mp4", "talk.mp4"),
        ("a\nb\x1b[31mc\u202e.mp4", "ab[31mc.mp4"),
        ("é" * 300, "é" * 255),
        ("folder/", ""),
    ],
)
def test_the_name_is_data(given: str, name: str) -> None:
    assert source_name(given) == name


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


def test_signatures_are_of_the_formats_that_are_read() -> None:
    assert is_known(MP4)
    assert is_known(b"RIFF\x00\x00\x00\x00WAVE")
    assert not is_known(b"RIFF\x00\x00\x00\x00RMID")
    assert not is_known(b"")
