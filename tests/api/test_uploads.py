"""Recordings that come in chunks."""

import base64
import hashlib
import tracemalloc
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.upload import join_chunks
from api.uploads import CHUNK_BYTES
from emoclassify.jobs.scopes import scopes_in
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.storage import Storage, new_id
from emoclassify.jobs.sweeper import LOOK_S, Sweeper
from emoclassify.jobs.uploads import FORGET_AFTER_S, Chunk, ChunkedUpload
from emoclassify.jobs.worker import Worker
from emoclassify.remote.client import Client
from tests.support.calling import MISSING, assert_problem, client_of, shown, stored
from tests.support.serving import MP4, Clock, StandIn, served

RECORDING = MP4 + bytes(range(256)) * 4
CHUNKS = [RECORDING[start : start + 500] for start in range(0, len(RECORDING), 500)]


def begun(client: FlaskClient, headers: Any = None, **fields: str) -> str:
    answer = client.post("/v1/uploads", data={"filename": "talk.mp4", **fields}, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/v1/uploads/{answer.get_json()['id']}"
    return str(answer.get_json()["id"])


def put(client: FlaskClient, upload_id: str, number: int, content: bytes, headers: Any = None) -> TestResponse:
    return client.put(f"/v1/uploads/{upload_id}/chunks/{number}", data=content, headers=headers)


def end(client: FlaskClient, upload_id: str, headers: Any = None, **fields: str) -> TestResponse:
    fields = {"chunks": str(len(CHUNKS)), **fields}
    return client.post(f"/v1/uploads/{upload_id}/done", data=fields, headers=headers)


def test_chunks_in_any_order_make_the_same_job_as_one_upload(
    client: FlaskClient, worker: Worker, analyzer: StandIn, service: Jobs
) -> None:
    upload_id = begun(client, tag="spring", double_check="true")
    for number in (2, 0, 1):
        answer = put(client, upload_id, number, CHUNKS[number])
    assert (answer.get_json()["next"], answer.get_json()["size_bytes"]) == (3, len(RECORDING))
    answer = end(client, upload_id, sha256=hashlib.sha256(RECORDING).hexdigest())
    job = answer.get_json()
    assert (answer.status_code, job["id"], job["name"], job["tag"]) == (202, upload_id, "talk.mp4", "spring")
    assert (job["size_bytes"], job["sha256"]) == (len(RECORDING), hashlib.sha256(RECORDING).hexdigest())
    assert worker.work_once()
    assert analyzer.seen[0][0] == RECORDING[:1000]
    assert analyzer.seen[0][1].double_check
    assert end(client, upload_id).get_json()["id"] == upload_id  # the first answer may have been lost
    assert_problem(client.get(f"/v1/uploads/{upload_id}"), 404)
    assert not list((service.settings.data_dir / "storage" / "chunks").iterdir())


def test_what_is_missing_is_told_and_a_chunk_may_come_twice(client: FlaskClient, service: Jobs) -> None:
    upload_id = begun(client)
    assert client.get(f"/v1/uploads/{upload_id}").get_json()["next"] == 0
    put(client, upload_id, 0, CHUNKS[0])
    put(client, upload_id, 2, CHUNKS[2])
    assert client.get(f"/v1/uploads/{upload_id}").get_json()["next"] == 1
    assert_problem(end(client, upload_id), 409, "Chunk 1")
    n_files = len(stored(service))
    assert put(client, upload_id, 0, CHUNKS[0]).status_code == 200
    assert len(stored(service)) == n_files
    assert_problem(put(client, upload_id, 0, CHUNKS[2]), 415)  # no recording begins so
    assert_problem(put(client, upload_id, 2, CHUNKS[1]), 409, "Chunk 2")
    assert len(stored(service)) == n_files


def test_what_does_not_fit_is_refused(client: FlaskClient, service: Jobs) -> None:
    assert_problem(client.post("/v1/uploads", data={"filename": "a.mp4", "faces": "none"}), 422, "faces")
    upload_id = begun(client)
    assert_problem(put(client, upload_id, 0, b"this is a text, and no recording at all"), 415)
    assert_problem(put(client, upload_id, 1, b""), 422)
    wrong = {"Content-Digest": f"sha-256=:{base64.b64encode(hashlib.sha256(b'x').digest()).decode()}:"}
    assert_problem(put(client, upload_id, 0, CHUNKS[0], wrong), 422, "checksum")
    right = {"Content-Digest": f"sha-256=:{base64.b64encode(hashlib.sha256(CHUNKS[0]).digest()).decode()}:"}
    assert put(client, upload_id, 0, CHUNKS[0], right).status_code == 200
    assert_problem(put(client, upload_id, 1, bytes(CHUNK_BYTES + 1)), 413)
    assert_problem(end(client, upload_id, chunks="many"), 422, "chunks")
    assert_problem(put(client, MISSING, 0, CHUNKS[0]), 404)
    for number in (1, 2):
        put(client, upload_id, number, CHUNKS[number])
    assert_problem(end(client, upload_id, sha256="0" * 64), 422, "checksum")
    assert service.storage.list_uploads() == set()
    assert end(client, upload_id, sha256=hashlib.sha256(RECORDING).hexdigest()).status_code == 202


def test_an_upload_is_as_large_as_a_key_may_send(service: Jobs) -> None:
    key, text = service.keys.add("small", scopes=scopes_in("submit"), max_upload_mb=1)
    headers = {"Authorization": f"Bearer {text}"}
    client = client_of(service)
    upload_id = begun(client, headers)
    assert put(client, upload_id, 0, MP4 + bytes(700_000), headers).status_code == 200
    assert_problem(put(client, upload_id, 1, bytes(700_000), headers), 413)
    assert client.get(f"/v1/uploads/{upload_id}", headers=headers).get_json()["next"] == 1  # a key that only hands in
    other = {"Authorization": f"Bearer {service.keys.add('other')[1]}"}
    assert_problem(client.get(f"/v1/uploads/{upload_id}", headers=other), 404)
    assert_problem(put(client, upload_id, 1, CHUNKS[1], other), 404)
    assert_problem(end(client, upload_id, other), 404)
    assert_problem(client.delete(f"/v1/uploads/{upload_id}", headers=other), 404)
    reading = {"Authorization": f"Bearer {service.keys.add('reader', scopes=scopes_in('read'))[1]}"}
    assert_problem(client.post("/v1/uploads", headers=reading), 403)
    service.revoke_key(key.id, deletes_jobs=True)
    assert service.uploads.ids_of(key.owner) == []
    assert not [name for name in stored(service) if name != "emoclassify-storage"]


def test_what_is_given_up_or_forgotten_leaves_nothing(client: FlaskClient, service: Jobs, clock: Clock) -> None:
    for ends in (lambda one: client.delete(f"/v1/uploads/{one}"), lambda one: sweep_later(service, clock)):
        upload_id = begun(client)
        put(client, upload_id, 0, CHUNKS[0])
        Sweeper(service).sweep()
        assert client.get(f"/v1/uploads/{upload_id}").status_code == 200
        ends(upload_id)
        assert_problem(client.get(f"/v1/uploads/{upload_id}"), 404)
        assert stored(service) == ["emoclassify-storage"]


def sweep_later(service: Jobs, clock: Clock) -> None:
    clock.now += FORGET_AFTER_S + LOOK_S
    Sweeper(service).sweep()


def test_an_owner_has_no_end_of_uploads(client: FlaskClient) -> None:
    for _ in range(50):
        begun(client)
    assert_problem(client.post("/v1/uploads"), 429, "50 uploads")


def test_chunks_are_put_together_in_constant_memory(tmp_path: Path) -> None:
    storage, upload_id, n_bytes = Storage(str(tmp_path / "storage")), new_id(), 8 * 1024**2
    storage.prepare()
    chunks = []
    for number in range(6):
        chunk = Chunk(number, new_id(), n_bytes, "")
        with storage.create_chunk(upload_id, chunk.file) as file:
            file.write(MP4.ljust(n_bytes, b"\0"))
        chunks.append(chunk)
    tracemalloc.start()
    upload = join_chunks(ChunkedUpload(upload_id, "", "a.mp4", "", {}, tuple(chunks)), storage, "")
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert upload.size_bytes == 6 * n_bytes
    assert peak_bytes < 4 * 1024**2


class Breaking(httpx.HTTPTransport):
    """Loses the connection at the second chunk, once."""

    n_chunks = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if "/chunks/" in request.url.path:
            Breaking.n_chunks += 1
            if Breaking.n_chunks == 2:
                raise httpx.ConnectError("made for a test")
        return super().handle_request(request)


@pytest.mark.process
def test_the_client_goes_on_where_the_connection_broke(tmp_path: Path) -> None:
    path = tmp_path / "talk.mp4"
    path.write_bytes(MP4.ljust(CHUNK_BYTES + 1000, b"\1"))
    pauses_s: list[float] = []
    with (
        served(tmp_path / "data") as running,
        Client(running.url, key="", transport=Breaking(), sleep=pauses_s.append) as client,
    ):
        job = client.submit_in_chunks(path, tag="spring")
        assert (job["sha256"], job["tag"]) == (hashlib.sha256(path.read_bytes()).hexdigest(), "spring")
    assert Breaking.n_chunks == 3
    assert pauses_s


@pytest.mark.parametrize("call", ["", "/done"])
def test_a_job_is_no_upload(client: FlaskClient, worker: Worker, call: str) -> None:
    upload_id = begun(client)
    put(client, upload_id, 0, RECORDING)
    assert end(client, upload_id, chunks="1").status_code == 202
    assert shown(client, upload_id)["state"] == "queued"
    assert put(client, upload_id, 1, CHUNKS[0]).status_code == 404
    assert client.open(f"/v1/uploads/{upload_id}{call}", method="POST" if call else "GET").status_code == (
        202 if call else 404
    )
