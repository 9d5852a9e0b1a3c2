"""Nobody comes to the page's script without a key, where keys are asked for: no socket, so no session and no run."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from emoclassify.words.texts import LANGUAGES
from tests.support.browsing import PATIENCE_S, browser, chromium, free_port, wait_for
from tests.support.serving import Served, served
from tests.support.sources import ROOT
from webapp.parts.texts import texts_in
from webapp.server.access import COOKIE, Keys
from webapp.server.entrance import Entrance
from webapp.server.relay import Relay

EN = texts_in("en")
RESULT = f"/result?job={'0' * 32}"


@dataclass
class Api:
    """What the API says to a key; None: nothing."""

    accepts: dict[str, int] | None
    n_calls: int = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.n_calls += 1
        if self.accepts is None:
            raise httpx.ConnectError("away")
        return httpx.Response(self.accepts.get(request.headers.get("authorization", "").removeprefix("Bearer "), 401))


def client_of(api: Api, keys: Keys) -> TestClient:
    """A browser before the entrance, and behind that a page and a socket."""

    async def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse("in")

    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close()

    relay = Relay("http://api.test", keys=keys, transport=httpx.MockTransport(api))
    pages = [Route(path, page) for path in ("/", "/result", "/_stcore/health", "/static/js/index.js")]
    routes = [*pages, WebSocketRoute("/_stcore/stream", socket)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(Entrance, relay=relay)]))


def comes_in(client: TestClient) -> bool:
    """Whether the page is drawn; the socket never says otherwise."""
    has_socket = True
    try:
        with client.websocket_connect("/_stcore/stream"):
            pass
    except WebSocketDisconnect:
        has_socket = False
    assert (client.get("/").text == "in") is has_socket
    return has_socket


@pytest.mark.parametrize(
    ("asks_everybody", "key", "accepts", "is_let_in"),
    [
        pytest.param(False, "", {"": 200}, True, id="this machine, an API without keys"),
        pytest.param(False, "", {}, False, id="this machine, an API with keys"),
        pytest.param(False, "", None, False, id="nobody can say"),
        pytest.param(True, "", {"": 200}, False, id="other machines, an API without keys"),
        pytest.param(True, "", {}, False, id="other machines, an API with keys"),
        pytest.param(True, "right", {"right": 200}, True, id="a key"),
        pytest.param(False, "right", {"right": 200}, True, id="a key on this machine"),
        pytest.param(True, "revoked", {"right": 200}, False, id="a revoked key"),
        pytest.param(True, "narrow", {"narrow": 403}, False, id="a key that may not read"),
        pytest.param(True, "unknown", None, False, id="a key that nobody has taken yet"),
        pytest.param(True, "right", {"right": 503}, False, id="an API that cannot say"),
    ],
)
def test_who_comes_in(asks_everybody: bool, key: str, accepts: dict[str, int] | None, is_let_in: bool) -> None:
    keys = Keys(ask_everybody=asks_everybody)
    client = client_of(Api(accepts), keys)
    if key:
        client.cookies.set(COOKIE, keys.keep(key))
    assert comes_in(client) is is_let_in
    assert client.get("/_stcore/health").text == client.get("/static/js/index.js").text == "in"


def test_who_was_in_stays_while_the_api_is_away_and_a_revoked_key_is_forgotten() -> None:
    keys, api = Keys(ask_everybody=True), Api({"right": 200})
    client = client_of(api, keys)
    client.cookies.set(COOKIE, keys.keep("right"))
    assert comes_in(client)
    api.accepts = None
    assert comes_in(client)
    api.accepts = {}
    assert not comes_in(client)
    assert not keys.knows(dict(client.cookies))
    api.accepts = None
    assert not comes_in(client)


def test_a_visitor_without_a_key_costs_the_api_nothing_where_all_need_one() -> None:
    api = Api({})
    assert not comes_in(client_of(api, Keys(ask_everybody=True)))
    assert api.n_calls == 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_form_leads_to_the_page_that_was_wanted(lang: str) -> None:
    client, texts = client_of(Api({}), Keys()), texts_in(lang)
    answer = client.get(f"{RESULT}&key=wrong&lang={lang}")
    assert answer.status_code == 401
    assert f'name="to" value="{RESULT}"' in answer.text
    told = unescape(answer.text)
    assert texts["key_wrong"] in told
    assert texts["key_why"] in told
    assert "[[" not in answer.text
    assert "script" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    elsewhere = client.get('/result?job="><script>alert(1)</script>', headers={"Accept-Language": lang})
    assert "alert" not in elsewhere.text
    assert texts["key_title"] in elsewhere.text
    assert texts["key_none"] in client.get(f"/?key=none&lang={lang}").text


def test_an_api_that_is_away_is_told_and_asked_again_by_the_browser() -> None:
    client = client_of(Api(None), Keys())
    answer = client.get("/")
    assert (answer.status_code, answer.headers["refresh"]) == (503, "2")
    assert "http://api.test" in answer.text
    assert EN["key_label"] not in answer.text


@dataclass
class KeyedPage:
    """The real page before an API with keys; others may reach it where `host` is no loopback address."""

    server: Served
    host: str
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environ = {name: value for name, value in os.environ.items() if name != "EMOCLASSIFY_API_KEY"}
        environ |= {"PYTHONPATH": str(ROOT)}
        where = ["--host", self.host, "--port", str(self.port), "--api-url", self.server.url]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "webapp", *where], env=environ, cwd=ROOT, stderr=subprocess.DEVNULL
        )
        wait_for(f"{self.url}/_stcore/health")

    def stop(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def cookie(self, key: str) -> str:
        """What the browser sends after this key was entered; empty where it was refused."""
        answer = httpx.post(f"{self.url}/key", data={"key": key}, trust_env=False)
        token = answer.cookies.get(COOKIE)
        return f"{COOKIE}={token}" if token else ""

    def socket(self, cookie: str = "") -> ClientConnection:
        """Opens Streamlit's socket, as its own script does."""
        return connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            additional_headers={"Cookie": cookie} if cookie else {},
            proxy=None,
            open_timeout=PATIENCE_S,
        )


