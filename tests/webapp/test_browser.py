"""The page in a real browser, before a real API and worker with the embedded models."""

import io
import json
import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from emoclassify.design import FAMILY
from emoclassify.remote.client import Client
from emoclassify.settings import options_of
from tests.support.browsing import PATIENCE_S, Place, browser, choose, chromium, place, tick
from tests.support.made import even, plain, portrait, tone, write_video
from webapp.parts.terms import GUIDE
from webapp.parts.texts import texts_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.model,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(chromium() is None, reason="chromium is not installed (apt-get install chromium)"),
]

EN, RU = texts_in("en"), texts_in("ru")
MS = PATIENCE_S * 1000
CHART = "svg.chart"
expect.set_options(timeout=MS)


@dataclass
class Seen:
    """What a first visit brought."""

    place: Place
    browser: Browser
    jobs: list[str]
    progress: list[str]
    hosts: set[str] = field(default_factory=set)

    def page(self, path: str = "", **settings: Any) -> Page:
        return opened(self.browser, self.place.url + path, self.hosts, **settings)


def opened(started: Browser, url: str, hosts: set[str], **settings: Any) -> Page:
    usual: dict[str, Any] = {"locale": "en-US", "viewport": {"width": 1280, "height": 1600}}
    context = started.new_context(**(usual | settings))
    context.set_default_timeout(MS)
    context.on("request", lambda request: hosts.add(urlsplit(request.url).hostname or ""))
    page = context.new_page()
    page.goto(url)
    return page


def recordings(folder: Path) -> list[Path]:
    """Of 3 and of 40 s, long enough to be watched; the first has no face in its middle second."""
    faces = [portrait() if not 25 <= i < 50 else plain() for i in range(75)]
    moving = [portrait(at_xy=(i, 0)) for i in range(20)] * 50
    return [
        write_video(folder / "first ad.mp4", even(faces), sound=(0.0, tone(2.0))),
        write_video(folder / "second ad.mp4", even(moving), sound=(0.0, tone(40.0))),
    ]


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """Two recordings handed in through the page and analyzed."""
    folder = tmp_path_factory.mktemp("visit")
    made = recordings(tmp_path_factory.mktemp("recordings"))
    with place(folder) as served, browser() as started:
        hosts: set[str] = set()
        page = opened(started, f"{served.url}/new", hosts)
        choose(page, EN["pick"], made)
        expect(page.get_by_text(re.compile("^0:(03|40) "))).to_have_count(2)
        ticked = [one.label for one in options_of() if one.name in ("double_check", "graph", "annotate", "xlsx")]
        for label in (*ticked, EN["consent"]):
            tick(page, label)
        page.get_by_role("button", name=EN["start"]).click()
        expect(page.get_by_role("heading", name=EN["running_title"])).to_be_visible(timeout=MS)
        progress: list[str] = []
        done = page.get_by_role("button", name=EN["show_result"])
        until_s = time.monotonic() + 2 * PATIENCE_S
        while done.count() < 2:
            assert time.monotonic() < until_s, page.locator("body").inner_text()
            for bar in page.locator('[data-testid="stProgress"]').all_inner_texts():
                progress += [bar] if bar not in progress else []
            page.wait_for_timeout(200)
        with Client(served.api_url, key="") as client:
            jobs = {job["name"]: job["id"] for job in client.list()}
        yield Seen(served, started, [jobs[path.name] for path in made], progress, hosts)


def test_progress_is_seen_to_move(visit: Seen) -> None:
    shares = [int(found.group(1)) for text in visit.progress if (found := re.search(r"(\d+)%", text))]
    # How many more are seen depends on the machine, as do the stages that last long enough.
    assert len(set(shares)) >= 2
    assert any(EN["stage_"] in text for text in visit.progress)  # the second waited for the first
    working = [text for key, text in EN.items() if key.startswith("stage_") and key != "stage_"]
    assert any(name in text for text in visit.progress for name in working)


