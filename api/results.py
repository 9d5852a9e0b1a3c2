"""The calls that hand out the results."""

import mimetypes
import os
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from typing import IO, Any

from apiflask import APIBlueprint
from flask import Response, request
from werkzeug.wsgi import FileWrapper

from api.access import caller
from api.jobs import job_or_404
from api.problems import ProblemError, problem_error
from api.ranges import part_asked_for
from api.schemas import ArtifactsOut, ZipQuery
from api.scratch import Scratch
from emoclassify.job_states import JobState
from emoclassify.jobs.job import CALL, STUDY, Job
from emoclassify.jobs.service import Jobs
from emoclassify.media import formats
from emoclassify.outputs.names import ANALYSIS, PREVIEW, RECORDING
from emoclassify.words.messages import Message

Entry = tuple[str, Job, dict[str, Any]]
"""One file of an archive: its path there, its job, and its entry in the job's list of files."""

LEFT_OUT = "left-out.txt"
"""In an archive of several jobs: those without results, a line each with the reason."""

MOST_PACKED = 100
"""Jobs in one archive."""

_RETRY_AFTER_S = "2"
_BLOCK_BYTES = 512 * 1024
_KINDS = {".md": "text/markdown; charset=utf-8", ".csv": "text/csv; charset=utf-8", ".json": "application/json"}
_FILE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_ZIP_ENTRY_BYTES = 1024
"""More than an archive needs for the name and the sizes of one file."""


def result_calls(service: Jobs, scratch: Scratch) -> APIBlueprint:
    """GET of a job's result and artifacts."""
    calls = APIBlueprint("results", __name__, url_prefix="/v1/jobs/<job_id>", tag="results")

    @calls.get("/result")
    @calls.doc(summary="The analysis", operation_id="result")
    def result(job_id: str) -> Response:
        """analysis.json; 409 before the end, and where there is none."""
        job = completed(service, job_id)
        if ANALYSIS not in dict(service.artifacts(job)):  # the results of a study have files only
            raise problem_error(404, "file_missing")
        return file_of(service, job, ANALYSIS)

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
        job = completed(service, job_id)
        note_look(service, job)
        return _archive(service, scratch, [(str(file["name"]), job, file) for file in job.files])

    @calls.get("/artifacts/<name>")
    @calls.doc(summary="One file", operation_id="artifact")
    def artifact(job_id: str, name: str) -> Response:
        """One file, or ranges of it, so that a video can be searched in; `recording` is the upload itself."""
        job = job_or_404(service, job_id)
        if name not in dict(service.artifacts(job)):
            raise problem_error(404, "file_missing")
        return file_of(service, job, name)

    return calls


def archive_calls(service: Jobs, scratch: Scratch) -> APIBlueprint:
    """GET of the files of several jobs."""
    calls = APIBlueprint("archives", __name__, url_prefix="/v1", tag="results")

    @calls.get("/artifacts.zip")
    @calls.input(ZipQuery, location="query", arg_name="query")
    @calls.doc(summary="All files of several jobs as one", operation_id="archive")
    def archive(query: dict[str, Any]) -> Response:
        """A folder for each job, called like its recording; left-out.txt names the jobs without results."""
        ids = list(dict.fromkeys(filter(None, query["ids"].split(",")))) or [""]  # which no job is called
        if len(ids) > MOST_PACKED:
            raise problem_error(422, "jobs_too_many", most=MOST_PACKED)
        jobs, refusals = _with_results(service, ids)
        if not jobs:
            raise next(iter(refusals.values()))
        folders = _folder_names([job.name for job in jobs])
        pairs = zip(folders, jobs, strict=True)
        entries = [(f"{name}/{file['name']}", job, file) for name, job in pairs for file in job.files]
        lang = str(jobs[0].options.get("lang", "en"))
        lines = (f"{name}: {error.message.in_language(lang)}\n" for name, error in refusals.items())
        return _archive(service, scratch, entries, "".join(lines))

    return calls


def _with_results(service: Jobs, ids: Sequence[str]) -> tuple[list[Job], dict[str, ProblemError]]:
    """The caller's jobs of these ids that have results; and id or name of each other -> why it has none."""
    jobs, refusals = list[Job](), dict[str, ProblemError]()
    for job_id in ids:
        name = job_id
        try:
            name = f"{job_or_404(service, job_id).name} ({job_id})"
            jobs.append(completed(service, job_id))
        except ProblemError as exc:
            refusals[name] = exc
    return jobs, refusals


