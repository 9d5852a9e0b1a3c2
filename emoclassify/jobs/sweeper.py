"""Removes what is no longer to be kept: expired jobs, uploads of ended ones, and what a kill left lying about."""

import logging
import shutil
import time
from pathlib import Path

from sqlalchemy import and_, delete, select

from emoclassify.jobs.job import DELETING, ENDED
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.store import REPEAT_S
from emoclassify.jobs.tables import jobs, repeats, workers

logger = logging.getLogger(__name__)

STRAY_S = 3600.0
"""Files that belong to no job are left this long: a job may be about to be made of them."""

_FORGOTTEN_S = 24 * 3600.0


class Sweeper:
    """Sweeps one job system, as often as it is told to; several do no harm to each other."""

    def __init__(self, service: Jobs) -> None:
        self._service = service
        self._strays: dict[str, float] = {}

    def sweep(self) -> None:
        """One round."""
        now = self._service.clock()
        with self._service.database.reading() as connection:
            expired = and_(jobs.c.state.in_(ENDED), jobs.c.expires_at <= now)
            gone = list(connection.execute(select(jobs.c.id, jobs.c.owner, jobs.c.state).where(expired)))
            half_deleted = list(connection.scalars(select(jobs.c.id).where(jobs.c.state == DELETING)))
        for job_id, owner, _ in gone:
            self._service.delete(job_id, owner)
            logger.info("expired", extra={"job": job_id})
        for job_id in half_deleted:
            self._service.storage.remove_job(job_id)
            self._service.store.remove(job_id)
        self._sweep_files(now)
        self._sweep_scratch()
        with self._service.database.writing() as connection:
            connection.execute(delete(repeats).where(repeats.c.created_at <= now - REPEAT_S))
            connection.execute(delete(workers).where(workers.c.seen_at <= now - _FORGOTTEN_S))

    def _sweep_files(self, now: float) -> None:
        """Uploads that are not to be kept any more go at once, files of no job when they were seen for an hour."""
        stored, uploads = self._service.storage.list_jobs(), self._service.storage.list_uploads()
        with self._service.database.reading() as connection:
            known = {row.id: row for row in connection.execute(select(jobs.c.id, jobs.c.upload_kept))}
        for job_id in uploads:
            if job_id in known and not known[job_id].upload_kept:
                self._service.storage.remove_upload(job_id)
        self._strays = {job_id: self._strays.get(job_id, now) for job_id in stored - set(known)}
        for job_id, seen_at in self._strays.items():
            if now - seen_at >= STRAY_S:
                self._service.storage.remove_job(job_id)

    def _sweep_scratch(self) -> None:
        for path in self._service.settings.scratch.iterdir():
            if _untouched_s(path) > _FORGOTTEN_S:
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)


def _untouched_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