def test_the_result_is_drawn_and_a_click_moves_the_recording(visit: Seen) -> None:
    page = visit.page(f"/result?job={visit.jobs[0]}")
    chart, video = page.locator(CHART), page.locator("video").first
    expect(chart).to_be_visible()
    expect(page.locator(f"{CHART} path.curve")).to_have_count(7)
    expect(page.locator(f"{CHART} path.curve-as-read")).to_have_count(7)  # pale behind them
    expect(page.locator(f"{CHART} rect.hatched")).not_to_have_count(0)  # the second without a face
    page.wait_for_function("v => v.readyState >= 1", arg=video.element_handle())
    box = chart.bounding_box()
    assert box is not None
    middle = 46 + (box["width"] - 68) * 2 / 3
    chart.hover(position={"x": middle, "y": 100})
    expect(page.locator(".tip")).to_contain_text("0:02.0")
    chart.click(position={"x": middle, "y": 100})
    page.wait_for_function("v => Math.abs(v.currentTime - 2.0) < 0.1", arg=video.element_handle())
    chart.press("ArrowLeft")
    page.wait_for_function("v => Math.abs(v.currentTime - 1.5) < 0.1", arg=video.element_handle())
    assert "0:01.5" in (chart.get_attribute("aria-valuetext") or "")
    expect(page.locator(".bars tr")).to_have_count(7)  # the emotions, as shares of the readable time
    page.get_by_role("radio", name=EN["measure_valence"], exact=True).click()
    expect(page.locator(f"{CHART} path.curve")).to_have_count(1)
    page.get_by_role("radio", name=EN["picture_annotated"], exact=True).click()
    page.wait_for_function("v => v.src.includes('annotated') && v.readyState >= 1", arg=video.element_handle())
    page.context.close()


def test_recording_and_curve_are_seen_beside_each_other_without_scrolling(visit: Seen) -> None:
    page = visit.page(f"/result?job={visit.jobs[0]}", viewport={"width": 1440, "height": 900})
    expect(page.locator(f"{CHART} path.curve").first).to_be_attached()
    video, chart = page.locator("video").first.bounding_box(), page.locator(CHART).bounding_box()
    assert video is not None
    assert chart is not None
    assert video["x"] + video["width"] <= chart["x"], "left and right"
    assert max(video["y"] + video["height"], chart["y"] + chart["height"]) <= 900
    page.context.close()


def test_a_word_of_the_result_leads_to_its_meaning_by_the_keyboard(visit: Seen) -> None:
    page = visit.page(f"/result?job={visit.jobs[0]}")
    name = page.locator('[data-testid="stMetricLabel"]').get_by_role("link", name=EN["metric_valence"], exact=True)
    name.focus()
    with page.context.expect_page() as opening:
        page.keyboard.press("Enter")
    guide = opening.value
    assert guide.url.endswith(f"/{GUIDE}#valence")
    expect(guide.get_by_text(EN["meaning_valence"])).to_be_visible()
    page.context.close()


BURST = 10
"""Chromium drops what one page downloads beyond this within a second; people are slower."""


def test_every_download_opens(visit: Seen) -> None:
    page = visit.page(f"/result?job={visit.jobs[0]}")
    names = downloads(page).all_inner_texts()
    page.context.close()
    assert {f"report.{kind}" for kind in ("pdf", "docx", "html", "pptx", "xlsx")} <= set(names)
    assert {"annotated.mp4", "artifacts.zip", "first ad.mp4"} <= set(names)
    for start in range(0, len(names), BURST):
        page = visit.page(f"/result?job={visit.jobs[0]}")
        expect(downloads(page)).to_have_count(len(names))
        for name in names[start : start + BURST]:
            with page.expect_download() as download:
                page.locator(f'a[download="{name}"]').click()
            assert download.value.suggested_filename == name
            check(name, Path(download.value.path()).read_bytes(), set(names))
        page.context.close()


def downloads(page: Page) -> Locator:
    page.get_by_role("tab", name=EN["tab_downloads"]).click()
    links = page.locator("a[download]")
    expect(links).not_to_have_count(0)
    return links


