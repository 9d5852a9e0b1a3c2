"""What is left of jobs, in database, storage and on the machines, held against what is to be left."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select, update

from emoclassify.job_states import JobState
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.sweeper import LOOK_S, STRAY_S, Sweeper
from emoclassify.jobs.tables import jobs
from tests.support.services import s3_client
from tests.support.serving import Clock


def expire(service: Jobs, job_id: str) -> None:
    """Ends the time for which an ended job is kept."""
    with service.database.writing() as connection:
        connection.execute(update(jobs).where(jobs.c.id == job_id).values(expires_at=0.0))


def sweep_as_later(service: Jobs, clock: Clock) -> None:
    """Sweeps as it will be done within some hours: what a kill left of an upload goes after a while only."""
    sweeper = Sweeper(service)
    for pause_s in (0.0, LOOK_S, STRAY_S + LOOK_S):
        clock.now += pause_s
        sweeper.sweep()


def assert_stored_is_listed(service: Jobs) -> None:
    """Each job has its files once, and there are files of no other."""
    with service.database.reading() as connection:
        rows = list(connection.execute(select(jobs)).mappings())
    assert not [row for row in rows if row["state"] in (JobState.QUEUED, JobState.RUNNING)]
    expected = {f"results/{row['results']}" for row in rows if row["state"] == JobState.COMPLETED}
    expected |= {f"uploads/{row['id']}" for row in rows if row["upload_kept"]}
    there = stored(service)
    assert there == expected, f"left behind: {there - expected}; missing: {expected - there}; {list(map(dict, rows))}"


def stored(service: Jobs) -> set[str]:
    """The uploads, and the folders of results, as they are in the storage."""
    if service.storage.is_local:
        root = Path(service.settings.storage)
        files = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    else:
        bucket = service.settings.storage_url.removeprefix("s3://")
        assert not s3_client().list_multipart_uploads(Bucket=bucket).get("Uploads")
        pages = s3_client().get_paginator("list_objects_v2").paginate(Bucket=bucket)
        files = [item["Key"] for page in pages for item in page.get("Contents", [])]
    names = {"/".join(file.split("/")[: 3 if file.startswith("results/") else 2]) for file in files}
    return names - {"emoclassify-storage"}


def files_on(machines: Iterable[Path]) -> list[Path]:
    """What workers and uploads under way have on the disks of machines."""
    folders = [machine / name for machine in machines for name in ("workers", "scratch")]
    return [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.name != "lock"]
