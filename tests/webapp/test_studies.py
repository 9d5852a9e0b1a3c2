"""Studies in a real browser: from files to an answer, and what can be done with it."""

import csv
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect

from emoclassify.jobs.service import open_jobs
from emoclassify.jobs.worker import Worker
from emoclassify.remote.client import Client
from tests.support.browsing import PATIENCE_S, Place, browser, chromium, pick_option, place, wait_for_stillness
from tests.support.made import even, portrait, write_video
from tests.support.made_studies import FILMS, People, film_file, make_study
from tests.support.respondents import CELLS, SCREENING
from tests.support.screenshots import SCHEMES, Scheme, opened
from tests.support.serving import settings_in
from tests.support.sources import ROOT
from tests.support.study_pages import CURVE, N_PEOPLE, begin_to_collect, visited_studies, want_groups
from webapp.parts.texts import texts_in

pytestmark = [
    pytest.mark.process,
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(chromium() is None, reason="chromium is not installed (apt-get install chromium)"),
]

EN = texts_in("en")
MOST_CLICKS = 15
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CONTRAST = (ROOT / "tests" / "support" / "contrast.js").read_text()
RUN_AXE = """async () => {
  const kinds = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
  const { violations } = await axe.run(document, { runOnly: kinds });
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html.slice(0, 200)) }));
}"""
expect.set_options(timeout=PATIENCE_S * 1000)


@dataclass
class Ready:
    """A page with a computed study, and the files of which more can be made."""

    place: Place
    browser: Browser
    study_id: str
    files: list[Path]

    def page(self, path: str = "", width: str = "wide") -> Page:
        page = opened(self.browser, "en", "light", width)
        page.goto(self.place.url + path)
        return page

    @property
    def client(self) -> Client:
        return Client(self.place.api_url, key="")


@contextmanager
def worker_of(data_dir: Path) -> Iterator[None]:
    """A worker with the stand-in that knows the people by the names of their recordings."""
    over = threading.Event()

    def work() -> None:
        with open_jobs(settings_in(data_dir), time.time) as service:
            worker = Worker(service, People(), "made")
            while not over.is_set():
                service.leases.announce("made", ready=True)
                if not worker.work_once():
                    over.wait(0.05)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    folder = tmp_path_factory.mktemp("studies")
    made = folder / "made"
    made.mkdir()
    with place(folder, worker=False) as served, worker_of(folder / "data"), browser() as started:
        study_id = make_study(served.api_url, made, N_PEOPLE)
        yield Ready(served, started, study_id, sorted(made.glob("*.mp4")))


class Clicks:
    """Counts what a person presses; choosing files in a dialog is two: mark them, and open."""

    def __init__(self, page: Page) -> None:
        self.page, self.n = page, 0

    def on(self, name: str, role: Any = "button") -> None:
        self.page.get_by_role(role, name=name).first.click()
        self.n += 1

    def choose_files(self, files: list[Path]) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.on(EN["pick"])
        chooser.value.set_files(files)
        self.n += 2


def recordings(folder: Path, n: int) -> list[Path]:
    content = write_video(folder / "one.mp4", even([portrait()] * 10)).read_bytes()
    paths = [folder / f"p{number}_B.mp4" for number in range(n)]
    for number, path in enumerate(paths):
        path.write_bytes(content + bytes([number]))
    return paths


