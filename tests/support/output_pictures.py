"""Every output as its reader sees it: charts, pages, slides, sheets and frames of a video, as pictures to look at.

    python -m tests.support.output_pictures OUT [--before EARLIER] [RECORDING ...]

Without recordings the demo recording is taken; beside it stand a made call and a made study, in every language. The
pictures are CASE/FILE-LANGUAGE-VIEW.png. EARLIER is a folder that this command wrote before a change: OUT/pairs then
has both pictures side by side, of those alone that differ. PDF pages are drawn by Poppler (pdftoppm); LibreOffice
opens what is for Word, PowerPoint and Excel.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import av
from PIL import Image, ImageChops
from playwright.sync_api import Browser

from emoclassify.colours import THEMES
from emoclassify.words.texts import LANGUAGES
from tests.support.browsing import browser
from tests.support.output_cases import DEMO, Case, cases
from tests.support.screenshots import SCHEMES, WIDTHS, opened

PROGRAMS = ("pdftoppm", "soffice")
"""Of the machine, that open files."""

ANALYSES, PAIRS = "analyses", "pairs"
_PAGE_DPI = 80
_FRAME_SHARES = (0.1, 0.35, 0.6, 0.85)  # of a video's length, that are shown
_SHEET_PAGES = 3  # of a workbook: its first sheet is for people
_BETWEEN_PX = 12


@dataclass(frozen=True)
class View:
    """A file that is to be pictured.

    Attributes:
        path: of the file.
        stem: of its pictures: the path of each without "-VIEW.png".
        lang: of its texts.
        browser: that opens pages and drawings.
        scratch: an empty folder, and in it what belongs to this file alone.
    """

    path: Path
    stem: Path
    lang: str
    browser: Browser
    scratch: Path

    def named(self, view: str) -> Path:
        """The path of one picture."""
        return self.stem.with_name(f"{self.stem.name}-{view}.png")


def main(arguments: list[str]) -> int:
    """Writes the pictures of all outputs of all cases, and the pairs where an earlier folder is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("recordings", type=Path, nargs="*", default=[DEMO])
    parser.add_argument("--before", type=Path)
    given = parser.parse_args(arguments)
    picture(cases(given.recordings, given.out / ANALYSES), given.out, LANGUAGES)
    if given.before:
        write_pairs(given.before, given.out)
    return 0


def picture(shown: Iterable[Case], out: Path, languages: Iterable[str]) -> None:
    """Writes the pictures of each case into a folder of its name."""
    with browser() as started, tempfile.TemporaryDirectory() as name:
        for case, lang in product(shown, languages):
            files, folder = Path(name) / f"{case.name}-{lang}", out / case.name
            folder.mkdir(parents=True, exist_ok=True)
            case.write(files, lang)
            for path in sorted(files.iterdir()):
                if path.suffix in VIEWERS:
                    view = View(path, folder / f"{path.name}-{lang}", lang, started, Path(name) / "scratch")
                    view.scratch.mkdir(exist_ok=True)
                    VIEWERS[path.suffix](view)
            shutil.rmtree(files)


def write_pairs(before: Path, after: Path) -> None:
    """Writes pictures that differ side by side, the earlier one at the left, into a folder of the later ones."""
    for path in sorted(after.glob("*/*.png")):
        earlier = before / path.relative_to(after)
        if path.parent.name != PAIRS and earlier.exists():
            with Image.open(earlier) as left, Image.open(path) as right:
                if (
                    left.size != right.size
                    or ImageChops.difference(left.convert("RGB"), right.convert("RGB")).getbbox()
                ):
                    pair = Image.new(
                        "RGB",
                        (left.width + _BETWEEN_PX + right.width, max(left.height, right.height)),
                        THEMES["light"].accent,
                    )
                    pair.paste(left, (0, 0))
                    pair.paste(right, (left.width + _BETWEEN_PX, 0))
                    (after / PAIRS).mkdir(exist_ok=True)
                    pair.save(after / PAIRS / f"{path.parent.name}-{path.name}")


def _copy(view: View) -> None:
    """A picture is its own view."""
    shutil.copyfile(view.path, view.named("picture"))


def _draw(view: View) -> None:
    """A drawing as a picture of a page, since a browser takes no picture of a drawing alone."""
    page_path = view.scratch / "drawing.html"
    page_path.write_text(f'<img src="{view.path.resolve().as_uri()}" width="{WIDTHS["wide"]}">', encoding="utf-8")
    _shoot(replace(view, path=page_path), SCHEMES[0], "wide", "drawing")


def _visit(view: View) -> None:
    """A page in a browser, as long as it is."""
    for scheme, width in product(SCHEMES, WIDTHS):
        _shoot(view, scheme, width, f"{scheme}-{width}")


def _shoot(view: View, scheme: str, width: str, name: str) -> None:
    page = opened(view.browser, view.lang, "dark" if scheme == "dark" else "light", width)
    page.goto(view.path.resolve().as_uri())
    page.evaluate("document.fonts ? document.fonts.ready : null")
    page.screenshot(path=view.named(name), full_page=True)
    page.context.close()


def _print(view: View) -> None:
    """Each page of a PDF."""
    last = ["-l", str(_SHEET_PAGES)] if view.stem.name.startswith("report.xlsx") else []
    stem = str(view.named("page").with_suffix(""))
    command = ["pdftoppm", "-png", "-r", str(_PAGE_DPI), *last, str(view.path), stem]
    subprocess.run(command, check=True)


def _convert(view: View) -> None:
    """What an office program opens, printed."""
    profile = f"-env:UserInstallation=file://{view.scratch.resolve()}/profile"
    folder = view.scratch / view.path.name
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(view.path)]
    subprocess.run(command, check=True, capture_output=True)
    (pdf_path,) = folder.iterdir()
    _print(replace(view, path=pdf_path))
    pdf_path.unlink()


def _cut(view: View) -> None:
    """A few frames of a video."""
    with av.open(str(view.path)) as container:
        frames = [Image.fromarray(frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]
    for share in _FRAME_SHARES:
        frames[int(share * len(frames))].save(view.named(f"frame-{share:.2f}"))


VIEWERS: dict[str, Callable[[View], None]] = {
    ".png": _copy,
    ".svg": _draw,
    ".html": _visit,
    ".pdf": _print,
    ".docx": _convert,
    ".pptx": _convert,
    ".xlsx": _convert,
    ".mp4": _cut,
}
"""Ending of a file for people -> what makes its pictures; all other files are for programs."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
