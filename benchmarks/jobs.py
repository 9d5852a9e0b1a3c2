"""Measures what the queue costs: jobs of a known length, or real ones, on several workers, with the database, storage
and broker that EMOCLASSIFY_* names."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from emoclassify.child import Child, OnStep, Result
from emoclassify.job_states import ENDED, JobState
from emoclassify.jobs.job import Job
from emoclassify.jobs.process import work
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.settings import ServerSettings
from emoclassify.jobs.storage import new_id
from emoclassify.settings import Options

_COST, _RESULT, _TOKEN = (f"EMOCLASSIFY_BENCHMARK_{name}" for name in ("COST_S", "RESULT", "TOKEN"))
_UPLOAD_BYTES = 100_000  # as large as the recording inside the program
_WARM_UP = 2
"""Jobs for each worker before those that are measured."""

_LOOK_S = 0.05
_KEEP_S = 86_400.0


class Sleeper:
    """Replaces the analysis: sleeps for EMOCLASSIFY_BENCHMARK_COST_S, and always gives the same result."""

    pid = os.getpid()

    def analyze(
        self, path: Path, folder: Path, options: Options, on_progress: OnStep, *, name: str, preview: bool
    ) -> list[Path]:
        """As `emoclassify.child.Child`; the name of an empty file says which process it was."""
        on_progress("faces", 0.0, 1.0)
        time.sleep(float(os.environ[_COST]))
        folder.mkdir(parents=True)
        (folder / f"by-{os.getpid()}").touch()
        return [Path(shutil.copy(os.environ[_RESULT], folder / "analysis.json"))]

    def call(self, function: Callable[..., Result], *arguments: Any, on_progress: OnStep) -> Result:
        """As `emoclassify.child.Child`, in this process."""
        return function(on_progress, *arguments)

    def __enter__(self) -> "Sleeper":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def kill(self) -> None:
        """Nothing is ended."""

    def close(self) -> None:
        """Nothing is open."""


class Reader(Child):
    """The real analysis, with an empty file whose name says which process it was."""

    def analyze(self, path: Path, folder: Path, *arguments: Any, **keywords: Any) -> list[Path]:
        """As `emoclassify.child.Child`."""
        paths = super().analyze(path, folder, *arguments, **keywords)
        (folder / f"by-{os.getpid()}").touch()
        return paths


@dataclass(frozen=True)
class QueueRun:
    """One measurement."""

    workers: int
    jobs: int
    cost_s: float
    """Seconds of one job, called directly."""
    seconds: float
    shares: tuple[int, ...]
    """Jobs that each worker did."""

    @property
    def overhead_s(self) -> float:
        """Seconds that a worker spends on a job besides the analysis, or waits for a processor."""
        return (self.seconds * self.workers - self.jobs * self.cost_s) / self.jobs

    def line(self) -> str:
        """A row of a table."""
        ideal = self.workers / self.cost_s
        rate = self.jobs / self.seconds
        shares = f"{min(self.shares)} to {max(self.shares)}"
        return (
            f"| {self.workers} | {self.jobs} | {self.cost_s:.2f} | {self.seconds:.1f} | {rate:.2f} | {ideal:.2f} "
            f"| {1000 * self.overhead_s:.0f} | {shares} |"
        )


HEADING = (
    "| workers | jobs | s each | s in all | jobs/s | of at most | ms a job beside it | jobs of a worker |\n"
    "|---|---|---|---|---|---|---|---|"
)


def measure(workers: int, jobs: int, cost_s: float, result: Path | None) -> QueueRun:
    """Submits jobs to workers that wait for them, and waits for the last.

    Args:
        workers: how many processes.
        jobs: how many in all.
        cost_s: seconds of one job, called directly; how long to sleep.
        result: the result of every job; None for the real analysis of the recording inside the program.
    """
    with tempfile.TemporaryDirectory(prefix="jobs-") as name, ExitStack() as stack:
        folder = Path(name)
        token = new_id()[:8]
        settings = ServerSettings.read({"EMOCLASSIFY_DATA_DIR": str(folder / "server"), **_places()})
        service = stack.enter_context(open_jobs(settings, time.time))
        environ = {_COST: str(cost_s), _RESULT: str(result or ""), _TOKEN: token}
        for number in range(workers):
            home = folder / f"machine-{number}" if settings.storage_url else folder / "server"
            stack.enter_context(_worker(home, environ))
        _until(lambda: service.leases.ready_workers(60.0, f"bench-{token}") >= workers)
        content = bytes(_UPLOAD_BYTES) if result else demo()
        _run_jobs(service, content, _WARM_UP * workers)
        started_s = time.monotonic()
        ended_jobs = _run_jobs(service, content, jobs)
        seconds = time.monotonic() - started_s
        shares = Counter(file["name"] for job in ended_jobs for file in job.files if file["name"].startswith("by-"))
        assert sum(shares.values()) == jobs, "a job failed, was done twice, or not at all"
        return QueueRun(workers, jobs, cost_s, seconds, tuple(shares.values()))


def direct(jobs: int, cost_s: float, result: Path | None) -> float:
    """Seconds a job where the same function is called without a queue, after a first call."""
    with tempfile.TemporaryDirectory() as name, Reader() if result is None else Sleeper() as analyzer:
        os.environ |= {_COST: str(cost_s), _RESULT: str(result or "")}
        recording = Path(name) / "talk.mp4"
        recording.write_bytes(demo())
        for number in range(jobs + 1):
            if number == 1:
                started_s = time.monotonic()
            folder = Path(name) / str(number)
            analyzer.analyze(recording, folder, Options(), lambda *_: None, name="talk.mp4", preview=True)
        return (time.monotonic() - started_s) / jobs


def demo() -> bytes:
    """The recording inside the program."""
    return (files("emoclassify") / "assets" / "demo.mp4").read_bytes()


def _places() -> dict[str, str]:
    names = ("DATABASE_URL", "STORAGE_URL", "BROKER_URL")
    return {f"EMOCLASSIFY_{part}": os.environ.get(f"EMOCLASSIFY_{part}", "") for part in names}


def some_result(folder: Path) -> Path:
    """The analysis.json of the recording inside the program."""
    with as_file(files("emoclassify") / "assets" / "demo.mp4") as path, Child() as child:
        return child.analyze(path, folder / "result", Options(), lambda *_: None)[0]


@contextmanager
def _worker(folder: Path, environ: dict[str, str]) -> Iterator[Any]:
    environ = {**os.environ, **environ, "EMOCLASSIFY_DATA_DIR": str(folder)}
    with subprocess.Popen([sys.executable, "-m", "benchmarks.jobs"], env=environ, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()


def _run_jobs(service: Jobs, content: bytes, n: int) -> list[Job]:
    """Submits n jobs, waits for all, removes them and returns them."""
    ids = [_submit(service, content).id for _ in range(n)]
    _until(lambda: sum(service.store.count_states().get(state, 0) for state in ENDED) >= n)
    ended_jobs = [job for job_id in ids if (job := service.store.get(job_id, ""))]
    for job_id in ids:
        service.delete(job_id, "")
    return ended_jobs


def _submit(service: Jobs, content: bytes) -> Job:
    job_id, now = new_id(), service.clock()
    with service.storage.create_upload(job_id) as file:
        file.write(content)
    facts: dict[str, Any] = {"owner": "", "state": JobState.QUEUED, "name": "talk.mp4", "size_bytes": len(content)}
    facts |= {"sha256": "0" * 64, "content_type": "", "options": vars(Options()), "keep_days": 7}
    return service.submit(Job(id=job_id, created_at=now, queued_at=now, expires_at=now + _KEEP_S, **facts), None)


def _until(ready: Any) -> None:
    while not ready():
        time.sleep(_LOOK_S)


if __name__ == "__main__":
    sys.exit(work(f"bench-{os.environ[_TOKEN]}-{os.getpid()}", Sleeper if os.environ[_RESULT] else Reader))
