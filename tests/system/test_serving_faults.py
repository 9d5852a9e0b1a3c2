"""API and worker as processes that are killed at any moment: no job is lost, and each is done once."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from emoclassify.jobs.service import open_jobs
from emoclassify.local_token import make_token
from emoclassify.remote.client import ApiError, Client
from tests.support.serving import MP4, SLOW, settings_in
from tests.support.sources import ROOT

JOBS = int(os.environ.get("EMOCLASSIFY_FAULT_JOBS", "20"))
KILLS = JOBS // 2


@contextmanager
def process(*arguments: str, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, *arguments]
    running = subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": str(ROOT), **environ}, stderr=subprocess.DEVNULL
    )
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Pair:
    """API and worker, each of which can be killed and started again."""

    def __init__(self, data: Path, stack: ExitStack) -> None:
        self.port = free_port()
        self._environ = {"EMOCLASSIFY_DATA_DIR": str(data)}
        self._commands = {
            "api": ["-m", "api", "--port", str(self.port)],
            "worker": ["-m", "tests.support.serving", "one"],
        }
        self._stack = stack
        self._running = {name: self._start(name) for name in self._commands}

    def kill(self, name: str) -> None:
        self._running[name].send_signal(signal.SIGKILL)
        self._running[name].wait()
        self._running[name] = self._start(name)

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        return self._stack.enter_context(process(*self._commands[name], **self._environ))


T = TypeVar("T")


def insisting(call: Callable[[], T], for_s: float = 60.0) -> T:
    until_s = time.monotonic() + for_s
    while True:
        try:
            return call()
        except ApiError as exc:
            if exc.status not in (None, 503) or time.monotonic() > until_s:
                raise
            time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.timeout(300 + 20 * JOBS)
def test_kills_at_random_moments_lose_no_job(tmp_path: Path) -> None:
    """`EMOCLASSIFY_FAULT_JOBS=100` for the long run: half as many kills, of the worker in the midst of a job too."""
    moments = random.Random(7)
    with ExitStack() as stack, Client("") as client:
        pair = Pair(tmp_path, stack)
        client.url = f"http://127.0.0.1:{pair.port}"
        insisting(client.page)
        recording = tmp_path / "talk.mp4"
        recording.write_bytes(MP4)
        ids, kills = [], Counter[str]()
        for number in range(JOBS):
            # The key makes one job of a call whose answer was lost.
            job = insisting(lambda: client.submit(recording, idempotency_key=str(number), tag=str(number)))  # noqa: B023
            ids.append(job["id"])
            if number % 2:
                what = moments.choice(["api", "worker", "worker under way", "worker under way"])
                kills[what] += 1
                if what == "worker under way":
                    insisting_on(lambda: insisting(lambda: client.get(job["id"])["state"] != "queued"))  # noqa: B023
                else:
                    time.sleep(moments.uniform(0, 0.3))
                pair.kill(what.split()[0])
        jobs = [insisting(lambda: client.wait(job_id, timeout_s=100)) for job_id in ids]  # noqa: B023
        assert kills.total() == KILLS
        assert len(set(ids)) == JOBS
        assert [job["state"] for job in jobs] == ["completed"] * JOBS
        assert any(job["tries"] > 1 for job in jobs), "no kill met a job under way"
        assert sorted(int(job["tag"]) for job in client.list(limit=200)) == list(range(JOBS))
        for job_id in ids:
            assert insisting(lambda: client.result(job_id))["source"]["name"] == "talk.mp4"  # noqa: B023
            for file in client.artifacts(job_id):
                assert len(client.read(job_id, file["name"])) == file["size_bytes"]
        with open_jobs(settings_in(tmp_path), time.time) as service:
            ends = {label: n for name, label, n in service.store.totals() if name == "jobs"}
        assert ends == {"completed": JOBS}, "each was ended once"
        print(f"{dict(kills)}, begun again: {sum(job['tries'] > 1 for job in jobs)}")  # noqa: T201  # shown by -s


@pytest.mark.slow
def test_a_job_whose_worker_dies_is_begun_again_and_given_up_after_three_tries(tmp_path: Path) -> None:
    with ExitStack() as stack, Client("") as client:
        pair = Pair(tmp_path, stack)
        client.url = f"http://127.0.0.1:{pair.port}"
        insisting(client.page)
        endless, talk = tmp_path / "endless.mp4", tmp_path / "talk.mp4"
        endless.write_bytes(SLOW)
        talk.write_bytes(MP4)
        job_id = client.submit(endless)["id"]
        for tries in (1, 2, 3):
            until_s = time.monotonic() + 60
            while (job := client.get(job_id))["tries"] < tries or job["state"] != "running":
                assert time.monotonic() < until_s, job
                time.sleep(0.05)
            pair.kill("worker")
        with pytest.raises(ApiError, match="begun 3 times"):
            client.wait(job_id, timeout_s=60)
        assert client.get(job_id)["state"] == "failed"
        assert client.wait(client.submit(talk)["id"], timeout_s=60)["tries"] == 1


@pytest.mark.slow
def test_an_upload_of_50_mb_takes_no_memory(tmp_path: Path) -> None:
    with ExitStack() as stack, Client("") as client:
        port = free_port()
        api = stack.enter_context(process("-m", "api", "--port", str(port), EMOCLASSIFY_DATA_DIR=str(tmp_path)))
        client.url = f"http://127.0.0.1:{port}"
        insisting(client.page)
        recording = tmp_path / "talk.mp4"
        recording.write_bytes(MP4)
        client.submit(recording)  # what is imported on first use is there now
        before_mb = peak_mb(api.pid)
        with recording.open("r+b") as file:
            file.truncate(50 * 1024**2)
        job = client.submit(recording)
        assert job["size_bytes"] == 50 * 1024**2
        assert peak_mb(api.pid) - before_mb < 10


def peak_mb(pid: int) -> float:
    """The most memory that a process ever held."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


@pytest.mark.slow
def test_serve_starts_all_and_ends_all(tmp_path: Path) -> None:
    port = free_port()
    with process("-m", "emoclassify", "serve", "--port", str(port), EMOCLASSIFY_DATA_DIR=str(tmp_path)) as server:
        with Client(f"http://127.0.0.1:{port}", key=make_token(tmp_path / "token")) as client:
            insisting(client.page)
            worker = insisting_on(lambda: child_of(server.pid, "worker"))
            os.kill(worker, signal.SIGKILL)
            insisting_on(lambda: (now := child_of(server.pid, "worker")) != worker and now)
        server.terminate()
        assert server.wait(30) == 0
    with socket.socket() as again:
        again.bind(("127.0.0.1", port))


def child_of(pid: int, command: str) -> int | None:
    """The process that a process started with a word in its command line."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return next((int(c) for c in children if command in Path(f"/proc/{c}/cmdline").read_text()), None)


def insisting_on(look: Callable[[], int | bool | None], for_s: float = 60.0) -> int:
    until_s = time.monotonic() + for_s
    while not (found := look()):
        assert time.monotonic() < until_s
        time.sleep(0.1)
    return found
