"""What can be done with a job and its files: one place for the API, the worker and the sweeper."""

import errno
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from emoclassify.errors import UsageError
from emoclassify.job_states import ACTIVE, SHOWN, JobState
from emoclassify.jobs import queries
from emoclassify.jobs.database import Database, is_full
from emoclassify.jobs.fieldwork import FieldworkStore
from emoclassify.jobs.job import STUDY, Clock, Job
from emoclassify.jobs.keys import KeyStore
from emoclassify.jobs.leases import Leases
from emoclassify.jobs.norms import NormStore
from emoclassify.jobs.private import make_private
from emoclassify.jobs.queue import DatabaseQueue, Queue
from emoclassify.jobs.selection import needs_recording
from emoclassify.jobs.settings import ServerSettings
from emoclassify.jobs.sittings import SittingStore, Stop
from emoclassify.jobs.storage import Storage, new_id
from emoclassify.jobs.store import JobStore, QueueFullError, StateConflictError
from emoclassify.jobs.studies import StoredStudy, StudyStore
from emoclassify.jobs.uploads import UploadStore
from emoclassify.jobs.workplace import remove_job
from emoclassify.outputs.names import PREVIEW, RECORDING
from emoclassify.settings import STUDY_OPTIONS, Options

Result = TypeVar("Result")


