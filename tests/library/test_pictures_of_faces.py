"""Photographs beside a person: on the wall or held, they are nobody, and say so."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from emoclassify.analysis import Analysis
from emoclassify.faces.appearance import upright
from emoclassify.faces.detections import Detections
from emoclassify.faces.motion import STAYS_CHANGE, STAYS_MOMENTS, FaceMotion
from emoclassify.faces.read import FacesRead, read_faces
from emoclassify.faces.reading import OtherFace
from emoclassify.judging import usability_of
from emoclassify.media.nouns import Frame
from emoclassify.pipeline import analyze
from emoclassify.settings import Options
from emoclassify.usability import Verdict
from emoclassify.words.messages import Message
from tests.support.findings import analysis, face

FPS, N = 5, 30
SMALL, LARGE = (60.0, 100.0, 160.0, 200.0), (300.0, 40.0, 500.0, 240.0)
SIZE_HW = (280, 560)
WALL = np.kron(np.random.default_rng(0).integers(40, 200, (14, 28, 1)), np.ones((20, 20, 3))).astype(np.uint8)

Drawn = Callable[[int, np.ndarray], np.ndarray]


def still(i: int, rgb: np.ndarray) -> np.ndarray:
    """A photograph under the noise of a camera."""
    noise = np.random.default_rng(i).normal(0, 6, rgb.shape)
    return np.clip(rgb + noise, 0, 255).astype(np.uint8)


def living(i: int, rgb: np.ndarray) -> np.ndarray:
    """A head that sways by some pixels and speaks."""
    moved = np.roll(rgb, (i % 3 - 1, round(4 * np.sin(i))), axis=(0, 1))
    side = len(moved)
    moved[3 * side // 4 :, side // 3 : 2 * side // 3] = (40 * i) % 255
    return moved


class Two:
    """Finds both faces in frames of the size, and none in views of them."""

    def detect(self, rgb: np.ndarray, min_face: float) -> Detections:
        boxes = np.array([LARGE, SMALL] if rgb.shape[:2] == SIZE_HW else [], np.float32).reshape(-1, 4)
        eyes_and_mouth = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]])
        points = boxes[:, None, :2] + eyes_and_mouth * (boxes[:, None, 2:] - boxes[:, None, :2])
        return Detections(boxes, np.ones(len(boxes), np.float32), points.astype(np.float32))

    def refine(self, rgb: np.ndarray, boxes_xyxy: np.ndarray) -> Detections:
        return self.detect(rgb, 0.0)


class Neutral:
    at_once = 8

    def predict(self, crops: list[np.ndarray]) -> np.ndarray:
        return np.eye(7, dtype=np.float32)[[4] * len(crops)]


def seen(small: Drawn, large: Drawn, n: int = N, which: str = "all", beyond_px: int = 0) -> FacesRead:
    """What is read of two faces; the larger one is drawn so far beyond its box."""
    frames = []
    for i in range(n):
        rgb = WALL.copy()
        for (left, top, right, bottom), drawn, more in ((SMALL, small, 0), (LARGE, large, beyond_px)):
            place = np.s_[int(top) - more : int(bottom) + more, int(left) - more : int(right) + more]
            rgb[place] = drawn(i, WALL[place])
        frames.append(Frame(i, i / FPS, rgb))
    return read_faces(frames, Two(), Neutral(), which=which, min_face=0.1)


def test_a_photograph_on_the_wall_is_never_the_main_person_however_large() -> None:
    read = seen(small=living, large=still)
    assert read.pictures == (2,)
    assert {reading.box_xyxy for reading in read.readings if reading.person == 1} == {SMALL}
    assert {reading.box_xyxy for reading in read.readings if reading.person == 2} == {LARGE}


def test_two_living_persons_are_two() -> None:
    read = seen(small=living, large=living)
    assert read.pictures == ()
    assert {reading.box_xyxy for reading in read.readings if reading.person == 1} == {LARGE}


def held(i: int, rgb: np.ndarray) -> np.ndarray:
    """A photograph in a hand: it shifts and turns a little as a flat thing, and never within itself."""
    rng = np.random.default_rng(i)
    size_wh = rgb.shape[1::-1]
    small = Image.fromarray(rgb).resize((size_wh[0] // 8, size_wh[1] // 8))
    soft = small.resize(size_wh, Image.Resampling.BICUBIC)
    shift_xy = (2.0 * np.sin(0.9 * i), 2.0 * np.cos(1.3 * i))
    moved = np.asarray(soft.rotate(1.5 * np.sin(0.7 * i), Image.Resampling.BICUBIC, translate=shift_xy), np.float32)
    return np.clip(moved + rng.normal(0, 1, moved.shape), 0, 255).astype(np.uint8)


def test_a_larger_photograph_in_a_hand_is_never_the_main_person() -> None:
    read = seen(small=living, large=held, n=2 * N, beyond_px=40)
    assert read.pictures == (2,)
    assert {reading.box_xyxy for reading in read.readings if reading.person == 1} == {SMALL}


def test_a_mirror_image_moves_as_people_do_and_its_owner_who_is_larger_stays_the_main_person() -> None:
    """What moves like a person is not told from one: it counts as a second person beside."""

    def mirrored(i: int, rgb: np.ndarray) -> np.ndarray:
        owner = Image.fromarray(living(i, WALL[40:240, 300:500]))
        return np.asarray(owner.resize(rgb.shape[1::-1]))[:, ::-1]

    read = seen(small=mirrored, large=living, n=2 * N)
    assert read.pictures == ()
    assert {reading.box_xyxy for reading in read.readings if reading.person == 1} == {LARGE}
    assert {reading.box_xyxy for reading in read.readings if reading.person == 2} == {SMALL}


def test_where_nobody_lives_nobody_is_taken_for_another() -> None:
    """A picture that stands, and two photographs."""
    read = seen(small=still, large=still)
    assert read.pictures == ()
    assert {reading.box_xyxy for reading in read.readings if reading.person == 1} == {LARGE}


def test_a_photograph_that_is_seen_for_a_moment_is_not_judged() -> None:
    assert seen(small=living, large=still, n=STAYS_MOMENTS).pictures == ()


def test_a_face_whose_place_stays_is_a_picture_and_one_that_moves_once_in_a_while_is_none() -> None:
    motion = FaceMotion()
    motion.n_looked.update({1: 20, 2: 20})
    motion.n_stayed.update({1: 19, 2: 18})
    assert motion.is_picture([1], [])
    assert not motion.is_picture([2], [])
    assert not motion.is_picture([1, 2], [])
    assert 0 < STAYS_CHANGE < 0.09  # the least change of a place with a living face


def with_picture(pictures: tuple[int, ...]) -> Analysis:
    faces = [face(i, i / FPS) for i in range(N)]
    others = tuple(OtherFace(i, faces[0].box_xyxy, 2) for i in range(N))
    made = analysis(faces, [i / FPS for i in range(N)], others=others, pictures=pictures, unlike=(0.5,))
    return replace(made, end_s=N / FPS, picture_end_s=N / FPS)


@pytest.mark.parametrize(("pictures", "n", "verdict"), [((), 2, Verdict.IN_PART), ((2,), 1, Verdict.USABLE)])
def test_a_picture_counts_neither_as_a_face_nor_as_a_second_person(
    pictures: tuple[int, ...], n: int, verdict: Verdict
) -> None:
    made = with_picture(pictures)
    assert set(made.n_faces.tolist()) == {n}
    assert usability_of(made).verdict is verdict
    assert Analysis.from_dict(made.to_dict()).pictures == pictures


@pytest.mark.clips
@pytest.mark.model
def test_the_photograph_on_the_wall_of_a_clip_is_told(clips: Path) -> None:
    path = clips / "faults" / "m_poster.mp4"
    if not path.is_file():
        pytest.skip("there is no folder of faults beside the clips")
    found = analyze(path, Options(double_check=True))
    assert found.pictures == (2,)
    assert Message("pictures_left_out", {"n": 1}) in found.warnings
    assert "several_people" not in [reason.name for reason in usability_of(found).reasons]
    assert [segment.reason for segment in found.segments if segment.reason == "several people"] == []


@pytest.mark.parametrize("side_px", [130, 200, 400, 600])
def test_a_dull_photograph_in_the_dark_stays_however_large_it_is(side_px: int) -> None:
    """Its contrast is 30 levels, the noise of the camera 6: not every row of a large face is looked at."""
    rng = np.random.default_rng(side_px)
    coarse = Image.fromarray(rng.normal(110, 30, (16, 16)).astype(np.float32))
    picture = np.asarray(coarse.resize((side_px, side_px), Image.Resampling.NEAREST))[..., None]
    box_xyxy = np.array([0, 0, side_px, side_px], np.float32)
    eyes_and_mouth = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]], np.float32) * side_px
    motion = FaceMotion()
    for i in range(15):
        rgb = np.clip(picture + rng.normal(0, 6, (side_px, side_px, 3)), 0, 255).astype(np.uint8)
        motion.measure(1, i / FPS, rgb, box_xyxy, upright(rgb, eyes_and_mouth))
    assert motion.n_stayed[1] == motion.n_looked[1] >= 10
