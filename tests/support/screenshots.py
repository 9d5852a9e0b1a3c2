"""Pictures of every page in both languages, light and dark, wide and narrow.

    python -m tests.support.screenshots OUT [RECORDING ...]

Without recordings the demo recording is taken. API, worker and page are started for it, with data of their own. The
pictures in README (docs/screenshots/) are those of OUT/readme, made of the demo recording.
"""

import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, Literal

from PIL import Image, ImageOps
from playwright.sync_api import Browser, Page

from emoclassify.remote.client import Client
from emoclassify.words.texts import LANGUAGES
from tests.support.browsing import PATIENCE_S, Place, browser, place
from tests.support.sources import ROOT
from webapp.parts.terms import GUIDE
from webapp.parts.texts import texts_in

DEMO = ROOT / "emoclassify" / "assets" / "demo.mp4"
WIDTHS = {"wide": 1280, "narrow": 390}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
HEIGHT = 900
MARGIN, README_HEIGHT = 30, 1330
OPTIONS: dict[str, Any] = {
    "double_check": True,
    "make_graph": True,
    "annotate": True,
    "xlsx": True,
    "report": "docx,pdf,html,pptx",
}
SETTLE_MS = 1500
"""For fonts and charts to be drawn; what counts was waited for before."""


def main(arguments: list[str]) -> int:
    """Writes PAGE-LANGUAGE-SCHEME-WIDTH.png into the folder."""
    out, *given = [Path(argument) for argument in arguments]
    recordings = given or [DEMO]
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, place(Path(folder)) as served, browser() as started:
        first = {language: analyzed(started, served, language, recordings, out) for language in LANGUAGES}
        for language, scheme, width in product(LANGUAGES, SCHEMES, WIDTHS):
            for name, page in visited(started, served.url, language, scheme, width, first[language], recordings[0]):
                shoot(page, out, f"{name}-{language}-{scheme}-{width}")
    keep_for_readme(out)
    return 0


def keep_for_readme(out: Path) -> None:
    """Three pictures without their empty margins."""
    (out / "readme").mkdir(exist_ok=True)
    for name in ("new", "result", "history"):
        with Image.open(out / f"{name}-en-light-wide.png") as picture:
            whole = picture.convert("RGB")
            box = ImageOps.invert(whole).getbbox()
            assert box is not None
            right, bottom = min(box[2] + MARGIN, whole.width), min(box[3] + MARGIN, README_HEIGHT)
            kept = whole.crop((max(0, box[0] - MARGIN), 0, right, bottom))
            kept.save(out / "readme" / f"{name}.png", optimize=True)


def analyzed(started: Browser, served: Place, language: str, recordings: list[Path], out: Path) -> str:
    """Hands the recordings in and takes pictures meanwhile; the id of the first, when all are done."""
    with Client(served.api_url, key="") as client:
        ids = [client.submit(path, tag="spring", group=language, **OPTIONS, lang=language)["id"] for path in recordings]
        for scheme, width in product(SCHEMES, WIDTHS):
            page = opened(started, language, scheme, width)
            page.goto(f"{served.url}/running")
            texts = texts_in(language)
            page.get_by_text(texts["cancel"]).or_(page.get_by_text(texts["show_result"])).first.wait_for()
            shoot(page, out, f"running-{language}-{scheme}-{width}")
            page.context.close()
        for job_id in ids:
            client.wait(job_id)
        return str(ids[0])


def opened(started: Browser, language: str, scheme: Scheme, width: str) -> Page:
    context = started.new_context(
        locale={"en": "en-US", "ru": "ru-RU"}[language],
        color_scheme=scheme,
        viewport={"width": WIDTHS[width], "height": HEIGHT},
    )
    context.set_default_timeout(PATIENCE_S * 1000)
    return context.new_page()


def visited(
    started: Browser, url: str, language: str, scheme: Scheme, width: str, job_id: str, recording: Path
) -> Iterator[tuple[str, Page]]:
    """Each page, in the state that tells most."""
    texts = texts_in(language)
    page = opened(started, language, scheme, width)
    page.goto(f"{url}/new")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=texts["pick"]).click()
    chooser.value.set_files([recording, ROOT / "README.md"])
    page.get_by_text(texts["wrong_ending"]).wait_for()
    page.locator(".uploader img").first.wait_for()
    yield "new", page
    page.goto(f"{url}/result?job={job_id}")
    page.locator("svg.chart path.curve").first.wait_for(state="attached")
    page.get_by_role("tab", name=texts["tab_shares"]).wait_for()
    yield "result", page
    for tab in ("report", "downloads", "about", "speech"):
        page.get_by_role("tab", name=texts[f"tab_{tab}"]).click()
        page.get_by_role("tab", name=texts[f"tab_{tab}"]).scroll_into_view_if_needed()
        yield f"result-{tab}", page
    page.goto(f"{url}/history")
    page.get_by_role("button", name=recording.name).first.wait_for()
    boxes = page.get_by_label(f"{texts['choose']}: ")
    for i in range(2):
        boxes.nth(i).check()
    page.get_by_role("heading", name=texts["by_day"]).wait_for()
    yield "history", page
    page.get_by_role("button", name=texts["compare_chosen"].format(n=2)).click()
    page.locator("svg.chart path.curve").first.wait_for(state="attached")
    yield "compare", page
    page.goto(f"{url}/{GUIDE}")
    page.get_by_role("heading", name=texts["guide_title"]).wait_for()
    yield GUIDE, page
    page.context.close()


def shoot(page: Page, out: Path, name: str) -> None:
    """The whole page, as long as it is: its own part scrolls, so the window is made as high."""
    page.wait_for_timeout(SETTLE_MS)
    size = page.viewport_size
    assert size is not None
    height = page.locator('[data-testid="stMain"]').evaluate("e => e.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(HEIGHT, min(height + 20, 6000))})
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=out / f"{name}.png")
    page.set_viewport_size(size)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
