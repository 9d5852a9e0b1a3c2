"""Jobs that were handed in: shown, listed, canceled, tried again, deleted; their files."""

import io
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.schemas import SORTS
from emoclassify.jobs.job import DAY_S
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.worker import Worker
from emoclassify.settings import Options
from tests.support.calling import assert_problem, client_of, done, posted, shown, stored
from tests.support.findings import analysis, voice
from tests.support.serving import BROKEN, MP4, Clock, StandIn


def test_a_recording_that_cannot_be_read_is_a_failed_job(
    client: FlaskClient, worker: Worker, analyzer: StandIn
) -> None:
    job_id = done(client, worker, content=BROKEN)
    job = shown(client, job_id)
    assert job["state"] == "failed"
    assert job["error"]["status"] == 422
    assert "does not open" in job["error"]["detail"]
    assert_problem(client.get(f"/v1/jobs/{job_id}/result"), 409, "failed")
    listed = client.get(f"/v1/jobs/{job_id}/artifacts").get_json()["artifacts"]
    assert [file["name"] for file in listed] == ["recording"]
    assert client.get(f"/v1/jobs/{job_id}/artifacts/recording").mimetype == "video/mp4"
    assert client.post(f"/v1/jobs/{job_id}/retry").status_code == 202
    assert shown(client, job_id)["error"] is None
    assert worker.work_once()
    assert len(analyzer.seen) == 2


def test_retry_only_of_what_failed(client: FlaskClient, worker: Worker) -> None:
    assert_problem(client.post(f"/v1/jobs/{done(client, worker)}/retry"), 409, "completed")
    gone = done(client, worker, content=BROKEN, keep_days="0")
    assert_problem(client.post(f"/v1/jobs/{gone}/retry"), 409, "not kept")


def test_cancel_what_waits(client: FlaskClient, worker: Worker) -> None:
    job_id = posted(client)
    assert client.post(f"/v1/jobs/{job_id}/cancel").get_json()["state"] == "canceled"
    assert client.post(f"/v1/jobs/{job_id}/cancel").status_code == 200
    assert not worker.work_once()
    assert_problem(client.post(f"/v1/jobs/{done(client, worker)}/cancel"), 409)
    assert client.post(f"/v1/jobs/{job_id}/retry").get_json()["state"] == "queued"


def test_deleted_is_gone(client: FlaskClient, worker: Worker, service: Jobs) -> None:
    job_id = done(client, worker, headers={"Idempotency-Key": "a"})
    assert len(stored(service)) == 4
    assert client.delete(f"/v1/jobs/{job_id}").status_code == 204
    assert stored(service) == ["emoclassify-storage"]
    for call in ("", "/result", "/artifacts", "/artifacts/frames.csv", "/artifacts.zip"):
        assert_problem(client.get(f"/v1/jobs/{job_id}{call}"), 404)
    for call in ("cancel", "retry"):
        assert_problem(client.post(f"/v1/jobs/{job_id}/{call}"), 404)
    assert_problem(client.delete(f"/v1/jobs/{job_id}"), 404)
    assert posted(client, headers={"Idempotency-Key": "a"}) != job_id


def test_files_in_ranges_and_as_one(client: FlaskClient, worker: Worker) -> None:
    job_id = done(client, worker)
    listed = {
        file["name"]: file["size_bytes"] for file in client.get(f"/v1/jobs/{job_id}/artifacts").get_json()["artifacts"]
    }
    whole = client.get(f"/v1/jobs/{job_id}/artifacts/analysis.json")
    assert len(whole.data) == listed["analysis.json"]
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = client.get(f"/v1/jobs/{job_id}/artifacts/analysis.json", headers={"Range": "bytes=5-14"})
    assert (part.status_code, part.data) == (206, whole.data[5:15])
    assert part.headers["Content-Range"] == f"bytes 5-14/{len(whole.data)}"
    tail = client.get(f"/v1/jobs/{job_id}/artifacts/analysis.json", headers={"Range": "bytes=-7"})
    assert tail.data == whole.data[-7:]
    beyond = client.get(f"/v1/jobs/{job_id}/artifacts/analysis.json", headers={"Range": "bytes=99999999-"})
    assert_problem(beyond, 416)
    same = client.get(f"/v1/jobs/{job_id}/artifacts/analysis.json", headers={"If-None-Match": whole.headers["ETag"]})
    assert same.status_code == 304
    for name in ("nothing.csv", "..%2f..%2fjobs.sqlite", "%2e%2e"):
        assert_problem(client.get(f"/v1/jobs/{job_id}/artifacts/{name}"), 404)


def test_jobs_are_listed_by_page_and_by_what_is_asked(client: FlaskClient, clock: Clock) -> None:
    ids = []
    for number, tag in enumerate("aabba"):
        clock.now += 1
        ids.append(posted(client, name=f"Запись {number}.mp4", tag=tag, group="study"))
    first = client.get("/v1/jobs?limit=2&sort=created_at").get_json()
    assert [job["id"] for job in first["jobs"]] == ids[:2]
    second = client.get(
        "/v1/jobs", query_string={"limit": 3, "sort": "created_at", "cursor": first["next_cursor"]}
    ).get_json()
    assert ([job["id"] for job in second["jobs"]], second["next_cursor"]) == (ids[2:], None)
    assert [job["id"] for job in client.get("/v1/jobs").get_json()["jobs"]] == ids[::-1]

    def found(**asked: str) -> list[int]:
        return sorted(ids.index(job["id"]) for job in client.get("/v1/jobs", query_string=asked).get_json()["jobs"])

    assert found(tag="b") == [2, 3]
    assert found(tag="b", group="other") == []
    assert found(q="запись 4") == [4]
    assert found(q="%") == []
    assert found(state="running") == []
    assert found(**{"from": first["jobs"][1]["created_at"]}) == [1, 2, 3, 4]
    assert found(to=first["jobs"][1]["created_at"]) == [0]


