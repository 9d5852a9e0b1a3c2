"""Backup and restore: everything is there again, whatever the server did meanwhile; nothing is overwritten."""

import threading
from pathlib import Path

import pytest

from emoclassify.cli import main as command_line
from emoclassify.errors import ResultError, UsageError
from emoclassify.job_states import ACTIVE, JobState
from emoclassify.jobs import backup
from emoclassify.jobs.backup import back_up, restore
from emoclassify.jobs.queries import Search
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.sweeper import STRAY_S, Sweeper
from emoclassify.jobs.worker import Worker
from tests.support.services import until
from tests.support.serving import BROKEN, MP4, Clock, StandIn, settings_in
from tests.support.submitting import now, submit


def contents(service: Jobs, owner: str = "") -> dict[tuple[str, str], bytes]:
    """Every file of every job that its owner can fetch."""
    files = {}
    for job in service.store.find(Search(owner=owner, limit=1000)):
        for name, size_bytes in service.artifacts(job):
            with service.open_artifact(job, name) as file:
                files[job.id, name] = file.read()
            assert len(files[job.id, name]) == size_bytes
    return files


def test_everything_is_there_again(service: Jobs, tmp_path: Path, clock: Clock) -> None:
    _, text = service.keys.add("Anna")
    finished, failed, waiting = submit(service), submit(service, BROKEN), submit(service, MP4 + b"waiting")
    worker = Worker(service, StandIn(), "one")
    worker.work_once()
    worker.work_once()
    interrupted = submit(service)
    service.leases.claim(interrupted.id, "dead")
    back_up(service.settings, tmp_path / "copy")
    expected = contents(service)
    elsewhere = settings_in(tmp_path / "elsewhere")
    restore(elsewhere, tmp_path / "copy")
    with open_jobs(elsewhere, clock) as restored:
        jobs = (finished, failed, waiting, interrupted)
        assert [now(restored, job).state for job in jobs] == ["completed", "failed", "queued", "running"]
        assert contents(restored) == expected
        assert restored.keys.find(text) is not None
        clock.now += elsewhere.lease_s + 1
        while Worker(restored, StandIn(), "two").work_once():
            pass
        assert [now(restored, job).state for job in jobs[2:]] == ["completed"] * 2


def test_a_copy_that_is_made_while_the_server_works_is_whole(service: Jobs, tmp_path: Path, clock: Clock) -> None:
    """Jobs come, end and go all the time; in each copy every job has its files, and every file its job."""
    over = threading.Event()

    def work() -> None:
        worker = Worker(service, StandIn(), "one")
        while not over.is_set():
            for job in [submit(service) for _ in range(3)]:
                worker.work_once()
                if int(job.id[0], 16) % 2:
                    service.delete(job.id, "")

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for number in range(10):
            until(lambda n=number: service.store.count_states().get(JobState.COMPLETED, 0) >= n)  # type: ignore[misc]
            back_up(service.settings, tmp_path / f"copy-{number}")
    finally:
        over.set()
        thread.join()
    for number in range(10):
        elsewhere = settings_in(tmp_path / f"elsewhere-{number}")
        restore(elsewhere, tmp_path / f"copy-{number}")
        with open_jobs(elsewhere, clock) as restored:
            Sweeper(restored).sweep()  # what was half deleted goes on being deleted
            jobs = restored.store.find(Search(owner="", limit=1000))
            assert restored.storage.list_jobs() == {job.id for job in jobs}
            complete = {job.id for job in jobs if job.state == JobState.COMPLETED}
            assert {job_id for job_id, name in contents(restored) if name == "analysis.json"} == complete
            assert len(complete) >= number - 3  # as many as were deleted meanwhile


