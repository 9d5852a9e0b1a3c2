"""The calls that make, show and end jobs."""

import base64
import hashlib
import json
import re
import threading
import time
from dataclasses import replace
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request, url_for
from werkzeug.exceptions import NotFound, RequestEntityTooLarge, UnprocessableEntity

from api.access import RateLimit, caller
from api.fields import Asked, read_fields
from api.schemas import JobOut, JobsOut, JobsQuery, StatsOut, StatsQuery, job_content, moment, seconds_of
from api.upload import Upload, read_upload
from emoclassify.jobs.job import DAY_S, QUEUED, Job
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.storage import is_id, new_id
from emoclassify.jobs.store import Search
from emoclassify.settings import Options

_LONGEST_WAIT_S = 60.0
_LOOK_S = 0.2
_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*(\d{1,6})")
_LONGEST_KEY = 255

Answer = tuple[dict[str, Any], int, dict[str, str]]


def job_calls(service: Jobs, defaults: Options) -> APIBlueprint:
    """POST, GET, cancel, retry and DELETE of /v1/jobs, and /v1/stats."""
    calls = APIBlueprint("jobs", __name__, url_prefix="/v1", tag="jobs")
    rate, waits = RateLimit(), _Waits(service)

    @calls.post("/jobs")
    @calls.output(JobOut, status_code=202)
    @calls.doc(summary="Hand in a recording", operation_id="submit")
    def submit() -> Answer:
        """Streams one recording in and answers with its job; with `Prefer: wait` with the finished one, where it is."""
        who = caller()
        rate.take(who.owner, who.submits_per_minute)
        repeat_key = _repeat_key()
        if (request.content_length or 0) > who.max_upload_bytes:
            raise _too_large(who.max_upload_bytes)
        job_id = new_id()
        try:
            upload = read_upload(request.environ, service.storage, job_id, who.max_upload_bytes)
        except RequestEntityTooLarge as exc:
            raise _too_large(who.max_upload_bytes) from exc
        try:
            asked = read_fields(upload.form, defaults, service.settings)
        except BaseException:
            service.storage.remove_upload(job_id)
            raise
        repeat = (repeat_key, _fingerprint(upload, asked)) if repeat_key else None
        job = service.submit(_job(job_id, who.owner, upload, asked, service.clock()), repeat)
        job, applied = waits.wait(job, _asked_wait_s())
        headers = {"Location": url_for("jobs.show", job_id=job.id)} | (
            {"Preference-Applied": "wait"} if applied else {}
        )
        return job_content(job), 200 if job.ended else 202, headers

    @calls.get("/jobs")
    @calls.input(JobsQuery, location="query", arg_name="query")
    @calls.output(JobsOut)
    @calls.doc(summary="List jobs", operation_id="list")
    def list_jobs(query: dict[str, Any]) -> dict[str, Any]:
        """A page of the caller's jobs."""
        search = _search(caller().owner, query)
        found = service.store.find(replace(search, limit=search.limit + 1))
        page, more = found[: search.limit], len(found) > search.limit
        cursor = _cursor(page[-1], search.sort) if more else None
        return {"jobs": [job_content(job) for job in page], "next_cursor": cursor}

    @calls.get("/jobs/<job_id>")
    @calls.output(JobOut)
    @calls.doc(summary="Show a job", operation_id="show")
    def show(job_id: str) -> dict[str, Any]:
        """State and progress of one job."""
        return job_content(found_job(service, job_id))

    @calls.post("/jobs/<job_id>/cancel")
    @calls.output(JobOut)
    @calls.doc(summary="Cancel a job", operation_id="cancel")
    def cancel(job_id: str) -> dict[str, Any]:
        """Ends a job; a running one within 5 s, meanwhile it says `cancel_requested`."""
        return job_content(_there(service.cancel(_known(job_id), caller().owner)))

    @calls.post("/jobs/<job_id>/retry")
    @calls.output(JobOut, status_code=202)
    @calls.doc(summary="Try a job again", operation_id="retry")
    def retry(job_id: str) -> tuple[dict[str, Any], int]:
        """Puts a failed or canceled job in the queue again, while its upload is kept."""
        return job_content(_there(service.retry(_known(job_id), caller().owner))), 202

    @calls.delete("/jobs/<job_id>")
    @calls.output({}, status_code=204)
    @calls.doc(summary="Delete a job", operation_id="delete")
    def delete(job_id: str) -> Response:
        """Stops the job and removes the upload and everything made from it."""
        if not service.delete(_known(job_id), caller().owner):
            raise _no_job()
        answer = Response(status=204)
        del answer.headers["Content-Type"]
        return answer

    @calls.get("/stats")
    @calls.input(StatsQuery, location="query", arg_name="query")
    @calls.output(StatsOut)
    @calls.doc(summary="Shares by day", operation_id="stats")
    def stats(query: dict[str, Any]) -> dict[str, Any]:
        """Shares of positive, neutral and negative of the caller's completed jobs, by the day they came in (UTC)."""
        search = Search(
            owner=caller().owner,
            **{name: query[name] for name in ("tag", "group")},
            from_s=seconds_of(query.get("from_")),
            to_s=seconds_of(query.get("to")),
        )
        return {"days": _days(service.store.summaries(search))}

    return calls


