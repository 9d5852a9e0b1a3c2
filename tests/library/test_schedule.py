"""When the whole frame is searched, and when a second look is enough."""

import numpy as np
import pytest

from emoclassify.faces.detections import Array, Detections
from emoclassify.faces.schedule import SEARCH_WITHIN_S, FaceFinder
from emoclassify.media.nouns import Frame

BOXES = np.array([[0, 0, 40, 50], [100, 0, 140, 50], [200, 0, 240, 50]], np.float32)


class Recorded:
    """Finds what it is told to, and notes how it was asked."""

    def __init__(self) -> None:
        self.here, self.asked = 2, ""

    def detect(self, rgb: np.ndarray, min_face: float) -> Detections:
        self.asked += "S"
        return self._faces(BOXES[: self.here])

    def refine(self, rgb: np.ndarray, boxes_xyxy: Array) -> Detections:
        self.asked += "r"
        return self._faces(boxes_xyxy[: self.here])

    def _faces(self, boxes: Array) -> Detections:
        return Detections(boxes, np.ones(len(boxes), np.float32), np.zeros((len(boxes), 5, 2), np.float32))


def look(recorded: Recorded, here: list[int], step_s: float = 0.2, cuts: tuple[int, ...] = ()) -> list[int]:
    """How many faces are found in each frame, where so many are there."""
    finder, rgb, counts = FaceFinder(recorded, 0.1), np.zeros((60, 200, 3), np.uint8), []
    for i, recorded.here in enumerate(here):
        counts.append(len(finder.find(Frame(i, i * step_s, rgb), cut=i in cuts)))
    return counts


@pytest.fixture
def recorded() -> Recorded:
    return Recorded()


@pytest.mark.parametrize("step_s", [1 / 30, 0.1, 0.2, 0.5])
def test_faces_that_stay_are_searched_at_intervals_only(recorded: Recorded, step_s: float) -> None:
    every = round(SEARCH_WITHIN_S / step_s)
    assert look(recorded, [2] * 2 * every, step_s) == [2] * 2 * every
    assert recorded.asked == 2 * ("S" + "r" * (every - 1))


def test_a_face_that_is_gone_is_searched_for_at_once(recorded: Recorded) -> None:
    assert look(recorded, [2, 2, 1, 1]) == [2, 2, 1, 1]
    assert recorded.asked == "SrrSr"


def test_without_a_face_every_frame_is_searched_so_that_none_is_late(recorded: Recorded) -> None:
    assert look(recorded, [0, 0, 0, 1]) == [0, 0, 0, 1]
    assert recorded.asked == "SSSS"


def test_a_face_beside_another_is_found_at_the_next_search(recorded: Recorded) -> None:
    assert look(recorded, [1, 2, 2, 2, 2, 2])[-1] == 2


def test_a_group_is_searched_often(recorded: Recorded) -> None:
    assert look(recorded, [2, 3, 3, 3, 3, 3, 3, 3], step_s=0.1)[-1] == 2
    assert recorded.asked == "Srrrrrrr"
    assert look(recorded, [3] * 6, step_s=0.1) == [3] * 6
    assert recorded.asked == "Srrrrrrr" + "SrSrSr"


def test_a_cut_is_searched(recorded: Recorded) -> None:
    look(recorded, [2] * 5, cuts=(2,))
    assert recorded.asked == "SrSrr"


def test_frames_a_second_apart_are_all_searched(recorded: Recorded) -> None:
    look(recorded, [2] * 4, step_s=1.0)
    assert recorded.asked == "SSSS"
