"""Stills in the report: where they are cut, where there are none, and rendering again with the recording at hand."""

import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from emoclassify.cli import main
from emoclassify.errors import ResultError
from emoclassify.media.pictures import read_pictures
from emoclassify.media.read import probe
from emoclassify.outputs.folder import write_results
from emoclassify.outputs.report.write import make_content
from emoclassify.outputs.video.caught import CaughtFrames
from emoclassify.settings import Options
from tests.support.reported import ALL, KINDS, filmed, stills, texts_in, told_of

pytestmark = pytest.mark.whole


@pytest.mark.usefixtures("blank_charts")
def test_the_stills_are_cut_where_the_moments_are(tmp_path: Path) -> None:
    path, found = filmed(tmp_path)
    happy, _, sad = stills(make_content(found, Options(), path))
    assert ("highest" in happy.caption, "lowest" in sad.caption) == (True, True)
    for picture, channel in ((happy, 0), (sad, 2)):
        pixel = Image.open(BytesIO(picture.content)).getpixel((2, 2))
        assert isinstance(pixel, tuple)
        assert int(np.argmax(pixel)) == channel


@pytest.mark.usefixtures("blank_charts")
def test_no_stills_without_the_recording_or_where_faces_may_not_be_shown(tmp_path: Path) -> None:
    path, found = filmed(tmp_path)
    for options, media, why in (
        (Options(), None, "not at hand"),
        (Options(report="pdf", anonymize=True), path, "--anony"),
    ):
        content = make_content(found, options, media)
        assert stills(content) == []
        assert len([text for text in texts_in(content) if "No stills" in text and why in text]) == 1
    assert not [text for text in texts_in(make_content(found, Options(), path)) if "No stills" in text]
    assert "No stills" not in told_of(KINDS["no picture"])
    write_results(found, tmp_path / "out", Options(report=ALL, anonymize=True), path)
    assert b"data:image/jpeg" not in (tmp_path / "out" / "report.html").read_bytes()


def jpegs_in(page: Path) -> list[str]:
    return re.findall(r"data:image/jpeg;base64,[^\"]+", page.read_text(encoding="utf-8"))


@pytest.mark.usefixtures("blank_charts")
def test_the_annotated_video_catches_the_same_stills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, found = filmed(tmp_path)
    write_results(found, tmp_path / "sought", Options(report="html"), path)
    sought = jpegs_in(tmp_path / "sought" / "report.html")
    assert len(sought) > 2
    monkeypatch.setattr("emoclassify.outputs.report.stills.read_frames", None)  # no frame is read for a still alone
    write_results(found, tmp_path / "caught", Options(report="html", annotate=True), path)
    assert jpegs_in(tmp_path / "caught" / "report.html") == sought


@pytest.mark.usefixtures("blank_charts")
def test_stills_that_the_video_does_not_have_are_sought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, found = filmed(tmp_path)
    write_results(found, tmp_path / "sought", Options(report="html"), path)
    monkeypatch.setattr("emoclassify.outputs.video.caught.CaughtFrames.offer", lambda caught, picture: None)
    write_results(found, tmp_path / "none", Options(report="html", annotate=True), path)
    pages = [jpegs_in(tmp_path / name / "report.html") for name in ("sought", "none")]
    assert pages[0] == pages[1] != []


@pytest.mark.usefixtures("blank_charts")
def test_a_video_that_cannot_be_made_ends_all_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, found = filmed(tmp_path)

    def fail(*_: object, **__: object) -> None:
        raise ResultError("file_unwritten", file="annotated.mp4", why="the disk is full")

    monkeypatch.setattr("emoclassify.outputs.video.annotate.annotate", fail)
    with pytest.raises(ResultError, match="disk is full"):
        write_results(found, tmp_path / "out", Options(report="html", annotate=True), path)


def test_a_frame_of_another_time_is_not_taken(tmp_path: Path) -> None:
    path, _ = filmed(tmp_path)
    first, second, *_ = read_pictures(path, probe(path))
    caught = CaughtFrames()
    caught.want({first.index: first.time_s, second.index: second.time_s + 0.01, 10_000: 1.0})
    for picture in (first, second):
        caught.offer(picture)
    caught.end()
    assert [frame.time_s for frame in caught.frames()] == [first.time_s]


@pytest.mark.slow
def test_it_is_rendered_again_with_stills_in_a_process_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, found = filmed(tmp_path)
    write_results(found, tmp_path / "out", Options())

    def refuse(*_: object) -> None:
        raise AssertionError("the recording is opened by the caller")

    monkeypatch.setattr("emoclassify.outputs.report.write.cut_stills", refuse)
    asked = ["render", str(tmp_path / "out"), "--report", "html", "--media", str(path), "--lang", "ru"]
    assert main(asked) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert 'lang="ru"' in page
    assert page.count("data:image/jpeg") == 4  # three moments, and the best of them on the cover
    assert main(["render", str(tmp_path / "out"), "--report", "odt"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.usefixtures("blank_charts")
def test_what_lacks_without_the_recording_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, found = filmed(tmp_path)
    write_results(found, tmp_path / "out", Options(annotate=True), path)
    assert main(["render", str(tmp_path / "out"), "--report", "html"]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert all(part in line for part in ("annotated video", "no stills", "--media"))
    write_results(found, tmp_path / "tables", Options())
    assert main(["render", str(tmp_path / "tables")]) == 0
    assert capsys.readouterr().err == ""
    write_results(found, tmp_path / "b", Options(report="html", anonymize=True))
    (tmp_path / "b" / "report.html").unlink()
    assert main(["render", str(tmp_path / "b")]) == 0
    assert "--anonymize" in (tmp_path / "b" / "report.html").read_text(encoding="utf-8")
    assert capsys.readouterr().err == ""
