"""Kinds of jobs: what a further one needs, shown by one that counts the words of several texts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from emoclassify.child import OnStep
from emoclassify.errors import UsageError
from emoclassify.job_states import JobState
from emoclassify.jobs.job import CALL, RECORDING, RENDERING, SCORES, STUDY, Job
from emoclassify.jobs.leases import Outcome, Progress
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.storage import Storage, new_id
from emoclassify.jobs.task import AnalysisProcess, store_results
from emoclassify.jobs.tasks import TASKS
from emoclassify.jobs.worker import Worker
from emoclassify.settings import Options
from emoclassify.words.messages import Message
from tests.support.calling import shown
from tests.support.serving import Clock, StandIn
from tests.support.submitting import files_of_jobs, now, submit


def count_words(tell: OnStep, source: Path, folder: Path) -> None:
    """What the child process does."""
    texts = sorted(source.iterdir())
    folder.mkdir()
    for number, path in enumerate(texts):
        tell("count", number, len(texts))
        if not path.read_text():
            Options(sample_fps=-1.0)  # raises UsageError
        (folder / path.name).write_text(str(len(path.read_text().split())))
    tell("count", len(texts), len(texts))


class Counted:
    """Its progress: one stage."""

    def __init__(self) -> None:
        self.now = Progress("", 0.0, None, 0.0, 0.0)

    def tell(self, stage: str, done_s: float, total_s: float | None) -> None:
        self.now = Progress(stage, done_s, total_s, done_s / total_s if total_s else 0.0, 0.0)


class WordCount:
    """The further kind: of the uploads of other jobs, which its options name."""

    kind = "word count"

    def progress_counter(self, job: Job) -> Counted:
        return Counted()

    @contextmanager
    def prepare(self, job: Job, service: Jobs, folder: Path) -> Iterator[Path]:
        for number, job_id in enumerate(job.options["of"]):
            with service.storage.open_upload(job_id) as file:
                (folder / f"{number}.txt").write_bytes(file.read())
        yield folder

    def run(self, job: Job, source: Path, folder: Path, analyzer: AnalysisProcess, on_progress: OnStep) -> None:
        analyzer.call(count_words, source, folder, on_progress=on_progress)

    def store(self, job: Job, folder: Path, storage: Storage) -> Outcome:
        words = sum(int(path.read_text()) for path in folder.iterdir())
        return store_results(job, folder, storage, summary={"words": words}, timings_s=(("count", 1.5),))


@pytest.fixture
def worker(service: Jobs) -> Worker:
    return Worker(service, StandIn(), "one", tasks={**TASKS, WordCount.kind: WordCount()})


def test_the_kinds_that_there_are() -> None:
    assert set(TASKS) == {RECORDING, CALL, RENDERING, SCORES, STUDY}
    assert all(kind == task.kind and len(kind) <= 64 for kind, task in TASKS.items())


def test_a_further_kind_is_done_as_a_recording_is(service: Jobs, worker: Worker, client: FlaskClient) -> None:
    texts = [submit(service, text) for text in (b"one two", b"three")]
    for text in texts:
        service.cancel(text.id, "")
    job, recording = submit(service, kind="word count", options={"of": [text.id for text in texts]}), submit(service)
    while worker.work_once():
        pass
    counted = now(service, job)
    assert (counted.state, counted.kind, counted.error) == (JobState.COMPLETED, "word count", None)
    assert (counted.fraction, counted.summary, counted.duration_s) == (1.0, {"words": 3}, None)
    assert [file["name"] for file in counted.files] == ["0.txt", "1.txt"]
    with service.storage.open_result(counted.results, "0.txt") as file:
        assert file.read() == b"2"
    assert ("stage_seconds", "count", 1.5) in service.store.totals()
    assert files_of_jobs(service) == []
    assert (now(service, recording).state, now(service, recording).kind) == (JobState.COMPLETED, RECORDING)
    assert [shown(client, one.id)["kind"] for one in (job, recording)] == ["word count", "recording"]


def test_a_further_kind_that_cannot_be_done_fails_with_its_message(service: Jobs, worker: Worker) -> None:
    with pytest.raises(UsageError) as refused:
        Options(sample_fps=-1.0)
    text = submit(service, b"")
    service.cancel(text.id, "")
    empty = submit(service, kind="word count", options={"of": [text.id]})
    gone = submit(service, kind="word count", options={"of": [new_id()]})
    while worker.work_once():
        pass
    assert (now(service, empty).state, now(service, empty).error) == (JobState.FAILED, refused.value.message)
    assert (now(service, gone).state, now(service, gone).error) == (JobState.FAILED, Message("upload_gone"))
    assert files_of_jobs(service) == []


def test_a_further_kind_is_ended_by_a_cancel(service: Jobs, clock: Clock) -> None:
    class Canceling(WordCount):
        def run(self, job: Job, source: Path, folder: Path, analyzer: AnalysisProcess, on_progress: OnStep) -> None:
            service.cancel(job.id, "")

            def tell_until_killed(tell: OnStep) -> None:
                while True:
                    tell("count", 1.0, 2.0)

            analyzer.call(tell_until_killed, on_progress=on_progress)

    job = submit(service, kind="word count", options={"of": []})
    Worker(service, StandIn(), "one", tasks={"word count": Canceling()}).work_once()
    assert now(service, job).state == JobState.CANCELED
