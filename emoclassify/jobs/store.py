"""The jobs as their owners see them: added, looked up, listed, canceled, retried, deleted."""

import time
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from emoclassify.errors import EmoClassifyError
from emoclassify.job_states import JobState
from emoclassify.jobs import queries
from emoclassify.jobs.database import Database
from emoclassify.jobs.job import DAY_S, Clock, Job
from emoclassify.jobs.queries import Search
from emoclassify.jobs.tables import repeats, studies, study_jobs, study_viewings
from emoclassify.jobs.totals import add_to_total, read_totals

REPEAT_S = DAY_S
"""How long an Idempotency-Key is remembered."""


class QueueFullError(EmoClassifyError):
    """The queue has as many jobs as it may have."""


class RepeatConflictError(EmoClassifyError):
    """The Idempotency-Key was used for another upload."""


class StateConflictError(EmoClassifyError):
    """Not possible while the job is in its state."""


class JobStore:
    """Jobs in a database."""

    def __init__(self, database: Database, clock: Clock = time.time) -> None:
        self._database, self._clock = database, clock

    def add(self, job: Job, *, max_queued: int, max_queued_of_key: int, repeat: tuple[str, str] | None = None) -> Job:
        """Stores a new job, or gives the earlier one that was submitted with the same key.

        Args:
            job: the new job.
            max_queued: how many may wait.
            max_queued_of_key: how many of one key; without a key, only the first number counts.
            repeat: Idempotency-Key and fingerprint of the upload.

        Raises:
            QueueFullError: as many wait as may, of all owners or of this one.
            RepeatConflictError: the key was used for another upload.
        """
        try:
            with self._database.writing() as connection:
                if repeat and (earlier_job := self._earlier_job(connection, job.owner, *repeat)):
                    return earlier_job
                _require_room(connection, job.owner, max_queued, max_queued_of_key)
                queries.insert_job(connection, job)
                if repeat:
                    row = {"owner": job.owner, "key": repeat[0], "fingerprint": repeat[1]}
                    connection.execute(insert(repeats).values(**row, job_id=job.id, created_at=self._clock()))
        except IntegrityError:  # the same key came in twice at once
            if repeat is None:
                raise
            with self._database.reading() as connection:
                earlier_job = self._earlier_job(connection, job.owner, *repeat)
            if earlier_job is None:
                raise
            return earlier_job
        return job

    def _earlier_job(self, connection: Connection, owner: str, key: str, fingerprint: str) -> Job | None:
        has_key = and_(repeats.c.owner == owner, repeats.c.key == key)
        repeat = connection.execute(select(repeats).where(has_key)).mappings().first()
        if repeat is None:
            return None
        earlier_job = queries.job_by_id(connection, repeat["job_id"])
        if earlier_job is None or repeat["created_at"] <= self._clock() - REPEAT_S:
            connection.execute(delete(repeats).where(has_key))
            return None
        if repeat["fingerprint"] != fingerprint:
            raise RepeatConflictError("repeat_key_used")
        return earlier_job

    def get(self, job_id: str, owner: str) -> Job | None:
        """The job of that id, where it is this owner's."""
        with self._database.reading() as connection:
            return queries.owned_job(connection, job_id, owner)

    def owner_of(self, job_id: str) -> str | None:
        """The owner of a job, for those who may manage the jobs of others; None where there is no such job."""
        with self._database.reading() as connection:
            job = queries.job_by_id(connection, job_id)
        return None if job is None else job.owner

    def ids_of(self, owner: str, states: Collection[JobState]) -> list[str]:
        """The ids of an owner's jobs in some states."""
        with self._database.reading() as connection:
            return queries.ids_of(connection, owner, states)

    def result_ids_of(self, owner: str, study_id: str) -> list[str]:
        """The ids of the jobs that compute, or computed, the results of a study."""
        with self._database.reading() as connection:
            return queries.result_ids_of(connection, owner, study_id)

    def find(self, search: Search) -> list[Job]:
        """At most `search.limit` jobs, in order."""
        with self._database.reading() as connection:
            return queries.find_jobs(connection, search)

    def earlier_ids(self, ids: Sequence[str]) -> dict[str, str]:
        """Id of a job -> id of the last earlier one of its owner with the same recording, for those that have one."""
        with self._database.reading() as connection:
            return queries.earlier_job_ids(connection, ids)

    def cancel(self, job_id: str, owner: str) -> Job | None:
        """Ends a waiting job at once and asks the worker of a running one to end it; None where there is none.

        Raises:
            StateConflictError: it has ended otherwise.
        """
        with self._database.writing() as connection:
            job = queries.owned_job(connection, job_id, owner)
            if job is None or job.state == JobState.CANCELED:
                return job
            if job.state == JobState.QUEUED:
                if not job.is_rendering:
                    add_to_total(connection, "jobs", JobState.CANCELED)
                end_fields = job.fields_at_end(JobState.CANCELED, self._clock())
                return queries.update_job(connection, job_id, **end_fields)
            if job.state == JobState.RUNNING:
                return queries.update_job(connection, job_id, cancel_asked=True)
            raise StateConflictError("job_not_cancelable", state=job.state)

    def retry(self, job_id: str, owner: str) -> Job | None:
        """Puts a failed or canceled job in the queue again; None where there is none.

        Raises:
            StateConflictError: it did not fail, or its upload is gone.
        """
        with self._database.writing() as connection:
            job = queries.owned_job(connection, job_id, owner)
            if job is None:
                return None
            if job.state not in (JobState.FAILED, JobState.CANCELED):
                raise StateConflictError("job_not_retryable", state=job.state)
            if not job.upload_kept:
                raise StateConflictError("upload_not_kept")
            return queries.update_job(connection, job_id, **_fields_in_queue(self._clock()))

    def render(
        self, job_id: str, owner: str, options: dict[str, Any], *, max_queued: int, max_queued_of_key: int
    ) -> Job | None:
        """Puts a completed job in the queue again, to have its outputs made by other options; None where there is none.

        Nothing changes where the outputs by these options are there, or being made.

        Args:
            job_id: of the job.
            owner: whose it is.
            options: all of the job, with the outputs that are wanted now.
            max_queued: as in `add`.
            max_queued_of_key: as in `add`.

        Raises:
            StateConflictError: it is not completed, or other outputs are being made.
            QueueFullError: as `add`.
        """
        with self._database.writing() as connection:
            job = queries.owned_job(connection, job_id, owner)
            if job is None or ((job.is_rendering or job.state == JobState.COMPLETED) and job.options == options):
                return job
            if job.is_rendering:
                raise StateConflictError("job_rendering")
            if not job.ended:
                raise StateConflictError("job_not_ended", state=job.state)
            if job.state != JobState.COMPLETED:
                raise StateConflictError("job_without_result", state=job.state)
            _require_room(connection, owner, max_queued, max_queued_of_key)
            changes = {"options": options, "options_before": job.options}
            return queries.update_job(connection, job_id, **_fields_in_queue(self._clock()), **changes)

    def describe(self, job_id: str, owner: str, **labels: str) -> Job | None:
        """Changes name, tag or group of a job, in any state; None where there is none."""
        with self._database.writing() as connection:
            job = queries.owned_job(connection, job_id, owner)
            if job is None or not labels:
                return job
            text = queries.search_text(*(labels.get(name, getattr(job, name)) for name in ("name", "tag", "group")))
            return queries.update_job(connection, job_id, **labels, name_folded=text)

    def hide(self, job_id: str, owner: str) -> bool:
        """First step of deleting: the job is shown to nobody, and its worker stops. False where there is none."""
        with self._database.writing() as connection:
            return queries.hide_job(connection, job_id, owner)

    def remove(self, job_id: str) -> None:
        """Last step of deleting, when its files are gone."""
        with self._database.writing() as connection:
            connection.execute(delete(repeats).where(repeats.c.job_id == job_id))
            for table in (study_viewings, study_jobs):
                connection.execute(delete(table).where(table.c.job_id == job_id))
            connection.execute(update(studies).where(studies.c.job_id == job_id).values(job_id=""))
            queries.delete_job(connection, job_id)

    def forget_repeats(self) -> None:
        """Removes the Idempotency-Keys that are older than `REPEAT_S`."""
        with self._database.writing() as connection:
            connection.execute(delete(repeats).where(repeats.c.created_at <= self._clock() - REPEAT_S))

    def summaries(self, search: Search) -> list[tuple[float, dict[str, Any]]]:
        """When each completed job was created, and its summary, oldest first; all pages of the search."""
        with self._database.reading() as connection:
            return queries.find_summaries(connection, search)

    def count_states(self, owner: str | None = None) -> dict[JobState, int]:
        """How many jobs there are in each state, of one owner, or of all."""
        with self._database.reading() as connection:
            return queries.count_states(connection, owner)

    def totals(self) -> list[tuple[str, str, float]]:
        """The counters: name, label and value of each."""
        with self._database.reading() as connection:
            return read_totals(connection)


def _fields_in_queue(now: float) -> dict[str, Any]:
    """The fields to change when an ended job is put in the queue again."""
    fields = {"state": JobState.QUEUED, "queued_at": now, "started_at": None, "ended_at": None}
    fields |= {"stage": "", "done": 0.0, "total": None, "fraction": 0.0, "elapsed_s": 0.0, "error": ""}
    return fields | {"cancel_asked": False, "lease": "", "lease_until": 0.0, "tries": 0}


def _require_room(connection: Connection, owner: str, max_queued: int, max_queued_of_key: int) -> None:
    if owner and (n_queued := queries.count_queued(connection, owner)) >= max_queued_of_key:
        raise QueueFullError("queue_full_of_key", n=n_queued)
    if (n_queued := queries.count_queued(connection)) >= max_queued:
        raise QueueFullError("queue_full", n=n_queued)
