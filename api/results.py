"""The calls that hand out what was found."""

import mimetypes
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from apiflask import APIBlueprint
from flask import Response, request
from werkzeug.exceptions import Conflict, NotFound
from werkzeug.wsgi import wrap_file

from api import signature
from api.jobs import found_job
from api.schemas import ArtifactsOut
from emoclassify.jobs.job import COMPLETED, Job
from emoclassify.jobs.service import PREVIEW, RECORDING, Jobs

ANALYSIS = "analysis.json"

_RETRY_AFTER_S = "2"
_BLOCK_BYTES = 1024**2
_KINDS = {".md": "text/markdown; charset=utf-8", ".csv": "text/csv; charset=utf-8", ".json": "application/json"}
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def result_calls(service: Jobs) -> APIBlueprint:
    """GET of a job's result and artifacts."""
    calls = APIBlueprint("results", __name__, url_prefix="/v1/jobs/<job_id>", tag="results")

    @calls.get("/result")
    @calls.doc(summary="The analysis", operation_id="result")
    def result(job_id: str) -> Response:
        """analysis.json; 409 before the end, and where there is none."""
        return _file(service, _completed(service, job_id), ANALYSIS)

    @calls.get("/artifacts")
    @calls.output(ArtifactsOut)
    @calls.doc(summary="List the files that were made", operation_id="artifacts")
    def artifacts(job_id: str) -> dict[str, Any]:
        """Name and size of each file; none before the end."""
        job = found_job(service, job_id)
        return {"artifacts": [{"name": name, "size_bytes": size} for name, size in service.artifacts(job)]}

    @calls.get("/artifacts.zip")
    @calls.doc(summary="All files as one", operation_id="artifacts_zip")
    def artifacts_zip(job_id: str) -> Response:
        """All files that were made, streamed; preview.mp4 only where it was made, too."""
        job = _completed(service, job_id)
        names = [str(file["name"]) for file in job.files]
        headers = {"Content-Disposition": 'attachment; filename="artifacts.zip"'}
        return Response(_zipped(service, job, names), mimetype="application/zip", headers=headers)

    @calls.get("/artifacts/<name>")
    @calls.doc(summary="One file", operation_id="artifact")
    def artifact(job_id: str, name: str) -> Response:
        """One file, or ranges of it, so that a video can be searched in; `recording` is the upload itself."""
        job = found_job(service, job_id)
        if name not in dict(service.artifacts(job)):
            raise NotFound("There is no such file.")
        return _file(service, job, name)

    return calls


def _completed(service: Jobs, job_id: str) -> Job:
    job = found_job(service, job_id)
    if job.state == COMPLETED:
        return job
    if job.ended:
        raise Conflict(f"The job is {job.state}: it has no result.")
    raise _RetryLater(f"The job is {job.state}; ask again later.")


class _RetryLater(Conflict):
    """409 with Retry-After."""

    def get_headers(self, *arguments: Any, **named: Any) -> list[tuple[str, str]]:
        return [*super().get_headers(*arguments, **named), ("Retry-After", _RETRY_AFTER_S)]


def _file(service: Jobs, job: Job, name: str) -> Response:
    size = dict(service.artifacts(job))[name]
    try:
        file = service.open_artifact(job, name)
    except FileNotFoundError as exc:
        raise NotFound("The file is gone.") from exc
    ending = "." + name.rsplit(".", 1)[-1]
    if name == RECORDING:
        kind: str | None = signature.kind_of(file.read(signature.ENOUGH))
        file.seek(0)
    else:
        kind = "video/mp4" if name == PREVIEW else _KINDS.get(ending) or mimetypes.guess_type(name)[0]
    answer = Response(wrap_file(request.environ, file, _BLOCK_BYTES), content_type=kind or "application/octet-stream")
    answer.direct_passthrough = True
    answer.call_on_close(file.close)
    answer.content_length = size
    answer.set_etag(f"{job.results}/{name}".replace("/", "-"))
    answer.headers["Cache-Control"] = "private, no-cache"
    # What was made from an upload is shown, never run.
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    try:
        answer.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    except BaseException:
        answer.close()
        raise
    return answer


class _Pipe:
    """What a ZipFile writes to, and what is read from it in between: it cannot be wound back."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._at = 0

    def write(self, data: bytes) -> int:
        self._blocks.append(bytes(data))
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        blocks, self._blocks = self._blocks, []
        return b"".join(blocks)


def _zipped(service: Jobs, job: Job, names: list[str]) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name in names:
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith((".mp4", ".png")) else zipfile.ZIP_DEFLATED
            file: IO[bytes]
            with (
                service.storage.open_result(job.results, name) as file,
                archive.open(entry, "w", force_zip64=True) as out,
            ):
                while block := file.read(_BLOCK_BYTES):
                    out.write(block)
                    yield pipe.taken()
    yield pipe.taken()
