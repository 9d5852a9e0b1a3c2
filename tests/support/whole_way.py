"""The whole way of somebody who has a film and no recordings: a study, a link, two people who watch, answer, slides.

    python -m tests.support.whole_way OUT [LANGUAGE ...]

goes it on the page as a person does, with a real worker and a camera that shows the person of the demo; it writes a
picture of each step and how many clicks and seconds each took.
"""

import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.capture_made import write_film
from emoclassify.capture.texts import texts_in as respondents_texts
from emoclassify.words.texts import LANGUAGES
from tests.support.browsing import PATIENCE_S, browser, camera_of, pick_option, place
from tests.support.cameras import write_demo
from tests.support.screenshots import HEIGHT, WIDTHS, opened
from webapp.parts.texts import texts_in

FILM_S = 12.0
N_PEOPLE = 2
PHONE = {"width": WIDTHS["narrow"], "height": 800}


@dataclass
class Way:
    """What was done so far.

    Attributes:
        out: the folder of the pictures.
        language: of all pages.
        steps: of each its name, its clicks and its seconds.
    """

    out: Path
    language: str
    steps: list[tuple[str, int, float]] = field(default_factory=list)
    _n_clicks: int = 0
    _begin_s: float = field(default_factory=time.monotonic)

    def press(self, page: Page, name: str, role: str = "button") -> None:
        page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]
        self._n_clicks += 1

    def type(self, page: Page, label: str, text: str) -> None:
        """Into a field, which is a click too."""
        page.get_by_label(label, exact=True).fill(text)
        self._n_clicks += 1

    def clicked(self, n: int) -> None:
        """Clicks that were made otherwise."""
        self._n_clicks += n

    def over(self, name: str, page: Page) -> None:
        """A step is done: its picture is taken."""
        size = page.viewport_size
        page.wait_for_timeout(1000)  # for fonts and charts to be drawn
        main = page.locator('[data-testid="stMain"]')
        height = main.evaluate("e => e.scrollHeight") if main.count() else HEIGHT
        assert size is not None
        page.set_viewport_size({"width": size["width"], "height": max(HEIGHT, min(height + 20, 4000))})
        page.wait_for_timeout(500)
        page.screenshot(path=self.out / f"{len(self.steps) + 1}-{name}-{self.language}.png")
        page.set_viewport_size(size)
        self.steps.append((name, self._n_clicks, time.monotonic() - self._begin_s))
        self._n_clicks, self._begin_s = 0, time.monotonic()

    @property
    def report(self) -> str:
        """The steps as a table."""
        rows = [f"| {name} | {n} | {seconds:.0f} |" for name, n, seconds in self.steps]
        whole = f"| all | {sum(n for _, n, _ in self.steps)} | {sum(s for *_, s in self.steps):.0f} |"
        return "\n".join(["| step | clicks | seconds |", "|---|---|---|", *rows, whole])


def go(way: Way, started: Browser, url: str, film: Path) -> None:
    """From the first page to the slides."""
    page = opened(started, way.language, "light", "wide")
    page.goto(url)
    link = _link(way, page, film)
    for number in range(N_PEOPLE):
        _take_part(way, started, link, number)
    _answer(way, page)
    page.context.close()


def _link(way: Way, page: Page, film: Path) -> str:
    """Makes a study with the film, and a link to it."""
    texts = texts_in(way.language)
    way.press(page, texts["nav_newstudy"])
    way.type(page, texts["study_name"], "Spring")
    with page.expect_file_chooser() as chooser:
        way.press(page, texts["pick"])
    chooser.value.set_files(film)
    way.clicked(2)  # the file, and open
    pick_option(page, page.get_by_role("combobox", name=texts["which_films"]), film.name)
    page.keyboard.press("Escape")
    way.clicked(2)
    page.get_by_text(texts["film_alone"]).wait_for()
    page.get_by_text(texts["consent"], exact=True).click()
    way.clicked(1)
    way.over("new-study", page)
    way.press(page, texts["start_study"])
    page.get_by_role("button", name=texts["collect_begin"]).wait_for()
    way.type(page, texts["collect_contact"], "A. Person, person@lab.example")
    way.over("collect", page)
    way.press(page, texts["collect_begin"])
    page.get_by_text(texts["collect_open"]).wait_for()
    way.press(page, texts["link_make"])
    link = str(page.locator("code", has_text="/r/").inner_text())
    way.over("link", page)
    return link


def _take_part(way: Way, started: Browser, link: str, number: int) -> None:
    """The first person sits at a desk, the second one has a phone."""
    texts = respondents_texts(way.language)
    locale = {"en": "en-US", "ru": "ru-RU"}[way.language]
    size = {"width": 1280, "height": HEIGHT} if number == 0 else PHONE
    context = started.new_context(locale=locale, permissions=["camera"], viewport=size)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(1000 * PATIENCE_S)
    page.goto(link)
    page.get_by_role("button", name=texts["agree"]).wait_for()
    page.screenshot(path=way.out / f"person{number + 1}-consent-{way.language}.png", full_page=True)
    for name in ("agree", "code_go_on"):
        way.press(page, texts[name])
    way.press(page, texts["check_sound"])
    page.get_by_text(texts["check_good"]).wait_for()
    page.screenshot(path=way.out / f"person{number + 1}-check-{way.language}.png", full_page=True)
    way.press(page, texts["check_heard"])
    way.press(page, texts["start"])
    page.wait_for_function("() => document.querySelector('#film').currentTime > 1")
    page.screenshot(path=way.out / f"person{number + 1}-film-{way.language}.png")
    page.get_by_text(texts["thanks_hint"]).wait_for()
    way.over(f"person{number + 1}", page)
    context.close()


def _answer(way: Way, page: Page) -> None:
    """Has the results computed, and takes the slides."""
    texts = texts_in(way.language)
    page.reload()
    compute = page.get_by_role("button", name=texts["compute"], exact=True)
    compute.click()
    way.clicked(1)
    page.locator("svg.chart path.curve").first.wait_for(state="attached")
    way.over("answer", page)
    way.press(page, texts["section_people"], "radio")
    page.get_by_text(texts["people_curves"]).first.wait_for()
    way.over("people", page)
    way.press(page, texts["section_files"], "radio")
    with page.expect_download() as download:
        page.locator('a[download$=".pptx"]').first.click()
    download.value.save_as(way.out / f"slides-{way.language}.pptx")
    way.clicked(1)
    way.over("files", page)


def main(arguments: list[str]) -> int:
    """Goes the way in each language; prints its table."""
    out = Path(arguments[0])
    out.mkdir(parents=True, exist_ok=True)
    for language in arguments[1:] or LANGUAGES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            film = folder / "spring.mp4"
            write_film(film, FILM_S, has_sound=True)
            write_demo(folder / "camera.mjpeg")
            with place(folder) as at, browser(*camera_of(folder / "camera.mjpeg")) as started:
                way = Way(out, language)
                try:
                    go(way, started, at.url, film)
                finally:
                    sys.stdout.write(f"{language}\n{way.report}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
