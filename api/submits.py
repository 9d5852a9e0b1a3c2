"""The call that submits a recording."""

import hashlib
import json
import re
import threading
import time
from typing import Any

from apiflask import APIBlueprint
from flask import request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from api.access import Caller, RateLimit, caller
from api.admission import allow_body, is_admitted
from api.environ import STOPPING
from api.fields import JobRequest, read_fields
from api.jobs import content_of, job_or_404
from api.problems import ProblemError, problem_error
from api.schemas import JobOut
from api.sides import fields_of_sides
from api.upload import Upload, check_kind, read_upload
from emoclassify.job_states import JobState
from emoclassify.jobs.job import DAY_S, Job
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.storage import new_id
from emoclassify.settings import Options

_LONGEST_WAIT_S = 60.0
_LOOK_S = 0.2
_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*(\d{1,6})")
_LONGEST_KEY = 255

Answer = tuple[dict[str, Any], int, dict[str, str]]


def submit_calls(service: Jobs, defaults: Options) -> APIBlueprint:
    """POST of /v1/jobs."""
    calls = APIBlueprint("submits", __name__, url_prefix="/v1", tag="jobs")
    rate, waits = RateLimit(), _Waits(service)

    @calls.before_request
    def check_headers() -> None:
        """Refuses what the headers are enough to refuse, before the recording is received."""
        if request.method != "POST":
            return
        sender = caller()
        if not is_admitted():
            rate.take(sender.owner, sender.submits_per_minute)
        if (request.content_length or 0) > sender.max_upload_bytes:
            raise too_large(sender.max_upload_bytes)
        check_kind(request.content_type or "")
        _repeat_key()
        allow_body(sender.max_upload_bytes)
        service.require_room(request.content_length or 0)

    @calls.post("/jobs")
    @calls.output(JobOut, status_code=202)
    @calls.doc(summary="Hand in a recording", operation_id="submit")
    def submit() -> Answer:
        """Streams one recording in, or the two of a call, and answers with its job; with `Prefer: wait` with the
        finished one, where it is."""
        job, has_waited = waits.wait(_receive(service, defaults, caller()), _preferred_wait_s())
        headers = {"Location": url_for("jobs.show", job_id=job.id)}
        headers |= {"Preference-Applied": "wait"} if has_waited else {}
        return content_of(service, job), 200 if job.ended else 202, headers

    return calls


def _receive(service: Jobs, defaults: Options, sender: Caller) -> Job:
    """Receives the upload and adds its job; gives the earlier job where the request repeats one."""
    repeat_key = _repeat_key()
    try:
        upload = read_upload(request.environ, service.storage, new_id(), sender.max_upload_bytes)
    except RequestEntityTooLarge as exc:
        raise too_large(sender.max_upload_bytes) from exc
    try:
        job_request = read_fields(fields_of_sides(upload.form, upload.n_files), defaults, service.settings)
    except BaseException:
        service.storage.remove_upload(upload.id)
        raise
    repeat = (repeat_key, _fingerprint(upload, job_request)) if repeat_key else None
    return service.submit(job_of(sender.owner, upload, job_request, service.clock()), repeat)


def too_large(max_bytes: int) -> ProblemError:
    """The error for a recording that is larger than allowed."""
    return problem_error(413, "request_too_large", most_mb=max_bytes // 1024**2)


def job_of(owner: str, upload: Upload, job_request: JobRequest, now: float) -> Job:
    """The job of an upload that is stored."""
    return Job(
        id=upload.id,
        kind=upload.kind,
        owner=owner,
        state=JobState.QUEUED,
        name=upload.name,
        size_bytes=upload.size_bytes,
        sha256=upload.sha256,
        content_type=upload.content_type,
        options=job_request.options.to_dict(),
        tag=job_request.tag,
        group=job_request.group,
        batch=job_request.batch,
        keep_days=job_request.keep_days,
        webhook_url=job_request.webhook_url,
        created_at=now,
        queued_at=now,
        expires_at=now + max(job_request.keep_days, 1) * DAY_S,
    )


def _repeat_key() -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > _LONGEST_KEY:
        raise problem_error(422, "repeat_key_too_long", most=_LONGEST_KEY)
    return key


def _fingerprint(upload: Upload, job_request: JobRequest) -> str:
    content = {"sha256": upload.sha256, "name": upload.name, "webhook_url": job_request.webhook_url}
    content |= job_request.to_dict()
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _preferred_wait_s() -> float:
    match = _WAIT.search(", ".join(request.headers.getlist("Prefer")).lower())
    return min(float(match.group(1)), _LONGEST_WAIT_S) if match else 0.0


class _Waits:
    """Waits for the end of jobs, in at most half of the threads, so that the others can answer."""

    def __init__(self, service: Jobs) -> None:
        self._service = service
        self._free = threading.BoundedSemaphore(service.settings.threads // 2)

    def wait(self, job: Job, for_s: float) -> tuple[Job, bool]:
        """The job when it has ended or the time is over, and whether a thread was free to wait in."""
        if for_s <= 0 or job.ended or not self._free.acquire(blocking=False):
            return job, False
        try:
            until_s = time.monotonic() + for_s
            stopping = request.environ.get(STOPPING) or threading.Event()
            while not job.ended and time.monotonic() < until_s and not stopping.wait(_LOOK_S):
                job = job_or_404(self._service, job.id)
            return job, True
        finally:
            self._free.release()