@contextmanager
def keyed_page(folder: Path, host: str) -> Iterator[KeyedPage]:
    with served(folder / "data", require_keys=True) as server:
        page = KeyedPage(server, host, free_port())
        page.start()
        try:
            yield page
        finally:
            page.stop()


def script_runs(socket: ClientConnection) -> bool:
    """Asks for a run of the page's script, and waits for what it draws."""
    asked = BackMsg()
    asked.rerun_script.query_string = ""
    socket.send(asked.SerializeToString())
    for _ in range(1000):
        told = ForwardMsg()
        told.ParseFromString(bytes(socket.recv(timeout=PATIENCE_S, decode=False)))
        if told.HasField("script_finished"):
            return True
    return False


@pytest.mark.slow
@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_real_socket_opens_with_a_key_alone(tmp_path: Path, host: str) -> None:
    with keyed_page(tmp_path, host) as page:
        added, key = page.server.service.keys.add("team")
        for cookie in ("", f"{COOKIE}=guessed", page.cookie("wrong"), page.cookie(""), "a=b; c"):
            with pytest.raises(InvalidStatus) as refusal, page.socket(cookie):
                pass
            assert refusal.value.response.status_code == 403
        cookie = page.cookie(key)
        with page.socket(cookie) as socket:
            assert script_runs(socket)
            page.server.service.keys.revoke(added.id)
            assert script_runs(socket)  # it shows the form for a key, as the browser's test sees
        with pytest.raises(InvalidStatus), page.socket(cookie):
            pass


def sign_in(page: Page, key: str) -> None:
    page.get_by_label(EN["key_label"]).fill(key)
    page.get_by_role("button", name=EN["key_send"]).click()


@pytest.mark.slow
@pytest.mark.skipif(chromium() is None, reason="chromium is not installed (apt-get install chromium)")
def test_a_visitor_with_a_key_works_on_and_one_whose_key_is_gone_is_asked_again(tmp_path: Path) -> None:
    expect.set_options(timeout=PATIENCE_S * 1000)
    with keyed_page(tmp_path, "0.0.0.0") as served_page, browser() as started:
        keys = served_page.server.service.keys
        added, key = keys.add("team")
        page = started.new_context(locale="en-US").new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        sockets: list[str] = []
        page.on("websocket", lambda socket: sockets.append(socket.url))
        page.goto(f"{served_page.url}/history")
        expect(page.get_by_role("heading", name=EN["key_title"])).to_be_visible()
        sign_in(page, "wrong")
        expect(page.get_by_text(EN["key_wrong"])).to_be_visible()
        assert sockets == []
        sign_in(page, key)
        expect(page.get_by_role("heading", name=EN["history_title"])).to_be_visible()
        assert page.url == f"{served_page.url}/history"
        page.reload()
        expect(page.get_by_role("heading", name=EN["history_title"])).to_be_visible()
        assert sockets != []

        keys.revoke(added.id)
        page.get_by_role("link", name=EN["nav_new"]).click()  # in a session that is open still
        expect(page.get_by_role("heading", name=EN["key_title"])).to_be_visible()
        sign_in(page, keys.add("again")[1])
        expect(page.get_by_role("heading", name=EN["new_title"])).to_be_visible()

        served_page.stop()  # its keys were in memory alone
        served_page.start()
        expect(page.get_by_role("heading", name=EN["key_title"])).to_be_visible()
        sign_in(page, keys.add("later")[1])
        expect(page.get_by_role("heading", name=EN["new_title"])).to_be_visible()
