"""The queue that hands jobs to workers: the database alone (here), or a broker beside it (`broker.py`).

A further queue is complete when it passes the contract in tests/jobs/test_queue.py.
"""

from typing import Protocol

from emoclassify.jobs.job import Job
from emoclassify.jobs.leases import Leases


class Queue(Protocol):
    """Gives the id of every waiting job to some worker; where two get the same id, only one can claim the job."""

    def put(self, job: Job) -> None:
        """Adds a waiting job; it is in the store already."""

    def take(self) -> str | None:
        """The id of a job to claim, one whose worker died included; None where none waits."""

    def length(self) -> int:
        """How many wait."""

    def check(self) -> None:
        """Raises OSError or SQLAlchemyError where it does not answer."""


class DatabaseQueue:
    """The table of jobs as the queue: nothing more to install, and no message to lose."""

    def __init__(self, leases: Leases) -> None:
        self._leases = leases

    def put(self, job: Job) -> None:
        """Nothing to do: the job's state says that it waits."""

    def take(self) -> str | None:
        """The id of the job whose turn it is: owners are served one after another."""
        return self._leases.waiting()

    def length(self) -> int:
        """How many jobs wait."""
        return self._leases.length()

    def check(self) -> None:
        """Asks the database."""
        self._leases.length()
