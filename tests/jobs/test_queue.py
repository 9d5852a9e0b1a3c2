"""The contract of a queue: what is put is taken, by one, until it has ended; what a dead worker had, too.

A further queue is held to it as a further parameter of the fixture `service`.
"""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from emoclassify.jobs.leases import Outcome
from emoclassify.jobs.service import Jobs, open_jobs
from tests.jobs.test_worker import submit
from tests.support.serving import Clock, settings_in


@pytest.fixture(params=["database"])
def service(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Jobs]:
    with open_jobs(settings_in(tmp_path), clock) as opened:
        yield opened


def test_a_queue_gives_every_job_to_one_worker_and_the_oldest_first(service: Jobs, clock: Clock) -> None:
    """The contract of a queue: what is put is taken, by one, until it has ended; what a dead worker had, too."""
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
    assert leases.finish(held, Outcome(state="completed"))
    assert not leases.finish(held, Outcome(state="failed"))
    assert queue.take() == jobs[1].id
    leases.claim(jobs[1].id, "dead")
    assert queue.take() == jobs[2].id
    clock.now += service.settings.lease_s + 1
    assert queue.take() == jobs[1].id


def test_many_workers_take_each_job_once(service: Jobs) -> None:
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
