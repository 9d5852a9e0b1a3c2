"""The analysis of somebody whose pictures were read one by one, as a kind of job: its upload has readings alone."""

from datetime import UTC, datetime
from pathlib import Path

from emoclassify.child import OnStep
from emoclassify.jobs.job import SCORES, Job
from emoclassify.jobs.recording_task import RecordingTask
from emoclassify.jobs.task import AnalysisProcess
from emoclassify.settings import Options
from emoclassify.stages import OUTPUTS


class ScoresTask(RecordingTask):
    """As that of a recording, but that nothing is left to be read."""

    kind = SCORES

    def run(self, job: Job, source: Path, folder: Path, analyzer: AnalysisProcess, on_progress: OnStep) -> None:
        """Makes the analysis of the readings, and its files."""
        options = Options.from_dict(job.options)
        analyzer.call(compose, source, folder, options, job.name, job.sha256, on_progress=on_progress)


def compose(tell: OnStep, source: Path, folder: Path, options: Options, name: str, sha256: str) -> None:
    """Writes the results of readings; the task of a `Child.call`.

    Raises:
        MediaError: they are none.
        ModelError: a model that read them is missing.
        ResultError: the results cannot be written.
    """
    from emoclassify.outputs.folder import write_results
    from emoclassify.picture_readings import analysis_of, readings_in

    tell(OUTPUTS.name, 0.0, None)
    lines = source.read_bytes()
    now = datetime.now(UTC)
    analysis = analysis_of(readings_in(lines), options, now, name=name, sha256=sha256, n_bytes=len(lines))
    write_results(analysis, folder, analysis.options)
