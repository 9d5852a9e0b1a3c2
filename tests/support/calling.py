"""Calls of the HTTP API without a server that listens, and what they answer."""

import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api import create_app
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.worker import Worker
from emoclassify.words.messages import Message
from tests.support.serving import MP4

MISSING = "0" * 32


class Caller(FlaskClient):
    """Reads every answer to its end, so that its file is closed."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **{**kwargs, "buffered": True})


def client_of(service: Jobs, **settings: Any) -> FlaskClient:
    app = create_app(service, **settings)
    app.test_client_class = Caller
    return app.test_client()


def post(
    client: FlaskClient,
    *,
    name: str = "talk.mp4",
    content: bytes = MP4,
    headers: dict[str, str] | None = None,
    **fields: Any,
) -> TestResponse:
    return client.post("/v1/jobs", data={"file": (io.BytesIO(content), name), **fields}, headers=headers)


def posted(client: FlaskClient, **arguments: Any) -> str:
    answer = post(client, **arguments)
    assert answer.status_code == 202, answer.text
    return str(answer.get_json()["id"])


def done(client: FlaskClient, worker: Worker, **arguments: Any) -> str:
    job_id = posted(client, **arguments)
    assert worker.work_once()
    return job_id


def shown(client: FlaskClient, job_id: str) -> Any:
    return client.get(f"/v1/jobs/{job_id}").get_json()


def stored(service: Jobs) -> list[str]:
    return sorted(path.name for path in (service.settings.data_dir / "storage").rglob("*") if path.is_file())


def assert_problem(answer: TestResponse, status: int, *words: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    problem = json.loads(answer.text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert ".." not in problem["detail"]
    assert {"type", "title", "status", "detail"} <= set(problem)
    assert problem["status"] == status
    if problem["type"] != "about:blank":  # which the framework's own refusals have, such as of an unknown path
        assert problem["type"] == f"urn:emoclassify:problem:{problem['code']}"
        assert Message(problem["code"], problem["fields"]).text == problem["detail"]
    for word in words:
        assert word in problem["detail"]
