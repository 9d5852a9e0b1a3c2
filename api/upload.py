"""Reads one multipart request in constant memory: the recording into the storage, the fields into a dictionary."""

import hashlib
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from werkzeug.datastructures import MultiDict
from werkzeug.formparser import parse_form_data

from api.problems import refused
from emoclassify.jobs.storage import Storage
from emoclassify.media import signature

_FILE = "file"
_MAX_FORM_BYTES, _MAX_PARTS = 100_000, 100
_LONGEST_NAME = 255


@dataclass(frozen=True)
class Upload:
    """One recording that was sent, and what was sent beside it."""

    name: str
    """How its owner calls it: data to show, never a path."""
    size_bytes: int
    sha256: str
    content_type: str
    form: Mapping[str, str]


def read_upload(environ: dict[str, Any], storage: Storage, job_id: str, max_bytes: int) -> Upload:
    """Streams the recording of a request into the storage; nothing of it stays there where this raises.

    Args:
        environ: the request, as WSGI has it.
        storage: where the recording goes.
        job_id: under which name.
        max_bytes: the largest request.

    Raises:
        ProblemError: 400 without a recording, or where the form breaks off; 415 no form, or first bytes of no known
            container; 422 more files than the one, a field given twice, or an empty file.
        RequestEntityTooLarge: larger than allowed.
        OSError: the storage cannot be written.
    """
    writer = _Writer(storage, job_id)
    try:
        return _read(environ, writer, max_bytes)
    except BaseException:
        with suppress(OSError):  # a full disk takes not even what was held back
            writer.close()
        with suppress(OSError):
            storage.remove_upload(job_id)
        raise


def _read(environ: dict[str, Any], writer: "_Writer", max_bytes: int) -> Upload:
    if not str(environ.get("CONTENT_TYPE", "")).lower().startswith("multipart/form-data"):
        raise refused(415, "no_form")
    files_seen = 0

    def store(*_: object, **__: object) -> Any:
        nonlocal files_seen
        files_seen += 1
        if files_seen > 1:
            raise refused(422, "files_several", field=_FILE)
        return writer.opened()

    try:
        _, form, files = parse_form_data(
            environ,
            store,
            max_form_memory_size=_MAX_FORM_BYTES,
            max_content_length=max_bytes,
            max_form_parts=_MAX_PARTS,
            silent=False,
        )
    except ValueError as exc:
        raise refused(400, "form_broken") from exc
    sent = files.get(_FILE)
    if sent is None or not sent.filename:
        raise refused(400, "no_file_sent", field=_FILE)
    writer.finish()
    name = source_name(sent.filename) or "recording"
    return Upload(name, writer.size_bytes, writer.sha256, (sent.mimetype or "")[:255], _each_once(form))


class _Writer:
    """A file of the storage that looks at the first bytes and counts and digests all of them."""

    def __init__(self, storage: Storage, job_id: str) -> None:
        self._storage, self._job_id = storage, job_id
        self._file: IO[bytes] | None = None
        self._first = b""
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    def opened(self) -> "_Writer":
        """Itself, with the file open."""
        self._file = self._storage.create_upload(self._job_id)
        return self

    def write(self, data: bytes) -> int:
        """Takes the next bytes; refuses the file as soon as it shows that it is none that is read."""
        assert self._file is not None
        if len(self._first) < signature.N_BYTES:
            self._first += data[: signature.N_BYTES]
            if len(self._first) >= signature.N_BYTES:
                self._look()
        self._digest.update(data)
        self.size_bytes += len(data)
        return self._file.write(data)

    def seek(self, *_: int) -> int:
        """The parser winds a file back when it has it all; nobody reads this one."""
        return 0

    def finish(self) -> None:
        """The whole file is there."""
        if not self.size_bytes:
            raise refused(422, "file_empty")
        self._look()
        self.close()

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            file, self._file = self._file, None
            file.close()

    @property
    def sha256(self) -> str:
        """Of all bytes, in hexadecimal."""
        return self._digest.hexdigest()

    def _look(self) -> None:
        if not signature.is_known(self._first):
            raise refused(415, "file_unknown_format", why="by its first bytes")


def _each_once(form: "MultiDict[str, str]") -> dict[str, str]:
    for name in form:
        if len(form.getlist(name)) > 1:
            raise refused(422, "field_twice", field=name[:100])
    return dict(form.items())


def source_name(given: str) -> str:
    """The last part of a path as some system writes it, without control characters, at most 255 characters."""
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")[:_LONGEST_NAME]
