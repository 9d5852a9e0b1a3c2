"""The address that `serve` prints signs its user in on the page."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect
from starlette.applications import Starlette

from emoclassify.serve import _sign_in
from tests.support.browsing import PATIENCE_S, browser, chromium, free_port, wait_for
from tests.support.serving import Served, served
from tests.support.sources import ROOT
from webapp.parts.texts import texts_in
from webapp.server.access import COOKIE, Keys
from webapp.server.relay import Relay

TOKEN = "the-token-of-its-user"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path / "data", token=TOKEN) as running:
        yield running


def opened(server: Served, keys: Keys, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
    """The answer of the page's server."""

    async def call() -> httpx.Response:
        relay = Relay(server.url, keys=keys)
        app = Starlette(routes=relay.routes())
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            answer = await client.get(path, headers=headers)
        await relay.close()
        return answer

    return asyncio.run(call())


@pytest.mark.process
def test_the_token_in_the_address_signs_in_and_is_out_of_the_address_then(server: Served) -> None:
    keys = Keys()
    answer = opened(server, keys, _sign_in(TOKEN))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert keys.of({COOKIE: answer.cookies[COOKIE]}) == TOKEN
    assert keys.of({}) == ""  # nobody else is signed in by that
    sent = {"Cookie": f"{COOKIE}={answer.cookies[COOKIE]}"}
    job = f"/files/{'0' * 32}/analysis.json"
    assert [opened(server, keys, job, headers).status_code for headers in (sent, {})] == [404, 401]


@pytest.mark.process
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_link_of_another_site_signs_nobody_in(server: Served, site: str) -> None:
    """It could sign the visitor in as somebody else, who would then see what is uploaded."""
    answer = opened(server, Keys(), _sign_in("somebody-else-s-key"), {"Sec-Fetch-Site": site})
    assert (answer.status_code, answer.cookies.get(COOKIE)) == (303, None)


@pytest.mark.process
@pytest.mark.parametrize("path", ["/key", "/key?token=", "/key?token=a%0Ab", f"/key?token={'x' * 600}"])
def test_what_is_no_token_signs_nobody_in(server: Served, path: str) -> None:
    answer = opened(server, Keys(), path)
    assert (answer.status_code, answer.cookies.get(COOKIE)) == (303, None)


def test_where_the_page_has_a_key_of_its_own_no_token_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOCLASSIFY_API_KEY", "of-the-page")
    assert _sign_in(TOKEN) == ""


@pytest.mark.slow
def test_the_printed_address_opens_the_page_and_the_plain_one_asks_for_a_key(tmp_path: Path) -> None:
    if chromium() is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    ports = ["--port", str(free_port()), "--web-port", str(free_port())]
    command = [sys.executable, "-m", "emoclassify", "serve", "--web", "--no-worker", *ports]
    environ = {**os.environ, "EMOCLASSIFY_DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)}
    with (
        subprocess.Popen(command, env=environ, cwd=ROOT, stderr=subprocess.PIPE, text=True) as server,
        browser() as started,
    ):
        assert server.stderr is not None
        try:
            address = next(line.split("Page: ")[1].strip() for line in server.stderr if "Page: " in line)
            plain = address.partition("/key")[0]
            wait_for(f"{plain}/_stcore/health")
            page = started.new_page()
            page.goto(plain, timeout=1000 * PATIENCE_S)
            expect(page.get_by_text(texts_in("en")["key_title"]).first).to_be_visible(timeout=1000 * PATIENCE_S)
            page.goto(address, timeout=1000 * PATIENCE_S)
            expect(page.get_by_text(texts_in("en")["studies_title"]).first).to_be_visible(timeout=1000 * PATIENCE_S)
            assert "token" not in page.url
        finally:
            server.terminate()
            server.stderr.read()
