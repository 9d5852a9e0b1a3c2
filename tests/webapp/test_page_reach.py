"""Who may use the page from other machines, and how much it takes from whom it does not know."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from streamlit.testing.v1 import AppTest

import webapp
from tests.support.browsing import free_port, wait_for
from tests.support.page_calls import OWN, form, talk
from tests.support.serving import Served, served
from tests.support.sources import ROOT
from tests.support.wire import Wire
from webapp.page import _PAGES
from webapp.parts.texts import texts_in
from webapp.server.access import COOKIE, KEYS, Keys
from webapp.server.launch import Addresses, make_app

FORM_BYTES = 10_000
"""The most that the page takes of anything but a recording."""

AT_ONCE_S = 20.0


@pytest.mark.parametrize("path", ["/key", "/files/0123456789abcdef/a.json", "/anything"])
def test_a_body_is_counted_while_it_comes(path: str) -> None:
    sent: list[int] = []

    async def blocks() -> AsyncIterator[bytes]:
        for _ in range(1000):
            sent.append(1000)
            yield b"x" * 1000

    async def say(browser: httpx.AsyncClient) -> list[httpx.Response]:
        announced = await browser.post(path, content=b"x" * (FORM_BYTES + 1))
        return [announced, await browser.post(path, content=blocks())]

    announced, counted = talk("http://127.0.0.1:1", say)
    assert announced.status_code == 413
    assert counted.status_code in (404, 405, 413)
    assert sum(sent) <= FORM_BYTES + 1000 or path != "/key"
    assert counted.status_code == 413 or path != "/key"


@pytest.mark.process
def test_a_key_of_any_length_that_is_taken_goes_through(tmp_path: Path) -> None:
    async def say(browser: httpx.AsyncClient) -> httpx.Response:
        return await browser.post("/key", content=b"key=" + b"x" * (FORM_BYTES - 4))

    with served(tmp_path) as server:
        answer = talk(server.url, say, keys=Keys())
    assert (answer.status_code, answer.headers["location"]) == (303, "/?key=wrong")


@pytest.fixture
def keyed(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path / "data", require_keys=True) as running:
        yield running


@pytest.mark.process
def test_the_key_of_the_environment_is_not_for_other_machines(keyed: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    _, key = keyed.service.keys.add("team")
    monkeypatch.setenv("EMOCLASSIFY_API_KEY", key)
    keys = Keys(ask_everybody=True)

    async def say(browser: httpx.AsyncClient) -> list[httpx.Response]:
        asked = [await browser.post("/recordings", **form()), await browser.get("/files/0123456789abcdef/a.json")]
        asked.append(await browser.post("/key", data={"key": key}))
        asked.append(await browser.post("/recordings", **form()))
        return asked

    refused, file, entered, sent = talk(keyed.url, say, keys=keys)
    assert (refused.status_code, file.status_code) == (401, 401)
    assert refused.json()["code"] == file.json()["code"] == "key_needed_here"
    assert (entered.headers["location"], sent.status_code) == ("/", 202)
    assert talk(keyed.url, lambda browser: browser.post("/recordings", **form()), keys=Keys()).status_code == 202


@pytest.mark.process
def test_an_api_without_keys_is_not_opened_to_other_machines(tmp_path: Path) -> None:
    keys = Keys(ask_everybody=True)

    async def say(browser: httpx.AsyncClient) -> list[httpx.Response]:
        entered = await browser.post("/key", data={"key": "any text at all".replace(" ", "-")})
        return [entered, await browser.post("/recordings", **form())]

    with served(tmp_path) as server:
        entered, sent = talk(server.url, say, keys=keys)
        assert not server.service.storage.list_uploads()
    assert (entered.headers["location"], sent.status_code) == ("/?key=none", 401)
    assert not keys.knows({COOKIE: entered.cookies.get(COOKIE, "")})


@pytest.mark.process
@pytest.mark.parametrize(("requires_keys", "fault"), [(False, "none"), (True, "wrong")])
def test_a_token_that_nobody_made_lets_nobody_in(tmp_path: Path, requires_keys: bool, fault: str) -> None:
    """Nor does it push out the keys of those who are in."""
    keys = Keys(ask_everybody=True)
    with served(tmp_path, require_keys=requires_keys) as server:
        token = keys.keep(server.service.keys.add("team")[1] if requires_keys else "of-before")

        async def say(browser: httpx.AsyncClient) -> list[httpx.Response]:
            entered = [await browser.get("/key", params={"token": f"any-text-{number}"}) for number in range(5)]
            return [*entered, await browser.post("/recordings", **form())]

        *entered, sent = talk(server.url, say, keys=keys)
        assert not server.service.storage.list_uploads()
    assert {answer.headers["location"] for answer in entered} == {f"/?key={fault}"}
    assert not any("set-cookie" in answer.headers for answer in entered)
    assert sent.status_code == 401
    assert keys.knows({COOKIE: token})


@pytest.mark.process
def test_a_token_of_the_api_lets_its_user_in_from_elsewhere(tmp_path: Path) -> None:
    keys, token = Keys(ask_everybody=True), "the-token-of-this-user"

    async def say(browser: httpx.AsyncClient) -> list[httpx.Response]:
        return [await browser.get("/key", params={"token": token}), await browser.post("/recordings", **form())]

    with served(tmp_path, token=token) as server:
        entered, sent = talk(server.url, say, keys=keys)
    assert (entered.headers["location"], sent.status_code) == ("/", 202)


@pytest.mark.parametrize(("host", "asks"), [("127.0.0.1", False), ("localhost", False), ("::1", False)])
def test_who_is_asked_goes_by_the_address(host: str, asks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KEYS, "ask_everybody", None)
    monkeypatch.setenv("EMOCLASSIFY_API_URL", "http://127.0.0.1:1")
    make_app(Addresses.read(host, 1))
    assert KEYS.ask_everybody is asks
    for other in ("0.0.0.0", "::", "192.168.1.7", "lab"):
        make_app(Addresses.read(other, 1))
        assert KEYS.ask_everybody


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_page_asks_for_the_key_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.setattr(KEYS, "ask_everybody", True)
    texts = texts_in(language)
    with served(tmp_path) as server:
        monkeypatch.setenv("EMOCLASSIFY_API_URL", server.url)
        at = AppTest.from_file(str(Path(webapp.__file__).with_name("page.py")), default_timeout=60)
        at.session_state["language"] = language
        at.query_params["key"] = "none"
        at.run()
        pages = list(at._registered_pages)
        assert len(pages) == len(_PAGES)
        for page_hash in pages:
            at._page_hash = page_hash
            at.run()
            assert not at.exception
            assert [each.value for each in at.error] == [texts["key_none"]]
            assert [each.value for each in at.subheader] == [texts["key_title"]]
            assert not at.button


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The real page for other machines: its address and its process."""
    port = free_port()
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "EMOCLASSIFY_API_KEY": "x" * 20}
    environ |= {"EMOCLASSIFY_CONNECTIONS_PER_ADDRESS": "50", "EMOCLASSIFY_ALLOWED_HOSTS": "Lab.Example"}
    command = [
        sys.executable,
        "-m",
        "webapp",
        "--host",
        "0.0.0.0",
        "--port",
        str(port),
        "--api-url",
        "http://127.0.0.1:1",
    ]
    with (tmp_path_factory.mktemp("page") / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, cwd=ROOT, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def status(url: str, call: str, **headers: str) -> int:
    with Wire(url) as wire:
        wire.send_head(call, **headers)
        return wire.answer().status


@pytest.mark.slow
def test_the_page_is_called_by_its_names_only(page: tuple[str, int]) -> None:
    url, _ = page
    for host in ("localhost", "lab.example:8501", "LAB.EXAMPLE", url.removeprefix("http://")):
        assert status(url, "GET /", Host=host) == 401  # it asks for a key
    for host in ("evil.test", "10.0.0.1", "lab.example.evil.test", "0.0.0.0"):
        assert status(url, "GET /", Host=host) == 400


@pytest.mark.slow
@pytest.mark.parametrize(
    "call",
    [
        *(
            "GET /_stcore/metrics",
            "GET /_stcore/metrics/",
            "GET /%5fstcore/metrics",
            "GET /_stcore/script-health-check",
        ),
        *("GET /_stcore/agent/openapi.json", "POST /_stcore/agent/interact", "POST /_stcore/agent/mcp"),
        "PUT /_stcore/upload_file/a/b",
    ],
)
def test_what_the_page_does_not_need_of_streamlit_is_closed(page: tuple[str, int], call: str) -> None:
    assert status(page[0], call) == 404


def resident_mb(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024**2


@pytest.mark.slow
def test_the_real_page_reads_no_large_body_and_is_silenced_by_nobody(page: tuple[str, int]) -> None:
    url, pid = page
    before_mb = resident_mb(pid)
    block = b"10000\r\n" + bytes(65536) + b"\r\n"
    for path, headers in (
        ("/key", {}),
        ("/anything", {}),
        ("/recordings", {"Content_Type": "multipart/form-data"} | OWN),
    ):
        with Wire(url) as wire:
            wire.send_head(f"POST {path}", Transfer_Encoding="chunked", **headers)
            try:
                for _ in range(1600):  # 100 MB
                    wire.send(block)
                answered = wire.answer().status
            except ConnectionError:  # it was told before all was sent
                answered = 413
        assert answered in (401, 405, 413), path
    assert status(url, "POST /key", Content_Length="600000000", Expect="100-continue") == 413
    assert resident_mb(pid) - before_mb < 40
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(Wire(url))
        assert httpx.get(f"{url}/_stcore/health", timeout=AT_ONCE_S).status_code == 200
