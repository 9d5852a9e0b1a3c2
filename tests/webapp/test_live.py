"""The live view: pictures read one at a time in a process of their own, shown in a browser with a camera."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from emoclassify.child import Child
from emoclassify.errors import MediaError
from emoclassify.labels import EMOTIONS
from emoclassify.listen.hosts import HostNames
from emoclassify.live import NO_FACE, Camera, LiveReading
from emoclassify.picture_process import PictureProcess
from emoclassify.pipeline import analyze
from tests.support.browsing import PATIENCE_S, browser, camera_of, chromium, place
from tests.support.made import plain, portrait
from tests.support.page_calls import OWN
from webapp.parts.texts import texts_in
from webapp.server.access import COOKIE, Keys
from webapp.server.guard import LARGEST_PICTURE_BYTES, Guard
from webapp.server.live import LEAD, MOST_VIEWERS, Live

EN = texts_in("en")
ADDRESS, PICTURES = "http://127.0.0.1:8501", "ws://127.0.0.1:8501/live/pictures"
A_READING = LiveReading((0.25, 0.25, 0.5, 0.75), (0.0, 0.0, 0.0, 0.9, 0.1, 0.0, 0.0), "")


def jpeg(rgb: Any) -> bytes:
    content = BytesIO()
    Image.fromarray(rgb).save(content, "JPEG", quality=90)
    return content.getvalue()


class ProcessStandIn(PictureProcess):
    """Says the same of every picture, and counts them; starts no process."""

    def __init__(self) -> None:
        super().__init__(lambda child: None)
        self.pictures: list[bytes] = []

    def ask(self, call: Callable[[Any], Any]) -> Any:
        return call(self)

    def look(self, picture: bytes) -> LiveReading:
        self.pictures.append(picture)
        if picture == b"broken":
            raise MediaError("file_damaged", container="JPEG")
        return A_READING


@contextmanager
def page_server(keys: Keys | None = None) -> Iterator[tuple[TestClient, ProcessStandIn]]:
    process = ProcessStandIn()
    routes = Starlette(routes=Live(keys=keys or Keys(), process=process).routes())
    app = Guard(routes, HostNames("127.0.0.1", ()))
    with TestClient(app, base_url=ADDRESS) as client:
        yield client, process


def test_a_reading_comes_back_as_it_was_and_nothing_else_passes_for_one() -> None:
    for reading in (LiveReading(), A_READING, LiveReading((0.0, 0.0, 1.0, 1.0), None, "small")):
        sent: dict[str, Any] = {k: list(v) if isinstance(v, tuple) else v for k, v in reading.to_dict().items()}
        assert LiveReading.from_dict(sent) == reading
    wrong: list[Any] = [None, [], {"reason": 1}, {"reason": "", "scores": [1.0]}]
    wrong += [{"reason": "", "scores": [*[0.0] * 6, "x"]}, {"reason": "", "box": [0, 0, float("nan"), 1]}]
    for content in wrong:
        with pytest.raises(ValueError, match=r"no reading|numbers"):
            LiveReading.from_dict(content)


def test_pictures_are_answered_one_by_one_by_websocket_and_by_post() -> None:
    with page_server() as (client, process):
        with client.websocket_connect(PICTURES) as socket:
            for picture in (b"a", b"broken", b"b"):
                socket.send_bytes(picture)
                answer = socket.receive_json()
                assert answer.get("error", "") == ("file_damaged" if picture == b"broken" else "")
        posted = client.post("/live/picture", content=b"c", headers=OWN)
        assert posted.json()["scores"] == list(A_READING.scores or ())
        assert process.pictures == [b"a", b"broken", b"b", b"c"]


def test_what_is_too_large_or_comes_from_another_page_is_not_read() -> None:
    with page_server() as (client, process):
        large = bytes(LARGEST_PICTURE_BYTES + 1)
        assert client.post("/live/picture", content=large, headers=OWN).status_code == 413
        assert client.post("/live/picture", content=b"a").status_code == 403
        assert client.post("/live/picture", content=b"a", headers=OWN | {"Origin": "http://evil"}).status_code == 403
        with client.websocket_connect(PICTURES) as socket:
            socket.send_bytes(large)
            with pytest.raises(WebSocketDisconnect):
                socket.receive_json()
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect("/live/pictures", headers={"Origin": "http://evil"}) as socket,
        ):
            socket.receive_json()
        assert process.pictures == []


def test_a_visitor_who_has_to_give_a_key_first_sees_and_sends_nothing() -> None:
    keys = Keys(ask_everybody=True)
    with page_server(keys) as (client, process):
        assert client.get("/live", follow_redirects=False).headers["location"] == "/"
        assert client.post("/live/picture", content=b"a", headers=OWN).status_code == 401
        with pytest.raises(WebSocketDisconnect), client.websocket_connect(PICTURES) as socket:
            socket.receive_json()
        client.cookies.set(COOKIE, keys.keep("a key"))
        assert client.get("/live").status_code == 200
        assert client.post("/live/picture", content=b"a", headers=OWN).status_code == 200
        assert len(process.pictures) == 1


def test_one_viewer_too_many_is_told_to_try_later() -> None:
    with page_server() as (client, _), ExitStack() as stack:
        for _n in range(MOST_VIEWERS):
            stack.enter_context(client.websocket_connect(PICTURES))
        with client.websocket_connect(PICTURES) as socket, pytest.raises(WebSocketDisconnect) as refusal:
            socket.receive_json()
        assert refusal.value.code == 1013


def test_viewers_take_turns() -> None:
    order: list[str] = []

    class Slow(ProcessStandIn):
        def look(self, picture: bytes) -> LiveReading:
            order.append(picture.decode())
            return super().look(picture)

    live = Live(keys=Keys(), process=Slow())

    async def view(name: str) -> None:
        for _ in range(5):
            await live._answer(name.encode())

    async def all_views() -> None:
        await asyncio.gather(*(view(name) for name in "abc"))

    asyncio.run(all_views())
    assert order == list("abc") * 5


def test_the_page_is_in_each_language_and_runs_its_own_files_alone() -> None:
    with page_server() as (client, _):
        for language in ("en", "ru"):
            answer = client.get("/live", params={"lang": language})
            assert f'lang="{language}"' in answer.text
            assert texts_in(language)["live_title"] in answer.text
            assert "[[" not in answer.text
            policy = answer.headers["content-security-policy"]
            assert "script-src 'self';" in policy
            assert "unsafe" not in policy
            assert answer.headers["permissions-policy"].startswith("camera=(self), microphone=()")
        for name, kind in (("main.js", "javascript"), ("style.css", "css"), ("theme.css", "css")):
            assert kind in client.get(f"/live/{name}").headers["content-type"]
        for name in ("index.html", "..%2Fpage.py", "nothing.js"):
            assert client.get(f"/live/{name}").status_code == 404


@pytest.mark.model
def test_a_picture_has_the_emotions_of_an_analysis(tmp_path: Path) -> None:
    path = tmp_path / "face.png"
    Image.fromarray(portrait()).save(path)
    (expected,) = analyze(path).faces
    with Child() as child:
        reading = child.look(jpeg(portrait()))
        assert child.look(jpeg(plain())) == LiveReading(reason=NO_FACE)
        with pytest.raises(MediaError, match="JPEG"):
            child.look(b"no picture")
        with pytest.raises(MediaError):
            child.look(path.read_bytes())  # a PNG: what decodes it is not even tried
    assert reading.scores == pytest.approx(list(expected.scores), abs=0.05)  # for what JPEG changes
    assert Camera().look(jpeg(portrait())) == reading


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(chromium() is None, reason="chromium is not installed (apt-get install chromium)")
def test_a_camera_is_shown_live_and_its_recording_becomes_an_analysis(tmp_path: Path) -> None:
    film = tmp_path / "camera.mjpeg"
    film.write_bytes(50 * jpeg(portrait()))
    expect.set_options(timeout=PATIENCE_S * 1000)
    with place(tmp_path / "place") as at, browser(*camera_of(film)) as started:
        page = started.new_context(locale="en-US").new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{at.url}/live")
        page.get_by_role("button", name=EN["live_camera"]).click()
        leading = wait_for_reading(page)
        assert leading in EMOTIONS
        shares = [float(text.rstrip("%")) for text in page.locator(".share").all_inner_texts()]
        assert sum(shares) == pytest.approx(100, abs=4)
        assert max(shares) >= 100 * LEAD
        page.get_by_role("button", name=EN["live_record"], exact=True).click()
        page.wait_for_timeout(3000)  # what is recorded
        page.get_by_role("button", name=EN["live_record_stop"]).click()
        page.get_by_role("link", name=EN["live_sent"]).click()
        job_id = page.url.split("job=")[1]
        page.goto("about:blank")
        assert httpx.get(f"{at.api_url}/v1/jobs/{job_id}").json()["name"].startswith("live-")
        assert not errors
        assert at.sent_away == ""


def wait_for_reading(page: Page) -> str:
    """The emotion that leads, as soon as there is a reading."""
    body = page.locator("body[data-leading]")
    body.wait_for(state="attached")
    return str(body.get_attribute("data-leading"))
