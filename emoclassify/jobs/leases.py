"""The jobs as workers see them: taken with a lease that a heartbeat renews, and ended once. When a worker dies, its
lease runs out, and another takes the job."""

import secrets
import time
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from emoclassify.job_states import JobState
from emoclassify.jobs import queries
from emoclassify.jobs.database import Database
from emoclassify.jobs.job import Clock, Job, error_to_text
from emoclassify.jobs.queries import Turn
from emoclassify.jobs.tables import webhooks, workers
from emoclassify.jobs.totals import add_to_total
from emoclassify.jobs.turns import note_turn
from emoclassify.words.messages import Message

_FORGET_AFTER_S = 24 * 3600.0
"""A worker that did not announce itself for this long is removed from the list."""


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

    state: JobState
    error: Message | None = None
    results: str = ""
    files: tuple[dict[str, Any], ...] = ()
    has_video: bool = False
    duration_s: float | None = None
    summary: dict[str, Any] | None = None
    episodes: tuple[dict[str, Any], ...] = ()
    """Of a study: those of the rules of its plan."""
    timings_s: tuple[tuple[str, float], ...] = ()
    """The stages and the seconds that each took."""


class Leases:
    """The leases in a database. A job without a heartbeat for `lease_s` may be taken by another worker."""

    def __init__(
        self, database: Database, *, lease_s: float, max_tries: int, max_running: int = 0, clock: Clock = time.time
    ) -> None:
        """Takes no job yet.

        Args:
            database: where the jobs are.
            lease_s: a job whose worker was not heard of for this long may be taken by another.
            max_tries: how often a job is begun.
            max_running: jobs of one owner that run at once; 0: any number.
            clock: seconds since 1970.
        """
        self._database, self._lease_s, self._max_tries, self._clock = database, lease_s, max_tries, clock
        self._max_running = max_running

    def waiting(self) -> str | None:
        """The id of the job whose turn it is, one whose worker died included; see `queries.next_job_id`."""
        with self._database.reading() as connection:
            return queries.next_job_id(connection, self._turn())

    def waiting_like(self, job_id: str, large_from_bytes: int) -> str | None:
        """The same among the jobs that go to the same workers as a given one, which is preferred among its owner's.

        Args:
            job_id: of a job; where it is gone, None is returned.
            large_from_bytes: uploads at least this large go to other workers; 0: all go to any.
        """
        with self._database.reading() as connection:
            job = queries.job_by_id(connection, job_id)
            if job is None:
                return None
            turn = replace(self._turn(), preferred_id=job_id)
            if large_from_bytes and job.size_bytes >= large_from_bytes:
                turn = replace(turn, from_bytes=large_from_bytes)
            elif large_from_bytes:
                turn = replace(turn, below_bytes=large_from_bytes)
            return queries.next_job_id(connection, turn)

    def _turn(self) -> Turn:
        return Turn(now=self._clock(), max_running=self._max_running)

    def all_waiting(self, limit: int) -> list[Job]:
        """The jobs that wait longest, those whose worker died included."""
        with self._database.reading() as connection:
            return queries.next_jobs(connection, self._clock(), limit)

    def length(self) -> int:
        """How many jobs wait."""
        with self._database.reading() as connection:
            return queries.count_queued(connection)

    def claim(self, job_id: str, worker: str) -> Job | None:
        """Takes a job for a worker; None where another was faster, or where the job was canceled or tried too often."""
        now = self._clock()
        with self._database.writing() as connection:
            job = queries.job_to_take(connection, job_id, now)
            if job is None:
                return None
            outcome = self._outcome_before(job)
            if outcome is not None:
                if queries.update_untaken(connection, job, **_fields(job, outcome, now)):
                    _note_end(connection, job, outcome, now)
                return None
            lease = {"lease": f"{_lease_prefix(worker)}{secrets.token_hex(8)}", "lease_until": now + self._lease_s}
            start = {"state": JobState.RUNNING, "started_at": now, "tries": job.tries + 1}
            start |= {"stage": "start", "done": 0.0, "total": None, "fraction": 0.0, "elapsed_s": 0.0}
            if not queries.update_untaken(connection, job, **lease, **start):
                return None
            note_turn(connection, job.owner, now)
            return queries.job_by_id(connection, job_id)

    def _outcome_before(self, job: Job) -> Outcome | None:
        """How a job ends that must not be started again; None where it may be started."""
        if job.cancel_asked:
            return Outcome(state=JobState.CANCELED)
        if job.tries >= self._max_tries:
            return Outcome(state=JobState.FAILED, error=Message("died_too_often", {"n": job.tries}))
        return None

    def beat(self, job: Job, progress: Progress) -> Job | None:
        """Renews a lease and stores the progress. The job as it now is; None where it is no longer this worker's."""
        fields = {"stage": progress.stage, "done": progress.done, "total": progress.total}
        fields |= {"fraction": progress.fraction, "elapsed_s": progress.elapsed_s}
        with self._database.writing() as connection:
            is_held = queries.update_held(connection, job, **fields, lease_until=self._clock() + self._lease_s)
            return queries.job_by_id(connection, job.id) if is_held else None

    def finish(self, job: Job, outcome: Outcome) -> bool:
        """Ends a job; False where it is no longer this worker's."""
        now = self._clock()
        with self._database.writing() as connection:
            if not queries.update_held(connection, job, **_fields(job, outcome, now)):
                return False
            _note_end(connection, job, outcome, now)
            return True

    def give_back(self, job: Job, *, counted: bool) -> None:
        """Puts a job back in its place in the queue; `counted`: this try counts towards the most tries."""
        tries = job.tries if counted else job.tries - 1
        with self._database.writing() as connection:
            queries.update_held(connection, job, state=JobState.QUEUED, lease="", tries=tries)

    def give_back_all(self, worker: str) -> None:
        """Puts back the jobs of a worker of this name that died."""
        with self._database.writing() as connection:
            queries.requeue_held_by(connection, _lease_prefix(worker))

    def announce(self, worker: str, *, ready: bool) -> None:
        """Stores that a worker is running now, and whether it could do a job."""
        values = {"seen_at": self._clock(), "ready": ready}
        with self._database.writing() as connection:
            if not connection.execute(update(workers).where(workers.c.name == worker[:64]).values(**values)).rowcount:
                connection.execute(insert(workers).values(name=worker[:64], **values))

    def retire(self, worker: str) -> None:
        """Removes a worker that ends from the list, so that nobody counts on it."""
        with self._database.writing() as connection:
            connection.execute(delete(workers).where(workers.c.name == worker[:64]))

    def ready_workers(self, within_s: float, prefix: str = "") -> int:
        """How many workers that could do a job announced themselves lately; only names that begin with `prefix`."""
        is_recent = workers.c.seen_at > self._clock() - within_s
        is_ready = and_(workers.c.ready, is_recent, workers.c.name.startswith(prefix, autoescape=True))
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).where(is_ready)) or 0

    def is_first(self, worker: str, within_s: float) -> bool:
        """Whether this worker is the first by name of those announced lately: one of them does what is needed once."""
        with self._database.reading() as connection:
            first = connection.scalar(
                select(func.min(workers.c.name)).where(workers.c.seen_at > self._clock() - within_s)
            )
        return first is None or first == worker[:64]

    def forget_workers(self) -> None:
        """Removes the workers that did not announce themselves for a day."""
        with self._database.writing() as connection:
            connection.execute(delete(workers).where(workers.c.seen_at <= self._clock() - _FORGET_AFTER_S))


