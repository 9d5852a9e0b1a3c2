"""Removes expired jobs, uploads that are not kept after the end of a job, and files of processes that were killed."""

import logging
import shutil
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from emoclassify.job_states import ENDED
from emoclassify.jobs import queries
from emoclassify.jobs.job import DAY_S
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.sittings import Stop
from emoclassify.jobs.workplace import remove_abandoned

logger = logging.getLogger(__name__)

STRAY_S = 3600.0
"""Files of no job are removed only after this time: their job may be about to be stored."""

LOOK_S = 3600.0
"""Between two checks of all stored files: there may be a million."""

_WORKER_SILENCE_S = 30.0
"""A worker that did not announce itself for this long does not count."""

_OVERLAP_S = 180.0
"""Jobs that ended up to this long before the last round are checked again: another machine's clock may be behind."""

_SCRATCH_S = 24 * 3600.0
"""A file of the scratch folder that did not change for this long belongs to no running job; nor does one of the storage
that was begun so long ago, and is not complete."""


class Sweeper:
    """Sweeps one job system, each time that `sweep` is called; of several workers, only the first sweeps the files."""

    def __init__(self, service: Jobs, worker: str = "") -> None:
        self._service, self._worker = service, worker
        self._swept_at = self._looked_at = -1e12
        self._stray_since_s: dict[str, float] = {}

    def sweep(self) -> None:
        """One round."""
        self._sweep_scratch()  # what is on this machine first: it needs no database
        remove_abandoned(self._service.settings.workers)
        now = self._service.clock()
        self._sweep_jobs(now)
        if self._service.leases.is_first(self._worker, _WORKER_SILENCE_S):
            self._sweep_uploads(now)
            self._swept_at = now
            if abs(now - self._looked_at) >= LOOK_S:
                self._sweep_files(now)
                self._looked_at = now
        self._service.store.forget_repeats()
        self._service.leases.forget_workers()
        self._service.database.forget_deleted()
        self._service.database.keep_reserve()

    def _sweep_jobs(self, now: float) -> None:
        with self._service.database.reading() as connection:
            expired_jobs = queries.expired_jobs(connection, now)
            half_deleted_ids = queries.half_deleted_ids(connection)
        for job_id, owner, state in expired_jobs:
            if state in ENDED:
                self._service.delete(job_id, owner)
                logger.info("expired", extra={"job": job_id})
        for job_id in half_deleted_ids:
            self._service.finish_deleting(job_id)
        for upload_id in self._service.uploads.old_ids():
            self._service.remove_upload(upload_id)
            if self._service.store.owner_of(upload_id) is None:  # else only the last step was missing
                self._service.sittings.note_lost(upload_id)
        for study_id, respondent in self._service.sittings.over(now):
            if study := self._service.studies.by_id(study_id):
                self._service.take_back(study, respondent, Stop.EXPIRED)

    def _sweep_uploads(self, now: float) -> None:
        """Removes uploads that should have gone at the end of their job, where the process was killed in between."""
        since_s = max(self._swept_at, now - LOOK_S) - _OVERLAP_S
        with self._service.database.reading() as connection:
            # Such a job is kept for a day from its end, so the index of the expiry times finds it.
            ids = queries.ids_without_upload(connection, after_s=since_s + DAY_S, to_s=now + DAY_S + _OVERLAP_S)
        for job_id in ids:
            self._service.storage.remove_upload(job_id)

    def _sweep_files(self, now: float) -> None:
        """Checks all stored files: removes those of no job after `STRAY_S`, and at once uploads that are not kept."""
        stored_ids, upload_ids = self._service.storage.list_jobs(), self._service.storage.list_uploads()
        for job_id in self._select(upload_ids, queries.ids_without_upload_of):
            self._service.storage.remove_upload(job_id)
        stray_ids = stored_ids - set(self._select(stored_ids, queries.existing_ids_of))
        self._stray_since_s = {job_id: self._stray_since_s.get(job_id, now) for job_id in stray_ids}
        for job_id, since_s in self._stray_since_s.items():
            if now - since_s >= STRAY_S:
                self._service.storage.remove_job(job_id)
        self._service.storage.remove_unfinished(datetime.now(UTC) - timedelta(seconds=_SCRATCH_S))

    def _select(self, ids: set[str], query: Callable[[Connection, Sequence[str]], list[str]]) -> list[str]:
        """Those of the ids that a query finds; it is run for some of them at a time."""
        selected_ids = list[str]()
        for some_ids in queries.in_parts(ids):
            with self._service.database.reading() as connection:
                selected_ids += query(connection, some_ids)
        return selected_ids

    def _sweep_scratch(self) -> None:
        for path in self._service.settings.scratch.iterdir():
            if _untouched_s(path) > _SCRATCH_S:
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)


def _untouched_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
