"""Removes what is no longer to be kept: expired jobs, uploads of ended ones, and what a kill left lying about."""

import logging
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection

from emoclassify.job_states import ENDED
from emoclassify.jobs import queries
from emoclassify.jobs.job import DAY_S
from emoclassify.jobs.service import Jobs

logger = logging.getLogger(__name__)

STRAY_S = 3600.0
"""Files that belong to no job are left this long: a job may be about to be made of them."""

LOOK_S = 3600.0
"""Between two looks at all that is stored: there may be a million files."""

_SEEN_S = 30.0
"""A worker that was not heard of for this long does not count."""

_AGAIN_S = 180.0
"""Jobs that ended so long before the last round are looked at again: another machine's clock may be behind."""

_SCRATCH_S = 24 * 3600.0
"""A file of the scratch folder that was not touched for this long is left over."""

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
        self._service.store.forget_repeats()
        self._service.leases.forget_workers()

    def _sweep_jobs(self, now: float) -> None:
        with self._service.database.reading() as connection:
            expired = queries.expired_jobs(connection, now)
            half_deleted = queries.half_deleted_ids(connection)
        for job_id, owner, state in expired:
            if state in ENDED:
                self._service.delete(job_id, owner)
                logger.info("expired", extra={"job": job_id})
        for job_id in half_deleted:
            self._service.storage.remove_job(job_id)
            self._service.store.remove(job_id)

    def _sweep_uploads(self, now: float) -> None:
        """Uploads that were to go with the end of their job, where a kill came in between."""
        since = max(self._swept_at, now - LOOK_S) - _AGAIN_S
        with self._service.database.reading() as connection:
            # Such a job is kept for a day from its end, and there is an index of that.
            ids = queries.ids_without_upload(connection, after_s=since + DAY_S, to_s=now + DAY_S + _AGAIN_S)
        for job_id in ids:
            self._service.storage.remove_upload(job_id)

    def _sweep_files(self, now: float) -> None:
        """All that is stored: files of no job go when they were seen for an hour, uploads not kept at once."""
        stored, uploads = self._service.storage.list_jobs(), self._service.storage.list_uploads()
        for job_id in self._of(uploads, queries.ids_without_upload_of):
            self._service.storage.remove_upload(job_id)
        strays = stored - set(self._of(stored, queries.known_ids_of))
        self._strays = {job_id: self._strays.get(job_id, now) for job_id in strays}
        for job_id, seen_at in self._strays.items():
            if now - seen_at >= STRAY_S:
                self._service.storage.remove_job(job_id)

    def _of(self, ids: set[str], query: Callable[[Connection, Sequence[str]], list[str]]) -> list[str]:
        """Those of the ids that a query finds, which is asked for as many at once as every database takes."""
        selected = list[str]()
        for some_ids in _parts(ids):
            with self._service.database.reading() as connection:
                selected += query(connection, some_ids)
        return selected

    def _sweep_scratch(self) -> None:
        for path in self._service.settings.scratch.iterdir():
            if _untouched_s(path) > _SCRATCH_S:
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)


def _parts(ids: set[str]) -> Iterator[list[str]]:
    listed = sorted(ids)
    return (listed[start : start + _AT_ONCE] for start in range(0, len(listed), _AT_ONCE))


def _untouched_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
