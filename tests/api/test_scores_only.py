"""Studies that keep scores and no recordings: what people agree to, what is read, and that no picture stays."""

import csv
import io
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from api import respondents
from emoclassify.capture.device_check import AWAY, GOOD, DeviceChecks
from emoclassify.capture.score_reading import ScoreReader
from emoclassify.capture.settings import PageSettings
from emoclassify.errors import UsageError
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.worker import Worker
from emoclassify.picture_process import PictureProcess
from emoclassify.picture_readings import PictureReading
from tests.support.calling import assert_problem, client_of, shown, stored
from tests.support.made import plain, portrait
from tests.support.media_bytes import media_in
from tests.support.respondents import PIECES, Respondent, collecting, token_of
from tests.support.scores import BEGIN_S, FILM_S, face, line, witness
from tests.support.services import until
from tests.support.serving import MP4

pytestmark = pytest.mark.whole

N_PIECES = 8
FILM = MP4 + b"A"
"""What passes for the film that is shown."""


def pieces() -> list[bytes]:
    """Readings of a cross and a film, five a second: a smile all the time."""
    times_s = np.arange(0.1, BEGIN_S + FILM_S, 0.2)
    return [b"".join(line(float(one_s), face()) for one_s in part) for part in np.array_split(times_s, N_PIECES)]


def jpeg(rgb: Any) -> bytes:
    content = io.BytesIO()
    Image.fromarray(rgb).save(content, "JPEG")
    return content.getvalue()


@pytest.fixture
def study_id(client: FlaskClient, service: Jobs, worker: Worker) -> str:
    made_id = collecting(client, service, 1, scores_only=True, questions=[])
    plan = client.get(f"/v1/studies/{made_id}").get_json()["plan"]
    plan["stimulus"][0]["duration_s"] = FILM_S
    client.put(f"/v1/studies/{made_id}", json={"title": "Ad", "plan": plan})
    while worker.work_once():
        pass
    return made_id


@pytest.fixture
def person(client: FlaskClient, study_id: str) -> Respondent:
    return Respondent(client, token_of(client, study_id), pid="r1").begin()


def test_the_scores_of_a_person_are_a_viewing_of_the_panel_as_any_other(
    client: FlaskClient, service: Jobs, worker: Worker, study_id: str, person: Respondent
) -> None:
    person.send(pieces())
    assert person.end(pieces(), witness=witness()).status_code == 200
    assert worker.work_once()
    (viewing,) = client.get(f"/v1/studies/{study_id}/viewings").get_json()["viewings"]
    job = shown(client, viewing["recording"])
    assert (viewing["start_s"], job["state"], job["kind"], job["upload_kept"]) == (
        *("pictures", "completed", "scores", False),
    )
    assert viewing["recording"] in {one["id"] for one in client.get("/v1/jobs").get_json()["jobs"]}
    results = client.post(f"/v1/studies/{study_id}/results", json={"report": "html"}).get_json()["id"]
    assert worker.work_once()
    table = client.get(f"/v1/jobs/{results}/artifacts/viewings.csv").text
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["clock"], row["reason"]) == ("pictures", "")
    assert float(row["start_s"]) == pytest.approx(BEGIN_S, abs=0.01)
    values = client.get(f"/v1/jobs/{results}/artifacts/values.csv").text
    happy = [float(one["value"]) for one in csv.DictReader(io.StringIO(values)) if one["measure"] == "happy"]
    assert happy == pytest.approx([1.0] * round(2 * FILM_S), abs=1e-5)


def test_people_agree_to_what_is_done(client: FlaskClient, study_id: str) -> None:
    token = token_of(client, study_id)
    for lang, words in (("en", ("forgets the picture", "the scores are deleted")), ("ru", ("сразу забывает снимок",))):
        told = client.get(f"/r/{token}/study?lang={lang}").get_json()
        text = " ".join(told["sentences"])
        assert all(word in text for word in words)
        assert told["scores_only"]
    assert "camera records" not in " ".join(client.get(f"/r/{token}/study?lang=en").get_json()["sentences"])
    assert "microphone=()" in client.get(f"/r/{token}").headers["Permissions-Policy"]


def test_a_study_of_scores_records_no_microphone() -> None:
    content = {"title": "T", "contact": "C", "scores_only": True}
    assert PageSettings.from_dict(content).scores_only
    with pytest.raises(UsageError, match="microphone is not recorded"):
        PageSettings.from_dict({**content, "microphone": True})


