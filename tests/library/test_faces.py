"""Head turns and doubts, geometry with known answers; and the way from frames to readings. The networks are tested
elsewhere."""

import json
from collections.abc import Callable
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from emoclassify.faces.appearance import SIDE_PX
from emoclassify.faces.detections import Detections, overlaps
from emoclassify.faces.quality import _FACE_XYZ, REASONS, cut_off, doubt, head_turn, sharpness
from emoclassify.faces.read import read_faces
from emoclassify.faces.reading import HeadTurn
from emoclassify.media.nouns import Frame
from tests.support.made import portrait

ANGLE_TOLERANCE_DEG = 0.01


def rotated(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """The mean face turned by known angles and seen from afar: five points in pixels."""
    y, p, r = np.radians([yaw, pitch, roll])
    about_y = np.array([[np.cos(y), 0, -np.sin(y)], [0, 1, 0], [np.sin(y), 0, np.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    about_z = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    turned_xyz = (about_z @ about_y @ about_x @ _FACE_XYZ.T).T
    return np.asarray(turned_xyz[:, :2] * 80 + 300, np.float32)


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


FRONTAL = HeadTurn(0, 0, 0)


def crop_of(change: Callable[[np.ndarray], np.ndarray] = lambda rgb: rgb) -> np.ndarray:
    """The face of the portrait, changed."""
    return change(portrait()[60:180, 105:225])


def blurred(rgb: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(rgb).filter(ImageFilter.GaussianBlur(0.06 * len(rgb))))


def moved(rgb: np.ndarray, share: float = 0.4) -> np.ndarray:
    """As the mean over the way that the face goes to the right while the picture is taken."""
    length = round(share * len(rgb))
    padded = np.pad(rgb.astype(float), ((0, 0), (length, 0), (0, 0)), mode="edge")
    return np.asarray(np.mean([padded[:, i : i + rgb.shape[1]] for i in range(length)], axis=0), np.uint8)


BARE = np.full((SIDE_PX, SIDE_PX, 3), (225, 180, 160), np.float32)
"""An upright face of skin alone."""


@pytest.mark.parametrize(
    ("crop", "box", "turn", "expected"),
    [
        (crop_of(), (10, 10, 90, 110), FRONTAL, ""),
        (crop_of(), (10, 10, 90, 110), HeadTurn(70, 0, 0), "turned"),
        (crop_of(), (10, 10, 90, 110), HeadTurn(0, -60, 0), "turned"),
        (crop_of(), (-30, 10, 50, 110), FRONTAL, "cut off"),
        (crop_of(), (10, 10, 30, 30), FRONTAL, "small"),
        (crop_of(lambda rgb: (rgb * 0.02).astype(np.uint8)), (10, 10, 90, 110), FRONTAL, "dark"),
        (crop_of(lambda rgb: (rgb * 0.3).astype(np.uint8)), (10, 10, 90, 110), FRONTAL, ""),
        (crop_of(lambda rgb: np.clip(rgb * 3.0, 0, 255).astype(np.uint8)), (10, 10, 90, 110), FRONTAL, "bright"),
        (crop_of(blurred), (10, 10, 90, 110), FRONTAL, "blurred"),
        (crop_of(moved), (10, 10, 90, 110), FRONTAL, "blurred"),
        (crop_of(lambda rgb: moved(np.rot90(rgb))), (10, 10, 90, 110), FRONTAL, "blurred"),
        (crop_of(lambda rgb: np.asarray(Image.fromarray(rgb).resize((25, 25)))), (10, 10, 30, 36), FRONTAL, ""),
    ],
    ids="good left down edge small dark dim bright blurred right up tiny".split(),
)
def test_doubts(crop: np.ndarray, box: tuple[int, ...], turn: HeadTurn, expected: str) -> None:
    assert doubt(crop, np.array(box, np.float32), turn, (120, 200), BARE) == expected
    assert expected in ("", *REASONS)


def test_the_schema_names_the_reasons() -> None:
    schema = json.loads((files("emoclassify") / "assets" / "analysis.schema.json").read_text())
    assert schema["properties"]["faces"]["items"]["properties"]["quality_reason"]["enum"] == ["", *REASONS]


def test_sharpness_falls_with_blur_and_not_with_light() -> None:
    picture = Image.fromarray(crop_of()).convert("L").resize((64, 64))
    softer = [picture.filter(ImageFilter.GaussianBlur(sigma)) for sigma in (0, 0.5, 1, 2, 4)]
    values = [sharpness(np.asarray(soft, np.float32)) for soft in softer]
    assert values == sorted(values, reverse=True)
    assert sharpness(0.3 * np.asarray(picture, np.float32) + 20) == pytest.approx(values[0], rel=0.01)
    assert sharpness(np.zeros((64, 64), np.float32)) == 0.0


def test_the_share_cut_off() -> None:
    assert cut_off(np.array([-10, 0, 10, 10], np.float32), (100, 100)) == pytest.approx(0.5)
    assert cut_off(np.array([200, 0, 210, 10], np.float32), (100, 100)) == 1.0


def test_overlap_of_known_boxes() -> None:
    boxes = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 30, 30]], np.float32)
    assert overlaps(boxes[:1], boxes)[0].tolist() == pytest.approx([1.0, 1 / 3, 0.0])


class KnownDetector:
    """Finds as many faces as a frame's first pixel says, the first the largest; none in a frame that is turned, made
    smaller or has a margin."""

    def detect(self, rgb: np.ndarray, min_face: float) -> Detections:
        n = int(rgb[0, 0, 0]) if rgb.shape == (60, 120, 3) else 0
        boxes = np.array([[30 * i, 10, 30 * i + 20 - 5 * i, 40] for i in range(n)], np.float32).reshape(-1, 4)
        points = np.stack([rotated(0, 0, 0)] * n) if n else np.empty((0, 5, 2), np.float32)
        return Detections(boxes, np.full(n, 0.9, np.float32), points)

    def refine(self, rgb: np.ndarray, boxes_xyxy: np.ndarray) -> Detections:
        return self.detect(rgb, 0.0)


class KnownExpressions:
    """Says each crop's number, so that the order of crops and scores is seen."""

    at_once = 8

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


def test_a_frame_after_a_cut_says_so() -> None:
    frames = [Frame(i, 0.2 * i, np.full((60, 120, 3), level, np.uint8)) for i, level in enumerate((0, 0, 200, 200))]
    for frame in frames:
        frame.rgb[0, 0] = 1  # one face
    read = read_faces(frames, KnownDetector(), KnownExpressions(), which="all", min_face=0.1)
    assert [sampled.cut for sampled in read.frames] == [False, False, True, False]


@pytest.mark.parametrize("which", ["largest", "all"])
def test_every_face_keeps_its_own_frame_and_scores_across_batches(which: str) -> None:
    counts = [1, 0, 2, 1] * 20
    expressions = KnownExpressions()
    told: list[float] = []
    read = read_faces(
        frames_with(counts), KnownDetector(), expressions, which=which, min_face=0.1, on_frame=told.append
    )
    expected = [min(n, 1) if which == "largest" else n for n in counts]
    assert sum(expressions.batches) == sum(expected)  # here the main person is the largest in each frame
    assert [sampled.frame for sampled in read.frames] == [2 * i for i in range(len(counts))]
    assert told == [sampled.time_s for sampled in read.frames]
    assert len(read.readings) == sum(expected)
    assert read.unconfirmed == 0
    assert len(read.others) == sum(counts) - sum(expected)
    assert max(expressions.batches) < 40
    for reading in read.readings:
        assert int(reading.scores.argmax()) == (reading.frame // 2) % 7
    assert {reading.person for reading in read.readings} == ({1} if which == "largest" else {1, 2})


def test_the_main_persons_faces_read_last_are_the_same_and_no_others_are_read() -> None:
    frames = frames_with([1, 0, 2, 1] * 20)
    at_once, last = KnownExpressions(), KnownExpressions()
    expected = read_faces(frames, KnownDetector(), at_once, which="largest", min_face=0.1)
    read = read_faces(frames, KnownDetector(), last, which="largest", min_face=0.1, again=iter(frames))
    assert (read.frames, read.others) == (expected.frames, expected.others)
    assert [str(reading) for reading in read.readings] == [str(reading) for reading in expected.readings]
    assert (sum(at_once.batches), sum(last.batches)) == (60, 60)


def test_a_frame_that_cannot_be_decoded_twice_loses_its_reading_only() -> None:
    frames = frames_with([1] * 10)
    read = read_faces(
        frames, KnownDetector(), KnownExpressions(), which="largest", min_face=0.1, again=[*frames[:4], *frames[5:]]
    )
    assert [reading.frame for reading in read.readings] == [0, 2, 4, 6, 10, 12, 14, 16, 18]
    assert [other.frame for other in read.others] == [8]


def test_a_face_that_nothing_confirms_is_left_out_and_counted() -> None:
    read = read_faces(
        frames_with([1] * 10 + [2] + [1] * 10), KnownDetector(), KnownExpressions(), which="all", min_face=0.1
    )
    assert len(read.readings) == 21
    assert read.unconfirmed == 1
    assert [other.frame for other in read.others] == [20]  # the eleventh, of every second frame


def test_no_frames_and_no_faces_are_no_error() -> None:
    read = read_faces([], KnownDetector(), KnownExpressions(), which="all", min_face=0.1)
    assert (read.frames, read.readings) == ((), ())
