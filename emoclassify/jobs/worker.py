"""Takes one job after another and runs it in a child process. A failure ends that job and no other.

Knows nothing of the kinds of jobs: each kind is a task (`task.py`).
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
from emoclassify.jobs.leases import Outcome, Progress
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.settings import ServerSettings
from emoclassify.jobs.task import AnalysisProcess, ProgressCounter, Task
from emoclassify.jobs.tasks import TASKS
from emoclassify.jobs.workplace import Workplace
from emoclassify.words.messages import Message

logger = logging.getLogger(__name__)

_BEAT_S = 0.5
_LEAST_LIMIT_S = 1800.0
"""A job may take this long, however small its upload is."""

_RETRY_S = 0.5
"""Between two tries to reach a database or storage that does not answer."""

_OF_THE_DISK = ("file_unwritten", "upload_uncopied")
"""What may go better at the next try: codes of errors. All others are the recording's fault."""

Result = TypeVar("Result")


class Worker:
    """One worker, with one analysis process of its own."""

    def __init__(
        self,
        service: Jobs,
        analyzer: AnalysisProcess,
        name: str,
        tasks: Mapping[str, Task] = TASKS,
        *,
        place: Workplace | None = None,
    ) -> None:
        """Takes no job yet.

        Args:
            service: the job system.
            analyzer: does the work of the tasks.
            name: this worker's; no other has it.
            tasks: the kinds of jobs that it runs.
            place: its folder; by default one of its name.
        """
        self._service, self._analyzer, self.name, self._tasks = service, analyzer, name, tasks
        self._place = place or Workplace(service.settings.workers, name)

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

    def run_turn(self, job_id: str) -> None:
        """Runs the job whose turn it is; for a queue that says only that a job waits.

        Args:
            job_id: of the job that waits; the one that is run goes to the same workers by its size.

        Raises:
            SQLAlchemyError, OSError: as `work_once`.
        """
        large_from_bytes = self._service.settings.gpu_from_mb * 1024**2
        while (turn_id := self._service.leases.waiting_like(job_id, large_from_bytes)) is not None:
            if self.run(turn_id):
                return

    def run(self, job_id: str) -> bool:
        """Runs one job, if it waits; False where another worker was faster. Every queue calls this function.

        Raises:
            SQLAlchemyError, OSError: as `work_once`.
        """
        self._service.storage.check()
        job = self._service.leases.claim(job_id, self.name)
        if job is None:  # it may have ended just now, since it was canceled or tried too often
            self._service.remove_leftovers(job_id)
            return False
        logger.info("started", extra={"job": job.id, "size_bytes": job.size_bytes, "tries": job.tries})
        try:
            task = self._task_of(job)
            counter = task.progress_counter(job)
        except EmoClassifyError as exc:
            self._end(job, Outcome(state=JobState.FAILED, error=exc.message))
        else:
            self._run(job, task, counter)
        return True

    def _task_of(self, job: Job) -> Task:
        if job.task_kind not in self._tasks:
            raise EmoClassifyError("kind_unknown", kind=job.task_kind)
        return self._tasks[job.task_kind]

    def _run(self, job: Job, task: Task, counter: ProgressCounter) -> None:
        watch, outcome = _Watch(self._service, self._analyzer, job, counter), None
        try:
            with self._place.job(job.id) as folders, watch:
                outcome = self._outcome(job, task, folders, watch)
        except BaseException:  # a signal said to stop: put the job back for another worker
            with suppress(SQLAlchemyError):
                self._service.leases.give_back(job, counted=False)
            if outcome is not None and outcome.results:
                with suppress(OSError):
                    self._service.storage.remove_results(outcome.results)
            raise
        else:
            if watch.lost:
                self._discard(job, outcome)
            else:
                self._end(job, outcome)

    def _outcome(self, job: Job, task: Task, folders: tuple[Path, Path], watch: "_Watch") -> Outcome | None:
        """How the job ended; None where it is to be started again."""
        input_folder, folder = folders
        try:
            with task.prepare(job, self._service, input_folder) as source:
                task.run(job, source, folder, self._analyzer, watch.counter.tell)
            return task.store(job, folder, self._service.storage)
        except DiedError as exc:
            if watch.outcome is not None or watch.lost:
                return watch.outcome
            if exc.signal_number == signal.SIGKILL and job.tries < self._service.settings.max_tries:
                return None
            return Outcome(state=JobState.FAILED, error=exc.message)
        except (OSError, ResultError) as exc:
            if isinstance(exc, ResultError) and exc.message.code not in _OF_THE_DISK:
                return Outcome(state=JobState.FAILED, error=exc.message)
            shutil.rmtree(folder, ignore_errors=True)  # the results may be what fills the disk
            self._service.storage.check()  # raises where the whole storage does not answer: then the job waits for it
            return self._outcome_without_room(job, folder, exc)
        except EmoClassifyError as exc:
            return Outcome(state=JobState.FAILED, error=exc.message)
        except SQLAlchemyError:
            raise
        except Exception as exc:  # what the process left may be anything: it must not end worker after worker
            logger.warning("unexpected %s", type(exc).__name__, extra={"job": job.id})
            return Outcome(state=JobState.FAILED, error=Message("unexpected_error", {"error": type(exc).__name__}))

    def _outcome_without_room(self, job: Job, folder: Path, exc: OSError | ResultError) -> Outcome | None:
        """How a job ended whose files could not be read or written although the storage answers."""
        if isinstance(exc, FileNotFoundError):
            return Outcome(state=JobState.FAILED, error=Message("upload_gone"))
        if job.tries < self._service.settings.max_tries:
            return None
        if isinstance(exc, ResultError):
            return Outcome(state=JobState.FAILED, error=_without_path(exc.message, folder))
        why = exc.strerror or type(exc).__name__
        return Outcome(state=JobState.FAILED, error=Message("results_unstored", {"why": why}))

    def _end(self, job: Job, outcome: Outcome | None) -> None:
        """Stores the outcome, and tries for as long as the lease lasts; removes the results where the job is lost."""
        if outcome is None:
            logger.warning("begun again", extra={"job": job.id})
            _insist(lambda: self._service.leases.give_back(job, counted=True), self._service.settings.lease_s)
            return
        is_stored = _insist(lambda: self._service.leases.finish(job, outcome), self._service.settings.lease_s)
        if not is_stored:
            self._discard(job, outcome)
            return
        if job.keep_days == 0:
            self._service.storage.remove_upload(job.id)
        if job.tries > 1 or job.is_rendering:
            self._service.remove_leftovers(job.id)
        logger.info(outcome.state, extra={"job": job.id})

    def _discard(self, job: Job, outcome: Outcome | None) -> None:
        """Removes the results of a job that was deleted, or is another worker's by now."""
        logger.info("given up", extra={"job": job.id})
        if outcome is not None and outcome.results:
            self._service.storage.remove_results(outcome.results)


