"""Notes in a folder of results which job of a server it belongs to, so that the next run can continue."""

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emoclassify.errors import MediaError, ResultError
from emoclassify.outputs.names import ANALYSIS
from emoclassify.recordings import Recording
from emoclassify.remote.client import ApiError, Client, Job

_NOTE = "job.json"


@dataclass
class Submission:
    """A recording that is sent to a server, and the note of it: sha256, fields, Idempotency-Key, and the job's id."""

    recording: Recording
    note: dict[str, Any]
    """sha256, fields, key, and id: None before the server has given one."""

    @classmethod
    def of(cls, recording: Recording, fields: dict[str, Any]) -> "Submission":
        """Reads the note of an earlier run where file and fields are the same; else writes a new note.

        Raises:
            MediaError: the file cannot be read.
            ResultError: the folder of results cannot be written.
        """
        sums = [_sha256_of(path) for path in recording.sides.values() or [recording.path]]
        content = {"sha256": " ".join(sums), "fields": fields}
        note = _read(recording.folder / _NOTE)
        if note is not None and {name: note.get(name) for name in content} == content:
            return cls(recording, note)
        submission = cls(recording, content)
        with _writing(recording.folder):
            (recording.folder / ANALYSIS).unlink(missing_ok=True)
        submission._begin()
        return submission

    def is_fetched(self) -> bool:
        """Whether the results are complete here: analysis.json is fetched last."""
        return (self.recording.folder / ANALYSIS).exists()

    def hand_in(self, client: Client) -> Job:
        """The job on the server; submits the recording where there is none.

        Raises:
            ApiError: refused, or away.
            MediaError: the file cannot be read.
        """
        if self.note["id"] is not None:
            try:
                return client.get(self.note["id"])
            except ApiError as exc:
                if exc.status != 404:
                    raise
            self._begin()
        try:  # with the same key, several tries make one job
            if sides := self.recording.sides:
                job = client.submit_call(sides, idempotency_key=self.note["key"], **self.note["fields"])
            else:
                job = client.submit(self.recording.path, idempotency_key=self.note["key"], **self.note["fields"])
        except OSError as exc:
            raise MediaError("file_unread", why=str(exc.strerror)) from exc
        self.note["id"] = job["id"]
        self._write()
        return job

    def fetch(self, client: Client) -> None:
        """Fetches the results.

        Raises:
            ApiError: refused, or away.
            ResultError: they cannot be written.
        """
        with _writing(self.recording.folder):
            client.download(self.note["id"], self.recording.folder)

    def forget(self) -> None:
        """Removes the note: the next run submits the recording again."""
        (self.recording.folder / _NOTE).unlink(missing_ok=True)

    def _begin(self) -> None:
        self.note |= {"key": secrets.token_hex(16), "id": None}
        self._write()

    def _write(self) -> None:
        folder = self.recording.folder
        with _writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            partial_file = folder / f"{_NOTE}.partial"
            partial_file.write_text(json.dumps(self.note, indent=1) + "\n", encoding="utf-8")
            partial_file.replace(folder / _NOTE)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise ResultError("file_unwritten", file=str(folder), why=str(exc.strerror)) from exc


def _read(path: Path) -> dict[str, Any] | None:
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return note if isinstance(note, dict) and {"key", "id"} <= set(note) else None


def _sha256_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as exc:
        raise MediaError("file_unread", why=str(exc.strerror)) from exc
