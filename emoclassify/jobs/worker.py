"""Takes one job after another and has a child process analyze it. What goes wrong ends that job and no other."""

import logging
import shutil
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.exc import SQLAlchemyError

from emoclassify.child import DiedError, OnProgress
from emoclassify.errors import EmoClassifyError, ResultError
from emoclassify.jobs.job import CANCELED, COMPLETED, FAILED, Job
from emoclassify.jobs.leases import Outcome
from emoclassify.jobs.progress import Tracker
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.storage import new_id
from emoclassify.jobs.summary import summarize
from emoclassify.outputs.saved import read_overview
from emoclassify.settings import Options

logger = logging.getLogger(__name__)

_BEAT_S = 0.5
_RETRY_S = 0.5
"""Between two tries to reach a database or storage that does not answer."""


class Analyzer(Protocol):
    """What analyzes a recording: `emoclassify.child.Child`, or a stand-in of a test."""

    @property
    def pid(self) -> int | None:
        """The process whose memory is watched."""

    def analyze(
        self, path: Path, folder: Path, options: Options, on_progress: OnProgress, *, name: str, preview: bool
    ) -> list[Path]:
        """Writes the results to the folder and returns the files, analysis.json first."""

    def kill(self) -> None:
        """Ends what it is doing, for another thread: `analyze` raises DiedError."""


class Worker:
    """One worker, with one analyzer of its own."""

    def __init__(self, service: Jobs, analyzer: Analyzer, name: str) -> None:
        self._service, self._analyzer, self.name = service, analyzer, name

    def work_once(self) -> bool:
        """Takes one job and ends it; False where none waits.

        Raises:
            SQLAlchemyError, OSError: database or storage do not answer; the job is taken up again later.
        """
        job_id = self._service.queue.take()
        if job_id is None:
            return False
        self._service.storage.check()
        self.run(job_id)
        return True

    def run(self, job_id: str) -> None:
        """Runs one job, if it waits. The one function that every queue calls."""
        job = self._service.leases.claim(job_id, self.name)
        if job is None:
            return
        logger.info("started", extra={"job": job.id, "size_bytes": job.size_bytes, "tries": job.tries})
        folder = self._service.settings.scratch / f"results-{new_id()}"
        watch = _Watch(self._service, self._analyzer, job)
        try:
            with watch:
                outcome = self._analyzed(job, folder, watch)
        except BaseException:  # told to stop: another may go on with it
            with suppress(SQLAlchemyError):
                self._service.leases.give_back(job, counted=False)
            raise
        else:
            if watch.lost:
                self._discard(job, outcome)
            else:
                self._end(job, outcome)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _analyzed(self, job: Job, folder: Path, watch: "_Watch") -> Outcome | None:
        """How the job ended; None where it is to be begun again."""
        try:
            options = Options.from_dict(job.options)
            with self._service.storage.upload_on_disk(job.id, self._service.settings.scratch) as path:
                self._analyzer.analyze(path, folder, options, watch.tracker.tell, name=job.name, preview=True)
            return self._stored(job, folder)
        except DiedError as exc:
            if watch.outcome is not None or watch.lost:
                return watch.outcome
            if exc.signal_number == signal.SIGKILL and job.tries < self._service.settings.max_tries:
                return None
            return Outcome(state=FAILED, error=str(exc))
        except (OSError, ResultError) as exc:
            shutil.rmtree(folder, ignore_errors=True)  # they may be what fills the disk
            self._service.storage.check()  # raises where the storage as a whole is away: the job waits for it
            if isinstance(exc, FileNotFoundError):
                return Outcome(state=FAILED, error="The upload is gone from the storage.")
            if job.tries < self._service.settings.max_tries:
                return None
            if isinstance(exc, ResultError):
                return Outcome(state=FAILED, error=str(exc).replace(str(folder), "The results"))  # no path of ours
            return Outcome(state=FAILED, error=f"The results cannot be stored: {exc.strerror or type(exc).__name__}.")
        except EmoClassifyError as exc:
            return Outcome(state=FAILED, error=str(exc))

    def _stored(self, job: Job, folder: Path) -> Outcome:
        overview = read_overview(folder)
        sizes = tuple({"name": path.name, "size_bytes": path.stat().st_size} for path in sorted(folder.iterdir()))
        return Outcome(
            state=COMPLETED,
            results=self._service.storage.put_results(job.id, folder),
            files=sizes,
            has_video=overview.source.has_moving_picture,
            duration_s=overview.end_s,
            summary=summarize(overview),
            timings_s=tuple(overview.timings_s.items()),
        )

    def _end(self, job: Job, outcome: Outcome | None) -> None:
        """Writes down how it ended, for as long as it takes; what was made goes where the job is another's by now."""
        if outcome is None:
            logger.warning("begun again", extra={"job": job.id})
            _insist(lambda: self._service.leases.give_back(job, counted=True), self._service.settings.lease_s)
            return
        kept = _insist(lambda: self._service.leases.finish(job, outcome), self._service.settings.lease_s)
        if not kept:
            self._discard(job, outcome)
            return
        if job.keep_days == 0:
            self._service.storage.remove_upload(job.id)
        logger.info(outcome.state, extra={"job": job.id})

    def _discard(self, job: Job, outcome: Outcome | None) -> None:
        """Removes what was made for a job that was deleted, or is another worker's by now."""
        logger.info("given up", extra={"job": job.id})
        if outcome is not None and outcome.results:
            self._service.storage.remove_results(outcome.results)