class _Watch:
    """A thread beside a running job: stores its progress, renews its lease, and ends it where it is canceled or takes
    too much time or memory."""

    def __init__(self, service: Jobs, analyzer: AnalysisProcess, job: Job, counter: ProgressCounter) -> None:
        self._service, self._analyzer, self._job, self.counter = service, analyzer, job, counter
        self.outcome: Outcome | None = None
        """The outcome, where this thread ended the job."""
        self.lost = False
        """Whether the job was deleted, or is another worker's by now."""
        self._stop_event = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch")

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_event.set()
        self._thread.join()

    def _run(self) -> None:
        last_beat_s = time.monotonic()
        while not self._stop_event.is_set():
            try:
                self._check()
                last_beat_s = time.monotonic()
            except SQLAlchemyError as exc:
                logger.warning("database away: %s", type(exc).__name__, extra={"job": self._job.id})
                if time.monotonic() - last_beat_s > self._service.settings.lease_s:
                    self.lost = True
            if self.outcome or self.lost:
                self._analyzer.kill()
            self._stop_event.wait(_BEAT_S)

    def _check(self) -> None:
        progress = self.counter.now
        stored_job = self._service.leases.beat(self._job, progress)
        settings = self._service.settings
        if stored_job is None:
            self.lost = True
        elif stored_job.cancel_asked:
            self.outcome = Outcome(state=JobState.CANCELED)
        elif progress.elapsed_s > (limit_s := time_limit_s(settings, self._job)):
            limit = {"limit_s": round(limit_s) or limit_s}
            self.outcome = Outcome(state=JobState.FAILED, error=Message("took_too_long", limit))
        elif (length_s := _length_s(progress)) > settings.max_length_s:
            hours = {"hours": round(length_s / 3600, 1), "most": round(settings.max_length_s / 3600, 1)}
            self.outcome = Outcome(state=JobState.FAILED, error=Message("recording_too_long", hours))
        elif (used_mb := memory_mb(self._analyzer.pid)) > settings.memory_limit_mb:
            figures = {"used_mb": used_mb, "limit_mb": settings.memory_limit_mb}
            self.outcome = Outcome(state=JobState.FAILED, error=Message("took_too_much_memory", figures))


def time_limit_s(settings: ServerSettings, job: Job) -> float:
    """Seconds after which a job is ended: a small upload may not take as long as a large one."""
    return min(settings.job_limit_s, _LEAST_LIMIT_S + settings.job_s_per_mb * job.size_bytes / 1024**2)


def _length_s(progress: Progress) -> float:
    """How long the recording is, as far as this is known; a header that says less than there is does not help."""
    return 0.0 if progress.total is None else max(progress.total, progress.done)


def _without_path(error: Message, folder: Path) -> Message:
    """The same without the path of a folder of this machine: callers of the API must not read it."""
    if error.code == "file_unwritten" and error.fields["file"] == str(folder):
        return Message("results_unwritten", {"why": error.fields["why"]})
    texts = {name: value for name, value in error.fields.items() if isinstance(value, str)}
    return Message(
        error.code, {**error.fields, **{n: text.replace(str(folder), "results") for n, text in texts.items()}}
    )


def memory_mb(pid: int | None) -> int:
    """Memory in MB that a process of this machine uses; 0 where it is not known."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    lines = [line.split() for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(lines[0][1]) // 1024 if lines else 0


def _insist(call: Callable[[], Result], for_s: float) -> Result | None:
    """Calls until the database answers; None where it does not for `for_s`: then the lease is over, and another worker
    takes the job."""
    until_s = time.monotonic() + for_s
    while True:
        try:
            return call()
        except SQLAlchemyError:
            if time.monotonic() > until_s:
                return None
            time.sleep(_RETRY_S)
