"""The part of the picture in which faces are read, where only the user knows who is the respondent."""

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from jsonschema import validate
from PIL import Image

from emoclassify.analysis import Analysis
from emoclassify.errors import UsageError
from emoclassify.faces.reading import OtherFace
from emoclassify.judging import usability_of
from emoclassify.outputs.video.by_picture import PictureLookup
from emoclassify.picture_options import Area
from emoclassify.pipeline import analyze
from emoclassify.settings import Options
from emoclassify.usability import Verdict
from emoclassify.words.messages import Message
from tests.support.findings import analysis, face
from tests.support.made import even, plain, portrait, write_video

FPS, N = 5, 20
HEIGHT, WIDTH = 360, 640
SCREEN = "0.5,0,1,1"
PERSON = "0,0,0.5,1"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (PERSON, PERSON),
        (" 0 , 0.25,.5, 1.0 ", "0,0.25,0.5,1"),
        ("0.1234564,0,0.9999999,1", "0.123456,0,1,1"),
        ("-0,0,0.5,1", "0,0,0.5,1"),
        ("0,0,1,1", ""),
        ("", ""),
    ],
)
def test_an_area_is_kept_in_one_form_and_the_whole_picture_is_none(text: str, kept: str) -> None:
    options = Options(area=text)
    assert options.area == kept
    assert Options.from_dict(options.to_dict()) == options
    assert (options.read_area is None) == (kept == "")


@pytest.mark.parametrize(
    "text",
    [
        *("left", "0,0,1", "0,0,1,1,1", "0,0,1.01,1", "-0.1,0,1,1", "0.5,0,0.5,1", "0,1,1,0", "nan,0,1,1", "0,0,inf,1"),
        *("0;0;1;1", "0,0,50%,1", ",,,", "0,0,,1", "0.1234561,0,0.1234562,1"),
    ],
)
def test_what_is_no_area_gets_one_clear_line(text: str) -> None:
    with pytest.raises(UsageError, match=r"^area must be four shares of the picture.*as in 0,0,0\.6,1") as caught:
        Options(area=text)
    assert len(str(caught.value).splitlines()) == 1


def test_the_middle_of_a_face_decides_and_one_beyond_the_edge_is_at_the_edge() -> None:
    left = Area(0.0, 0.2, 0.5, 1.0)
    assert left.holds((80.0, 40.0, 120.0, 80.0), (200, 200))
    assert not left.holds((90.0, 40.0, 130.0, 80.0), (200, 200))
    assert not left.holds((80.0, 10.0, 120.0, 50.0), (200, 200))
    assert left.holds((-60.0, 100.0, 20.0, 180.0), (200, 200))


def room(turns: int = 0) -> list[np.ndarray]:
    """A larger face on a screen to the right, and the person to the left; turned so many quarters counter-clockwise."""
    large, small = (Image.fromarray(portrait(240, 240, (0, 0))).resize((side, side)) for side in (300, 150))
    pictures = []
    for i in range(N):
        rgb = Image.fromarray(plain(HEIGHT, WIDTH))
        rgb.paste(small, (60 + i % 3, 180))
        rgb.paste(large, (325, 30 + i % 2))
        pictures.append(np.ascontiguousarray(np.rot90(np.asarray(rgb), turns)))
    return pictures


def middles_x(found: Analysis, person: int = 1) -> set[bool]:
    """Whether that person's faces are in the right half of the picture."""
    boxes = [reading.box_xyxy for reading in found.faces if reading.person == person]
    return {bool((box[0] + box[2]) / 2 > WIDTH / 2) for box in boxes}


@pytest.mark.model
@pytest.mark.parametrize("turns", [0, 1])
def test_a_larger_face_on_a_screen_is_left_out_where_the_user_says_where_the_person_is(
    tmp_path: Path, turns: int
) -> None:
    """Also where the file's metadata turn the picture: the area is that of the upright one."""
    path = write_video(tmp_path / "room.mp4", even(room(turns), FPS), rotation=-90 * turns)
    whole, left = analyze(path), analyze(path, Options(area=PERSON))
    assert (middles_x(whole), middles_x(left)) == ({True}, {False})
    assert len(left.faces) == len(left.frames) == N
    assert left.n_outside == N == len(left.others)
    assert {other.outside for other in left.others} == {True}
    assert Message("faces_outside", {"n": N, "area": PERSON}) in left.warnings
    assert (whole.n_outside, left.counts.persons, set(left.n_faces.tolist())) == (0, 1, {1})
    assert "several_people" not in [reason.name for reason in usability_of(left).reasons]


@pytest.mark.model
def test_everyone_inside_is_read_and_whoever_is_outside_stays_found_for_covering(tmp_path: Path) -> None:
    path = write_video(tmp_path / "room.mp4", even(room(), FPS))
    found = analyze(path, Options(area=PERSON, faces="all", annotate=True, anonymize=True))
    assert found.persons == (1,)
    lookup = PictureLookup(found)
    for sampled in found.frames:
        covers = lookup.covers(sampled.frame, sampled.time_s)
        for x, y in ((135, 255), (475, 180)):  # in the midst of each face
            assert ((covers[:, :2] < (x, y)).all(axis=1) & (covers[:, 2:] > (x, y)).all(axis=1)).any()


@pytest.mark.model
def test_an_area_without_a_face_is_told(tmp_path: Path) -> None:
    path = write_video(tmp_path / "room.mp4", even(room(), FPS))
    found = analyze(path, Options(area="0,0,0.4,0.2"))
    assert found.faces == ()
    assert found.n_outside == 2 * N
    assert {"no_face", "faces_outside"} <= {warning.code for warning in found.warnings}


def test_faces_outside_are_nobody_and_come_back_from_a_file() -> None:
    faces = [face(i, i / FPS) for i in range(N)]
    others = tuple(OtherFace(i, faces[0].box_xyxy, outside=True) for i in range(N))
    made = analysis(faces, [i / FPS for i in range(N)], others=others, options=Options(area=SCREEN))
    made = replace(made, end_s=N / FPS, picture_end_s=N / FPS)
    assert set(made.n_faces.tolist()) == {1}
    assert usability_of(made).verdict is Verdict.USABLE
    content = json.loads(json.dumps(made.to_dict()))
    validate(content, json.loads((files("emoclassify") / "assets" / "analysis.schema.json").read_text()))
    assert Analysis.from_dict(content).others == others
