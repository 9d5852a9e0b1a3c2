"""The shipped proxy before the API and the page: respondents, their recordings and the live view by https."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, WebSocket, expect

from benchmarks.capture import pass_check
from benchmarks.capture_made import write_film
from emoclassify.capture.texts import texts_in as respondents_texts
from emoclassify.remote.client import Client
from tests.support.browsing import PATIENCE_S, Place, browser, camera_of, chromium, place
from tests.support.cameras import write_demo
from tests.support.proxies import NAME, Proxy, caddy, proxy
from webapp.parts.texts import texts_in

KEY = "the-key-of-the-lab-which-is-long-enough"
EN = texts_in("en")
FILM_S = 6.0
SETTINGS = {"EMOCLASSIFY_FIRST_KEY": KEY, "EMOCLASSIFY_ALLOWED_HOSTS": NAME, "EMOCLASSIFY_MAX_UPLOAD_MB": "20"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.model,
    pytest.mark.process,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(chromium() is None, reason="chromium is not installed (apt-get install chromium)"),
    pytest.mark.skipif(caddy() is None, reason="caddy is not installed (tests/install_system_packages)"),
]
expect.set_options(timeout=PATIENCE_S * 1000)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, Proxy]]:
    folder = tmp_path_factory.mktemp("https")
    with place(folder, settings=SETTINGS) as at, proxy(folder, at.api_port, at.page_port) as before:
        yield at, before


@pytest.fixture(scope="module")
def study_id(there: tuple[Place, Proxy]) -> str:
    """With a short film, and which collects."""
    at, _ = there
    film = at.folder / "film.mp4"
    write_film(film, FILM_S, has_sound=True)
    with Client(at.api_url, key=KEY) as client:
        job_id = client.wait(client.submit(film)["id"])["id"]
        stimulus = [{"id": "A", "duration_s": FILM_S, "file": job_id}]
        made_id = str(client.make_study("Behind a proxy", {"measures": ["happy"], "stimulus": stimulus})["id"])
        client.set_fieldwork(made_id, {"title": "Film", "contact": "A. Person"})
        return made_id


@pytest.fixture(scope="module")
def page(there: tuple[Place, Proxy]) -> Iterator[Page]:
    """In a browser whose camera shows the person of the demo, signed in."""
    at, before = there
    write_demo(at.folder / "camera.mjpeg")
    with browser(*camera_of(at.folder / "camera.mjpeg"), *before.trusting, name=NAME) as started:
        opened = started.new_context(locale="en-US").new_page()
        opened.set_default_timeout(1000 * PATIENCE_S)
        opened.goto(f"{before.url}/key?token={KEY}")
        opened.get_by_role("button", name=EN["nav_newstudy"]).first.wait_for()
        yield opened


def test_answers_come_through_with_their_headers_and_limits(there: tuple[Place, Proxy], study_id: str) -> None:
    at, before = there
    with Client(at.api_url, key=KEY) as client:
        (invite,) = client.make_invites(study_id)
    with before.client() as client, httpx.Client(base_url=at.api_url, trust_env=False) as direct:
        assert client.get("/healthz").status_code == 200
        assert client.get("/v1/jobs").status_code == 401
        for path in (invite["path"], "/r/-/withdraw"):
            answer, plain = client.get(path), direct.get(path)
            assert answer.status_code == plain.status_code == 200
            for name in ("content-security-policy", "permissions-policy", "x-content-type-options", "cache-control"):
                assert answer.headers.get(name) == plain.headers.get(name), name
        assert "camera=(self)" in client.get(invite["path"]).headers["permissions-policy"]
        policy = httpx.get(at.url, trust_env=False).headers["content-security-policy"]
        assert client.get("/").headers["content-security-policy"] == policy
        opened = client.post(f"{invite['path']}/sittings", json={"pid": ""})
        secret = {"X-Sitting": opened.json()["secret"]}
        large = client.put(f"{invite['path']}/sitting/chunks/0", content=bytes(9 * 1024**2), headers=secret)
        assert large.status_code in (403, 413)
        job = {"file": ("talk.mp4", b"\x00\x00\x00\x18ftypisom" + bytes(21 * 1024**2))}
        assert client.post("/v1/jobs", files=job, headers={"Authorization": f"Bearer {KEY}"}).status_code == 413
        for path in ("/healthz", "/", "/live", invite["path"]):
            assert client.get(path, headers={"Host": "evil.test"}).status_code == 400, path


def test_who_says_to_be_somebody_else_is_not_believed(there: tuple[Place, Proxy]) -> None:
    """Nothing goes by a header of forwarded addresses: the key alone opens."""
    _, before = there
    with before.client() as client:
        for headers in ({"X-Forwarded-For": "127.0.0.1"}, {"X-Real-IP": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}):
            assert client.get("/v1/jobs", headers=headers).status_code == 401
            refused = client.get("/v1/jobs", headers={**headers, "X-Forwarded-Host": "evil.test"})
            assert refused.status_code == 401


def test_a_consent_is_taken_back_while_somebody_guesses(there: tuple[Place, Proxy], study_id: str) -> None:
    """Behind the proxy both have its address."""
    at, before = there
    with Client(at.api_url, key=KEY) as client:
        (invite,) = client.make_invites(study_id)
    with before.client() as client:
        secret = {"X-Sitting": client.post(f"{invite['path']}/sittings", json={}).json()["secret"]}
        text = client.get(f"{invite['path']}/study?lang=en").json()["consent"]
        agreed = client.post(f"{invite['path']}/sitting/consent", json={**text, "lang": "en"}, headers=secret)
        guesses = [client.post("/r/-/withdraw", json={"code": f"wrong {n}"}).status_code for n in range(60)]
        assert (guesses[0], guesses[-1]) == (404, 429)
        assert client.post("/r/-/withdraw", json={"code": agreed.json()["code"]}).status_code == 200


def test_the_live_view_talks_by_a_websocket(there: tuple[Place, Proxy], page: Page) -> None:
    _, before = there
    addresses: list[str] = []

    def note(socket: WebSocket) -> None:
        addresses.append(socket.url)

    page.on("websocket", note)
    page.goto(f"{before.url}/live")
    page.get_by_role("button", name=EN["live_camera"]).click()
    page.locator("body[data-leading]").wait_for(state="attached")
    assert f"{before.url.replace('https', 'wss')}/live/pictures" in addresses


def test_a_link_of_the_page_is_opened_and_a_recording_arrives(
    there: tuple[Place, Proxy], page: Page, study_id: str
) -> None:
    at, before = there
    page.goto(f"{before.url}/study?id={study_id}")
    page.get_by_role("radio", name=EN["section_collect"]).click()
    page.get_by_role("button", name=EN["link_make"]).click()
    link = page.locator("code", has_text="/r/").inner_text()
    assert link.startswith(f"{before.url}/r/")
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.goto(f"{link}?lang=en")
    assert page.evaluate("isSecureContext")
    pass_check(page)
    page.get_by_text(respondents_texts("en")["thanks_hint"]).wait_for()
    assert not [message for message in messages if "Content Security Policy" in message]
    with Client(at.api_url, key=KEY) as client:
        assert client.funnel(study_id)["steps"]["uploaded"] == 1
        (viewing,) = client.viewings(study_id)
        job = client.wait(viewing["recording"])
        assert job["state"] == "completed"
        counts = client.result(job["id"])["counts"]
    assert counts["with_face"] > 0
