"""A worker's folder on its machine: the upload under way, the results that are being made, and temporary files.

Nothing of a recording stays in it: a job's files go at the job's end, or with the job where it is deleted; the folder
of a worker that was killed goes when another worker of the machine, or itself again, sees it.
"""

import fcntl
import os
import shutil
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from emoclassify.confine import Bounds

_UPLOADS, _RESULTS, _TEMPORARY, _LOCK = "uploads", "results", "tmp", "lock"


class Workplace:
    """The folder of one worker, which nobody else uses while it lives. Close it, or use it in `with`."""

    def __init__(self, workers: Path, name: str) -> None:
        """Makes the folder, or empties that of an earlier worker of the same name.

        Args:
            workers: the folder of all workers of the machine.
            name: of the worker.
        """
        self._folder = workers / f"worker-{quote(name, safe='')}"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock_fd = os.open(self._folder / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        self._unlock = weakref.finalize(self, os.close, lock_fd)
        fcntl.flock(lock_fd, fcntl.LOCK_SH | fcntl.LOCK_NB)  # the system takes it back where the process is killed
        for folder in (self.uploads, self.results, self.temporary):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)

    def __enter__(self) -> "Workplace":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Removes the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._unlock()

    @property
    def uploads(self) -> Path:
        """The folder of the recordings to be read."""
        return self._folder / _UPLOADS

    @property
    def results(self) -> Path:
        """The folder in which results are made."""
        return self._folder / _RESULTS

    @property
    def temporary(self) -> Path:
        """The folder of temporary files."""
        return self._folder / _TEMPORARY

    def bounds(self, readable: Iterable[Path] = (), memory_mb: int | None = None) -> Bounds:
        """What the process that opens the recordings may touch: these folders, and what else it reads; and memory."""
        return Bounds(self.temporary, (self.uploads, *readable), (self.results,), memory_mb)

    @contextmanager
    def job(self, job_id: str) -> Iterator[tuple[Path, Path]]:
        """Two folders for one job, which go at the end: an empty one for its input, and one for its results, which does
        not exist yet."""
        upload, results = self.uploads / job_id, self.results / job_id
        remove_job(self._folder.parent, job_id)  # what is left of an earlier try
        upload.mkdir(mode=0o700)
        try:
            yield upload, results
        finally:
            for folder in (upload, results, *self.temporary.iterdir()):
                _remove(folder)


def remove_job(workers: Path, job_id: str) -> None:
    """Removes what workers of this machine have of a job; of those that are gone, everything."""
    remove_abandoned(workers)
    for folder in workers.glob("*"):
        for part in (_UPLOADS, _RESULTS):
            shutil.rmtree(folder / part / job_id, ignore_errors=True)


def _remove(path: Path) -> None:
    """Removes a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def remove_abandoned(workers: Path) -> None:
    """Removes the folders of workers of this machine that are gone."""
    for folder in workers.glob("*"):
        try:
            lock_fd = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            continue  # being made, or being removed
        try:
            fcntl.flock(lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            pass  # its worker lives
        finally:
            os.close(lock_fd)
