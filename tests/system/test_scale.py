"""The server over several machines: Celery over Redis, PostgreSQL and S3 do what one file and one folder do."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
import redis
from sqlalchemy.exc import SQLAlchemyError

from emoclassify.job_states import JobState
from emoclassify.jobs.broker import GPU_JOBS, JOBS, CeleryQueue, priority
from emoclassify.jobs.leases import Outcome
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.storage import new_id
from emoclassify.jobs.sweeper import LOOK_S, STRAY_S, Sweeper
from emoclassify.jobs.worker import Worker
from tests.support.services import Postgres, Redis, until
from tests.support.serving import MP4, SLOW, Clock, StandIn, settings_in
from tests.support.sources import ROOT
from tests.support.submitting import now, submit

pytestmark = pytest.mark.slow

DONE_S = 90.0  # how long a test waits at most, on a busy machine


@pytest.fixture
def places(redis_server: Redis, empty_postgres: Postgres, s3_bucket: str) -> dict[str, Any]:
    """The three addresses, all empty."""
    with redis.Redis.from_url(redis_server.url) as client:
        client.flushall()
    addresses = {"broker_url": redis_server.url, "database_url": empty_postgres.url, "storage_url": s3_bucket}
    return {**addresses, "lease_s": 2.0}


@pytest.fixture
def service(tmp_path: Path, places: dict[str, Any]) -> Iterator[Jobs]:
    with open_jobs(settings_in(tmp_path, **places), time.time) as opened:
        yield opened


@contextmanager
def worker_process(service: Jobs, name: str, *, machine: Path, log: Any = None) -> Iterator[subprocess.Popen[bytes]]:
    """A worker with the stand-in on a machine of its own: it knows the three addresses and nothing else."""
    settings = service.settings
    environ = {**os.environ, "EMOCLASSIFY_DATA_DIR": str(machine)}
    for setting in ("broker_url", "database_url", "storage_url", "lease_s"):
        environ[f"EMOCLASSIFY_{setting.upper()}"] = str(getattr(settings, setting))
    root = str(ROOT)
    command = [sys.executable, "-m", "tests.support.serving", name]
    with subprocess.Popen(command, env={**environ, "PYTHONPATH": root}, stderr=log) as process:
        try:
            yield process
        finally:
            process.kill()


def ended(service: Jobs, job: Any) -> bool:
    return now(service, job).ended


def test_short_ones_first() -> None:
    sizes_mb = (0, 0.5, 1, 5, 100, 300, 700, 2000, 5000)
    found = [priority(int(size * 1024**2)) for size in sizes_mb]
    assert found == sorted(found)
    assert (found[0], found[-1]) == (0, 9)


def test_a_job_is_told_of_by_its_size_and_lost_messages_are_told_again(service: Jobs, places: dict[str, Any]) -> None:
    queue = service.queue
    assert isinstance(queue, CeleryQueue)
    queue.check()
    short, long = submit(service), submit(service, size_bytes=3000 * 1024**2)
    with redis.Redis.from_url(places["broker_url"]) as client:
        assert client.llen(JOBS) == 1  # those of the first priority are in the list without a number
        client.flushall()
        assert queue.refill() == 2
        assert queue.refill() == 0  # not again at once, by whomever
        client.delete("emoclassify-refill")
        assert queue.refill() == 0  # nothing is missing
    for job in (short, long):
        held = service.leases.claim(job.id, "one")
        assert held is not None
        assert service.leases.finish(held, Outcome(state=JobState.COMPLETED))


def test_large_uploads_go_to_workers_with_a_gpu(tmp_path: Path, places: dict[str, Any]) -> None:
    with open_jobs(settings_in(tmp_path, gpu_from_mb=1, **places), time.time) as service:
        submit(service, size_bytes=2**20)
        submit(service)
        with redis.Redis.from_url(places["broker_url"]) as client:
            waiting = {key.decode() for key in client.keys("jobs*")}
    assert any(name.startswith(GPU_JOBS) for name in waiting)
    assert JOBS in waiting


def test_a_broker_that_is_away_costs_no_job(tmp_path: Path, places: dict[str, Any]) -> None:
    with open_jobs(settings_in(tmp_path, **{**places, "broker_url": "redis://127.0.0.1:1/0"}), time.time) as service:
        job = submit(service)
        assert now(service, job).state == "queued"
        with pytest.raises(OSError, match="broker"):
            service.queue.check()


def test_a_worker_elsewhere_does_the_jobs(service: Jobs, tmp_path: Path) -> None:
    before = submit(service)
    with worker_process(service, "one", machine=tmp_path / "elsewhere"):
        jobs = [before, *(submit(service) for _ in range(5))]
        until(lambda: all(ended(service, job) for job in jobs), DONE_S)
    found = [now(service, job) for job in jobs]
    assert [(job.state, job.tries) for job in found] == [("completed", 1)] * 6
    with service.storage.open_result(found[0].results, "analysis.json") as file:
        assert b"talk.mp4" in file.read()


def test_a_worker_that_stops_or_dies_leaves_its_job_to_another(service: Jobs, tmp_path: Path) -> None:
    stopped, killed = submit(service, SLOW), None
    with worker_process(service, "one", machine=tmp_path / "one") as process:
        until(lambda: now(service, stopped).state == "running", DONE_S)
        process.send_signal(signal.SIGTERM)
        assert process.wait(DONE_S) == 0
    assert (now(service, stopped).state, now(service, stopped).tries) == ("queued", 0)
    assert service.leases.ready_workers(60.0) == 0  # missed at once, not only when it was silent for long
    with worker_process(service, "two", machine=tmp_path / "two") as process:
        until(lambda: now(service, stopped).state == "running", DONE_S)
        process.send_signal(signal.SIGKILL)
        process.wait()
        killed = submit(service)
    service.store.cancel(stopped.id, "")
    with worker_process(service, "three", machine=tmp_path / "three"):
        until(lambda: ended(service, stopped) and ended(service, killed), DONE_S)
    assert now(service, stopped).state == "canceled"
    assert (now(service, killed).state, now(service, killed).tries) == ("completed", 1)


@pytest.mark.parametrize(
    "broken",
    [b"", b"nonsense", b"\xff", b"[]", b"7", b"{}", b'{"properties": {}}', b"[" * 100_000],
    ids=["nothing", "no JSON", "no text", "a list", "a number", "empty", "half of one", "too deep"],
)
def test_broken_messages_are_discarded_and_end_no_worker(
    service: Jobs, places: dict[str, Any], tmp_path: Path, broken: bytes
) -> None:
    with (
        (tmp_path / "log").open("wb") as log,
        worker_process(service, "one", machine=tmp_path / "elsewhere", log=log) as process,
        redis.Redis.from_url(places["broker_url"]) as client,
    ):
        for name in (JOBS, GPU_JOBS):
            client.lpush(name, broken, broken)
        job = submit(service)
        until(lambda: ended(service, job) or process.poll() is not None, DONE_S)
        assert now(service, job).state == "completed"
        assert process.poll() is None
        until(lambda: client.llen(JOBS) == client.hlen("unacked") == 0, DONE_S)
        process.terminate()
        assert process.wait(DONE_S) == 0
    lines = list(map(json.loads, filter(lambda line: line.startswith("{"), (tmp_path / "log").read_text().split("\n"))))
    assert [line["message"] for line in lines].count("a broken message was discarded") == 2


def test_a_worker_behind_a_broker_logs_its_jobs_by_their_ids_only(service: Jobs, tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log, worker_process(service, "one", machine=tmp_path / "w", log=log):
        job = submit(service, name="Jane Doe.mp4")
        until(lambda: ended(service, job), DONE_S)
    log_text = (tmp_path / "log").read_text()
    lines = [json.loads(line) for line in log_text.split("\n") if job.id in line]
    assert [(line["level"], line["message"], line["job"]) for line in lines] == [
        ("info", "started", job.id),
        ("info", "completed", job.id),
    ]
    assert "Jane" not in log_text


def test_a_broker_that_answers_no_longer_is_seen_at_the_worker(
    service: Jobs, redis_server: Redis, tmp_path: Path
) -> None:
    with worker_process(service, "one", machine=tmp_path / "elsewhere"):
        until(lambda: service.leases.ready_workers(60.0) == 1, DONE_S)
        redis_server.kill()
        try:
            until(lambda: service.leases.ready_workers(60.0) == 0, DONE_S)
        finally:
            redis_server.start()
        until(lambda: service.leases.ready_workers(60.0) == 1, DONE_S)


def test_jobs_survive_a_broker_that_is_killed_and_forgets(service: Jobs, redis_server: Redis, tmp_path: Path) -> None:
    jobs = [submit(service) for _ in range(3)]
    redis_server.kill()
    try:
        jobs.append(submit(service))
    finally:
        redis_server.start()
    with worker_process(service, "one", machine=tmp_path / "elsewhere"):
        until(lambda: all(ended(service, job) for job in jobs), DONE_S)
    assert [now(service, job).state for job in jobs] == ["completed"] * 4


def test_kills_lose_nothing_and_do_nothing_twice(
    service: Jobs, redis_server: Redis, postgres: Postgres, tmp_path: Path
) -> None:
    """`EMOCLASSIFY_KILL_JOBS=200` for the long run."""
    jobs = [submit(service) for _ in range(int(os.environ.get("EMOCLASSIFY_KILL_JOBS", "10")))]
    random = Random(2026)
    kills = Counter[str]()
    with ExitStack() as stack:

        def one_more(number: int) -> "subprocess.Popen[bytes]":
            return stack.enter_context(worker_process(service, f"w{number}", machine=tmp_path / str(number)))

        workers = [one_more(0), one_more(1)]
        while not all(patiently(ended, service, job) for job in jobs):
            time.sleep(random.uniform(0.5, 2.0))
            what = random.choice(["worker", "worker", "redis", "postgres"])
            if kills[what] >= len(jobs) // 5:
                continue
            kills[what] += 1
            if what == "worker":
                workers.pop(0).kill()
                workers.append(one_more(kills[what] + 1))
            elif what == "redis":
                redis_server.kill()
                redis_server.start()
            else:
                postgres.kill()
                postgres.start()
    found = [patiently(now, service, job) for job in jobs]
    assert {job.state for job in found} == {"completed"}
    for job in found:
        with service.storage.open_result(job.results, "analysis.json") as file:
            assert file.read().endswith(b"}")
    ends = {label: n for name, label, n in service.store.totals() if name == "jobs"}
    assert ends == {"completed": len(jobs)}, (kills, ends)  # each was ended once


def patiently(call: Callable[..., Any], *arguments: Any) -> Any:
    """What a call gives as soon as the database answers."""
    for _ in range(100):
        try:
            return call(*arguments)
        except SQLAlchemyError:
            time.sleep(0.1)
    raise AssertionError


def test_several_processes_make_the_tables_at_once(places: dict[str, Any], tmp_path: Path) -> None:
    code = f"""if True:
        import time
        from pathlib import Path
        from emoclassify.jobs.service import open_jobs
        from emoclassify.jobs.settings import ServerSettings
        settings = ServerSettings(data_dir=Path({str(tmp_path)!r}), database_url={places["database_url"]!r})
        open_jobs(settings, time.time).close()
    """
    started = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [process.wait() for process in started] == [0, 0, 0]


def test_the_sweeper_and_the_files_over_s3(tmp_path: Path, places: dict[str, Any]) -> None:
    clock = Clock()
    del places["broker_url"]
    with open_jobs(settings_in(tmp_path, **places), clock) as service:
        kept, gone = submit(service, keep_days=30), submit(service, MP4 * 100_000, keep_days=1)
        worker = Worker(service, StandIn(), "one")
        while worker.work_once():
            pass
        assert not list(service.settings.scratch.iterdir())
        with service.storage.open_upload(gone.id) as file:
            file.seek(len(MP4) * 50_000)
            assert file.read(len(MP4)) == MP4
        stray = new_id()
        with service.storage.create_upload(stray) as file:
            file.write(b"half of an upload")
        clock.now += 2 * 86_400
        sweeper = Sweeper(service)
        sweeper.sweep()
        assert service.store.get(gone.id, "") is None
        assert service.storage.list_jobs() == {kept.id, stray}
        clock.now += max(STRAY_S, LOOK_S)
        sweeper.sweep()
        assert service.storage.list_jobs() == {kept.id}


def test_a_storage_that_is_away_is_an_oserror(tmp_path: Path, places: dict[str, Any], monkeypatch: Any) -> None:
    del places["broker_url"]
    with open_jobs(settings_in(tmp_path, **places), time.time) as service:
        job = submit(service)
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        from s3fs import S3FileSystem

        S3FileSystem.clear_instance_cache()
        from emoclassify.jobs.storage import Storage

        away = Storage(places["storage_url"])
        with pytest.raises(OSError, match="storage"):
            away.check()
        with pytest.raises(OSError, match="storage"):
            away.open_upload(job.id).read()
