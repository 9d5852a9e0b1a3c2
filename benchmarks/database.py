"""Measures how long database calls take with many stored jobs; over EMOCLASSIFY_DATABASE_URL, or an SQLite file."""

import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection, insert, text

from emoclassify.job_states import JobState
from emoclassify.jobs.job import DAY_S, Job
from emoclassify.jobs.leases import Outcome, Progress
from emoclassify.jobs.queries import Search
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.settings import ServerSettings
from emoclassify.jobs.sweeper import Sweeper
from emoclassify.jobs.tables import jobs, repeats
from emoclassify.settings import Options

_AT_ONCE = 5000
_FILES = ("analysis.json", "columns.md", "frames.csv", "series.csv", "timeline.png")
_SUMMARY = {
    "of": "face",
    "scores": dict.fromkeys("abcdefg", 0.142857),
    "positive": 0.3,
    "neutral": 0.4,
    "negative": 0.3,
}


def measure(n: int, rounds: int) -> list[str]:
    """Lines of a table: each call's median and slowest of `rounds`, with n ended jobs of one day stored."""
    with tempfile.TemporaryDirectory(prefix="kept-") as name:
        url = os.environ.get("EMOCLASSIFY_DATABASE_URL", "")
        settings = ServerSettings.read({"EMOCLASSIFY_DATA_DIR": name, "EMOCLASSIFY_DATABASE_URL": url})
        with open_jobs(settings, time.time) as service:
            with service.database.reading() as connection:
                before = _size_bytes(connection)
            _fill(service, n)
            with service.database.reading() as connection:
                job_bytes = (_size_bytes(connection) - before) / max(n, 1)
            seconds_by_call = _timed(service, rounds)
    rows = [
        f"| {call} | {1000 * statistics.median(s):.1f} | {1000 * max(s):.1f} |" for call, s in seconds_by_call.items()
    ]
    head = f"{n} jobs kept, {job_bytes:.0f} bytes each with indexes; load {os.getloadavg()[0]:.1f}"
    return [head, "| call | median, ms | slowest, ms |", "|---|---|---|", *rows]


def _job(state: JobState) -> Job:
    job_id, now = secrets.token_hex(16), time.time()
    facts: dict[str, Any] = {"id": job_id, "owner": "", "state": state, "name": "interview 0001.mp4"}
    facts |= {"size_bytes": 10_000_000, "sha256": secrets.token_hex(32), "content_type": "video/mp4"}
    facts |= {"options": vars(Options()), "tag": "study 1", "keep_days": 7}
    return Job(**facts, created_at=now, queued_at=now, expires_at=now + 7 * DAY_S)


def _fill(service: Jobs, n: int) -> None:
    files = [{"name": name, "size_bytes": 50_000} for name in _FILES]
    ended: dict[str, Any] = {
        "files": files,
        "summary": _SUMMARY,
        "duration_s": 30.0,
        "results": "0" * 32,
        "tries": 1,
        "stage": "outputs",
    }
    job = asdict(replace(_job(JobState.COMPLETED), **ended))
    job["name_folded"] = job["name"]
    repeat = {"owner": "", "fingerprint": "0" * 64, "created_at": time.time()}
    for start in range(0, n, _AT_ONCE):
        ids = [secrets.token_hex(16) for _ in range(min(_AT_ONCE, n - start))]
        with service.database.writing() as connection:
            connection.execute(insert(jobs), [job | {"id": job_id} for job_id in ids])
            connection.execute(insert(repeats), [repeat | {"key": job_id, "job_id": job_id} for job_id in ids])


def _timed(service: Jobs, rounds: int) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {}

    def timed(name: str, call: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        started_s = time.perf_counter()
        answer = call(*arguments, **options)
        seconds.setdefault(name, []).append(time.perf_counter() - started_s)
        return answer

    store, leases = service.store, service.leases
    for _ in range(rounds):
        job = _job(JobState.QUEUED)
        timed("add", store.add, job, max_queued=10**9, repeat=(job.id, "0" * 64))
        timed("look for what waits", leases.waiting)
        job_lease = timed("take", leases.claim, job.id, "bench")
        timed("heartbeat", leases.beat, job_lease, Progress("faces", 1.0, 30.0, 0.5, 1.0))
        timed("end", leases.finish, job_lease, Outcome(state=JobState.COMPLETED))
        timed("ask for one", store.get, job.id, "")
        timed("first page", store.find, Search(owner=""))
        timed("page of a tag", store.find, Search(owner="", tag="study 1"))
        timed("count (metrics)", store.count_states)
        timed("remove", service.delete, job.id, "")
    timed("sweep", Sweeper(service).sweep)
    return seconds


def _size_bytes(connection: Connection) -> int:
    if connection.dialect.name == "sqlite":
        pages = connection.scalar(text("PRAGMA page_count")) or 0
        return int(pages) * int(connection.scalar(text("PRAGMA page_size")) or 0)
    sizes = [connection.scalar(text(f"SELECT pg_total_relation_size('{name}')")) or 0 for name in ("jobs", "repeats")]
    return sum(map(int, sizes))
