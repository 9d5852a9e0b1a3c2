"""API and a worker on one machine, a worker on another; between them Redis, PostgreSQL and S3 on a third.

    unshare --net .venv/bin/python -m tests.support.two_machines FOLDER N_JOBS

The machines are network namespaces with a cable each to the one this runs in, and no way to each other. A folder of
recordings goes through them with `emoclassify submit`, while workers, Redis and PostgreSQL are killed in turn, the
disk of a machine is full for a while, and other recordings are canceled, deleted, and kept for too long. Prints what
was done and what came of it, as JSON.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import ColumnElement, NullPool, create_engine, select
from sqlalchemy.exc import SQLAlchemyError

from emoclassify.job_states import ENDED, JobState
from emoclassify.jobs.service import open_jobs
from emoclassify.jobs.settings import ServerSettings
from emoclassify.jobs.tables import jobs
from emoclassify.remote.client import ApiError, Client
from tests.support.disks import fill, small_disk
from tests.support.left_behind import assert_stored_is_listed, expire, files_on, sweep_as_later
from tests.support.services import Postgres, Redis, running_postgres, running_redis, running_s3, until
from tests.support.serving import MP4, Clock
from tests.support.sources import ROOT

SERVICES = "10.99.0.1"
KEY = "two machines and a third between them"

OTHER = "other"
"""The tag of recordings that are not of the study."""

BUSY_S = 20.0
"""How long a worker is waited for that is to be killed with a job under way."""

JOB_S = 1200.0
"""How long a recording is waited for that has all others before it."""

_JOBS_A_FAULT = 2

Process = subprocess.Popen[bytes]


def most_s(n_jobs: int) -> int:
    """Nothing that a run with so many recordings starts lives longer."""
    return 600 + 30 * n_jobs


class Machine:
    """A network namespace; it reaches the services and nothing else."""

    def __init__(self, number: int, folder: Path, places: dict[str, str], stack: ExitStack, lives_s: int) -> None:
        self.address, here, cable = f"10.99.{number}.2", f"10.99.{number}.1", f"machine{number}"
        self._stack = stack
        self._environ = {**os.environ, **places, "EMOCLASSIFY_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}
        keeper = stack.enter_context(killed_at_the_end(["unshare", "--net", "sleep", str(lives_s)]))
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
    """Kills one after the other and starts it again, and does to other recordings what their owners do."""

    def __init__(
        self, machines: list[Machine], redis: Redis, postgres: Postgres, others: "Others", disk: Path, *, fills: bool
    ) -> None:
        self._machines, self._redis, self._postgres = machines, redis, postgres
        self._database = create_engine(postgres.url, poolclass=NullPool)
        self._workers = [self._worker(number) for number in range(len(machines))]
        full = ["full disk"] if fills else []
        self._turns = cycle(["worker 1", "cancel", "redis", "delete", "worker 2", "expire", "postgres", *full])
        self._others, self._disk = others, disk
        self.kills = Counter[str]()

    def _worker(self, number: int) -> Process:
        return self._machines[number].start("-m", "tests.support.serving", f"worker-{number + 1}")

    def kill_next(self) -> None:
        what = next(self._turns)
        self.kills[what] += 1
        if what in ("cancel", "delete", "expire"):
            getattr(self._others, what)()
        elif what == "full disk":
            self._fill()
        elif what == "redis":
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

    def _fill(self) -> None:
        filling = fill(self._disk)
        time.sleep(1.0)
        filling.unlink()
        for number, worker in enumerate(self._workers):
            if worker.poll() is not None:  # it ended by itself: as a container engine does
                self._workers[number] = self._worker(number)

    def end(self) -> None:
        """Ends the workers as an operator does."""
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            worker.wait()

    def wait_for_all(self) -> None:
        """Waits for the end of all jobs."""
        until(lambda: not self._is_any(jobs.c.state.in_((JobState.QUEUED, JobState.RUNNING))), 300.0)

    def _has_a_job(self, worker: str) -> bool:
        return self._is_any(jobs.c.state == JobState.RUNNING, jobs.c.lease.startswith(f"{worker}:"))

    def _is_any(self, *conditions: ColumnElement[bool]) -> bool:
        """Whether there is such a job; False too where the database is away."""
        try:
            with self._database.connect() as connection:
                return connection.scalar(select(jobs.c.id).where(*conditions)) is not None
        except SQLAlchemyError:
            return False


class Others:
    """Recordings that are handed in beside those of the study, and what their owner does to them."""

    def __init__(self, url: str, folder: Path, places: dict[str, str]) -> None:
        self._client = Client(url, KEY)
        self._recording, self._look, self._places = folder / "other.mp4", folder / "look", places
        self._recording.write_bytes(MP4 + b"other")
        self._canceled_ids = list[str]()
        self.n_gone = 0

    def cancel(self) -> None:
        """Hands one in and cancels it, while it waits or runs."""
        job_id = self._hand_in()
        with suppress(ApiError):  # 409: it has ended
            self._insist(lambda: self._client.cancel(job_id))
        self._canceled_ids.append(job_id)

    def delete(self) -> None:
        """Hands one in and deletes it, while it waits or runs."""
        job_id = self._hand_in()
        with suppress(ApiError):  # 404: an earlier call did it, whose answer was lost
            self._insist(lambda: self._client.delete(job_id))
        self.n_gone += 1

    def expire(self) -> None:
        """Ends the time of one that has ended; a worker removes it when it sweeps."""
        job_id = self._canceled_ids.pop(0)
        until(lambda: self._insist(lambda: self._client.get(job_id))["state"] in ENDED, JOB_S)
        self._insist(lambda: self._expire(job_id))
        self.n_gone += 1

    def _expire(self, job_id: str) -> None:
        settings = ServerSettings.read({**self._places, "EMOCLASSIFY_DATA_DIR": str(self._look)})
        with open_jobs(settings, time.time) as service:
            expire(service, job_id)

    def _hand_in(self) -> str:
        key = f"other-{time.monotonic_ns()}"
        job = self._insist(lambda: self._client.submit(self._recording, idempotency_key=key, tag=OTHER))
        return str(job["id"])

    def _insist(self, call: Callable[[], Any]) -> Any:
        """What a call gives as soon as the services answer."""
        for _ in range(600):
            try:
                return call()
            except (SQLAlchemyError, OSError):
                pass
            except ApiError as exc:
                if exc.status not in (None, 503, 507):
                    raise
            time.sleep(0.1)
        raise TimeoutError


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
        os.environ |= places  # this process looks into the storage, too
        disks = [folder / f"machine-{number}" for number in (1, 2)]
        fills = stack.enter_context(small_disk(disks[1], 64))
        machines = [Machine(number, disk, places, stack, most_s(n_jobs)) for number, disk in enumerate(disks, start=1)]
        api = f"http://{machines[0].address}:8000"
        machines[0].start("-m", "emoclassify", "serve", "--no-worker", "--host", machines[0].address)
        others = Others(api, folder, places)
        killer = Killer(machines, redis, postgres, others, disks[1], fills=fills)
        until(lambda: _answers(api), 120.0)
        started_s = time.monotonic()
        submit = [sys.executable, "-m", "emoclassify", "submit", str(study), "--out", str(out), "--url", api]
        sending = stack.enter_context(
            killed_at_the_end(submit, env={**os.environ, **places, "PYTHONPATH": str(ROOT)}, stdout=sys.stderr)
        )
        next_at = 1
        while sending.poll() is None:
            if len(list(out.glob("*/analysis.json"))) >= next_at:
                time.sleep(random.uniform(0, 0.5))
                killer.kill_next()
                next_at += _JOBS_A_FAULT
            time.sleep(0.05)
        seconds = time.monotonic() - started_s
        killer.wait_for_all()
        killer.end()
        return {
            "seconds": round(seconds, 1),
            "status": sending.returncode,
            "kills": killer.kills,
            "gone": others.n_gone,
            **_found(folder, disks, places),
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


def _found(folder: Path, disks: list[Path], places: dict[str, str]) -> dict[str, Any]:
    """What the database, the fetched results, the storage and the disks say, when all is swept."""
    clock = Clock(time.time())
    results = {path.parent.name: json.loads(path.read_text()) for path in (folder / "out").glob("*/analysis.json")}
    with open_jobs(ServerSettings.read({**places, "EMOCLASSIFY_DATA_DIR": str(folder / "look")}), clock) as service:
        sweep_as_later(service, clock)
        assert_stored_is_listed(service)
        with service.database.reading() as connection:
            rows = connection.execute(select(jobs.c.name, jobs.c.tries, jobs.c.state).where(jobs.c.tag != OTHER)).all()
            n_others = len(connection.execute(select(jobs.c.id).where(jobs.c.tag == OTHER)).all())
        return {
            "states": Counter(row.state for row in rows),
            "others": n_others,
            "left": list(map(str, files_on(disks))),
            "ends": {label: n for name, label, n in service.store.totals() if name == "jobs"},
            "names": len({row.name for row in rows}),
            "tries": Counter(row.tries for row in rows),
            "results_of_their_own": sum(found["source"]["name"] == name for name, found in results.items()),
        }


if __name__ == "__main__":
    ip("link", "set", "lo", "up")
    ip("address", "add", SERVICES, "dev", "lo")
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]))) + "\n")
