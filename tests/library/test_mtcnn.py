"""The face detector, held to facenet-pytorch's own MTCNN, which works on whole frames in torch."""

from pathlib import Path

import numpy as np
import pytest

from emoclassify.faces.detections import Detections, overlaps
from emoclassify.faces.mtcnn import Mtcnn
from emoclassify.faces.mtcnn import _suppress as suppressed
from emoclassify.media.read import FrameStream, probe
from emoclassify.networks.runtime import Place
from tests.support.made import Rgb, plain, portrait

OPENVINO = Place("openvino", "cpu", 1)
SAME_BOX_PX = 0.01
SAME_OVERLAP = 0.85  # of a box and the reference's: MTCNN's boxes move by pixels when a frame is resized in another way
SAME_POINT_SHARE = 0.05  # of the face's side
FEWEST_FOUND = 0.98

pytestmark = [pytest.mark.model, pytest.mark.usefixtures("one_thread")]


@pytest.fixture(scope="module")
def mtcnn(cache: Path) -> Mtcnn:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMOCLASSIFY_CACHE_DIR", str(cache))
        return Mtcnn(OPENVINO)


@pytest.fixture(scope="module")
def by_torch() -> Mtcnn:
    return Mtcnn(Place())


def reference(rgb: Rgb, smallest_px: int) -> Detections:
    from facenet_pytorch import MTCNN

    boxes, confidence, points = MTCNN(keep_all=True, min_face_size=smallest_px).eval().detect(rgb, landmarks=True)
    if boxes is None:
        return Detections(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty((0, 5, 2), np.float32))
    return Detections(*(np.stack(list(found)).astype(np.float32) for found in (boxes, confidence, points)))


def two_portraits() -> Rgb:
    both = np.concatenate([portrait(480, 400, (100, 100)), portrait(480, 400, (20, 220))], axis=1)
    return np.ascontiguousarray(both)


@pytest.mark.parametrize("smallest_px", [20, 40, 60])
@pytest.mark.parametrize("rgb", [portrait(), two_portraits()], ids=["one", "two"])
def test_faces_are_where_the_reference_finds_them(rgb: Rgb, smallest_px: int, mtcnn: Mtcnn) -> None:
    found, expected = mtcnn.search(rgb, smallest_px), reference(rgb, smallest_px)
    shared = overlaps(expected.boxes_xyxy, found.boxes_xyxy)
    assert len(found) == len(expected) > 0
    assert shared.max(axis=1).min() >= SAME_OVERLAP
    ours = shared.argmax(axis=1)
    sides = (expected.boxes_xyxy[:, 2:] - expected.boxes_xyxy[:, :2]).max(axis=1)
    apart = np.abs(found.points_xy[ours] - expected.points_xy).max(axis=(1, 2)) / sides
    assert apart.max() <= SAME_POINT_SHARE
    assert found.confidence[ours] == pytest.approx(expected.confidence, abs=0.05)


def test_torch_and_openvino_find_the_same(mtcnn: Mtcnn, by_torch: Mtcnn) -> None:
    ours, theirs = mtcnn.search(two_portraits(), 30), by_torch.search(two_portraits(), 30)
    np.testing.assert_allclose(ours.boxes_xyxy, theirs.boxes_xyxy, atol=SAME_BOX_PX)
    np.testing.assert_allclose(ours.points_xy, theirs.points_xy, atol=SAME_BOX_PX)


def test_the_largest_face_comes_first(mtcnn: Mtcnn) -> None:
    small = portrait()[:, 60:300][::2, ::2]
    rgb = plain(360, 480)
    rgb[20 : 20 + small.shape[0], 10 : 10 + small.shape[1]] = small
    rgb[100:340, 200:440] = portrait()[:, 60:300]
    sides = [float(box[2] - box[0]) for box in mtcnn.search(rgb, 20).boxes_xyxy]
    assert len(sides) == 2
    assert sides == sorted(sides, reverse=True)


@pytest.mark.parametrize("size", [(1, 1), (11, 300), (20, 20), (25, 4000)])
def test_frames_without_room_for_a_face_have_none(size: tuple[int, int], mtcnn: Mtcnn) -> None:
    assert len(mtcnn.search(plain(*size), 20)) == 0


def test_a_plain_frame_has_no_face(mtcnn: Mtcnn) -> None:
    assert len(mtcnn.search(plain(), 20)) == 0


def test_faces_are_found_again_near_where_they_were(mtcnn: Mtcnn) -> None:
    rgb = two_portraits()
    searched = mtcnn.search(rgb, 40)
    again = mtcnn.refine(rgb, searched.boxes_xyxy + np.float32(6))
    assert len(again) == len(searched) == 2
    assert np.diag(overlaps(searched.boxes_xyxy, again.boxes_xyxy)).min() >= SAME_OVERLAP
    assert len(mtcnn.refine(plain(480, 800), searched.boxes_xyxy)) == 0
    assert len(mtcnn.refine(rgb, np.empty((0, 4), np.float32))) == 0


@pytest.mark.parametrize("of_smaller", [False, True])
@pytest.mark.parametrize("n", [0, 1, 2, 40, 64, 65, 200])
def test_of_boxes_that_overlap_the_surest_remains(n: int, *, of_smaller: bool) -> None:
    rng = np.random.default_rng(n)
    low = rng.integers(0, 120, (n, 2))
    boxes = np.concatenate([low, low + rng.integers(1, 60, (n, 2))], axis=1).astype(np.float32)
    scores = rng.integers(0, 50, n).astype(np.float32)  # of two with the same, the first counts as surer

    def share(a: int, b: int) -> float:
        sides = np.minimum(boxes[a, 2:], boxes[b, 2:]) - np.maximum(boxes[a, :2], boxes[b, :2]) + of_smaller
        shared = float(np.prod(np.maximum(sides, 0)))
        areas = [float(np.prod(boxes[i, 2:] - boxes[i, :2] + of_smaller)) for i in (a, b)]
        return shared / (min(areas) if of_smaller else sum(areas) - shared)

    expected: list[int] = []
    for i in sorted(range(n), key=lambda i: -scores[i]):
        if all(share(i, surer) <= 0.5 for surer in expected):
            expected.append(i)
    assert suppressed(boxes, scores, 0.5, of_smaller=of_smaller).tolist() == expected
    assert len(expected) < n or n < 40


@pytest.mark.clips
@pytest.mark.slow
def test_on_real_footage_it_finds_what_the_reference_finds(clips: Path, mtcnn: Mtcnn) -> None:
    shared = []
    for name in ("two_people_720p.mp4", "hdtf_talking_head.mp4", "facenetpytorch_video.mp4"):
        for frame in FrameStream(clips / name, probe(clips / name), sample_fps=1.0, every=None):
            smallest_px = round(0.08 * min(frame.rgb.shape[:2]))
            expected, found = reference(frame.rgb, smallest_px), mtcnn.search(frame.rgb, smallest_px)
            table = overlaps(expected.boxes_xyxy, found.boxes_xyxy)
            shared += [row.max() if len(row) else 0.0 for row in table]
    best = np.array(shared)
    assert (best > 0.5).mean() >= FEWEST_FOUND
    assert np.median(best) >= SAME_OVERLAP
