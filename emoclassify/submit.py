"""`emoclassify submit`: a folder of recordings through a server. Run again, it goes on where it stopped."""

import hashlib
import json
import secrets
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from emoclassify.client import ApiAwayError, ApiError, Client
from emoclassify.errors import MediaError, ResultError
from emoclassify.recordings import Recording, find_recordings

_NOTE = "job.json"
"""What was sent for a folder of results: sha256, fields, the key of the upload, and the job's id once it is known."""

_ANALYSIS = "analysis.json"
_AHEAD = 32
"""Recordings that are sent before the first of them is done: as many workers are kept busy."""

_MOST_TRIES, _LONGEST_PAUSE_S = 5, 60.0


def submit_all(paths: Iterable[Path], out: Path, client: Client, fields: dict[str, Any]) -> int:
    """Sends every recording, waits, and fetches what was found; one line each.

    Returns:
        How many failed.

    Raises:
        UsageError: no recording at all.
        ApiAwayError: the server does not answer.
    """
    recordings, skipped = find_recordings(paths, out)
    if skipped:
        _tell(f"{skipped} files without a media ending were skipped.")
    failed, kept, sent = 0, 0, list[tuple[Recording, dict[str, Any] | None]]()
    for recording in [*recordings, None]:
        if recording is not None:
            try:
                sent.append((recording, note := _sent(recording, client, fields)))
                kept += note is None
            except (ApiError, MediaError) as exc:
                if isinstance(exc, ApiAwayError):
                    raise
                failed += 1
                _tell(f"{_shown(recording.path)}: {exc}")
        while sent and (recording is None or len(sent) > _AHEAD):
            failed += not _fetched(*sent.pop(0), client)
    _tell(f"{len(recordings)} recordings: {len(recordings) - kept - failed} done, {kept} kept, {failed} failed.")
    return failed


def _sent(recording: Recording, client: Client, fields: dict[str, Any]) -> dict[str, Any] | None:
    """The note of a recording that the server has now; None where its results are here already."""
    wanted = {"sha256": _sha256_of(recording.path), "fields": fields}
    note = _noted(recording.folder)
    if note is None or {name: note.get(name) for name in wanted} != wanted:
        (recording.folder / _ANALYSIS).unlink(missing_ok=True)
        note = {**wanted, "key": secrets.token_hex(16), "id": None}
        _write_note(recording.folder, note)
    elif (recording.folder / _ANALYSIS).exists():
        return None
    if note["id"] is not None and not _is_there(client, note["id"]):
        note |= {"key": secrets.token_hex(16), "id": None}
        _write_note(recording.folder, note)
    if note["id"] is None:  # the key makes one job of several tries
        note["id"] = _patiently(client, recording.path, note["key"], fields)["id"]
        _write_note(recording.folder, note)
    return note


def _patiently(client: Client, path: Path, key: str, fields: dict[str, Any]) -> dict[str, Any]:
    for left in reversed(range(_MOST_TRIES)):
        try:
            return client.submit(path, idempotency_key=key, **fields)
        except ApiError as exc:
            if exc.status not in (429, 503) or not left:
                raise
            time.sleep(min(exc.retry_after_s or 1.0, _LONGEST_PAUSE_S))
        except OSError as exc:
            raise MediaError(f"The file cannot be read: {exc.strerror}.") from exc
    raise AssertionError


def _is_there(client: Client, job_id: str) -> bool:
    try:
        client.get(job_id)
    except ApiError as exc:
        if exc.status != 404:
            raise
        return False
    return True


def _fetched(recording: Recording, note: dict[str, Any] | None, client: Client) -> bool:
    if note is None:
        print(f"{_shown(recording.path)}: kept -> {_shown(recording.folder)}", flush=True)
        return True
    try:
        client.wait(note["id"])
        client.download(note["id"], recording.folder)
    except ApiAwayError:
        raise
    except ApiError as exc:
        (recording.folder / _NOTE).unlink(missing_ok=True)  # sent anew by the next run
        _tell(f"{_shown(recording.path)}: {exc}")
        return False
    print(f"{_shown(recording.path)}: done -> {_shown(recording.folder)}", flush=True)
    return True


def _noted(folder: Path) -> dict[str, Any] | None:
    try:
        note = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return note if isinstance(note, dict) and {"key", "id"} <= set(note) else None


def _write_note(folder: Path, note: dict[str, Any]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = folder / f"{_NOTE}.partial"
        beside.write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")
        beside.replace(folder / _NOTE)
    except OSError as exc:
        raise ResultError(f"{folder} cannot be written: {exc.strerror}.") from exc


def _sha256_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as exc:
        raise MediaError(f"The file cannot be read: {exc.strerror}.") from exc


def _shown(path: Path) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(path))


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
