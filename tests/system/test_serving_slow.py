"""Callers that are slow: none of them takes a thread from the others."""

import io
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from emoclassify.remote.client import Client
from tests.support.serving import MP4, Served, StandIn, served

THREADS, CALLERS = 4, 8
MB = 1024**2
LARGE = MP4 + bytes(24 * MB)
"""More than the server keeps of an answer for a reader who does not read, by far."""

RANGES = "Range: bytes=1000-\r\n"


class Talkative(StandIn):
    """Its results are as large as a video's."""

    def analyze(self, path: Path, folder: Path, *arguments: Any, **named: Any) -> list[Path]:
        written = super().analyze(path, folder, *arguments, **named)
        (folder / "annotated.mp4").write_bytes(LARGE)
        return written


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path, Talkative(), threads=THREADS, max_upload_mb=64) as running:
        yield running


def connection(server: Served, stack: ExitStack) -> socket.socket:
    host, port = server.url.removeprefix("http://").split(":")
    opened = stack.enter_context(socket.socket())
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    opened.settimeout(60)
    opened.connect((host, int(port)))
    return opened


def assert_answers(server: Served) -> None:
    with httpx.Client(timeout=60) as raw:
        for call in ("/healthz", "/v1/jobs"):
            assert raw.get(f"{server.url}{call}").status_code == 200


@pytest.mark.process
def test_slow_uploads_take_no_thread(server: Served) -> None:
    request = httpx.Request("POST", f"{server.url}/v1/jobs", files={"file": ("talk.mp4", MP4 + bytes(MB))})
    lines = [f"{name}: {value}" for name, value in request.headers.items()]
    head, body = "\r\n".join(["POST /v1/jobs HTTP/1.1", *lines, "", ""]).encode(), request.read()
    with ExitStack() as stack:
        slow = [connection(server, stack) for _ in range(5 * CALLERS)]
        for kilobyte in range(3):
            for caller in slow:
                caller.sendall((b"" if kilobyte else head) + body[1000 * kilobyte : 1000 * (kilobyte + 1)])
        assert_answers(server)
        slow[0].sendall(body[3000:])
        assert slow[0].recv(100).startswith(b"HTTP/1.1 202 ")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "ranges"),
    [
        ("artifacts/annotated.mp4", ""),
        ("artifacts/annotated.mp4", RANGES),
        ("artifacts/recording", RANGES),
        ("artifacts.zip", ""),
    ],
)
def test_slow_downloads_take_no_thread(server: Served, what: str, ranges: str) -> None:
    with Client(server.url) as client, ExitStack() as stack:
        job = client.wait(client.submit(io.BytesIO(LARGE), name="talk.mp4")["id"])
        path = f"/v1/jobs/{job['id']}/{what}"
        for _ in range(CALLERS):
            caller = connection(server, stack)
            caller.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{ranges}\r\n".encode())
            assert caller.recv(100).startswith(b"HTTP/1.1 20")  # its answer has begun; the rest it does not read
        assert_answers(server)
