"""Whom a study tells of its results, and which recordings are on their way to it."""

from pathlib import Path

import httpx
import pytest
from flask.testing import FlaskClient

from emoclassify.jobs.service import open_jobs
from emoclassify.jobs.webhooks import Webhooks
from emoclassify.jobs.worker import Worker
from tests.support.calling import assert_problem, client_of
from tests.support.serving import Clock, settings_in
from tests.support.study_calls import PLAN, made, smiling, with_people

PARCEL = {"token": "t1", "n": 3, "films": {"B.mp4": "B"}, "start_s": "sound", "film": "", "job_ids": ["j1"]}


def test_what_is_on_its_way_is_told_until_it_is_there(client: FlaskClient) -> None:
    study_id = made(client)
    path = f"/v1/studies/{study_id}/parcels"
    assert client.get(f"/v1/studies/{study_id}").get_json()["parcels"] == []
    assert client.post(path, json=PARCEL).status_code == 201
    assert client.post(path, json={"token": "t2", "n": 1}).status_code == 201
    first, second = client.get(f"/v1/studies/{study_id}").get_json()["parcels"]
    assert first.pop("at")
    assert first == PARCEL
    assert (second["token"], second["films"], second["job_ids"]) == ("t2", {}, [])
    assert client.delete(f"{path}/t1").status_code == 204
    assert [one["token"] for one in client.get(f"/v1/studies/{study_id}").get_json()["parcels"]] == ["t2"]


def test_a_parcel_announced_twice_is_one(client: FlaskClient) -> None:
    study_id = made(client)
    for n in (3, 4):
        client.post(f"/v1/studies/{study_id}/parcels", json={**PARCEL, "n": n})
    (parcel,) = client.get(f"/v1/studies/{study_id}").get_json()["parcels"]
    assert parcel["n"] == 4


@pytest.mark.parametrize("parcel", [{"n": 3}, {"token": "", "n": 3}, {"token": "t", "n": "many"}, {**PARCEL, "x": 1}])
def test_a_parcel_that_does_not_fit_is_refused(client: FlaskClient, parcel: dict[str, object]) -> None:
    assert client.post(f"/v1/studies/{made(client)}/parcels", json=parcel).status_code == 422


def test_an_address_is_refused_where_none_are_allowed(client: FlaskClient) -> None:
    content = {"title": "Ad", "plan": PLAN, "webhook_url": "https://lab.example"}
    assert_problem(client.post("/v1/studies", json=content), 422, "webhook_url is switched off")
    assert_problem(client.put(f"/v1/studies/{made(client)}", json=content), 422, "webhook_url is switched off")


def test_the_address_of_a_study_is_told_of_its_results_and_stays(tmp_path: Path, clock: Clock) -> None:
    settings = settings_in(tmp_path, webhook_hosts=("lab.example",), webhook_secret="s" * 40)
    with open_jobs(settings, clock) as service:
        client, worker = client_of(service), Worker(service, smiling(), "worker")
        study_id, url = made(client), "https://lab.example/told"
        with_people(client, worker, study_id)
        path = f"/v1/studies/{study_id}"
        assert client.put(path, json={"title": "Ad", "plan": PLAN, "webhook_url": url}).get_json()["webhook_url"] == url
        assert client.put(path, json={"title": "Ad", "plan": PLAN}).get_json()["webhook_url"] == url
        assert client.post(f"{path}/results", json={}).status_code == 202
        assert worker.work_once()
        requests = list[httpx.Request]()

        def take(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            return httpx.Response(200)

        Webhooks(service, lambda host, port: ["93.184.215.14"], httpx.MockTransport(take)).deliver()
        assert len(requests) == 1
        assert client.put(path, json={"title": "Ad", "plan": PLAN, "webhook_url": ""}).get_json()["webhook_url"] == ""
