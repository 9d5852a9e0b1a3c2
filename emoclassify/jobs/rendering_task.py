"""The making of further outputs of a completed job, as a task of the worker."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from emoclassify.child import OnStep
from emoclassify.jobs.job import RENDERING, Job
from emoclassify.jobs.leases import Outcome
from emoclassify.jobs.recording_task import RecordingTask
from emoclassify.jobs.rendering import EARLIER, render
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.storage import Storage
from emoclassify.jobs.task import AnalysisProcess

_BLOCK_BYTES = 1024**2


class RenderingTask(RecordingTask):
    """Reads the results so far, and the upload where it is kept; stores all files anew, as an analysis does."""

    kind = RENDERING

    @contextmanager
    def prepare(self, job: Job, service: Jobs, folder: Path) -> Iterator[Path]:
        """A folder with the results so far and, where it is kept, the upload."""
        (folder / EARLIER).mkdir()
        for file in job.files:
            name = str(file["name"])
            with service.storage.open_result(job.results, name) as result, (folder / EARLIER / name).open("wb") as copy:
                shutil.copyfileobj(result, copy, _BLOCK_BYTES)
        with ExitStack() as stack:
            if job.upload_kept:
                stack.enter_context(super().prepare(job, service, folder))
            yield folder

    def run(self, job: Job, source: Path, folder: Path, analyzer: AnalysisProcess, on_progress: OnStep) -> None:
        """Makes the outputs."""
        analyzer.call(render, source, folder, job.name, job.options, on_progress=on_progress)

    def store(self, job: Job, folder: Path, storage: Storage) -> Outcome:
        """Stores all files and a summary by the options of now; how long the stages took was counted before."""
        return replace(super().store(job, folder, storage), timings_s=())
