"""Removes what is no longer to be kept: expired jobs, uploads of ended ones, and what a kill left lying about."""

import logging
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import ColumnElement, and_, delete, select

from emoclassify.jobs.job import DAY_S, DELETING, ENDED
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.store import REPEAT_S
from emoclassify.jobs.tables import jobs, repeats, workers

logger = logging.getLogger(__name__)

STRAY_S = 3600.0
"""Files that belong to no job are left this long: a job may be about to be made of them."""

LOOK_S = 3600.0
"""Between two looks at all that is stored: there may be a million files."""

_SEEN_S = 30.0
"""A worker that was not heard of for this long does not count."""

_AGAIN_S = 180.0
"""Jobs that ended so long before the last round are looked at again: another machine's clock may be behind."""

_FORGOTTEN_S = 24 * 3600.0
_AT_ONCE = 500


class Sweeper:
    """Sweeps one job system, as often as it is told to; of several workers, the first looks after the files."""

    def __init__(self, service: Jobs, worker: str = "") -> None:
        self._service, self._worker = service, worker
        self._swept_at = self._looked_at = -1e12
        self._strays: dict[str, float] = {}

    def sweep(self) -> None:
        """One round."""
        now = self._service.clock()
        self._sweep_jobs(now)
        if self._service.leases.is_first(self._worker, _SEEN_S):
            self._sweep_uploads(now)
            self._swept_at = now
            if abs(now - self._looked_at) >= LOOK_S:
                self._sweep_files(now)
                self._looked_at = now
        self._sweep_scratch()
        with self._service.database.writing() as connection:
            connection.execute(delete(repeats).where(repeats.c.created_at <= now - REPEAT_S))
            connection.execute(delete(workers).where(workers.c.seen_at <= now - _FORGOTTEN_S))

    def _sweep_jobs(self, now: float) -> None:
        with self._service.database.reading() as connection:
            # The state is looked at here: a database that went by it would read all jobs that are kept.
            expired = select(jobs.c.id, jobs.c.owner, jobs.c.state).where(jobs.c.expires_at <= now)
            gone = [row for row in connection.execute(expired) if row.state in ENDED]
            half_deleted = list(connection.scalars(select(jobs.c.id).where(jobs.c.state == DELETING)))
        for row in gone:
            self._service.delete(row.id, row.owner)
            logger.info("expired", extra={"job": row.id})
        for job_id in half_deleted:
            self._service.storage.remove_job(job_id)
            self._service.store.remove(job_id)

    def _sweep_uploads(self, now: float) -> None:
        """Uploads that were to go with the end of their job, where a kill came in between."""
        since = max(self._swept_at, now - LOOK_S) - _AGAIN_S
        # Such a job is kept for a day from its end, and there is an index of that.
        lately = and_(jobs.c.expires_at > since + DAY_S, jobs.c.expires_at <= now + DAY_S + _AGAIN_S)
        for job_id in self._ids(and_(lately, jobs.c.upload_kept.is_(False))):
            self._service.storage.remove_upload(job_id)

    def _sweep_files(self, now: float) -> None:
        """All that is stored: files of no job go when they were seen for an hour, uploads not kept at once."""
        stored, uploads = self._service.storage.list_jobs(), self._service.storage.list_uploads()
        for ids in _parts(uploads):
            for job_id in self._ids(and_(jobs.c.id.in_(ids), jobs.c.upload_kept.is_(False))):
                self._service.storage.remove_upload(job_id)
        strays = {job_id for ids in _parts(stored) for job_id in set(ids) - set(self._ids(jobs.c.id.in_(ids)))}
        self._strays = {job_id: self._strays.get(job_id, now) for job_id in strays}
        for job_id, seen_at in self._strays.items():
            if now - seen_at >= STRAY_S:
                self._service.storage.remove_job(job_id)

    def _ids(self, wanted: ColumnElement[bool]) -> list[str]:
        with self._service.database.reading() as connection:
            return list(connection.scalars(select(jobs.c.id).where(wanted)))

    def _sweep_scratch(self) -> None:
        for path in self._service.settings.scratch.iterdir():
            if _untouched_s(path) > _FORGOTTEN_S:
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)


def _parts(ids: set[str]) -> Iterator[list[str]]:
    """All of them, as many at once as every database takes in one question."""
    listed = sorted(ids)
    return (listed[start : start + _AT_ONCE] for start in range(0, len(listed), _AT_ONCE))


def _untouched_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
