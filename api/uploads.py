"""The calls that take a recording in chunks, so that a connection that breaks costs one chunk."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import IO, Any

from apiflask import APIBlueprint
from flask import Response, request, url_for

from api.access import RateLimit, caller
from api.admission import allow_body, is_admitted
from api.fields import read_fields
from api.jobs import content_of
from api.problems import ProblemError, problem_error
from api.schemas import JobOut, UploadOut
from api.sides import fields_of_sides
from api.submits import job_of, too_large
from api.upload import check_first_bytes, chunks_of, join_chunks, pack, printable, single_values, source_name
from emoclassify.jobs.job import RECORDING, Job
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.storage import is_id, new_id
from emoclassify.jobs.uploads import LONGEST_JOIN_S, Chunk, ChunkedUpload
from emoclassify.media import formats
from emoclassify.settings import Options
from emoclassify.spoken_options import SIDE_FIELDS

CHUNK_BYTES = 16 * 1024**2
"""The largest chunk."""

_SECOND = SIDE_FIELDS[1]
"""The field that names the upload of a call's other side."""

_MOST_CHUNKS = 100_000
_BLOCK_BYTES = 512 * 1024
_DIGEST = re.compile(r"sha-256=:([0-9A-Za-z+/=]{44}):")
_SHA256 = re.compile(r"[0-9A-Fa-f]{64}|")


def upload_calls(service: Jobs, defaults: Options) -> APIBlueprint:
    """The calls of /v1/uploads."""
    calls = APIBlueprint("uploads", __name__, url_prefix="/v1/uploads", tag="uploads")
    rate = RateLimit()

    @calls.before_request
    def check_headers() -> None:
        """Refuses what the headers are enough to refuse, before a chunk is received."""
        sender = caller()
        if request.endpoint == "uploads.begin" and not is_admitted():
            rate.take(sender.owner, sender.submits_per_minute)
        if request.endpoint == "uploads.put_chunk":
            allow_body(CHUNK_BYTES)
            service.require_room(request.content_length or 0)

    @calls.post("")
    @calls.output(UploadOut, status_code=201)
    @calls.doc(summary="Begin to hand in a recording in chunks", operation_id="begin_upload")
    def begin() -> tuple[dict[str, Any], int, dict[str, str]]:
        """Takes the fields of the job, and `filename`; the chunks follow, in any order. An upload without a new chunk
        is removed after a day."""
        form = single_values(request.form)
        read_fields(
            fields_of_sides(form), defaults, service.settings
        )  # wrong options are refused before anything is sent
        name, kind = source_name(form.get("filename", "")) or "recording", printable(form.get("file_type", ""))
        upload = ChunkedUpload(new_id(), caller().owner, name, kind, form)
        service.uploads.add(upload)
        return _content_of(upload), 201, {"Location": url_for("uploads.show", upload_id=upload.id)}

    @calls.get("/<upload_id>")
    @calls.output(UploadOut)
    @calls.doc(summary="Show which chunk is the next", operation_id="show_upload")
    def show(upload_id: str) -> dict[str, Any]:
        """What is there of a recording; 404 when its job was made."""
        return _content_of(_upload_or_404(service, upload_id))

    @calls.put("/<upload_id>/chunks/<int:number>")
    @calls.output(UploadOut)
    @calls.doc(summary="Send one chunk", operation_id="put_chunk")
    def put_chunk(upload_id: str, number: int) -> dict[str, Any]:
        """Stores a chunk; the same one again changes nothing. `Content-Digest: sha-256=:…:` (RFC 9530) is checked."""
        upload = _upload_or_404(service, upload_id)
        if number >= _MOST_CHUNKS:
            raise problem_error(404, "no_such_upload")
        if upload.size_bytes + (request.content_length or 0) > caller().max_upload_bytes:
            raise too_large(caller().max_upload_bytes)
        store_chunk(service, upload, number)
        return _content_of(_upload_or_404(service, upload_id))

    @calls.post("/<upload_id>/done")
    @calls.output(JobOut, status_code=202)
    @calls.doc(summary="Make a job of the chunks", operation_id="end_upload")
    def end(upload_id: str) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Puts the chunks together. `chunks` says how many there are, and `sha256` may say what the recording is.
        `file2` is the id of the upload of a call's other side, `file2_chunks` how many it has."""
        form = single_values(request.form)
        job = service.store.get(upload_id, caller().owner) if is_id(upload_id) else None
        if job is None:  # else it is called again, since the first answer was lost
            job = _job_of(service, defaults, _upload_or_404(service, upload_id), form)
        return content_of(service, job), 202, {"Location": url_for("jobs.show", job_id=job.id)}

    @calls.delete("/<upload_id>")
    @calls.output({}, status_code=204)
    @calls.doc(summary="Give an upload up", operation_id="delete_upload")
    def delete(upload_id: str) -> Response:
        """Removes the chunks."""
        service.remove_upload(_upload_or_404(service, upload_id).id)
        answer = Response(status=204)
        del answer.headers["Content-Type"]
        return answer

    return calls


def _upload_or_404(service: Jobs, upload_id: str) -> ChunkedUpload:
    upload = service.uploads.get(upload_id, caller().owner) if is_id(upload_id) else None
    if upload is None:
        raise problem_error(404, "no_such_upload")
    return upload


def _content_of(upload: ChunkedUpload) -> dict[str, Any]:
    facts = {"id": upload.id, "name": upload.name, "size_bytes": upload.size_bytes, "next": upload.next_number}
    return facts | {"max_chunk_bytes": CHUNK_BYTES}


