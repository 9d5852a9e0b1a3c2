"""Studies of the API for tests: made, filled with people, computed, looked at."""

import json
from typing import Any

import numpy as np
from flask.testing import FlaskClient

from emoclassify.jobs.worker import Worker
from tests.support.calling import done, shown
from tests.support.panels import FILM_S, START_S, viewing
from tests.support.serving import MP4, StandIn

PLAN: dict[str, Any] = {
    "measures": ["happy"],
    "share_above": 0.4,
    "stimulus": [{"id": "A", "duration_s": FILM_S, "scene": [{"id": "joke", "start_s": 10.0, "end_s": 13.0}]}],
    "episode": [{"measure": "happy", "share": 0.5, "for_s": 2.0}],
}
N_PEOPLE = 6
NO_LIMITS: dict[str, int] = {}
"""A study has more recordings than the small server of other tests takes."""


def smiling() -> StandIn:
    """In the place of the analysis: everybody smiles in the scene."""
    return StandIn(viewing(smile=0.5, rest=0.1, rng=np.random.default_rng(1)))


def made(client: FlaskClient, plan: Any = PLAN, **arguments: Any) -> str:
    answer = client.post("/v1/studies", json={"title": "Ad", "plan": plan}, **arguments)
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["id"])


def rows_of(ids: list[str]) -> list[dict[str, Any]]:
    """Each recording is of a person of their own."""
    return [
        {"recording": job_id, "respondent": f"r{number}", "stimulus": "A", "start_s": START_S}
        for number, job_id in enumerate(ids)
    ]


def with_people(client: FlaskClient, worker: Worker, study_id: str) -> list[str]:
    """Has people's recordings analyzed, and puts them into a study; the ids of their jobs."""
    ids = [done(client, worker, content=MP4 + bytes([number])) for number in range(N_PEOPLE)]
    answer = client.put(f"/v1/studies/{study_id}/viewings", json={"viewings": rows_of(ids)})
    assert answer.status_code == 200, answer.text
    return ids


def computed(client: FlaskClient, worker: Worker, study_id: str, **outputs: Any) -> str:
    job_id = str(client.post(f"/v1/studies/{study_id}/results", json=outputs).get_json()["id"])
    assert worker.work_once()
    assert shown(client, job_id)["state"] == "completed", shown(client, job_id)
    return job_id


def panel_of(client: FlaskClient, study_id: str) -> Any:
    """Looks at the results; panel.json as it was read."""
    answer = client.get(f"/v1/studies/{study_id}/results")
    assert answer.status_code == 200, answer.text
    return json.loads(answer.data)
