"""A worker's folder: nothing of a recording stays in it, whatever ends the worker."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from emoclassify.jobs.service import Jobs
from emoclassify.jobs.sweeper import Sweeper
from emoclassify.jobs.task import store_results
from emoclassify.jobs.workplace import Workplace, remove_abandoned
from tests.support.submitting import files_of_jobs, submit

KILLED = """
import os, signal, sys
from pathlib import Path
from emoclassify.jobs.workplace import Workplace
place = Workplace(Path(sys.argv[1]), "killed")
with place.job(sys.argv[2]) as (upload, results):
    (upload / "face.mp4").touch()
    results.mkdir()
    (results / "frames.csv").touch()
    (place.temporary / "still.jpg").touch()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def leave(workers: Path, job_id: str) -> None:
    """What a worker leaves that is killed while it does a job."""
    assert subprocess.run([sys.executable, "-c", KILLED, str(workers), job_id]).returncode < 0


def names(workers: Path) -> set[str]:
    return {path.name for path in workers.iterdir()}


def test_the_folders_of_a_job_go_at_its_end(tmp_path: Path) -> None:
    with Workplace(tmp_path, "one") as place:
        with place.job("a") as (upload, results):
            (upload / "face.mp4").touch()
            results.mkdir()
            (place.temporary / "folder").mkdir()
            (place.temporary / "folder" / "still.jpg").touch()
            (place.temporary / "link").symlink_to(tmp_path)
        assert not upload.exists()
        assert not results.exists()
        assert list(place.temporary.iterdir()) == []  # neither what the next recording's process could find
    assert names(tmp_path) == set()


@pytest.mark.process
def test_a_deleted_job_leaves_nothing_where_its_worker_was_killed(service: Jobs) -> None:
    job = submit(service)
    leave(service.settings.workers, job.id)
    assert len(files_of_jobs(service)) == 3
    service.delete(job.id, "")
    assert files_of_jobs(service) == []


@pytest.mark.process
def test_what_a_killed_worker_left_goes_with_the_next_sweep_and_what_lives_stays(service: Jobs) -> None:
    workers = service.settings.workers
    leave(workers, "a")
    with Workplace(workers, "alive") as alive, alive.job("b") as (upload, _):
        (upload / "face.mp4").touch()
        Sweeper(service).sweep()
        assert names(workers) == {"worker-alive"}
        assert files_of_jobs(service) == [upload / "face.mp4"]


@pytest.mark.process
def test_it_is_emptied_where_a_worker_of_the_same_name_begins(tmp_path: Path) -> None:
    leave(tmp_path, "a")
    with Workplace(tmp_path, "killed") as place:
        assert list(place.uploads.iterdir()) == list(place.results.iterdir()) == []


@pytest.mark.parametrize("name", ["../up", "a/b", "..", "машина-1", "x" * 60])
def test_a_name_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    workers = tmp_path / "workers"
    with Workplace(workers, name) as place:
        assert place.uploads.parent.parent == workers
    assert names(tmp_path) == {"workers"}


def test_others_of_the_machine_cannot_look_in(tmp_path: Path) -> None:
    with Workplace(tmp_path, "one") as place, place.job("a") as (upload, _):
        assert [folder.stat().st_mode & 0o077 for folder in (place.uploads.parent, place.uploads, upload)] == [0, 0, 0]


def test_without_workers_there_is_nothing_to_remove(tmp_path: Path) -> None:
    remove_abandoned(tmp_path / "none")


@pytest.mark.parametrize("kind", ["link", "second name", "folder", "pipe"])
def test_results_that_are_no_plain_files_are_not_stored(service: Jobs, tmp_path: Path, kind: str) -> None:
    """The process that makes them may be taken over by the recording: a link would show another file to its sender."""
    job, folder, secret = submit(service), tmp_path / "results", tmp_path / "secret"
    folder.mkdir()
    secret.write_text("of others")
    trick = folder / "frames.csv"
    make: dict[str, Callable[[], None]] = {
        "link": lambda: trick.symlink_to(secret),
        "second name": lambda: trick.hardlink_to(secret),
        "folder": trick.mkdir,
        "pipe": lambda: os.mkfifo(trick),
    }
    make[kind]()
    with pytest.raises(OSError, match="no plain file"):
        store_results(job, folder, service.storage)
    assert secret.read_text() == "of others"
