"""What a kind of job has to provide: its progress, its input, its work, and the storing of its results.

A new kind is a class of these four functions and a line in `tasks.py`. The worker does the rest for every kind: it
holds the lease, stores the progress, watches time and memory, ends canceled jobs and starts again those that died.
"""

import errno
import stat
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from emoclassify.child import OnStep, Result
from emoclassify.job_states import JobState
from emoclassify.jobs.job import Job
from emoclassify.jobs.leases import Outcome, Progress
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.storage import Storage
from emoclassify.settings import Options


class AnalysisProcess(Protocol):
    """The process that does the work of the tasks: `emoclassify.child.Child`, or a stand-in of a test."""

    @property
    def pid(self) -> int | None:
        """The id of the process, whose memory the worker watches."""

    def analyze(
        self, path: Path, folder: Path, options: Options, on_progress: OnStep, *, name: str, preview: bool
    ) -> list[Path]:
        """Writes the results of a recording to the folder and returns the files, analysis.json first."""

    def call(self, function: Callable[..., Result], *arguments: Any, on_progress: OnStep) -> Result:
        """Runs `function(tell, *arguments)` in the process and returns its result; see `Child.call`."""

    def kill(self) -> None:
        """Called from another thread: ends the work, so that `analyze` and `call` raise DiedError."""


class ProgressCounter(Protocol):
    """The progress of a whole job. One thread calls `tell`, another reads `now`."""

    def tell(self, stage: str, done_s: float, total_s: float | None) -> None:
        """Takes a step: its stage, how much of the stage is done, and how much there is (None where unknown)."""

    @property
    def now(self) -> Progress:
        """The progress now; its fraction never falls."""


class Task(Protocol):
    """One kind of job. Has no state of its own: one object serves all jobs of its kind."""

    @property
    def kind(self) -> str:
        """The value of `Job.task_kind`, at most 64 letters."""

    def progress_counter(self, job: Job) -> ProgressCounter:
        """Counts the progress of a job; called when the job begins.

        Raises:
            EmoClassifyError: the job's options do not fit; the job fails with this message.
        """

    def prepare(self, job: Job, service: Jobs, folder: Path) -> AbstractContextManager[Path]:
        """Brings the input of a job onto this machine, for as long as it runs.

        Args:
            job: the job.
            service: the job system.
            folder: an empty folder for the input, the only one that the analyzer can read; it is removed afterwards.

        Returns:
            A context that gives a file or folder in it.

        Raises:
            OSError: the storage cannot be read; FileNotFoundError where the input is no longer there.
        """

    def run(self, job: Job, source: Path, folder: Path, analyzer: AnalysisProcess, on_progress: OnStep) -> None:
        """Does the work, in the analyzer's process.

        Args:
            job: the job.
            source: the file or folder of `prepare`.
            folder: where the results go; it does not exist yet.
            analyzer: does the work, and may be killed at any moment.
            on_progress: called at each step, for `progress_counter`.

        Raises:
            EmoClassifyError: the job fails with this message; DiedError where the process was killed.
        """

    def store(self, job: Job, folder: Path, storage: Storage) -> Outcome:
        """Stores the results and gives the outcome of the job; `store_results` does what all kinds have in common.

        Raises:
            OSError: they cannot be stored; no part of them stays in the storage.
        """


def store_results(job: Job, folder: Path, storage: Storage, **facts: Any) -> Outcome:
    """Moves the files of a folder into the storage, and gives the outcome of the job that they complete.

    Args:
        job: whose results they are.
        folder: has files only; it is moved, not copied.
        storage: where they go.
        facts: further fields of Outcome.

    Raises:
        OSError: they cannot be stored; no part of them stays in the storage. Also where one is no plain file.
    """
    files = tuple({"name": path.name, "size_bytes": _size_bytes(path)} for path in sorted(folder.iterdir()))
    return Outcome(state=JobState.COMPLETED, results=storage.put_results(job.id, folder), files=files, **facts)


def _size_bytes(path: Path) -> int:
    """The size of a plain file. A link would lead out of the folder: the process that made it may be hostile."""
    facts = path.lstat()
    if not stat.S_ISREG(facts.st_mode) or facts.st_nlink > 1:
        raise OSError(errno.ELOOP, "no plain file", path.name)
    return facts.st_size