def store_chunk(service: Jobs, upload: ChunkedUpload, number: int, content: bytes | None = None) -> None:
    """Stores the body of the current call as a chunk; the same one again changes nothing.

    Args:
        service: the job system.
        upload: to which it belongs.
        number: of the chunk.
        content: the body, where it was read and checked already; None: it begins as a recording does.

    Raises:
        ProblemError: 415, 422, it is none of a recording, or did not arrive as it was sent.
        StateConflictError: there is another one of that number.
    """
    file_name = new_id()
    try:
        with service.storage.create_chunk(upload.id, file_name) as file:
            n_bytes, sha256 = _copy(file, number, content)
        is_new = service.uploads.add_chunk(upload.id, Chunk(number, file_name, n_bytes, sha256))
    except BaseException:
        service.storage.remove_chunk(upload.id, file_name)
        raise
    if not is_new:
        service.storage.remove_chunk(upload.id, file_name)


def _copy(file: IO[bytes], number: int, content: bytes | None) -> tuple[int, str]:
    """Writes the body of the call; its size in bytes and its checksum in hexadecimal."""
    digest, n_bytes, first = hashlib.sha256(), 0, b""
    for block in iter(partial(request.stream.read, _BLOCK_BYTES), b"") if content is None else [content]:
        first = first or block[: formats.N_BYTES]
        digest.update(block)
        n_bytes += file.write(block)
    if number == 0 and content is None:
        check_first_bytes(first)
    match = _DIGEST.search(request.headers.get("Content-Digest", ""))
    if not n_bytes or (match and match.group(1) != base64.b64encode(digest.digest()).decode()):
        raise problem_error(422, "chunk_garbled")
    return n_bytes, digest.hexdigest()


def _job_of(service: Jobs, defaults: Options, upload: ChunkedUpload, form: dict[str, str]) -> Job:
    """Makes the job of an upload whose chunks are all there, or of the two of a call."""
    sha256 = _checked_end(upload, form)
    if _SECOND not in form:
        return job_of_chunks(service, defaults, upload, upload.owner, sha256)
    second = _upload_or_404(service, form[_SECOND])
    if second.id == upload.id:
        raise problem_error(422, "sides_unnamed", given=second.id)
    if upload.size_bytes + second.size_bytes > caller().max_upload_bytes:
        raise too_large(caller().max_upload_bytes)
    sums = [(upload, sha256), (second, _checked_end(second, form, f"{_SECOND}_"))]
    return _job_of_sides(service, defaults, sums)


def _checked_end(upload: ChunkedUpload, form: Mapping[str, str], prefix: str = "") -> str:
    """The checksum that a form tells; refuses where chunks are missing by the number that it tells."""
    sha256, n_chunks = form.get(f"{prefix}sha256", ""), form.get(f"{prefix}chunks", "")
    if not re.fullmatch(r"[0-9]{1,6}", n_chunks) or not _SHA256.fullmatch(sha256):
        raise _unfit(f"{prefix}chunks" if _SHA256.fullmatch(sha256) else f"{prefix}sha256", n_chunks)
    if upload.next_number < int(n_chunks) or not upload.chunks:
        raise problem_error(409, "chunks_missing", number=upload.next_number)
    return sha256


def _job_of_sides(service: Jobs, defaults: Options, sums: Sequence[tuple[ChunkedUpload, str]]) -> Job:
    """Makes the job of a call of the uploads of its two sides, with the checksum of each.

    It has the id of the first, and its fields.
    """
    first = sums[0][0]
    service.require_room(sum(upload.size_bytes for upload, _ in sums))
    job_request = read_fields(fields_of_sides(first.fields, len(sums)), defaults, service.settings)
    with ExitStack() as after_failure:
        for upload, _ in sums:
            service.uploads.begin_joining(upload.id)
            after_failure.callback(service.uploads.end_joining, upload.id)
        sides = [(upload.name, chunks_of(upload, service.storage, sha256)) for upload, sha256 in sums]
        call = pack(sides, service.storage, first.id, first.fields)
        job = service.submit(job_of(first.owner, call, job_request, service.clock()), None)
        after_failure.pop_all()
    for upload, _ in sums:
        service.remove_upload(upload.id)
    return job


def job_of_chunks(
    service: Jobs,
    defaults: Options,
    upload: ChunkedUpload,
    owner: str,
    sha256: str = "",
    *,
    longest_s: float = LONGEST_JOIN_S,
    kind: str = RECORDING,
) -> Job:
    """Puts the chunks of an upload together and makes its job.

    Args:
        service: the job system.
        defaults: the options where the upload's form gives none.
        upload: whose chunks are all there.
        owner: of the job.
        sha256: of the recording, in hexadecimal; empty where it is not known.
        longest_s: a process that has not put them together after this has died.
        kind: of the job: RECORDING, or SCORES where they have readings.

    Raises:
        ProblemError: as `join_chunks`.
        StateConflictError: somebody puts them together already.
        QueueFullError: too many jobs wait.
    """
    service.require_room(upload.size_bytes)
    job_request = read_fields(fields_of_sides(upload.fields, 1), defaults, service.settings)
    service.uploads.begin_joining(upload.id, longest_s)
    try:
        recording = join_chunks(upload, service.storage, sha256, is_media=kind == RECORDING)
        job = job_of(owner, recording, job_request, service.clock())
        job = service.submit(replace(job, kind=kind), None)
    except BaseException:
        service.uploads.end_joining(upload.id)
        raise
    service.remove_upload(upload.id)
    return job


def _unfit(name: str, text: str) -> ProblemError:
    return problem_error(
        422, "text_unfit", field=name, wanted="a number" if name.endswith("chunks") else "64 digits", given=text
    )
