"""The files of the jobs: uploads and results, in a folder or in a store like S3. Every path in it is made here."""

import errno
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from emoclassify.errors import UsageError
from emoclassify.jobs.s3_errors import Translated, fsspec_options
from emoclassify.jobs.s3_parts import remove_parts

_UPLOADS, _RESULTS, _CHUNKS, _CHECK = "uploads", "results", "chunks", "check-"
_ID = re.compile(r"[0-9a-f]{32}")


def new_id() -> str:
    """A new id of a job or folder: 128 random bits in hexadecimal, which nobody can guess."""
    return secrets.token_hex(16)


class Storage:
    """Uploads and results by the ids of their jobs."""

    def __init__(self, url: str) -> None:
        """Opens a folder, or any place that fsspec knows, e.g. s3://bucket/prefix.

        Raises:
            UsageError: no such kind of place, or what reaches it is not installed.
        """
        try:
            self._fs, self._root = url_to_fs(url, **fsspec_options(url))
        except (ValueError, ImportError) as exc:
            raise UsageError("storage_unreached", field="EMOCLASSIFY_STORAGE_URL") from exc
        self.is_local = isinstance(self._fs, LocalFileSystem)
        """Whether the files are on this machine."""
        if not self.is_local:
            self._fs = Translated(self._fs)

    @property
    def folder(self) -> Path | None:
        """The folder of the files; None where they are not on this machine."""
        return Path(self._root) if self.is_local else None

    def prepare(self) -> None:
        """Makes the folder and a file that marks it as a storage of this program; raises OSError where that fails."""
        if not self._fs.exists(self._mark):
            self._fs.makedirs(self._root, exist_ok=True)
            self._fs.pipe_file(self._mark, b"EmoClassify keeps uploads and results here.\n")

    def create_upload(self, job_id: str) -> IO[bytes]:
        """A new file to write an upload to."""
        return self._create(self._upload(job_id))

    def create_chunk(self, upload_id: str, file: str) -> IO[bytes]:
        """A new file to write a chunk of an upload to."""
        return self._create(self._chunk(upload_id, file))

    def open_chunk(self, upload_id: str, file: str) -> IO[bytes]:
        """A chunk. Raises FileNotFoundError."""
        return self._open(self._chunk(upload_id, file), "rb")

    def remove_chunk(self, upload_id: str, file: str) -> None:
        """Removes one chunk; nothing happens where there is none."""
        self._remove(self._chunk(upload_id, file))

    def remove_chunks(self, upload_id: str) -> None:
        """Removes all chunks of an upload."""
        self._remove(f"{self._root}/{_CHUNKS}/{_checked_id(upload_id)}")

    def open_upload(self, job_id: str) -> IO[bytes]:
        """An upload, to be read from anywhere in it. Raises FileNotFoundError."""
        return self._open(self._upload(job_id), "rb")

    @contextmanager
    def upload_on_disk(self, job_id: str, folder: Path) -> Iterator[Path]:
        """An upload as a file of a folder of this machine; a second name of the same file where the storage is on the
        same disk, else a copy. It goes at the end.

        Raises:
            OSError: it cannot be read; FileNotFoundError where it is gone.
        """
        path, copy = self._upload(job_id), folder / "upload"
        try:
            if not self.is_local:
                self._fs.get_file(path, str(copy))
            elif not _link(Path(path), copy):
                shutil.copyfile(path, copy)
            yield copy
        finally:
            copy.unlink(missing_ok=True)

    def put_results(self, job_id: str, folder: Path) -> str:
        """Moves a folder of results into the storage under a new name; nothing refers to it until the job is finished.

        Returns:
            The name, for `open_result`.

        Raises:
            OSError: they cannot be stored; no part of them stays in the storage.
        """
        name = f"{_checked_id(job_id)}/{new_id()}"
        target = f"{self._root}/{_RESULTS}/{name}"
        try:
            if self.is_local:
                _move(folder, Path(target))
            else:
                for file in sorted(folder.iterdir()):
                    self._fs.put_file(str(file), f"{target}/{file.name}")
        except OSError:
            with suppress(OSError):
                self._remove(target)
            raise
        return name

    def open_result(self, results: str, name: str) -> IO[bytes]:
        """One file of a job's results, to be read from anywhere in it.

        Args:
            results: what `put_results` returned.
            name: one of the names in the job's list; the caller checks that.

        Raises:
            FileNotFoundError: it is not there.
        """
        return self._open(f"{self._root}/{_RESULTS}/{results}/{name}", "rb")

    def list_results(self, job_id: str) -> list[str]:
        """The names of all folders of results of a job, also of tries that were killed before they were complete."""
        kind = f"{_RESULTS}/{_checked_id(job_id)}"
        return [f"{job_id}/{name}" for name in self._names(kind)]

    def remove_upload(self, job_id: str) -> None:
        """Removes an upload; nothing happens where there is none."""
        self._remove(self._upload(job_id))

    def remove_results(self, results: str) -> None:
        """Removes one folder of results."""
        self._remove(f"{self._root}/{_RESULTS}/{results}")

    def remove_job(self, job_id: str) -> None:
        """Removes everything of a job."""
        self.remove_upload(job_id)
        self.remove_results(_checked_id(job_id))
        self.remove_chunks(job_id)
        for kind in (_UPLOADS, _RESULTS, _CHUNKS):
            remove_parts(self._fs, f"{self._root}/{kind}/{job_id}")

    def remove_unfinished(self, before: datetime) -> None:
        """Removes what is left of files that were begun before this time and never completed, and of checks."""
        remove_parts(self._fs, f"{self._root}/", before)
        self._fs.invalidate_cache()
        for path in self._fs.ls(self._root, detail=False):
            if str(path).rsplit("/", 1)[-1].startswith(_CHECK):  # one that is under way does not miss it
                self._remove(str(path))

    def list_jobs(self) -> set[str]:
        """The ids of all jobs that have an upload, chunks of one, or results here."""
        return {name for kind in (_UPLOADS, _RESULTS, _CHUNKS) for name in self._names(kind)}

    def list_uploads(self) -> set[str]:
        """The ids of all jobs that have an upload here."""
        return set(self._names(_UPLOADS))

    def check(self) -> None:
        """Looks for the mark, and writes and removes a small file; raises OSError where the storage is gone or full."""
        if not self._fs.exists(self._mark):
            raise FileNotFoundError("the storage is not there")
        path = f"{self._root}/{_CHECK}{new_id()}"
        try:
            self._fs.pipe_file(path, b"x")
        finally:
            self._remove(path)  # on a full disk it is there, and empty

    @property
    def _mark(self) -> str:
        return f"{self._root}/emoclassify-storage"

    def _names(self, kind: str) -> Iterator[str]:
        try:
            self._fs.invalidate_cache()
            paths = self._fs.ls(f"{self._root}/{kind}", detail=False)
        except FileNotFoundError:
            return
        for path in paths:
            name = str(path).rstrip("/").rsplit("/", 1)[-1]
            if _ID.fullmatch(name):
                yield name

    def _upload(self, job_id: str) -> str:
        return f"{self._root}/{_UPLOADS}/{_checked_id(job_id)}"

    def _chunk(self, upload_id: str, file: str) -> str:
        return f"{self._root}/{_CHUNKS}/{_checked_id(upload_id)}/{_checked_id(file)}"

    def _create(self, path: str) -> IO[bytes]:
        if not self._fs.exists(self._mark):  # its disk is not mounted: write nothing in its place
            raise FileNotFoundError("the storage is not there")
        self._fs.makedirs(self._parent(path), exist_ok=True)
        return self._open(path, "wb")

    def _open(self, path: str, mode: str) -> IO[bytes]:
        file: Any = open(path, mode) if self.is_local else Translated(self._fs.open(path, mode))  # noqa: SIM115, PTH123
        return cast("IO[bytes]", file)

    def _remove(self, path: str) -> None:
        try:
            self._fs.rm(path, recursive=True)
        except FileNotFoundError:
            return

    @staticmethod
    def _parent(path: str) -> str:
        return path.rsplit("/", 1)[0]


def _move(folder: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.rename(target)
    except OSError as exc:
        if exc.errno != errno.EXDEV:
            raise
        target.mkdir()  # on another disk
        for file in folder.iterdir():
            shutil.copyfile(file, target / file.name)


def is_id(text: str) -> bool:
    """True for a text that has the form of `new_id`."""
    return _ID.fullmatch(text) is not None


def _checked_id(job_id: str) -> str:
    if not is_id(job_id):
        raise ValueError("no id of a job")
    return job_id


def _link(path: Path, link: Path) -> bool:
    """Gives a file a second name; False where that cannot be: on another disk, or where the system forbids it."""
    try:
        link.hardlink_to(path)
    except FileNotFoundError:
        raise
    except OSError:
        return False
    return True