def test_from_twelve_recordings_and_a_film_to_the_files_of_a_study(ready: Ready, tmp_path: Path) -> None:
    """The issue's count: at most 15 clicks. The stand-in reads at once, so no minutes are counted here."""
    files = [film_file(tmp_path, "B"), *recordings(tmp_path, 12)]
    page = ready.page()
    clicks = Clicks(page)
    clicks.on(EN["nav_newstudy"])
    page.get_by_label(EN["study_name"]).fill("Twelve people")
    clicks.n += 1  # into the field
    clicks.choose_files(files)
    expect(page.get_by_text(re.compile("^0:(00|30) "))).to_have_count(13)
    expect(page.get_by_text(EN["places_more"].format(n=1))).to_be_visible()  # the page knows of all 13
    pick_option(page, page.get_by_role("combobox", name=EN["which_films"]), "B.mp4")
    page.keyboard.press("Escape")
    clicks.n += 2
    expect(page.get_by_text(EN["filmstart_sound"])).to_be_visible()
    page.get_by_text(EN["filmstart_number"]).click()
    expect(page.get_by_text(EN["film_start_sound_help"])).to_be_hidden()
    page.get_by_label(EN["film_start_s"]).fill("4")
    page.get_by_label(EN["film_start_s"]).press("Enter")
    clicks.n += 2
    page.get_by_text(EN["consent"], exact=True).click()
    clicks.n += 1
    clicks.on(EN["start_study"])
    clicks.on(EN["compute"])
    expect(page.locator(CURVE)).to_have_count(1)
    expect(page.get_by_text("B, happy, n 12: highest at 0:1").first).to_be_visible()
    clicks.on(EN["section_files"], "radio")
    with page.expect_download() as download:
        page.locator('a[download="curves.csv"]').click()
    clicks.n += 1
    assert Path(download.value.path()).read_text().startswith("stimulus,measure,t,")
    assert clicks.n <= MOST_CLICKS
    page.context.close()


def test_a_film_alone_makes_a_study_that_collects(ready: Ready, tmp_path: Path) -> None:
    page = ready.page("/newstudy")
    page.get_by_label(EN["study_name"]).fill("By a link")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=EN["pick"]).click()
    chooser.value.set_files(film_file(tmp_path, "Z"))
    expect(page.get_by_text(EN["missing_recordings"])).to_be_visible()
    pick_option(page, page.get_by_role("combobox", name=EN["which_films"]), "Z.mp4")
    page.keyboard.press("Escape")
    expect(page.get_by_text(EN["film_alone"])).to_be_visible()
    page.get_by_text(EN["consent"], exact=True).click()
    page.get_by_role("button", name=EN["start_study"]).click()
    begin_to_collect(page, EN)
    expect(page.get_by_role("button", name=EN["compute"])).to_have_count(0)
    page.context.close()


def test_a_study_whose_film_has_no_file_says_why_it_cannot_collect(ready: Ready) -> None:
    with ready.client as client:
        study_id = client.make_study("No file", {"stimulus": [{"id": "A", "duration_s": 30.0}]})["id"]
        page = ready.page(f"/study?id={study_id}")
        page.get_by_role("radio", name=EN["section_collect"]).click()
        expect(page.get_by_text(EN["collect_no_film"])).to_be_visible()
        client.delete_study(study_id)
    page.context.close()


def test_film_and_curve_move_together_and_the_cursor_tells_how_many(ready: Ready) -> None:
    page = ready.page(f"/study?id={ready.study_id}")
    chart, video = page.locator("svg.chart").first, page.locator("video").first
    expect(page.locator(CURVE).first).to_be_attached()
    page.wait_for_function("v => v.readyState >= 1", arg=video.element_handle())
    box = chart.bounding_box()
    assert box is not None
    at_11_s = 46 + (box["width"] - 68) * 11.2 / 30
    chart.hover(position={"x": at_11_s, "y": 60})
    expect(page.locator(".tip").first).to_contain_text(f"B: {N_PEOPLE} of {N_PEOPLE} people are above 0.4 here")
    expect(page.locator(".tip").first).to_contain_text("joke")
    chart.click(position={"x": at_11_s, "y": 60})
    page.wait_for_function("v => Math.abs(v.currentTime - 11.2) < 0.2", arg=video.element_handle())
    chart.press("ArrowRight")
    page.wait_for_function("v => Math.abs(v.currentTime - 11.7) < 0.2", arg=video.element_handle())
    page.get_by_role("radio", name="valence", exact=True).click()
    expect(page.get_by_text("A, valence, n 13").first).to_be_visible()
    page.context.close()