def check(name: str, content: bytes, names: set[str]) -> None:
    """One file is what its name says."""
    kind = name.rsplit(".", 1)[1]
    if kind == "json":
        assert json.loads(content)["source"]["name"] == "first ad.mp4"
    elif kind == "csv":
        assert len(pd.read_csv(io.BytesIO(content)).columns) > 2
    elif name == "artifacts.zip":
        inside = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
        assert inside >= names - {"artifacts.zip", "preview.mp4", "first ad.mp4"}
    else:
        start = {
            "pdf": b"%PDF",
            "docx": b"PK",
            "pptx": b"PK",
            "xlsx": b"PK",
            "png": b"\x89PNG",
            "mp4": content[:4] + b"ftyp",
            "html": b"<!doctype html>",
            "svg": b"<?xml",
            "md": b"times are seconds",
        }[kind]
        assert content.lower().startswith(start.lower()), name


def test_the_report_is_shown_in_the_page(visit: Seen) -> None:
    page = visit.page(f"/result?job={visit.jobs[0]}")
    page.get_by_role("tab", name=EN["tab_report"]).click()
    expect(page.frame_locator("iframe").get_by_text("first ad.mp4").first).to_be_visible()
    page.context.close()


LOADED_FAMILIES = """e => e.ownerDocument.fonts.ready.then(
    fonts => [...fonts].filter(font => font.status === "loaded").map(font => font.family))"""


def test_page_and_report_are_set_in_the_family_of_the_design(visit: Seen) -> None:
    page = visit.page(f"/result?job={visit.jobs[0]}")
    page.get_by_role("tab", name=EN["tab_report"]).click()
    heading = page.frame_locator("iframe").get_by_role("heading", level=1)
    for words in (page.get_by_role("heading", level=1).first, page.locator(".player"), heading):
        expect(words).to_be_visible()
        assert words.evaluate("e => getComputedStyle(e).fontFamily").strip("'\"").startswith(FAMILY)
        assert FAMILY in {name.strip("'\"") for name in words.evaluate(LOADED_FAMILIES)}
    page.context.close()


def test_two_are_compared_and_kept(visit: Seen) -> None:
    page = visit.page("/history")
    for name in ("first ad.mp4", "second ad.mp4"):
        page.get_by_label(f"{EN['choose']}: {name}").check()
    page.get_by_role("button", name=EN["compare_chosen"].format(n=2)).click()
    expect(page.locator(f"{CHART} path.curve")).to_have_count(3)  # and their mean
    with page.expect_download() as download:
        page.get_by_role("button", name=EN["numbers"]).click()
    table = pd.read_csv(download.value.path())
    assert {"t", "first ad.mp4", "second ad.mp4", "mean", "lowest", "highest", "n"} == set(table.columns)
    for kind, start in (("png", b"\x89PNG"), ("svg", b"<svg")):
        with page.expect_download() as download:
            page.get_by_role("button", name=EN[kind]).click()
        assert Path(download.value.path()).read_bytes().startswith(start)
    page.context.close()


def test_the_language_is_chosen_and_remembered(visit: Seen) -> None:
    page = visit.page("/new")
    page.get_by_text("Русский").click()
    expect(page.get_by_role("heading", name=RU["new_title"])).to_be_visible()
    expect(page.get_by_role("button", name=RU["pick"])).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "ru"
    again = page.context.new_page()
    again.goto(f"{visit.place.url}/new")
    expect(again.get_by_role("heading", name=RU["new_title"])).to_be_visible()
    page.context.close()
    russian = visit.page("/new", locale="ru-RU")
    expect(russian.get_by_role("heading", name=RU["new_title"])).to_be_visible()
    russian.context.close()


def test_wrong_files_are_told_at_once_and_not_sent(visit: Seen, tmp_path: Path) -> None:
    for name, content in (("notes.txt", b"text"), ("lying.mp4", b"not a video at all"), ("nothing.mp4", b"")):
        (tmp_path / name).write_bytes(content)
    page = visit.page("/new")
    choose(page, EN["pick"], [tmp_path / name for name in ("notes.txt", "lying.mp4", "nothing.mp4")])
    for said in ("wrong_ending", "not_media", "empty"):
        expect(page.get_by_text(EN[said])).to_be_visible()
    expect(page.get_by_role("button", name=EN["start"])).to_be_disabled()
    page.context.close()


