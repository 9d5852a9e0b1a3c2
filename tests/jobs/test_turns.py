"""No owner keeps the others waiting: turns, and the limits of one owner."""

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emoclassify.job_states import JobState
from emoclassify.jobs.leases import Outcome
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.store import QueueFullError
from emoclassify.jobs.worker import Worker
from tests.support.calling import assert_problem, client_of, post
from tests.support.serving import Clock, StandIn, settings_in
from tests.support.submitting import now, submit

MB = 1024**2


def states(service: Jobs) -> dict[str, int]:
    return {str(state): n for state, n in service.store.count_states().items()}


@pytest.mark.slow
@settings(max_examples=20)
@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=20))
def test_between_two_turns_of_an_owner_every_other_has_one_at_most(owners: list[str]) -> None:
    """With one worker: whoever waits is served within as many jobs as there are owners."""
    with TemporaryDirectory() as folder, open_jobs(settings_in(Path(folder)), Clock()) as service:
        for owner in owners:
            submit(service, owner=owner)
        waiting, served = {owner: owners.count(owner) for owner in owners}, []
        while job_id := service.queue.take():
            job = service.leases.claim(job_id, "one")
            assert job is not None
            assert service.leases.finish(job, Outcome(state=JobState.COMPLETED))
            served.append(job.owner)
            service.clock.now += 1  # type: ignore[attr-defined]
    for owner, n_jobs in waiting.items():
        turns = [-1, *(place for place, who in enumerate(served) if who == owner)]
        assert len(turns) - 1 == n_jobs
        assert all(later - earlier <= len(waiting) for earlier, later in pairwise(turns))


def test_an_owner_has_no_more_running_jobs_than_allowed(tmp_path: Path) -> None:
    with open_jobs(settings_in(tmp_path, max_running_per_key=2), Clock()) as service:
        jobs = [submit(service, owner="a") for _ in range(3)]
        running = [service.leases.claim(str(service.queue.take()), "one") for _ in range(2)]
        assert service.queue.take() is None
        other = submit(service, owner="b")
        assert service.queue.take() == other.id
        assert running[0] is not None
        service.leases.finish(running[0], Outcome(state=JobState.COMPLETED))
        service.leases.claim(other.id, "one")
        assert service.queue.take() == jobs[2].id


def test_what_a_dead_worker_held_does_not_count_as_running(tmp_path: Path, clock: Clock) -> None:
    with open_jobs(settings_in(tmp_path, max_running_per_key=1), clock) as service:
        job = submit(service, owner="a")
        service.leases.claim(job.id, "dead")
        clock.now += service.settings.lease_s + 1
        assert service.queue.take() == job.id


def test_a_key_cannot_fill_the_queue_of_all(tmp_path: Path) -> None:
    with open_jobs(settings_in(tmp_path, max_queued=3, max_queued_per_key=2), Clock()) as service:
        client = client_of(service)
        anna, boris = ({"Authorization": f"Bearer {service.keys.add(name)[1]}"} for name in ("Anna", "Boris"))
        assert [post(client, headers=anna).status_code for _ in range(2)] == [202, 202]
        refused = post(client, headers=anna)
        assert_problem(refused, 429, "2 jobs of this key are waiting")
        assert int(refused.headers["Retry-After"]) > 0
        assert post(client, headers=boris).status_code == 202
        assert_problem(post(client, headers=boris), 429, "3 jobs are waiting")
        assert len(service.storage.list_uploads()) == 3
        worker = Worker(service, StandIn(), "one")
        assert worker.work_once()
        assert worker.work_once()  # one of each
        assert post(client, headers=anna).status_code == 202


def test_without_keys_only_the_whole_queue_is_limited(tmp_path: Path) -> None:
    with open_jobs(settings_in(tmp_path, max_queued=3, max_queued_per_key=2), Clock()) as service:
        for _ in range(3):
            submit(service)
        with pytest.raises(QueueFullError):
            submit(service)


def test_a_message_of_one_job_begins_the_job_whose_turn_it_is(service: Jobs) -> None:
    """A broker hands the messages out in an order of its own: each one is as good as any other."""
    many, one = [submit(service, owner="a") for _ in range(3)], submit(service, owner="b")
    worker = Worker(service, StandIn(), "one")
    for message in (many[2], many[1]):
        worker.run_turn(message.id)
    assert now(service, one).state == JobState.COMPLETED
    assert now(service, many[2]).state == JobState.COMPLETED  # of its owner's, the one that the broker chose
    for message in (one, many[0]):
        worker.run_turn(message.id)
    assert states(service) == {"completed": 4}
    worker.run_turn(many[0].id)  # a message too many does no harm


def test_large_uploads_take_turns_among_themselves(tmp_path: Path) -> None:
    """Other workers take them: with a message of a small one, no large one is begun, nor the reverse."""
    with open_jobs(settings_in(tmp_path, gpu_from_mb=1), Clock()) as service:
        large, small = submit(service, owner="a", size_bytes=MB), submit(service, owner="b", size_bytes=MB - 1)
        worker = Worker(service, StandIn(), "one")
        worker.run_turn(small.id)
        worker.run_turn(small.id)
        assert (now(service, small).state, now(service, large).state) == (JobState.COMPLETED, JobState.QUEUED)
        worker.run_turn(large.id)
        assert now(service, large).state == JobState.COMPLETED
