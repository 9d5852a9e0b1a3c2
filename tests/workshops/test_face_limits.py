"""The benchmark of faces draws what it says, on a face whose points and colours are known."""

from typing import cast

import numpy as np
import pytest

from benchmarks.covered_mouths import CHOSE, HANDS, LIGHTS, MASKS, REPORTS
from benchmarks.face_limits import Networks, Sample, glare_by_share, places
from emoclassify.faces.appearance import upright
from emoclassify.faces.covered import is_covered
from emoclassify.faces.detections import Detections
from tests.support.made import Rgb, plain, portrait

pytestmark = pytest.mark.whole

NEAR_SKIN = ("beige scarf", "red and white mask")
"""What has the colour of the made skin in the mean."""

SKIN = (205, 160, 135)
POINTS_XY = np.array([[130, 90], [190, 90], [160, 125], [134, 156], [186, 156]], np.float32)


@pytest.mark.parametrize("cover", [*MASKS[CHOSE], *MASKS[REPORTS], *HANDS])
def test_a_mask_is_told_by_its_colour_and_a_hand_is_not(cover: str) -> None:
    bare = plain(colour=SKIN)
    assert not is_covered(upright(bare, POINTS_XY))
    covered = (MASKS[CHOSE] | MASKS[REPORTS] | HANDS)[cover](bare, POINTS_XY)
    assert is_covered(upright(covered, POINTS_XY)) is (cover not in (*HANDS, *NEAR_SKIN))
    assert tuple(covered[60, 160]) == SKIN  # the forehead


@pytest.mark.parametrize("light", LIGHTS)
def test_a_bare_face_is_bare_in_bad_light(light: str) -> None:
    assert not is_covered(upright(LIGHTS[light](plain(colour=SKIN), POINTS_XY), POINTS_XY))


def test_a_photograph_on_the_wall_stays_where_it_is() -> None:
    box_xyxy = np.array([[100, 50, 220, 190]], np.float32)
    faces = Detections(box_xyxy, np.ones(1, np.float32), POINTS_XY[None])
    line = places([Sample("made", portrait(), faces)], noise_levels=3)  # 12 frames in 2.2 s, compared after a second
    assert "7 of 7 moments" in line


class Brightness:
    """Another emotion only where the whole crop is white."""

    def emotion(self, crop: Rgb) -> int:
        return int(crop.mean() > 250)


def test_a_lamp_that_changes_nothing_leaves_the_emotion_at_every_share() -> None:
    box_xyxy = np.array([[100, 50, 220, 190]], np.float32)
    sample = Sample("made", plain(colour=SKIN), Detections(box_xyxy, np.ones(1, np.float32), POINTS_XY[None]))
    told = [line for line in glare_by_share(cast(Networks, Brightness()), [sample]) if " 0 faces" not in line]
    assert sum(int(line.split(", ")[1].split(" ")[0]) for line in told) == 9  # three widths, three places
    assert not [line for line in told if not line.endswith("as without 100%")]
