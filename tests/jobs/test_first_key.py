"""A server that a file sets up: its first key, and the check of its workers."""

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from emoclassify.cli import main as command_line
from emoclassify.errors import UsageError
from emoclassify.jobs.service import open_jobs
from tests.support.serving import settings_in

KEY = "a-key-of-more-than-20-letters"


def test_a_key_that_was_given_is_made_once_and_stays_revoked(tmp_path: Path) -> None:
    with open_jobs(settings_in(tmp_path), time.time) as service:
        for _ in range(2):
            service.keys.add_given(KEY, "first")
        (key,) = service.keys.list()
        assert service.keys.find(KEY) == key
        service.keys.revoke(key.id)
        service.keys.add_given(KEY, "first")
        assert service.keys.find(KEY) is None


def test_a_short_first_key_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at least 20 letters") as refused:
        settings_in(tmp_path, first_key="short-one")
    assert "short-one" not in str(refused.value)


@pytest.mark.process
def test_the_api_knows_its_first_key_from_the_start(tmp_path: Path) -> None:
    environ = {**os.environ, "EMOCLASSIFY_DATA_DIR": str(tmp_path), "EMOCLASSIFY_FIRST_KEY": KEY}
    command = [sys.executable, "-m", "api", "--port", "0"]
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            url = next(line for line in process.stderr if line.startswith("api: ")).split()[1]
            assert httpx.get(f"{url}/v1/jobs").status_code == 401
            assert httpx.get(f"{url}/v1/jobs", headers={"Authorization": f"Bearer {KEY}"}).status_code == 200
        finally:
            process.terminate()


def test_a_check_tells_whether_a_worker_lives_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOCLASSIFY_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("socket.gethostname", lambda: "this-machine")
    with open_jobs(settings_in(tmp_path), time.time) as service:
        service.leases.announce("other-machine-1", ready=True)
        assert command_line(["worker", "--check"]) == 1
        service.leases.announce("this-machine-1", ready=True)
        assert command_line(["worker", "--check"]) == 0
