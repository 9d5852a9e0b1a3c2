"""Thirty people send their recordings at once while the API is killed: each is whole, and none is there twice."""

import base64
import hashlib
import io
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from emoclassify.jobs.queries import Search
from emoclassify.jobs.service import open_jobs
from emoclassify.remote.client import Client
from tests.support.respondents import FILM_S, WITNESS
from tests.support.services import free_port, until
from tests.support.serving import MP4, settings_in
from tests.support.sources import ROOT

N_PEOPLE, N_PIECES, N_KILLS = 30, 12, 2
PATIENCE_S = 240.0
pytestmark = [pytest.mark.process, pytest.mark.slow, pytest.mark.timeout(400)]


class Api:
    """The API as a process that is killed and started again."""

    def __init__(self, data: Path) -> None:
        self._data, self.port = data, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._start()

    def _start(self) -> None:
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "EMOCLASSIFY_DATA_DIR": str(self._data)}
        command = [sys.executable, "-m", "api", "--port", str(self.port)]
        self._running = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
        until(self._answers, PATIENCE_S)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", trust_env=False).is_success
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        self._running.send_signal(signal.SIGKILL)
        self._running.wait()
        self._start()

    def end(self) -> None:
        self._running.terminate()
        self._running.wait()


@contextmanager
def served(data: Path) -> Iterator[Api]:
    api = Api(data)
    try:
        yield api
    finally:
        api.end()


def insist(http: httpx.Client, method: str, path: str, **content: Any) -> httpx.Response:
    """As the page does: again, until something answers."""
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s:
        try:
            answer = http.request(method, path, **content)
        except httpx.TransportError:
            time.sleep(0.05)
            continue
        is_joined = answer.status_code == 409 and answer.json().get("code") == "upload_joining"
        if answer.status_code < 429 and not is_joined:
            return answer
        time.sleep(0.2)
    raise TimeoutError(path)


def pieces_of(number: int) -> list[bytes]:
    rng = random.Random(number)
    return [(MP4 if i == 0 else b"") + rng.randbytes(20_000) for i in range(N_PIECES)]


def take_part(url: str, token: str, number: int, on_piece: Callable[[], None]) -> str:
    """Somebody with a link, from the consent to the end; the checksum of their recording."""
    pieces = pieces_of(number)
    sums = [hashlib.sha256(piece).hexdigest() for piece in pieces]
    with httpx.Client(base_url=f"{url}/r/{token}/", trust_env=False, timeout=30) as http:
        opened = insist(http, "POST", "sittings", json={"pid": f"r{number}"})
        http.headers["X-Sitting"] = opened.json()["secret"]
        told = insist(http, "GET", "study").json()
        assert insist(http, "POST", "sitting/consent", json={**told["consent"], "lang": "en"}).is_success
        for place, piece in enumerate(pieces):
            headers = {"Content-Digest": f"sha-256=:{base64.b64encode(bytes.fromhex(sums[place])).decode()}:"}
            answer = insist(http, "PUT", f"sitting/chunks/{place}", content=piece, headers=headers)
            assert answer.is_success, answer.text
            on_piece()
        ended = insist(http, "POST", "sitting/done", json={"sums": sums, "witness": WITNESS})
        assert ended.is_success, ended.text
    return hashlib.sha256(b"".join(pieces)).hexdigest()


def collecting(client: Client, data: Path) -> tuple[str, str]:
    """A study that collects, and the token of a link for everybody."""
    job_id = str(client.submit(io.BytesIO(MP4), name="film.mp4")["id"])
    with open_jobs(settings_in(data), time.time) as service, service.database.writing() as connection:
        connection.exec_driver_sql("UPDATE jobs SET has_video = 1 WHERE id = ?", (job_id,))
    plan = {"measures": ["happy"], "stimulus": [{"id": "A", "duration_s": FILM_S, "file": job_id}]}
    study_id = str(client.make_study("Killed", plan)["id"])
    client.set_fieldwork(study_id, {"title": "Killed", "contact": "nobody"})
    return study_id, str(client.make_invites(study_id, most=N_PEOPLE)[0]["token"])


class Kills:
    """Kills the API each time that a further share of all pieces has come in."""

    def __init__(self, api: Api) -> None:
        self._api, self._lock = api, threading.Lock()
        self._n_pieces, self.n_kills = 0, 0

    def count(self) -> None:
        with self._lock:
            self._n_pieces += 1
            if self._n_pieces * (N_KILLS + 1) >= (self.n_kills + 1) * N_PEOPLE * N_PIECES and self.n_kills < N_KILLS:
                self.n_kills += 1
                self._api.kill()


def test_kills_lose_no_recording_and_double_none(tmp_path: Path) -> None:
    with served(tmp_path) as api, Client(api.url, key="") as client:
        study_id, token = collecting(client, tmp_path)
        kills = Kills(api)
        with ThreadPoolExecutor(N_PEOPLE) as people:
            sums = list(people.map(lambda n: take_part(api.url, token, n, kills.count), range(N_PEOPLE)))
        viewings = client._call("GET", f"/v1/studies/{study_id}/viewings").json()["viewings"]
        funnel = client.funnel(study_id)["steps"]
    assert kills.n_kills == N_KILLS
    assert funnel["uploaded"] == N_PEOPLE
    assert sorted(row["respondent"] for row in viewings) == sorted(f"r{n}" for n in range(N_PEOPLE))
    with open_jobs(settings_in(tmp_path), time.time) as service:
        jobs = {job.id: job for job in service.store.find(Search(owner="", limit=100))}
        assert len(jobs) == N_PEOPLE + 1  # the film
        recorded = {row["respondent"]: jobs[row["recording"]] for row in viewings}
        assert {name: job.sha256 for name, job in recorded.items()} == {f"r{n}": sums[n] for n in range(N_PEOPLE)}
        for job in recorded.values():
            with service.storage.open_upload(job.id) as file:
                assert hashlib.sha256(file.read()).hexdigest() == job.sha256
        assert service.uploads.ids_of(study_id) == []
    assert not list((tmp_path / "storage" / "chunks").glob("*/*"))
