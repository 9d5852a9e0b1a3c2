"""Jobs that are handed in without the API, and what becomes of them."""

import itertools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from emoclassify.job_states import JobState
from emoclassify.jobs.job import Job
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.storage import new_id
from emoclassify.jobs.worker import Worker
from emoclassify.settings import Options
from tests.support.serving import MP4, SLOW, StandIn

_ORDER = itertools.count()


def submit(service: Jobs, content: bytes = MP4, **changes: Any) -> Job:
    """A job of a recording with this content, queued after all others; `changes` are fields of Job."""
    job_id, now = new_id(), service.clock()
    order_s = next(_ORDER) / 1000  # the clock stands still
    with service.storage.create_upload(job_id) as file:
        file.write(content)
    fields: dict[str, Any] = {"owner": "", "state": JobState.QUEUED, "name": "talk.mp4", "size_bytes": len(content)}
    fields |= {"sha256": "0" * 64, "content_type": "", "options": vars(Options()), "keep_days": 7}
    fields |= {"created_at": now, "queued_at": now + order_s, "expires_at": now + 1, "id": job_id}
    return service.submit(Job(**{**fields, **changes}), None)


def files_of_jobs(service: Jobs) -> list[Path]:
    """What uploads and running jobs have on the disk of this machine, outside the storage."""
    folders = (service.settings.scratch, service.settings.workers)
    return [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.name != "lock"]


def now(service: Jobs, job: Job) -> Job:
    """The job as it is by now."""
    current = service.store.get(job.id, job.owner)
    assert current is not None
    return current


def told(job: Job) -> str:
    """Why a job failed, in English."""
    assert job.error is not None
    return job.error.text


def while_slow(service: Jobs, do: Callable[[Job], object]) -> Job:
    """Does something to a job while it runs, and gives it when it has ended."""
    job, analyzer = submit(service, SLOW), StandIn()
    thread = threading.Thread(target=Worker(service, analyzer, "one").work_once)
    thread.start()
    try:
        assert analyzer.started.wait(30)
        do(job)
    finally:
        thread.join()
    return job
