"""The real analysis under way: its progress moves, and a cancel takes effect."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emoclassify.child import Child
from emoclassify.remote.client import Client, Job
from tests.support.made import even, portrait, tone, write_video
from tests.support.serving import served

pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(900)]

MOVES_S, CANCEL_S = 2.0, 5.0
"""What is promised: progress moves at least so often, and a cancel takes effect within so long."""

BUSY = 4
"""How many times longer it may take here: the tests' machine does other things beside."""

EVERYTHING: dict[str, Any] = {
    "double_check": True,
    "make_graph": True,
    "report": "docx,pdf,html",
    "annotate": True,
    "faces": "all",
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with Child() as child, served(tmp_path / "data", child) as server, Client(server.url) as opened:
        yield opened


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """12 s of a face that moves, in a format that no browser plays, with a tone that is no speech."""
    pictures = [portrait(at_xy=(40 + round(20 * np.sin(i / 7)), 0)) for i in range(300)]
    sound = (0.0, 0.2 * tone(12.0))
    path = tmp_path_factory.mktemp("clip") / "talk.avi"
    return write_video(path, even(pictures), codec="mpeg4", sound=sound, audio_codec="mp3")


def looks(client: Client, job_id: str) -> Iterator[tuple[float, Job]]:
    """The job again and again until its end, each with the time at which it was asked for."""
    while True:
        asked_s = time.monotonic()
        yield asked_s, (job := client.get(job_id))
        if job["ended_at"]:
            return
        time.sleep(0.05)


def moment(job: Job) -> Any:
    return [job["progress"][name] for name in ("stage", "done", "fraction")]


def test_progress_is_true_and_keeps_moving(client: Client, recording: Path) -> None:
    job_id = client.submit(recording, **EVERYTHING)["id"]
    stages, fractions, stood = list[str](), list[float](), list[tuple[float, Any]]()
    moved_s, last = time.monotonic(), None
    for asked_s, job in looks(client, job_id):
        if job["state"] == "queued" or moment(job) != last:
            stood.append((asked_s - moved_s, last))
            moved_s, last = asked_s, moment(job)
        if job["state"] == "running":
            stages += [job["progress"]["stage"]] if job["progress"]["stage"] not in stages else []
            fractions.append(job["progress"]["fraction"])
    assert job["state"] == "completed", job["error"]
    assert max(stood)[0] < BUSY * MOVES_S, sorted(stood)[-5:]
    assert fractions == sorted(fractions)
    order = ["start", "faces", "voice", "outputs", "video", "preview"]
    assert [stage for stage in order if stage in stages] == stages
    assert {"start", "faces", "video"} <= set(stages)  # others may be over between two looks


@pytest.mark.parametrize("stage", ["start", "faces"])
def test_a_cancel_takes_effect_within_seconds(client: Client, recording: Path, stage: str) -> None:
    job_id = client.submit(recording, every=1, **EVERYTHING)["id"]
    for _, job in looks(client, job_id):
        if job["progress"]["stage"] == stage:
            break
    asked_s = time.monotonic()
    assert client.cancel(job_id)["cancel_requested"]
    *_, (_, job) = looks(client, job_id)
    assert time.monotonic() - asked_s < BUSY * CANCEL_S
    assert job["state"] == "canceled"
    after = client.wait(client.submit(recording)["id"])  # the next one is unharmed
    assert after["tries"] == 1