class _Watch:
    """Beside an analysis: tells its progress, keeps its lease, and ends it where it is canceled or takes too much."""

    def __init__(self, service: Jobs, analyzer: Analyzer, job: Job) -> None:
        self._service, self._analyzer, self._job = service, analyzer, job
        self.tracker = Tracker(Options.from_dict(job.options))
        self.outcome: Outcome | None = None
        """Why it was ended from here."""
        self.lost = False
        """Whether the job was deleted, or is another worker's by now."""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch")

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        last_kept_s = time.monotonic()
        while not self._ended.is_set():
            try:
                self._look()
                last_kept_s = time.monotonic()
            except SQLAlchemyError as exc:
                logger.warning("database away: %s", type(exc).__name__, extra={"job": self._job.id})
                if time.monotonic() - last_kept_s > self._service.settings.lease_s:
                    self.lost = True
            if self.outcome or self.lost:
                self._analyzer.kill()
            self._ended.wait(_BEAT_S)

    def _look(self) -> None:
        progress = self.tracker.now
        now = self._service.leases.beat(self._job, progress)
        settings = self._service.settings
        if now is None:
            self.lost = True
        elif now.cancel_asked:
            self.outcome = Outcome(state=CANCELED)
        elif progress.elapsed_s > settings.job_limit_s:
            told = f"The analysis took longer than {settings.job_limit_s:g} s and was ended."
            self.outcome = Outcome(state=FAILED, error=told)
        elif (used_mb := memory_mb(self._analyzer.pid)) > settings.memory_limit_mb:
            told = f"The analysis took {used_mb} MB of memory, more than {settings.memory_limit_mb}, and was ended."
            self.outcome = Outcome(state=FAILED, error=told)


def memory_mb(pid: int | None) -> int:
    """Memory that a process of this machine holds; 0 where it is not known."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    lines = [line.split() for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(lines[0][1]) // 1024 if lines else 0


def _insist(call: Any, for_s: float) -> Any:
    """Calls until the database answers; a job whose lease ran out meanwhile is taken up again."""
    until_s = time.monotonic() + for_s
    while True:
        try:
            return call()
        except SQLAlchemyError:
            if time.monotonic() > until_s:
                return False
            time.sleep(_RETRY_S)
