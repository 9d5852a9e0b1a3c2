"""Each page of studies in the state that tells most, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.support.screenshots import Scheme, opened
from webapp.parts.texts import texts_in

CURVE = "svg.chart path.curve"


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
        ("files", "panel.json"),
    ):
        page.get_by_role("radio", name=texts[f"section_{section}"]).click()
        page.get_by_text(landmark).first.wait_for()
        yield f"study-{section}", page
    page.context.close()
