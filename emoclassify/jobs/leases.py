"""The jobs as workers see them: taken with a lease, kept by a heartbeat, ended once. A worker that dies loses its
lease, and the job is taken up again."""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update

from emoclassify.jobs.database import Database
from emoclassify.jobs.job import CANCELED, COMPLETED, FAILED, QUEUED, RUNNING, Job
from emoclassify.jobs.store import Clock, all_jobs, count, ended, first_job
from emoclassify.jobs.tables import jobs, webhooks, workers


@dataclass(frozen=True)
class Progress:
    """How far a job is."""

    stage: str
    done: float
    total: float | None
    fraction: float
    elapsed_s: float


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a job ended."""

    state: str
    error: str = ""
    results: str = ""
    files: tuple[dict[str, Any], ...] = ()
    has_video: bool = False
    duration_s: float | None = None
    summary: dict[str, Any] | None = None
    timings_s: tuple[tuple[str, float], ...] = ()


class Leases:
    """Work in a database. `lease_s` without a heartbeat, and a job is another's."""

    def __init__(self, database: Database, *, lease_s: float, max_tries: int, clock: Clock = time.time) -> None:
        self._database, self._lease_s, self._max_tries, self._clock = database, lease_s, max_tries, clock

    def waiting(self) -> str | None:
        """The id of the job that waits longest, one whose worker died included."""
        found = select(jobs.c.id).where(self._can_be_taken()).order_by(jobs.c.queued_at, jobs.c.id).limit(1)
        with self._database.reading() as connection:
            return connection.scalar(found)

    def all_waiting(self, limit: int) -> list[Job]:
        """The jobs that wait longest, those whose worker died included."""
        with self._database.reading() as connection:
            return all_jobs(connection, self._can_be_taken(), limit)

    def length(self) -> int:
        """How many jobs wait."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).where(jobs.c.state == QUEUED)) or 0

    def claim(self, job_id: str, worker: str) -> Job | None:
        """Takes a job for a worker; None where another was faster, or it ends here: canceled, or tried too often."""
        now = self._clock()
        lease = f"{worker[:40]}:{secrets.token_hex(8)}"
        with self._database.writing() as connection:
            job = first_job(connection, and_(jobs.c.id == job_id, self._can_be_taken()))
            if job is None:
                return None
            same = and_(jobs.c.id == job_id, jobs.c.state == job.state, jobs.c.lease == job.lease)
            if job.cancel_asked:
                outcome: Outcome | None = Outcome(state=CANCELED)
            elif job.tries >= self._max_tries:
                told = f"The analysis was begun {job.tries} times, and the process that did it died each time."
                outcome = Outcome(state=FAILED, error=told)
            else:
                outcome = None
            if outcome:
                if connection.execute(update(jobs).where(same).values(**_fields(job, outcome, now))).rowcount:
                    _note(connection, job, outcome, now)
                return None
            taken = {"state": RUNNING, "lease": lease, "lease_until": now + self._lease_s, "tries": job.tries + 1}
            taken |= {"started_at": now, "stage": "start", "done": 0.0, "total": None, "elapsed_s": 0.0}
            if not connection.execute(update(jobs).where(same).values(**taken, fraction=0.0)).rowcount:
                return None
            return first_job(connection, jobs.c.id == job_id)

    def beat(self, job: Job, progress: Progress) -> Job | None:
        """Keeps a lease and tells the progress. The job as it now is; None where it is no longer this worker's."""
        told = {"stage": progress.stage, "done": progress.done, "total": progress.total}
        told |= {"fraction": progress.fraction, "elapsed_s": progress.elapsed_s}
        with self._database.writing() as connection:
            kept = update(jobs).where(_held(job)).values(**told, lease_until=self._clock() + self._lease_s)
            return first_job(connection, jobs.c.id == job.id) if connection.execute(kept).rowcount else None

    def finish(self, job: Job, outcome: Outcome) -> bool:
        """Ends a job; False where it is no longer this worker's."""
        now = self._clock()
        with self._database.writing() as connection:
            values = _fields(job, outcome, now)
            if not connection.execute(update(jobs).where(_held(job)).values(**values)).rowcount:
                return False
            _note(connection, job, outcome, now)
            return True

    def give_back(self, job: Job, *, counted: bool) -> None:
        """Puts a job back in its place in the queue; `counted` where it was its own fault."""
        with self._database.writing() as connection:
            back = {"state": QUEUED, "lease": "", "tries": job.tries if counted else job.tries - 1}
            connection.execute(update(jobs).where(_held(job)).values(**back))

    def give_back_all(self, worker: str) -> None:
        """Puts back what a dead worker of this name had."""
        with self._database.writing() as connection:
            held = and_(jobs.c.state == RUNNING, jobs.c.lease.startswith(f"{worker[:40]}:", autoescape=True))
            connection.execute(update(jobs).where(held).values(state=QUEUED, lease=""))

    def announce(self, worker: str, *, ready: bool) -> None:
        """Notes that a worker lives."""
        seen = {"seen_at": self._clock(), "ready": ready}
        with self._database.writing() as connection:
            if not connection.execute(update(workers).where(workers.c.name == worker[:64]).values(**seen)).rowcount:
                connection.execute(insert(workers).values(name=worker[:64], **seen))

    def ready_workers(self, within_s: float, prefix: str = "") -> int:
        """How many workers with whole models, whose names begin like that, were heard of lately."""
        lately = and_(workers.c.ready, workers.c.seen_at > self._clock() - within_s)
        lately = and_(lately, workers.c.name.startswith(prefix, autoescape=True))
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).where(lately)) or 0

    def is_first(self, worker: str, within_s: float) -> bool:
        """Whether no worker that was heard of lately comes before this one: for what one is to do for all."""
        with self._database.reading() as connection:
            heard = connection.scalar(
                select(func.min(workers.c.name)).where(workers.c.seen_at > self._clock() - within_s)
            )
        return heard is None or heard == worker[:64]

    def _can_be_taken(self) -> ColumnElement[bool]:
        dead = and_(jobs.c.state == RUNNING, jobs.c.lease_until < self._clock())
        return or_(jobs.c.state == QUEUED, dead)


def _held(job: Job) -> ColumnElement[bool]:
    return and_(jobs.c.id == job.id, jobs.c.state == RUNNING, jobs.c.lease == job.lease)


def _fields(job: Job, outcome: Outcome, now: float) -> dict[str, Any]:
    fields = ended(job, outcome.state, now) | {"error": outcome.error, "results": outcome.results}
    fields |= {"files": list(outcome.files), "has_video": outcome.has_video, "duration_s": outcome.duration_s}
    fields |= {"summary": outcome.summary}
    return fields | ({"fraction": 1.0} if outcome.state == COMPLETED else {})


def _note(connection: Any, job: Job, outcome: Outcome, now: float) -> None:
    """What goes with the end of a job: counters, and whom to tell."""
    count(connection, "jobs", outcome.state)
    for stage, seconds in outcome.timings_s:
        count(connection, "stage_seconds", stage, seconds)
    if job.webhook_url:
        row = {"id": secrets.token_hex(16), "job_id": job.id, "url": job.webhook_url, "state": outcome.state}
        connection.execute(insert(webhooks).values(**row, tries=0, next_at=now))
