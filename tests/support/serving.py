"""A server for the tests: the real API and worker over a stand-in for the analysis, or over the analysis itself."""

import json
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from api import create_app, scratch_of
from api.server import Server
from emoclassify.analysis import Analysis
from emoclassify.child import DiedError, OnStep, Result
from emoclassify.errors import MediaError
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.settings import ServerSettings
from emoclassify.jobs.worker import Worker
from emoclassify.settings import Options
from tests.support.findings import with_a_gap

MP4 = b"\x00\x00\x00\x18ftypisom" + b"\x00" * 100
"""What passes for a recording until somebody opens it."""

BROKEN = MP4 + b"broken"
"""What the stand-in cannot read."""

SLOW = MP4 + b"slow"
"""What it takes until it is let go, or killed."""


class StandIn:
    """In the place of `emoclassify.child.Child`: the same analysis for every recording, at once.

    It keeps to the same contract (tests/jobs/test_analyzer.py): a progress first, results whole with analysis.json
    first, MediaError for what cannot be read, DiedError where another thread kills it.
    """

    pid: int | None = None

    def __init__(self, analysis: Analysis | None = None) -> None:
        self._analysis = analysis or with_a_gap()
        self.seen: list[tuple[bytes, Options, str]] = []
        self.started, self.may_end = threading.Event(), threading.Event()
        self._killed = threading.Event()

    def analyze(
        self,
        path: Path,
        folder: Path,
        options: Options,
        on_progress: OnStep,
        *,
        name: str = "",
        preview: bool = False,
    ) -> list[Path]:
        self._killed.clear()
        content = path.read_bytes()
        self.seen.append((content[:1000], options, name))
        on_progress("start", 0.0, None)
        self.started.set()
        if content[:1000].endswith(b"broken"):
            raise MediaError("file_unknown_format", why="made for a test")
        while content[:1000].endswith(b"slow") and not self.may_end.wait(0.01):
            self._end_where_killed()
        on_progress("faces", 4.0, 4.0)
        found = replace(self._analysis, source=replace(self._analysis.source, name=name or path.name))
        folder.mkdir(parents=True)
        (folder / "analysis.json").write_text(json.dumps(found.to_dict()))
        (folder / "frames.csv").write_text("frame\n0\n")
        return [folder / "analysis.json", folder / "frames.csv"]

    def call(self, function: Callable[..., Result], *arguments: Any, on_progress: OnStep) -> Result:
        self._killed.clear()

        def tell(stage: str, done_s: float, total_s: float | None) -> None:
            on_progress(stage, done_s, total_s)
            self._end_where_killed()

        return function(tell, *arguments)

    def _end_where_killed(self) -> None:
        if self._killed.is_set():
            raise DiedError("reader_killed", signal_number=9)

    def kill(self) -> None:
        self._killed.set()

    def close(self) -> None:
        self.kill()


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def settings_in(folder: Path, **changes: Any) -> ServerSettings:
    return ServerSettings(data_dir=folder, **changes)


@dataclass
class Served:
    """A server that listens, with its parts."""

    url: str
    service: Jobs


@contextmanager
def served(
    folder: Path,
    analyzer: Any = None,
    *,
    clock: Callable[[], float] = time.time,
    defaults: Options | None = None,
    token: str = "",
    **changes: Any,
) -> Iterator[Served]:
    """API and worker, in threads of this process.

    Args:
        folder: database, uploads and results.
        analyzer: a StandIn by default; `emoclassify.child.Child()` for the real analysis (the caller closes it).
        clock: seconds since 1970.
        defaults: the options where a request gives none; by default the library's.
        token: of the user who runs it; none by default.
        changes: fields of ServerSettings.
    """
    with open_jobs(settings_in(folder, **changes), clock) as service:
        scratch = scratch_of(service.settings)
        app = create_app(service, scratch=scratch, defaults=defaults, token=token)
        server = Server(app, host="127.0.0.1", port=0, settings=service.settings, scratch=scratch)
        over = threading.Event()
        worker = Worker(service, analyzer or StandIn(), "test")
        with ThreadPoolExecutor(2) as threads:
            running = [threads.submit(server.run), threads.submit(_work, worker, service, over)]
            try:
                yield Served(f"http://127.0.0.1:{server.port}", service)
            finally:
                over.set()
                server.stop()
                for thread in running:
                    thread.result()


def _work(worker: Worker, service: Jobs, over: threading.Event) -> None:
    while not over.is_set():
        with suppress(SQLAlchemyError, OSError):  # as the worker's process does
            service.leases.announce("test", ready=True)
            if worker.work_once():
                continue
        over.wait(0.02)


if (
    __name__ == "__main__"
):  # `python -m tests.support.serving NAME`: a worker with the stand-in, as a process of its own
    from emoclassify.jobs.process import work

    class Unhurried(StandIn):
        """Takes its time, so that kills meet jobs under way, and has half of its results by then."""

        def analyze(self, path: Path, folder: Path, *arguments: Any, **named: Any) -> list[Path]:
            folder.mkdir(parents=True)
            (folder / "annotated.mp4.partial").write_bytes(path.read_bytes())
            time.sleep(0.3)
            if not path.read_bytes().endswith(b"slow"):
                shutil.rmtree(folder)
            return super().analyze(path, folder, *arguments, **named)

    sys.exit(work(sys.argv[1], Unhurried))
