"""What hides a face: filled from around it, softly, with nothing of what was there."""

import numpy as np
import pytest

from emoclassify.outputs.video.fog import hide, joined
from emoclassify.outputs.video.sprites import Box, Planes

SIZE_HW = (120, 160)
COLOUR = (90, 100, 110)
SOFT = 24  # steps of brightness between neighbours, of the 160 across the ramp
BOXES: list[Box] = [(40, 30, 100, 90), (0, 0, 50, 60), (120, 70, 170, 130), (-20, 40, 200, 80), (30, -9, 60, 300)]


def planes_of(seed: int) -> Planes:
    random = np.random.default_rng(seed)
    height, width = SIZE_HW
    luma, *colours = (random.integers(16, 235, (height // n, width // n), dtype=np.uint8) for n in (1, 2, 2))
    return luma, colours[0], colours[1]


def slices_of(box: Box, step: int) -> tuple[slice, slice]:
    return slice(max(0, box[1]) // step, box[3] // step), slice(max(0, box[0]) // step, box[2] // step)


@pytest.mark.parametrize("box", BOXES, ids=str)
def test_nothing_of_what_was_there_is_left(box: Box) -> None:
    one, other = planes_of(1), planes_of(1)
    for i, plane in enumerate(other):
        plane[slices_of(box, 1 if i == 0 else 2)] = np.random.default_rng(9).integers(0, 255)
    for planes in (one, other):
        hide(planes, [box], COLOUR)
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("box", BOXES, ids=str)
def test_what_lies_around_stays_and_what_is_inside_goes_softly_from_edge_to_edge(box: Box) -> None:
    ramp = np.broadcast_to(np.arange(SIZE_HW[1], dtype=np.uint8), SIZE_HW)
    before: Planes = (ramp.copy(), ramp[::2, ::2].copy(), ramp[::2, ::2].copy())
    after: Planes = (ramp.copy(), ramp[::2, ::2].copy(), ramp[::2, ::2].copy())
    for i, plane in enumerate(after):
        plane[slices_of(box, 1 if i == 0 else 2)] = 255  # the face
    hide(after, [box], COLOUR)
    for i, (a, b) in enumerate(zip(before, after, strict=True)):
        inside = np.zeros(a.shape, dtype=bool)
        inside[slices_of(box, 1 if i == 0 else 2)] = True
        np.testing.assert_array_equal(a[~inside], b[~inside])
        assert b[inside].max() <= a.max()
        filled = b[slices_of(box, 1 if i == 0 else 2)].astype(int)
        assert max(np.abs(np.diff(filled, axis=axis)).max(initial=0) for axis in (0, 1)) <= SOFT


def test_a_face_that_fills_the_picture_becomes_one_colour() -> None:
    planes = planes_of(1)
    hide(planes, [(-5, -5, 500, 500)], COLOUR)
    assert [set(plane.ravel()) for plane in planes] == [{value} for value in COLOUR]


def test_no_box_takes_its_fill_from_another() -> None:
    chain: list[Box] = [(0, 0, 10, 10), (40, 0, 50, 10), (9, 0, 20, 12), (100, 100, 110, 110), (19, 5, 41, 8)]
    assert sorted(joined(chain)) == [(0, 0, 50, 12), (100, 100, 110, 110)]
    one, other = planes_of(1), planes_of(1)
    faces: list[Box] = [(40, 30, 70, 60), (70, 30, 100, 60)]
    for i, plane in enumerate(other):
        plane[slices_of(faces[1], 1 if i == 0 else 2)] = 0
    for planes in (one, other):
        hide(planes, faces, COLOUR)
    np.testing.assert_array_equal(one[0], other[0])
