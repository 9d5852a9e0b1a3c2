"""Mirror images, copies and faces on a screen: they are nobody who is there, and never the main person."""

import numpy as np
import pytest
from PIL import Image

from emoclassify.faces.appearance import LOOK_SIZE, Look, mirrored, picture_distance
from emoclassify.faces.detections import Detections
from emoclassify.faces.doubles import LEAST_FRAMES, is_double, moves_together
from emoclassify.faces.read import FacesRead, read_faces
from emoclassify.faces.reading import FaceReading, HeadTurn
from emoclassify.faces.screens import CUTS, ScreenFinder
from emoclassify.labels import EMOTIONS
from emoclassify.media.nouns import Frame
from emoclassify.picture_options import Area
from tests.support.made import portrait

FPS, N = 5, 60
Faces = dict[int, FaceReading]


def head(moves: np.ndarray, scale: float = 1.0, x_px: float = 100.0) -> Faces:
    """A head with these moves: across and down in pixels, lean, turn and nod in degrees; float (n, 5)."""
    faces = {}
    for i, (across, down, roll, yaw, pitch) in enumerate(moves):
        x, y, side = x_px + scale * across, 100.0 + scale * down, 80.0 * scale
        box = (x, y, x + side, y + side)
        scores = np.full(len(EMOTIONS), np.nan, np.float32)
        faces[i] = FaceReading(i, i / FPS, 1, box, 0.99, scores, HeadTurn(yaw, pitch, roll), "")
    return faces


def moves(seed: int, n: int = N) -> np.ndarray:
    """A head that wanders, as people's do."""
    return np.random.default_rng(seed).normal(0, (2, 1, 2, 4, 3), (n, 5)).cumsum(axis=0)


def noisy(clean: np.ndarray, seed: int = 9) -> np.ndarray:
    """As a detector sees them: about as much noise as there is movement from one frame to the next."""
    return clean + np.random.default_rng(seed).normal(0, (1, 0.5, 1, 2, 1.5), clean.shape)


def look(seed: int) -> Look:
    values = np.random.default_rng(seed).normal(size=LOOK_SIZE).astype(np.float32)
    values[:256] /= np.linalg.norm(values[:256])
    return values


MIRROR = np.array([-1, 1, -1, -1, 1])


def test_a_mirror_image_and_a_copy_move_with_their_owner_and_another_does_not() -> None:
    owner = noisy(moves(0))
    as_mirror, _ = moves_together(head(owner), head(noisy(moves(0) * MIRROR, 10), 0.5))
    _, as_copy = moves_together(head(owner), head(noisy(moves(0), 11), 0.4))
    assert min(as_mirror, as_copy) > 0.5
    for seed in range(1, 40):
        assert max(moves_together(head(owner), head(noisy(moves(seed), seed)))) < 0.5


def test_a_camera_that_shakes_makes_no_double() -> None:
    shake = np.random.default_rng(5).normal(0, 6, (N, 5)) * (1, 1, 0, 0, 0)
    assert max(moves_together(head(noisy(moves(0)) + shake), head(noisy(moves(1)) + shake))) < 0.5


def test_a_double_looks_like_its_owner_too_and_is_seen_with_it_for_long() -> None:
    owner, other = head(moves(0)), head(moves(0) * MIRROR, 0.5)
    assert is_double(owner, other, [look(1)], [mirrored(look(1))])
    assert not is_double(owner, other, [look(1)], [look(2)])
    assert not is_double(owner, head(moves(0)), [look(1)], [mirrored(look(1))])  # moves as a copy, looks as an image
    assert not is_double(owner, other, [look(1)], [])  # its looks were forgotten
    few = {frame: face for frame, face in other.items() if frame < LEAST_FRAMES - 1}
    assert not is_double(owner, few, [look(1)], [mirrored(look(1))])
    assert picture_distance([look(1)], [mirrored(mirrored(look(1)))]) == pytest.approx(0, abs=1e-6)


# Whole pictures: two places, each with the face that is drawn there

SIZE_HW = (360, 640)
PERSON, SCREEN_FACE = (40.0, 200.0, 140.0, 300.0), (380.0, 60.0, 540.0, 220.0)
SCREEN = (320, 20, 600, 260)


class Both:
    """Finds the person, the face on the screen, and nothing in views of them."""

    boxes = (SCREEN_FACE, PERSON)

    def detect(self, rgb: np.ndarray, min_face: float) -> Detections:
        boxes = np.array(self.boxes if rgb.shape[:2] == SIZE_HW else [], np.float32).reshape(-1, 4)
        eyes_and_mouth = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]])
        points = boxes[:, None, :2] + eyes_and_mouth * (boxes[:, None, 2:] - boxes[:, None, :2])
        return Detections(boxes, np.ones(len(boxes), np.float32), points.astype(np.float32))

    def refine(self, rgb: np.ndarray, boxes_xyxy: np.ndarray) -> Detections:
        return self.detect(rgb, 0.0)


class Neutral:
    at_once = 8

    def predict(self, crops: list[np.ndarray]) -> np.ndarray:
        return np.eye(7, dtype=np.float32)[[4] * len(crops)]


