"""What the queue costs: jobs of a known length on several workers, over the places that EMOCLASSIFY_* names."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from emoclassify.child import Child, OnProgress
from emoclassify.jobs.job import QUEUED, Job
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.settings import ServerSettings
from emoclassify.jobs.storage import new_id
from emoclassify.jobs.work import work
from emoclassify.settings import Options

_COST, _RESULT, _TOKEN = (f"EMOCLASSIFY_BENCHMARK_{name}" for name in ("COST_S", "RESULT", "TOKEN"))
_UPLOAD_BYTES = 100_000
_LOOK_S = 0.05


class Sleeper:
    """In the place of the analysis: sleeps for as long as it is told to, and gives the same result."""

    pid = os.getpid()

    def analyze(
        self, path: Path, folder: Path, options: Options, on_progress: OnProgress, *, name: str, preview: bool
    ) -> list[Path]:
        """As `emoclassify.child.Child`; a file without content says which process it was."""
        on_progress("faces", 0.0, 1.0)
        time.sleep(float(os.environ[_COST]))
        folder.mkdir(parents=True)
        (folder / f"by-{os.getpid()}").touch()
        return [Path(shutil.copy(os.environ[_RESULT], folder / "analysis.json"))]

    def kill(self) -> None:
        """Nothing is ended."""

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True)
class Run:
    """One measurement."""

    workers: int
    jobs: int
    cost_s: float
    seconds: float
    shares: tuple[int, ...]
    """Jobs that each worker did."""

    @property
    def overhead_s(self) -> float:
        """What a worker spends on a job beside the analysis."""
        return (self.seconds * self.workers - self.jobs * self.cost_s) / self.jobs

    def line(self) -> str:
        """A row of a table."""
        ideal = self.workers / self.cost_s if self.cost_s else float("nan")
        rate = self.jobs / self.seconds
        shares = f"{min(self.shares)} to {max(self.shares)}"
        return (
            f"| {self.workers} | {self.jobs} | {self.cost_s:g} | {self.seconds:.1f} | {rate:.2f} | {ideal:.2f} "
            f"| {1000 * self.overhead_s:.0f} | {shares} |"
        )


HEADING = (
    "| workers | jobs | s each | s in all | jobs/s | of at most | ms a job beside it | jobs of a worker |\n"
    "|---|---|---|---|---|---|---|---|"
)


def measure(workers: int, jobs: int, cost_s: float, result: Path) -> Run:
    """Hands jobs of a known length in to workers that wait for them, and waits for the last."""
    with tempfile.TemporaryDirectory(prefix="jobs-") as name, ExitStack() as stack:
        folder = Path(name)
        token = new_id()[:8]
        settings = ServerSettings.read({"EMOCLASSIFY_DATA_DIR": str(folder / "server"), **_places()})
        service = stack.enter_context(open_jobs(settings, time.time))
        for number in range(workers):
            stack.enter_context(
                _worker(
                    folder / f"machine-{number}" if settings.storage_url else folder / "server",
                    {_COST: str(cost_s), _RESULT: str(result), _TOKEN: token},
                )
            )
        _until(lambda: service.leases.ready_workers(60.0, f"bench-{token}") >= workers)
        started_s = time.monotonic()
        ids = [_submit(service).id for _ in range(jobs)]
        _until(lambda: service.store.count_states().get("completed", 0) >= jobs)
        seconds = time.monotonic() - started_s
        done = [service.store.get(job_id, "") for job_id in ids]
        shares = Counter(file["name"] for job in done if job for file in job.files if file["name"].startswith("by-"))
        assert sum(shares.values()) == jobs, "a job was done twice, or not at all"
        for job_id in ids:
            service.delete(job_id, "")
        return Run(workers, jobs, cost_s, seconds, tuple(shares.values()))


def direct(jobs: int, cost_s: float, result: Path) -> float:
    """Seconds a job where the same function is called without a queue."""
    with tempfile.TemporaryDirectory() as name:
        os.environ |= {_COST: str(cost_s), _RESULT: str(result)}
        started_s = time.monotonic()
        for number in range(jobs):
            folder = Path(name) / str(number)
            Sleeper().analyze(folder, folder, Options(), lambda *_: None, name="", preview=True)
        return (time.monotonic() - started_s) / jobs


def _places() -> dict[str, str]:
    named = ("DATABASE_URL", "STORAGE_URL", "BROKER_URL")
    return {f"EMOCLASSIFY_{part}": os.environ.get(f"EMOCLASSIFY_{part}", "") for part in named}


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


def _submit(service: Jobs) -> Job:
    job_id, now = new_id(), service.clock()
    with service.storage.create_upload(job_id) as file:
        file.write(bytes(_UPLOAD_BYTES))
    facts: dict[str, Any] = {"owner": "", "state": QUEUED, "name": "talk.mp4", "size_bytes": _UPLOAD_BYTES}
    facts |= {"sha256": "0" * 64, "content_type": "", "options": vars(Options()), "keep_days": 7}
    return service.submit(Job(id=job_id, created_at=now, queued_at=now, expires_at=now, **facts), None)


def _until(ready: Any) -> None:
    while not ready():
        time.sleep(_LOOK_S)


if __name__ == "__main__":
    sys.exit(work(f"bench-{os.environ[_TOKEN]}-{os.getpid()}", Sleeper))
