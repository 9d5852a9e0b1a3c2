"""What a kind of job has to say of itself: what it needs, what it does, how far it is, and what is kept of it.

A new kind is a class of these four functions and a line in `tasks.py`. The worker does the rest for every kind: it
holds the lease, tells the progress, watches time and memory, ends what is canceled and begins again what died.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from emoclassify.child import OnProgress, Result
from emoclassify.job_states import JobState
from emoclassify.jobs.job import Job
from emoclassify.jobs.leases import Outcome, Progress
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.storage import Storage
from emoclassify.settings import Options


class Analyzer(Protocol):
    """The process that works for the tasks: `emoclassify.child.Child`, or a stand-in of a test."""

    @property
    def pid(self) -> int | None:
        """The process whose memory is watched."""

    def analyze(
        self, path: Path, folder: Path, options: Options, on_progress: OnProgress, *, name: str, preview: bool
    ) -> list[Path]:
        """Writes the results of a recording to the folder and returns the files, analysis.json first."""

    def call(self, function: Callable[..., Result], *arguments: Any, on_progress: OnProgress) -> Result:
        """Runs `function(tell, *arguments)` in the process and returns what it gives; see `Child.call`."""

    def kill(self) -> None:
        """Ends what it is doing, for another thread: `analyze` and `call` raise DiedError."""


class ProgressCounter(Protocol):
    """How far a job is as a whole. Told by one thread, asked by another."""

    def tell(self, stage: str, done_s: float, total_s: float | None) -> None:
        """A step: its stage, how much of the stage is done, and how much there is (None where unknown)."""

    @property
    def now(self) -> Progress:
        """How far it is; the fraction never falls."""


class Task(Protocol):
    """One kind of job. Has no state of its own: one object serves all jobs of its kind."""

    @property
    def kind(self) -> str:
        """What `Job.kind` says, at most 64 letters."""

    def progress_counter(self, job: Job) -> ProgressCounter:
        """Counts the progress of a job; begins when the job does.

        Raises:
            EmoClassifyError: what is asked does not fit; the job fails with this message.
        """

    def prepare(self, job: Job, service: Jobs) -> AbstractContextManager[Path]:
        """Brings what a job reads onto this machine, for as long as it runs.

        Returns:
            A context that gives a file or folder, and removes at its end what it made. What lies in the scratch folder
            under a name of its own is swept away where a kill came in between.

        Raises:
            OSError: the storage cannot be read; FileNotFoundError where what the job reads is no longer there.
        """

    def run(self, job: Job, source: Path, folder: Path, analyzer: Analyzer, on_progress: OnProgress) -> None:
        """Does the work, in the analyzer's process.

        Args:
            job: what is asked.
            source: what `prepare` gave.
            folder: where the results go; it does not exist yet.
            analyzer: does the work, and may be killed at any moment.
            on_progress: told of each step, for `progress_counter`.

        Raises:
            EmoClassifyError: the job fails with this message; DiedError where the process was killed.
        """

    def store(self, job: Job, folder: Path, storage: Storage) -> Outcome:
        """Takes the results over, and says what is written down of them; `stored` does what all kinds have in common.

        Raises:
            OSError: they cannot be stored; nothing of them is.
        """


def stored(job: Job, folder: Path, storage: Storage, **facts: Any) -> Outcome:
    """Moves the files of a folder into the storage, and gives the outcome of a job that is completed by that.

    Args:
        job: whose results they are.
        folder: of files only; nothing of it is left here.
        storage: where they go.
        facts: what else is written down: further fields of Outcome.

    Raises:
        OSError: they cannot be stored; nothing of them is.
    """
    files = tuple({"name": path.name, "size_bytes": path.stat().st_size} for path in sorted(folder.iterdir()))
    return Outcome(state=JobState.COMPLETED, results=storage.put_results(job.id, folder), files=files, **facts)
