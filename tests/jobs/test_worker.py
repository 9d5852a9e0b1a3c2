"""The worker: what ends a job, what another takes up again, and that a stand-in keeps to the analyzer's contract."""

import itertools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emoclassify.child import Child, DiedError
from emoclassify.errors import MediaError
from emoclassify.jobs.job import QUEUED, Job
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.storage import new_id
from emoclassify.jobs.worker import Analyzer, Worker, memory_mb
from emoclassify.settings import Options
from tests.support.made import even, plain, write_video
from tests.support.serving import BROKEN, MP4, SLOW, Clock, StandIn, settings_in


@pytest.fixture
def service(tmp_path: Path, clock: Clock) -> Iterator[Jobs]:
    with open_jobs(settings_in(tmp_path, job_limit_s=3600.0), clock) as opened:
        yield opened


_ORDER = itertools.count()


def submit(service: Jobs, content: bytes = MP4, **changes: Any) -> Job:
    job_id, now = new_id(), service.clock()
    order_s = next(_ORDER) / 1000  # the clock stands still
    with service.storage.create_upload(job_id) as file:
        file.write(content)
    facts: dict[str, Any] = {"owner": "", "state": QUEUED, "name": "talk.mp4", "size_bytes": len(content)}
    facts |= {"sha256": "0" * 64, "content_type": "", "options": vars(Options()), "keep_days": 7}
    facts |= {"created_at": now, "queued_at": now + order_s, "expires_at": now + 1, "id": job_id}
    return service.submit(Job(**{**facts, **changes}), None)


def now(service: Jobs, job: Job) -> Job:
    found = service.store.get(job.id, job.owner)
    assert found is not None
    return found


def while_slow(service: Jobs, do: Callable[[Job], None]) -> Job:
    """Does something to a job while it runs, and gives what became of it."""
    job, analyzer = submit(service, SLOW), StandIn()
    thread = threading.Thread(target=Worker(service, analyzer, "one").work_once)
    thread.start()
    try:
        assert analyzer.started.wait(30)
        do(job)
    finally:
        thread.join()
    return job


def test_cancel_ends_a_running_job(service: Jobs) -> None:
    job = while_slow(service, lambda job: service.store.cancel(job.id, ""))
    assert now(service, job).state == "canceled"


def test_a_job_that_is_deleted_while_it_runs_leaves_nothing(service: Jobs) -> None:
    while_slow(service, lambda job: service.delete(job.id, ""))
    assert service.storage.list_jobs() == set()
    assert not list(service.settings.scratch.iterdir())


def test_a_job_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with open_jobs(settings_in(tmp_path, job_limit_s=0.01), Clock()) as service:
        found = now(service, while_slow(service, lambda job: None))
    assert (found.state, found.tries) == ("failed", 1)
    assert "longer than 0.01 s" in found.error


def test_a_job_that_takes_too_much_memory_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emoclassify.jobs.worker.memory_mb", lambda pid: 501)
    with open_jobs(settings_in(tmp_path, memory_limit_mb=500), Clock()) as service:
        found = now(service, while_slow(service, lambda job: None))
    assert found.state == "failed"
    assert "501 MB" in found.error


class Dying(StandIn):
    """Dies of a signal at every recording."""

    def __init__(self, signal_number: int) -> None:
        super().__init__()
        self.signal_number = signal_number

    def analyze(self, *arguments: Any, **named: Any) -> list[Path]:
        raise DiedError("crashed (a test)", self.signal_number)


def test_a_decoder_that_crashes_ends_its_job_only(service: Jobs) -> None:
    crashed, other = submit(service), submit(service)
    Worker(service, Dying(11), "one").work_once()
    Worker(service, StandIn(), "one").work_once()
    assert (now(service, crashed).state, now(service, other).state) == ("failed", "completed")
    assert "crashed" in now(service, crashed).error


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
    assert "3 times" in found.error


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
    assert "upload is gone" in now(service, job).error


def test_not_kept_at_all(service: Jobs, clock: Clock) -> None:
    job = submit(service, keep_days=0)
    Worker(service, StandIn(), "one").work_once()
    found = now(service, job)
    assert not found.upload_kept
    assert service.storage.list_uploads() == set()
    with service.storage.open_result(found.results, "analysis.json") as file:
        assert json.load(file)


@pytest.fixture(params=["stand-in", pytest.param("child", marks=pytest.mark.model)])
def analyzer(request: pytest.FixtureRequest) -> Iterator[Analyzer]:
    if request.param == "stand-in":
        yield StandIn()
    else:
        with Child() as child:
            yield child


def test_the_contract_of_an_analyzer(analyzer: Analyzer, tmp_path: Path) -> None:
    clip = write_video(tmp_path / "clip", even([plain()] * 3), format="mp4")
    told: list[str] = []

    def tell(stage: str, done_s: float, total_s: float | None) -> None:
        told.append(stage)

    written = analyzer.analyze(clip, tmp_path / "out", Options(), tell, name="talk.mp4", preview=True)
    assert written[0] == tmp_path / "out" / "analysis.json"
    assert all(path.is_file() for path in written)
    assert json.loads(written[0].read_text())["source"]["name"] == "talk.mp4"
    assert told[0] == "start"
    assert "faces" in told
    broken = tmp_path / "broken"
    broken.write_bytes(BROKEN)
    with pytest.raises(MediaError):
        analyzer.analyze(broken, tmp_path / "none", Options(), tell, name="", preview=True)
    slow = tmp_path / "slow"
    slow.write_bytes(clip.read_bytes() if analyzer.pid else SLOW)

    def kill(stage: str, done_s: float, total_s: float | None) -> None:
        analyzer.kill()

    with pytest.raises(DiedError):
        analyzer.analyze(slow, tmp_path / "none", Options(), kill, name="", preview=True)
    assert not (tmp_path / "none").exists()
    analyzer.analyze(clip, tmp_path / "again", Options(), tell, name="", preview=False)
    warm = analyzer.pid
    analyzer.analyze(clip, tmp_path / "and-again", Options(), tell, name="", preview=False)
    assert analyzer.pid == warm
    analyzer.kill()  # too late for that one, and nothing to the next
    analyzer.analyze(clip, tmp_path / "once-more", Options(), tell, name="", preview=False)


@pytest.mark.slow
def test_an_analysis_gives_way_where_it_is_told_to(tmp_path: Path) -> None:
    with Child(niceness=3) as child:
        with pytest.raises(MediaError):  # it runs from its first recording on
            child.analyze(tmp_path / "none.mp4", tmp_path / "out", Options(), lambda *told: None)
        assert child.pid is not None
        assert os.getpriority(os.PRIO_PROCESS, child.pid) == os.getpriority(os.PRIO_PROCESS, 0) + 3
