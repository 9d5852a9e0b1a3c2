"""The analysis of a call whose sides are two recordings, as a kind of job."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emoclassify.child import OnStep
from emoclassify.jobs.job import CALL, Job
from emoclassify.jobs.recording_task import RecordingTask
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.task import AnalysisProcess
from emoclassify.jobs.two_files import names_of_sides, side_paths, unpack_sides


class CallTask(RecordingTask):
    """As that of a recording, but that the two in the upload are joined before."""

    kind = CALL

    @contextmanager
    def prepare(self, job: Job, service: Jobs, folder: Path) -> Iterator[Path]:
        """The upload, with the recordings of it beside."""
        with super().prepare(job, service, folder) as path:
            unpack_sides(path)
            yield path

    def run(self, job: Job, source: Path, folder: Path, analyzer: AnalysisProcess, on_progress: OnStep) -> None:
        """Joins the recordings and analyzes what they are together."""
        from emoclassify.media.sides import join_sides  # which needs numpy, and is run elsewhere

        paths, names = side_paths(source), names_of_sides(source)
        joined_path = folder.with_name(f"{folder.name}.mka")  # where the process may write
        try:
            analyzer.call(join_sides, paths, joined_path, names, on_progress=on_progress)
            super().run(job, joined_path, folder, analyzer, on_progress)
        finally:
            joined_path.unlink(missing_ok=True)
