"""Who may call the API: keys and owners, names, origins, rates."""

import io
from base64 import b64encode
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.__main__ import may_listen
from api.access import RateLimit
from emoclassify.cli import main as command_line
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.remote.client import Client
from tests.support.calling import MISSING, assert_problem, client_of
from tests.support.serving import MP4, Clock, settings_in


@pytest.fixture
def service(tmp_path: Path) -> Any:
    with open_jobs(settings_in(tmp_path), Clock()) as opened:
        yield opened


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def post(client: Any, **arguments: Any) -> Any:
    return client.post("/v1/jobs", data={"file": (io.BytesIO(MP4), "talk.mp4")}, **arguments)


def test_every_call_but_health_needs_a_key_as_soon_as_there_is_one(service: Jobs) -> None:
    client = client_of(service)
    assert client.get("/v1/jobs").status_code == 200
    key, text = service.keys.add("Anna")
    calls = [
        ("GET", path)
        for path in ("/v1/jobs", f"/v1/jobs/{MISSING}", "/v1/stats", "/v1/limits", "/metrics", "/openapi.json", "/docs")
    ]
    for method, path in [*calls, ("POST", "/v1/jobs"), ("DELETE", f"/v1/jobs/{MISSING}"), ("GET", "/v1/nothing")]:
        answer = client.open(path, method=method)
        assert_problem(answer, 401, "emoclassify keys add")
        assert "Bearer" in answer.headers["WWW-Authenticate"]
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    assert client.get("/v1/jobs", headers=bearer(text)).status_code == 200
    basic = {"Authorization": "Basic " + b64encode(f"anyone:{text}".encode()).decode()}
    assert client.get("/docs", headers=basic).status_code == 200
    for wrong in ("", "x", text + "x", text[:-1]):
        assert client.get("/v1/jobs", headers=bearer(wrong)).status_code == 401
    assert service.keys.revoke(key.id)
    assert client.get("/v1/jobs", headers=bearer(text)).status_code == 401


def test_keys_can_be_asked_for_before_there_is_one(tmp_path: Path) -> None:
    with open_jobs(settings_in(tmp_path, require_keys=True), Clock()) as service:
        assert client_of(service).get("/v1/jobs").status_code == 401
        assert may_listen("0.0.0.0", service)


def test_another_address_needs_a_key(service: Jobs) -> None:
    assert may_listen("127.0.0.1", service)
    assert not may_listen("0.0.0.0", service)
    service.keys.add("Anna")
    assert may_listen("0.0.0.0", service)


def test_a_key_sees_its_own_jobs_only(service: Jobs) -> None:
    client = client_of(service)
    anna, boris = (bearer(service.keys.add(name)[1]) for name in ("Anna", "Boris"))
    same = {"Idempotency-Key": "1"}
    job_id = post(client, headers=anna | same).get_json()["id"]
    assert post(client, headers=boris | same).get_json()["id"] != job_id
    assert [job["id"] for job in client.get("/v1/jobs", headers=anna).get_json()["jobs"]] == [job_id]
    for method, call in [("GET", ""), ("GET", "/result"), ("GET", "/artifacts"), ("POST", "/cancel"), ("DELETE", "")]:
        assert client.open(f"/v1/jobs/{job_id}{call}", method=method, headers=boris).status_code == 404
    assert client.delete(f"/v1/jobs/{job_id}", headers=anna).status_code == 204


def test_keys_are_kept_as_digests_only(service: Jobs, tmp_path: Path) -> None:
    _, text = service.keys.add("Anna")
    files = [path for path in tmp_path.iterdir() if path.name.startswith("jobs.sqlite")]
    assert files
    assert not any(text.encode() in path.read_bytes() for path in files)


