"""A call whose sides are two recordings: one job of two files, which are kept, fetched and removed together."""

import hashlib
import io
import math
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from emoclassify.jobs.job import CALL
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.worker import Worker
from tests.support.calling import assert_problem, post, shown, stored
from tests.support.recognizers import bursts
from tests.support.serving import MP4, Clock, StandIn
from tests.support.sides import wav
from tests.support.submitting import files_of_jobs

AGENT, CUSTOMER = wav(bursts(1.0, end_s=2.0)), wav(bursts(3.0, end_s=5.0))
ROLES = "customer=file2,agent=file"
ON_TRACKS = {"customer": "track2", "agent": "track1"}


def send(client: FlaskClient, *, roles: str = ROLES, headers: Any = None, **files: Any) -> TestResponse:
    files = files or {"file2": CUSTOMER, "file": AGENT}
    data = {field: (io.BytesIO(content), f"{field}.wav") for field, content in files.items()}
    return client.post("/v1/jobs", data={**data, "roles": roles}, headers=headers)


def test_two_files_become_one_job_whose_sides_are_joined(
    client: FlaskClient, worker: Worker, analyzer: StandIn, service: Jobs
) -> None:
    answer = send(client)
    assert answer.status_code == 202, answer.text
    job = answer.get_json()
    assert (job["kind"], job["name"]) == (CALL, "file.wav + file2.wav")
    assert stored(service).count(job["id"]) == 1
    assert len(stored(service)) == 2  # with the mark of the storage: the two alone are gone
    assert worker.work_once()
    assert shown(client, job["id"])["state"] == "completed"
    content, options, name = analyzer.seen[0]
    assert (content[:4], name) == (b"\x1aE\xdf\xa3", "file.wav + file2.wav")  # Matroska
    assert list(options.role_places.items()) == list(ON_TRACKS.items())
    assert files_of_jobs(service) == []
    assert client.get("/v1/jobs").get_json()["jobs"][0]["id"] == job["id"]  # listed with the recordings


def test_both_files_can_be_fetched_and_go_with_the_job(client: FlaskClient, worker: Worker, service: Jobs) -> None:
    job_id = send(client).get_json()["id"]
    worker.work_once()
    answer = client.get(f"/v1/jobs/{job_id}/artifacts/recording")
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert [archive.read(name) for name in archive.namelist()] == [AGENT, CUSTOMER]
        assert archive.namelist() == ["1/file.wav", "2/file2.wav"]
    assert client.delete(f"/v1/jobs/{job_id}").status_code == 204
    assert stored(service) == ["emoclassify-storage"]


def test_the_same_two_files_are_known_again(client: FlaskClient, clock: Clock) -> None:
    first = send(client, headers={"Idempotency-Key": "one"}).get_json()
    assert send(client, headers={"Idempotency-Key": "one"}).get_json()["id"] == first["id"]
    clock.now += 1
    assert send(client).get_json()["same_as"] == first["id"]


@pytest.mark.parametrize(
    ("roles", "files", "words"),
    [
        (ROLES, {"file": AGENT}, "two recordings (file, file2), and one was sent"),
        ("", {"file": AGENT, "file2": CUSTOMER}, "agent=file,customer=file2"),
        ("agent=left,customer=right", {"file": AGENT, "file2": CUSTOMER}, "but is 'agent=left,customer=right'"),
        ("agent=file,agent=file2", {"file": AGENT, "file2": CUSTOMER}, "whose each is"),
        ("agent=file,customer=file", {"file": AGENT, "file2": CUSTOMER}, "whose each is"),
        ("agent=file,customer=right", {"file": AGENT}, "whose each is"),
        ("=file,customer=file2", {"file": AGENT, "file2": CUSTOMER}, "each side of a call"),
        (ROLES, {"file": AGENT, "file2": b""}, "is empty"),
        (ROLES, {"file": AGENT, "file2": CUSTOMER, "file3": CUSTOMER}, "More files"),
        (ROLES, {"file": AGENT, "file3": CUSTOMER}, "More files"),
    ],
)
def test_what_is_no_pair_of_sides_is_refused(
    client: FlaskClient, service: Jobs, roles: str, files: dict[str, bytes], words: str
) -> None:
    assert_problem(send(client, roles=roles, **files), 422, words)
    assert stored(service) == ["emoclassify-storage"]


