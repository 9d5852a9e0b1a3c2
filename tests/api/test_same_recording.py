"""A recording that is handed in twice: said, to its owner only, and refused to nobody."""

from flask.testing import FlaskClient
from sqlalchemy import text

from emoclassify.jobs.service import Jobs
from tests.support.calling import client_of, post, posted, shown
from tests.support.serving import MP4, Clock


def test_the_last_earlier_job_is_named(client: FlaskClient, clock: Clock) -> None:
    first = posted(client, name="a.mp4")
    clock.now += 1
    second = post(client, name="b.mp4").get_json()
    clock.now += 1
    third = post(client, name="c.mp4", faces="all").get_json()
    assert shown(client, first)["same_as"] is None
    assert second["same_as"] == first
    assert third["same_as"] == second["id"]
    listed = client.get("/v1/jobs?sort=created_at").get_json()["jobs"]
    assert [job["same_as"] for job in listed] == [None, first, second["id"]]


def test_of_jobs_of_one_moment_one_is_the_earlier(client: FlaskClient) -> None:
    """The clock stands still: then their ids tell."""
    ids = sorted(posted(client) for _ in range(3))
    assert [shown(client, job_id)["same_as"] for job_id in ids] == [None, *ids[:2]]


def test_another_recording_is_another(client: FlaskClient) -> None:
    posted(client)
    assert post(client, content=MP4 + b"b").get_json()["same_as"] is None


def test_a_call_that_is_repeated_is_no_second_recording(client: FlaskClient) -> None:
    first, again = (post(client, headers={"Idempotency-Key": "k"}).get_json() for _ in range(2))
    assert first["id"] == again["id"]
    assert again["same_as"] is None


def test_a_deleted_job_is_named_no_more(client: FlaskClient, clock: Clock) -> None:
    first = posted(client)
    clock.now += 1
    second = posted(client)
    client.delete(f"/v1/jobs/{first}")
    assert shown(client, second)["same_as"] is None


def test_what_another_has_is_told_to_nobody_else(service: Jobs) -> None:
    client = client_of(service)
    headers = [{"Authorization": f"Bearer {service.keys.add(name)[1]}"} for name in ("one", "two")]
    for header in headers:
        assert post(client, headers=header).get_json()["same_as"] is None


def test_the_earlier_job_is_found_without_reading_all_that_is_kept(service: Jobs) -> None:
    query = "SELECT id FROM jobs WHERE owner = '' AND sha256 = '' ORDER BY created_at DESC"
    with service.database.engine.connect() as connection:
        assert "jobs_by_content" in str(connection.execute(text(f"EXPLAIN QUERY PLAN {query}")).all())
