"""The migrations: they make the tables, and the jobs of the version before go on."""

import json
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from emoclassify.job_states import JobState
from emoclassify.jobs.database import Database
from emoclassify.jobs.job import RECORDING
from emoclassify.jobs.queries import Search
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.storage import Storage, new_id
from emoclassify.jobs.tables import metadata
from emoclassify.jobs.worker import Worker
from emoclassify.study_content import plan_of
from emoclassify.words.messages import Message
from tests.support.migrating import migrate
from tests.support.services import Postgres
from tests.support.serving import MP4, Clock, StandIn, settings_in
from tests.support.submitting import submit

COLUMNS_0003 = """id owner state name name_folded size_bytes sha256 content_type options tag "group" keep_days
webhook_url created_at queued_at started_at ended_at expires_at upload_kept stage done total fraction elapsed_s tries
lease lease_until cancel_asked error results files has_video duration_s summary""".split()
"""Of the table of jobs, as version 0003 left it."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    server: Postgres = request.getfixturevalue("empty_postgres")
    return server.url


def insert_then(connection: Connection, state: str, clock: Clock, **changes: object) -> str:
    """A job as version 0003 wrote it."""
    job_id, now = new_id(), clock.now
    row: dict[str, object] = dict.fromkeys((name.strip('"') for name in COLUMNS_0003), "")
    row |= dict.fromkeys(("started_at", "ended_at", "total", "duration_s"), None)
    row |= {"id": job_id, "state": state, "name": "Разговор.mp4", "name_folded": "разговор.mp4"}
    row |= {"size_bytes": len(MP4), "options": '{"sample_fps": 5.0}', "keep_days": 7, "files": "[]", "summary": None}
    row |= {"created_at": now, "queued_at": now, "expires_at": now + 1e6, "done": 0.0, "fraction": 0.0}
    row |= {"elapsed_s": 0.0, "tries": 0, "lease_until": 0.0, "upload_kept": True, "cancel_asked": False}
    row |= {"has_video": False, **changes}
    values = ", ".join(f":{name.strip(chr(34))}" for name in COLUMNS_0003)
    connection.execute(text(f"INSERT INTO jobs ({', '.join(COLUMNS_0003)}) VALUES ({values})"), row)
    return job_id


def test_the_migrations_make_the_tables(url: str) -> None:
    with Database(url) as database:
        database.migrate()
        with database.engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_opening_again_changes_nothing(service: Jobs, clock: Clock) -> None:
    job = submit(service)
    with open_jobs(service.settings, clock) as again:
        assert again.store.get(job.id, "") == job


def test_the_jobs_of_the_version_before_open_and_go_on(url: str, tmp_path: Path, clock: Clock) -> None:
    settings = settings_in(tmp_path, database_url=url)
    storage = Storage(settings.storage)
    storage.prepare()
    with Database(url) as database:
        migrate(database, "0003")
        with database.writing() as connection:
            summary = '{"of": "face", "positive": 0.5, "neutral": 0.25, "negative": 0.25}'
            ended: dict[str, object] = {"summary": summary, "ended_at": clock.now, "duration_s": 12.5, "fraction": 1.0}
            completed = insert_then(connection, "completed", clock, **ended)
            failed = insert_then(connection, "failed", clock, error="The upload is gone from the storage.")
            broken = insert_then(connection, "failed", clock, error="The file cannot be read: Input/output error.")
            deleted = insert_then(connection, "deleting", clock)
            interrupted = insert_then(connection, "running", clock, lease="dead:0", lease_until=clock.now - 1, tries=1)
            queued = insert_then(connection, "queued", clock)
    for job_id in (interrupted, queued):
        with storage.create_upload(job_id) as file:
            file.write(MP4)
    with open_jobs(settings, clock) as service:
        worker = Worker(service, StandIn(), "one")
        while worker.work_once():
            pass
        jobs = {job.id: job for job in service.store.find(Search(owner="", q="РАЗГ"))}
        assert {job.kind for job in jobs.values()} == {RECORDING}
        assert deleted not in jobs
        assert {job_id: jobs[job_id].state for job_id in jobs} == {
            completed: JobState.COMPLETED,
            failed: JobState.FAILED,
            broken: JobState.FAILED,
            interrupted: JobState.COMPLETED,
            queued: JobState.COMPLETED,
        }
        assert jobs[failed].error == Message("upload_gone")
        assert jobs[broken].error == Message("file_unread", {"why": "Input/output error"})
        assert (jobs[completed].duration_s, jobs[completed].options) == (12.5, {"sample_fps": 5.0})
        assert (jobs[interrupted].tries, jobs[queued].tries) == (2, 1)
        assert len(service.store.summaries(Search(owner=""))) == 3


def test_the_rules_of_an_older_plan_have_their_new_name(url: str, tmp_path: Path, clock: Clock) -> None:
    rules = [{"measure": "happy", "share": 0.4, "for_s": 2.0}]
    plans = {"with": {"measures": ["happy"], "alert": rules, "seed": 1}, "without": {"measures": ["sad"]}}
    with Database(url) as database:
        migrate(database, "0011")
        with database.writing() as connection:
            for study_id, plan in plans.items():
                connection.execute(
                    text(
                        "INSERT INTO studies (id, owner, title, plan, plan_sha256, created_at, job_id, locked_sha256, "
                        "changes) VALUES (:id, '', 'A', :plan, '', 0, '', '', '[]')"
                    ),
                    {"id": study_id, "plan": json.dumps(plan)},
                )
    with open_jobs(settings_in(tmp_path, database_url=url), clock) as service:
        study = service.studies.get("with", "")
        other = service.studies.get("without", "")
    assert study is not None
    assert other is not None
    assert study.plan == {"measures": ["happy"], "episode": rules, "seed": 1}
    assert other.plan == plans["without"]
    assert plan_of("plan.toml", study.plan).episodes[0].share == 0.4


def test_an_api_of_the_version_before_still_hands_jobs_in(tmp_path: Path, clock: Clock) -> None:
    """While the processes of a server are updated one after another."""
    with open_jobs(settings_in(tmp_path), clock) as service:
        with service.database.writing() as connection:
            job_id = insert_then(connection, "queued", clock)
        job = service.store.get(job_id, "")
        assert job is not None
        assert job.kind == RECORDING