def test_the_second_alone_is_no_recording_and_a_text_is_none(client: FlaskClient, service: Jobs) -> None:
    assert_problem(send(client, file2=CUSTOMER), 400, "'file'")
    assert_problem(send(client, file=AGENT, file2=b"a text, and no recording at all"), 415)
    assert stored(service) == ["emoclassify-storage"]


def test_a_side_that_cannot_be_read_fails_by_its_name(client: FlaskClient, worker: Worker, service: Jobs) -> None:
    job_id = send(client, file=AGENT, file2=MP4).get_json()["id"]
    worker.work_once()
    job = shown(client, job_id)
    assert job["state"] == "failed"
    assert job["error"]["detail"].startswith("file2.wav: no side of a call can be read from it.")
    assert files_of_jobs(service) == []


def begin(client: FlaskClient, content: bytes, name: str, **fields: str) -> str:
    answer = client.post("/v1/uploads", data={"filename": name, **fields})
    assert answer.status_code == 201, answer.text
    upload_id = str(answer.get_json()["id"])
    for number in range(math.ceil(len(content) / 50_000)):
        chunk = content[50_000 * number : 50_000 * (number + 1)]
        assert client.put(f"/v1/uploads/{upload_id}/chunks/{number}", data=chunk).status_code == 200
    return upload_id


def end(client: FlaskClient, first: str, second: str, **fields: str) -> TestResponse:
    form = {"chunks": str(math.ceil(len(AGENT) / 50_000)), "file2": second}
    form |= {"file2_chunks": str(math.ceil(len(CUSTOMER) / 50_000)), **fields}
    return client.post(f"/v1/uploads/{first}/done", data=form)


def test_in_chunks_they_are_the_same_upload(client: FlaskClient, worker: Worker, service: Jobs) -> None:
    whole = send(client).get_json()
    first = begin(client, AGENT, "file.wav", roles=ROLES, tag="spring")
    second = begin(client, CUSTOMER, "file2.wav")
    sums = {"sha256": hashlib.sha256(AGENT).hexdigest(), "file2_sha256": hashlib.sha256(CUSTOMER).hexdigest()}
    job = end(client, first, second, **sums).get_json()
    for fact in ("name", "sha256", "size_bytes", "kind"):
        assert job[fact] == whole[fact], fact
    assert (job["id"], job["tag"]) == (first, "spring")
    assert end(client, first, second).get_json()["id"] == first  # the first answer may have been lost
    for upload_id in (first, second):
        assert_problem(client.get(f"/v1/uploads/{upload_id}"), 404)
    assert worker.work_once()
    assert worker.work_once()
    assert shown(client, first)["state"] == "completed"
    assert len(stored(service)) == 1 + 2 * 3  # the mark; of each job the upload and two results


def test_in_chunks_what_is_no_pair_is_refused_and_can_be_mended(client: FlaskClient) -> None:
    first, second = begin(client, AGENT, "a.wav", roles=ROLES), begin(client, CUSTOMER, "b.wav")
    assert_problem(client.post(f"/v1/uploads/{first}/done", data={"chunks": "2"}), 422, "one was sent")
    assert_problem(end(client, first, first), 422, "two sides")
    assert_problem(end(client, first, "0" * 32), 404)
    assert_problem(end(client, first, second, file2_chunks="99"), 409, "is missing")
    assert_problem(end(client, first, second, file2_chunks="none"), 422, "file2_chunks")
    assert_problem(end(client, first, second, file2_sha256="0" * 64), 422, "checksum")
    turned = {"chunks": "4", "file2_chunks": "2"}
    assert_problem(end(client, second, first, **turned), 422, "agent=file,customer=file2")  # whose form has no roles
    assert end(client, first, second).status_code == 202


@pytest.mark.usefixtures("analyzer")
def test_one_recording_takes_no_places_of_two(client: FlaskClient, tmp_path: Path) -> None:
    assert_problem(post(client, roles="agent=file,customer=left"), 422, "whose each is")
