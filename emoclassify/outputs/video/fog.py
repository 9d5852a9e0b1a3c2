"""Hides faces softly: the place of a face is filled from its surroundings alone, so that nothing of it is left.

A blur keeps something of what it covers, and many pictures of one face together keep more. Here the colours along the
edges of the place flow into it, the nearest counting most; what was inside is not read at all.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from emoclassify.media.pictures import Plane
from emoclassify.outputs.video.sprites import Box, Planes

_CELLS = 24
"""The fill is computed on a grid with at most this many cells a side, and made smooth from there."""


def hide(planes: Planes, boxes: Sequence[Box], colour: tuple[int, int, int]) -> None:
    """Fills boxes from their surroundings; those that touch are filled as one.

    Args:
        planes: of the picture, changed in place.
        boxes: rounded outward to even pixels; parts outside of the picture are cut off.
        colour: where a box leaves nothing of the picture.
    """
    for box in joined(boxes):
        for i, (plane, value) in enumerate(zip(planes, colour, strict=True)):
            step = 1 if i == 0 else 2
            left, top = (max(0, edge // 2 * 2 // step) for edge in box[:2])
            right, bottom = (max(0, -(-edge // 2) * 2 // step) for edge in box[2:])
            _fill(plane, (left, top, min(right, plane.shape[1]), min(bottom, plane.shape[0])), value)


def joined(boxes: Sequence[Box]) -> list[Box]:
    """The boxes, of which those that touch are one box around them, until none touch."""
    apart: list[Box] = []
    for box in boxes:
        while near := [other for other in apart if _touch(box, other)]:
            apart = [other for other in apart if other not in near]
            lows, highs = zip(*((b[:2], b[2:]) for b in (box, *near)), strict=True)
            box = (*map(min, zip(*lows, strict=True)), *map(max, zip(*highs, strict=True)))
        apart.append(box)
    return apart


def _touch(a: Box, b: Box) -> bool:
    reach_px = 4  # boxes grow to even pixels, and the edges beside them are read
    return a[0] < b[2] + reach_px and b[0] < a[2] + reach_px and a[1] < b[3] + reach_px and b[1] < a[3] + reach_px


def _fill(plane: Plane, box: Box, value: int) -> None:
    left, top, right, bottom = box
    if right <= left or bottom <= top:
        return
    height, width = min(_CELLS, bottom - top), min(_CELLS, right - left)
    rows, columns = np.arange(height)[:, None] + 1.0, np.arange(width)[None] + 1.0
    edges = [
        (plane[top - 1 : top, left:right], rows, 1) if top else None,
        (plane[bottom : bottom + 1, left:right], height + 1 - rows, 1),
        (plane[top:bottom, left - 1 : left], columns, 0) if left else None,
        (plane[top:bottom, right : right + 1], width + 1 - columns, 0),
    ]
    sums, weights = np.zeros((height, width)), np.zeros((height, width))
    for edge in edges:
        if edge is not None and edge[0].size:
            strip, distances, along = edge
            cells = _shortened(strip, width if along else height, along)
            weight = np.broadcast_to(1 / distances**2, (height, width))
            sums, weights = sums + weight * cells, weights + weight
    grid = np.divide(sums, weights, out=np.full_like(sums, value), where=weights > 0)
    image = Image.fromarray(np.round(grid).astype(np.uint8))
    size_wh = (right - left, bottom - top)
    plane[top:bottom, left:right] = np.asarray(image.resize(size_wh, Image.Resampling.BILINEAR))


def _shortened(strip: Plane, n_cells: int, along: int) -> npt.NDArray[np.float64]:
    """The means of a line of pixels in cells: (1, n) for a row, along=1; (n, 1) for a column, along=0."""
    size_wh = (n_cells, 1) if along else (1, n_cells)
    return np.asarray(Image.fromarray(strip).resize(size_wh, Image.Resampling.BOX), dtype=np.float64)
