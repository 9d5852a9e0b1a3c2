"""The benchmark of faces draws what it says, on a face whose points and colours are known."""

import numpy as np
import pytest

from benchmarks.face_limits import COVERS, Sample, looks_covered, places
from emoclassify.faces.detections import Detections
from tests.support.made import plain, portrait

pytestmark = pytest.mark.whole

SKIN = (205, 160, 135)
POINTS_XY = np.array([[130, 90], [190, 90], [160, 125], [134, 156], [186, 156]], np.float32)


@pytest.mark.parametrize(
    ("cover", "is_told"),
    [("blue mask", True), ("white mask", True), ("black mask", True), ("flat hand", False), ("four fingers", False)],
)
def test_a_mask_is_told_by_its_colour_and_a_hand_is_not(cover: str, is_told: bool) -> None:
    bare = plain(colour=SKIN)
    assert not looks_covered(bare, POINTS_XY)
    covered = COVERS[cover](bare, POINTS_XY)
    assert looks_covered(covered, POINTS_XY) is is_told
    assert tuple(covered[60, 160]) == SKIN  # the forehead


def test_a_photograph_on_the_wall_stays_where_it_is() -> None:
    box_xyxy = np.array([[100, 50, 220, 190]], np.float32)
    faces = Detections(box_xyxy, np.ones(1, np.float32), POINTS_XY[None])
    line = places([Sample("made", portrait(), faces)], noise_levels=3)  # 12 frames in 2.2 s, compared after a second
    assert "7 of 7 moments" in line
