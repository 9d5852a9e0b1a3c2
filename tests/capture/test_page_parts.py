"""What the respondent's page rests on: orders of films, the camera's check, the funnel, and the way into the study."""

import csv
import io
import tempfile
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from emoclassify.capture.device_check import (
    AWAY,
    BRIGHT,
    DARK,
    GOOD,
    LOOKING,
    NO_FACE,
    SEVERAL,
    SMALL,
    DeviceChecks,
    verdict_of,
)
from emoclassify.capture.funnel import funnel_of
from emoclassify.capture.orders import next_order, orders_of
from emoclassify.errors import MediaError
from emoclassify.job_states import JobState, Step
from emoclassify.jobs.job import USABILITY, Job
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.sittings import Sitting
from emoclassify.jobs.worker import Worker
from emoclassify.remote.client import Client
from emoclassify.study.clock_by_sound import RATE_HZ
from tests.support.calling import client_of
from tests.support.made import plain, portrait
from tests.support.panels import viewing
from tests.support.respondents import Respondent, collecting, token_of, with_picture
from tests.support.services import until
from tests.support.serving import StandIn, served
from tests.support.timecodes import FILE_S, heard_s, with_chirps, witness, write_stereo


@pytest.mark.parametrize("n", range(1, 8))
def test_each_film_stands_equally_often_at_each_place_and_before_each_other(n: int) -> None:
    films = [chr(65 + i) for i in range(n)]
    orders = orders_of(films)
    assert all(sorted(order) == films for order in orders)
    places = Counter((film, place) for order in orders for place, film in enumerate(order))
    assert len(set(places.values())) == 1
    if n > 1:
        neighbours = Counter(pair for order in orders for pair in pairwise(order))
        assert (len(neighbours), len(set(neighbours.values()))) == (n * (n - 1), 1)


def test_the_next_person_has_the_order_that_the_fewest_had() -> None:
    orders: list[list[str]] = []
    for _ in range(12):
        orders.append(next_order(["A", "B", "C"], 2, orders))
    assert set(Counter(map(tuple, orders)).values()) == {2}
    assert set(Counter(order[0] for order in orders).values()) == {4}


def box(left: int, top: int, side: int) -> list[float]:
    return [left, top, left + side, top + side]


@pytest.mark.parametrize(
    ("brightness", "boxes", "verdict"),
    [
        (120, [], NO_FACE),
        (120, [box(200, 100, 150)], GOOD),
        (120, [box(200, 100, 150), box(10, 10, 120)], SEVERAL),
        (120, [box(200, 100, 150), box(10, 10, 40)], GOOD),
        (120, [box(200, 100, 60)], SMALL),
        (20, [box(200, 100, 150)], DARK),
        (245, [box(200, 100, 150)], BRIGHT),
    ],
)
def test_what_is_said_of_a_picture(brightness: int, boxes: list[list[float]], verdict: str) -> None:
    rgb = plain(480, 640, (brightness, brightness, brightness))
    assert verdict_of(rgb, np.array(boxes, np.float32).reshape(-1, 4)) == verdict


def jpeg(rgb: Any) -> bytes:
    content = io.BytesIO()
    Image.fromarray(rgb).save(content, "JPEG")
    return content.getvalue()


@pytest.mark.model
@pytest.mark.process
def test_a_picture_is_looked_at_by_the_real_detector_apart_from_all_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    checks = DeviceChecks()
    try:
        assert checks.look(jpeg(portrait(480, 640))) == GOOD
        assert checks.look(jpeg(plain(480, 640))) == NO_FACE
        assert checks.look(b"\xff\xd8\xff no picture") == AWAY
        assert checks.look(b"ffconcat version 1.0\nfile /etc/passwd\n") == AWAY
        assert checks.look(jpeg(portrait(480, 640))) == GOOD
        (folder,) = tmp_path.iterdir()  # of the process
        assert not list(folder.iterdir())
    finally:
        checks.close()
    assert not list(tmp_path.iterdir())


