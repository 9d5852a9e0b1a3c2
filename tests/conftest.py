"""Fixtures of all tests: a clean environment, and no error in the log that a test did not expect."""

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from speech import write_corpora

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Networks that were converted once, for all tests of a run."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """No setting and no file of the machine's user reaches a test; nothing is fetched."""
    for name in list(os.environ):
        if name.startswith("EMOCLASSIFY_") and name != "EMOCLASSIFY_CLIPS":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("EMOCLASSIFY_CACHE_DIR", str(cache))


@pytest.fixture(autouse=True)
def no_logged_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not errors, f"unexpected errors in the log: {[record.getMessage() for record in errors]}"


@pytest.fixture(scope="session")
def clips() -> Path:
    """The folder of real footage; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("EMOCLASSIFY_CLIPS", Path(__file__).parents[2] / "shared" / "clips"))
    if not folder.is_dir():
        pytest.skip(f"no real footage at {folder} (set EMOCLASSIFY_CLIPS)")
    return folder


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """A folder with small speech corpora in the published layouts."""
    return write_corpora(tmp_path / "data")


@pytest.fixture(scope="session")
def espeak() -> str:
    """The program that speaks; tests that need it are skipped where it is absent."""
    program = shutil.which("espeak-ng")
    if program is None:
        pytest.skip("espeak-ng is not installed (apt-get install espeak-ng)")
    return program


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Two threads wait for each other on a busy machine, longer than tiny networks take."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
