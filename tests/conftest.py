"""Fixtures of all tests: a clean environment, and no error in the log that a test did not expect."""

import gc
import logging
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import settings

from emoclassify.analysis import Analysis
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.worker import Worker
from emoclassify.outputs.charts.kinds import Drawing, charts_of
from tests.support.calling import client_of
from tests.support.disks import DISK_MB, small_disk
from tests.support.made import one_pixel, one_pixel_drawing
from tests.support.services import Postgres, Redis, running_postgres, running_redis, running_s3
from tests.support.serving import Clock, StandIn, settings_in
from tests.support.sources import ROOT
from tests.support.speech import write_corpora
from tests.support.starts import starts

# Where TensorFlow was loaded before it, what torch compiles with ends the process when a later test loads it.
with suppress(ImportError):
    import_module("triton")

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What the tests import stays until the end: Python need not look through it for garbage again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


LEFT_OUT = re.compile(r"not \w+( and not \w+)*")
"""The form of a choice by `-m` that only leaves out: `not model and not slow`."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A file whose tests are all left out is not even imported: torch and its like take six seconds a process."""
    choice = config.option.markexpr
    if not collection_path.name.startswith("test_") or not LEFT_OUT.fullmatch(choice):
        return None
    marks = re.findall(r"^pytestmark = .*", collection_path.read_text(), re.MULTILINE)
    left_out = set(re.findall(r"not (\w+)", choice))
    return bool(left_out & set(re.findall(r"pytest\.mark\.(\w+)", " ".join(marks)))) or None


SERVER_FIXTURES = {"redis_server", "postgres", "s3_url"}
MAY_START = {"process", "slow", "model", "clips"}
"""Markers of the tests that `make unit` leaves out."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for a server of databases is one that starts a process."""
    for item in items:
        if SERVER_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("process")


@pytest.fixture(autouse=True)
def starts_nothing(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test of `make unit` starts no server and no program: those take most of the time, and say so by a marker."""
    starts.clear()
    yield
    if not MAY_START & {marker.name for marker in request.node.iter_markers()}:
        assert not starts, f"it starts {starts}: mark it @pytest.mark.process"


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
    monkeypatch.setenv("XDG_DATA_HOME", str(cache / "nobody-s-data"))


@pytest.fixture(autouse=True)
def no_logged_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not errors, f"unexpected errors in the log: {[record.getMessage() for record in errors]}"


@pytest.fixture(scope="session")
def clips() -> Path:
    """The folder of real footage; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("EMOCLASSIFY_CLIPS", ROOT.parent / "shared" / "clips"))
    if not folder.is_dir():
        pytest.skip(f"no real footage at {folder} (set EMOCLASSIFY_CLIPS)")
    return folder


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """A folder with small speech corpora in the published layouts."""
    return write_corpora(tmp_path / "data")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own; tests that need it are skipped where none can be mounted."""
    with small_disk(tmp_path / "disk", DISK_MB) as is_small:
        if not is_small:
            pytest.skip("a small disk cannot be mounted here (it needs root)")
        yield tmp_path / "disk"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits(request: pytest.FixtureRequest) -> dict[str, int]:
    """Settings of the server: LIMITS of the file of tests, else some that keep it small."""
    return dict(getattr(request.module, "LIMITS", {"max_upload_mb": 1, "max_queued": 5}))


@pytest.fixture
def service(tmp_path: Path, clock: Clock, limits: dict[str, int]) -> Iterator[Jobs]:
    """The jobs of a server, on an empty database and storage."""
    with open_jobs(settings_in(tmp_path, **limits), clock) as opened:
        yield opened


@pytest.fixture
def client(service: Jobs) -> FlaskClient:
    """Calls its API."""
    return client_of(service)


@pytest.fixture
def analyzer(request: pytest.FixtureRequest) -> StandIn:
    """In the place of the analysis: what ANALYZER of the file of tests makes, else one with a made recording."""
    made: StandIn = getattr(request.module, "ANALYZER", StandIn)()
    return made


@pytest.fixture
def worker(service: Jobs, analyzer: StandIn) -> Worker:
    """Does its jobs, one for each `work_once`."""
    return Worker(service, analyzer, "worker")


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A real one; tests that need it are skipped where it is absent."""
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real one; tests that need it are skipped where it is absent."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def empty_postgres(postgres: Postgres) -> Postgres:
    """The same, without a table."""
    postgres.clear()
    return postgres


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    """The address of an S3 server in memory."""
    with running_s3() as url:
        yield url


@pytest.fixture
def s3_bucket(s3_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a bucket that is not there yet, and the environment to reach it."""
    environ = {"AWS_ENDPOINT_URL": s3_url, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    for name, value in {**environ, "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    return f"s3://emoclassify-{time.monotonic_ns()}"


@pytest.fixture
def blank_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts of one pixel, for tests of the texts: drawing takes seconds."""
    drawing = {".png": one_pixel(), ".svg": one_pixel_drawing()}

    def blank(found: Analysis, lang: str, overview: object = None, **_: object) -> dict[str, Drawing]:
        return {chart.name: drawing for chart in charts_of(found)}

    for module in ("report.write", "charts.draw"):
        monkeypatch.setattr(f"emoclassify.outputs.{module}.drawings_of", blank)


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
