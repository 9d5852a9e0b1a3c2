"""Handing in: what is taken, what is refused and why, what it becomes."""

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.fields import read_fields, refused_fields
from api.upload import source_name
from emoclassify.jobs.job import DAY_S
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.worker import Worker
from emoclassify.settings import Options
from tests.support.calling import assert_problem, client_of, done, post, posted, shown, stored
from tests.support.serving import MP4, Clock, StandIn
from tests.support.wire import form_of


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
    assert (job["usability"]["verdict"], job["usability"]["share"]) == ("usable", 0.75)  # the face is away for 1 s of 4
    assert "usability" not in job["summary"]
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
        ({"min_face": "2"}, ["min_face"]),
        ({"sample_fps": "1e400"}, ["sample_fps", "inf"]),
        ({"faces": "two"}, ["faces"]),
        ({"faces": ["all", "largest"]}, ["faces", "more than once"]),
        ({"sample_fps": "5", "every": "2"}, ["sample_fps", "every"]),
        ({"second": (io.BytesIO(b"x"), "b.mp4")}, ["More files were sent"]),
        ({"transcribe": "true"}, ["no model that writes down speech"]),
        ({"transcribe_focus": "1"}, ["no model that writes down speech"]),
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


def test_the_same_upload_with_the_same_key_is_one_job(client: FlaskClient, service: Jobs, clock: Clock) -> None:
    key = {"Idempotency-Key": "once"}
    job_id = posted(client, headers=key, tag="a")
    assert posted(client, headers=key, tag="a") == job_id
    assert len(stored(service)) == 2
    changes: list[dict[str, Any]] = [{"tag": "b"}, {"content": MP4 + b"more"}, {"name": "other.mp4"}]
    for change in changes:
        assert_problem(post(client, headers=key, **{"tag": "a", **change}), 422, "Idempotency-Key")
    clock.now += DAY_S
    assert posted(client, headers=key, tag="a") != job_id
    assert_problem(post(client, headers={"Idempotency-Key": "x" * 300}), 422, "Idempotency-Key")


def test_the_queue_has_an_end(client: FlaskClient, service: Jobs) -> None:
    for _ in range(5):
        posted(client)
    full = post(client)
    assert_problem(full, 429, "waiting")
    assert int(full.headers["Retry-After"]) > 0
    assert len(stored(service)) == 6


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


def test_the_same_upload_with_the_same_key_at_once_is_one_job(service: Jobs) -> None:
    app = client_of(service).application

    def send(_: int) -> str:
        return posted(app.test_client(), headers={"Idempotency-Key": "once"})

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(send, range(8)))) == 1
    assert len(stored(service)) == 2


def test_a_name_that_is_no_text_is_told_as_such(client: FlaskClient) -> None:
    kind, body = form_of(MP4, name="bad.mp4")
    answer = client.post("/v1/jobs", data=body.replace(b"bad.mp4", b"bad\xff.mp4"), content_type=kind)
    assert_problem(answer, 400, "not UTF-8")


def test_words_are_a_job_s_where_the_server_has_a_model(service: Jobs) -> None:
    defaults = Options(transcribe_model="whisper-base")
    options = read_fields({"transcribe_focus": "true"}, defaults, service.settings).options
    assert (options.transcribe_focus, options.transcribe_model) == (True, "whisper-base")
    assert set(refused_fields(Options())) == {"transcribe", "transcribe_focus"}
    assert refused_fields(defaults) == []
    without_voices = Options(transcribe_model="whisper-base", voice="off")
    assert set(refused_fields(without_voices)) == {"double_check", "echo_mean", "transcribe_focus"}