def test_few_pictures_wait_at_once_so_that_calls_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    checks, may_go = DeviceChecks(), threading.Event()

    def look(picture: bytes) -> str:
        assert may_go.wait(60)
        return GOOD

    monkeypatch.setattr(checks._process, "ask", lambda call: look(b""))
    with ThreadPoolExecutor(10) as people:
        looks = [people.submit(checks.look, b"") for _ in range(10)]
        until(lambda: sum(one.done() for one in looks) == 6)
        may_go.set()
    assert Counter(one.result() for one in looks) == {LOOKING: 6, GOOD: 4}


def job_of(sitting: Sitting, state: JobState, verdict: str = "") -> Job:
    summary = {USABILITY: {"verdict": verdict, "reasons": [{"name": "dark"}]}} if verdict else None
    return Job(
        id=sitting.id,
        owner="",
        state=state,
        name="",
        size_bytes=0,
        sha256="",
        content_type="",
        options={},
        keep_days=7,
        created_at=0.0,
        queued_at=0.0,
        expires_at=0.0,
        summary=summary,
    )


def test_the_funnel_tells_what_became_of_the_recordings() -> None:
    person = Sitting(
        id="", study_id="s", invite_id="i", respondent="r", step=Step.UPLOADED, created_at=0.0, seen_at=0.0
    )
    ends = {
        **{"a": (JobState.COMPLETED, "usable"), "b": (JobState.COMPLETED, "not usable"), "c": (JobState.FAILED, "")},
        "d": (JobState.QUEUED, ""),
    }
    sittings = [replace(person, id=name) for name in ends]
    jobs = {one.id: job_of(one, *ends[one.id]) for one in sittings}
    counts = funnel_of([], sittings, jobs, 0.0)
    assert (counts["steps"]["uploaded"], counts["steps"]["usable"]) == (4, 1)
    assert counts["reasons"] == {"uploaded": {"dark": 1, "failed": 1, "waiting": 1}}


def test_the_time_code_reaches_the_results_of_the_study(client: FlaskClient, service: Jobs, tmp_path: Path) -> None:
    """A recording with chirps, sent in pieces with its witness: the film's time in it is that of the results."""
    worker = Worker(service, StandIn(viewing(smile=0.5, rest=0.1, rng=np.random.default_rng(1))), "worker")
    study_id = collecting(client, service, 1)
    while worker.work_once():
        pass
    content = witness()
    left = with_chirps(heard_s(content), np.zeros(int(40 * RATE_HZ), np.float32))
    write_stereo(tmp_path / "made.wav", left, np.zeros_like(left))
    recording = (tmp_path / "made.wav").read_bytes()
    pieces = [recording[start : start + 200_000] for start in range(0, len(recording), 200_000)]
    person = Respondent(client, token_of(client, study_id), pid="r1").begin()
    person.send(pieces)
    assert person.end(pieces, witness=content).status_code == 200
    assert worker.work_once()
    job_id = client.post(f"/v1/studies/{study_id}/results", json={}).get_json()["id"]
    assert worker.work_once()
    table = client.get(f"/v1/jobs/{job_id}/artifacts/viewings.csv").text
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["clock"], row["reason"]) == ("timecode", "")
    assert float(row["start_s"]) == pytest.approx(FILE_S, abs=0.01)


@pytest.mark.process
def test_the_client_collects(tmp_path: Path) -> None:
    with served(tmp_path, StandIn(with_picture())) as running, Client(running.url) as client:
        study_id = collecting(client_of(running.service), running.service, 1)
        assert client.fieldwork(study_id)["state"] == "open"
        made = client.make_invites(study_id, ["r1", "r2"], days=2)
        assert [invite["respondent"] for invite in made] == ["r1", "r2"]
        client.close_invite(study_id, made[0]["id"])
        assert [invite["closed_at"] is None for invite in client.invites(study_id)].count(False) == 1
        client.set_fieldwork(study_id, {**client.fieldwork(study_id), "state": "closed"})
        assert client.funnel(study_id)["steps"]["invited"] == 2


def test_what_cannot_be_read_has_no_time_code() -> None:
    from emoclassify.study_clocks import hear_chirps

    with pytest.raises(MediaError):
        hear_chirps(lambda *_: None, Path("nothing.webm"))