def test_nothing_but_readings_is_taken(client: FlaskClient, service: Jobs, person: Respondent) -> None:
    picture = jpeg(portrait())
    for content in (*PIECES, picture, pieces()[0] + picture, b"{}\n", line(-1.0, face())):
        assert_problem(person.put(0, content), 422, "readings only")
    assert_problem(person.put(0, b"x" * (257 * 1024)), 413)
    assert media_in(service.settings.data_dir, known=[FILM]) == []
    person.send(pieces()[:1])
    assert_problem(person.end(pieces()[:1], witness={"ticks": 3}), 422)
    assert_problem(person.end(pieces(), witness=witness()), 409, "missing")


def test_a_study_of_recordings_reads_no_pictures(client: FlaskClient, service: Jobs) -> None:
    person = Respondent(client, token_of(client, collecting(client, service, 1))).begin()
    answer = person.call("POST", "sitting/reading", data=jpeg(portrait()))
    assert_problem(answer, 409, "takes recordings")
    assert_problem(person.put(0, pieces()[0]), 415)


def test_nobody_reads_pictures_before_a_consent(client: FlaskClient, study_id: str) -> None:
    person = Respondent(client, token_of(client, study_id))
    assert person.open().status_code == 201
    assert_problem(person.call("POST", "sitting/reading", data=jpeg(portrait())), 403)


def test_a_consent_that_is_taken_back_deletes_the_scores(
    client: FlaskClient, service: Jobs, worker: Worker, person: Respondent
) -> None:
    n_before = len(stored(service))
    person.send(pieces())
    person.end(pieces(), witness=witness())
    assert worker.work_once()
    assert person.withdraw().status_code == 200
    assert len(stored(service)) == n_before


def test_few_pictures_wait_at_once_so_that_calls_are_answered() -> None:
    may_go = threading.Event()

    class Blocked(PictureProcess):
        def ask(self, call: Any) -> Any:
            assert may_go.wait(60)
            return {}

    reader = ScoreReader(Blocked(lambda child: None))
    with ThreadPoolExecutor(10) as people:
        readings = [people.submit(reader.read, b"") for _ in range(10)]
        until(lambda: sum(one.done() for one in readings) == 6)
        may_go.set()
    assert [one.result() for one in readings].count(None) == 6


def test_nobody_begins_before_what_reads_the_scores_is_there(
    service: Jobs, study_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it would miss cannot be read later."""
    readings: list[dict[str, Any] | None] = [None, {}]
    monkeypatch.setattr(DeviceChecks, "look", lambda self, picture: GOOD)
    monkeypatch.setattr(ScoreReader, "read", lambda self, picture: readings.pop(0))
    client = client_of(service)
    person = Respondent(client, token_of(client, study_id)).begin()
    verdicts = [person.call("POST", "sitting/picture", data=b"a").get_json()["verdict"] for _ in range(2)]
    assert verdicts == [AWAY, GOOD]
    texts = client.get(f"/r/{person.token}/study?lang=en").get_json()["texts"]
    assert "go on all the same" not in texts["check_away"]


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ScoreReader]:
    """That of the API, whose temporary files are below `temporary`."""
    scratch = tmp_path / "temporary"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    made = ScoreReader()
    monkeypatch.setattr(respondents, "ScoreReader", lambda: made)
    yield made
    made.close()
    assert not list(scratch.iterdir())


@pytest.mark.model
@pytest.mark.process
@pytest.mark.usefixtures("reader")
def test_pictures_are_read_and_lie_nowhere(service: Jobs, study_id: str, tmp_path: Path) -> None:
    """By the real models, in their own process; looked for in the data, the database and the temporary files."""
    client = client_of(service)
    person = Respondent(client, token_of(client, study_id)).begin()
    with_face, without = jpeg(portrait(360, 480)), jpeg(plain(360, 480))
    for picture, has_face in ((with_face, True), (without, False), (with_face, True)):
        reading = person.call("POST", "sitting/reading", data=picture).get_json()["reading"]
        assert (PictureReading.from_dict(reading).face is not None) == has_face
        assert media_in(tmp_path, pictures=[picture], known=[FILM]) == []
    for wrong in (b"\xff\xd8\xff\xe0 no picture", b"", b"ffconcat version 1.0\nfile /etc/passwd\n"):
        assert person.call("POST", "sitting/reading", data=wrong).get_json() == {"reading": None}
    assert_problem(person.call("POST", "sitting/reading", data=bytes(600 * 1024)), 413)
