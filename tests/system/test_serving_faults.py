"""API and worker as processes that are killed at any moment: no job is lost, and each is done once."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import pytest

from emoclassify.job_states import ENDED
from emoclassify.jobs.queries import Search
from emoclassify.jobs.service import open_jobs
from emoclassify.local_token import make_token
from emoclassify.remote.client import ApiError, Client, Job
from tests.support.disks import fill, small_disk
from tests.support.left_behind import assert_stored_is_listed, expire, files_on, sweep_as_later
from tests.support.made import even, portrait, write_video
from tests.support.serving import MP4, SLOW, Clock, settings_in
from tests.support.sources import ROOT

JOBS = int(os.environ.get("EMOCLASSIFY_FAULT_JOBS", "20"))
KILLS = JOBS // 2
MOST_WAIT_S = 600.0
"""For a job that others wait before: on a busy machine a killed worker takes half a minute to start again."""

STAND_IN = ("-m", "tests.support.serving", "one")
"""A worker that reads nothing."""

REAL = ("-c", "from emoclassify.jobs.process import work; work('one')")


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

    def __init__(self, data: Path, stack: ExitStack, worker: Sequence[str] = STAND_IN, **environ: str) -> None:
        self.port = free_port()
        # A small disk has less room than a server usually keeps free.
        self._environ = {"EMOCLASSIFY_DATA_DIR": str(data), "EMOCLASSIFY_RESERVE_MB": "1", **environ}
        self._commands = {
            "api": ["-m", "api", "--port", str(self.port)],
            "worker": worker,
        }
        self._stack = stack
        self._running = {name: self._start(name) for name in self._commands}

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def kill(self, name: str) -> None:
        self._running[name].send_signal(signal.SIGKILL)
        self._running[name].wait()
        self._running[name] = self._start(name)

    def revive(self) -> None:
        """Starts again what ended by itself, as `serve` does, and systemd or a container engine."""
        for name, running in self._running.items():
            if running.poll() is not None:
                self._running[name] = self._start(name)

    def end(self) -> None:
        """Ends both as an operator does."""
        for running in self._running.values():
            running.terminate()
        for running in self._running.values():
            running.wait()

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        return self._stack.enter_context(process(*self._commands[name], **self._environ))


T = TypeVar("T")


def insisting(call: Callable[[], T], for_s: float = 60.0) -> T:
    until_s = time.monotonic() + for_s
    while True:
        try:
            return call()
        except ApiError as exc:
            if exc.status not in (None, 503, 507) or time.monotonic() > until_s:
                raise
            time.sleep(0.1)


class Faults:
    """Makes one fault after the other, each kind as often, in an order that chance shuffles."""

    KINDS = ("api", "worker", "worker under way", "cancel", "delete", "expire")

    def __init__(self, pair: Pair, data: Path, client: Client, *, fills: bool) -> None:
        """`fills`: the disk of the data is a small one, which can be full for a while too."""
        self._kinds = (*self.KINDS, "full disk") if fills else self.KINDS
        self._pair, self._data, self._client = pair, data, client
        self._random, self._turns = random.Random(7), list[str]()
        self.counts = Counter[str]()
        self.canceled, self.gone = set[str](), set[str]()

    def make_next(self, ids: list[str]) -> None:
        """Of the jobs handed in so far, the last or any other may be hit."""
        self._turns = self._turns or self._random.sample(self._kinds, len(self._kinds))
        kind = self._turns.pop()
        self.counts[kind] += 1
        any_id = self._random.choice([job_id for job_id in ids if job_id not in self.gone])
        if kind == "cancel":
            self._cancel(any_id)
        elif kind == "delete":
            self._delete(any_id)
        elif kind == "expire":
            self._expire(ids)
        elif kind == "full disk":
            self._fill()
        else:
            self._kill(kind, ids[-1])

    def _kill(self, kind: str, last_id: str) -> None:
        if kind == "worker under way":
            states = ("queued",)
            insisting_on(lambda: insisting(lambda: self._client.get(last_id)["state"] not in states), MOST_WAIT_S)
        else:
            time.sleep(self._random.uniform(0, 0.3))
        self._pair.kill(kind.split()[0])

    def _cancel(self, job_id: str) -> None:
        with suppress(ApiError):  # 409: it has ended
            if insisting(lambda: self._client.cancel(job_id))["state"] in ("canceled", "running"):
                self.canceled.add(job_id)

    def _delete(self, job_id: str) -> None:
        self.gone.add(job_id)
        with suppress(ApiError):  # 404: an earlier call did it, whose answer was lost
            insisting(lambda: self._client.delete(job_id))

    def _expire(self, ids: list[str]) -> None:
        """The sweeper does it, when the worker begins again."""
        jobs = [insisting(lambda: self._client.get(job_id)) for job_id in ids if job_id not in self.gone]  # noqa: B023
        if ended := [job["id"] for job in jobs if job["state"] in ENDED]:
            self.gone.add(ended[0])
            with open_jobs(settings_in(self._data), time.time) as service:
                expire(service, ended[0])
        self._pair.kill("worker")

    def _fill(self) -> None:
        filling = fill(self._data)
        time.sleep(self._random.uniform(0.5, 1.5))
        filling.unlink()
        self._pair.revive()


DISK_FAILURES = ("results_unstored", "results_unwritten", "upload_uncopied", "file_unwritten")


def brought_to_its_end(client: Client, job_id: str) -> Job:
    """The job when it has ended; one that failed for the disk is tried again, now that there is room."""
    while True:
        job = insisting(lambda: ended_job(client, job_id))
        if job["state"] != "failed" or job["error"]["code"] not in DISK_FAILURES or not job["upload_kept"]:
            return job
        insisting(lambda: client.retry(job_id))


def ended_job(client: Client, job_id: str) -> Job:
    insisting_on(lambda: insisting(lambda: client.get(job_id)["state"] in ENDED), MOST_WAIT_S)
    return client.get(job_id)


@pytest.mark.slow
@pytest.mark.timeout(300 + 30 * JOBS)
def test_faults_at_random_moments_lose_nothing_do_nothing_twice_and_leave_nothing(tmp_path: Path) -> None:
    """`EMOCLASSIFY_FAULT_JOBS=100` for the long run: half as many faults, of the worker in the midst of a job too."""
    data = tmp_path / "disk"
    with small_disk(data, 64) as is_small, ExitStack() as stack, Client("") as client:
        # The worker dies far more often here than one that dies of a recording, and may hit the same job each time.
        pair = Pair(data, stack, EMOCLASSIFY_MAX_TRIES="10")
        client.url = f"http://127.0.0.1:{pair.port}"
        insisting(client.page)
        recording = tmp_path / "talk.mp4"
        recording.write_bytes(MP4)
        ids, faults = list[str](), Faults(pair, data, client, fills=is_small)
        for number in range(JOBS):
            # The key makes one job of a call whose answer was lost.
            key, keep_days = str(number), 0 if number % 5 == 4 else 7
            job = insisting(lambda: client.submit(recording, idempotency_key=key, keep_days=keep_days))  # noqa: B023
            ids.append(job["id"])
            if number % 2:
                faults.make_next(ids)
        kept = [job_id for job_id in ids if job_id not in faults.gone]
        jobs = {job_id: brought_to_its_end(client, job_id) for job_id in kept}
        assert faults.counts.total() == KILLS
        assert any(job["tries"] > 1 for job in jobs.values()), "no kill met a job under way"
        assert len(set(ids)) == JOBS
        for job_id, job in jobs.items():
            may_be = {"completed", "canceled"} if job_id in faults.canceled else {"completed"}
            assert job["state"] in may_be or (not job["upload_kept"] and job["error"]["code"] in DISK_FAILURES), job[
                "error"
            ]
        assert {job["id"] for job in client.list(limit=200)} - set(kept) <= faults.gone
        for job_id in kept:
            for file in client.artifacts(job_id) if jobs[job_id]["state"] == "completed" else ():
                assert len(client.read(job_id, file["name"])) == file["size_bytes"]
        pair.end()
        clock = Clock(time.time())
        with open_jobs(settings_in(data), clock) as service:
            sweep_as_later(service, clock)
            ends = {label: n for name, label, n in service.store.totals() if name == "jobs"}
            assert_stored_is_listed(service)
            assert {job.id for job in service.store.find(Search(owner="", limit=1000))} == set(kept)
        assert files_on([data]) == []
        n_completed = sum(job["state"] == "completed" for job in jobs.values())
        assert n_completed <= ends["completed"] <= n_completed + len(faults.gone), "each was ended once"
        print(f"{dict(faults.counts)}, begun again: {sum(job['tries'] > 1 for job in jobs.values())}, {ends}")  # noqa: T201  # shown by -s


@pytest.mark.slow
@pytest.mark.model
def test_a_worker_that_is_killed_while_its_reader_reads_leaves_nothing(tmp_path: Path) -> None:
    """The real reader: it ends with its worker, and the next one does the whole job once."""
    data, recording = tmp_path / "data", tmp_path / "talk.mp4"
    write_video(recording, even([portrait()] * 1500))
    with ExitStack() as stack, Client("") as client:
        pair = Pair(data, stack, REAL)
        client.url = f"http://127.0.0.1:{pair.port}"
        insisting(client.page)
        job_id = client.submit(recording)["id"]
        for tries in (1, 2):
            insisting_on(lambda: is_under_way(client.get(job_id), tries), MOST_WAIT_S)  # noqa: B023
            reader = insisting_on(lambda: child_of(pair.pid("worker"), "child_process"))
            pair.kill("worker")
            insisting_on(lambda: not lives(reader))  # noqa: B023
        job = brought_to_its_end(client, job_id)
        assert (job["state"], job["tries"]) == ("completed", 3)
        pair.end()
        clock = Clock(time.time())
        with open_jobs(settings_in(data), clock) as service:
            sweep_as_later(service, clock)
            assert_stored_is_listed(service)
            assert {label: n for name, label, n in service.store.totals() if name == "jobs"} == {"completed": 1}
        assert files_on([data]) == []


def is_under_way(job: Job, tries: int) -> bool:
    """Whether its pictures are being read, in this try."""
    return bool(job["tries"] == tries and job["state"] == "running" and job["progress"]["fraction"] > 0)


def lives(pid: int) -> bool:
    """Whether there is such a process, and it has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


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