@pytest.mark.parametrize(("min_speech", "verdict"), [("1", "usable"), ("3", "not usable")])
def test_jobs_are_listed_by_their_verdict(service: Jobs, min_speech: str, verdict: str) -> None:
    """Two seconds of speech; a recording that is not usable counts for no day."""
    client = client_of(service)
    job_id = posted(client, min_speech=min_speech)
    waiting = shown(client, job_id)
    assert (waiting["usability"], waiting["summary"]) == (None, None)
    heard = analysis([], [], [voice(0.0, 2.0)], options=Options(min_speech=float(min_speech)))
    Worker(service, StandIn(heard), "worker").work_once()
    job = shown(client, job_id)
    assert job["usability"]["verdict"] == verdict
    listed = {
        asked: [job["id"] for job in client.get("/v1/jobs", query_string={"usability": asked}).get_json()["jobs"]]
        for asked in ("usable", "usable in part", "not usable")
    }
    assert listed == {asked: [job_id] if asked == verdict else [] for asked in listed}
    assert len(client.get("/v1/stats").get_json()["days"]) == (verdict == "usable")
    assert client.get("/v1/jobs?usability=perhaps").status_code == 422


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=x", "state=lost", "sort=owner", "from=yesterday", "q=%00"],
)
def test_a_list_that_cannot_be_made(client: FlaskClient, query: str) -> None:
    assert_problem(client.get(f"/v1/jobs?{query}"), 422, query.split("=")[0])


def test_shares_by_day(client: FlaskClient, worker: Worker, clock: Clock) -> None:
    done(client, worker)
    done(client, worker)
    clock.now += DAY_S
    done(client, worker)
    days = client.get("/v1/stats?by=day").get_json()["days"]
    assert [day["jobs"] for day in days] == [2, 1]
    assert days[0]["positive"] + days[0]["neutral"] + days[0]["negative"] == pytest.approx(1, abs=1e-5)
    assert_problem(client.get("/v1/stats?by=hour"), 422, "by")


def test_faces_and_voices_are_not_one_mean(client: FlaskClient, worker: Worker, analyzer: StandIn) -> None:
    done(client, worker)
    face_only = client.get("/v1/stats").get_json()["days"]
    analyzer._analysis = analysis([], [], [voice(0.0, 4.0, "happy", 1.0)])
    done(client, worker, name="a.wav")
    face_row, voice_row = client.get("/v1/stats").get_json()["days"]
    assert [face_row] == face_only
    assert face_row["of"] == "face"
    assert (voice_row["day"], voice_row["of"], voice_row["jobs"]) == (face_row["day"], "voice", 1)
    assert (voice_row["positive"], voice_row["neutral"], voice_row["negative"]) == (1.0, 0.0, 0.0)


@pytest.mark.parametrize("limit", [0, 201])
def test_a_page_of_more_jobs_than_are_listed_at_once_is_refused(client: FlaskClient, limit: int) -> None:
    assert_problem(client.get(f"/v1/jobs?limit={limit}"), 422, "limit", "200")


@pytest.mark.parametrize("sort", SORTS)
def test_the_pages_of_every_order_hold_each_job_once(client: FlaskClient, clock: Clock, sort: str) -> None:
    posted_as = {}
    for number, name in enumerate(["b.mp4", "a.mp4", "b.mp4", "Ä.mp4", "a.mp4"]):
        clock.now += number % 2  # some came in at the same moment
        posted_as[posted(client, name=name, content=MP4 + bytes(number // 2))] = name
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get("/v1/jobs", query_string={"limit": 2, "sort": sort, "cursor": cursor}).get_json()
        found += page["jobs"]
        cursor = page["next_cursor"]
    assert sorted(job["id"] for job in found) == sorted(posted_as)
    values = [job[sort.removeprefix("-")] for job in found]
    assert values == sorted(values, reverse=sort.startswith("-"))
    wrong = client.get("/v1/jobs", query_string={"limit": 2, "sort": sort}).get_json()["next_cursor"]
    other = next(each for each in SORTS if each != sort)
    assert_problem(client.get("/v1/jobs", query_string={"sort": other, "cursor": wrong}), 400, "cursor")


def test_all_files_as_one_are_the_same_files(client: FlaskClient, worker: Worker) -> None:
    job_id = done(client, worker)
    answer = client.get(f"/v1/jobs/{job_id}/artifacts.zip")
    assert answer.content_length == len(answer.data)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["analysis.json", "frames.csv"]
        for name in archive.namelist():
            assert archive.read(name) == client.get(f"/v1/jobs/{job_id}/artifacts/{name}").data
    asked = client.head(f"/v1/jobs/{job_id}/artifacts/frames.csv")
    assert (asked.status_code, asked.data, asked.content_length) == (200, b"", len("frame\n0\n"))
