"""The analysis of one recording, as a kind of job."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from emoclassify.child import OnStep
from emoclassify.errors import ResultError
from emoclassify.jobs.job import RECORDING, Job
from emoclassify.jobs.leases import Outcome
from emoclassify.jobs.progress import JobProgress
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.storage import Storage
from emoclassify.jobs.summary import summary_of
from emoclassify.jobs.task import AnalysisProcess, store_results
from emoclassify.outputs.saved import read_overview
from emoclassify.settings import Options


class RecordingTask:
    """Reads the upload and writes what `emoclassify analyze` writes, and a preview for browsers."""

    kind = RECORDING

    def progress_counter(self, job: Job) -> JobProgress:
        """The progress by the stages of an analysis."""
        return JobProgress(Options.from_dict(job.options))

    @contextmanager
    def prepare(self, job: Job, service: Jobs, folder: Path) -> Iterator[Path]:
        """The upload, as a file."""
        with ExitStack() as stack:
            try:
                path = stack.enter_context(service.storage.upload_on_disk(job.id, folder))
            except FileNotFoundError:
                raise
            except OSError as exc:
                raise ResultError("upload_uncopied", why=exc.strerror or type(exc).__name__) from exc
            yield path

    def run(self, job: Job, source: Path, folder: Path, analyzer: AnalysisProcess, on_progress: OnStep) -> None:
        """Analyzes the recording."""
        analyzer.analyze(source, folder, Options.from_dict(job.options), on_progress, name=job.name, preview=True)

    def store(self, job: Job, folder: Path, storage: Storage) -> Outcome:
        """Stores all files, the length of the recording, and a summary of the results."""
        overview = read_overview(folder)
        return store_results(
            job,
            folder,
            storage,
            has_video=overview.source.has_moving_picture,
            duration_s=overview.end_s,
            summary=summary_of(overview),
            timings_s=tuple(overview.timings_s.items()),
        )
