"""The calls that show and end jobs."""

import base64
import json
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request

from api.access import caller, owner_of, searched_owner
from api.fields import read_labels, read_outputs
from api.problems import ProblemError, problem_error
from api.schemas import JobOut, JobsOut, JobsQuery, job_content, seconds_of
from api.upload import single_values, source_name
from emoclassify.jobs.job import Job
from emoclassify.jobs.queries import Search
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.storage import is_id
from emoclassify.settings import Options

_TOO_LARGE = 2**63
"""The first whole number that no column of a database can have."""


def job_calls(service: Jobs) -> APIBlueprint:
    """GET, cancel, retry, render, PATCH and DELETE of /v1/jobs."""
    calls = APIBlueprint("jobs", __name__, url_prefix="/v1", tag="jobs")

    @calls.get("/jobs")
    @calls.input(JobsQuery, location="query", arg_name="query")
    @calls.output(JobsOut)
    @calls.doc(summary="List jobs", operation_id="list")
    def list_jobs(query: dict[str, Any]) -> dict[str, Any]:
        """A page of the caller's jobs."""
        search = _search(searched_owner(query["owner"]), query)
        jobs = service.store.find(replace(search, limit=search.limit + 1))
        page, has_more = jobs[: search.limit], len(jobs) > search.limit
        cursor = _cursor(page[-1], search.sort) if has_more else None
        return {"jobs": job_contents(service, page), "next_cursor": cursor}

    @calls.get("/jobs/<job_id>")
    @calls.output(JobOut)
    @calls.doc(summary="Show a job", operation_id="show")
    def show(job_id: str) -> dict[str, Any]:
        """State and progress of one job."""
        return content_of(service, _or_404(service.store.get(*_managed(service, job_id))))

    @calls.post("/jobs/<job_id>/cancel")
    @calls.output(JobOut)
    @calls.doc(summary="Cancel a job", operation_id="cancel")
    def cancel(job_id: str) -> dict[str, Any]:
        """Ends a job; a running one within 5 s, meanwhile it says `cancel_requested`."""
        return content_of(service, _or_404(service.cancel(*_managed(service, job_id))))

    @calls.post("/jobs/<job_id>/retry")
    @calls.output(JobOut, status_code=202)
    @calls.doc(summary="Try a job again", operation_id="retry")
    def retry(job_id: str) -> tuple[dict[str, Any], int]:
        """Puts a failed or canceled job in the queue again, while its upload is kept."""
        return content_of(service, _or_404(service.retry(_checked_id(job_id), caller().owner))), 202

    @calls.post("/jobs/<job_id>/render")
    @calls.output(JobOut, status_code=202)
    @calls.doc(summary="Make other outputs of a completed job", operation_id="render")
    def render(job_id: str) -> tuple[dict[str, Any], int]:
        """Makes outputs of what was read before, without any model: the fields say which; those left out stay as they
        are. The job is queued, and completed again with its new files; until then those of before are there. 200 where
        there is nothing to make."""
        options = Options.from_dict(job_or_404(service, job_id).options)
        wanted_options = read_outputs(single_values(request.form), options)
        job = _or_404(service.render(job_id, caller().owner, wanted_options))
        return content_of(service, job), 202 if job.is_rendering else 200

    @calls.patch("/jobs/<job_id>")
    @calls.output(JobOut)
    @calls.doc(summary="Change name, tag or group", operation_id="describe")
    def describe(job_id: str) -> dict[str, Any]:
        """Changes what a job is called and found by; what was made has the earlier name until it is made again."""
        labels = read_labels(single_values(request.form))
        return content_of(service, _or_404(service.store.describe(_checked_id(job_id), caller().owner, **labels)))

    @calls.delete("/jobs/<job_id>")
    @calls.output({}, status_code=204)
    @calls.doc(summary="Delete a job", operation_id="delete")
    def delete(job_id: str) -> Response:
        """Stops the job and removes the upload and everything made from it."""
        if not service.delete(*_managed(service, job_id)):
            raise _no_job()
        answer = Response(status=204)
        del answer.headers["Content-Type"]
        return answer

    return calls


def job_contents(service: Jobs, jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """Jobs as the API shows them to their owner."""
    earlier_ids = service.store.earlier_ids([job.id for job in jobs])
    return [job_content(job, earlier_ids.get(job.id)) for job in jobs]


def content_of(service: Jobs, job: Job) -> dict[str, Any]:
    """One job as the API shows it to its owner."""
    return job_contents(service, [job])[0]


def job_or_404(service: Jobs, job_id: str) -> Job:
    """The caller's job of that id.

    Raises:
        ProblemError: 404 where there is none.
    """
    return _or_404(service.store.get(_checked_id(job_id), caller().owner))


def _managed(service: Jobs, job_id: str) -> tuple[str, str]:
    """The id of a job, and the owner in whose name the caller may show or end it."""
    return _checked_id(job_id), owner_of(service, job_id)


def _checked_id(job_id: str) -> str:
    """The id; refuses a text that cannot be one, since databases differ in the texts that they accept."""
    if not is_id(job_id):
        raise _no_job()
    return job_id


def _or_404(job: Job | None) -> Job:
    if job is None:
        raise _no_job()
    return job


def _no_job() -> ProblemError:
    return problem_error(404, "no_such_job")


def _search(owner: str, query: dict[str, Any]) -> Search:
    return Search(
        owner=owner,
        **{name: query[name] for name in ("kind", "state", "tag", "group", "batch", "study", "usability")},
        **{name: query[name] for name in ("q", "sort", "limit")},
        from_s=seconds_of(query.get("from_")),
        to_s=seconds_of(query.get("to")),
        after=_after(query["cursor"], query["sort"]),
    )


def _cursor(job: Job, sort: str) -> str:
    content = [sort, getattr(job, sort.removeprefix("-")), job.id]
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def _after(cursor: str, sort: str) -> tuple[Any, str] | None:
    if not cursor:
        return None
    try:
        cursor_sort, value, job_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if cursor_sort != sort or not _may_stand_in(sort.removeprefix("-"), value) or not is_id(job_id):
            raise ValueError(cursor)
    except (ValueError, TypeError, RecursionError) as exc:
        raise problem_error(400, "cursor_unknown") from exc
    return value, job_id


def _may_stand_in(column: str, value: Any) -> bool:
    """Whether a column of the jobs can have a value: what a cursor says may come from anybody, and the databases differ
    in what they accept."""
    if column == "name":
        return isinstance(value, str) and value == source_name(value)
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    is_number = is_whole or (column == "created_at" and isinstance(value, float) and math.isfinite(value))
    return is_number and abs(value) < _TOO_LARGE
