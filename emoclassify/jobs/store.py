"""The jobs as their owners see them: handed in, looked up, listed, canceled, tried again, deleted."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from emoclassify.errors import EmoClassifyError
from emoclassify.jobs.database import Database
from emoclassify.jobs.job import CANCELED, COMPLETED, DAY_S, DELETING, FAILED, QUEUED, RUNNING, Job
from emoclassify.jobs.tables import jobs, repeats, totals

Clock = Callable[[], float]
"""Seconds since 1970."""

REPEAT_S = DAY_S
"""How long an Idempotency-Key is known."""

_FIELDS = tuple(Job.__dataclass_fields__)


class QueueFullError(EmoClassifyError):
    """As many jobs wait as may."""


class RepeatConflictError(EmoClassifyError):
    """An Idempotency-Key that was used for another upload."""


class StateConflictError(EmoClassifyError):
    """What cannot be done with a job in its state."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """Which jobs are listed."""

    owner: str
    state: str = ""
    tag: str = ""
    group: str = ""
    q: str = ""
    """Part of the recording's name, in any case."""
    from_s: float | None = None
    to_s: float | None = None
    """Created in [from, to), seconds since 1970."""
    sort: str = "-created_at"
    limit: int = 50
    after: tuple[Any, str] | None = None
    """Sort value and id of the last job of the page before."""


class JobStore:
    """Jobs in a database."""

    def __init__(self, database: Database, clock: Clock = time.time) -> None:
        self._database, self._clock = database, clock

    def add(self, job: Job, *, max_queued: int, repeat: tuple[str, str] | None = None) -> Job:
        """Keeps a new job, or gives the one that was handed in before with the same key.

        Args:
            job: the new job.
            max_queued: how many may wait.
            repeat: Idempotency-Key and fingerprint of the upload.

        Raises:
            QueueFullError: as many wait as may.
            RepeatConflictError: the key was used for another upload.
        """
        try:
            with self._database.writing() as connection:
                if repeat and (earlier := self._repeated(connection, job.owner, *repeat)):
                    return earlier
                waiting = connection.scalar(select(func.count()).where(jobs.c.state == QUEUED)) or 0
                if waiting >= max_queued:
                    raise QueueFullError(f"{waiting} jobs are waiting already; try again later.")
                connection.execute(insert(jobs).values(**asdict(job), name_folded=job.name.casefold()))
                if repeat:
                    row = {"owner": job.owner, "key": repeat[0], "fingerprint": repeat[1]}
                    connection.execute(insert(repeats).values(**row, job_id=job.id, created_at=self._clock()))
        except IntegrityError:  # the same key came in twice at once
            if repeat is None:
                raise
            with self._database.reading() as connection:
                earlier = self._repeated(connection, job.owner, *repeat)
            if earlier is None:
                raise
            return earlier
        return job

    def _repeated(self, connection: Connection, owner: str, key: str, fingerprint: str) -> Job | None:
        same = and_(repeats.c.owner == owner, repeats.c.key == key)
        found = connection.execute(select(repeats).where(same)).mappings().first()
        if found is None:
            return None
        earlier = first_job(connection, and_(jobs.c.id == found["job_id"], jobs.c.state != DELETING))
        if earlier is None or found["created_at"] <= self._clock() - REPEAT_S:
            connection.execute(delete(repeats).where(same))
            return None
        if found["fingerprint"] != fingerprint:
            raise RepeatConflictError("This Idempotency-Key was used for another upload.")
        return earlier

    def get(self, job_id: str, owner: str) -> Job | None:
        """The job of that id, where it is this owner's."""
        with self._database.reading() as connection:
            return first_job(connection, _mine(job_id, owner))

    def find(self, search: Search) -> list[Job]:
        """At most `search.limit` jobs, in order."""
        column = jobs.c[search.sort.removeprefix("-")]
        down = search.sort.startswith("-")
        wanted = _wanted(search)
        if search.after is not None:
            value, job_id = search.after
            beyond = column < value if down else column > value
            beside = jobs.c.id < job_id if down else jobs.c.id > job_id
            wanted.append(or_(beyond, and_(column == value, beside)))
        order = (column.desc(), jobs.c.id.desc()) if down else (column, jobs.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(select(jobs).where(*wanted).order_by(*order).limit(search.limit)).mappings()
            return [_job(row) for row in rows]

    def cancel(self, job_id: str, owner: str) -> Job | None:
        """Ends a waiting job at once and asks the worker of a running one to end it; None where there is none.

        Raises:
            StateConflictError: it has ended otherwise.
        """
        now = self._clock()
        with self._database.writing() as connection:
            job = first_job(connection, _mine(job_id, owner))
            if job is None:
                return None
            if job.state == QUEUED:
                connection.execute(update(jobs).where(jobs.c.id == job_id).values(**ended(job, CANCELED, now)))
                count(connection, "jobs", CANCELED)
            elif job.state == RUNNING:
                connection.execute(update(jobs).where(jobs.c.id == job_id).values(cancel_asked=True))
            elif job.state != CANCELED:
                raise StateConflictError(f"The job is {job.state}: there is nothing to cancel.")
            return first_job(connection, jobs.c.id == job_id)

    def retry(self, job_id: str, owner: str) -> Job | None:
        """Puts a failed or canceled job in the queue again; None where there is none.

        Raises:
            StateConflictError: it did not fail, or its upload is gone.
        """
        with self._database.writing() as connection:
            job = first_job(connection, _mine(job_id, owner))
            if job is None:
                return None
            if job.state not in (FAILED, CANCELED):
                raise StateConflictError(f"The job is {job.state}: there is nothing to try again.")
            if not job.upload_kept:
                raise StateConflictError("The upload is not kept: send the recording again.")
            anew = {"state": QUEUED, "queued_at": self._clock(), "started_at": None, "ended_at": None, "tries": 0}
            anew |= {"stage": "", "done": 0.0, "total": None, "fraction": 0.0, "elapsed_s": 0.0, "error": ""}
            anew |= {"cancel_asked": False, "lease": "", "lease_until": 0.0}
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(**anew))
            return first_job(connection, jobs.c.id == job_id)

    def hide(self, job_id: str, owner: str) -> bool:
        """First step of deleting: nobody sees the job any more, and its worker stops. False where there is none."""
        with self._database.writing() as connection:
            hidden: dict[str, Any] = {
                "state": DELETING,
                "lease": "",
                "name": "",
                "name_folded": "",
                "tag": "",
                "group": "",
            }
            hidden |= {"summary": None, "webhook_url": ""}
            return connection.execute(update(jobs).where(_mine(job_id, owner)).values(**hidden)).rowcount > 0

    def remove(self, job_id: str) -> None:
        """Last step of deleting, when its files are gone."""
        with self._database.writing() as connection:
            connection.execute(delete(repeats).where(repeats.c.job_id == job_id))
            connection.execute(delete(jobs).where(jobs.c.id == job_id))

    def summaries(self, search: Search) -> list[tuple[float, dict[str, Any]]]:
        """When each completed job of those was created, and what was found in it, oldest first; all pages."""
        wanted = [*_wanted(search), jobs.c.state == COMPLETED, jobs.c.summary.is_not(None)]
        found = select(jobs.c.created_at, jobs.c.summary).where(*wanted).order_by(jobs.c.created_at)
        with self._database.reading() as connection:
            return [(row.created_at, row.summary) for row in connection.execute(found)]

    def count_states(self) -> dict[str, int]:
        """How many jobs there are in each state, of all owners."""
        found = select(jobs.c.state, func.count()).where(jobs.c.state != DELETING).group_by(jobs.c.state)
        with self._database.reading() as connection:
            return {state: int(n) for state, n in connection.execute(found)}

    def totals(self) -> list[tuple[str, str, float]]:
        """What only grows: name, label and value."""
        with self._database.reading() as connection:
            return [(row.name, row.label, row.value) for row in connection.execute(select(totals))]


