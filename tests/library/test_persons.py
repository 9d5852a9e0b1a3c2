"""Persons: looks, cuts, tracks and who they belong to, on made faces whose truth is known; then on real footage."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from emoclassify.faces.appearance import LOOK_SIZE, describe, distances, remember
from emoclassify.faces.cuts import CutFinder
from emoclassify.faces.persons import SAME_PERSON, Persons, confirmed, numbered, ranked_by_area
from emoclassify.faces.read import FacesRead, read_faces
from emoclassify.faces.track import MAX_COST, Tracker, displacements
from emoclassify.media.nouns import Frame
from emoclassify.media.read import FrameStream, probe
from emoclassify.model_kinds import FACE_DETECTOR
from emoclassify.networks.runtime import Place
from emoclassify.settings import Options
from tests.support.findings import times_every
from tests.support.made import plain, portrait

POINTS = np.array([[85, 100], [125, 98], [107, 120], [90, 140], [124, 139]], np.float32)
"""Eyes, nose and mouth of the portrait at (0, 0), read off the picture by eye."""

STEP_S = 0.2


def face_of(person: int) -> np.ndarray:
    """A look as unlike any other person's as looks can be."""
    look = np.zeros(LOOK_SIZE, np.float32)
    look[[person, 256 + person, 512 + person]] = 1.0
    return look


def box_at(x: float, y: float = 50.0, side: float = 40.0) -> list[float]:
    return [x, y, x + side, y + side]


class Followed:
    """A recording of made faces, given as (place, person) a frame: what the program takes them for."""

    def __init__(
        self, frames: Sequence[Sequence[tuple[float, int]]], cuts: tuple[int, ...] = (), step_s: float = STEP_S
    ) -> None:
        persons = Persons()
        tracker = Tracker(on_end=persons.add)
        tracks = []
        for i, faces in enumerate(frames):
            boxes = np.array([box_at(x) for x, _ in faces], np.float32).reshape(-1, 4)
            looks = [face_of(person) for _, person in faces]
            if i in cuts:
                tracker.end()
            tracks.append(tracker.assign(i * step_s, boxes, looks))
        tracker.end()
        self.tracks = tracks
        self.persons = [[persons.of[track] for track in ids] for ids in tracks]


def test_the_same_face_looks_the_same_in_another_place_size_turn_and_light() -> None:
    plainly = describe(portrait(at_xy=(0, 0)), POINTS)
    larger = np.asarray(Image.fromarray(portrait(at_xy=(60, 0))).resize((480, 360), Image.Resampling.BICUBIC))
    moved = describe(larger, (POINTS + np.array([60, 0])) * 1.5)
    turned_rgb = np.ascontiguousarray(np.rot90(portrait(at_xy=(0, 0)), -1))
    turned = describe(turned_rgb, np.stack([240 - POINTS[:, 1], POINTS[:, 0]], axis=1))
    darker = describe((portrait(at_xy=(0, 0)) * 0.9).astype(np.uint8), POINTS)
    for look in (moved, turned, darker):
        assert distances([plainly], [look])[0, 0] < SAME_PERSON / 2
    assert distances([plainly], [plainly])[0, 0] == pytest.approx(0, abs=1e-5)


def drawn_face() -> np.ndarray:
    """Someone else, with dark skin and fair hair, at the place of the portrait."""
    picture = Image.fromarray(plain())
    draw = ImageDraw.Draw(picture)
    draw.ellipse((55, 40, 155, 180), fill=(225, 200, 120))
    draw.ellipse((70, 72, 142, 168), fill=(110, 72, 50))
    for x, y in POINTS[[0, 1]]:
        draw.ellipse((x - 7, y - 3, x + 7, y + 3), fill=(250, 250, 250))
    draw.line([tuple(POINTS[3]), tuple(POINTS[4])], fill=(60, 20, 20), width=3)
    return np.asarray(picture)


def test_another_face_looks_different() -> None:
    looks = describe(portrait(at_xy=(0, 0)), POINTS), describe(drawn_face(), POINTS)
    assert distances(looks[:1], looks[1:])[0, 0] > MAX_COST


def test_a_face_at_the_edge_of_a_frame_has_a_look() -> None:
    look = describe(portrait(at_xy=(0, 0))[:, 90:], POINTS - np.array([90, 0], np.float32))
    assert np.isfinite(look).all()


