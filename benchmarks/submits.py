"""Measures how long submitting a recording takes while a job runs, with the real server, worker and client."""

import io
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from emoclassify.remote.client import ApiError, Client

_START = b"\x00\x00\x00\x18ftypisom"
"""First bytes that are accepted as a recording until a worker opens it."""

_MB = 1024**2
_START_S, _LOOK_S = 60.0, 0.1
_LOAD_S = 300.0
"""How long the first job may take to begin: it may have to convert its networks first."""


@dataclass(frozen=True)
class UploadRun:
    """One measurement."""

    size_mb: float
    seconds: tuple[float, ...]
    """From the call to its answer, for each upload."""

    def line(self) -> str:
        """The figures for people."""
        ms = [1000 * s for s in self.seconds]
        slow = statistics.quantiles(ms, n=10)[-1]
        return (
            f"{len(ms)} uploads of {self.size_mb:g} MB while a job runs: median {statistics.median(ms):.0f} ms, "
            f"one in ten above {slow:.0f}, least {min(ms):.0f}, most {max(ms):.0f}"
        )


def measure(size_mb: float, rounds: int) -> UploadRun:
    """Submits recordings, one after another, while the worker analyzes earlier ones."""
    content = _START + secrets.token_bytes(round(size_mb * _MB))
    with tempfile.TemporaryDirectory(prefix="submits-") as folder, server(Path(folder)) as client:
        running = _begin_work(client, jobs=2 + rounds // 10)
        seconds = []
        for _ in range(rounds):
            file = io.BytesIO(content)
            started_s = time.perf_counter()
            client.submit(file, name="talk.mp4")
            seconds.append(time.perf_counter() - started_s)
        assert not _ended(client, running[-1]), "the work was over before the last upload: take fewer rounds"
        return UploadRun(size_mb, tuple(seconds))


def _begin_work(client: Client, jobs: int) -> list[str]:
    """Submits long jobs on every picture of the recording inside the program; returns their ids once the first runs."""
    with as_file(files("emoclassify") / "assets" / "demo.mp4") as path:
        ids = [client.submit(path, every=1, double_check=True, annotate=True)["id"] for _ in range(jobs)]
    until_s = time.monotonic() + _LOAD_S
    while client.get(ids[0])["progress"]["stage"] in ("", "start"):
        assert time.monotonic() < until_s, client.get(ids[0])
        time.sleep(_LOOK_S)
    return ids


def _ended(client: Client, job_id: str) -> bool:
    return client.get(job_id)["ended_at"] is not None


@contextmanager
def server(folder: Path) -> Iterator[Client]:
    """API and worker as `serve` runs them, with data in a folder; gives a client of theirs."""
    environ = {**os.environ, "EMOCLASSIFY_DATA_DIR": str(folder), "EMOCLASSIFY_API_KEY": ""}
    command = [sys.executable, "-m", "emoclassify", "serve", "--no-token", "--port", str(port := _free_port())]
    with (folder / "log").open("w") as log, subprocess.Popen(command, env=environ, stderr=log) as process:
        try:
            with Client(f"http://127.0.0.1:{port}", key="") as client:
                _wait_for(client)
                yield client
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def _wait_for(client: Client) -> None:
    until_s = time.monotonic() + _START_S
    while True:
        try:
            client.page()
        except ApiError:
            if time.monotonic() > until_s:
                raise
            time.sleep(_LOOK_S)
        else:
            return