def wall() -> np.ndarray:
    coarse = np.random.default_rng(0).integers(60, 200, (18, 32, 3)).astype(np.uint8)
    return np.asarray(Image.fromarray(coarse).resize(SIZE_HW[::-1], Image.Resampling.BILINEAR))


def film(i: int, shot_frames: int) -> np.ndarray:
    """A frame of a film as large as the screen: shots of something else, with a face that sways and speaks."""
    left, top, right, bottom = SCREEN
    rng = np.random.default_rng(100 + i // shot_frames)
    coarse = rng.integers(0, 255, (6, 7, 3)).astype(np.uint8)
    shot = Image.fromarray(coarse).resize((right - left, bottom - top), Image.Resampling.BILINEAR)
    face = Image.fromarray(portrait()).resize((160, 160))
    shot.paste(face, (60 + round(3 * np.sin(i)), 40 + i % 3))
    drawn = np.asarray(shot).copy()
    drawn[160:190, 110:170] = (50 * i) % 255
    tint = (0.4, 1.0)[i // shot_frames % 2] * rng.uniform(0.9, 1.0, 3)
    return (drawn * tint).astype(np.uint8)


def seen(shot_frames: int, *, screen: bool = True, n: int = N, area: Area | None = None) -> FacesRead:
    """What is read of a person who sways before a wall, and of a larger face beside, in a film or in the room."""
    frames = []
    for i in range(n):
        rgb = wall().copy()
        left, top, right, bottom = SCREEN
        rgb[top:bottom, left:right] = film(i, shot_frames if screen else 10**6)
        person = np.asarray(Image.fromarray(portrait()).resize((100, 100))).copy()
        person = np.roll(person, (i % 2, round(3 * np.cos(i))), axis=(0, 1))
        person[75:90, 35:65] = (70 * i) % 255
        rgb[200:300, 40:140] = person
        frames.append(Frame(i, i / FPS, rgb))
    return read_faces(frames, Both(), Neutral(), which="all", min_face=0.1, area=area)


def main_boxes(read: FacesRead) -> set[tuple[float, ...]]:
    return {reading.box_xyxy for reading in read.readings if reading.person == 1}


def test_a_larger_face_in_a_film_on_a_screen_is_never_the_main_person() -> None:
    read = seen(shot_frames=12)
    assert main_boxes(read) == {PERSON}
    assert read.pictures


def test_without_a_cut_a_face_on_a_screen_is_not_told_from_a_person() -> None:
    """The limit that the guide tells; the option `area` says where the person is."""
    read = seen(shot_frames=12, screen=False)
    assert main_boxes(read) == {SCREEN_FACE}
    assert read.pictures == ()
    read = seen(shot_frames=12, screen=False, area=Area(0, 0, 0.5, 1))
    assert main_boxes(read) == {PERSON}
    assert {(other.box_xyxy, other.outside) for other in read.others} == {(SCREEN_FACE, True)}


def faces_at(box: tuple[float, float, float, float]) -> list[FaceReading]:
    scores = np.full(len(EMOTIONS), np.nan, np.float32)
    return [FaceReading(i, i / FPS, 1, box, 0.99, scores, HeadTurn(0, 0, 0), "") for i in range(N)]


def looked(frames: list[np.ndarray]) -> ScreenFinder:
    finder = ScreenFinder()
    for i, rgb in enumerate(frames):
        finder.look(rgb, i / FPS)
    return finder


def room(content: list[np.ndarray], at: tuple[int, int, int, int] = SCREEN) -> list[np.ndarray]:
    frames = []
    for drawn in content:
        rgb = wall().copy()
        rgb[at[1] : at[3], at[0] : at[2]] = np.asarray(Image.fromarray(drawn).resize((at[2] - at[0], at[3] - at[1])))
        frames.append(rgb)
    return frames


def test_who_stands_before_the_screen_stays_while_it_cuts() -> None:
    frames = room([film(i, 12) for i in range(N)])
    for rgb in frames:
        rgb[100:260, 420:480] = 120
    finder = looked(frames)
    assert finder.are_on_screen(faces_at((330.0, 60.0, 400.0, 130.0)))
    assert not finder.are_on_screen(faces_at((425.0, 110.0, 475.0, 160.0)))
    assert not finder.are_on_screen(faces_at(PERSON))


@pytest.mark.parametrize(
    ("shot_frames", "at"),
    [
        pytest.param(N // CUTS, SCREEN, id="a cut too few"),
        pytest.param(1, SCREEN, id="what flickers all the time"),
        pytest.param(12, (0, 0, 640, 300), id="the window of a call"),
        pytest.param(12, (0, 0, 640, 360), id="a film"),
        pytest.param(12, (320, 20, 380, 60), id="too small"),
    ],
)
def test_what_is_no_screen(shot_frames: int, at: tuple[int, int, int, int]) -> None:
    finder = looked(room([film(i, shot_frames) for i in range(N)], at))
    inside = (float(at[0]), float(at[1]), float(at[2]), float(at[3]))
    assert not finder.are_on_screen(faces_at(inside))
