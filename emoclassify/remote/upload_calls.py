"""The calls of the API's client that hand in recordings."""

import hashlib
import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import httpx

from emoclassify.words.names import in_unicode

Job = dict[str, Any]
"""A job as the API describes it: id, state, progress, error and more."""

FILE, SECOND_FILE = "file", "file2"
"""The fields with the recording, and with that of the other side of a call."""

CONNECT_S = 5.0
_UPLOAD = httpx.Timeout(1800.0, connect=CONNECT_S)
"""The server answers when it has stored the whole recording, which may take long."""

Recording = str | os.PathLike[str]


class UploadCalls(ABC):
    """What a client can do to have recordings analyzed."""

    @abstractmethod
    def _call(self, method: str, path: str, **content: Any) -> httpx.Response:
        """Calls the API; raises ApiError where it refuses."""

    @abstractmethod
    def _insist(self, method: str, path: str, **content: Any) -> httpx.Response:
        """Calls again where nothing answers; for calls that change nothing the second time."""

    def submit(
        self,
        recording: Recording | IO[bytes],
        *,
        name: str | None = None,
        idempotency_key: str | None = None,
        **fields: Any,
    ) -> Job:
        """Submits a recording; it is streamed, never held in memory as a whole.

        Args:
            recording: a path, or an open file.
            name: the name of the recording; by default that of its file.
            idempotency_key: the same upload with the same key is one job, so that a call can be repeated.
            fields: further fields of the API, e.g. double_check=True, sample_fps=10, tag="study 1".

        Raises:
            ApiError: refused; the message says why.
            OSError: the file cannot be read.
        """
        if not isinstance(recording, str | os.PathLike):
            return self._submit({FILE: (name or _name_of(recording), recording)}, idempotency_key, fields)
        path = Path(recording)
        with path.open("rb") as file:
            return self._submit({FILE: (name or path.name, file)}, idempotency_key, fields)

    def submit_call(self, sides: Mapping[str, Recording], *, idempotency_key: str | None = None, **fields: Any) -> Job:
        """Submits a call whose two sides are recordings of their own; they become one job.

        Args:
            sides: role -> path, e.g. {"customer": "customer.wav", "agent": "agent.wav"}. Of the recording as a whole
                the first is told that is scored.
            idempotency_key: as of `submit`.
            fields: as of `submit`; score_roles="agent,customer" reads the emotions of both voices.

        Raises:
            ApiError: refused; the message says why.
            OSError: a file cannot be read.
        """
        fields["roles"] = _roles(sides)
        with ExitStack() as stack:
            paths = {field: Path(path) for field, path in zip((FILE, SECOND_FILE), sides.values(), strict=True)}
            files = {field: (path.name, stack.enter_context(path.open("rb"))) for field, path in paths.items()}
            return self._submit(files, idempotency_key, fields)

    def _submit(self, files: Mapping[str, tuple[str, IO[bytes]]], key: str | None, fields: dict[str, Any]) -> Job:
        answer = self._call(
            "POST",
            "/v1/jobs",
            files={field: (in_unicode(name), file) for field, (name, file) in files.items()},
            data=form_of(fields),
            headers={"Idempotency-Key": key} if key else {},
            timeout=_UPLOAD,
        )
        job: Job = answer.json()
        return job

    def submit_in_chunks(
        self,
        recording: Recording,
        *,
        name: str | None = None,
        upload_id: str = "",
        **fields: Any,
    ) -> Job:
        """Submits a recording in chunks: where the connection breaks, one chunk is sent again, not all of them.

        Args:
            recording: a path.
            name: the name of the recording; by default that of its file.
            upload_id: of an upload that was begun before, to go on with.
            fields: as of `submit`.

        Raises:
            ApiError: refused; the message says why.
            OSError: the file cannot be read.
        """
        path = Path(recording)
        upload_id, form = self._send_chunks(path, name or path.name, upload_id, fields)
        return self._end(upload_id, form)

    def submit_call_in_chunks(self, sides: Mapping[str, Recording], **fields: Any) -> Job:
        """As `submit_call`, in chunks."""
        fields["roles"] = _roles(sides)
        first, second = map(Path, sides.values())
        upload_id, form = self._send_chunks(first, first.name, "", fields)
        second_id, second_form = self._send_chunks(second, second.name, "", {})
        form |= {SECOND_FILE: second_id} | {f"{SECOND_FILE}_{name}": text for name, text in second_form.items()}
        return self._end(upload_id, form)

    def _send_chunks(self, path: Path, name: str, upload_id: str, fields: dict[str, Any]) -> tuple[str, dict[str, str]]:
        """Sends the chunks of a recording that are not there; the id of the upload, and what ends it."""
        upload = self._call("GET", f"/v1/uploads/{upload_id}").json() if upload_id else None
        form = form_of({**fields, "filename": in_unicode(name)})
        upload = upload or self._call("POST", "/v1/uploads", data=form).json()
        digest, number = hashlib.sha256(), 0
        with path.open("rb") as file:
            while content := file.read(upload["max_chunk_bytes"]):
                digest.update(content)
                if number >= upload["next"]:
                    self._insist("PUT", f"/v1/uploads/{upload['id']}/chunks/{number}", content=content)
                number += 1
        return upload["id"], {"chunks": str(number), "sha256": digest.hexdigest()}

    def _end(self, upload_id: str, form: dict[str, str]) -> Job:
        job: Job = self._insist("POST", f"/v1/uploads/{upload_id}/done", data=form, timeout=_UPLOAD).json()
        return job


def form_of(fields: Mapping[str, Any]) -> dict[str, str]:
    """The fields as texts of a form; one that is None is left out."""
    return {name: text_of(value) for name, value in fields.items() if value is not None}


def text_of(value: Any) -> str:
    """The text of a value in a form or an address."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _roles(sides: Mapping[str, Recording]) -> str:
    if len(sides) != 2:
        raise ValueError(f"a call has two sides, not {len(sides)}")
    return ",".join(f"{role}={field}" for role, field in zip(sides, (FILE, SECOND_FILE), strict=True))


def _name_of(file: IO[bytes]) -> str:
    name = getattr(file, "name", "")
    return Path(name).name if isinstance(name, str) and name else "recording"
