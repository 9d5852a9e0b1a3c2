"""Head turns and doubts, geometry with known answers; and the way from frames to readings. The networks are tested
elsewhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoclassify.faces.detections import Detections, overlaps
from emoclassify.faces.quality import _FACE_XYZ, cut_off, doubt, head_turn
from emoclassify.faces.read import read_faces
from emoclassify.faces.reading import HeadTurn
from emoclassify.media import Frame

ANGLE_TOLERANCE_DEG = 0.01


def rotated(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """The mean face turned by known angles and seen from afar: five points in pixels."""
    y, p, r = np.radians([yaw, pitch, roll])
    about_y = np.array([[np.cos(y), 0, -np.sin(y)], [0, 1, 0], [np.sin(y), 0, np.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    about_z = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return ((about_z @ about_y @ about_x @ _FACE_XYZ.T).T[:, :2] * 80 + 300).astype(np.float32)


@given(st.floats(-60, 60), st.floats(-50, 50), st.floats(-80, 80))
def test_head_turns_are_found_again(yaw: float, pitch: float, roll: float) -> None:
    turn = head_turn(rotated(yaw, pitch, roll))
    assert (turn.yaw, turn.pitch, turn.roll) == pytest.approx((yaw, pitch, roll), abs=ANGLE_TOLERANCE_DEG)


def test_the_signs_of_the_angles() -> None:
    straight = rotated(0, 0, 0)
    right = straight + np.array([[0, 0], [0, 0], [15, 0], [0, 0], [0, 0]], np.float32)  # the nose moves to the right
    down = straight + np.array([[0, 0], [0, 0], [0, 15], [0, 0], [0, 0]], np.float32)
    assert head_turn(right).yaw > 5
    assert head_turn(down).pitch > 5
    assert head_turn(straight[:, ::-1] * [-1, 1]).roll == pytest.approx(90, abs=1)  # turned clockwise by a quarter


@pytest.mark.parametrize(
    ("box", "turn", "expected"),
    [
        ((10, 10, 50, 60), HeadTurn(0, 0, 0), ""),
        ((10, 10, 50, 60), HeadTurn(70, 0, 0), "turned"),
        ((10, 10, 50, 60), HeadTurn(0, -60, 0), "turned"),
        ((-30, 10, 50, 60), HeadTurn(0, 0, 0), "cut off"),
    ],
)
def test_doubts(box: tuple[int, ...], turn: HeadTurn, expected: str) -> None:
    assert doubt(np.array(box, np.float32), turn, (100, 200)) == expected


def test_the_share_cut_off() -> None:
    assert cut_off(np.array([-10, 0, 10, 10], np.float32), (100, 100)) == pytest.approx(0.5)
    assert cut_off(np.array([200, 0, 210, 10], np.float32), (100, 100)) == 1.0


def test_overlap_of_known_boxes() -> None:
    boxes = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 30, 30]], np.float32)
    assert overlaps(boxes[:1], boxes)[0].tolist() == pytest.approx([1.0, 1 / 3, 0.0])


class KnownDetector:
    """Finds as many faces as a frame's first pixel says, the first the largest."""

    def detect(self, rgb: np.ndarray, min_face: float) -> Detections:
        n = int(rgb[0, 0, 0])
        boxes = np.array([[30 * i, 10, 30 * i + 20 - 5 * i, 40] for i in range(n)], np.float32).reshape(-1, 4)
        points = np.stack([rotated(0, 0, 0)] * n) if n else np.empty((0, 5, 2), np.float32)
        return Detections(boxes, np.full(n, 0.9, np.float32), points)


class KnownExpressions:
    """Says each crop's number, so that the order of crops and scores is seen."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def predict(self, crops: list[np.ndarray]) -> np.ndarray:
        self.batches.append(len(crops))
        return np.eye(7, dtype=np.float32)[[int(crop.max()) % 7 for crop in crops]]


def frames_with(faces: list[int]) -> list[Frame]:
    frames = []
    for i, n in enumerate(faces):
        rgb = np.full((60, 120, 3), i, np.uint8)
        rgb[0, 0] = n
        frames.append(Frame(index=2 * i, time_s=0.2 * i, rgb=rgb))
    return frames


@pytest.mark.parametrize("which", ["largest", "all"])
def test_every_face_keeps_its_own_frame_and_scores_across_batches(which: str) -> None:
    counts = [1, 0, 2, 1] * 20
    expressions = KnownExpressions()
    told: list[float] = []
    read = read_faces(
        frames_with(counts), KnownDetector(), expressions, which=which, min_face=0.1, on_frame=told.append
    )
    expected = [min(n, 1) if which == "largest" else n for n in counts]
    assert sum(expressions.batches) == sum(counts)  # who the main person is shows at the end
    assert [sampled.frame for sampled in read.frames] == [2 * i for i in range(len(counts))]
    assert told == [sampled.time_s for sampled in read.frames]
    assert len(read.readings) == sum(expected)
    assert read.unconfirmed == 0
    assert max(expressions.batches) < 40
    for reading in read.readings:
        assert int(reading.scores.argmax()) == (reading.frame // 2) % 7
    assert {reading.person for reading in read.readings} == ({1} if which == "largest" else {1, 2})


def test_a_face_that_nothing_confirms_is_left_out_and_counted() -> None:
    read = read_faces(
        frames_with([1] * 10 + [2] + [1] * 10), KnownDetector(), KnownExpressions(), which="all", min_face=0.1
    )
    assert len(read.readings) == 21
    assert read.unconfirmed == 1


def test_no_frames_and_no_faces_are_no_error() -> None:
    read = read_faces([], KnownDetector(), KnownExpressions(), which="all", min_face=0.1)
    assert read.frames == read.readings == ()
