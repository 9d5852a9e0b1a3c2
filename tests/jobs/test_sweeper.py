"""The sweeper: what goes when, and what it looks at for that."""

from collections.abc import Callable

import pytest

from emoclassify.job_states import JobState
from emoclassify.jobs.job import DAY_S
from emoclassify.jobs.leases import Outcome
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.storage import Storage, new_id
from emoclassify.jobs.sweeper import LOOK_S, STRAY_S, Sweeper
from emoclassify.jobs.worker import Worker
from tests.support.serving import Clock, StandIn
from tests.support.submitting import now, submit

MINUTE_S = 60.0


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows whenever the whole storage is listed."""
    seen: list[str] = []

    def counted(name: str) -> Callable[[Storage], set[str]]:
        real = getattr(Storage, name)

        def listed(storage: Storage) -> set[str]:
            seen.append(name)
            names: set[str] = real(storage)
            return names

        return listed

    for name in ("list_jobs", "list_uploads"):
        monkeypatch.setattr(Storage, name, counted(name))
    return seen


def test_expired_jobs_go_with_all_their_files(service: Jobs, clock: Clock) -> None:
    ended, waiting = submit(service, keep_days=2), submit(service)
    Worker(service, StandIn(), "one").work_once()
    sweeper = Sweeper(service)
    clock.now += 2 * 86_400 - 1
    sweeper.sweep()
    assert now(service, ended).state == "completed"
    clock.now += 30 * 86_400
    sweeper.sweep()
    assert service.store.get(ended.id, "") is None
    assert service.storage.list_jobs() == {waiting.id}


def test_what_a_kill_left_is_swept(service: Jobs, clock: Clock) -> None:
    with service.storage.create_upload(new_id()) as file:
        file.write(b"half of an upload")
    half_deleted = submit(service)
    service.store.hide(half_deleted.id, "")
    sweeper = Sweeper(service)
    sweeper.sweep()
    assert len(service.storage.list_jobs()) == 1
    clock.now += STRAY_S
    sweeper.sweep()
    assert service.storage.list_jobs() == set()


def test_the_whole_storage_is_looked_at_once_an_hour(service: Jobs, clock: Clock, looks: list[str]) -> None:
    sweeper = Sweeper(service)
    for _ in range(60):
        sweeper.sweep()
        clock.now += MINUTE_S
    assert len(looks) == 2  # uploads and results, once
    sweeper.sweep()
    assert len(looks) == 4
    clock.now -= 1e6  # a clock that was set back does not stop it
    sweeper.sweep()
    assert len(looks) == 6


def test_of_several_workers_one_looks_at_the_storage_and_another_when_it_is_gone(
    service: Jobs, clock: Clock, looks: list[str]
) -> None:
    first, second = Sweeper(service, "a"), Sweeper(service, "b")
    for name in "ab":
        service.leases.announce(name, ready=True)
    second.sweep()
    assert looks == []
    first.sweep()
    assert len(looks) == 2
    clock.now += MINUTE_S
    service.leases.announce("b", ready=True)
    second.sweep()
    assert len(looks) == 4


def test_an_upload_that_a_kill_left_goes_with_the_next_round(service: Jobs, clock: Clock, looks: list[str]) -> None:
    sweeper = Sweeper(service)
    sweeper.sweep()
    looks.clear()
    job, kept = submit(service, keep_days=0), submit(service, keep_days=1)
    clock.now += MINUTE_S
    for each in (job, kept):
        held = service.leases.claim(each.id, "killed")
        assert held is not None
        assert service.leases.finish(held, Outcome(state=JobState.COMPLETED))  # and no more of it
    sweeper.sweep()
    assert service.storage.list_uploads() == {kept.id}
    looks.clear()
    sweeper.sweep()
    assert looks == []


def test_uploads_that_are_not_to_be_kept_are_found_in_the_storage_too(service: Jobs, clock: Clock) -> None:
    job = submit(service, keep_days=0)
    held = service.leases.claim(job.id, "killed")
    assert held is not None
    service.leases.finish(held, Outcome(state=JobState.COMPLETED))
    clock.now += DAY_S / 2  # no sweeper ran meanwhile
    Sweeper(service).sweep()
    assert service.storage.list_uploads() == set()


def test_more_files_than_one_question_to_the_database_takes(service: Jobs, clock: Clock) -> None:
    kept = submit(service)
    for _ in range(1200):
        with service.storage.create_upload(new_id()) as file:
            file.write(b"half of an upload")
    sweeper = Sweeper(service)
    sweeper.sweep()
    clock.now += max(STRAY_S, LOOK_S)
    sweeper.sweep()
    assert service.storage.list_jobs() == {kept.id}