@dataclass(frozen=True)
class Jobs:
    """The parts of the job system, opened by `open_jobs`."""

    settings: ServerSettings
    database: Database
    store: JobStore
    leases: Leases
    queue: Queue
    storage: Storage
    studies: StudyStore
    norms: NormStore
    fieldwork: FieldworkStore
    sittings: SittingStore
    keys: KeyStore
    uploads: UploadStore
    clock: Clock

    def __enter__(self) -> "Jobs":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the database."""
        self.database.close()

    def submit(self, job: Job, repeat: tuple[str, str] | None) -> Job:
        """Stores a job whose upload is stored already, and queues it; gives the earlier job where `repeat` is known.

        Raises:
            QueueFullError, RepeatConflictError: as `JobStore.add`; the upload is removed then.
        """
        try:
            stored_job = self.store.add(job, **self._queue_limits, repeat=repeat)
        except BaseException:
            self.storage.remove_upload(job.id)
            raise
        if stored_job.id != job.id:
            self.storage.remove_upload(job.id)
        else:
            self.queue.put(job)
        return stored_job

    @property
    def _queue_limits(self) -> dict[str, int]:
        return {"max_queued": self.settings.max_queued, "max_queued_of_key": self.settings.max_queued_per_key}

    def render(self, job_id: str, owner: str, options: Options) -> Job | None:
        """As `JobStore.render`.

        Raises:
            StateConflictError: also where a video would be made of a recording that is not kept.
        """
        job = self.store.get(job_id, owner)
        if job is not None and needs_recording(job, options) and not job.upload_kept:
            raise StateConflictError("recording_not_kept")
        job = self.store.render(job_id, owner, options.to_dict(), **self._queue_limits)
        if job is not None and job.state == JobState.QUEUED:
            self.queue.put(job)
        return job

    def cancel(self, job_id: str, owner: str) -> Job | None:
        """As `JobStore.cancel`; removes the upload where its owner does not keep it."""
        job = self.store.cancel(job_id, owner)
        if job is not None and job.ended and not job.upload_kept:
            self.storage.remove_upload(job.id)
        if job is not None and job.tries:
            self.remove_leftovers(job_id)
        return job

    def remove_leftovers(self, job_id: str) -> None:
        """Removes results that tries of an ended job stored, and were killed before they could tell of them."""
        names = self.storage.list_results(job_id)  # first: what is stored later belongs to a try that lives
        with self.database.reading() as connection:
            job = queries.job_by_id(connection, job_id)
        for name in names:
            if job is not None and job.ended and name != job.results:
                self.storage.remove_results(name)

    def retry(self, job_id: str, owner: str) -> Job | None:
        """As `JobStore.retry`."""
        job = self.store.retry(job_id, owner)
        if job is not None:
            self.queue.put(job)
        return job

    def delete(self, job_id: str, owner: str) -> bool:
        """Stops a job, removes the upload and everything made from it; False where there is none.

        Where the process is killed in between, the sweeper does the rest.
        """
        if self.store.get(job_id, owner) is None:
            return False
        if not self._hide(job_id, owner):
            return False
        self.finish_deleting(job_id)
        self.database.forget_deleted()
        return True

    def compute(self, study: StoredStudy, outputs: Mapping[str, Any], webhook_url: str = "") -> Job:
        """Queues a job that computes the results of a study; those before are deleted.

        Args:
            study: whose results.
            outputs: the options of `settings.STUDY_OPTIONS`, which say what is made of them.
            webhook_url: told of the end; empty: nobody is.

        Raises:
            QueueFullError: as `JobStore.add`; the results before are kept.
        """
        now = self.clock()
        job = Job(
            id=new_id(),
            kind=STUDY,
            owner=study.owner,
            state=JobState.QUEUED,
            name=study.title,
            size_bytes=0,
            sha256="",
            content_type="",
            options={
                "study": study.id,
                "plan_sha256": study.plan_sha256,
                "are_scenes_late": study.are_scenes_late,
                **outputs,
            },
            keep_days=self.settings.keep_days,
            webhook_url=webhook_url,
            created_at=now,
            queued_at=now,
            expires_at=now,
            upload_kept=False,
        )
        settings = self.settings
        self.store.add(job, max_queued=settings.max_queued, max_queued_of_key=settings.max_queued_per_key)
        self.studies.set_job(study.id, job.id)
        self.queue.put(job)
        self._delete_results(study, but=job.id)
        return job

    def compute_again(self, study: StoredStudy) -> None:
        """Deletes the results of a study and computes them anew; nothing where there were none.

        The results go also where no further job may wait.
        """
        if not study.job_id:
            return
        job = self.store.get(study.job_id, study.owner)
        try:
            outputs = {name: job.options[name] for name in STUDY_OPTIONS if name in job.options} if job else {}
            self.compute(study, outputs, job.webhook_url if job else "")
        except QueueFullError:
            self.studies.set_job(study.id, "")
            self._delete_results(study)

    def _delete_results(self, study: StoredStudy, but: str = "") -> None:
        """Deletes all results of a study, also those that two calls at once asked for."""
        for job_id in self.store.result_ids_of(study.owner, study.id):
            if job_id != but:
                self.delete(job_id, study.owner)

    def delete_study(self, study: StoredStudy) -> None:
        """Removes a study with its results, and the recordings and films that no other study keeps."""
        ids = self.studies.remove(study.id)
        self._delete_results(study)
        self.fieldwork.remove(study.id)
        self.sittings.remove(study.id)
        for upload_id in self.uploads.ids_of(study.id):
            self.remove_upload(upload_id)
        self._delete_recordings(study, ids)

    def delete_respondent(self, study: StoredStudy, respondent: str) -> bool:
        """Removes one person from a study: recordings in which nobody else is, what the respondent's page has of them,
        and the results, which are computed anew. False where there is no such person.
        """
        sitting_ids = self._forget_sittings(study, respondent, Stop.WITHDRAWN)
        ids = self.studies.remove_respondent(study.id, respondent)
        if ids is None:
            return bool(sitting_ids)
        self.compute_again(study)
        self._delete_recordings(study, ids)
        return True

    def take_back(self, study: StoredStudy, respondent: str, reason: Stop) -> None:
        """Removes what came of one person by the respondent's page, and the results, which are computed anew unless the
        person's time is over.

        And nothing else: a name is what a visitor says, and the study's owner may have recordings of who bears it.
        """
        columns = self.sittings.columns_of(study.id, respondent)
        sitting_ids = self._forget_sittings(study, respondent, reason)
        is_changed, ids = self.studies.remove_sent(study.id, respondent, sitting_ids, columns)
        if is_changed and reason is not Stop.EXPIRED:
            self.compute_again(study)
        self._delete_recordings(study, ids)

    def _forget_sittings(self, study: StoredStudy, respondent: str, reason: Stop) -> list[str]:
        """Their ids."""
        sitting_ids = self.sittings.forget(study.id, respondent, reason)
        for upload_id in sitting_ids:
            self.remove_upload(upload_id)
        return sitting_ids

    def _delete_recordings(self, study: StoredStudy, ids: Iterable[str]) -> None:
        for job_id in ids:
            self.delete(job_id, study.owner)
        self.database.forget_deleted()

    def _hide(self, job_id: str, owner: str) -> bool:
        """As `JobStore.hide`, also on a full disk."""

        def remove_and_hide() -> bool:
            self._remove_files(job_id)
            return self.store.hide(job_id, owner)

        return self._where_full(lambda: self.store.hide(job_id, owner), remove_and_hide)

    def finish_deleting(self, job_id: str) -> None:
        """Removes what a job that nobody sees any more has: its files first, then its row; the results of studies that
        had the recording are computed anew."""
        studies = self.studies.having(job_id)
        self._remove_files(job_id)
        self._where_full(lambda: self.store.remove(job_id), lambda: self.store.remove(job_id))
        for study in studies:
            self.compute_again(study)

    def _remove_files(self, job_id: str) -> None:
        self.storage.remove_job(job_id)
        remove_job(self.settings.workers, job_id)

    def _where_full(self, write: Callable[[], Result], write_later: Callable[[], Result]) -> Result:
        """Writes to the database; on a full disk once more when room was made, and the last time in another way."""
        try:
            return write()
        except SQLAlchemyError as exc:
            if not is_full(exc):
                raise
        self.database.make_room()
        try:
            return write()
        except SQLAlchemyError as exc:
            if not is_full(exc):
                raise
        return write_later()

    def remove_upload(self, upload_id: str) -> None:
        """Removes an upload that came in chunks, with its chunks."""
        self.uploads.remove(upload_id)
        self.storage.remove_chunks(upload_id)

    def require_room(self, upload_bytes: int) -> None:
        """Refuses an upload that would leave too little room to empty the disks again.

        Args:
            upload_bytes: of the upload; 0 where this is not known.

        Raises:
            OSError: ENOSPC.
        """
        reserve_bytes = self.settings.reserve_mb * 1024**2
        database_path, files = self.database.path, self.storage.folder
        needs = {database_path and database_path.parent: reserve_bytes, files: reserve_bytes + upload_bytes}
        for folder, n_bytes in needs.items():
            if folder is not None and folder.exists() and shutil.disk_usage(folder).free < n_bytes:
                raise OSError(errno.ENOSPC, "too little room for an upload")

    def revoke_key(self, key_id: str, *, deletes_jobs: bool = False) -> bool:
        """Ends a key. Jobs of an owner without any other key in use do not run on; with `deletes_jobs` all are deleted.

        Returns:
            False where there is no such key; without `deletes_jobs` also where it was revoked before.
        """
        is_new = self.keys.revoke(key_id)
        key = self.keys.get(key_id)
        if key is None:
            return False
        if not self.keys.has_key_in_use(key.owner):
            for job_id in self.store.ids_of(key.owner, ACTIVE):
                with suppress(StateConflictError):  # it has ended meanwhile
                    self.cancel(job_id, key.owner)
            for study in self.studies.find(key.owner) if deletes_jobs else ():
                self.delete_study(study)
            for job_id in self.store.ids_of(key.owner, SHOWN) if deletes_jobs else ():
                self.delete(job_id, key.owner)
            for upload_id in self.uploads.ids_of(key.owner) if deletes_jobs else ():
                self.remove_upload(upload_id)
            if deletes_jobs:
                self.norms.remove_all(key.owner)
        return is_new or deletes_jobs

    def artifacts(self, job: Job) -> list[tuple[str, int]]:
        """Name and size in bytes of each file that was made, and of the recording itself while it is kept."""
        files = [(str(file["name"]), int(file["size_bytes"])) for file in job.files]
        if job.has_video and job.upload_kept and PREVIEW not in dict(files):
            files.append((PREVIEW, job.size_bytes))  # the recording itself plays in browsers
        return [*files, (RECORDING, job.size_bytes)] if (job.ended or job.is_rendering) and job.upload_kept else files

    def open_artifact(self, job: Job, name: str) -> IO[bytes]:
        """One of `artifacts`. Raises FileNotFoundError."""
        if name == RECORDING or (name == PREVIEW and name not in {file["name"] for file in job.files}):
            return self.storage.open_upload(job.id)
        return self.storage.open_result(job.results, name)


def open_jobs(settings: ServerSettings, clock: Clock, queue: Queue | None = None) -> Jobs:
    """Opens database and storage, and brings the tables up to date.

    Raises:
        UsageError: an address that cannot be used.
        sqlalchemy.exc.OperationalError, OSError: they do not answer.
    """
    make_private(settings.data_dir)
    settings.scratch.mkdir(mode=0o700, exist_ok=True)
    database = Database(settings.database)
    try:
        database.migrate()
        storage = Storage(settings.storage)
        if storage.folder is not None:
            make_private(storage.folder)
        storage.prepare()
        database.keep_reserve()
    except BaseException:
        database.close()
        raise
    lease_limits = {"max_tries": settings.max_tries, "max_running": settings.max_running_per_key}
    leases = Leases(database, lease_s=settings.lease_s, **lease_limits, clock=clock)
    return Jobs(
        settings=settings,
        database=database,
        store=JobStore(database, clock),
        leases=leases,
        queue=queue or _queue(settings, leases),
        storage=storage,
        studies=StudyStore(database, clock),
        norms=NormStore(database, clock),
        fieldwork=FieldworkStore(database, clock),
        sittings=SittingStore(database, clock),
        keys=KeyStore(database, clock),
        uploads=UploadStore(database, clock),
        clock=clock,
    )


def _queue(settings: ServerSettings, leases: Leases) -> Queue:
    if not settings.broker_url:
        return DatabaseQueue(leases)
    try:
        from emoclassify.jobs.broker import CeleryQueue
    except ModuleNotFoundError as exc:
        raise UsageError("setting_needs_package", field="EMOCLASSIFY_BROKER_URL", package=str(exc.name)) from exc
    return CeleryQueue(settings, leases)
