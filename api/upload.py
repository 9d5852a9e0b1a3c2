"""Reads one multipart request in constant memory: the recording into the storage, the fields into a dictionary."""

import hashlib
import shutil
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from werkzeug.datastructures import MultiDict
from werkzeug.formparser import parse_form_data

from api.problems import problem_error
from emoclassify.jobs.storage import Storage
from emoclassify.jobs.uploads import ChunkedUpload
from emoclassify.media import formats

_BLOCK_BYTES = 512 * 1024
_FILE = "file"
_MAX_FORM_BYTES, _MAX_PARTS = 100_000, 100
_LONGEST_NAME = 255


@dataclass(frozen=True)
class Upload:
    """An uploaded recording, and the other fields of its form."""

    name: str
    """The owner's name for it: text to show, never a path."""
    size_bytes: int
    sha256: str
    content_type: str
    form: Mapping[str, str]


def read_upload(environ: dict[str, Any], storage: Storage, job_id: str, max_bytes: int) -> Upload:
    """Streams the recording of a request into the storage; removes it again where this raises.

    Args:
        environ: the WSGI environment of the request.
        storage: where the recording goes.
        job_id: its name there.
        max_bytes: the largest request.

    Raises:
        ProblemError: 400 without a recording, where the form breaks off or a name in it is no text; 415 first bytes of
            no known container; 422 more files than the one, a field given twice, or an empty file.
        RequestEntityTooLarge: larger than allowed.
        OSError: the storage cannot be written.
    """
    writer = UploadWriter(storage, job_id)
    try:
        return _read(environ, writer, max_bytes)
    except BaseException:
        with suppress(OSError):  # on a full disk, writing the buffered bytes fails too
            writer.close()
        with suppress(OSError):
            storage.remove_upload(job_id)
        raise


def join_chunks(upload: ChunkedUpload, storage: Storage, sha256: str, *, is_media: bool = True) -> Upload:
    """Puts the chunks of an upload together, block by block; removes what it wrote where this raises.

    Args:
        upload: whose chunks are all there.
        storage: has the chunks, and gets the recording.
        sha256: of the recording as the sender knows it, in hexadecimal; empty where it says none.
        is_media: whether it has to begin as a recording does.

    Raises:
        ProblemError: 415, 422 as `read_upload`; 422 where the checksum is another one.
        OSError: the storage cannot be read or written.
    """
    writer = UploadWriter(storage, upload.id, is_media=is_media)
    try:
        writer.open()
        for chunk in upload.chunks:
            with storage.open_chunk(upload.id, chunk.file) as file:
                shutil.copyfileobj(file, writer, _BLOCK_BYTES)
        writer.finish()
        if sha256 and writer.sha256 != sha256.lower():
            raise problem_error(422, "upload_garbled")
    except BaseException:
        with suppress(OSError):
            writer.close()
        with suppress(OSError):
            storage.remove_upload(upload.id)
        raise
    return Upload(upload.name, writer.size_bytes, writer.sha256, upload.content_type, upload.fields)


def check_kind(content_type: str) -> None:
    """Refuses a request that is no form, by its header `Content-Type`.

    Raises:
        ProblemError: 415.
    """
    if not content_type.lower().startswith("multipart/form-data"):
        raise problem_error(415, "no_form")


def _read(environ: dict[str, Any], writer: "UploadWriter", max_bytes: int) -> Upload:
    n_files = 0

    def store(*_: object, **__: object) -> Any:
        nonlocal n_files
        n_files += 1
        if n_files > 1:
            raise problem_error(422, "files_several", field=_FILE)
        return writer.open()

    try:
        _, form, files = parse_form_data(
            environ,
            store,
            max_form_memory_size=_MAX_FORM_BYTES,
            max_content_length=max_bytes,
            max_form_parts=_MAX_PARTS,
            silent=False,
        )
    except UnicodeDecodeError as exc:
        raise problem_error(400, "form_name_unread") from exc
    except ValueError as exc:
        raise problem_error(400, "form_broken") from exc
    file = files.get(_FILE)
    if file is None or not file.filename:
        raise problem_error(400, "no_file_sent", field=_FILE)
    writer.finish()
    name = source_name(file.filename) or "recording"
    kind = printable(file.mimetype or "")
    return Upload(name, writer.size_bytes, writer.sha256, kind, single_values(form))


class UploadWriter:
    """Writes an upload to the storage: checks its first bytes, counts all bytes and computes their checksum."""

    def __init__(self, storage: Storage, job_id: str, *, is_media: bool = True) -> None:
        self._storage, self._job_id, self._is_media = storage, job_id, is_media
        self._file: IO[bytes] | None = None
        self._first = b""
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    def open(self) -> "UploadWriter":
        """Creates the file; returns itself."""
        self._file = self._storage.create_upload(self._job_id)
        return self

    def write(self, data: bytes) -> int:
        """Writes the next bytes; refuses the file as soon as its first bytes are those of no known format."""
        assert self._file is not None
        if len(self._first) < formats.N_BYTES:
            self._first += data[: formats.N_BYTES]
            if len(self._first) >= formats.N_BYTES:
                self._check_format()
        self._digest.update(data)
        self.size_bytes += len(data)
        return self._file.write(data)

    def seek(self, *_: int) -> int:
        """Does nothing: the parser rewinds a complete file, but this one is not read."""
        return 0

    def finish(self) -> None:
        """Checks the complete file and closes it."""
        if not self.size_bytes:
            raise problem_error(422, "file_empty")
        self._check_format()
        self.close()

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            file, self._file = self._file, None
            file.close()

    @property
    def sha256(self) -> str:
        """The checksum of all bytes, in hexadecimal."""
        return self._digest.hexdigest()

    def _check_format(self) -> None:
        if self._is_media:
            check_first_bytes(self._first)


def check_first_bytes(content: bytes) -> None:
    """Refuses a recording by its first bytes, `formats.N_BYTES` of them.

    Raises:
        ProblemError: 415.
    """
    if not formats.is_known(content):
        raise problem_error(415, "file_unknown_format", why="by its first bytes")


def single_values(form: "MultiDict[str, str]") -> dict[str, str]:
    """The texts of a form by name; refuses a field that is there twice."""
    for name in form:
        if len(form.getlist(name)) > 1:
            raise problem_error(422, "field_twice", field=name[:100])
    return dict(form.items())


def source_name(path: str) -> str:
    """The file name in a path of any operating system: at most 255 characters, without control characters."""
    return printable(path.replace("\\", "/").rsplit("/", 1)[-1])


def printable(text: str) -> str:
    """A text without what databases do not take, short enough for them."""
    return "".join(letter for letter in text if unicodedata.category(letter)[0] != "C")[:_LONGEST_NAME]
