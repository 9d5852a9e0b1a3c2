"""The worker: what ends a job, and what another takes up again."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emoclassify.child import DiedError
from emoclassify.jobs import process
from emoclassify.jobs.job import Job
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.worker import Worker, memory_mb, time_limit_s
from emoclassify.overview import Overview
from emoclassify.words.messages import Message
from tests.support.findings import with_a_gap
from tests.support.serving import SLOW, Clock, StandIn, settings_in
from tests.support.submitting import files_of_jobs, now, submit, told, while_slow


@pytest.fixture
def service(tmp_path: Path, clock: Clock) -> Iterator[Jobs]:
    with open_jobs(settings_in(tmp_path, job_limit_s=3600.0), clock) as opened:
        yield opened


def test_cancel_ends_a_running_job(service: Jobs) -> None:
    job = while_slow(service, lambda job: service.store.cancel(job.id, ""))
    assert now(service, job).state == "canceled"


def test_a_job_that_is_deleted_while_it_runs_leaves_nothing(service: Jobs) -> None:
    while_slow(service, lambda job: service.delete(job.id, ""))
    assert service.storage.list_jobs() == set()
    assert files_of_jobs(service) == []


def test_a_job_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with open_jobs(settings_in(tmp_path, job_limit_s=0.01), Clock()) as service:
        found = now(service, while_slow(service, lambda job: None))
    assert (found.state, found.tries) == ("failed", 1)
    assert "longer than 0.01 s" in told(found)


@pytest.mark.parametrize(("size_mb", "limit_s"), [(0, 1800), (3, 2100), (100, 11_800), (2000, 20_000)])
def test_a_small_upload_may_not_take_as_long_as_a_large_one(tmp_path: Path, size_mb: int, limit_s: float) -> None:
    settings = settings_in(tmp_path, job_limit_s=20_000, job_s_per_mb=100)
    with open_jobs(settings, Clock()) as service:
        assert time_limit_s(settings, submit(service, size_bytes=size_mb * 1024**2)) == limit_s


class Long(StandIn):
    """Finds how long the recording is, and works on until it is killed."""

    def __init__(self, done_s: float, header_s: float | None) -> None:
        super().__init__()
        self._lengths_s = (done_s, header_s)

    def analyze(self, path: Path, folder: Path, options: Any, on_progress: Any, **named: Any) -> list[Path]:
        def tell(stage: str, done_s: float, total_s: float | None) -> None:
            on_progress("faces", *self._lengths_s)

        return super().analyze(path, folder, options, tell, **named)


@pytest.mark.parametrize(("done_s", "header_s"), [(0.0, 39_600.0), (39_600.0, 1.0)], ids=["as it says", "it lies"])
def test_a_recording_that_is_too_long_is_ended(tmp_path: Path, done_s: float, header_s: float) -> None:
    with open_jobs(settings_in(tmp_path), Clock()) as service:
        job = submit(service, SLOW)
        Worker(service, Long(done_s, header_s), "one").work_once()
        ended = now(service, job)
    assert (ended.state, ended.tries) == ("failed", 1)
    assert ended.error == Message("recording_too_long", {"hours": 11.0, "most": 4.0})


def test_a_recording_of_unknown_length_goes_on(tmp_path: Path) -> None:
    """A stage without steps tells how long it has run, which is no length of the recording."""
    with open_jobs(settings_in(tmp_path, max_length_s=3600), Clock()) as service:
        analyzer = Long(39_600.0, None)
        analyzer.may_end.set()
        job = submit(service, SLOW)
        Worker(service, analyzer, "one").work_once()
        assert now(service, job).state == "completed"


def test_a_job_that_takes_too_much_memory_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emoclassify.jobs.worker.memory_mb", lambda pid: 501)
    with open_jobs(settings_in(tmp_path, memory_limit_mb=500), Clock()) as service:
        found = now(service, while_slow(service, lambda job: None))
    assert found.state == "failed"
    assert "501 MB" in told(found)


class Dying(StandIn):
    """Dies of a signal at every recording."""

    def __init__(self, signal_number: int) -> None:
        super().__init__()
        self.signal_number = signal_number

    def analyze(self, *arguments: Any, **named: Any) -> list[Path]:
        raise DiedError("reader_crashed", signal_number=self.signal_number, signal="a test")


def test_a_decoder_that_crashes_ends_its_job_only(service: Jobs) -> None:
    crashed, other = submit(service), submit(service)
    Worker(service, Dying(11), "one").work_once()
    Worker(service, StandIn(), "one").work_once()
    assert (now(service, crashed).state, now(service, other).state) == ("failed", "completed")
    assert "crashed" in told(now(service, crashed))


@pytest.mark.parametrize(
    "content",
    ["[" * 100_000, '{"a":' * 100_000, "not JSON", "1", "[]", "{}"],
    ids=["too deep", "too deep in names", "no JSON", "a number", "a list", "nothing"],
)
def test_results_that_are_anything_end_their_job_only(service: Jobs, content: str) -> None:
    """A recording may have taken over the process that wrote them: it must not end worker after worker."""

    class TakenOver(StandIn):
        def analyze(self, path: Path, folder: Path, *arguments: Any, **named: Any) -> list[Path]:
            paths = super().analyze(path, folder, *arguments, **named)
            (folder / "overview.json").write_text(content)
            return paths

    job = submit(service)
    assert Worker(service, TakenOver(), "one").work_once()
    assert (now(service, job).state, now(service, job).tries) == ("failed", 1)
    assert files_of_jobs(service) == []


@pytest.mark.parametrize("part", ["groups", "report"])
def test_overviews_of_the_wrong_kinds_of_values_end_their_job_only(service: Jobs, part: str) -> None:
    class TakenOver(StandIn):
        def analyze(self, path: Path, folder: Path, *arguments: Any, **named: Any) -> list[Path]:
            paths = super().analyze(path, folder, *arguments, **named)
            content = Overview.of(with_a_gap()).to_dict()
            content["options"][part] = None if part == "groups" else 1
            (folder / "overview.json").write_text(json.dumps(content))
            return paths

    job = submit(service)
    assert Worker(service, TakenOver(), "one").work_once()
    assert (now(service, job).state, now(service, job).tries) == ("failed", 1)


def test_a_worker_that_does_not_reach_its_queue_is_not_counted_on(tmp_path: Path, clock: Clock) -> None:
    with open_jobs(settings_in(tmp_path, broker_url="redis://127.0.0.1:1/0"), clock) as service:
        process._announce(service, "cut off", has_models=True)
        assert service.leases.ready_workers(60.0) == 0


def test_an_analysis_that_was_killed_is_begun_three_times(service: Jobs) -> None:
    job, worker = submit(service), Worker(service, Dying(9), "one")
    assert [worker.work_once() for _ in range(4)] == [True, True, True, False]
    assert (now(service, job).state, now(service, job).tries) == ("failed", 3)


def test_a_dead_workers_job_is_taken_up_when_its_lease_is_over(service: Jobs, clock: Clock) -> None:
    job = submit(service)
    for tries in (1, 2, 3):
        claimed = service.leases.claim(job.id, "dead")
        assert claimed is not None
        assert claimed.tries == tries
        assert service.queue.take() is None
        clock.now += service.settings.lease_s + 1
    worker = Worker(service, StandIn(), "alive")
    assert worker.work_once()
    found = now(service, job)
    assert found.state == "failed"
    assert "3 times" in told(found)


def test_a_worker_that_comes_back_takes_up_what_it_had(service: Jobs) -> None:
    mine, others = submit(service), submit(service)
    service.leases.claim(mine.id, "one")
    service.leases.claim(others.id, "one-more")
    service.leases.give_back_all("one")
    assert (now(service, mine).state, now(service, others).state) == ("queued", "running")


def test_a_cancel_holds_where_the_worker_dies_before_it_hears_of_it(service: Jobs, clock: Clock) -> None:
    job, analyzer = submit(service), StandIn()
    service.leases.claim(job.id, "dead")
    canceled = service.store.cancel(job.id, "")
    assert canceled is not None
    assert (canceled.state, canceled.cancel_asked) == ("running", True)
    clock.now += service.settings.lease_s + 1
    worker = Worker(service, analyzer, "alive")
    while worker.work_once():
        pass
    assert now(service, job).state == "canceled"
    assert analyzer.seen == []


def store_and_die(service: Jobs, job: Job) -> None:
    """A try that is killed when it has stored its results, and before it says so."""
    claimed = service.leases.claim(job.id, "dead")
    assert claimed is not None
    folder = service.settings.data_dir / "made"
    folder.mkdir()
    (folder / "analysis.json").write_text("{}")
    service.storage.put_results(job.id, folder)


@pytest.mark.parametrize("end", ["completed", "tried too often", "canceled under way", "canceled while it waits"])
def test_results_of_tries_that_were_killed_are_not_left_behind(tmp_path: Path, clock: Clock, end: str) -> None:
    with open_jobs(settings_in(tmp_path, max_tries=1 if end == "tried too often" else 3), clock) as service:
        job = submit(service)
        store_and_die(service, job)
        assert len(service.storage.list_results(job.id)) == 1
        if end == "canceled while it waits":
            service.leases.give_back_all("dead")
        if end.startswith("canceled"):
            service.cancel(job.id, "")
        clock.now += service.settings.lease_s + 1
        Worker(service, StandIn(), "alive").work_once()
        ended = now(service, job)
        assert ended.ended
        assert service.storage.list_results(job.id) == ([ended.results] if end == "completed" else [])


@pytest.mark.process
def test_the_memory_of_a_process_is_known() -> None:
    code = "import sys; held = bytearray(b'x') * (64 * 1024**2); print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        assert 64 <= memory_mb(process.pid) < 200
        process.stdin.close()
    assert memory_mb(None) == memory_mb(2**22 + 1) == 0


def test_who_lost_a_lease_changes_nothing(service: Jobs, clock: Clock) -> None:
    class Overtaken(StandIn):
        def analyze(self, *arguments: Any, **named: Any) -> list[Path]:
            while now(service, job).state != "completed":  # again where a heartbeat came in between
                clock.now += service.settings.lease_s + 1
                Worker(service, StandIn(), "faster").work_once()
            return super().analyze(*arguments, **named)

    job = submit(service)
    Worker(service, Overtaken(), "slow").work_once()
    found = now(service, job)
    assert (found.state, found.tries) == ("completed", 2)
    results = service.settings.data_dir / "storage" / "results" / job.id
    assert [path.name for path in results.iterdir()] == [found.results.split("/")[1]]


def test_a_worker_that_is_told_to_stop_puts_its_job_back(service: Jobs) -> None:
    class Stopped(StandIn):
        def analyze(self, *arguments: Any, **named: Any) -> list[Path]:
            raise SystemExit

    job = submit(service)
    with pytest.raises(SystemExit):
        Worker(service, Stopped(), "one").work_once()
    assert (now(service, job).state, now(service, job).tries) == ("queued", 0)


def test_a_storage_that_is_away_costs_no_job(service: Jobs) -> None:
    job = submit(service)
    storage = service.settings.data_dir / "storage"
    storage.rename(storage.with_name("away"))
    with pytest.raises(OSError, match="storage"):
        Worker(service, StandIn(), "one").work_once()
    assert now(service, job).state == "queued"
    storage.with_name("away").rename(storage)
    assert Worker(service, StandIn(), "one").work_once()
    assert now(service, job).state == "completed"


def test_an_upload_that_is_gone_fails_its_job(service: Jobs) -> None:
    job = submit(service)
    service.storage.remove_upload(job.id)
    Worker(service, StandIn(), "one").work_once()
    assert "upload is gone" in told(now(service, job))


def test_a_kind_that_a_worker_does_not_know_fails_its_job_only(service: Jobs) -> None:
    unknown, other, analyzer = submit(service, kind="of a later version"), submit(service), StandIn()
    worker = Worker(service, analyzer, "one")
    while worker.work_once():
        pass
    assert (now(service, unknown).state, now(service, other).state) == ("failed", "completed")
    assert "of a later version" in told(now(service, unknown))
    assert len(analyzer.seen) == 1


def test_options_that_no_longer_fit_fail_their_job_only(service: Jobs) -> None:
    """As an update may leave them in the database."""
    unfit, other = submit(service, options={"sample_fps": -1.0}), submit(service)
    worker = Worker(service, StandIn(), "one")
    while worker.work_once():
        pass
    assert (now(service, unfit).state, now(service, other).state) == ("failed", "completed")
    assert "-1.0" in told(now(service, unfit))


def test_not_kept_at_all(service: Jobs, clock: Clock) -> None:
    job = submit(service, keep_days=0)
    Worker(service, StandIn(), "one").work_once()
    found = now(service, job)
    assert not found.upload_kept
    assert service.storage.list_uploads() == set()
    with service.storage.open_result(found.results, "analysis.json") as file:
        assert json.load(file)
