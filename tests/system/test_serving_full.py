"""A disk without a free byte can be emptied, by whom it belongs to and by time; and is not filled so far by uploads."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from emoclassify.jobs.job import DAY_S, Job
from emoclassify.jobs.reserve import RESERVE_BYTES
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.sweeper import Sweeper
from emoclassify.jobs.worker import Worker
from tests.support.calling import MISSING, assert_problem, client_of, post
from tests.support.disks import DISK_MB, MB, PAGE_BYTES, fill, free
from tests.support.serving import MP4, Clock, StandIn, settings_in
from tests.support.submitting import submit

pytestmark = pytest.mark.process


@pytest.fixture(params=["all on it", "the database alone"])
def service(disk: Path, tmp_path: Path, clock: Clock, request: pytest.FixtureRequest) -> Iterator[Jobs]:
    """Jobs whose database is on a small disk, alone or with the files."""
    files = {} if request.param == "all on it" else {"storage_url": str(tmp_path / "files")}
    with open_jobs(settings_in(disk, reserve_mb=0, **files), clock) as opened:
        yield opened


def finished(service: Jobs, n_jobs: int) -> list[Job]:
    jobs = [submit(service) for _ in range(n_jobs)]
    while Worker(service, StandIn(), "one").work_once():
        pass
    return jobs


def write_much(service: Jobs) -> None:
    for number in range(10_000):
        service.leases.announce(f"worker-{number}", ready=True)


def fill_up(service: Jobs) -> None:
    """The disk, and what the database could still write without taking room of it."""
    fill(service.settings.data_dir)
    with pytest.raises(OperationalError, match="full"):
        write_much(service)
    assert free(service.settings.data_dir) < PAGE_BYTES


def test_everything_can_be_deleted(service: Jobs) -> None:
    """Of small recordings, whose files give back next to nothing."""
    jobs, client = finished(service, 5), client_of(service)
    fill_up(service)
    for job in jobs:
        assert client.delete(f"/v1/jobs/{job.id}").status_code == 204
        assert client.get(f"/v1/jobs/{job.id}").status_code == 404
    assert not service.storage.list_jobs() & {job.id for job in jobs}
    assert client.delete(f"/v1/jobs/{MISSING}").status_code == 404


def test_deleting_takes_a_small_part_of_the_reserve(service: Jobs) -> None:
    jobs, client = finished(service, 20), client_of(service)
    fill_up(service)
    before = free(service.settings.data_dir)
    least_free = RESERVE_BYTES
    for job in jobs:
        assert client.delete(f"/v1/jobs/{job.id}").status_code == 204
        least_free = min(least_free, free(service.settings.data_dir) - before)
    assert least_free > 0.95 * RESERVE_BYTES


def test_time_empties_it(service: Jobs, clock: Clock) -> None:
    jobs = finished(service, 5)
    fill_up(service)
    clock.now += 8 * DAY_S
    Sweeper(service).sweep()
    assert not service.storage.list_jobs() & {job.id for job in jobs}
    assert all(service.store.get(job.id, "") is None for job in jobs)


def test_without_the_reserve_the_files_go_first_and_make_the_room(disk: Path, clock: Clock) -> None:
    """As after a deletion that took the reserve, on a disk that was filled up again."""
    with open_jobs(settings_in(disk, reserve_mb=0), clock) as service:
        job, client = submit(service, MP4 + bytes(2 * MB)), client_of(service)
        service.database.make_room()
        fill_up(service)
        assert client.delete(f"/v1/jobs/{job.id}").status_code == 204
        assert job.id not in service.storage.list_jobs()


def test_the_reserve_is_made_again_when_there_is_room(disk: Path, clock: Clock) -> None:
    with open_jobs(settings_in(disk, reserve_mb=0), clock) as service:
        before = free(disk)
        service.database.make_room()
        assert free(disk) >= before + RESERVE_BYTES
        filling = fill(disk, but=RESERVE_BYTES)
        Sweeper(service).sweep()
        assert free(disk) >= RESERVE_BYTES - 64 * PAGE_BYTES  # a disk that is nearly full needs what is left
        filling.unlink()
        Sweeper(service).sweep()
        assert free(disk) < before + RESERVE_BYTES // 2


@pytest.mark.parametrize("place", ["database", "files"])
def test_uploads_leave_room_on_the_disk(disk: Path, tmp_path: Path, clock: Clock, place: str) -> None:
    places = {
        "database": {"database_url": f"sqlite:///{disk / 'jobs.sqlite'}"},
        "files": {"storage_url": str(disk / "storage")},
    }[place]
    with open_jobs(settings_in(tmp_path / "data", reserve_mb=DISK_MB // 2, **places), clock) as service:
        client = client_of(service)
        assert post(client).status_code == 202
        filling = fill(disk, but=MB * DISK_MB // 2 - PAGE_BYTES)
        assert_problem(post(client), 507, "no room")
        assert len(service.storage.list_uploads()) == 1
        filling.unlink()
        if place == "files":
            told = {"CONTENT_LENGTH": str(9 * MB)}
            form = {"file": (io.BytesIO(MP4), "talk.mp4")}
            assert_problem(client.post("/v1/jobs", data=form, environ_overrides=told), 507, "no room")
        assert post(client).status_code == 202
