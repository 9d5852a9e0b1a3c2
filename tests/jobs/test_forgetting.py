"""What is deleted is gone from the files of the database too: names, tags and checksums."""

import sqlite3
from pathlib import Path
from random import Random
from typing import Any

import pytest

from emoclassify.job_states import JobState
from emoclassify.jobs.database import Database
from emoclassify.jobs.job import DAY_S, Job
from emoclassify.jobs.leases import Outcome
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.sweeper import Sweeper
from tests.support.migrating import migrate
from tests.support.serving import Clock
from tests.support.submitting import submit


def stored_bytes(service: Jobs) -> bytes:
    """All that the database has on the disk: its file, its log, and what lies beside them."""
    return b"".join(path.read_bytes() for path in sorted(service.settings.data_dir.glob("jobs.sqlite*")))


def marks_of(number: int) -> dict[str, Any]:
    """What says whose a recording is; long, so that it lies on pages of its own too."""
    return {
        "name": f"name-of-{number:04d}-" + "n" * (number % 7) * 900,
        "tag": f"tag-of-{number:04d}",
        "group": f"group-of-{number:04d}",
        "sha256": f"{number:04d}" * 16,
    }


def traces(service: Jobs, number: int) -> set[str]:
    """Which of a job's marks are found in the files."""
    content = stored_bytes(service)
    return {name for name, mark in marks_of(number).items() if mark[:64].encode() in content}


def finished(service: Jobs, job: Job) -> Job:
    held = service.leases.claim(job.id, "one")
    assert held is not None
    summary = {"of": "face", "positive": 0.5, "neutral": 0.5, "negative": 0.0}
    assert service.leases.finish(held, Outcome(state=JobState.COMPLETED, summary=summary))
    return job


def test_a_job_leaves_its_name_while_it_is_kept_and_nothing_when_it_is_deleted(service: Jobs) -> None:
    job = finished(service, submit(service, **marks_of(1)))
    assert traces(service, 1) == {"name", "tag", "group", "sha256"}
    assert service.delete(job.id, "")
    assert traces(service, 1) == set()


@pytest.fixture
def many(service: Jobs) -> dict[int, Job]:
    return {number: finished(service, submit(service, **marks_of(number))) for number in range(1, 201)}


@pytest.mark.slow
def test_of_many_jobs_only_the_kept_ones_are_found(service: Jobs, many: dict[int, Job]) -> None:
    numbers = list(many)
    Random(17).shuffle(numbers)
    deleted, kept = numbers[:150], numbers[150:]
    for number in deleted:
        assert service.delete(many[number].id, "")
    assert [number for number in deleted if traces(service, number)] == []
    assert [number for number in kept if not traces(service, number)] == []


def test_what_expires_is_gone_with_the_next_sweep(service: Jobs, clock: Clock) -> None:
    short, long = (finished(service, submit(service, keep_days=days, **marks_of(days))) for days in (1, 9))
    clock.now += 2 * DAY_S
    Sweeper(service).sweep()
    assert (service.store.get(short.id, ""), service.store.get(long.id, "")) != (None, None)
    assert (traces(service, 1), traces(service, 9)) == (set(), {"name", "tag", "group", "sha256"})


def test_while_another_reads_the_next_sweep_does_it(service: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emoclassify.jobs.database._FORGET_MS", 10)
    job = finished(service, submit(service, **marks_of(1)))
    reader = sqlite3.connect(service.settings.data_dir / "jobs.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM jobs").fetchone()
    assert service.delete(job.id, "")  # does not wait for the reader
    assert traces(service, 1) != set()
    reader.execute("ROLLBACK")
    reader.close()
    Sweeper(service).sweep()
    assert traces(service, 1) == set()


def test_what_an_older_version_deleted_goes_when_the_tables_are_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    with Database(f"sqlite:///{path}") as database:
        migrate(database, "0005")
    with sqlite3.connect(path) as older:
        older.execute("PRAGMA secure_delete = OFF")
        older.execute("INSERT INTO totals VALUES ('jobs', 'a-name-that-was-deleted', 1)")
        older.execute("DELETE FROM totals")
    older.close()
    assert b"a-name-that-was-deleted" in path.read_bytes()
    with Database(f"sqlite:///{path}") as database:
        database.migrate()
        database.forget_deleted()
        assert not any(b"a-name-that-was-deleted" in file.read_bytes() for file in tmp_path.iterdir())
