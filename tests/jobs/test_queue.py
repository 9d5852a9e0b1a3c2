"""The contract of a queue: what is put is taken, by one, until it has ended; what a dead worker had, too.

A further queue is a further heir of `QueueContract`.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis

from emoclassify.job_states import JobState
from emoclassify.jobs.broker import CeleryQueue
from emoclassify.jobs.job import Job
from emoclassify.jobs.leases import Outcome
from emoclassify.jobs.queue import DatabaseQueue
from emoclassify.jobs.service import Jobs, open_jobs
from tests.support.services import Postgres, Redis
from tests.support.serving import Clock, settings_in
from tests.support.submitting import submit


class QueueContract(ABC):
    """An heir gives, as a fixture, job systems with the queue and no jobs."""

    @abstractmethod
    def service(self) -> Iterator[Jobs]:
        """The fixture."""

    def test_every_job_goes_to_one_worker_and_the_oldest_first(self, service: Jobs, clock: Clock) -> None:
        queue, leases = service.queue, service.leases
        assert queue.take() is None
        jobs = [submit(service) for _ in range(3)]
        assert queue.length() == 3
        first = queue.take()
        assert first == jobs[0].id
        held = leases.claim(first, "one")
        assert held is not None
        assert leases.claim(first, "two") is None
        assert queue.take() == jobs[1].id
        leases.give_back(held, counted=False)
        assert queue.take() == first
        held = leases.claim(first, "one")
        assert held is not None
        assert leases.finish(held, Outcome(state=JobState.COMPLETED))
        assert not leases.finish(held, Outcome(state=JobState.FAILED))
        assert queue.take() == jobs[1].id
        leases.claim(jobs[1].id, "dead")
        assert queue.take() == jobs[2].id
        clock.now += service.settings.lease_s + 1
        assert queue.take() == jobs[1].id

    def test_many_workers_take_each_job_once(self, service: Jobs) -> None:
        jobs = {submit(service).id for _ in range(30)}
        taken: list[str] = []

        def work(name: str) -> None:
            while (job_id := service.queue.take()) is not None:
                if service.leases.claim(job_id, name) is not None:
                    taken.append(job_id)

        threads = [threading.Thread(target=work, args=(str(number),)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(taken) == sorted(jobs)

    def test_owners_are_served_one_after_another(self, service: Jobs) -> None:
        for _ in range(4):
            submit(service, owner="a")
        for _ in range(2):
            submit(service, owner="b")
        submit(service, owner="c")
        served = "".join(served_owner(service) for _ in range(7))
        assert (served[:3], served[3:5], served[5:]) == ("abc", "ab", "aa")

    def test_who_has_the_fewest_running_jobs_comes_first(self, service: Jobs, clock: Clock) -> None:
        for owner in "abaaa":
            submit(service, owner=owner)
        assert [claimed(service).owner for _ in range(2)] == ["a", "b"]
        clock.now += 1
        submit(service, owner="b")
        submit(service, owner="c")
        assert claimed(service).owner == "c"
        assert [claimed(service).owner for _ in range(2)] == ["a", "b"]  # one each runs; b was served last

    def test_who_deletes_what_is_done_gains_no_turn(self, service: Jobs) -> None:
        for owner in "ab":
            submit(service, owner=owner)
        served = ""
        for _ in range(6):
            job = claimed(service)
            served += job.owner
            service.leases.finish(job, Outcome(state=JobState.COMPLETED))
            if job.owner == "b":
                service.delete(job.id, "b")
            submit(service, owner=job.owner)
        assert served == "ababab"

    def test_a_canceled_job_is_not_given(self, service: Jobs) -> None:
        canceled, other = submit(service), submit(service)
        service.cancel(canceled.id, "")
        assert service.queue.length() == 1
        assert service.queue.take() == other.id

    def test_it_answers(self, service: Jobs) -> None:
        service.queue.check()


def claimed(service: Jobs) -> Job:
    """The next job, which runs from now on; the time goes on."""
    job_id = service.queue.take()
    assert job_id is not None
    job = service.leases.claim(job_id, "worker")
    assert job is not None
    assert isinstance(service.clock, Clock)
    service.clock.now += 0.001
    return job


def served_owner(service: Jobs) -> str:
    """The owner of the next job, which is done at once."""
    job = claimed(service)
    assert service.leases.finish(job, Outcome(state=JobState.COMPLETED))
    return job.owner


@contextmanager
def opened(folder: Path, clock: Clock, kind: type, **settings: Any) -> Iterator[Jobs]:
    with open_jobs(settings_in(folder, **settings), clock) as service:
        assert isinstance(service.queue, kind)
        yield service


class TestDatabaseQueue(QueueContract):
    @pytest.fixture
    def service(self, tmp_path: Path, clock: Clock) -> Iterator[Jobs]:
        with opened(tmp_path, clock, DatabaseQueue) as service:
            yield service


@pytest.mark.slow
class TestDatabaseQueueInPostgres(QueueContract):
    @pytest.fixture
    def service(self, tmp_path: Path, clock: Clock, empty_postgres: Postgres) -> Iterator[Jobs]:
        with opened(tmp_path, clock, DatabaseQueue, database_url=empty_postgres.url) as service:
            yield service


class TestCeleryQueue(QueueContract):
    @pytest.fixture
    def service(self, tmp_path: Path, clock: Clock, redis_server: Redis) -> Iterator[Jobs]:
        with redis.Redis.from_url(redis_server.url) as client:
            client.flushall()
        with opened(tmp_path, clock, CeleryQueue, broker_url=redis_server.url) as service:
            yield service
