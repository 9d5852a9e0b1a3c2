"""The questions before the films in a real browser: by the keyboard alone, on a phone, in the dark."""

from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize, sync_playwright

from emoclassify.capture.texts import texts_in
from emoclassify.remote.client import Client
from tests.support.browsing import PATIENCE_S, chromium
from tests.support.calling import client_of
from tests.support.respondents import CELLS, SCREENING, collecting, with_picture
from tests.support.serving import StandIn, served

PHONE: ViewportSize = {"width": 390, "height": 800}
RING = "() => getComputedStyle(document.activeElement).outlineColor.match(/\\d+/g).slice(0, 3).map(Number)"

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(chromium() is None, reason="chromium is not installed (apt-get install chromium)"),
]


def luminance(rgb: list[int]) -> float:
    """As WCAG 2.2 defines it."""
    parts = [value / 255 for value in rgb]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_who_is_not_wanted_is_thanked_by_the_keyboard_alone_and_again_after_a_reload(tmp_path: Path) -> None:
    texts = texts_in("ru")
    with (
        served(tmp_path, StandIn(with_picture())) as running,
        Client(running.url) as client,
        sync_playwright() as player,
    ):
        study_id = collecting(client_of(running.service), running.service, 1, questions=SCREENING, cells=CELLS)
        (invite,) = client.make_invites(study_id)
        browser = player.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(color_scheme="dark", viewport=PHONE).new_page()
        page.set_default_timeout(1000 * PATIENCE_S)
        page.goto(f"{client.url}{invite['path']}?lang=ru")
        for name in ("agree", "code_go_on"):
            page.get_by_role("button", name=texts[name]).press("Enter")
        page.get_by_role("heading", name=texts["about_you"]).wait_for()
        for key in ("Tab", "Space", "Tab", "ArrowDown"):
            page.keyboard.press(key)
        background = page.evaluate("() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
        contrast = (luminance(page.evaluate(RING)) + 0.05) / (luminance(background) + 0.05)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_text(texts["no_cell"]).wait_for()
        page.reload()
        page.get_by_text(texts["no_cell"]).wait_for()
        assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
        assert contrast >= 3  # WCAG 2.2, 1.4.11
        assert client.funnel(study_id)["reasons"] == {"consented": {"no_cell": 1}}
        browser.close()