def ended(job: Job, state: str, now: float) -> dict[str, Any]:
    """The fields of a job that ends now."""
    keep_s = max(job.keep_days, 1) * DAY_S  # results are kept for a day even where the upload is not kept at all
    kept = job.upload_kept and job.keep_days > 0
    return {"state": state, "ended_at": now, "expires_at": now + keep_s, "upload_kept": kept, "lease": ""}


def count(connection: Connection, name: str, label: str, value: float = 1.0) -> None:
    """Adds to one of the totals."""
    same = and_(totals.c.name == name, totals.c.label == label)
    if not connection.execute(update(totals).where(same).values(value=totals.c.value + value)).rowcount:
        connection.execute(insert(totals).values(name=name, label=label, value=value))


def _wanted(search: Search) -> list[ColumnElement[bool]]:
    wanted = [jobs.c.owner == search.owner, jobs.c.state != DELETING]
    wanted += [jobs.c[name] == value for name in ("state", "tag", "group") if (value := getattr(search, name))]
    if search.q:
        wanted.append(jobs.c.name_folded.contains(search.q.casefold(), autoescape=True))
    if search.from_s is not None:
        wanted.append(jobs.c.created_at >= search.from_s)
    if search.to_s is not None:
        wanted.append(jobs.c.created_at < search.to_s)
    return wanted


def _mine(job_id: str, owner: str) -> ColumnElement[bool]:
    return and_(jobs.c.id == job_id, jobs.c.owner == owner, jobs.c.state != DELETING)


def first_job(connection: Connection, condition: ColumnElement[bool]) -> Job | None:
    """The job that meets a condition, or None."""
    row = connection.execute(select(jobs).where(condition)).mappings().first()
    return None if row is None else _job(row)


def all_jobs(connection: Connection, condition: ColumnElement[bool], limit: int) -> list[Job]:
    """The jobs that meet a condition, those first that were queued first."""
    found = select(jobs).where(condition).order_by(jobs.c.queued_at, jobs.c.id).limit(limit)
    return [_job(row) for row in connection.execute(found).mappings()]


def _job(row: RowMapping) -> Job:
    return Job(**{name: row[name] for name in _FIELDS})