def test_a_person_is_one_click_from_the_recording_at_that_moment(ready: Ready) -> None:
    page = ready.page(f"/study?id={ready.study_id}")
    page.get_by_role("radio", name=EN["section_people"]).click()
    expect(page.get_by_text("left out: this person is not in the recording")).to_be_visible()
    card = page.locator(".people button.card").first
    picture = card.locator(".picture")
    box = picture.bounding_box()
    assert box is not None
    picture.click(position={"x": box["width"] / 2, "y": 5})
    page.wait_for_url(re.compile(r"/result\?.*at=1[89]\.[0-9]"))  # the middle of 30 s, which begin after 4 s
    chart = page.locator("svg.chart").first
    expect(chart).to_have_attribute("aria-valuenow", re.compile(r"^1[89]\."))
    page.context.close()


def press_in_tables(page: Page, name: str) -> None:
    """Presses a button of the list of tables, which Streamlit closes where it draws the page anew meanwhile."""
    until_s, button = time.monotonic() + PATIENCE_S, page.get_by_role("button", name=name)
    while True:
        try:
            if not button.is_visible():
                page.get_by_text(EN["tables"]).click()
            button.click(timeout=3000)
            return
        except TimeoutError:
            assert time.monotonic() < until_s


def hand_in_tables(page: Page, path: Path) -> None:
    """Hands in a table of the participants; a press on a list that is drawn anew at that moment opens nothing."""
    until_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            with page.expect_file_chooser(timeout=10_000) as chooser:
                press_in_tables(page, EN["take_participants"])
            chooser.value.set_files(path)
            return
        except TimeoutError:
            assert time.monotonic() < until_s


def test_tables_go_out_and_come_in(ready: Ready, tmp_path: Path) -> None:
    page = ready.page(f"/study?id={ready.study_id}")
    page.get_by_role("radio", name=EN["section_people"]).click()
    with page.expect_download() as download:
        press_in_tables(page, EN["save_participants"])
    rows = list(csv.DictReader(Path(download.value.path()).read_text().splitlines()))
    assert {row["sex"] for row in rows} == {"women", "men"}
    changed = tmp_path / "participants.csv"
    changed.write_text("respondent,liking,city\n" + "".join(f"{row['respondent']},3,Perm\n" for row in rows))
    hand_in_tables(page, changed)
    with ready.client as client:
        until_s = time.monotonic() + PATIENCE_S
        while client.participants(ready.study_id)[0].get("city") != "Perm":
            assert time.monotonic() < until_s
            page.wait_for_timeout(100)
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("name\nr1\n")
    hand_in_tables(page, wrong)
    expect(page.get_by_text("has no column respondent")).to_be_visible()
    page.context.close()


def test_a_change_of_the_plan_after_the_look_is_said(ready: Ready) -> None:
    page = ready.page(f"/study?id={ready.study_id}")
    page.get_by_role("radio", name=EN["section_plan"]).click()
    page.get_by_label(EN["share_above"]).fill("0.3")
    page.get_by_label(EN["share_above"]).press("Enter")
    page.get_by_role("button", name=EN["save_plan"]).click()
    expect(page.get_by_text("The plan was changed after the first look")).to_be_visible()
    page.get_by_role("radio", name=EN["section_answer"]).click()
    expect(page.get_by_text(EN["plan_newer"])).to_be_visible()
    page.context.close()


def test_a_study_collects_by_a_link_until_it_is_paused(ready: Ready) -> None:
    page = ready.page(f"/study?id={ready.study_id}")
    page.get_by_role("radio", name=EN["section_collect"]).click()
    begin_to_collect(page, EN)
    expect(page.get_by_text(EN["funnel_nobody"])).to_be_visible()
    page.get_by_role("button", name=EN["link_make"]).click()
    link = page.locator("code", has_text="/r/").inner_text()
    assert httpx.get(link).status_code == 200
    expect(page.get_by_text("For anybody: 0 of at most 100 people take part")).to_be_visible()
    expect(page.get_by_text("Where it matters who somebody is")).to_be_visible()
    want_groups(page, EN)
    page.get_by_role("button", name=EN["collect_to_paused"]).click()
    expect(page.get_by_text(EN["collect_paused"])).to_be_visible()
    expect(page.get_by_text("women 18-34: 0 of 1")).to_be_visible()
    with ready.client as client:
        settings = client.fieldwork(ready.study_id)
    assert settings["cells"] == CELLS
    assert settings["questions"] == [question for question in SCREENING if question.get("before")]
    assert (settings["state"], settings["contact"]) == ("paused", "A. Person, person@lab.example")
    page.context.close()