def _lease_prefix(worker: str) -> str:
    return f"{worker[:40]}:"


def _fields(job: Job, outcome: Outcome, now: float) -> dict[str, Any]:
    fields = job.fields_at_end(outcome.state, now) | {"error": error_to_text(outcome.error)}
    if job.is_rendering and outcome.state != JobState.COMPLETED:
        return fields
    fields |= {
        "results": outcome.results,
        "files": list(outcome.files),
        "has_video": outcome.has_video,
        "duration_s": outcome.duration_s,
    }
    fields |= {"summary": outcome.summary}
    return fields | ({"fraction": 1.0} if outcome.state == JobState.COMPLETED else {})


def _note_end(connection: Connection, job: Job, outcome: Outcome, now: float) -> None:
    """What the end of a job changes elsewhere: the counters, and the webhook to send."""
    if job.is_rendering:  # it was counted, and its webhook sent, when it was analyzed
        return
    add_to_total(connection, "jobs", outcome.state)
    for stage, seconds in outcome.timings_s:
        add_to_total(connection, "stage_seconds", stage, seconds)
    if job.webhook_url:
        row: dict[str, Any] = {
            "id": secrets.token_hex(16),
            "job_id": job.id,
            "url": job.webhook_url,
            "state": outcome.state,
        }
        row["episodes"] = list(outcome.episodes)
        connection.execute(insert(webhooks).values(**row, tries=0, next_at=now))