def test_what_is_deleted_while_it_is_copied_is_left_out(
    service: Jobs, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays, goes = submit(service), submit(service)
    worker = Worker(service, StandIn(), "one")
    assert worker.work_once()
    assert worker.work_once()
    copy_database = backup._copy_database

    def copy_and_delete(path: Path, copy: Path) -> None:
        copy_database(path, copy)
        service.delete(goes.id, "")

    with monkeypatch.context() as patched:
        patched.setattr(backup, "_copy_database", copy_and_delete)
        back_up(service.settings, tmp_path / "copy")
    elsewhere = settings_in(tmp_path / "elsewhere")
    restore(elsewhere, tmp_path / "copy")
    with open_jobs(elsewhere, clock) as restored:
        assert {job_id for job_id, _ in contents(restored)} == {stays.id} == restored.storage.list_jobs()


def test_an_upload_under_way_is_left_out(service: Jobs, tmp_path: Path, clock: Clock) -> None:
    job = submit(service)
    with service.storage.create_upload("f" * 32) as file:
        file.write(b"half of an upload")
        file.flush()
        back_up(service.settings, tmp_path / "copy")
    restore(settings_in(tmp_path / "elsewhere"), tmp_path / "copy")
    with open_jobs(settings_in(tmp_path / "elsewhere"), clock) as restored:
        assert restored.storage.list_jobs() == {job.id}


def test_nothing_is_overwritten(service: Jobs, tmp_path: Path) -> None:
    submit(service)
    back_up(service.settings, tmp_path / "copy")
    with pytest.raises(UsageError, match="is there already"):
        back_up(service.settings, tmp_path / "copy")
    before = contents(service)
    with pytest.raises(UsageError, match="is there already"):
        restore(service.settings, tmp_path / "copy")
    assert contents(service) == before


@pytest.mark.parametrize("there", ["jobs.sqlite", "storage"])
def test_where_one_half_of_the_data_is_there_nothing_is_restored(service: Jobs, tmp_path: Path, there: str) -> None:
    back_up(service.settings, tmp_path / "copy")
    place = tmp_path / "elsewhere" / there
    place.parent.mkdir()
    place.write_text("here is something")
    with pytest.raises(UsageError, match=there):
        restore(settings_in(tmp_path / "elsewhere"), tmp_path / "copy")
    assert [path.name for path in place.parent.iterdir()] == [there]
    assert place.read_text() == "here is something"


def test_what_is_no_backup_or_a_damaged_one_is_said_to_be_so(service: Jobs, tmp_path: Path) -> None:
    elsewhere = settings_in(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="no backup"):
        restore(elsewhere, tmp_path / "nothing")
    for _ in range(5):
        submit(service)
    back_up(service.settings, tmp_path / "copy")
    database = tmp_path / "copy" / "jobs.sqlite"
    content = bytearray(database.read_bytes())
    content[4096 : len(content)] = b"x" * (len(content) - 4096)
    database.write_bytes(content)
    with pytest.raises(ResultError, match="damaged"):
        restore(elsewhere, tmp_path / "copy")
    assert not Path(elsewhere.storage).exists()


def test_data_of_services_is_left_to_their_tools(tmp_path: Path) -> None:
    services = {"database_url": "postgresql+psycopg://nobody@127.0.0.1:1/x"}
    with pytest.raises(UsageError, match="services"):
        back_up(settings_in(tmp_path, **services), tmp_path / "copy")
    with pytest.raises(UsageError, match="services"):
        back_up(settings_in(tmp_path, storage_url="memory://x"), tmp_path / "copy")


def test_a_backup_is_for_its_owner_alone(service: Jobs, tmp_path: Path) -> None:
    back_up(service.settings, tmp_path / "copy")
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o700


def test_both_on_the_command_line(
    service: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    job = submit(service, expires_at=service.clock() + 1e9)
    monkeypatch.setenv("EMOCLASSIFY_DATA_DIR", str(service.settings.data_dir))
    assert command_line(["backup", str(tmp_path / "copy")]) == 0
    assert command_line(["restore", str(tmp_path / "copy")]) == 2
    monkeypatch.setenv("EMOCLASSIFY_DATA_DIR", str(tmp_path / "elsewhere"))
    assert command_line(["restore", str(tmp_path / "copy")]) == 0
    assert "1 jobs" in capsys.readouterr().err
    with open_jobs(settings_in(tmp_path / "elsewhere"), service.clock) as restored:
        assert now(restored, job).state in ACTIVE


def test_what_expired_meanwhile_goes_with_the_first_sweep(service: Jobs, tmp_path: Path, clock: Clock) -> None:
    submit(service, keep_days=1)
    Worker(service, StandIn(), "one").work_once()
    back_up(service.settings, tmp_path / "copy")
    clock.now += 2 * 86_400 + STRAY_S
    restore(settings_in(tmp_path / "elsewhere"), tmp_path / "copy")
    with open_jobs(settings_in(tmp_path / "elsewhere"), clock) as restored:
        Sweeper(restored).sweep()
        assert restored.storage.list_jobs() == set()
