"""Several recordings at once in a real browser: another try, labels, one ZIP, deletion."""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from emoclassify.job_states import JobState
from emoclassify.outputs.names import ANALYSIS
from emoclassify.remote.client import Client, Job
from tests.support.browsing import PATIENCE_S, Place, browser, chromium, place
from tests.support.made import even, portrait, write_video
from webapp.parts.texts import texts_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.model,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(chromium() is None, reason="chromium is not installed (apt-get install chromium)"),
]

EN = texts_in("en")
NAMES = ("one.mp4", "two.mp4", "three.mp4")
expect.set_options(timeout=PATIENCE_S * 1000)


@dataclass
class Handed:
    """A place with three recordings, of which two were canceled before the worker saw them."""

    place: Place
    browser: Browser
    client: Client
    ids: dict[str, str]

    def job(self, name: str) -> Job:
        return self.client.get(self.ids[name])

    def results(self, chosen: Sequence[str]) -> Page:
        """The page of results with some recordings ticked."""
        context = self.browser.new_context(locale="en-US", viewport={"width": 1280, "height": 1000})
        context.set_default_timeout(PATIENCE_S * 1000)
        page = context.new_page()
        page.goto(f"{self.place.url}/history")
        for i, name in enumerate(chosen, start=1):
            page.get_by_label(f"{EN['choose']}: {name}").check()
            expect(page.get_by_text(EN["chosen"].format(n=i), exact=True)).to_be_visible()
        return page


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Handed]:
    folder = tmp_path_factory.mktemp("many")
    with place(folder, worker=False) as served, browser() as started, Client(served.api_url, key="") as client:
        paths = [
            write_video(folder / name, even([portrait(at_xy=(i, 0))] * 5)) for i, name in enumerate(NAMES, start=1)
        ]
        ids = {path.name: client.submit(path)["id"] for path in paths}
        for name in NAMES[:2]:
            client.cancel(ids[name])
        yield Handed(served, started, client, ids)


def test_the_chosen_are_tried_again_and_who_cannot_be_is_told(handed: Handed) -> None:
    assert [handed.job(name)["state"] for name in NAMES] == [JobState.CANCELED, JobState.CANCELED, JobState.QUEUED]
    page = handed.results(NAMES)
    page.get_by_role("button", name=EN["retry"]).click()
    notice = page.get_by_text(EN["many_done"].format(done=2, all=3))
    expect(notice).to_be_visible()  # the third waits for its first try
    assert len(notice.inner_text().splitlines()) == 2, "why the third was not"
    assert [handed.job(name)["state"] for name in NAMES] == [JobState.QUEUED] * 3
    page.context.close()
    handed.place.start("worker")
    for name in NAMES:
        assert handed.client.wait(handed.ids[name])["state"] == JobState.COMPLETED


def test_the_chosen_get_a_tag_and_a_group_and_what_is_left_empty_stays(handed: Handed) -> None:
    handed.client.describe(handed.ids["one.mp4"], group="autumn")
    page = handed.results(("one.mp4", "three.mp4"))
    page.get_by_role("button", name=EN["many_describe"]).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name=EN["save"])).to_be_disabled()
    dialog.get_by_label(EN["tag"]).fill("spring")
    dialog.get_by_label(EN["tag"]).press("Enter")
    dialog.get_by_role("button", name=EN["save"]).click()
    expect(page.get_by_text(EN["many_done"].format(done=2, all=2))).to_be_visible()
    expect(page.get_by_role("cell", name="spring", exact=True)).to_have_count(2)
    labels = [(handed.job(name)["tag"], handed.job(name)["group"]) for name in NAMES]
    assert labels == [("spring", "autumn"), ("", ""), ("spring", "")]
    page.context.close()


def test_the_chosen_are_downloaded_as_one_zip(handed: Handed) -> None:
    page = handed.results(("one.mp4", "two.mp4"))
    with page.expect_download() as download:
        page.get_by_role("link", name=EN["many_zip"]).click()
    assert download.value.suggested_filename == "results.zip"
    with zipfile.ZipFile(Path(download.value.path())) as packed:
        folders = {name.split("/")[0] for name in packed.namelist() if name.endswith(f"/{ANALYSIS}")}
    assert folders == {"one.mp4", "two.mp4"}
    page.context.close()


def test_the_chosen_are_deleted_and_no_other(handed: Handed) -> None:
    page = handed.results(("one.mp4", "three.mp4"))
    page.get_by_role("button", name=EN["many_delete"]).click()
    page.get_by_role("dialog").get_by_role("button", name=EN["delete_no"]).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert len(list(handed.client.list())) == 3
    page.get_by_role("button", name=EN["many_delete"]).click()
    page.get_by_role("dialog").get_by_role("button", name=EN["delete_yes"]).click()
    expect(page.get_by_text(EN["many_done"].format(done=2, all=2))).to_be_visible()
    expect(page.get_by_role("button", name="two.mp4", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="one.mp4", exact=True)).to_have_count(0)
    assert [job["name"] for job in handed.client.list()] == ["two.mp4"]
    expect(page.get_by_text(EN["chosen"].split("{")[0])).to_have_count(0)  # nothing is chosen any more
    page.context.close()
