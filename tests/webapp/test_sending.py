"""What is on its way in a real browser: an upload that is cut, a file that is refused, options, an API that hangs."""

import re
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from emoclassify.remote.client import Client
from emoclassify.settings import options_of
from tests.support.browsing import PATIENCE_S, Place, browser, choose, chromium, place, tick
from tests.support.made import even, portrait, write_video
from webapp.parts.texts import texts_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(chromium() is None, reason="chromium is not installed (apt-get install chromium)"),
]

EN = texts_in("en")
CHUNK_BYTES = 8 * 1024**2
N_CHUNKS = 3
DONE = re.compile(r"/uploads/\w+/done$")
AWAY = EN["away"].split("{")[0].strip()
VIDEO, COVERED = ({option.name: option.label for option in options_of()}[name] for name in ("annotate", "anonymize"))
MOST_AWAY_S = 3.0
TRIES = 3
expect.set_options(timeout=PATIENCE_S * 1000)


@dataclass
class Wire:
    """The chunks that a browser sends: those that arrive, and one that is kept from it."""

    chunks: list[int] = field(default_factory=list)
    cut: Callable[[int, Route], bool] = lambda number, route: False

    def watch(self, page: Page) -> None:
        page.route("**/uploads/*/chunks/*", self._take)

    def _take(self, route: Route) -> None:
        number = int(route.request.url.rsplit("/", 1)[1])
        if not self.cut(number, route):
            self.chunks.append(number)
            route.continue_()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Without a worker: what arrives is what counts here."""
    with place(tmp_path_factory.mktemp("sending"), worker=False) as started:
        yield started


@pytest.fixture(scope="module")
def started() -> Iterator[Browser]:
    with browser() as one:
        yield one


@pytest.fixture
def page(served: Place, started: Browser) -> Iterator[Page]:
    context = started.new_context(locale="en-US", viewport={"width": 1280, "height": 1600})
    context.set_default_timeout(PATIENCE_S * 1000)
    made = context.new_page()
    made.goto(f"{served.url}/new")
    yield made
    context.close()


def large(path: Path) -> Path:
    """A recording of three chunks: a short film, and behind it a box that every player passes over."""
    write_video(path, even([portrait()] * 5))
    n_bytes = CHUNK_BYTES * (N_CHUNKS - 1) + 1000 - path.stat().st_size
    with path.open("ab") as file:
        file.write(n_bytes.to_bytes(4, "big") + b"free")
        file.write(bytes(n_bytes - 8))
    return path


def hand_in(page: Page, *paths: Path) -> None:
    choose(page, EN["pick"], paths)
    tick(page, EN["consent"])
    page.get_by_role("button", name=EN["start"]).click()


def test_a_cut_connection_goes_on_with_the_chunk_that_was_cut(served: Place, page: Page, tmp_path: Path) -> None:
    path = large(tmp_path / "cut by the wire.mp4")
    is_cut = [True]

    def cut(number: int, route: Route) -> bool:
        if number != 1 or not is_cut[0]:
            return False
        route.abort("connectionreset")
        return True

    wire = Wire(cut=cut)
    wire.watch(page)
    hand_in(page, path)
    expect(page.get_by_text(EN["sending_pause"])).to_be_visible()
    with page.expect_response(DONE):
        is_cut[0] = False
    assert wire.chunks == [0, 1, 2]
    assert_whole(served, path)


def test_a_closed_tab_goes_on_where_it_was_in_another(served: Place, page: Page, tmp_path: Path) -> None:
    path = large(tmp_path / "cut by the reader.mp4")
    held: list[Route] = []

    def hold(number: int, route: Route) -> bool:
        if number == 1:
            held.append(route)
        return number == 1

    wire = Wire(cut=hold)
    wire.watch(page)
    with page.expect_request(re.compile("/chunks/1$")):
        hand_in(page, path)
    assert wire.chunks == [0]
    other = page.context.new_page()
    held[0].abort()  # the driver would let it through where its page is closed
    page.close()
    later = Wire()
    later.watch(other)
    other.goto(f"{served.url}/new")
    expect(other.get_by_text(EN["sending_cut"].format(names=path.name))).to_be_visible()
    with other.expect_response(DONE):
        hand_in(other, path)
    assert later.chunks == [1, 2]
    assert_whole(served, path)


def assert_whole(served: Place, path: Path) -> None:
    """One job has the file, byte for byte."""
    with Client(served.api_url, key="") as client:
        (job,) = [job for job in client.list() if job["name"] == path.name]
        assert (job["size_bytes"], job["sha256"]) == (path.stat().st_size, sha256(path.read_bytes()).hexdigest())


def test_a_refused_file_stays_listed_with_its_reason(page: Page, tmp_path: Path) -> None:
    lying, good = tmp_path / "lying.mp4", write_video(tmp_path / "good.mp4", even([portrait()] * 5))
    lying.write_bytes(b"not a video at all")
    hand_in(page, lying, good)
    expect(page.get_by_role("heading", name=EN["running_title"])).to_be_visible()
    reason = page.get_by_role("listitem").filter(has_text=lying.name)
    expect(reason).to_contain_text(EN["not_media"])
    expect(page.get_by_text(good.name).first).to_be_visible()
    page.get_by_role("link", name=EN["nav_history"]).click()
    expect(page.get_by_role("button", name=good.name)).to_be_visible()
    page.get_by_role("link", name=EN["nav_running"]).click()
    expect(reason).to_contain_text(EN["not_media"])
    reason.get_by_role("button", name=EN["remove"]).click()
    expect(reason).to_have_count(0)


def test_files_and_options_outlive_a_visit_of_another_page(page: Page, tmp_path: Path) -> None:
    path = write_video(tmp_path / "kept.mp4", even([portrait()] * 5))
    choose(page, EN["pick"], [path])
    expect(page.get_by_text(path.name)).to_be_visible()
    tick(page, VIDEO)
    expect(page.get_by_role("checkbox", name=COVERED, exact=True)).to_be_visible()  # so the server has the tick
    page.get_by_role("link", name=EN["nav_history"]).click()
    expect(page.get_by_role("heading", name=EN["history_title"])).to_be_visible()
    page.get_by_role("link", name=EN["nav_new"]).click()
    expect(page.get_by_text(path.name)).to_be_visible()
    expect(page.get_by_role("checkbox", name=VIDEO, exact=True)).to_be_checked()


def test_an_api_that_hangs_is_told_within_three_seconds(served: Place, page: Page) -> None:
    """Its process is stopped: it takes connections and answers none. What a busy machine takes for a page with an API
    that answers does not count."""
    process = served.running["api"]
    usual_s, waits_s = [], []
    for _ in range(TRIES):
        usual_s.append(seconds_until(page, page.get_by_role("heading", name=EN["history_title"])))
        page.get_by_role("link", name=EN["nav_new"]).click()
        expect(page.get_by_role("button", name=EN["pick"])).to_be_visible()
        process.send_signal(signal.SIGSTOP)
        try:
            waits_s.append(seconds_until(page, page.get_by_text(AWAY).first))
        finally:
            process.send_signal(signal.SIGCONT)
        expect(page.get_by_text(AWAY)).to_have_count(0)  # it goes on by itself
        page.get_by_role("link", name=EN["nav_new"]).click()
        expect(page.get_by_role("button", name=EN["pick"])).to_be_visible()
    assert min(waits_s) - min(usual_s) <= MOST_AWAY_S, (waits_s, usual_s)


def seconds_until(page: Page, seen: Locator) -> float:
    """From a click on the list of results until something is seen."""
    start_s = time.monotonic()
    page.get_by_role("link", name=EN["nav_history"]).click()
    expect(seen).to_be_visible()
    return time.monotonic() - start_s
