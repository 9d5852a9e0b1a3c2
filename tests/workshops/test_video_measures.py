"""The measures of the expression model beyond one figure: changed faces, faces in frames, steadiness along a clip."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from emoclassify.faces.detections import Detections, overlaps
from emoclassify.faces.expressions import CROP_SIDE, ExpressionModel, crop_face
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.media.nouns import Rgb
from emoclassify.model_kinds import FACE_DETECTOR
from emoclassify.networks.models import expression_model
from emoclassify.networks.runtime import Place
from emoclassify.settings import Options
from emoclassify.timeline import Timeline
from tests.support.findings import mostly, times_every
from tests.support.made import even, portrait, write_video
from video import pasted, robustness, steadiness
from video.__main__ import main
from video.corpora import Faces

ROUNDING = 1  # of 256 steps of brightness


pytestmark = [pytest.mark.whole, pytest.mark.usefixtures("one_thread")]


def made_picture(seed: int = 0) -> Rgb:
    grey = np.random.default_rng(seed).integers(0, 256, (48, 48, 1), dtype=np.uint8)
    return np.repeat(grey, 3, axis=2)


def portrait_face() -> Rgb:
    """The smiling portrait, grey, framed as FER2013 frames a face: uint8 (48, 48)."""
    around_face = Image.fromarray(portrait(240, 240, (0, 0))).crop((57, 59, 169, 171))
    return np.array(around_face.convert("L").resize((48, 48), Image.Resampling.BICUBIC))


def made_faces(pixels: list[Rgb], label: str) -> Faces:
    truth = np.full(len(pixels), EMOTIONS.index(label), dtype=np.int64)
    return Faces(np.stack(pixels), np.eye(7, dtype=np.float32)[truth], truth)


class Brightness:
    """Says neutral of light pictures and sad of dark ones."""

    at_once = 8

    def predict(self, crops: list[Rgb]) -> Scores:
        said = ["neutral" if crop.mean() >= 128 else "sad" for crop in crops]
        return np.eye(7, dtype=np.float32)[[EMOTIONS.index(name) for name in said]]


class Nobody:
    """Finds no face."""

    def detect(self, rgb: Rgb, min_face: float) -> Detections:
        return Detections(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty((0, 5, 2), np.float32))

    def refine(self, rgb: Rgb, boxes_xyxy: npt.NDArray[np.float32]) -> Detections:
        return self.detect(rgb, 0.0)


@pytest.mark.parametrize("change", robustness.CHANGES.values(), ids=robustness.CHANGES.keys())
def test_a_changed_face_is_another_picture_of_the_same_shape(change: robustness.Change) -> None:
    picture = made_picture()
    before = picture.copy()
    changed = change(picture)
    assert changed.shape == picture.shape
    assert changed.dtype == np.uint8
    assert np.abs(changed.astype(int) - before).mean() > ROUNDING
    np.testing.assert_array_equal(picture, before)


@pytest.mark.parametrize(
    "nothing",
    [
        lambda picture: robustness.gamma(picture, 1.0),
        lambda picture: robustness.blur(picture, 0.0),
        lambda picture: robustness.reduce(picture, 48),
        lambda picture: robustness.tint(picture, 1.0, 1.0, 1.0),
        lambda picture: robustness.rotate(picture, 0.0),
    ],
    ids=["gamma", "blur", "reduce", "tint", "rotate"],
)
def test_a_change_by_nothing_gives_the_same_picture(nothing: robustness.Change) -> None:
    np.testing.assert_array_equal(nothing(made_picture()), made_picture())


def test_gamma_below_one_is_lighter_and_keeps_black_and_white() -> None:
    picture = made_picture()
    assert robustness.gamma(picture, 0.4).mean() > picture.mean() > robustness.gamma(picture, 2.5).mean()
    ends = np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8)
    np.testing.assert_array_equal(robustness.gamma(ends, 2.5), ends)


def test_blur_and_reduction_take_detail_away() -> None:
    picture = made_picture()
    details = [np.diff(robustness.reduce(picture, side).astype(int), axis=1).std() for side in (48, 40, 32, 24)]
    assert details == sorted(details, reverse=True)
    blurred = [np.diff(robustness.blur(picture, radius).astype(int), axis=1).std() for radius in (0.0, 1.0, 2.0)]
    assert blurred == sorted(blurred, reverse=True)


def test_tint_scales_the_brightness_of_all_places_alike() -> None:
    picture = made_picture()
    luma = robustness.tint(picture, 1.0, 0.8, 0.55) @ np.array([0.299, 0.587, 0.114])
    share = 0.299 + 0.8 * 0.587 + 0.55 * 0.114
    np.testing.assert_allclose(luma, picture[:, :, 0] * share, atol=ROUNDING)


def test_glasses_darken_the_eyes_and_leave_the_mouth() -> None:
    white = np.full((48, 48, 3), 255, np.uint8)
    drawn = robustness.glasses(white)
    assert drawn[10:28].min() < 30
    assert (drawn[28:] == 255).all()
    assert (drawn[19, [15, 33]] == 255).all(), "the lenses are clear"


def test_a_quarter_turn_is_counter_clockwise() -> None:
    white = np.zeros((48, 48, 3), np.uint8)
    white[:, 40:] = 255  # the right edge comes to the top
    turned = robustness.rotate(white, 90.0)
    assert turned[2, 24, 0] == 255
    assert turned[45, 24, 0] == 0


def test_robustness_is_told_beside_the_clean_figure() -> None:
    light = np.full((48, 48), 150, np.uint8)
    rows = {row.change: row for row in robustness.measure_robustness(made_faces([light], "neutral"), Brightness())}
    assert list(rows) == ["clean", *robustness.CHANGES]
    assert (rows["clean"].accuracy, rows["clean"].same) == (1.0, 1.0)
    assert (rows["gamma 0.4"].accuracy, rows["gamma 0.4"].same) == (1.0, 1.0)
    assert (rows["gamma 2.5"].accuracy, rows["gamma 2.5"].same) == (0.0, 0.0)
    assert "| gamma 2.5 | 0.000 | -1.000 |" in robustness.table(list(rows.values()))


@pytest.mark.parametrize("side_px", pasted.FACE_PX)
def test_a_pasted_face_lies_unchanged_at_the_place_told(side_px: int) -> None:
    frame, place = pasted.paste(np.full((48, 48), 250, np.uint8), side_px)
    left, top, right, bottom = place.astype(int)
    assert frame.shape == (360, 640, 3)
    assert (right - left, bottom - top) == (side_px, side_px)
    assert (frame[top:bottom, left:right] == 250).all()
    assert (frame[[0, -1]] == 128).all()
    assert (frame[:, [0, -1]] == 128).all()
    steps = np.abs(np.diff(frame[180, :, 0].astype(int)))
    assert steps.max() < 20, "the ground goes over into grey without an edge that a detector could take for something"


def test_a_face_of_48_px_is_pasted_as_it_is() -> None:
    face = made_picture()[:, :, 0]
    frame, place = pasted.paste(face, 48)
    left, top, right, bottom = place.astype(int)
    np.testing.assert_array_equal(frame[top:bottom, left:right, 0], face)


def test_faces_that_are_not_found_are_counted_and_have_no_figures() -> None:
    rows = pasted.measure_pasted(made_faces([made_picture()[:, :, 0]], "sad"), Nobody(), Brightness())
    assert {(row.n_faces, row.n_found) for row in rows} == {(1, 0), (4, 0)}
    assert all(np.isnan(row.accuracy) for row in rows)


def test_the_paired_gain_counts_found_faces_only() -> None:
    differences = np.array([[1, -1, 0, 1], [1, 0, 0, 1]])
    found = np.array([[True, True, True, False], [True, True, True, False]])
    mean, half = pasted.gain(differences, found)
    assert mean == pytest.approx(1 / 6)
    assert half > 0
    assert pasted.gain(np.zeros((2, 4), np.int64), found) == (0.0, 0.0)


def test_the_cut_is_as_wide_as_asked_and_stays_around_the_same_middle() -> None:
    frame = np.zeros((300, 300, 3), np.uint8)
    frame[140:160, 140:160] = 255
    box = (100.0, 100.0, 200.0, 200.0)
    for share in pasted.CROP_SIDES:
        crop = crop_face(frame, box, side_share=share)
        assert crop.shape[0] == round(share * 100)
        assert crop[crop.shape[0] // 2, crop.shape[1] // 2, 0] == 255
    np.testing.assert_array_equal(crop_face(frame, box), crop_face(frame, box, side_share=CROP_SIDE))


def test_the_square_by_the_points_follows_them_and_not_the_box() -> None:
    frame = np.zeros((200, 200, 3), np.uint8)
    points_xy = np.array([[80, 90], [120, 90], [100, 110], [85, 130], [115, 130]], np.float32)
    frame[109:111, 99:101] = 255
    crop = pasted.by_points(frame, points_xy)
    rows, columns = np.nonzero(crop[:, :, 0])
    larger = pasted.by_points(frame, 100 + 1.5 * (points_xy - 100))
    assert columns.mean() == pytest.approx((len(crop) - 1) / 2, abs=1.0)
    assert rows.mean() == pytest.approx((len(crop) - 1) / 2 + 0.08 * len(crop), abs=1.5), "more room above the points"
    assert len(larger) == pytest.approx(1.5 * len(crop), abs=1)


@pytest.mark.model
@pytest.mark.parametrize("side_px", pasted.FACE_PX)
def test_the_detector_finds_a_pasted_face_where_it_is(side_px: int) -> None:
    frame, place = pasted.paste(portrait_face(), side_px)
    found = pasted.found_at(frame, place, FACE_DETECTOR.open(Options(), Place()))
    assert found is not None
    box, points_xy = found
    assert overlaps(box[None], place[None])[0, 0] > 0.5
    crop = pasted.by_points(frame, points_xy)
    assert 0.7 < len(crop) / side_px < 1.3, "the points say about the frame that the picture had"


@pytest.mark.model
def test_the_portrait_is_read_as_happy_in_every_size() -> None:
    expressions = ExpressionModel.load(str(expression_model().path))
    rows = pasted.measure_pasted(
        made_faces([portrait_face()], "happy"), FACE_DETECTOR.open(Options(), Place()), expressions
    )
    assert len(rows) == (len(pasted.FACE_PX) + 1) * len(pasted.READINGS)
    current = [row for row in rows if row.cut == pasted.CURRENT and row.face_px]
    assert [(row.n_found, row.accuracy) for row in current] == [(1, 1.0)] * len(pasted.FACE_PX)
    assert "0.964 (current)" in pasted.table(rows)


def along(*emotions: str | None) -> Timeline:
    """Certain answers, ten a second; None is a gap."""
    gap = np.full(7, np.nan, np.float32)
    rows = [gap if emotion is None else mostly(emotion, 1.0) for emotion in emotions]
    return Timeline(times_every(0.1, len(rows)), np.array(rows, np.float32).reshape(-1, 7))


def test_identical_frames_are_perfectly_steady() -> None:
    figures = steadiness.steadiness([along(*["happy"] * 5)])
    assert (figures.pairs, figures.same_top, figures.distance, figures.changes_a_minute) == (4, 1.0, 0.0, 0.0)
    assert (figures.leader, figures.leader_share) == ("happy", 1.0)


def test_certain_answers_that_alternate_are_as_unsteady_as_can_be() -> None:
    figures = steadiness.steadiness([along("sad", "happy", "sad", "happy")])
    assert (figures.pairs, figures.same_top, figures.distance) == (3, 0.0, 1.0)
    assert figures.changes_a_minute == pytest.approx(600)


def test_no_pair_reaches_over_a_gap_or_to_another_person() -> None:
    figures = steadiness.steadiness([along("happy", None, "sad"), along("sad", "sad"), along("happy")])
    assert (figures.pairs, figures.same_top, figures.distance) == (1, 1.0, 0.0)
    assert (figures.leader, figures.leader_share) == ("sad", 3 / 5)


@pytest.mark.parametrize(("persons", "leader"), [([], "-"), ([along("happy")], "happy 1.000")])
def test_nothing_to_compare_has_no_figures(persons: list[Timeline], leader: str) -> None:
    figures = steadiness.steadiness(persons)
    assert figures.pairs == 0
    assert np.isnan(figures.same_top)
    row = f"| short | 0 | - → - | - → - | - → - | {leader} → {leader} |"
    assert row in steadiness.table([steadiness.Row("short", figures, figures)])


@pytest.mark.model
def test_a_still_portrait_is_steady_from_file_to_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = write_video(tmp_path / "still.mp4", even([portrait()] * 25))
    assert main(["steadiness", str(clip)]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    _, name, pairs, same, distance, changes, leader, _ = (cell.strip() for cell in last.split("|"))
    assert (name, int(pairs), same, changes) == ("all", 9, "1.000 → 1.000", "0.0 → 0.0")
    assert leader == "happy 1.000 → happy 1.000"
    assert max(map(float, distance.split(" → "))) < 0.02  # the codec changes some pixels


def test_a_clip_that_is_no_clip_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"nothing")
    assert main(["steadiness", str(tmp_path / "broken.mp4")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
