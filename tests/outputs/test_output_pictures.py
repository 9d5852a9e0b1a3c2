"""The command that pictures every output for people to look at: it leaves none out."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from emoclassify.outputs.names import PREVIEW
from emoclassify.outputs.registry import file_names
from emoclassify.settings import REPORT_FORMATS
from tests.support.browsing import chromium
from tests.support.output_cases import DEMO, Case, call, cases
from tests.support.output_pictures import PAIRS, PROGRAMS, VIEWERS, picture, write_pairs

FOR_PROGRAMS = {".csv", ".json", ".md", ".vtt", ".srt", ".eaf", ".TextGrid", ".txt", ".zip"}


def test_every_kind_of_file_has_a_viewer_or_is_for_programs() -> None:
    endings = {Path(name).suffix for name in file_names()} | {f".{kind}" for kind in REPORT_FORMATS}
    assert endings - FOR_PROGRAMS == set(VIEWERS)


def test_the_call_has_what_a_call_can_have() -> None:
    made = call()
    assert made.talk is not None
    assert made.transcript is not None
    assert made.episodes
    assert [shares.n_turns for shares in made.talk.shares] == [3, 3]
    assert made.talk.shares[0].n_interruptions == 1, "the agent begins while the customer speaks"


@pytest.mark.whole
def test_the_cases_have_every_output_for_people(tmp_path: Path) -> None:
    written = set[str]()
    for case in cases([DEMO], tmp_path / "analyses"):
        case.write(tmp_path / case.name, "ru")
        written |= {path.name for path in (tmp_path / case.name).iterdir()}
    for_people = {name for name in file_names() if Path(name).suffix in VIEWERS} - {PREVIEW}
    assert for_people <= written


@pytest.mark.process
@pytest.mark.skipif(
    chromium() is None or any(shutil.which(program) is None for program in PROGRAMS), reason="programs are missing"
)
def test_each_view_is_a_picture_and_what_changed_stands_side_by_side(tmp_path: Path) -> None:
    def write(folder: Path, lang: str) -> None:
        folder.mkdir()
        (folder / "report.html").write_text("<p>a</p>")
        (folder / "timeline.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
        (folder / "frames.csv").write_text("a")
        Image.new("RGB", (9, 9), "white").save(folder / "timeline.png")

    picture([Case("made", write)], tmp_path / "after", ["en"])
    views = ("light-wide", "light-narrow", "dark-wide", "dark-narrow")
    expected = {f"report.html-en-{view}.png" for view in views}
    expected |= {"timeline.svg-en-drawing.png", "timeline.png-en-picture.png"}
    assert {path.name for path in (tmp_path / "after" / "made").iterdir()} == expected
    shutil.copytree(tmp_path / "after", tmp_path / "before")
    Image.new("RGB", (9, 9), "black").save(tmp_path / "before" / "made" / "timeline.png-en-picture.png")
    write_pairs(tmp_path / "before", tmp_path / "after")
    (pair_path,) = (tmp_path / "after" / PAIRS).iterdir()
    assert pair_path.name == "made-timeline.png-en-picture.png"
    with Image.open(pair_path) as pair:
        assert [pair.convert("RGB").getpixel((x, 4)) for x in (4, pair.width - 4)] == [(0, 0, 0), (255, 255, 255)]