def found_job(service: Jobs, job_id: str) -> Job:
    """The caller's job of that id.

    Raises:
        NotFound: there is none.
    """
    return _there(service.store.get(_known(job_id), caller().owner))


def _known(job_id: str) -> str:
    """The id, if it may be one: databases differ in what text they take."""
    if not is_id(job_id):
        raise _no_job()
    return job_id


def _there(job: Job | None) -> Job:
    if job is None:
        raise _no_job()
    return job


def _no_job() -> NotFound:
    return NotFound("There is no such job.")


def _too_large(max_bytes: int) -> RequestEntityTooLarge:
    return RequestEntityTooLarge(f"The request is larger than {max_bytes // 1024**2} MB.")


def _job(job_id: str, owner: str, upload: Upload, asked: Asked, now: float) -> Job:
    return Job(
        id=job_id,
        owner=owner,
        state=QUEUED,
        name=upload.name,
        size_bytes=upload.size_bytes,
        sha256=upload.sha256,
        content_type=upload.content_type,
        options={name: getattr(asked.options, name) for name in Options.__dataclass_fields__},
        tag=asked.tag,
        group=asked.group,
        keep_days=asked.keep_days,
        webhook_url=asked.webhook_url,
        created_at=now,
        queued_at=now,
        expires_at=now + max(asked.keep_days, 1) * DAY_S,
    )


def _repeat_key() -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > _LONGEST_KEY:
        raise UnprocessableEntity(f"Idempotency-Key has more than {_LONGEST_KEY} characters.")
    return key


def _fingerprint(upload: Upload, asked: Asked) -> str:
    told = {"sha256": upload.sha256, "name": upload.name, "webhook_url": asked.webhook_url, **asked.to_dict()}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _asked_wait_s() -> float:
    found = _WAIT.search(", ".join(request.headers.getlist("Prefer")).lower())
    return min(float(found.group(1)), _LONGEST_WAIT_S) if found else 0.0


class _Waits:
    """Waiting for the end of jobs, in at most half of the threads: the others always answer."""

    def __init__(self, service: Jobs) -> None:
        self._service = service
        self._free = threading.BoundedSemaphore(service.settings.threads // 2)

    def wait(self, job: Job, for_s: float) -> tuple[Job, bool]:
        """The job as it is when it has ended, or the time is over; and whether there was a thread to wait in."""
        if for_s <= 0 or job.ended or not self._free.acquire(blocking=False):
            return job, False
        try:
            until_s = time.monotonic() + for_s
            while not job.ended and time.monotonic() < until_s:
                time.sleep(_LOOK_S)
                job = _there(self._service.store.get(job.id, job.owner))
            return job, True
        finally:
            self._free.release()


def _search(owner: str, query: dict[str, Any]) -> Search:
    return Search(
        owner=owner,
        **{name: query[name] for name in ("state", "tag", "group", "q", "sort", "limit")},
        from_s=seconds_of(query.get("from_")),
        to_s=seconds_of(query.get("to")),
        after=_after(query["cursor"], query["sort"]),
    )


def _cursor(job: Job, sort: str) -> str:
    told = [sort, getattr(job, sort.removeprefix("-")), job.id]
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


def _after(cursor: str, sort: str) -> tuple[Any, str] | None:
    if not cursor:
        return None
    try:
        told, value, job_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        kind = str if sort.endswith("name") else (int, float)
        if told != sort or not isinstance(value, kind) or not isinstance(job_id, str):
            raise ValueError(cursor)
    except (ValueError, TypeError) as exc:
        raise UnprocessableEntity("cursor is none that a page of this order gave.") from exc
    return value, job_id


def _days(found: list[tuple[float, dict[str, Any]]]) -> list[dict[str, Any]]:
    by_day: dict[str, list[dict[str, Any]]] = {}
    for created_at, summary in found:
        day = moment(created_at)
        assert day is not None
        by_day.setdefault(day.date().isoformat(), []).append(summary)
    return [
        {"day": day, "jobs": len(rows)}
        | {name: round(sum(row[name] for row in rows) / len(rows), 6) for name in ("positive", "neutral", "negative")}
        for day, rows in by_day.items()
    ]
