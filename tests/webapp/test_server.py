"""The page's server: what it lets through to the API and back, and whom it refuses."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette

from emoclassify.listen.hosts import HostNames
from emoclassify.remote.client import ApiAwayError, Client
from emoclassify.words.messages import Message
from tests.support.page_calls import OWN, form, talk
from tests.support.serving import MP4, Served, StandIn, served
from tests.support.sources import PACKAGE
from webapp.parts.session import _PATIENCE_S
from webapp.parts.texts import LANGUAGE_COOKIE
from webapp.server.access import COOKIE, Keys
from webapp.server.guard import POLICY, Guard
from webapp.server.launch import Addresses
from webapp.server.relay import Relay


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path / "data", StandIn()) as running:
        yield running


@pytest.mark.process
def test_an_upload_becomes_a_job_and_a_repeated_one_the_same(server: Served) -> None:
    async def say(browser: httpx.AsyncClient) -> list[httpx.Response]:
        asked = form(name="интервью.mp4")
        asked["headers"] = OWN | {"Idempotency-Key": "a"}
        return [await browser.post("/recordings", **asked) for _ in range(2)]

    answers = talk(server.url, say)
    assert {answer.status_code for answer in answers} <= {200, 202}
    first, second = (answer.json() for answer in answers)
    assert first["id"] == second["id"]
    assert first["name"] == "интервью.mp4"
    assert first["options"]["double_check"]


def test_a_recording_is_handed_on_block_by_block() -> None:
    blocks, n_blocks = [], 64

    async def api(request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        async for block in request.stream:
            blocks.append((len(block), len(sent)))
        return httpx.Response(202, json={"id": "x" * 32})

    sent: list[int] = []

    async def content() -> AsyncIterator[bytes]:
        for _ in range(n_blocks):
            sent.append(1)
            yield b"x" * 100_000

    class Transport(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return await api(request)

    async def run() -> None:
        relay = Relay("http://api.test", transport=Transport())
        app = Starlette(routes=relay.routes())
        received = content()

        async def receive() -> dict[str, Any]:
            try:
                return {"type": "http.request", "body": await anext(received), "more_body": True}
            except StopAsyncIteration:
                return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            assert message.get("status", 202) == 202

        headers = [
            (b"content-type", b"multipart/form-data; boundary=x"),
            (b"x-emoclassify", b"1"),
            (b"host", b"page.test"),
        ]
        scope = {"type": "http", "method": "POST", "path": "/recordings", "headers": headers, "query_string": b""}
        await app(scope, receive, send)

    asyncio.run(run())
    assert sum(size for size, _ in blocks) == n_blocks * 100_000
    assert all(had <= i + 2 for i, (_, had) in enumerate(blocks))  # each was handed on before the next but one came


@pytest.mark.process
def test_the_api_s_refusals_come_through(server: Served) -> None:
    async def say(browser: httpx.AsyncClient) -> httpx.Response:
        return await browser.post("/recordings", **form(b"no recording at all, but text"))

    answer = talk(server.url, say)
    assert answer.status_code == 415
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.process
def test_refusals_are_told_in_the_visitor_s_language(server: Served) -> None:
    async def say(browser: httpx.AsyncClient) -> list[dict[str, Any]]:
        asked = form()
        asked["data"] = {"tag": "x" * 101}
        told = []
        for language in ("en", "ru", "xx"):
            browser.cookies.set(LANGUAGE_COOKIE, language)
            told.append((await browser.post("/recordings", **asked)).json())
        return told

    english, russian, unknown = talk(server.url, say)
    assert english == unknown
    assert english["detail"] == f"tag must be a short text, but is '{'x' * 100}'."
    assert english["type"] == "urn:emoclassify:problem:text_unfit"
    assert russian["detail"] == Message.from_problem(english).in_language("ru") != english["detail"]
    assert {**russian, "detail": ""} == {**english, "detail": ""}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),  # without the header that a form of another site cannot send
        (OWN | {"Origin": "http://evil.test"}, 403),
        (OWN | {"Origin": "null"}, 403),
        (OWN | {"Sec-Fetch-Site": "cross-site"}, 403),
        (OWN | {"Host": "evil.test"}, 400),
        (OWN | {"Content-Type": "text/plain"}, 403),
    ],
)
def test_other_sites_may_not_send(headers: dict[str, str], status: int) -> None:
    async def say(browser: httpx.AsyncClient) -> httpx.Response:
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        return await browser.post("/recordings", content=b"", headers=kind | headers)

    assert talk("http://127.0.0.1:1", say).status_code == status


@pytest.mark.process
def test_a_recording_comes_in_chunks(server: Served) -> None:
    async def say(browser: httpx.AsyncClient) -> list[httpx.Response]:
        begun = await browser.post("/uploads", data={"filename": "talk.mp4", "tag": "spring"}, headers=OWN)
        path = f"/uploads/{begun.json()['id']}"
        answers = [begun, await browser.put(f"{path}/chunks/0", content=MP4 + bytes(50_000), headers=OWN)]
        answers.append(await browser.get(path, headers=OWN))
        answers.append(await browser.post(f"{path}/done", data={"chunks": "1"}, headers=OWN))
        return [*answers, await browser.put(f"{path}/chunks/0", content=MP4)]

    begun, _, state, job, foreign = talk(server.url, say)
    assert (begun.status_code, state.json()["next"], job.status_code) == (201, 1, 202)
    assert (job.json()["id"], job.json()["tag"], foreign.status_code) == (begun.json()["id"], "spring", 403)


@pytest.mark.process
def test_several_results_come_as_one_file(server: Served) -> None:
    ids = [completed(server), completed(server)]

    async def say(browser: httpx.AsyncClient) -> list[httpx.Response]:
        paths = (",".join(ids), "../secret", "")
        return [await browser.get("/archive.zip", params={"ids": path, "download": "all.zip"}) for path in paths]

    archive, wrong, none = talk(server.url, say)
    assert archive.content.startswith(b"PK")
    assert "all.zip" in archive.headers["content-disposition"]
    assert (wrong.status_code, none.status_code) == (404, 404)


@pytest.mark.process
@pytest.mark.parametrize(
    ("to", "place"),
    [
        (f"/result?job={'a' * 32}", f"/result?job={'a' * 32}"),
        ("/history", "/history"),
        ("//evil.test/", "/"),
        ("https://evil.test", "/"),
        ("/result?job=x&key=y", "/"),
    ],
)
def test_who_opens_a_link_is_led_to_the_result_after_giving_the_key(tmp_path: Path, to: str, place: str) -> None:
    with served(tmp_path / "data", StandIn(), require_keys=True) as server:
        _, key = server.service.keys.add("team")

        async def say(browser: httpx.AsyncClient) -> list[httpx.Response]:
            return [await browser.post("/key", data={"key": given, "to": to}) for given in ("wrong", key)]

        wrong, right = talk(server.url, say, keys=Keys())
    assert right.headers["location"] == place
    assert wrong.headers["location"] == f"{place}{'&' if '?' in place else '?'}key=wrong"


@pytest.mark.process
def test_an_api_that_hangs_is_told_within_three_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and answers none
        client = Client(f"http://127.0.0.1:{silent.getsockname()[1]}", key="")
        started_s = time.monotonic()
        with pytest.raises(ApiAwayError):
            client.require_answer(_PATIENCE_S)
        client.close()
    assert time.monotonic() - started_s < 3.0


def completed(server: Served) -> str:
    with Client(server.url, key="") as client:
        return str(client.wait(client.submit(PACKAGE / "assets" / "demo.mp4")["id"])["id"])


@pytest.mark.process
def test_a_file_comes_whole_or_in_ranges_and_can_do_nothing(server: Served) -> None:
    job_id = completed(server)

    async def say(browser: httpx.AsyncClient) -> list[httpx.Response]:
        path = f"/files/{job_id}/analysis.json"
        return [
            await browser.get(path, headers={"Accept-Encoding": "gzip"}),
            await browser.get(path, headers={"Range": "bytes=2-5"}),
            await browser.get(path, params={"download": 'ответ".json'}),
            await browser.get(f"/files/{job_id}/artifacts.zip"),
        ]

    whole, part, kept, archive = talk(server.url, say)
    assert whole.json()["source"]["name"] == "demo.mp4"
    assert (part.status_code, part.content) == (206, whole.content[2:6])
    assert part.headers["content-range"] == f"bytes 2-5/{len(whole.content)}"
    assert kept.headers["content-disposition"] == f"attachment; filename*=UTF-8''{quote('ответ')}%22.json"
    assert archive.content.startswith(b"PK")
    for answer in (whole, part, kept, archive):
        assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["x/analysis.json", "0123456789abcdef/..%2f..%2fetc", "..%2f..%2fjobs/x", "0123456789abcdef/.hidden"]
)
def test_what_is_no_job_or_file_is_never_asked_for(path: str) -> None:
    async def say(browser: httpx.AsyncClient) -> httpx.Response:
        return await browser.get(f"/files/{path}")

    assert talk("http://127.0.0.1:1", say).status_code == 404  # an API that is away would be 502


def test_the_api_is_away() -> None:
    async def say(browser: httpx.AsyncClient) -> list[int]:
        answers = [await browser.post("/recordings", **form()), await browser.get("/files/0123456789abcdef/a.json")]
        return [answer.status_code for answer in answers]

    assert talk("http://127.0.0.1:1", say) == [502, 502]


@pytest.mark.process
def test_a_key_stays_on_the_server(tmp_path: Path) -> None:
    keys = Keys()
    with served(tmp_path / "data", StandIn(), require_keys=True) as server:
        _, key = server.service.keys.add("team")

        async def say(browser: httpx.AsyncClient) -> list[httpx.Response]:
            asked = [await browser.post("/recordings", **form())]
            for given in ("wrong", key):
                asked.append(await browser.post("/key", data={"key": given}))
            asked.append(await browser.post("/recordings", **form()))
            asked.append(await browser.post("/key", data={}))
            asked.append(await browser.post("/recordings", **form()))
            return asked

        without, wrong, right, sent, out, again = talk(server.url, say, keys=keys)
    assert (without.status_code, sent.status_code, again.status_code) == (401, 202, 401)
    assert (wrong.headers["location"], right.headers["location"], out.headers["location"]) == ("/?key=wrong", "/", "/")
    cookie = right.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert key not in right.headers["set-cookie"]
    assert not keys.knows({COOKIE: right.cookies.get(COOKIE, "")})


def test_the_page_s_own_key_is_taken_where_the_visitor_gave_none(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Keys()
    assert keys.of({}) == ""
    monkeypatch.setenv("EMOCLASSIFY_API_KEY", "own")
    assert keys.of({COOKIE: "unknown"}) == "own"
    assert keys.of({COOKIE: keys.keep("theirs")}) == "theirs"


def test_where_the_page_may_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Addresses.read("127.0.0.1", 1, "http://a/").api_url == "http://a"
    assert Addresses.read("0.0.0.0", 1).settings.allowed_hosts == ()
    monkeypatch.setenv("EMOCLASSIFY_ALLOWED_HOSTS", "lab.example")
    assert Addresses.read("0.0.0.0", 1).settings.allowed_hosts == ("lab.example",)


def test_the_policy_names_no_other_place() -> None:
    assert "http" not in POLICY
    assert "*" not in POLICY


def test_sockets_of_other_sites_are_closed() -> None:
    told: list[Any] = []

    async def page(*_: Any) -> None:
        pytest.fail("handed on")

    async def receive() -> Any:
        pytest.fail("read from")

    async def send(message: Any) -> None:
        told.append(message)

    async def connect() -> None:
        headers = [(b"host", b"page.test"), (b"origin", b"http://evil.test")]
        await Guard(page, HostNames("page.test"))({"type": "websocket", "headers": headers}, receive, send)

    asyncio.run(connect())
    assert told == [{"type": "websocket.close", "code": 1008}]
