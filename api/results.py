"""The calls that hand out the results."""

import mimetypes
import os
import shutil
import tempfile
import zipfile
from typing import IO, Any

from apiflask import APIBlueprint
from flask import Response, request
from werkzeug.wsgi import FileWrapper, wrap_file

from api.jobs import job_or_404
from api.problems import ProblemError, problem_error
from api.schemas import ArtifactsOut
from emoclassify.job_states import JobState
from emoclassify.jobs.job import Job
from emoclassify.jobs.service import Jobs
from emoclassify.media import formats
from emoclassify.outputs.names import ANALYSIS, PREVIEW, RECORDING
from emoclassify.words.messages import Message

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
        job = job_or_404(service, job_id)
        return {"artifacts": [{"name": name, "size_bytes": size} for name, size in service.artifacts(job)]}

    @calls.get("/artifacts.zip")
    @calls.doc(summary="All files as one", operation_id="artifacts_zip")
    def artifacts_zip(job_id: str) -> Response:
        """All files that were made; preview.mp4 only where it was made, too."""
        archive = _zip(service, _completed(service, job_id))
        answer = Response(mimetype="application/zip")
        answer.content_length = archive.seek(0, os.SEEK_END)
        archive.seek(0)
        answer.headers["Content-Disposition"] = 'attachment; filename="artifacts.zip"'
        _pass_on(answer, archive)
        return answer

    @calls.get("/artifacts/<name>")
    @calls.doc(summary="One file", operation_id="artifact")
    def artifact(job_id: str, name: str) -> Response:
        """One file, or ranges of it, so that a video can be searched in; `recording` is the upload itself."""
        job = job_or_404(service, job_id)
        if name not in dict(service.artifacts(job)):
            raise problem_error(404, "file_missing")
        return _file(service, job, name)

    return calls


def _completed(service: Jobs, job_id: str) -> Job:
    job = job_or_404(service, job_id)
    if job.state == JobState.COMPLETED:
        return job
    if job.ended:
        raise problem_error(409, "job_without_result", state=job.state)
    raise ProblemError(409, Message("job_not_ended", {"state": job.state}), [("Retry-After", _RETRY_AFTER_S)])


def _file(service: Jobs, job: Job, name: str) -> Response:
    size = dict(service.artifacts(job))[name]
    answer = Response(content_type=_kind_of(service, job, name))
    answer.content_length = size
    answer.set_etag(f"{job.results}/{name}".replace("/", "-"))
    answer.headers["Cache-Control"] = "private, no-cache"
    # A file made from an upload may be shown by browsers, but must not run scripts.
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    if answer.status_code in (200, 206) and request.method == "GET":
        part: Any = _Part(_open(service, job, name), answer.content_range.start or 0, answer.content_length or 0)
        if service.storage.is_local:
            _pass_on(answer, part)
        else:  # read by this thread: in the server's loop, all callers would wait for it
            answer.response = FileWrapper(part, _BLOCK_BYTES)
            answer.call_on_close(part.close)
    return answer


def _pass_on(answer: Response, file: Any) -> None:
    """Lets the server's loop send a file of this machine: so a slow reader keeps no thread busy."""
    answer.response = wrap_file(request.environ, file, _BLOCK_BYTES)
    answer.direct_passthrough = True
    answer.call_on_close(file.close)


def _open(service: Jobs, job: Job, name: str) -> IO[bytes]:
    try:
        return service.open_artifact(job, name)
    except FileNotFoundError as exc:
        raise problem_error(404, "file_gone") from exc


def _kind_of(service: Jobs, job: Job, name: str) -> str:
    if name == RECORDING:
        with _open(service, job, name) as file:
            return formats.kind_of(file.read(formats.N_BYTES))
    if name == PREVIEW:
        return "video/mp4"
    return _KINDS.get("." + name.rsplit(".", 1)[-1]) or mimetypes.guess_type(name)[0] or "application/octet-stream"


class _Part:
    """A part of a file, as a file that ends where the part ends."""

    def __init__(self, file: IO[bytes], start: int, length: int) -> None:
        self._file, self._end = file, start + length
        self._file.seek(start)

    def read(self, size: int = -1) -> bytes:
        n_left = max(self._end - self._file.tell(), 0)
        return self._file.read(n_left if size < 0 else min(size, n_left))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _zip(service: Jobs, job: Job) -> IO[bytes]:
    """A ZIP of all files, in the scratch folder and without a name."""
    file: IO[bytes] = tempfile.TemporaryFile(dir=service.settings.scratch)  # noqa: SIM115  # closed after it was sent
    try:
        with zipfile.ZipFile(file, "w") as archive:
            for name in (str(entry["name"]) for entry in job.files):
                info = zipfile.ZipInfo(name, _ZIP_TIME)
                is_compressed = name.endswith((".mp4", ".png"))
                info.compress_type = zipfile.ZIP_STORED if is_compressed else zipfile.ZIP_DEFLATED
                with (
                    _open(service, job, name) as result,
                    archive.open(info, "w", force_zip64=True) as out,
                ):
                    shutil.copyfileobj(result, out, _BLOCK_BYTES)
    except BaseException:
        file.close()
        raise
    return file
