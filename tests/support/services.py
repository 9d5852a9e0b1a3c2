"""Real Redis, PostgreSQL and S3 servers for the tests, each on a port and in a folder of its own."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
import sqlalchemy
from sqlalchemy.exc import OperationalError

_START_S = 30.0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until(ready: Callable[[], bool], within_s: float = _START_S) -> None:
    """Looks until something is so."""
    end_s = time.monotonic() + within_s
    while not ready():
        assert time.monotonic() < end_s, "it did not come to be in time"
        time.sleep(0.05)


class Redis:
    """A Redis that keeps nothing, as the compose file has it; it can be killed and started again."""

    def __init__(self, folder: Path, host: str = "127.0.0.1") -> None:
        self._folder, self._host, self._port = folder, host, free_port()
        self.url = f"redis://{host}:{self._port}/0"

    def start(self) -> None:
        keep = ["--save", "", "--appendonly", "no", "--dir", str(self._folder)]
        place = ["--port", str(self._port), "--bind", self._host, "--protected-mode", "no"]
        command = ["redis-server", *place, *keep]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until(self._answers)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


@contextmanager
def running_redis(folder: Path, host: str = "127.0.0.1") -> Iterator[Redis]:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed (apt-get install redis-server)")
    server = Redis(folder, host)
    server.start()
    try:
        yield server
    finally:
        server.kill()


class Postgres:
    """A PostgreSQL that can be killed and started again; it refuses to run as root, so its own user runs it there."""

    def __init__(self, binaries: Path, folder: Path, host: str = "127.0.0.1") -> None:
        self._binaries, self._folder, self._host, self._port = binaries, folder, host, free_port()
        self._user = "postgres" if os.getuid() == 0 else None
        self.url = f"postgresql+psycopg://postgres@{host}:{self._port}/postgres"
        if self._user:
            shutil.chown(folder, self._user)
        self._run("initdb", "-U", "postgres", "-A", "trust", "-N", "--locale=C.UTF-8").wait()
        with (folder / "data" / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {host}/16 trust\n")

    def start(self) -> None:
        self._begin()
        until(self._answers)

    def _begin(self) -> None:
        options = ["-p", str(self._port), "-h", self._host, "-k", str(self._folder), "-F"]
        self._process = self._run("postgres", *options)

    def kill(self, number: int = signal.SIGKILL) -> None:
        self._process.send_signal(number)
        self._process.wait()

    def clear(self) -> None:
        """Removes every table."""
        engine = sqlalchemy.create_engine(self.url)
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text("DROP SCHEMA public CASCADE"))
            connection.execute(sqlalchemy.text("CREATE SCHEMA public"))
        engine.dispose()

    def _run(self, program: str, *options: str) -> subprocess.Popen[bytes]:
        command = [str(self._binaries / program), "-D", str(self._folder / "data"), *options]
        groups: list[str] | None = [] if self._user else None
        return subprocess.Popen(
            command,
            cwd="/",
            user=self._user,
            group=self._user,
            extra_groups=groups,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _answers(self) -> bool:
        if self._process.poll() is not None:  # what the killed one had is not yet given back
            self._begin()
        return _answers(self.url)


@contextmanager
def running_postgres(host: str = "127.0.0.1") -> Iterator[Postgres]:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        server = Postgres(programs[-1].parent, Path(name), host)
        server.start()
        try:
            yield server
        finally:
            server.kill(signal.SIGTERM)


def _answers(url: str) -> bool:
    engine = sqlalchemy.create_engine(url)
    try:
        with engine.connect():
            return True
    except OperationalError:
        return False
    finally:
        engine.dispose()


def s3_client() -> Any:
    """Calls the S3 server that the environment names, past our own code."""
    import boto3  # type: ignore[import-untyped]

    return boto3.client("s3")


@contextmanager
def running_s3(host: str = "127.0.0.1") -> Iterator[str]:
    """The address of an S3 server that keeps its objects in memory (moto's)."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address=host, port=0, verbose=False)
    server.start()
    try:
        _, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()