def test_limits_of_a_key(service: Jobs) -> None:
    client = client_of(service)
    _, text = service.keys.add("Anna", max_upload_mb=1, submits_per_minute=2)
    too_large = post(client, headers=bearer(text), environ_overrides={"CONTENT_LENGTH": "2000000"})
    assert_problem(too_large, 413, "1 MB")
    assert post(client, headers=bearer(text)).status_code == 202
    refused = post(client, headers=bearer(text))
    assert_problem(refused, 429, "2 uploads a minute")
    assert 0 < int(refused.headers["Retry-After"]) <= 31


def test_a_rate_fills_up_again() -> None:
    now_s = [0.0]
    rate = RateLimit(lambda: now_s[0])

    def allowed(owner: str = "a") -> bool:
        try:
            rate.take(owner, 60)
        except Exception:
            return False
        return True

    assert sum(allowed() for _ in range(100)) == 60
    assert allowed("b")
    now_s[0] += 10
    assert sum(allowed() for _ in range(100)) == 10


def test_a_rate_remembers_nobody_longer_than_it_matters() -> None:
    now_s = [0.0]
    rate = RateLimit(lambda: now_s[0])
    for n in range(1000):
        rate.take(f"stranger {n}", 1)
        now_s[0] += 1
    assert len(rate) <= 60


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "[", "a@b"])
def test_a_page_cannot_reach_it_under_a_name_of_its_own(service: Jobs, host: str) -> None:
    assert client_of(service).get("/v1/jobs", headers={"Host": host}).status_code == 400


def test_names_that_it_answers_to(tmp_path: Path) -> None:
    with open_jobs(settings_in(tmp_path, allowed_hosts=("lab",)), Clock()) as service:
        client = client_of(service)
        for host in ("localhost:8000", "127.0.0.1", "[::1]:8000", "lab:8000"):
            assert client.get("/v1/jobs", headers={"Host": host}).status_code == 200


def test_pages_of_other_origins(tmp_path: Path) -> None:
    with open_jobs(settings_in(tmp_path, cors_origins=("https://lab.example",)), Clock()) as service:
        client = client_of(service)
        assert_problem(post(client, headers={"Origin": "https://evil.example"}), 403)
        assert_problem(post(client, headers={"Origin": "null"}), 403)
        assert post(client, headers={"Origin": "http://localhost"}).status_code == 202
        listed = post(client, headers={"Origin": "https://lab.example"})
        assert (listed.status_code, listed.headers["Access-Control-Allow-Origin"]) == (202, "https://lab.example")
        asked = {"Origin": "https://lab.example", "Access-Control-Request-Method": "DELETE"}
        preflight = client.options(f"/v1/jobs/{MISSING}", headers=asked)
        assert preflight.status_code == 204
        assert "DELETE" in preflight.headers["Access-Control-Allow-Methods"]
        assert "Access-Control-Allow-Origin" not in client.get("/v1/jobs").headers


def test_keys_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EMOCLASSIFY_DATA_DIR", str(tmp_path))
    assert command_line(["keys", "add", "Anna", "--max-upload-mb", "5"]) == 0
    text = capsys.readouterr().out.strip()
    assert command_line(["keys", "list"]) == 0
    line = capsys.readouterr().out
    assert "Anna" in line
    assert text not in line
    key_id = line.split()[0]
    with open_jobs(settings_in(tmp_path), Clock()) as service:
        assert service.keys.find(text) is not None
    assert command_line(["keys", "revoke", key_id]) == 0
    assert command_line(["keys", "revoke", key_id]) == 1
    with open_jobs(settings_in(tmp_path), Clock()) as service:
        assert service.keys.find(text) is None


def test_the_client_sends_the_key_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("Authorization"))
        return httpx.Response(200, json={"jobs": [], "next_cursor": None})

    for key in (None, "given", ""):
        monkeypatch.setenv("EMOCLASSIFY_API_KEY", "of-the-environment")
        with Client("http://localhost", key, transport=httpx.MockTransport(answer)) as client:
            client.page()
    assert seen == ["Bearer of-the-environment", "Bearer given", None]
