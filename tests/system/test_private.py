"""What a server keeps is for its user alone: files of recordings, results, database, logs; older ones too."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from emoclassify.cli import main as command_line
from emoclassify.jobs.service import open_jobs
from emoclassify.remote.client import ApiError, Client
from tests.support.services import free_port, until
from tests.support.serving import MP4, Clock, settings_in
from tests.support.submitting import submit


@contextmanager
def user_s_own_umask() -> Iterator[None]:
    """That of most users: others may read."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    """All in a folder, and the folder, that another user may read, write or enter."""
    paths = [folder, *folder.rglob("*")]
    assert len(paths) > 1
    return sorted(str(path) for path in paths if stat.S_IMODE(path.lstat().st_mode) & 0o077)


def is_served(client: Client) -> bool:
    try:
        return client.page() is not None
    except ApiError:
        return False


@pytest.mark.process
def test_all_that_api_and_worker_write_is_for_their_user_alone(tmp_path: Path) -> None:
    port, data = free_port(), tmp_path / "data"
    environ = {**os.environ, "EMOCLASSIFY_DATA_DIR": str(data)}
    commands = (["-m", "api", "--port", str(port)], ["-m", "tests.support.serving", "one"])
    with user_s_own_umask():
        processes = [subprocess.Popen([sys.executable, *command], env=environ) for command in commands]
    try:
        with Client(f"http://127.0.0.1:{port}") as client:
            until(lambda: is_served(client), 60)
            (tmp_path / "talk.mp4").write_bytes(MP4)
            job = client.wait(client.submit(tmp_path / "talk.mp4")["id"], timeout_s=60)
            client.download_zip(job["id"], tmp_path / "all.zip")
            assert len(list(data.rglob("analysis.json"))) == 1
            assert open_to_others(data) == []
    finally:
        for process in processes:
            process.terminate()
            process.wait()


def test_the_data_of_an_older_version_is_taken_away_from_others(tmp_path: Path) -> None:
    data, outside = tmp_path / "data", tmp_path / "outside"
    names = ("jobs.sqlite.lock", "storage/uploads/x", "storage/results/x/y/analysis.json", "scratch/part")
    with user_s_own_umask():
        for name in names:
            (data / name).parent.mkdir(parents=True, exist_ok=True)
            (data / name).write_text("older")
        outside.write_text("another program's")
        (data / "link").symlink_to(outside)
        older = set(open_to_others(data)) - {str(data / "link")}
        assert len(older) == 11
        with open_jobs(settings_in(data), Clock()):
            pass
    assert not older & set(open_to_others(data))
    assert outside.stat().st_mode & 0o777 == 0o644


def test_a_folder_of_files_elsewhere_is_too(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "data", storage_url=str(tmp_path / "files"))
    with user_s_own_umask(), open_jobs(settings, Clock()) as service:
        submit(service)
        assert (tmp_path / "files").stat().st_mode & 0o777 == 0o700


def test_what_the_commands_write_is_for_their_user_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOCLASSIFY_DATA_DIR", str(tmp_path / "data"))
    with user_s_own_umask():
        assert command_line(["keys", "list"]) == 0
        assert command_line(["backup", str(tmp_path / "copy")]) == 0
    assert open_to_others(tmp_path / "data") == []
    assert open_to_others(tmp_path / "copy") == []


@pytest.mark.process
def test_what_analyze_writes_is_as_the_user_says(tmp_path: Path) -> None:
    """Results are made for a folder of the user's own, which may be shared with others on purpose."""
    code = (
        "import os; from emoclassify.cli import main; main(['analyze', 'none.mp4', '--out', 'out']); print(os.umask(0))"
    )
    with user_s_own_umask():
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.split()[-1] == str(0o022)
