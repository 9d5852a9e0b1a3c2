"""Reads one multipart request in constant memory: the recording into the storage, the fields into a dictionary.

A request may have two recordings, those of the two sides of a call: they become one upload."""

import hashlib
import shutil
import unicodedata
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, cast

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import parse_form_data

from api.problems import problem_error
from emoclassify.jobs.job import CALL, RECORDING
from emoclassify.jobs.storage import Storage, new_id
from emoclassify.jobs.two_files import PACKED_KIND, Side, name_of_call, pack_sides
from emoclassify.jobs.uploads import ChunkedUpload
from emoclassify.media import formats
from emoclassify.spoken_options import SIDE_FIELDS

_BLOCK_BYTES = 512 * 1024
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
    id: str
    """Its name in the storage, and that of its job."""
    n_files: int = 1
    """Two: those of the two sides of a call, packed as one."""

    @property
    def kind(self) -> str:
        """The kind of its job."""
        return RECORDING if self.n_files == 1 else CALL


def read_upload(environ: dict[str, Any], storage: Storage, job_id: str, max_bytes: int) -> Upload:
    """Streams the recording of a request into the storage, or the two of a call; removes them where this raises.

    Args:
        environ: the WSGI environment of the request.
        storage: where the recording goes.
        job_id: its name there; two get another.
        max_bytes: the largest request.

    Raises:
        ProblemError: 400 without a recording, where the form breaks off or a name in it is no text; 415 first bytes of
            no known container; 422 more files than two, a field given twice, or an empty file.
        RequestEntityTooLarge: larger than allowed.
        OSError: the storage cannot be written.
    """
    writers = [UploadWriter(storage, name) for name in (job_id, *(new_id() for _ in SIDE_FIELDS[1:]))]
    try:
        form, files = _received(environ, writers, max_bytes)
        received = [cast("UploadWriter", file.stream) for file in files]
        for writer in received:
            writer.finish()
        names = [source_name(str(file.filename)) or "recording" for file in files]
        if len(files) > 1:
            contents = [[storage.open_upload(writer.id)] for writer in received]
            upload = pack(list(zip(names, contents, strict=True)), storage, new_id(), form)
            for writer in writers:
                storage.remove_upload(writer.id)
            return upload
    except BaseException:
        for writer in writers:
            writer.discard()
        raise
    kind = printable(files[0].mimetype or "")
    return Upload(names[0], received[0].size_bytes, received[0].sha256, kind, form, received[0].id)


def pack(sides: Sequence[Side], storage: Storage, upload_id: str, form: Mapping[str, str]) -> Upload:
    """Writes the recordings of the two sides of a call into the storage, as one; removes it where this raises.

    Args:
        sides: names and contents, which were checked.
        storage: where they go.
        upload_id: the name of both there.
        form: the other fields.

    Raises:
        OSError: the storage cannot be read or written.
    """
    writer = UploadWriter(storage, upload_id, is_media=False)
    try:
        pack_sides(sides, writer.open())
        writer.finish()
    except BaseException:
        writer.discard()
        raise
    name = printable(name_of_call([name for name, _ in sides]))
    return Upload(name, writer.size_bytes, writer.sha256, PACKED_KIND, form, upload_id, len(sides))


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
        writer.discard()
        raise
    return Upload(upload.name, writer.size_bytes, writer.sha256, upload.content_type, upload.fields, upload.id)


def chunks_of(upload: ChunkedUpload, storage: Storage, sha256: str) -> Iterator[IO[bytes]]:
    """The chunks of an upload one after another, each to be read whole; sha256 as of `join_chunks`.

    Raises:
        ProblemError: 422, after the last one: the checksum is another one.
        OSError: the storage cannot be read.
    """
    digest = hashlib.sha256()
    for chunk in upload.chunks:
        yield cast("IO[bytes]", _Summed(storage.open_chunk(upload.id, chunk.file), digest))
    if sha256 and digest.hexdigest() != sha256.lower():
        raise problem_error(422, "upload_garbled")


class _Summed:
    """A file; what is read of it counts for a checksum."""

    def __init__(self, file: IO[bytes], digest: Any) -> None:
        self._file, self._digest = file, digest

    def __enter__(self) -> "_Summed":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._digest.update(data)
        return data


def check_kind(content_type: str) -> None:
    """Refuses a request that is no form, by its header `Content-Type`.

    Raises:
        ProblemError: 415.
    """
    if not content_type.lower().startswith("multipart/form-data"):
        raise problem_error(415, "no_form")


def _received(
    environ: dict[str, Any], writers: Sequence["UploadWriter"], max_bytes: int
) -> tuple[dict[str, str], list[FileStorage]]:
    """The fields of a form, and its recordings in the order of SIDE_FIELDS; the first that comes goes to the first
    writer, and so on."""
    waiting = deque(writers)

    def store(*_: object, **__: object) -> Any:
        if not waiting:
            raise problem_error(422, "files_several", fields=SIDE_FIELDS)
        return waiting.popleft().open()

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
    if not files.get(SIDE_FIELDS[0]):
        raise problem_error(400, "no_file_sent", field=SIDE_FIELDS[0])
    recordings = [files[field] for field in SIDE_FIELDS if files.get(field)]
    if len(recordings) + len(waiting) < len(writers):  # a third one, of another field or twice of one
        raise problem_error(422, "files_several", fields=SIDE_FIELDS)
    return single_values(form), recordings


class UploadWriter:
    """Writes an upload to the storage: checks its first bytes, counts all bytes and computes their checksum."""

    def __init__(self, storage: Storage, job_id: str, *, is_media: bool = True) -> None:
        self._storage, self.id, self._is_media = storage, job_id, is_media
        self._file: IO[bytes] | None = None
        self._first = b""
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    def open(self) -> "UploadWriter":
        """Creates the file; returns itself."""
        self._file = self._storage.create_upload(self.id)
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

    def discard(self) -> None:
        """Removes what was written, where anything was."""
        with suppress(OSError):  # on a full disk, writing the buffered bytes fails too
            self.close()
        with suppress(OSError):
            self._storage.remove_upload(self.id)

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
