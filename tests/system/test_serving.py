"""A server that listens, called by its client as from another machine."""

import io
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from emoclassify.child import Child
from emoclassify.cli import main as command_line
from emoclassify.remote.client import ApiAwayError, ApiError, Client
from tests.support.made import even, portrait, write_video
from tests.support.serving import BROKEN, MP4, SLOW, Served, StandIn, served

SCORE_TOLERANCE = 1e-6  # one machine, one file: the same to the last digit written


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path / "data", max_upload_mb=2) as running:
        yield running


@pytest.fixture
def client(server: Served) -> Iterator[Client]:
    with Client(server.url, sleep=lambda seconds: time.sleep(0.02)) as opened:
        yield opened


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "talk.mp4"
    path.write_bytes(MP4)
    return path


@pytest.mark.process
def test_a_recording_there_and_back(client: Client, clip: Path, tmp_path: Path) -> None:
    told: list[str] = []
    job = client.wait(client.submit(clip, double_check=True, tag="a")["id"], lambda job: told.append(job["state"]))
    assert told[-1] == job["state"] == "completed"
    assert client.result(job["id"])["source"]["name"] == "talk.mp4"
    assert [file["name"] for file in client.artifacts(job["id"])] == ["analysis.json", "frames.csv", "recording"]
    fetched = client.download(job["id"], tmp_path / "out")
    assert [path.name for path in fetched] == ["frames.csv", "analysis.json"]
    assert client.read(job["id"], "frames.csv") == (tmp_path / "out" / "frames.csv").read_bytes()
    assert client.download_zip(job["id"], tmp_path / "all.zip").stat().st_size > 100
    assert [found["id"] for found in client.list(tag="a", limit=1)] == [job["id"]]
    assert client.stats()[0]["jobs"] == client.stats(tag="a")[0]["jobs"] == 1
    assert client.stats(tag="b") == []
    assert job["duration_s"] == client.result(job["id"])["end_s"]
    assert client.read(job["id"], "recording") == MP4
    client.delete(job["id"])
    with pytest.raises(ApiError, match="no such job") as refused:
        client.get(job["id"])
    assert refused.value.status == 404


@pytest.mark.process
def test_what_fails_says_why(client: Client, tmp_path: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(BROKEN)
    job = client.submit(tmp_path / "broken.mp4")
    with pytest.raises(ApiError, match="does not open") as failed:
        client.wait(job["id"])
    assert client.retry(job["id"])["state"] == "queued"
    with pytest.raises(ApiError, match="faces must be") as refused:
        client.submit(tmp_path / "broken.mp4", faces="two")
    assert (failed.value.code, failed.value.fields) == ("file_unknown_format", {"why": "made for a test"})
    told = {"field": "faces", "choices": ["largest", "all"], "given": "two"}
    assert (refused.value.code, refused.value.fields) == ("text_not_a_choice", told)


@pytest.mark.process
def test_nobody_answers() -> None:
    with Client("http://127.0.0.1:1") as client, pytest.raises(ApiAwayError, match="Nothing answers"):
        client.page()


@pytest.mark.process
def test_too_large_is_refused_before_it_is_sent(server: Served) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as raw:
        raw.sendall(b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3145728\r\n\r\n")
        answer = raw.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.1 413 ")
    assert "application/problem+json" in answer
    assert "2 MB" in answer


@pytest.mark.process
def test_a_scratch_folder_that_is_gone_is_told_and_comes_back(server: Served, client: Client) -> None:
    scratch, recording = server.service.settings.scratch, MP4 + bytes(200_000)
    scratch.rename(scratch.with_name("away"))
    with pytest.raises(ApiError, match="storage does not answer") as refused:
        client.submit(io.BytesIO(recording), name="talk.mp4")
    assert (refused.value.status, refused.value.retry_after_s) == (503, 30)
    assert client.page()["jobs"] == []
    scratch.with_name("away").rename(scratch)
    assert client.wait(client.submit(io.BytesIO(recording), name="talk.mp4")["id"])["state"] == "completed"


@pytest.mark.process
def test_waiting_never_takes_the_last_threads(tmp_path: Path) -> None:
    analyzer = StandIn()
    with served(tmp_path, analyzer, threads=4) as server:
        answers: list[httpx.Response] = []

        def post_and_wait() -> None:
            with httpx.Client(timeout=60) as raw:
                files = {"file": ("talk.mp4", SLOW)}
                answers.append(raw.post(f"{server.url}/v1/jobs", files=files, headers={"Prefer": "wait=30"}))

        threads = [threading.Thread(target=post_and_wait) for _ in range(6)]
        for thread in threads:
            thread.start()
        try:
            assert analyzer.started.wait(30)
            with httpx.Client(timeout=10) as raw:
                assert raw.get(f"{server.url}/healthz").status_code == 200
        finally:
            analyzer.may_end.set()
            for thread in threads:
                thread.join()
    assert sorted({answer.status_code for answer in answers}) == [200, 202]
    assert sum(answer.status_code == 200 for answer in answers) == 2


@pytest.mark.process
def test_many_at_once_are_each_done_once(server: Served) -> None:
    ids: list[str] = []

    def send(number: int) -> None:
        with Client(server.url, sleep=lambda seconds: time.sleep(0.05)) as client:
            for _ in range(4):
                job = client.submit(io.BytesIO(MP4), name=f"{number}.mp4")
                ids.append(client.wait(job["id"], timeout_s=60)["id"])

    threads = [threading.Thread(target=send, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 20
    with Client(server.url) as client:
        assert all((job["state"], job["tries"]) == ("completed", 1) for job in client.list())


@pytest.mark.model
def test_the_answer_is_what_the_command_line_writes(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "talk.mp4", even([portrait()] * 25))
    (tmp_path / "none.mp4").write_bytes(MP4)
    assert command_line(["analyze", str(clip), "--out", str(tmp_path / "out"), "--every", "5"]) == 0
    expected = json.loads((tmp_path / "out" / "talk.mp4" / "analysis.json").read_text())
    with Child() as child, served(tmp_path / "data", child) as server, Client(server.url) as client:
        job = client.wait(client.submit(clip, every=5)["id"])
        found = client.result(job["id"])
        assert client.read(job["id"], "preview.mp4") == clip.read_bytes()
        with pytest.raises(ApiError, match="does not open"):
            client.wait(client.submit(tmp_path / "none.mp4")["id"])
        tables = {name: client.read(job["id"], name) for name in ("frames.csv", "series.csv", "columns.md")}
    assert found["counts"]["with_face"] == 5
    for part in ("schema", "source", "options", "models", "counts", "frames", "warnings"):
        assert found[part] == expected[part], part
    for ours, theirs in zip(found["faces"], expected["faces"], strict=True):
        assert ours["scores"] == pytest.approx(theirs["scores"], abs=SCORE_TOLERANCE)
    for name, content in tables.items():
        assert content == (tmp_path / "out" / "talk.mp4" / name).read_bytes()
