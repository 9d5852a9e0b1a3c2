"""Cursors that no page gave: 400, whatever is in them, on each database."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.schemas import SORTS
from emoclassify.jobs.service import Jobs, open_jobs
from tests.support.calling import assert_problem, client_of, posted
from tests.support.services import Postgres
from tests.support.serving import Clock, settings_in

ID = "0" * 32
NOT_FINITE = (float("nan"), float("inf"), float("-inf"))
FOR_TIMES: tuple[Any, ...] = (*NOT_FINITE, 2**63, -(2**63), 10**400, True, None, [], "1")
FOR_SIZES: tuple[Any, ...] = (1.5, 2**63, 10**400, False, "1")
FOR_NAMES: tuple[Any, ...] = ("\x00", "a\ud800", "a\nb", 1, None, {}, "x" * 256, "../a")
FOR_IDS: tuple[Any, ...] = ("", "x", 1, None, "\x00" * 32, "\ud800", ["0"], "Z" * 32)
FORGED: tuple[Any, ...] = (
    *([], {}, None, 1, "x", ["-created_at"], ["-created_at", 1.0], ["-created_at", 1.0, ID, 1]),
    *(["-created_at", value, ID] for value in FOR_TIMES),
    *(["size_bytes", value, ID] for value in FOR_SIZES),
    *(["name", value, ID] for value in FOR_NAMES),
    *(["name", "a.mp4", job_id] for job_id in FOR_IDS),
)
TEXTS = ("abc", "[]", "%%%", "=", "A" * 1000, "ключ", base64.urlsafe_b64encode(b"[" * 740).decode(), "\x00")


def encoded(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


@pytest.fixture
def on_postgres(empty_postgres: Postgres, tmp_path: Path) -> Iterator[Jobs]:
    with open_jobs(settings_in(tmp_path / "data", database_url=empty_postgres.url), Clock()) as opened:
        yield opened


def refuse_all(client: FlaskClient) -> None:
    posted(client)
    for sort in SORTS:
        for cursor in [*map(encoded, FORGED), *TEXTS]:
            assert_problem(client.get("/v1/jobs", query_string={"sort": sort, "cursor": cursor[:1000]}), 400, "cursor")


def test_forged_cursors_are_refused(client: FlaskClient) -> None:
    refuse_all(client)


@pytest.mark.slow
def test_forged_cursors_are_refused_on_postgresql(on_postgres: Jobs) -> None:
    refuse_all(client_of(on_postgres))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    sort=st.sampled_from(SORTS), value=st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50)
)
def test_no_value_of_a_cursor_is_an_error_of_the_server(client: FlaskClient, sort: str, value: Any) -> None:
    answer = client.get("/v1/jobs", query_string={"sort": sort, "cursor": encoded([sort, value, ID])[:1000]})
    assert answer.status_code in (200, 400)