def test_groups_that_do_not_fit_are_refused_and_empty_rows_are_left_out(ready: Ready) -> None:
    with ready.client as client:
        film = client.study(ready.study_id)["plan"]["stimulus"][0]
        study_id = client.make_study("In groups", {"measures": ["happy"], "stimulus": [film]})["id"]
        page = ready.page(f"/study?id={study_id}")
        page.get_by_role("radio", name=EN["section_collect"]).click()
        begin_to_collect(page, EN)
        want_groups(page, EN)
        page.get_by_label(EN["before_text"].format(n=2)).fill("")
        page.get_by_role("button", name=EN["before_save"]).click()
        expect(page.get_by_text("The wanted group women 18-34 goes by answers that no question")).to_be_visible()
        page.get_by_label(EN["cell_name"].format(n=1), exact=True).fill("")
        page.get_by_label(EN["cell_name"].format(n=3), exact=True).fill("anybody")
        page.get_by_role("button", name=EN["cell_save"]).click()
        expect(page.get_by_text("The wanted group anybody goes by no question")).to_be_visible()
        page.get_by_label(EN["cell_name"].format(n=3), exact=True).fill("")
        page.get_by_role("button", name=EN["cell_save"]).click()
        expect(page.get_by_text("women 18-34: ")).to_be_hidden()
        page.get_by_label(EN["before_text"].format(n=2)).fill("")
        page.get_by_role("button", name=EN["before_save"]).click()
        expect(page.get_by_label(EN["cell_answers"].format(n=1, question="Your age"))).to_have_count(0)
        settings = client.fieldwork(study_id)
        assert ([question["id"] for question in settings["questions"]], settings["cells"]) == (["sex"], CELLS[1:])
        client.delete_study(study_id)
    page.context.close()


def test_a_study_is_deleted(ready: Ready) -> None:
    with ready.client as client:
        study_id = client.make_study("Away with it", {"stimulus": [{"id": FILMS[0], "duration_s": 30.0}]})["id"]
        page = ready.page(f"/study?id={study_id}")
        page.get_by_role("button", name=EN["delete_study"]).click()
        page.get_by_role("button", name=EN["delete_yes"]).click()
        expect(page.get_by_text("“Away with it” has been deleted.")).to_be_visible()
        assert study_id not in [study["id"] for study in client.studies()]
    page.context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_everybody_can_use_the_pages_of_studies(ready: Ready, scheme: Scheme) -> None:
    """All words stand out, and axe finds no violation of WCAG 2.1 A and AA."""
    given = ready.browser, ready.place.url, "en", scheme, "wide", ready.study_id, ready.files
    for name, page in visited_studies(*given):
        page.mouse.move(0, 0)
        wait_for_stillness(page)
        assert not page.evaluate(CONTRAST)["told"], name
        if AXE.exists():
            page.evaluate(AXE.read_text())
            assert page.evaluate(RUN_AXE) == [], name


def test_narrow_pages_need_no_sideways_scrolling(ready: Ready) -> None:
    given = ready.browser, ready.place.url, "ru", "light", "narrow", ready.study_id, ready.files
    for name, page in visited_studies(*given):  # type: ignore[arg-type]
        wide = page.locator('[data-testid="stMain"]').evaluate("e => e.scrollWidth - e.clientWidth")
        assert (page.evaluate("document.scrollingElement.scrollWidth"), wide) <= (390, 0), name
