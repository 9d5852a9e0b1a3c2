"""The page for everybody: words that stand out, light and dark; the keyboard alone; a recording of sound alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from emoclassify.media.container import ReadCounts
from emoclassify.media.read import probe
from emoclassify.media.sound import read_sound
from emoclassify.remote.client import Client
from tests.support.browsing import PATIENCE_S, Place, browser, chromium, place, wait_for_stillness
from tests.support.made import even, portrait, write_sound, write_video
from tests.support.screenshots import DEMO, OPTIONS, SCHEMES, Scheme, opened, visited
from tests.support.sources import ROOT
from webapp.parts.texts import texts_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.model,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(chromium() is None, reason="chromium is not installed (apt-get install chromium)"),
]

EN = texts_in("en")
CONTRAST = Path(__file__).parents[1].joinpath("support", "contrast.js").read_text()
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = """async () => {
  const kinds = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
  const { violations } = await axe.run(document, { runOnly: kinds });
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html.slice(0, 200)) }));
}"""
MOST_TABS = 80
"""More presses of the Tab key than any page has controls."""

expect.set_options(timeout=PATIENCE_S * 1000)


@dataclass
class Ready:
    """A place with a recording and one of sound alone, both analyzed."""

    place: Place
    browser: Browser
    job_id: str
    sound_id: str

    def page(self, path: str = "") -> Page:
        page = opened(self.browser, "en", "light", "wide")
        page.goto(self.place.url + path)
        return page


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    folder = tmp_path_factory.mktemp("ready")
    spoken = np.concatenate(
        [block.samples for block in read_sound(DEMO, probe(DEMO), rate_hz=16_000, counts=ReadCounts())]
    )
    sound = write_sound(folder / "voice.wav", spoken, codec="pcm_s16le")
    with place(folder / "place") as served, browser() as started, Client(served.api_url, key="") as client:
        jobs = [client.submit(path, **OPTIONS)["id"] for path in (DEMO, sound)]
        for job_id in jobs:
            client.wait(job_id, timeout_s=PATIENCE_S)
        yield Ready(served, started, *jobs)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_all_words_stand_out(ready: Ready, scheme: Scheme) -> None:
    for name, page in visited(ready.browser, ready.place.url, "en", scheme, "wide", ready.job_id, DEMO):
        page.mouse.move(0, 0)
        wait_for_stillness(page)
        found = page.evaluate(CONTRAST)
        assert found["n"] > 10
        assert not found["told"], f"{name}: {found['told']}"


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci)")
@pytest.mark.parametrize(
    ("lang", "scheme", "width"), [("en", "light", "wide"), ("en", "dark", "wide"), ("ru", "light", "narrow")]
)
def test_axe_finds_no_violation(ready: Ready, lang: str, scheme: Scheme, width: str) -> None:
    """Of WCAG 2.1 A and AA; a made one is found, so that it is known to look."""
    for name, page in visited(ready.browser, ready.place.url, lang, scheme, width, ready.job_id, DEMO):
        page.mouse.move(0, 0)
        wait_for_stillness(page)
        page.evaluate(AXE.read_text())
        assert violations(page) == [], name
        if name == "new":
            page.evaluate("document.body.append(document.createElement('button'))")
            assert [found["id"] for found in violations(page)] == ["button-name"]


def violations(page: Page) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = page.evaluate(RUN_AXE)
    return told


def test_the_check_sees_what_does_not_stand_out(ready: Ready) -> None:
    page = ready.page()
    page.set_content("<p style='color: #888'>faint</p><p style='color: #666'>plain</p><button disabled>off</button>")
    assert [text for text, *_ in page.evaluate(CONTRAST)["told"]] == ["faint"]
    page.context.close()


def test_the_keyboard_is_enough(ready: Ready, tmp_path: Path) -> None:
    made = write_video(tmp_path / "typed.mp4", even([portrait()] * 10))
    page = ready.page("/new")
    with page.expect_file_chooser() as chooser:
        press(page, page.get_by_role("button", name=EN["pick"]), "Enter")
    chooser.value.set_files(made)
    expect(page.get_by_text("typed.mp4")).to_be_visible()
    press(page, page.get_by_role("checkbox", name=EN["consent"]), "Space")
    expect(page.get_by_role("button", name=EN["start"])).to_be_enabled()
    press(page, page.get_by_role("button", name=EN["start"]), "Enter")
    expect(page.get_by_role("heading", name=EN["running_title"])).to_be_visible()
    finished = page.get_by_role("button", name=EN["show_result"])
    expect(finished).to_have_count(3)
    press(page, finished.first, "Enter")
    expect(page.get_by_role("heading", name="typed.mp4")).to_be_visible()
    chart = page.locator("svg.chart")
    press(page, chart, "End")
    expect(chart).to_have_attribute("aria-valuenow", "0.4")
    press(page, page.get_by_role("tab", name=EN["tab_shares"]), "ArrowRight")
    expect(page.get_by_role("tab", name=EN["tab_speech"])).to_be_focused()
    press(page, page.get_by_role("button", name=EN["delete"]), "Enter")
    press(page, page.get_by_role("button", name=EN["delete_yes"]), "Enter")
    expect(page.get_by_text(EN["deleted"].format(name="typed.mp4"))).to_be_visible()
    page.context.close()


def press(page: Page, control: Locator, key: str) -> None:
    """Goes to a control by the Tab key, and presses another there."""
    expect(control).to_be_visible()
    for _ in range(MOST_TABS):
        if control.evaluate("e => e.getRootNode().activeElement === e"):
            page.keyboard.press(key)
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{control} is not reached by the Tab key")


def test_sound_alone_plays_above_its_timeline(ready: Ready) -> None:
    page = ready.page(f"/result?job={ready.sound_id}")
    chart, player = page.locator("svg.chart"), page.locator("video").first
    expect(page.locator("svg.chart path.curve")).to_have_count(7)
    assert (player.get_attribute("src") or "").endswith("/recording")
    page.wait_for_function("v => v.readyState >= 2", arg=player.element_handle())
    box = chart.bounding_box()
    assert box is not None
    chart.click(position={"x": 46 + (box["width"] - 68) / 2, "y": 100})  # its middle
    page.wait_for_function("v => Math.abs(v.currentTime - 4) < 0.2", arg=player.element_handle())
    chart.press(" ")
    page.wait_for_function("v => !v.paused && v.currentTime > 4.3", arg=player.element_handle())
    page.wait_for_function("c => Number(c.getAttribute('aria-valuenow')) > 4.2", arg=chart.element_handle())
    chart.press(" ")
    page.wait_for_function("v => v.paused", arg=player.element_handle())
    page.context.close()