def test_another_tab_and_a_reload_say_what_is_not_handed_in(visit: Seen, tmp_path: Path) -> None:
    page = visit.page("/new")
    routes: list[Route] = []
    page.route("**/recordings", lambda route: routes.append(route))  # not answered at first
    choose(page, EN["pick"], [write_video(tmp_path / "cut off.mp4", even([portrait()] * 5))])
    page.get_by_text(EN["consent"], exact=True).click()
    page.get_by_role("button", name=EN["start"]).click()
    expect(page.get_by_text(EN["sending_keep"].format(done=0, all=1))).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{visit.place.url}/running")
    expect(other.get_by_text(EN["sending_elsewhere"].format(done=0, all=1))).to_be_visible()
    routes[0].abort()
    expect(page.get_by_text(EN["status_502"])).to_be_visible()
    page.reload()
    for tab in (page, other):
        expect(tab.get_by_text(EN["sending_cut"].format(names="cut off.mp4"))).to_be_visible()
    other.get_by_role("button", name=EN["understood"]).click()
    for tab in (page, other):
        expect(tab.get_by_text(EN["sending_cut"].format(names="cut off.mp4"))).to_have_count(0)
    page.context.close()


def test_a_recording_is_deleted(visit: Seen, tmp_path: Path) -> None:
    made = write_video(tmp_path / "short.mp4", even([portrait()] * 5))
    with Client(visit.place.api_url, key="") as client:
        job_id = client.wait(client.submit(made)["id"])["id"]
        page = visit.page(f"/result?job={job_id}")
        page.get_by_role("button", name=EN["delete"]).click()
        page.get_by_role("button", name=EN["delete_yes"]).click()
        expect(page.get_by_text(EN["deleted"].format(name="short.mp4"))).to_be_visible()
        assert job_id not in [job["id"] for job in client.list()]
    page.context.close()


def test_the_api_goes_and_comes_back(visit: Seen) -> None:
    page = visit.page("/history")
    expect(page.get_by_role("button", name="first ad.mp4")).to_be_visible()
    visit.place.stop("api")
    try:
        page.get_by_label(EN["search"]).fill("first")
        page.get_by_label(EN["search"]).press("Enter")
        expect(page.get_by_text("does not answer")).to_be_visible()
    finally:
        visit.place.start("api")
    expect(page.get_by_role("button", name="first ad.mp4")).to_be_visible()
    expect(page.get_by_text("does not answer")).to_have_count(0)
    page.context.close()


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"viewport": {"width": 390, "height": 844}}, id="a phone"),
        pytest.param({"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2}, id="1280 px at 200 %"),
    ],
)
def test_a_narrow_page_needs_no_sideways_scrolling(visit: Seen, settings: dict[str, Any]) -> None:
    width_px = settings["viewport"]["width"]
    pages = {"": EN["studies_title"], "new": EN["new_title"], "running": EN["running_title"]}
    pages |= {"history": EN["history_title"], "compare": EN["compare_title"], GUIDE: EN["guide_title"]}
    pages |= {f"result?job={visit.jobs[0]}": "first ad.mp4"}
    for path, heading in pages.items():
        page = visit.page(f"/{path}", **settings)
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        if path.startswith("result"):
            expect(page.locator(CHART)).to_be_visible()
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width_px, path
        main = page.locator('[data-testid="stMain"]').element_handle()
        page.wait_for_function("e => e.scrollWidth <= e.clientWidth", arg=main)  # as soon as its tables are drawn
        page.context.close()


def test_no_request_leaves_the_machine(visit: Seen) -> None:
    page = visit.page("/compare")
    expect(page.get_by_role("heading", name=EN["compare_title"])).to_be_visible()
    page.context.close()
    assert visit.hosts <= {"127.0.0.1", ""}  # the empty one is of blob: and data:
    assert visit.place.sent_away == ""
