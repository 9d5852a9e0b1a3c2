"""Takes one job after another and has a child process do it. What goes wrong ends that job and no other.

What a job is about is its task's to know (`task.py`): here every kind is the same.
"""

import logging
import shutil
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from emoclassify.child import DiedError
from emoclassify.errors import EmoClassifyError, ResultError
from emoclassify.job_states import JobState
from emoclassify.jobs.job import Job
from emoclassify.jobs.leases import Outcome
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.storage import new_id
from emoclassify.jobs.task import Analyzer, ProgressCounter, Task
from emoclassify.jobs.tasks import TASKS
from emoclassify.words.messages import Message

logger = logging.getLogger(__name__)

_BEAT_S = 0.5
_RETRY_S = 0.5
"""Between two tries to reach a database or storage that does not answer."""

Answer = TypeVar("Answer")


class Worker:
    """One worker, with one analyzer of its own."""

    def __init__(self, service: Jobs, analyzer: Analyzer, name: str, tasks: Mapping[str, Task] = TASKS) -> None:
        """Takes no job yet.

        Args:
            service: the job system.
            analyzer: does the work of the tasks.
            name: of this worker; no other has it.
            tasks: the kinds of jobs that it does.
        """
        self._service, self._analyzer, self.name, self._tasks = service, analyzer, name, tasks

    def work_once(self) -> bool:
        """Takes one job and ends it; False where none waits.

        Raises:
            SQLAlchemyError, OSError: database or storage do not answer; the job is taken up again later.
        """
        job_id = self._service.queue.take()
        if job_id is None:
            return False
        self.run(job_id)
        return True

    def run(self, job_id: str) -> None:
        """Runs one job, if it waits. The one function that every queue calls.

        Raises:
            SQLAlchemyError, OSError: as `work_once`.
        """
        self._service.storage.check()
        job = self._service.leases.claim(job_id, self.name)
        if job is None:
            return
        logger.info("started", extra={"job": job.id, "size_bytes": job.size_bytes, "tries": job.tries})
        try:
            task = self._task_of(job)
            counter = task.progress_counter(job)
        except EmoClassifyError as exc:
            self._end(job, Outcome(state=JobState.FAILED, error=exc.message))
        else:
            self._run(job, task, counter)

    def _task_of(self, job: Job) -> Task:
        if job.kind not in self._tasks:
            raise EmoClassifyError("kind_unknown", kind=job.kind)
        return self._tasks[job.kind]

    def _run(self, job: Job, task: Task, counter: ProgressCounter) -> None:
        folder = self._service.settings.scratch / f"results-{new_id()}"
        watch = _Watch(self._service, self._analyzer, job, counter)
        try:
            with watch:
                outcome = self._outcome(job, task, folder, watch)
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

    def _outcome(self, job: Job, task: Task, folder: Path, watch: "_Watch") -> Outcome | None:
        """How the job ended; None where it is to be begun again."""
        try:
            with task.prepare(job, self._service) as source:
                task.run(job, source, folder, self._analyzer, watch.counter.tell)
            return task.store(job, folder, self._service.storage)
        except DiedError as exc:
            if watch.outcome is not None or watch.lost:
                return watch.outcome
            if exc.signal_number == signal.SIGKILL and job.tries < self._service.settings.max_tries:
                return None
            return Outcome(state=JobState.FAILED, error=exc.message)
        except (OSError, ResultError) as exc:
            shutil.rmtree(folder, ignore_errors=True)  # they may be what fills the disk
            self._service.storage.check()  # raises where the storage as a whole is away: the job waits for it
            return self._outcome_without_room(job, folder, exc)
        except EmoClassifyError as exc:
            return Outcome(state=JobState.FAILED, error=exc.message)

    def _outcome_without_room(self, job: Job, folder: Path, exc: OSError | ResultError) -> Outcome | None:
        """How a job ended whose files could not be read or written though the storage is there."""
        if isinstance(exc, FileNotFoundError):
            return Outcome(state=JobState.FAILED, error=Message("upload_gone"))
        if job.tries < self._service.settings.max_tries:
            return None
        if isinstance(exc, ResultError):
            return Outcome(state=JobState.FAILED, error=_without_path(exc.message, folder))
        why = exc.strerror or type(exc).__name__
        return Outcome(state=JobState.FAILED, error=Message("results_unstored", {"why": why}))

    def _end(self, job: Job, outcome: Outcome | None) -> None:
        """Writes down how it ended, for as long as it takes; what was made goes where the job is another's by now."""
        if outcome is None:
            logger.warning("begun again", extra={"job": job.id})
            _insist(lambda: self._service.leases.give_back(job, counted=True), self._service.settings.lease_s)
            return
        written = _insist(lambda: self._service.leases.finish(job, outcome), self._service.settings.lease_s)
        if not written:
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
    """Beside a job under way: tells its progress, keeps its lease, ends it where it is canceled or takes too much."""

    def __init__(self, service: Jobs, analyzer: Analyzer, job: Job, counter: ProgressCounter) -> None:
        self._service, self._analyzer, self._job, self.counter = service, analyzer, job, counter
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
        progress = self.counter.now
        now = self._service.leases.beat(self._job, progress)
        settings = self._service.settings
        if now is None:
            self.lost = True
        elif now.cancel_asked:
            self.outcome = Outcome(state=JobState.CANCELED)
        elif progress.elapsed_s > settings.job_limit_s:
            limit = {"limit_s": round(settings.job_limit_s) or settings.job_limit_s}
            self.outcome = Outcome(state=JobState.FAILED, error=Message("took_too_long", limit))
        elif (used_mb := memory_mb(self._analyzer.pid)) > settings.memory_limit_mb:
            figures = {"used_mb": used_mb, "limit_mb": settings.memory_limit_mb}
            self.outcome = Outcome(state=JobState.FAILED, error=Message("took_too_much_memory", figures))


def _without_path(error: Message, folder: Path) -> Message:
    """The same without a folder of this machine in it, which is none of the caller's business."""
    if error.code == "file_unwritten" and error.fields["file"] == str(folder):
        return Message("results_unwritten", {"why": error.fields["why"]})
    texts = {name: value for name, value in error.fields.items() if isinstance(value, str)}
    return Message(
        error.code, {**error.fields, **{n: text.replace(str(folder), "results") for n, text in texts.items()}}
    )


def memory_mb(pid: int | None) -> int:
    """Memory that a process of this machine holds; 0 where it is not known."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    lines = [line.split() for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(lines[0][1]) // 1024 if lines else 0


def _insist(call: Callable[[], Answer], for_s: float) -> Answer | None:
    """Calls until the database answers; None where it did not in time: the lease is over, and another takes the job."""
    until_s = time.monotonic() + for_s
    while True:
        try:
            return call()
        except SQLAlchemyError:
            if time.monotonic() > until_s:
                return None
            time.sleep(_RETRY_S)
