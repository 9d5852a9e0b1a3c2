"""A disk that is really full: a small one of its own, which needs root. Each failure is told, and nothing is lost."""

import io
import math
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import SQLAlchemyError

from emoclassify.child import Child
from emoclassify.jobs.service import open_jobs
from emoclassify.jobs.worker import Worker
from emoclassify.jobs.workplace import Workplace
from emoclassify.remote.client import ApiError, Client
from emoclassify.words.messages import Message
from tests.support.calling import assert_problem, client_of, post
from tests.support.disks import DISK_MB, MB, PAGE_BYTES, fill, free
from tests.support.made import even, portrait, write_video
from tests.support.services import until
from tests.support.serving import MP4, Clock, StandIn, served, settings_in
from tests.support.submitting import now, submit


def recording(mb: float) -> io.BytesIO:
    return io.BytesIO(MP4 + bytes(round(mb * MB)))


def assert_no_room(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.headers["Content-Type"]) == (507, "application/problem+json")
    assert "no room" in answer.json()["detail"]


def files_in(folder: Path) -> list[str]:
    """The uploads, results and files under way of a server."""
    places = (folder / "scratch", folder / "storage" / "uploads", folder / "storage" / "results")
    return [str(path) for place in places if place.exists() for path in place.rglob("*") if path.is_file()]


def assert_works(client: Client) -> None:
    assert client.wait(client.submit(recording(0), name="talk.mp4")["id"], timeout_s=60)["state"] == "completed"


@pytest.mark.process
@pytest.mark.parametrize(
    ("mb", "told"),
    [(DISK_MB + 1, True), (DISK_MB + 1, False), (0.7 * DISK_MB, True)],
    ids=["more than there is", "more than there is, its length not told", "no room for it twice"],
)
def test_an_upload_that_does_not_fit_is_refused_and_leaves_nothing(disk: Path, mb: float, told: bool) -> None:
    with (
        served(disk, max_upload_mb=64, reserve_mb=0) as server,
        Client(server.url) as client,
        httpx.Client(timeout=60) as raw,
    ):
        request = raw.build_request("POST", f"{server.url}/v1/jobs", files={"file": ("talk.mp4", recording(mb))})
        if not told:
            del request.headers["Content-Length"]
            request.headers["Transfer-Encoding"] = "chunked"
        before = free(disk)
        assert_no_room(raw.send(request))
        assert files_in(disk) == []
        until(lambda: free(disk) > before - MB)  # what was received is given back after the answer
        assert list(client.list()) == []
        assert_works(client)


@pytest.mark.process
def test_a_client_is_told_that_there_is_no_room(disk: Path) -> None:
    with served(disk, max_upload_mb=64, reserve_mb=0) as server, Client(server.url) as client:
        with pytest.raises(ApiError, match="no room") as refused:
            client.submit(recording(2 * DISK_MB), name="talk.mp4")
        assert refused.value.status == 507


@pytest.mark.process
def test_a_full_disk_stops_the_jobs_and_loses_none(disk: Path) -> None:
    with open_jobs(settings_in(disk, reserve_mb=0), Clock()) as service:
        before, worker = submit(service), Worker(service, StandIn(), "one")
        filling = fill(disk)
        with pytest.raises((OSError, SQLAlchemyError)):
            worker.work_once()
        assert now(service, before).state == "queued"
        assert [path.name for path in (disk / "storage").iterdir() if path.is_file()] == ["emoclassify-storage"]
        filling.unlink()
        assert worker.work_once()
        assert (now(service, before).state, now(service, before).tries) == ("completed", 1)


@pytest.mark.process
@pytest.mark.parametrize("elsewhere", [True, False], ids=["storage", "scratch"])
def test_results_that_do_not_fit_are_told_and_can_be_made_later(disk: Path, tmp_path: Path, elsewhere: bool) -> None:
    """On the way into a storage of its own, or where they are written first."""

    class Talkative(StandIn):
        def analyze(self, path: Path, folder: Path, *arguments: Any, **named: Any) -> list[Path]:
            written = super().analyze(path, folder, *arguments, **named)
            (folder / "frames.csv").write_bytes(bytes(4 * MB))
            return written

    data = tmp_path / "data" if elsewhere else disk
    places = {"database_url": f"sqlite:///{tmp_path / 'jobs.sqlite'}", "storage_url": str(disk / "storage")}
    with open_jobs(settings_in(data, **places), Clock()) as service:
        job, worker = submit(service), Worker(service, Talkative(), "one")
        filling = fill(disk, but=2 * MB)
        while worker.work_once():
            pass
        failed = now(service, job)
        assert (failed.state, failed.tries) == ("failed", service.settings.max_tries)
        assert failed.error == Message("results_unstored", {"why": "No space left on device"})
        assert files_in(data if elsewhere else disk) == ([] if elsewhere else [str(disk / "storage/uploads" / job.id)])
        assert free(disk) > MB
        filling.unlink()
        service.retry(job.id, "")
        assert worker.work_once()
        assert now(service, job).state == "completed"


@pytest.mark.model
@pytest.mark.parametrize(("room", "code"), [(0, "upload_uncopied"), (1, "results_unwritten")], ids=["none", "little"])
def test_what_the_analysis_has_no_room_for_is_told(disk: Path, tmp_path: Path, room: int, code: str) -> None:
    """The storage is elsewhere; the worker's disk is full, or as good as full once it has the upload."""
    clip = write_video(tmp_path / "talk.mp4", even([portrait()] * 3)).read_bytes()
    places = {"database_url": f"sqlite:///{tmp_path / 'jobs.sqlite'}", "storage_url": str(tmp_path / "storage")}
    with (
        Child() as child,
        open_jobs(settings_in(disk, max_tries=1, **places), Clock()) as service,
        Workplace(service.settings.workers, "one") as place,
    ):
        job = submit(service, clip)
        worker = Worker(service, child, "one", place=place)
        fill(disk, but=room * PAGE_BYTES * math.ceil(len(clip) / PAGE_BYTES))
        assert worker.work_once()
        assert now(service, job).state == "failed"
        assert now(service, job).error == Message(code, {"why": "No space left on device"})


@pytest.mark.process
def test_a_database_without_room_is_told_and_loses_nothing(disk: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{disk / 'jobs.sqlite'}"
    with open_jobs(settings_in(tmp_path / "data", database_url=url, reserve_mb=0), Clock()) as service:
        before, client = submit(service), client_of(service)
        filling = fill(disk)
        for _ in range(200):  # until the room inside of the database is used up
            if (answer := post(client)).status_code != 202:
                break
        assert_problem(answer, 507, "no room")
        with pytest.raises(SQLAlchemyError):
            submit(service)
        assert now(service, before).state == "queued"
        filling.unlink()
        uploads = service.storage.list_uploads()
        jobs = {job["id"] for job in client.get("/v1/jobs?limit=200").get_json()["jobs"]}
        assert uploads == jobs
        assert post(client).status_code == 202
        worker = Worker(service, StandIn(), "one")
        while worker.work_once():
            pass
        assert now(service, before).state == "completed"
