"""Plans of the API's studies that are changed after somebody has looked at results."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from emoclassify.jobs.service import Jobs
from emoclassify.jobs.tables import studies
from emoclassify.jobs.worker import Worker
from emoclassify.study_content import plan_of
from tests.support.serving import Clock
from tests.support.study_calls import NO_LIMITS, PLAN, computed, made, panel_of, smiling, with_people

pytestmark = pytest.mark.whole
ANALYZER, LIMITS = smiling, NO_LIMITS


def test_a_plan_changed_after_a_look_is_marked_and_one_before_is_not(
    client: FlaskClient, worker: Worker, clock: Clock
) -> None:
    study_id = made(client)
    with_people(client, worker, study_id)
    other, path = {**PLAN, "share_above": 0.3}, f"/v1/studies/{study_id}"
    assert client.put(path, json={"title": "Ad", "plan": other}).get_json()["changes"] == []
    computed(client, worker, study_id)
    panel_of(client, study_id)
    locked_sha256 = client.get(path).get_json()["locked_sha256"]
    assert client.put(path, json={"title": "Another title", "plan": other}).get_json()["changes"] == []
    clock.now += 60
    study = client.put(path, json={"title": "Ad", "plan": PLAN}).get_json()
    (change,) = study["changes"]
    assert change["plan_sha256"] == study["plan_sha256"] != study["locked_sha256"] == locked_sha256


def with_scene_to(end_s: float) -> dict[str, Any]:
    """The plan with another end of its scene."""
    (film,) = PLAN["stimulus"]
    return {**PLAN, "stimulus": [{**film, "scene": [{"id": "joke", "start_s": 10.0, "end_s": end_s}]}]}


def test_scenes_changed_after_a_look_are_marked_as_late(client: FlaskClient, worker: Worker) -> None:
    study_id = made(client)
    with_people(client, worker, study_id)
    path = f"/v1/studies/{study_id}"
    client.put(path, json={"title": "Ad", "plan": with_scene_to(14.0)})  # before the look
    computed(client, worker, study_id)
    assert panel_of(client, study_id)["are_scenes_late"] is False
    late = client.put(path, json={"title": "Ad", "plan": with_scene_to(15.0)}).get_json()
    assert [change["scenes"] for change in late["changes"]] == [True]
    computed(client, worker, study_id)
    assert panel_of(client, study_id)["are_scenes_late"] is True
    rows = [{"stimulus": "A", "scene": "joke", "start_s": 10, "end_s": 14, "name": "The joke"}]
    assert client.put(f"{path}/scenes", json={"scenes": rows}).status_code == 200
    again = client.get(path).get_json()
    assert again["plan_sha256"] == again["locked_sha256"]  # as it was when it was locked: nothing is late
    computed(client, worker, study_id)
    assert panel_of(client, study_id)["are_scenes_late"] is False
    other = client.put(path, json={"title": "Ad", "plan": {**with_scene_to(14.0), "seed": 7}}).get_json()
    assert [change["scenes"] for change in other["changes"]] == [True, True, False]


def test_a_plan_that_an_earlier_version_locked_does_not_count_as_changed(
    service: Jobs, client: FlaskClient, worker: Worker
) -> None:
    """It had the checksum of the decisions alone, also where the plan has scenes."""
    study_id = made(client)
    with_people(client, worker, study_id)
    old_sha256 = plan_of("plan", PLAN).sha256
    with service.database.writing() as connection:
        connection.execute(studies.update().values(plan_sha256=old_sha256))
    computed(client, worker, study_id)
    panel_of(client, study_id)
    path = f"/v1/studies/{study_id}"
    study = client.put(path, json={"title": "Another title", "plan": PLAN}).get_json()
    assert study["changes"] == []
    assert study["plan_sha256"] == study["locked_sha256"] == old_sha256
    job = client.get(f"/v1/jobs/{study['job_id']}").get_json()
    assert job["options"]["plan_sha256"] == old_sha256  # the page sees that the results are of this plan
    changed = client.put(path, json={"title": "Ad", "plan": with_scene_to(14.0)}).get_json()
    assert [change["scenes"] for change in changed["changes"]] == [True]
    assert changed["plan_sha256"] != old_sha256