def test_only_looks_that_differ_are_kept_and_not_without_end() -> None:
    kept: list[np.ndarray] = []
    for _ in range(3):
        remember(kept, [face_of(i) for i in range(50)])
    assert 1 < len(kept) < 50
    assert len({look.argmax() for look in kept}) == len(kept)


def test_a_cut_is_found_where_it_is_and_motion_is_none() -> None:
    walking = [portrait(at_xy=(2 * i, 0)) for i in range(40)]
    elsewhere = [np.asarray(Image.fromarray(drawn_face()).rotate(i, fillcolor=(200, 180, 90))) for i in range(10)]
    finder = CutFinder()
    assert [i for i, rgb in enumerate([*walking, *elsewhere, *walking]) if finder.is_cut(rgb)] == [40, 50]


@pytest.mark.parametrize("size", [(1, 1), (5, 3000), (720, 1280)])
def test_a_frame_of_any_size_is_compared(size: tuple[int, int]) -> None:
    finder = CutFinder()
    assert [finder.is_cut(np.full((*size, 3), level, np.uint8)) for level in (0, 0, 255)] == [False, False, True]


def test_displacements_of_known_boxes() -> None:
    boxes = np.array([box_at(0), box_at(60), box_at(0, side=80)], np.float32)
    assert displacements(boxes[:1], boxes[:2])[0].tolist() == pytest.approx([0.0, 1.0])
    assert displacements(boxes[:1], boxes[2:])[0, 0] > np.log(2)


def test_two_talkers_are_two_persons_whichever_is_named_first() -> None:
    found = Followed([[(0, 1), (200, 2)], [(200, 2), (0, 1)], [(0, 1)], [(200, 2), (0, 1)]]).persons
    (left, right) = found[0]
    assert left != right
    assert found == [[left, right], [right, left], [left], [right, left]]


@pytest.mark.parametrize("hidden", [range(0), range(9, 12)], ids=["seen", "one hides the other"])
@pytest.mark.parametrize("alike", [False, True], ids=["unlike", "twins"])
def test_faces_that_cross_keep_their_persons(hidden: range, alike: bool) -> None:
    frames = []
    for i in range(21):
        right_goer, left_goer = (10.0 * i, 1), (200 - 10.0 * i, 1 if alike else 2)
        frames.append([right_goer] if i in hidden else [right_goer, left_goer])
    found = Followed(frames)
    of = found.tracks if alike and not hidden else found.persons
    assert len({ids[0] for ids in of}) == 1
    assert len({ids[1] for ids in of if len(ids) == 2}) == 1


def test_a_face_that_comes_back_elsewhere_after_two_seconds_is_the_same_person() -> None:
    found = Followed([[(0, 1)]] * 10 + [[]] * 10 + [[(300, 1)]] * 10)
    assert len({ids[0] for ids in found.tracks if ids}) == 2
    assert len({ids[0] for ids in found.persons if ids}) == 1


@pytest.mark.parametrize("gap", [0, 3, 10])
def test_another_face_in_the_same_place_is_another_person(gap: int) -> None:
    found = Followed([[(0, 1)]] * 10 + [[]] * gap + [[(0, 2)]] * 10).persons
    assert len({ids[0] for ids in found[:10]}) == len({ids[0] for ids in found[10 + gap :]}) == 1
    assert found[0] != found[-1]


def test_a_cut_ends_the_tracks_and_persons_are_known_again() -> None:
    frames = [[(0, 1)]] * 5 + [[(10, 2)]] * 5 + [[(5, 1)]] * 5
    found = Followed(frames, cuts=(5, 10))
    assert [ids[0] for ids in found.tracks] == [0] * 5 + [1] * 5 + [2] * 5
    assert found.persons[0] == found.persons[-1] != found.persons[5]


def test_who_is_seen_together_is_not_one_person_however_alike() -> None:
    found = Followed([[(0, 1)]] * 5 + [[(0, 1), (300, 1)]] * 5, cuts=(5,)).persons
    assert len(set(found[-1])) == 2


def test_faces_far_apart_in_time_are_followed_where_few_are_sampled() -> None:
    assert len({ids[0] for ids in Followed([[(0, 1)]] * 6, step_s=30.0).tracks}) == 1


