"""API and a worker on one machine, a worker on another; between them Redis, PostgreSQL and S3 on a third.

    unshare --net .venv/bin/python -m tests.support.two_machines FOLDER N_JOBS

The machines are network namespaces with a cable each to the one this runs in, and no way to each other. A folder of
recordings goes through them with `emoclassify submit`, while workers, Redis and PostgreSQL are killed in turn. Prints
what was killed and what came of it, as JSON.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import NullPool, create_engine, select
from sqlalchemy.exc import SQLAlchemyError

from emoclassify.job_states import JobState
from emoclassify.jobs.service import open_jobs
from emoclassify.jobs.settings import ServerSettings
from emoclassify.jobs.tables import jobs
from tests.support.services import Postgres, Redis, running_postgres, running_redis, running_s3, until
from tests.support.serving import MP4
from tests.support.sources import ROOT

SERVICES = "10.99.0.1"
KEY = "two machines and a third between them"
MOST_S = 1800
"""Nothing that this starts lives longer."""

BUSY_S = 20.0
"""How long a worker is waited for that is to be killed with a job under way."""

Process = subprocess.Popen[bytes]


class Machine:
    """A network namespace; it reaches the services and nothing else."""

    def __init__(self, number: int, folder: Path, places: dict[str, str], stack: ExitStack) -> None:
        self.address, here, cable = f"10.99.{number}.2", f"10.99.{number}.1", f"machine{number}"
        self._stack = stack
        self._environ = {**os.environ, **places, "EMOCLASSIFY_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}
        keeper = stack.enter_context(killed_at_the_end(["unshare", "--net", "sleep", str(MOST_S)]))
        namespace = Path(f"/proc/{keeper.pid}/ns/net")
        until(lambda: namespace.readlink() != Path("/proc/self/ns/net").readlink())
        self._inside = ["nsenter", f"--net={namespace}"]
        ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", str(keeper.pid))
        ip("address", "add", f"{here}/24", "dev", cable)
        ip("link", "set", cable, "up")
        ip("link", "set", "lo", "up", inside=self._inside)
        ip("address", "add", f"{self.address}/24", "dev", "eth0", inside=self._inside)
        ip("link", "set", "eth0", "up", inside=self._inside)
        ip("route", "add", SERVICES, "via", here, inside=self._inside)

    def start(self, *command: str) -> Process:
        """A program of ours that runs there."""
        started = killed_at_the_end([*self._inside, sys.executable, *command], env=self._environ, cwd=ROOT)
        return self._stack.enter_context(started)


@contextmanager
def killed_at_the_end(command: list[str], **options: Any) -> Iterator[Process]:
    with subprocess.Popen(command, **options) as process:
        try:
            yield process
        finally:
            process.kill()


def ip(*words: str, inside: list[str] | None = None) -> None:
    subprocess.run([*(inside or []), "ip", *words], check=True)


class Killer:
    """Kills one after the other, and starts it again."""

    def __init__(self, machines: list[Machine], redis: Redis, postgres: Postgres) -> None:
        self._machines, self._redis, self._postgres = machines, redis, postgres
        self._database = create_engine(postgres.url, poolclass=NullPool)
        self._workers = [self._worker(number) for number in range(len(machines))]
        self._turns = cycle(["worker 1", "redis", "worker 2", "postgres"])
        self.kills = Counter[str]()

    def _worker(self, number: int) -> Process:
        return self._machines[number].start("-m", "tests.support.serving", f"worker-{number + 1}")

    def kill_next(self) -> None:
        what = next(self._turns)
        self.kills[what] += 1
        if what == "redis":
            self._redis.kill()
            self._redis.start()
        elif what == "postgres":
            self._postgres.kill()
            self._postgres.start()
        else:
            number = int(what[-1]) - 1
            with suppress(AssertionError):
                until(lambda: self._has_a_job(what.replace(" ", "-")), BUSY_S)
            self._workers[number].send_signal(signal.SIGKILL)
            self._workers[number].wait()
            self._workers[number] = self._worker(number)

    def _has_a_job(self, worker: str) -> bool:
        held = select(jobs.c.id).where(jobs.c.state == JobState.RUNNING, jobs.c.lease.startswith(f"{worker}:"))
        try:
            with self._database.connect() as connection:
                return connection.scalar(held) is not None
        except SQLAlchemyError:
            return False


def run(folder: Path, n_jobs: int) -> dict[str, Any]:
    """Sends the recordings, kills, and tells what came of it."""
    study, out, random = folder / "study", folder / "out", Random(2026)
    study.mkdir()
    for number in range(n_jobs):
        (study / f"{number:04}.mp4").write_bytes(MP4 + str(number).encode())
    with ExitStack() as stack:
        redis = stack.enter_context(running_redis(folder, SERVICES))
        postgres = stack.enter_context(running_postgres(SERVICES))
        places = _places(redis.url, postgres.url, stack.enter_context(running_s3(SERVICES)))
        machines = [Machine(number, folder / f"machine-{number}", places, stack) for number in (1, 2)]
        api = f"http://{machines[0].address}:8000"
        machines[0].start("-m", "emoclassify", "serve", "--no-worker", "--host", machines[0].address)
        killer = Killer(machines, redis, postgres)
        until(lambda: _answers(api), 120.0)
        started_s = time.monotonic()
        submit = [sys.executable, "-m", "emoclassify", "submit", str(study), "--out", str(out), "--url", api]
        sending = stack.enter_context(
            killed_at_the_end(submit, env={**os.environ, **places, "PYTHONPATH": str(ROOT)}, stdout=sys.stderr)
        )
        next_at, jobs_a_kill = 1, 2 if n_jobs < 100 else 4
        while sending.poll() is None:
            if len(list(out.glob("*/analysis.json"))) >= next_at:
                time.sleep(random.uniform(0, 0.5))
                killer.kill_next()
                next_at += jobs_a_kill
            time.sleep(0.05)
        seconds = time.monotonic() - started_s
        return {
            "seconds": round(seconds, 1),
            "status": sending.returncode,
            "kills": killer.kills,
            **_found(folder, places),
        }


def _places(redis_url: str, postgres_url: str, s3_url: str) -> dict[str, str]:
    return {
        "EMOCLASSIFY_BROKER_URL": redis_url,
        "EMOCLASSIFY_DATABASE_URL": postgres_url,
        "EMOCLASSIFY_STORAGE_URL": "s3://two-machines",
        "EMOCLASSIFY_LEASE_S": "2",
        "EMOCLASSIFY_MAX_TRIES": "10",  # workers are killed far more often here than one that dies of a recording
        "EMOCLASSIFY_FIRST_KEY": KEY,
        "EMOCLASSIFY_API_KEY": KEY,
        "AWS_ENDPOINT_URL": s3_url,
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


def _answers(url: str) -> bool:
    import httpx

    try:
        return httpx.get(f"{url}/healthz", trust_env=False).is_success
    except httpx.TransportError:
        return False


def _found(folder: Path, places: dict[str, str]) -> dict[str, Any]:
    """What the database and the fetched results say."""
    os.environ |= places
    results = {path.parent.name: json.loads(path.read_text()) for path in (folder / "out").glob("*/analysis.json")}
    with open_jobs(ServerSettings.read({**places, "EMOCLASSIFY_DATA_DIR": str(folder / "look")}), time.time) as service:
        with service.database.reading() as connection:
            rows = connection.execute(select(jobs.c.name, jobs.c.tries)).all()
        return {
            "states": service.store.count_states(),
            "ends": {label: n for name, label, n in service.store.totals() if name == "jobs"},
            "names": len({row.name for row in rows}),
            "tries": Counter(row.tries for row in rows),
            "results_of_their_own": sum(found["source"]["name"] == name for name, found in results.items()),
        }


if __name__ == "__main__":
    ip("link", "set", "lo", "up")
    ip("address", "add", SERVICES, "dev", "lo")
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]))) + "\n")
