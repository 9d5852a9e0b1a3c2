"""The HTTP API: what it answers, and that nothing of an upload stays."""

import io
import json
import logging
import threading
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from made import even, portrait, write_video
from werkzeug.test import TestResponse

from api import create_app
from api.__main__ import main as serve
from api.upload import source_name
from emoclassify import __version__
from emoclassify.child import Child, OnProgress
from emoclassify.cli import main as command_line
from emoclassify.errors import MediaError, ModelError
from emoclassify.settings import Options

SCORE_TOLERANCE = 1e-6  # one machine, one file: the same to the last digit written


class FakeAnalyzer:
    """Notes what it is asked and what it sees, and answers with a small analysis or an error."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.path = Path()
        self.content = b""
        self.options: Options | None = None
        self.started, self.may_end = threading.Event(), threading.Event()
        self.may_end.set()

    def analyze(self, path: Path, folder: Path, options: Options, on_progress: OnProgress) -> list[Path]:
        self.path, self.content, self.options = path, path.read_bytes(), options
        self.started.set()
        assert self.may_end.wait(60)
        if self.error:
            raise self.error
        folder.mkdir()
        written = folder / "analysis.json"
        written.write_text(json.dumps({"source": {"name": path.name}, "end_s": 1.5}))
        return [written]


@pytest.fixture
def analyzer() -> FakeAnalyzer:
    return FakeAnalyzer()


@pytest.fixture
def client(analyzer: FakeAnalyzer, tmp_path: Path) -> FlaskClient:
    return create_app(analyzer, tmp_path, max_bytes=50_000, wait_s=0.01).test_client()


def post(
    client: FlaskClient, *, name: str = "talk.mp4", content: bytes = b"a recording", **fields: Any
) -> TestResponse:
    return client.post("/v1/analyze", data={"file": (io.BytesIO(content), name), **fields})


def assert_problem(answer: TestResponse, status: int, *words: str) -> None:
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    problem = answer.get_json(force=True)
    assert set(problem) == {"type", "title", "status", "detail"}
    assert (problem["type"], problem["status"]) == ("about:blank", status)
    for word in words:
        assert word in problem["detail"]


def test_health_tells_the_version(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.get_json() == {"status": "ok", "version": __version__}


def test_the_answer_is_the_analysis_under_the_recordings_own_name(
    client: FlaskClient, analyzer: FakeAnalyzer, tmp_path: Path
) -> None:
    answer = post(client, name="интервью 1.mp4", content=b"some bytes")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.get_json() == {"source": {"name": "интервью 1.mp4"}, "end_s": 1.5}
    assert analyzer.content == b"some bytes"
    assert tmp_path in analyzer.path.parents
    assert "mp4" not in analyzer.path.name
    assert list(tmp_path.iterdir()) == []


def test_the_fields_become_options(client: FlaskClient, analyzer: FakeAnalyzer) -> None:
    answer = post(client, double_check="YES", every=" 3 ", faces="all", min_face="0.2")
    assert answer.status_code == 200
    assert analyzer.options == Options(double_check=True, every=3, faces="all", min_face=0.2)


@pytest.mark.parametrize(
    ("text", "flag"), [("true", True), ("1", True), ("Yes", True), ("FALSE", False), ("0", False), ("no", False)]
)
def test_flags_in_any_case(client: FlaskClient, analyzer: FakeAnalyzer, text: str, flag: bool) -> None:
    assert post(client, double_check=text).status_code == 200
    assert analyzer.options == Options(double_check=flag)


def test_what_a_request_does_not_say_the_server_does(analyzer: FakeAnalyzer, tmp_path: Path) -> None:
    client = create_app(analyzer, tmp_path, options=Options(sample_fps=2.0, device="cpu")).test_client()
    post(client, faces="all")
    assert analyzer.options == Options(sample_fps=2.0, device="cpu", faces="all")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"sample_fsp": "5"}, ["sample_fsp"]),
        ({"device": "cuda"}, ["device"]),
        ({"double_check": "maybe"}, ["double_check", "maybe"]),
        ({"every": "2.5"}, ["every", "2.5"]),
        ({"every": "0"}, ["every"]),
        ({"sample_fps": "nan"}, ["sample-fps"]),
        ({"min_face": "2"}, ["min-face"]),
        ({"faces": "two"}, ["faces"]),
        ({"faces": ["all", "largest"]}, ["faces", "more than once"]),
        ({"sample_fps": "5", "every": "2"}, ["sample_fps", "every"]),
        ({"second": (io.BytesIO(b"x"), "b.mp4")}, ["More than one file"]),
    ],
)
def test_fields_that_do_not_fit_are_named(
    client: FlaskClient, analyzer: FakeAnalyzer, tmp_path: Path, fields: dict[str, Any], words: list[str]
) -> None:
    assert_problem(post(client, **fields), 422, *words)
    assert analyzer.options is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("data", [{}, {"file": "no file, a field"}, {"other": (io.BytesIO(b"x"), "a.mp4")}])
def test_no_recording(client: FlaskClient, tmp_path: Path, data: dict[str, Any]) -> None:
    assert_problem(client.post("/v1/analyze", data=data, content_type="multipart/form-data"), 400, "'file'")
    assert list(tmp_path.iterdir()) == []


def test_a_request_that_is_no_form(client: FlaskClient) -> None:
    assert_problem(client.post("/v1/analyze", json={"file": "talk.mp4"}), 400, "multipart/form-data")


def test_too_large(client: FlaskClient, analyzer: FakeAnalyzer, tmp_path: Path) -> None:
    assert_problem(post(client, content=b"x" * 60_000), 413)
    assert analyzer.options is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "status"),
    [(MediaError("The file is empty (0 bytes)."), 422), (ModelError("The model 'x' is damaged."), 500)],
)
def test_errors_of_the_analysis_are_told_in_their_own_line(tmp_path: Path, error: Exception, status: int) -> None:
    client = create_app(FakeAnalyzer(error), tmp_path).test_client()
    assert_problem(post(client), status, str(error))
    assert list(tmp_path.iterdir()) == []
    assert_problem(post(client), status)  # the next one is let in


def test_unknown_path_and_wrong_method(client: FlaskClient) -> None:
    assert_problem(client.get("/v1/nothing"), 404)
    answer = client.get("/v1/analyze")
    assert_problem(answer, 405)
    assert "POST" in answer.headers["Allow"]


def test_one_at_a_time(client: FlaskClient, analyzer: FakeAnalyzer, tmp_path: Path) -> None:
    answers: list[TestResponse] = []
    analyzer.may_end.clear()
    first = threading.Thread(target=lambda: answers.append(post(client.application.test_client())))
    first.start()
    try:
        assert analyzer.started.wait(60)
        second = post(client)
        assert client.get("/healthz").status_code == 200
    finally:
        analyzer.may_end.set()
        first.join()
    assert_problem(second, 503, "try again")
    assert int(second.headers["Retry-After"]) > 0
    assert answers[0].status_code == 200
    assert post(client).status_code == 200
    assert list(tmp_path.iterdir()) == []


def test_nothing_of_an_upload_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for error in (None, MediaError("It cannot be read.")):
        client = create_app(FakeAnalyzer(error), tmp_path).test_client()
        post(client, name="secret-name.mp4", content=b"secret content")
    assert "secret" not in caplog.text


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
def test_only_this_machine_is_served(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve(["--host", host]) == 2
    told = capsys.readouterr().err
    assert host in told
    assert len(told.splitlines()) == 1


@pytest.mark.model
def test_a_server_that_stops_ends_the_analysis_under_way(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "talk.mp4", even([portrait()] * 25))
    child = Child()
    with pytest.raises(MediaError, match="was stopped"):
        child.analyze(clip, tmp_path / "out", Options(), lambda stage, done_s, total_s: child.close())
    assert not (tmp_path / "out").exists()


@pytest.mark.model
def test_the_answer_is_what_the_command_line_writes(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "talk.mp4", even([portrait()] * 25))
    assert command_line(["analyze", str(clip), "--out", str(tmp_path / "out"), "--every", "5"]) == 0
    expected = json.loads((tmp_path / "out" / "talk.mp4" / "analysis.json").read_text())
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    with Child() as child:
        client = create_app(child, uploads).test_client()
        answer = post(client, content=clip.read_bytes(), every="5")
        refused = post(client, content=b"no recording at all")
    found = answer.get_json()
    assert found["counts"]["with_face"] == 5
    for part in ("schema", "source", "options", "models", "counts", "frames", "warnings"):
        assert found[part] == expected[part], part
    for ours, theirs in zip(found["faces"], expected["faces"], strict=True):
        assert ours["scores"] == pytest.approx(theirs["scores"], abs=SCORE_TOLERANCE)
    assert_problem(refused, 422, "known format")
    assert list(uploads.iterdir()) == []
