"""The results of a study, as a kind of job."""

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from emoclassify.child import OnStep
from emoclassify.jobs.job import STUDY, Job
from emoclassify.jobs.leases import Outcome, Progress
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.storage import Storage
from emoclassify.jobs.studies import StoredStudy, films_of
from emoclassify.jobs.study_files import write_tables
from emoclassify.jobs.task import AnalysisProcess, store_results
from emoclassify.outputs.json_file import read_json, write_json
from emoclassify.outputs.names import ANALYSIS, PANEL
from emoclassify.settings import STUDY_OPTIONS, Options
from emoclassify.study_clocks import WITNESS_FILE, hear, hear_chirps
from emoclassify.study_content import BY_SOUND, BY_TIME_CODE
from emoclassify.study_films import find_stills, stills
from emoclassify.study_folder import RESULTS_FOLDER
from emoclassify.study_listening import find_clocks

_STAGES = ("start", "clock", "answers", "outputs")


class StudyProgress:
    """Counts the stages that are begun; none tells how far it is."""

    def __init__(self) -> None:
        self._started_s = time.monotonic()
        self._stage = _STAGES[0]

    def tell(self, stage: str, done_s: float, total_s: float | None) -> None:
        """Takes a stage."""
        self._stage = stage

    @property
    def now(self) -> Progress:
        """The progress now."""
        stage = self._stage
        fraction = _STAGES.index(stage) / len(_STAGES) if stage in _STAGES else 0.0
        return Progress(stage, 0.0, None, fraction, round(time.monotonic() - self._started_s, 3))


class StudyTask:
    """Gathers plan, tables and analyses of a study, and writes what `emoclassify study run` writes."""

    kind = STUDY

    def progress_counter(self, job: Job) -> StudyProgress:
        """The progress by stages."""
        return StudyProgress()

    @contextmanager
    def prepare(self, job: Job, service: Jobs, folder: Path) -> Iterator[Path]:
        """The study as a folder: its tables, the analyses, and the recordings that are to be listened to."""
        study = service.studies.get(str(job.options["study"]), job.owner)
        if study is None:
            raise FileNotFoundError("the study is gone")
        viewings = service.studies.viewings(study.id)
        plan = {**study.plan, "title": study.title}
        write_tables(folder, plan, viewings, service.studies.participants(study.id))
        for job_id in {cells["recording"] for cells in viewings}:
            _copy_analysis(service, job_id, study, folder / RESULTS_FOLDER / job_id)
        tell_themselves = {row["recording"] for row in viewings if row.get("start_s") in (BY_SOUND, BY_TIME_CODE)}
        _write_witnesses(service, study, folder / RESULTS_FOLDER)
        with ExitStack() as stack:
            for job_id in set(films_of(study.plan)):
                _bring(service, job_id, folder, stack)
            for job_id in tell_themselves:
                with suppress(FileNotFoundError):  # it is not kept: the viewing is left out
                    _bring(service, job_id, folder, stack)
            yield folder

    def run(self, job: Job, source: Path, folder: Path, analyzer: AnalysisProcess, on_progress: OnStep) -> None:
        """Finds the clocks that recordings tell, then computes and writes."""
        find_clocks(
            source,
            lambda film, recording: analyzer.call(hear, film, recording, on_progress=on_progress),
            lambda recording: analyzer.call(hear_chirps, recording, on_progress=on_progress),
        )
        analyzer.call(compute, source, folder, job.options, on_progress=on_progress)

    def store(self, job: Job, folder: Path, storage: Storage) -> Outcome:
        """Stores all files; the webhook tells the episodes of its films."""
        return store_results(job, folder, storage, episodes=tuple(read_json(folder / PANEL)["episodes"]))


def study_options(stored: Mapping[str, Any]) -> Options:
    """The options of a job of the kind study: those of `settings.STUDY_OPTIONS` that were posted."""
    return Options(**{name: stored[name] for name in STUDY_OPTIONS if name in stored})


def compute(tell: OnStep, source: Path, folder: Path, stored: Mapping[str, Any]) -> None:
    """Writes the results of a study in a folder to another one; the task of a `Child.call`.

    Args:
        tell: the progress.
        source: the study as a folder.
        folder: where the results are written.
        stored: options of the job.

    Raises:
        UsageError: its tables do not fit each other.
        ResultError: the results cannot be written.
    """
    from emoclassify.outputs.study.material import StudyMaterial
    from emoclassify.outputs.study.write import write_study
    from emoclassify.study.findings import answers_of
    from emoclassify.study_folder import read_study

    tell("answers", 0.0, None)
    options = study_options(stored)
    study = replace(read_study(source), are_scenes_late=bool(stored.get("are_scenes_late")))
    answers = answers_of(study)
    tell("outputs", 0.0, None)
    draws = bool(options.report_formats or options.graph)
    pictures = find_stills(source, study, answers, partial(stills, tell)) if draws else {}
    write_study(StudyMaterial(study, answers, options, pictures, study_id=str(stored["study"])), folder)


def _bring(service: Jobs, job_id: str, folder: Path, stack: ExitStack) -> None:
    """Brings an upload into the folder, under the id of its job."""
    path = stack.enter_context(service.storage.upload_on_disk(job_id, folder))
    stack.callback(path.rename(folder / job_id).unlink, missing_ok=True)


def _write_witnesses(service: Jobs, study: StoredStudy, results: Path) -> None:
    """Writes what the respondent's page saw beside the results of each of its recordings that were analyzed."""
    for job_id, witness in service.sittings.witnesses(study.id).items():
        if (results / job_id).is_dir():
            write_json(witness, results / job_id / WITNESS_FILE)


def _copy_analysis(service: Jobs, job_id: str, study: StoredStudy, folder: Path) -> None:
    """Copies the analysis of a recording; nothing where it is not complete, which leaves the viewing out."""
    job = service.store.get(job_id, study.owner)
    if job is None or not job.results:
        return
    folder.mkdir(parents=True)
    with service.storage.open_result(job.results, ANALYSIS) as file, (folder / ANALYSIS).open("wb") as copy:
        shutil.copyfileobj(file, copy)
