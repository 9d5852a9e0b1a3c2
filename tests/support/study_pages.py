"""Each page of studies in the state that tells most, in a real browser.

    python -m tests.support.study_pages OUT

makes pictures of them in both languages, light and dark, wide and narrow, of a made study.
"""

import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page

from emoclassify.words.texts import LANGUAGES
from tests.support.browsing import browser, pick_option, place
from tests.support.made_studies import fill
from tests.support.respondents import CELLS, SCREENING
from tests.support.screenshots import SCHEMES, WIDTHS, Scheme, opened, shoot
from webapp.parts.texts import Texts, texts_in

CURVE = "svg.chart path.curve"
N_PEOPLE = 14


def main(arguments: list[str]) -> int:
    """Writes PAGE-LANGUAGE-SCHEME-WIDTH.png into the folder."""
    out = Path(arguments[0])
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        study_id = fill(folder / "data", folder / "made", N_PEOPLE)
        files = sorted((folder / "made").glob("*.mp4"))
        with place(folder, worker=False) as served, browser() as started:
            for language, scheme, width in product(LANGUAGES, SCHEMES, WIDTHS):
                pages = visited_studies(started, served.url, language, scheme, width, study_id, files)
                for page_name, page in pages:
                    shoot(page, out, f"{page_name}-{language}-{scheme}-{width}")
    return 0


def visited_studies(
    started: Browser, url: str, language: str, scheme: Scheme, width: str, study_id: str, files: list[Path]
) -> Iterator[tuple[str, Page]]:
    """The list, a new study with its files chosen, and each part of a study."""
    texts = texts_in(language)
    page = opened(started, language, scheme, width)
    page.goto(url)
    page.get_by_role("button", name="Spring ad").wait_for()
    yield "studies", page
    page.goto(f"{url}/newstudy")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=texts["pick"]).click()
    chooser.value.set_files(files)
    page.get_by_text(texts["places_help"]).wait_for()
    yield "newstudy", page
    page.goto(f"{url}/study?id={study_id}")
    page.locator(CURVE).first.wait_for(state="attached")
    page.get_by_role("button", name=texts["delete_study"]).wait_for()
    yield "study", page
    for section, landmark in (
        ("people", texts["people_curves"]),
        ("plan", texts["save_plan"]),
        ("collect", texts["collect_contact"]),
        ("files", "panel.json"),
    ):
        page.get_by_role("radio", name=texts[f"section_{section}"]).click()
        page.get_by_text(landmark).first.wait_for()
        yield f"study-{section}", page
        if section == "collect":
            begin, is_begun = (
                page.get_by_role("button", name=texts["collect_begin"]),
                page.get_by_text(CELLS[0]["name"]),
            )
            begin.or_(is_begun).first.wait_for()
            if begin.is_visible():
                begin_to_collect(page, texts)
                want_groups(page, texts)
            page.get_by_text(CELLS[0]["name"] + ": ").wait_for()
            yield "study-collecting", page
    page.context.close()


def begin_to_collect(page: Page, texts: Texts) -> None:
    """Fills in what has to be there, and begins."""
    page.get_by_label(texts["collect_contact"]).fill("A. Person, person@lab.example")
    page.get_by_role("button", name=texts["collect_begin"]).click()
    page.get_by_text(texts["collect_open"]).wait_for()


def want_groups(page: Page, texts: Texts) -> None:
    """Types the questions of SCREENING and the cells of CELLS into their forms."""
    before = [question for question in SCREENING if question.get("before")]
    for number, question in enumerate(before, start=1):
        page.get_by_label(texts["before_text"].format(n=number)).fill(question["text"])
        page.get_by_label(texts["before_choices"].format(n=number), exact=True).fill("; ".join(question["choices"]))
        page.get_by_label(texts["before_column"].format(n=number), exact=True).fill(question["id"])
    page.get_by_role("button", name=texts["before_save"]).click()
    for number, cell in enumerate(CELLS, start=1):
        page.get_by_label(texts["cell_name"].format(n=number), exact=True).fill(cell["name"])
        page.get_by_label(texts["cell_most"].format(n=number)).fill(str(cell["most"]))
        for question in before:
            for choice in cell["answers"].get(question["id"], []):
                label = texts["cell_answers"].format(n=number, question=question["text"])
                pick_option(page, page.get_by_role("combobox", name=label), choice)
                page.keyboard.press("Escape")
    page.get_by_role("button", name=texts["cell_save"]).click()
    page.get_by_text(CELLS[0]["name"] + ": ").wait_for()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
