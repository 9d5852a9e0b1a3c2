"""Faces that are turned, or cut by the edge: made from pictures whose faces are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from emoclassify.faces.detections import Detections
from emoclassify.faces.expressions import crop_face
from emoclassify.faces.lookout import _FACELESS_FRAMES, STILL_CONFIDENCE, Lookout
from emoclassify.faces.mtcnn import Mtcnn
from emoclassify.faces.quality import cut_off, head_turn
from emoclassify.faces.upright import LEANS_DEG, upright_crop
from emoclassify.faces.view import View
from emoclassify.networks.runtime import Place
from tests.support.made import plain, portrait

SIZE_HW = (240, 320)
BOX = np.array([[40, 30, 100, 110]], np.float32)
POINTS = np.array([[[55, 60], [85, 60], [70, 75], [58, 90], [82, 90]]], np.float32)
PLACE_TOLERANCE = 0.15  # of the side of the box: the detector's own boxes differ by as much from turn to turn
ROLL_TOLERANCE_DEG = 10
SHADE_TOLERANCE = 20.0  # mean difference of two crops, of 255, half a pixel apart; in another turn it is 60


@given(st.integers(0, 3), st.integers(0, 60), st.sampled_from([1.0, 0.5, 0.25]))
def test_what_is_found_in_a_view_lies_where_the_view_shows_it(turns: int, margin_px: int, scale: float) -> None:
    view = View(turns, margin_px, scale)
    rgb = np.zeros((*SIZE_HW, 3), np.uint8)
    rgb[30:110, 40:100] = 255
    shown = view.show(rgb)
    (left, top, right, bottom) = view.boxes(BOX, SIZE_HW)[0].round().astype(int)
    bright = np.argwhere(shown[..., 0] > 200)
    assert bright.min(axis=0).tolist() == pytest.approx([top, left], abs=1)
    assert (bright.max(axis=0) + 1).tolist() == pytest.approx([bottom, right], abs=1)


@given(st.integers(0, 3), st.integers(0, 60), st.sampled_from([1.0, 0.5, 0.3]))
def test_a_view_and_back_is_the_same_place(turns: int, margin_px: int, scale: float) -> None:
    view = View(turns, margin_px, scale)
    boxes = view.boxes(BOX, SIZE_HW)
    back = view.back(Detections(boxes, np.ones(1, np.float32), np.zeros((1, 5, 2), np.float32)), SIZE_HW)
    assert back.boxes_xyxy[0].tolist() == pytest.approx(BOX[0].tolist(), abs=0.01)


def test_the_points_of_a_face_in_a_turned_view_keep_their_order() -> None:
    """A face that is upright in the view turned counter-clockwise leans clockwise in the frame."""
    for turns, roll_deg in ((0, 0), (1, 90), (2, 180), (3, -90)):
        back = View(turns).back(Detections(BOX, np.ones(1, np.float32), POINTS), SIZE_HW)
        assert (head_turn(back.points_xy[0]).roll - roll_deg + 180) % 360 == pytest.approx(180, abs=1), turns


@pytest.mark.parametrize(("turns", "roll_deg"), [(1, -90.0), (2, 180.0), (3, 90.0)])
def test_a_leaning_face_is_turned_upright_and_another_left_as_it_is(turns: int, roll_deg: float) -> None:
    rgb = portrait()
    box = (100.0, 65.0, 200.0, 165.0)  # as high as wide: the same square in each turn
    upright = crop_face(rgb, box)
    assert (upright_crop(rgb, box, LEANS_DEG - 1) == upright).all()
    turned = np.ascontiguousarray(np.rot90(rgb, turns))
    (place,) = View(turns).boxes(np.array([box], np.float32), SIZE_HW)
    again = upright_crop(turned, place.tolist(), roll_deg)
    assert np.abs(again - upright.astype(float)).mean() < SHADE_TOLERANCE


class Sees:
    """Finds one face in the middle of pictures of one shape, as sure as it is told."""

    def __init__(self, confidence: float, shape: tuple[int, ...] = (240, 320, 3)) -> None:
        self.confidence, self.shape, self.n_searches = confidence, shape, 0

    def detect(self, rgb: np.ndarray, min_face: float) -> Detections:
        self.n_searches += 1
        n = int(rgb.shape == self.shape)
        return Detections(BOX[:n], np.full(n, self.confidence, np.float32), POINTS[:n])

    def refine(self, rgb: np.ndarray, boxes_xyxy: np.ndarray) -> Detections:
        return Detections(BOX[:0], np.zeros(0, np.float32), POINTS[:0])


@pytest.mark.parametrize(("confidence", "n"), [(0.874, 0), (0.95, 1)])
def test_a_still_needs_a_surer_face(confidence: float, n: int) -> None:
    """0.874 is what a shoulder had."""
    assert len(Lookout(Sees(confidence), STILL_CONFIDENCE).detect(plain(), 0.1)) == n
    assert len(Lookout(Sees(confidence)).detect(plain(), 0.1)) == 1


def test_frames_without_a_face_are_seldom_looked_at_turned() -> None:
    sees = Sees(1.0, shape=())
    lookout = Lookout(sees)
    for _ in range(_FACELESS_FRAMES):
        lookout.detect(plain(), 0.1)
    assert sees.n_searches == _FACELESS_FRAMES + 4 + 1  # each as it is, the first also in four turns and with a margin


@pytest.fixture(scope="module")
def mtcnn() -> Mtcnn:
    return Mtcnn(Place())


@pytest.mark.model
@pytest.mark.parametrize(("turns", "roll_deg"), [(0, 0), (1, -90), (2, 180), (3, 90)])
def test_a_face_is_found_however_it_is_turned(mtcnn: Mtcnn, turns: int, roll_deg: int) -> None:
    lookout = Lookout(mtcnn)
    upright = lookout.detect(portrait(), 0.1)
    turned = np.ascontiguousarray(np.rot90(portrait(), turns))
    detections = Lookout(mtcnn).detect(turned, 0.1)
    assert len(upright) == len(detections) == 1
    (expected,) = View(turns).boxes(upright.boxes_xyxy, SIZE_HW)
    side = float((expected[2:] - expected[:2]).max())
    assert np.abs(detections.boxes_xyxy[0] - expected).max() < PLACE_TOLERANCE * side
    roll = head_turn(detections.points_xy[0]).roll - head_turn(upright.points_xy[0]).roll
    assert (roll - roll_deg + 180) % 360 == pytest.approx(180, abs=ROLL_TOLERANCE_DEG)


@pytest.mark.model
def test_a_turned_recording_that_becomes_upright_is_followed(mtcnn: Mtcnn) -> None:
    lookout = Lookout(mtcnn)
    upside = np.ascontiguousarray(portrait()[::-1, ::-1])
    rolls = []
    for rgb in (portrait(), upside, upside, portrait()):
        (points_xy,) = lookout.detect(rgb, 0.1).points_xy
        rolls.append(abs(head_turn(points_xy).roll) > 90)
    assert rolls == [False, True, True, False]


@pytest.mark.model
@pytest.mark.parametrize("edge", ["left", "right", "bottom"])
@pytest.mark.parametrize("hidden", [0.4, 0.5])
def test_a_face_that_the_edge_cuts_is_found_beside_another(mtcnn: Mtcnn, edge: str, hidden: float) -> None:
    one = np.asarray(Image.fromarray(portrait()).resize((640, 480)))
    rgb = np.concatenate([one, one], axis=1)
    (left, top, right, bottom) = Lookout(mtcnn).detect(one, 0.1).boxes_xyxy[0]
    first = round(float(left + hidden * (right - left)))
    if edge == "left":
        cut = rgb[:, first:]
    elif edge == "right":
        cut = rgb[:, : 640 + round(float(right - hidden * (right - left)))]
    else:  # the second stands lower
        cut = np.concatenate([one, np.roll(one, 480 - round(float(bottom - hidden * (bottom - top))), axis=0)], axis=1)
        cut[: 480 - round(float(bottom - hidden * (bottom - top))), 640:] = 90
    detections = Lookout(mtcnn).detect(np.ascontiguousarray(cut), 0.1)
    assert len(detections) == 2
    shares = sorted(cut_off(box, (cut.shape[0], cut.shape[1])) for box in detections.boxes_xyxy)
    assert shares[0] < 0.05
    assert shares[1] > 0.2
