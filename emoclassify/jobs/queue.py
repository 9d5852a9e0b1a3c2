"""What hands jobs to workers: the database alone (here), or a broker beside it (`broker.py`).

A further queue is done when it passes the contract in tests/jobs/test_queue.py.
"""

from typing import Protocol

from emoclassify.jobs.job import Job
from emoclassify.jobs.leases import Leases


class Queue(Protocol):
    """Gives the id of every job that waits to some worker; a job that two are given is claimed by one only."""

    def put(self, job: Job) -> None:
        """Tells of a job that waits; the store has it already."""

    def take(self) -> str | None:
        """The id of a job to claim, one whose worker died included; None where none waits."""

    def length(self) -> int:
        """How many wait."""

    def check(self) -> None:
        """Raises OSError or what SQLAlchemy raises where it does not answer."""


class DatabaseQueue:
    """The jobs' own table as the queue: nothing to install, and nothing to lose."""

    def __init__(self, leases: Leases) -> None:
        self._leases = leases

    def put(self, job: Job) -> None:
        """Nothing to do: the job's state says that it waits."""

    def take(self) -> str | None:
        """The id of the job that waits longest."""
        return self._leases.waiting()

    def length(self) -> int:
        """How many jobs wait."""
        return self._leases.length()

    def check(self) -> None:
        """Asks the database."""
        self._leases.length()
