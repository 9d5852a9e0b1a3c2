"""Studies of the API: made, changed, computed, looked at, deleted; what they keep, and whose they are."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.study_people import LARGEST_TABLE_BYTES
from benchmarks.sound_clock import film
from emoclassify.jobs import studies
from emoclassify.jobs.job import DAY_S
from emoclassify.jobs.scopes import scopes_in
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.sweeper import Sweeper
from emoclassify.jobs.webhooks import Webhooks
from emoclassify.jobs.worker import Worker
from emoclassify.remote.client import Client
from emoclassify.study.clock_by_sound import RATE_HZ
from tests.support.calling import MISSING, assert_problem, client_of, done, posted
from tests.support.made import write_sound
from tests.support.panels import START_S
from tests.support.serving import MP4, Clock, served, settings_in
from tests.support.study_calls import N_PEOPLE, NO_LIMITS, PLAN, computed, made, panel_of, rows_of, smiling, with_people

pytestmark = pytest.mark.whole
ANALYZER, LIMITS = smiling, NO_LIMITS


def test_a_study_from_recordings_to_its_results(client: FlaskClient, worker: Worker) -> None:
    study_id = made(client)
    with_people(client, worker, study_id)
    job_id = computed(client, worker, study_id)
    assert client.get(f"/v1/studies/{study_id}").get_json()["locked_at"] is None
    panel = panel_of(client, study_id)
    assert (panel["films"][0]["n"], panel["films"][0]["metrics"]["ever"]["share"]) == (N_PEOPLE, 1.0)
    (episode,) = panel["episodes"]
    assert (episode["start_s"], episode["end_s"]) == pytest.approx((10.0, 13.0), abs=0.5)
    names = {file["name"] for file in client.get(f"/v1/jobs/{job_id}/artifacts").get_json()["artifacts"]}
    assert {"curves.csv", "curves.parquet", "study.json", "panel.json"} <= names
    assert json.loads(client.get(f"/v1/jobs/{job_id}/artifacts/study.json").data)["title"] == "Ad"
    study = client.get(f"/v1/studies/{study_id}").get_json()
    assert (study["job_id"], study["viewings"], study["respondents"]) == (job_id, N_PEOPLE, N_PEOPLE)
    assert panel["plan_sha256"] == study["plan_sha256"] == study["locked_sha256"]
    assert [one["id"] for one in client.get("/v1/studies").get_json()["studies"]] == [study_id]


def test_results_of_studies_are_no_recordings(client: FlaskClient, worker: Worker) -> None:
    study_id = made(client)
    ids = with_people(client, worker, study_id)
    job_id = computed(client, worker, study_id)
    assert {job["id"] for job in client.get("/v1/jobs").get_json()["jobs"]} == set(ids)
    assert [job["id"] for job in client.get("/v1/jobs?kind=study").get_json()["jobs"]] == [job_id]
    assert_problem(client.get(f"/v1/jobs/{job_id}/result"), 404, "no such file")
    row = {"recording": job_id, "respondent": "r", "stimulus": "A"}
    answer = client.put(f"/v1/studies/{study_id}/viewings", json={"viewings": [row]})
    assert_problem(answer, 422, "is no recording of yours")


def test_the_recordings_of_a_study_are_listed(client: FlaskClient, worker: Worker) -> None:
    study_id, other_id = made(client), made(client)
    ids, _ = with_people(client, worker, study_id), done(client, worker)
    assert {job["id"] for job in client.get(f"/v1/jobs?study={study_id}").get_json()["jobs"]} == set(ids)
    assert client.get(f"/v1/jobs?study={other_id}").get_json()["jobs"] == []


@pytest.mark.parametrize("look", ["artifacts.zip", "artifacts/curves.csv"])
def test_files_of_the_job_are_a_look_too(client: FlaskClient, worker: Worker, look: str) -> None:
    study_id = made(client)
    with_people(client, worker, study_id)
    job_id = computed(client, worker, study_id)
    client.get(f"/v1/jobs/{job_id}/artifacts")
    assert client.get(f"/v1/studies/{study_id}").get_json()["locked_at"] is None
    assert client.get(f"/v1/jobs/{job_id}/{look}").status_code == 200
    assert client.get(f"/v1/studies/{study_id}").get_json()["locked_at"] is not None


def test_a_study_keeps_its_recordings_and_results_while_it_lives(
    service: Jobs, client: FlaskClient, worker: Worker, clock: Clock
) -> None:
    study_id, other_id = made(client), made(client)
    ids = with_people(client, worker, study_id)
    job_id, stranger_id = computed(client, worker, study_id), done(client, worker)
    client.put(f"/v1/studies/{other_id}/viewings", json={"viewings": rows_of(ids[:1])})
    clock.now += 400 * DAY_S
    Sweeper(service, "worker").sweep()
    assert client.get(f"/v1/jobs/{stranger_id}").status_code == 404
    assert all(client.get(f"/v1/jobs/{kept_id}").status_code == 200 for kept_id in (*ids, job_id))
    assert client.delete(f"/v1/studies/{study_id}").status_code == 204
    assert_problem(client.get(f"/v1/studies/{study_id}"), 404, "no such study")
    codes = [client.get(f"/v1/jobs/{one}").status_code for one in (*ids, job_id)]
    assert codes == [200, *[404] * N_PEOPLE]  # the first one is in the other study too
    assert service.storage.list_jobs() == {ids[0]}
    assert client.delete(f"/v1/studies/{other_id}").status_code == 204
    assert service.storage.list_jobs() == set()


@pytest.mark.parametrize("way", ["respondent", "recording"])
def test_who_is_deleted_is_gone_everywhere_and_the_results_are_computed_anew(
    service: Jobs, client: FlaskClient, worker: Worker, way: str, tmp_path: Path
) -> None:
    study_id = made(client)
    ids = with_people(client, worker, study_id)
    people = [{"respondent": f"r{number}", "sex": "women"} for number in range(N_PEOPLE)]
    client.put(f"/v1/studies/{study_id}/participants", json={"participants": people})
    job_id = computed(client, worker, study_id)
    path = f"/v1/studies/{study_id}/respondents/r0" if way == "respondent" else f"/v1/jobs/{ids[0]}"
    assert client.delete(path).status_code == 204
    assert client.get(f"/v1/jobs/{job_id}").status_code == client.get(f"/v1/jobs/{ids[0]}").status_code == 404
    assert client.get(f"/v1/studies/{study_id}/results").status_code == 409  # not yet
    assert worker.work_once()
    assert panel_of(client, study_id)["films"][0]["n"] == N_PEOPLE - 1
    assert "r0" not in {
        row["respondent"] for row in client.get(f"/v1/studies/{study_id}/viewings").get_json()["viewings"]
    }
    assert ids[0] not in service.storage.list_jobs()
    if way == "respondent":
        assert_problem(client.delete(path), 404, "no such person")
        remaining = client.get(f"/v1/studies/{study_id}/participants").get_json()["participants"]
        assert remaining == people[1:]


def test_results_that_were_asked_for_twice_at_once_go_together(
    service: Jobs, client: FlaskClient, worker: Worker
) -> None:
    study_id = made(client)
    ids = with_people(client, worker, study_id)
    study = service.studies.get(study_id, "")
    assert study is not None
    two = {service.compute(study, {}).id for _ in range(2)}  # the second knows nothing of the first, as two threads do
    assert len(two) == 2
    assert worker.work_once()
    assert client.delete(f"/v1/studies/{study_id}").status_code == 204
    assert not service.storage.list_jobs() & (two | set(ids))


def test_a_recording_of_two_people_stays_when_one_of_them_goes(client: FlaskClient, worker: Worker) -> None:
    study_id = made(client)
    job_id = done(client, worker)
    rows = [{"recording": job_id, "respondent": name, "stimulus": "A", "person": n} for n, name in ((1, "a"), (2, "b"))]
    assert client.put(f"/v1/studies/{study_id}/viewings", json={"viewings": rows}).status_code == 200
    assert client.delete(f"/v1/studies/{study_id}/respondents/a").status_code == 204
    assert client.get(f"/v1/jobs/{job_id}").status_code == 200


def test_tables_as_json_and_as_csv_are_the_same(client: FlaskClient, worker: Worker) -> None:
    plan = {**PLAN, "outcome": [{"column": "liking"}]}
    study_id = made(client, plan)
    ids = with_people(client, worker, study_id)
    path = f"/v1/studies/{study_id}"
    from_json = client.get(f"{path}/viewings").get_json()
    table = "recording,respondent,stimulus,start_s\n" + "".join(
        f"{job_id},r{number},A,{START_S:g}\n" for number, job_id in enumerate(ids)
    )
    assert client.put(f"{path}/viewings", data=table, content_type="text/csv").get_json() == from_json
    people = [{"respondent": "r0", "liking": 4.0, "sex": "women"}, {"respondent": "r1", "liking": None, "sex": "men"}]
    from_json = client.put(f"{path}/participants", json={"participants": people}).get_json()
    assert from_json["participants"][0] == {"respondent": "r0", "liking": "4", "sex": "women"}
    table = "respondent,liking,sex\nr0,4,women\nr1,,men\n"
    assert client.put(f"{path}/participants", data=table, content_type="text/csv").get_json() == from_json


PLANS_THAT_DO_NOT_FIT = [
    ({}, "no [[stimulus]]"),
    ({"stimulus": 3}, "stimulus: a list of films"),
    ({"stimulus": [{"id": "A"}]}, "duration_s is missing"),
    ({**PLAN, "measures": ["joy"]}, "measures: joy"),
    ({**PLAN, "comparison": [{"films": ["A", "B"]}]}, "a comparison names the film 'B'"),
    ({**PLAN, "sized": 3}, "sized: not known here"),
    ({**PLAN, "seed": "soon"}, "invalid literal"),
    ({"stimulus": [{"id": "A", "duration_s": 3, "file": MISSING}]}, "is no recording of yours"),
]


@pytest.mark.parametrize(("plan", "sentence"), PLANS_THAT_DO_NOT_FIT)
def test_a_plan_that_does_not_fit_is_refused(client: FlaskClient, plan: Any, sentence: str) -> None:
    assert_problem(client.post("/v1/studies", json={"title": "Ad", "plan": plan}), 422, sentence)
    assert client.get("/v1/studies").get_json() == {"studies": []}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"viewings": [{"recording": MISSING, "respondent": "r", "stimulus": "A"}]}, "is no recording of yours"),
        ({"viewings": [{"recording": MISSING, "respondent": "", "stimulus": "A"}]}, "line 2, column respondent: empty"),
        ({"viewings": [{"recording": MISSING, "respondent": "r", "stimulus": "Z"}]}, "'Z' is no film of"),
        ({"viewings": [{"recording": MISSING, "respondent": "r" * 300, "stimulus": "A"}]}, "longer than 255"),
        ({"viewings": [{"recording": MISSING, "respondent": "r\u0000", "stimulus": "A"}]}, "control characters"),
        ({"viewings": [{"recording": ["x"], "respondent": "r", "stimulus": "A"}]}, "neither JSON with a list"),
        ({"viewings": 3}, "neither JSON with a list"),
        ([], "neither JSON with a list"),
    ],
)
def test_viewings_that_do_not_fit_are_refused(client: FlaskClient, body: Any, sentence: str) -> None:
    study_id = made(client)
    assert_problem(client.put(f"/v1/studies/{study_id}/viewings", json=body), 422, sentence)
    assert client.get(f"/v1/studies/{study_id}/viewings").get_json() == {"viewings": []}


def test_a_table_that_is_no_text_or_too_large_is_refused(client: FlaskClient) -> None:
    path = f"/v1/studies/{made(client)}/participants"
    assert_problem(client.put(path, data=b"\xff\xfe", content_type="text/csv"), 422, "neither JSON")
    assert_problem(client.put(path, data="name\nr1\n", content_type="text/csv"), 422, "no column respondent")
    too_large = client.put(path, data=b"x" * (LARGEST_TABLE_BYTES + 1), content_type="text/csv")
    assert_problem(too_large, 413, "may have 4096 KB")


CALLS = [
    ("GET", ""),
    ("PUT", ""),
    ("GET", "/viewings"),
    ("PUT", "/viewings"),
    ("GET", "/participants"),
    ("PUT", "/participants"),
    ("POST", "/results"),
    ("GET", "/results"),
    ("DELETE", "/respondents/r0"),
    ("DELETE", ""),
]


def call(client: FlaskClient, method: str, path: str, headers: dict[str, str]) -> TestResponse:
    content = {"title": "Ad", "plan": PLAN, "viewings": [], "participants": []}
    if path.endswith("results"):
        content = {}
    elif path.count("/") == 3:
        content = {"title": "Ad", "plan": PLAN}
    return client.open(path, method=method, json=content if method in ("PUT", "POST") else None, headers=headers)


def test_another_owner_sees_and_changes_nothing(service: Jobs, client: FlaskClient, worker: Worker) -> None:
    mine, other = ({"Authorization": f"Bearer {service.keys.add(name)[1]}"} for name in ("mine", "other"))
    study_id = made(client, headers=mine)
    for method, path in CALLS:
        assert_problem(call(client, method, f"/v1/studies/{study_id}{path}", other), 404, "no such study")
    assert client.get("/v1/studies", headers=other).get_json() == {"studies": []}
    job_id = posted(client, headers=mine)
    row = {"recording": job_id, "respondent": "r", "stimulus": "A"}
    other_id = made(client, headers=other)
    answer = client.put(f"/v1/studies/{other_id}/viewings", json={"viewings": [row]}, headers=other)
    assert_problem(answer, 422, "is no recording of yours")
    assert client.get(f"/v1/studies/{study_id}", headers=mine).status_code == 200


def test_scopes_hold_for_studies(service: Jobs, client: FlaskClient) -> None:
    both, reading, submitting = (
        {"Authorization": f"Bearer {service.keys.add(scopes, scopes=scopes_in(scopes))[1]}"}
        for scopes in ("read,submit", "read", "submit")
    )
    study_id = made(client, headers=both)
    for method, path in CALLS:
        refused, needed = (submitting, "read") if method == "GET" else (reading, "submit")
        assert_problem(call(client, method, f"/v1/studies/{study_id}{path}", refused), 403, f"scope {needed}")


def test_jobs_and_studies_of_a_revoked_key_go_together(service: Jobs, client: FlaskClient) -> None:
    key, text = service.keys.add("mine")
    headers = {"Authorization": f"Bearer {text}"}
    made(client, headers=headers)
    posted(client, headers=headers)
    service.revoke_key(key.id, deletes_jobs=True)
    assert service.studies.find(key.owner) == []
    assert service.storage.list_jobs() == set()


def test_so_many_studies_and_no_more(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studies, "MOST_STUDIES", 2)
    for _ in range(2):
        made(client)
    assert_problem(client.post("/v1/studies", json={"title": "Ad", "plan": PLAN}), 409, "2 studies already")


def test_results_before_any_were_asked_for_and_webhooks_where_none_are_allowed(client: FlaskClient) -> None:
    study_id = made(client)
    assert_problem(client.get(f"/v1/studies/{study_id}/results"), 409, "no results")
    answer = client.post(f"/v1/studies/{study_id}/results", json={"webhook_url": "https://lab.example"})
    assert_problem(answer, 422, "webhook_url is switched off")


def test_a_studys_end_and_its_episodes_are_told(tmp_path: Path, clock: Clock) -> None:
    changes: dict[str, Any] = {"webhook_hosts": ("lab.example",), "webhook_secret": "s" * 40}
    with open_jobs(settings_in(tmp_path, **changes), clock) as service:
        client, listener = client_of(service), list[httpx.Request]()
        worker = Worker(service, smiling(), "worker")
        study_id = made(client)
        with_people(client, worker, study_id)
        body = {"webhook_url": "https://lab.example/told"}
        assert client.post(f"/v1/studies/{study_id}/results", json=body).status_code == 202
        assert worker.work_once()

        def take(request: httpx.Request) -> httpx.Response:
            listener.append(request)
            return httpx.Response(200)

        Webhooks(service, lambda host, port: ["93.184.215.14"], httpx.MockTransport(take)).deliver()
        (episode,) = panel_of(client, study_id)["episodes"]
    told = json.loads(listener[0].content)
    assert (told["state"], told["episodes"]) == ("completed", [episode])
    assert episode["rule"]["measure"] == "happy"


def test_a_film_that_was_uploaded_tells_the_time_by_its_sound(
    client: FlaskClient, worker: Worker, tmp_path: Path
) -> None:
    silence = np.random.default_rng(1).normal(0, 1e-4, int(START_S * RATE_HZ)).astype(np.float32)
    shown_sound = film(3, 20.0)
    sounds = {"film": shown_sound, "seen": np.concatenate([silence, shown_sound])}
    paths = {
        name: write_sound(tmp_path / f"{name}.wav", sound, codec="pcm_s16le", rate_hz=RATE_HZ)
        for name, sound in sounds.items()
    }
    ids = {name: done(client, worker, content=path.read_bytes()) for name, path in paths.items()}
    plan = {**PLAN, "stimulus": [{"id": "A", "duration_s": 20.0, "file": ids["film"]}]}
    study_id = made(client, plan)
    row = {"recording": ids["seen"], "respondent": "r", "stimulus": "A", "start_s": "sound"}
    assert client.put(f"/v1/studies/{study_id}/viewings", json={"viewings": [row]}).status_code == 200
    job_id = computed(client, worker, study_id)
    cells = next(csv.DictReader(client.get(f"/v1/jobs/{job_id}/artifacts/viewings.csv").text.splitlines()))
    assert float(cells["start_s"]) == pytest.approx(START_S, abs=0.05)
    assert (cells["clock"], cells["used"]) == ("sound", "1")


@pytest.mark.process
def test_the_client_makes_a_study(tmp_path: Path) -> None:
    with served(tmp_path, smiling()) as server, Client(server.url) as client:
        ids = [client.wait(client.submit(io.BytesIO(MP4 + bytes([n])), name="a.mp4")["id"])["id"] for n in range(5)]
        study_id = client.make_study("Ad", PLAN)["id"]
        client.set_viewings(study_id, rows_of(ids))
        client.set_participants(study_id, "respondent,sex\nr0,women\n")
        client.wait(client.compute_study(study_id)["id"])
        assert client.study_results(study_id)["films"][0]["n"] == 5
        assert client.study(study_id)["locked_at"] is not None
        assert client.change_study(study_id, "Ad", {**PLAN, "seed": 3})["changes"]
        client.delete_respondent(study_id, "r0")
        client.wait(client.study(study_id)["job_id"])
        assert client.study_results(study_id)["films"][0]["n"] == 4
        assert [study["id"] for study in client.studies()] == [study_id]
        client.delete_study(study_id)
        assert list(client.list()) == []