def _folder_names(names: Sequence[str]) -> list[str]:
    """A name for the folder of each recording: its own, with a number where there are several of it."""
    folder_names: list[str] = []
    for name in names:
        plain_name = name.strip(". ") or "recording"
        stem = "".join("_" if letter in '/\\:*?"<>|' else letter for letter in plain_name)
        numbered = (stem, *(f"{stem} ({n})" for n in range(2, len(names) + 1)))
        taken_names = {other.casefold() for other in folder_names}
        folder_names.append(next(one for one in numbered if one.casefold() not in taken_names))
    return folder_names


def _archive(service: Jobs, scratch: Scratch, entries: Sequence[Entry], left_out: str = "") -> Response:
    n_bytes = sum(int(file["size_bytes"]) + _ZIP_ENTRY_BYTES for _, _, file in entries) + len(left_out.encode())
    room = scratch.reserve(n_bytes, caller().owner)
    try:
        archive = _zip(service, entries, left_out)
    except BaseException:
        room.close()
        raise
    answer = Response(mimetype="application/zip")
    answer.content_length = archive.seek(0, os.SEEK_END)
    archive.seek(0)
    answer.headers["Content-Disposition"] = 'attachment; filename="artifacts.zip"'
    answer.response = FileWrapper(archive, _BLOCK_BYTES)
    answer.call_on_close(archive.close)
    answer.call_on_close(room.close)
    return answer


def completed(service: Jobs, job_id: str) -> Job:
    """The caller's job of that id, which has results. Raises ProblemError: 404, 409."""
    job = job_or_404(service, job_id)
    if job.state == JobState.COMPLETED or job.is_rendering:
        return job
    if job.ended:
        raise problem_error(409, "job_without_result", state=job.state)
    raise ProblemError(409, Message("job_not_ended", {"state": job.state}), [("Retry-After", _RETRY_AFTER_S)])


def note_look(service: Jobs, job: Job) -> None:
    """Locks the plan of a study whose results are looked at."""
    if job.kind == STUDY:
        service.studies.lock(str(job.options["study"]))


def file_of(service: Jobs, job: Job, name: str) -> Response:
    """One of the artifacts of a job, or a range of it."""
    note_look(service, job)
    n_bytes = dict(service.artifacts(job))[name]
    etag = f"{job.results}/{name}".replace("/", "-")
    answer = Response(content_type=_kind_of(service, job, name))
    answer.set_etag(etag)
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Cache-Control"] = "private, no-cache"
    # A file made from an upload may be shown by browsers, but must not run scripts.
    answer.headers["Content-Security-Policy"] = _FILE_POLICY
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    if "If-Match" in request.headers and not request.if_match.contains(etag):
        raise problem_error(412, "file_not_matching")
    if request.if_none_match.contains_weak(etag):
        answer.status_code = 304
        return answer
    part = part_asked_for(request.method, dict(request.headers), answer.headers["ETag"], n_bytes)
    if part is not None:
        answer.status_code = 206
        answer.headers["Content-Range"] = f"bytes {part.start}-{part.start + part.length - 1}/{n_bytes}"
    start, length = (part.start, part.length) if part else (0, n_bytes)
    answer.content_length = length
    if request.method == "GET":
        content: Any = _Part(_open(service, job, name), start, length)
        answer.response = FileWrapper(content, _BLOCK_BYTES)
        answer.call_on_close(content.close)
    return answer


def _open(service: Jobs, job: Job, name: str) -> IO[bytes]:
    try:
        return service.open_artifact(job, name)
    except FileNotFoundError as exc:
        raise problem_error(404, "file_gone") from exc


def _kind_of(service: Jobs, job: Job, name: str) -> str:
    if name == RECORDING and job.kind == CALL:
        return job.content_type
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


def _zip(service: Jobs, entries: Sequence[Entry], left_out: str) -> IO[bytes]:
    """A ZIP of all files and of a text on what is left out, in the scratch folder and without a name."""
    file: IO[bytes] = tempfile.TemporaryFile(dir=service.settings.scratch)  # noqa: SIM115  # closed after it was sent
    try:
        with zipfile.ZipFile(file, "w") as archive:
            if left_out:
                archive.writestr(zipfile.ZipInfo(LEFT_OUT, _ZIP_TIME), left_out)
            for name, job, entry in entries:
                info = zipfile.ZipInfo(name, _ZIP_TIME)
                is_compressed = name.endswith((".mp4", ".png"))
                info.compress_type = zipfile.ZIP_STORED if is_compressed else zipfile.ZIP_DEFLATED
                with (
                    _open(service, job, str(entry["name"])) as result,
                    archive.open(info, "w", force_zip64=True) as out,
                ):
                    shutil.copyfileobj(result, out, _BLOCK_BYTES)
    except BaseException:
        file.close()
        raise
    return file
