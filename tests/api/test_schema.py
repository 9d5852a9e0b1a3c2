"""The API called in every way that its own OpenAPI document allows, and in some that it does not."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api import create_app
from emoclassify.jobs.service import open_jobs
from emoclassify.jobs.worker import Worker
from tests.support.serving import BROKEN, MP4, Clock, StandIn, settings_in

pytestmark = pytest.mark.whole

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
JOB, UPLOAD = "/v1/jobs/{job_id}", "/v1/uploads/{upload_id}"
CALLS = (
    *(("POST", "/v1/jobs"), ("GET", "/v1/jobs"), ("GET", JOB), ("DELETE", JOB)),
    *(("POST", f"{JOB}/cancel"), ("POST", f"{JOB}/retry"), ("GET", f"{JOB}/result"), ("GET", f"{JOB}/artifacts")),
    *(("GET", f"{JOB}/artifacts/{{name}}"), ("GET", f"{JOB}/artifacts.zip")),
    *(("POST", f"{JOB}/render"), ("PATCH", JOB), ("GET", "/v1/artifacts.zip"), ("POST", "/v1/uploads")),
    *(("GET", UPLOAD), ("DELETE", UPLOAD), ("PUT", f"{UPLOAD}/chunks/{{number}}"), ("POST", f"{UPLOAD}/done")),
    *(("GET", "/v1/stats"), ("GET", "/v1/limits"), ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics")),
)
STUDY = "/v1/studies/{study_id}"
TABLES = ("viewings", "participants", "scenes")
UNDESCRIBED = (*TABLES, "/v1/norms")
"""Of a study, and files of norms: the document does not describe their bodies; nothing in them goes against it."""
STUDY_CALLS = (
    *(("POST", "/v1/studies"), ("GET", "/v1/studies"), ("GET", STUDY), ("PUT", STUDY), ("DELETE", STUDY)),
    *((method, f"{STUDY}/{name}") for method in ("GET", "PUT") for name in TABLES),
    *(("POST", f"{STUDY}/parcels"), ("DELETE", f"{STUDY}/parcels/{{token}}")),
    *(("GET", f"{STUDY}/fieldwork"), ("PUT", f"{STUDY}/fieldwork"), ("GET", f"{STUDY}/funnel")),
    *(("GET", f"{STUDY}/invites"), ("POST", f"{STUDY}/invites"), ("DELETE", f"{STUDY}/invites/{{invite_id}}")),
    *(("GET", "/v1/norms"), ("GET", "/v1/norms.jsonl"), ("POST", "/v1/norms"), ("DELETE", "/v1/norms/{film}")),
    *(("GET", f"{STUDY}/norms"), ("POST", f"{STUDY}/norms")),
    *(("POST", f"{STUDY}/results"), ("GET", f"{STUDY}/results"), ("DELETE", f"{STUDY}/respondents/{{name}}")),
)
EXAMPLES = 15


@pytest.fixture(scope="module")
def served_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, list[str]]]:
    """The API with jobs in several states, and their ids."""
    folder: Path = tmp_path_factory.mktemp("data")
    with open_jobs(settings_in(folder, submits_per_minute=100_000), Clock()) as service:
        service.leases.announce("worker", ready=True)
        app = create_app(service)
        client = app.test_client()
        ids = []
        for content in (MP4, BROKEN, MP4):
            sent = client.post("/v1/jobs", data={"file": (io.BytesIO(content), "talk.mp4")})
            ids.append(sent.get_json()["id"])
        worker = Worker(service, StandIn(), "worker")
        worker.work_once()
        worker.work_once()
        plan = {"stimulus": [{"id": "A", "duration_s": 3.0}]}
        ids.append(client.post("/v1/studies", json={"title": "Made", "plan": plan}).get_json()["id"])
        yield app, ids


def reading_to_the_end(app: Any) -> Any:
    """The same app, whose answers are read whole and closed, as a server does it."""

    def call(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        answer = app(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            answer.close()

    return call


def schema_of(app: Any) -> Any:
    schema = schemathesis.openapi.from_wsgi("/openapi.json", reading_to_the_end(app))
    schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    return schema


def test_the_document_has_every_call(served_app: tuple[Any, list[str]]) -> None:
    found = {(o.ok().method.upper(), o.ok().path) for o in schema_of(served_app[0]).get_all_operations()}
    assert found == {*CALLS, *STUDY_CALLS}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "path", "mode"),
    [
        *((method, path, GenerationMode.POSITIVE) for method, path in (*CALLS, *STUDY_CALLS)),
        *((method, path, GenerationMode.NEGATIVE) for method, path in CALLS if path in ("/v1/jobs", "/v1/stats")),
        *(
            (method, path, GenerationMode.NEGATIVE)
            for method, path in STUDY_CALLS
            if method in ("POST", "PUT") and not path.endswith(UNDESCRIBED)
        ),
    ],
)
def test_every_answer_is_in_the_document(
    served_app: tuple[Any, list[str]], method: str, path: str, mode: GenerationMode
) -> None:
    app, ids = served_app
    operation = schema_of(app)[path][method]

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
    )
    @given(case=operation.as_strategy(generation_mode=mode), job_id=st.sampled_from([None, *ids]), whole=st.booleans())
    def call(case: Any, job_id: str | None, whole: bool) -> None:
        for name in {"job_id", "study_id"} & (case.path_parameters or {}).keys():
            case.path_parameters[name] = job_id or case.path_parameters[name]
        if whole and isinstance(case.body, dict) and isinstance(case.body.get("file"), bytes):
            case.body["file"] = MP4
        case.validate_response(case.call(), checks=CHECKS)

    call()
