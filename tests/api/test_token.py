"""The token of the user who runs the server: other users of the machine are not let in."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from emoclassify.cli import main as command_line
from emoclassify.jobs.service import Jobs
from emoclassify.local_token import make_token, token_for
from emoclassify.remote.client import Client
from tests.support.calling import assert_problem, client_of, post
from tests.support.services import free_port, until

TOKEN = "the-token-of-its-user"


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def test_without_keys_only_who_has_the_token_is_let_in(service: Jobs) -> None:
    job_id = post(client_of(service)).get_json()["id"]  # from before there was a token
    client = client_of(service, token=TOKEN)
    wrong = ("", "x", TOKEN[:-1], TOKEN + "x", "пароль".encode().decode("latin-1"))
    for headers in ({}, *map(bearer, wrong)):
        assert_problem(client.get("/v1/jobs", headers=headers), 401, "keys token")
    assert [job["id"] for job in client.get("/v1/jobs", headers=bearer(TOKEN)).get_json()["jobs"]] == [job_id]
    assert client.get("/healthz").status_code == 200


def test_beside_keys_it_is_for_the_jobs_of_none(service: Jobs) -> None:
    client = client_of(service, token=TOKEN)
    own_id = post(client, headers=bearer(TOKEN)).get_json()["id"]
    _, text = service.keys.add("Anna")
    theirs_id = post(client, headers=bearer(text)).get_json()["id"]
    listed = [
        [job["id"] for job in client.get("/v1/jobs", headers=bearer(sent)).get_json()["jobs"]] for sent in (TOKEN, text)
    ]
    assert listed == [[own_id], [theirs_id]]


def test_it_is_made_once_for_its_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "token"
    token = make_token(path)
    assert len(token) >= 40
    assert make_token(path) == token
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    make_token(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost:1", "http://[::1]:8000/"])
def test_the_client_sends_it_to_a_server_on_this_machine(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMOCLASSIFY_DATA_DIR", str(tmp_path))
    assert token_for(url) == ""
    token = make_token(tmp_path / "token")
    sent = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers.get("Authorization"))
        return httpx.Response(200, json={"jobs": [], "next_cursor": None})

    with Client(url, transport=httpx.MockTransport(answer)) as client:
        client.page()
    monkeypatch.setenv("EMOCLASSIFY_API_KEY", "of-the-environment")
    with Client(url, transport=httpx.MockTransport(answer)) as client:
        client.page()
    assert sent == [f"Bearer {token}", "Bearer of-the-environment"]


@pytest.mark.parametrize(
    "url", ["http://lab.example", "http://127.0.0.1.lab.example", "http://10.0.0.1", "http://a@b", ""]
)
def test_no_other_machine_is_sent_it(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOCLASSIFY_DATA_DIR", str(tmp_path))
    make_token(tmp_path / "token")
    assert token_for(url) == ""


def test_what_is_no_token_is_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOCLASSIFY_DATA_DIR", str(tmp_path))
    for content in (b"\xff\xfe", b"a\nb", b"x" * 1000):
        (tmp_path / "token").write_bytes(content)
        assert token_for("http://127.0.0.1") == ""


@pytest.mark.process
@pytest.mark.parametrize("asks", [True, False])
def test_serve_asks_for_it_unless_told_otherwise(asks: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    environ = {**os.environ, "EMOCLASSIFY_DATA_DIR": str(tmp_path / "data")}
    command = ["-m", "emoclassify", "serve", "--no-worker", "--port", str(port), *([] if asks else ["--no-token"])]
    monkeypatch.setenv("EMOCLASSIFY_DATA_DIR", str(tmp_path / "data"))
    with subprocess.Popen([sys.executable, *command], env=environ) as server:
        try:
            url = f"http://127.0.0.1:{port}"
            until(lambda: is_up(url), 60)
            assert httpx.get(f"{url}/v1/jobs").status_code == (401 if asks else 200)
            with Client(url) as client:  # of the same user
                assert client.page()["jobs"] == []
        finally:
            server.terminate()


def is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz").is_success
    except httpx.TransportError:
        return False


def test_it_is_shown_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EMOCLASSIFY_DATA_DIR", str(tmp_path))
    assert command_line(["keys", "token"]) == 0
    assert capsys.readouterr().out.strip() == make_token(tmp_path / "token")