@given(st.lists(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 3)), max_size=6), max_size=10))
def test_an_id_is_never_given_to_two_faces_of_one_frame(frames: list[list[tuple[float, int]]]) -> None:
    for ids in Followed(frames).persons:
        assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("times_s", "frames_s", "expected"),
    [
        ([0.0, 0.8, 3.0], np.arange(0, 4, 0.2), [True, True, False]),
        ([3.0], [3.0], [True]),  # a still picture
        ([0.0, 1.0, 2.0], np.arange(0, 3, 1.0), [True, True, True]),
        ([0.0, 6.0], np.arange(0, 9, 3.0), [True, True]),  # frames too far apart to confirm anything
        ([], [0.0, 0.2], []),
    ],
)
def test_what_nothing_within_a_second_confirms_is_no_person(
    times_s: list[float], frames_s: list[float], expected: list[bool]
) -> None:
    persons = np.zeros(len(times_s), np.int64)
    assert confirmed(persons, np.array(times_s), np.array(frames_s, np.float64)).tolist() == expected


def test_a_face_is_not_confirmed_by_another_persons() -> None:
    assert confirmed(np.array([0, 1, 0]), np.array([0.0, 0.2, 0.4]), times_every(0.2, 3)).tolist() == [
        True,
        False,
        True,
    ]


def test_persons_are_numbered_by_their_area_summed_over_time() -> None:
    small, large = [0, 0, 10, 10], [0, 0, 20, 20]
    ids = np.array([7, 3, 7, 7])
    ranked = ranked_by_area(ids, np.array([small, large, small, small], np.float32))
    assert ranked.tolist() == [3, 7]
    assert numbered(ids, ranked).tolist() == [2, 1, 2, 2]


class NoExpressions:
    """All seven alike."""

    at_once = 8

    def predict(self, crops: list[np.ndarray]) -> np.ndarray:
        return np.full((len(crops), 7), 1 / 7, np.float32)


def who(frames: Iterator[Frame] | FrameStream, which: str = "all") -> FacesRead:
    return read_faces(frames, FACE_DETECTOR.open(Options(), Place()), NoExpressions(), which=which, min_face=0.08)


def footage(path: Path, size_wh: tuple[int, int] = (512, 512)) -> list[np.ndarray]:
    """Frames 0.2 s apart, all of one size."""
    stream = FrameStream(path, probe(path), sample_fps=5)
    return [np.asarray(Image.fromarray(frame.rgb).resize(size_wh)) for frame in stream]


def at_times(pictures: list[np.ndarray]) -> Iterator[Frame]:
    return (Frame(i, STEP_S * i, rgb) for i, rgb in enumerate(pictures))


@pytest.mark.clips
@pytest.mark.model
@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize(
    ("clip", "persons"),
    [
        ("two_people_720p.mp4", 2),
        ("hdtf_talking_head.mp4", 1),
        ("pyfeat_WolfgangLanger_Pexels.mp4", 1),
        ("kh_vfr.mp4", 1),
        ("pyfeat_no_face.mp4", 0),
    ],
)
def test_real_talkers_are_counted_and_followed_throughout(clips: Path, clip: str, persons: int) -> None:
    path = clips / clip
    found = who(FrameStream(path, probe(path), sample_fps=5))
    assert {reading.person for reading in found.readings} == set(range(1, persons + 1))
    assert len(found.readings) == persons * len(found.frames)


@pytest.mark.clips
@pytest.mark.model
@pytest.mark.usefixtures("one_thread")
def test_real_people_one_after_the_other_and_back_again(clips: Path) -> None:
    one, other = footage(clips / "grid_bbaf2n.mpg"), footage(clips / "grid_pwij3p.mpg")  # before the same blue screen
    empty = [plain(512, 512)] * 10
    found = who(at_times([*one[:8], *empty, *one[8:], *other, *one]))
    person = {reading.frame: reading.person for reading in found.readings}
    expected = [*[1] * 8, *[None] * 10, *[1] * (len(one) - 8), *[2] * len(other), *[1] * len(one)]
    assert [person.get(i) for i in range(len(expected))] == expected


@pytest.mark.clips
@pytest.mark.model
@pytest.mark.usefixtures("one_thread")
def test_the_main_person_is_not_whoever_is_larger_for_a_moment(clips: Path) -> None:
    main, other = footage(clips / "hdtf_talking_head.mp4", (300, 300)), footage(clips / "grid_lwbsza.mpg", (600, 600))
    pictures = []
    for i, rgb in enumerate(main):
        frame = plain(600, 900)
        frame[150:450, :300] = rgb
        if 10 <= i < 14:
            frame[:, 300:] = other[i - 10]
        pictures.append(frame)
    found = who(at_times(pictures), which="largest")
    assert len(found.readings) == len(main)
    assert all(reading.box_xyxy[2] < 300 for reading in found.readings)
