"""Try it yourself, in a real browser with a camera of a file: from the first page to the curve, and all of it gone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from benchmarks.capture import pass_check
from emoclassify.remote.client import Client
from tests.support.browsing import PATIENCE_S, browser, camera_of, chromium, place
from tests.support.cameras import write_demo
from webapp.parts.texts import texts_in

EN = texts_in("en")

pytestmark = [
    pytest.mark.process,
    pytest.mark.slow,
    pytest.mark.model,
    pytest.mark.timeout(900),
    pytest.mark.skipif(chromium() is None, reason="chromium is not installed (apt-get install chromium)"),
]


expect.set_options(timeout=PATIENCE_S * 1000)


def begin(page: Page, url: str) -> None:
    """From the first page to the film that the program has."""
    page.goto(url)
    page.get_by_role("button", name=EN["nav_trial"]).click()
    page.get_by_role("button", name=EN["trial_begin"], exact=True).click()


def watch(page: Page) -> None:
    """In the tab with the camera, to the thanks."""
    with page.expect_popup() as popup:
        page.get_by_role("link", name=EN["trial_open"]).click()
    camera_page = popup.value
    pass_check(camera_page)
    camera_page.get_by_text("Everything has arrived").wait_for()
    camera_page.close()


def test_the_first_page_leads_to_ones_own_curve_and_one_click_deletes_all(tmp_path: Path) -> None:
    write_demo(tmp_path / "camera.mjpeg")
    with place(tmp_path / "server") as served, browser(*camera_of(tmp_path / "camera.mjpeg")) as started:
        context = started.new_context(permissions=["camera"], locale="en-US")
        context.set_default_timeout(PATIENCE_S * 1000)
        page = context.new_page()
        begin(page, served.url)
        watch(page)
        page.get_by_role("heading", name=EN["trial_answer"]).wait_for()
        # On a machine that is too busy to record, the recording may be of no use, which is said then.
        expect(page.get_by_text(EN["trial_of_one"]).or_(page.get_by_text("There is no curve"))).to_be_visible()
        assert not page.get_by_text("n 1").count()  # nothing is told as of a panel
        with Client(served.api_url, key="") as client:
            (study,) = client.studies()
            assert study["respondents"] == 1
            assert study["plan"]["stimulus"][0]["duration_s"] == pytest.approx(8.0, abs=0.1)
            page.get_by_role("button", name=EN["trial_delete"]).click()
            expect(page.get_by_text(EN["trial_deleted"])).to_be_visible()
            assert client.studies() == []
            assert client.page()["jobs"] == []
        uploads = [path for path in (tmp_path / "server" / "data").rglob("*") if "uploads" in path.parts]
        assert [path for path in uploads if path.is_file()] == []
