"""A worker that is killed while it reads a recording, and the recording deleted then: nothing of it is on any disk."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.settings import ServerSettings
from tests.support.services import s3_client, until
from tests.support.serving import MP4, settings_in
from tests.support.sources import ROOT
from tests.support.submitting import now, submit

pytestmark = pytest.mark.slow

FACE = b"a face that nobody may keep"
RECORDING = MP4 + FACE + b"slow"
"""The stand-in reads it until it is killed."""

DONE_S = 60.0


@pytest.fixture(params=["folder", "s3"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Jobs]:
    """A server whose storage and database other machines reach."""
    storage_url = request.getfixturevalue("s3_bucket") if request.param == "s3" else str(tmp_path / "storage")
    places = {"storage_url": storage_url, "database_url": f"sqlite:///{tmp_path / 'jobs.sqlite'}", "lease_s": 2.0}
    with open_jobs(settings_in(tmp_path / "server", **places), time.time) as opened:
        yield opened


@contextmanager
def worker(settings: ServerSettings, name: str, machine: Path) -> Iterator[subprocess.Popen[bytes]]:
    places = {name: str(getattr(settings, name)) for name in ("storage_url", "database_url", "lease_s")}
    environ = {f"EMOCLASSIFY_{name.upper()}": value for name, value in places.items()}
    environ |= {"EMOCLASSIFY_DATA_DIR": str(machine), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.support.serving", name]
    with subprocess.Popen(command, env={**os.environ, **environ}, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def places_of_the_face(service: Jobs, disk: Path) -> set[str]:
    """Every file and object that holds the recording, or a part of it."""
    files = {str(path) for path in disk.rglob("*") if path.is_file() and FACE in path.read_bytes()}
    if service.storage.is_local:
        return files
    s3, bucket = s3_client(), service.settings.storage_url.removeprefix("s3://")
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    assert not s3.list_multipart_uploads(Bucket=bucket).get("Uploads")
    return files | {key for key in keys if FACE in s3.get_object(Bucket=bucket, Key=key)["Body"].read()}


@pytest.mark.parametrize("elsewhere", [False, True], ids=["the server's machine", "a machine of its own"])
def test_nothing_of_it_is_left(service: Jobs, tmp_path: Path, elsewhere: bool) -> None:
    machine = tmp_path / "machine" if elsewhere else service.settings.data_dir
    job = submit(service, RECORDING)
    with worker(service.settings, "one", machine) as process:
        until(lambda: any(machine.rglob("annotated.mp4.partial")), DONE_S)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert len(places_of_the_face(service, tmp_path)) >= 2  # as long as nobody deletes it
    assert service.delete(job.id, "")
    if elsewhere:  # the server does not reach its disk; the next worker there does, of any name
        other = submit(service)
        with worker(service.settings, "two", machine):
            until(lambda: now(service, other).ended, DONE_S)
            until(lambda: not places_of_the_face(service, tmp_path), DONE_S)
    assert places_of_the_face(service, tmp_path) == set()
    assert not list(machine.rglob(f"*{job.id}*"))


def test_a_recording_that_is_deleted_while_another_machine_reads_it_goes_from_its_disk(
    service: Jobs, tmp_path: Path
) -> None:
    machine = tmp_path / "machine"
    job = submit(service, RECORDING)
    with worker(service.settings, "one", machine):
        until(lambda: any(machine.rglob("annotated.mp4.partial")), DONE_S)
        assert service.delete(job.id, "")
        until(lambda: not places_of_the_face(service, tmp_path), DONE_S)
