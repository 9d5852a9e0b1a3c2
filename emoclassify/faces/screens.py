"""Finds a screen in the picture, as a television behind somebody: a rectangle in which a film cuts, and nothing else.

Without a cut a film on a screen cannot be told from a window: it is found by its cuts alone. numpy only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from emoclassify.faces.reading import FaceReading

CUTS = 3
"""So many cuts in the same rectangle make a screen."""

LEAST_AREA, MOST_AREA = 0.03, 0.5
"""Share of the picture that a screen behind somebody takes. One that fills more is the recording of a screen, or the
large window of a call: its faces are those that the recording is about."""

_CHANGED_LEVELS = 12.0
_CHANGED_PART = 0.4  # of a cell's samples
_FILLED = 0.7  # of the rectangle changes with a cut: somebody may stand before it
_CALM = 0.7  # as much of that, at most, changes in the frames before and after: people who move go on moving
_ELSEWHERE = 0.15  # of the picture may change outside of the rectangle: somebody moves before it
_EDGE = 0.6  # of the fullest row or column: what is less full is no part of the rectangle
_SAME = 0.6  # of two rectangles: their intersection over union
_ROWS, _COLUMNS, _SAMPLES = 18, 32, 4  # cells, and samples of each along both axes

_NEAR_S = 1.0
_INSIDE = 0.95  # of the faces of somebody on a screen
_CUT_OFF = 0.5  # of the cuts while they are there change their face, at least

Cells = npt.NDArray[np.bool_]
"""bool (18, 32): which cells of the picture changed."""


@dataclass(frozen=True)
class _Cut:
    time_s: float
    cells: Cells
    box: tuple[int, int, int, int]
    """Left, top, right, bottom, in cells."""

    def stands_out(self, cells: Cells) -> bool:
        """Whether much less of the rectangle changed in the frame before or after, whose cells these are."""
        left, top, right, bottom = self.box
        place = np.s_[top:bottom, left:right]
        return float(cells[place].mean()) <= _CALM * float(self.cells[place].mean())


class ScreenFinder:
    """Looks at one sampled frame after another."""

    def __init__(self) -> None:
        self._before: npt.NDArray[np.float32] | None = None
        self._last_cells: Cells = np.zeros((_ROWS, _COLUMNS), bool)
        self._perhaps: _Cut | None = None
        self._cuts: list[_Cut] = []
        self._size_hw = (1, 1)

    def look(self, rgb: npt.NDArray[np.uint8], time_s: float) -> None:
        """Notes whether a part of the picture cuts; frames uint8 (H, W, 3) in order of time."""
        self._size_hw = (rgb.shape[0], rgb.shape[1])
        grey = _sampled(rgb)
        before, self._before = self._before, grey
        if before is None:
            return
        changed = np.abs(grey - before) > _CHANGED_LEVELS
        n_changed = changed.reshape(_ROWS, _SAMPLES, _COLUMNS, _SAMPLES).sum(axis=(1, 3), dtype=np.uint8)
        cells = np.asarray(n_changed > _CHANGED_PART * _SAMPLES**2)
        if self._perhaps is not None and self._perhaps.stands_out(cells):
            self._cuts.append(self._perhaps)
        box = _rectangle(cells)
        cut = None if box is None else _Cut(time_s, cells, box)
        self._perhaps = cut if cut is not None and cut.stands_out(self._last_cells) else None
        self._last_cells = cells

    def are_on_screen(self, faces: Sequence[FaceReading]) -> bool:
        """Whether these faces of one person, at least one, are all on one screen that was found."""
        return any(self._is_on(faces, cuts) for cuts in self._screens())

    def _screens(self) -> list[list[_Cut]]:
        """The cuts of each screen, whose rectangle is that of the first."""
        screens: list[list[_Cut]] = []
        for cut in self._cuts:
            same = next((cuts for cuts in screens if _shared(cuts[0].box, cut.box) >= _SAME), None)
            if same is None:
                screens.append([cut])
            else:
                same.append(cut)
        return [cuts for cuts in screens if len(cuts) >= CUTS]

    def _is_on(self, faces: Sequence[FaceReading], cuts: Sequence[_Cut]) -> bool:
        left, top, right, bottom = np.median([cut.box for cut in cuts], axis=0)
        boxes = self._in_cells(np.array([face.box_xyxy for face in faces]))
        x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
        is_inside = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
        if is_inside.mean() < _INSIDE:
            return False
        # Somebody who stands before the screen is inside too, and stays while it cuts.
        times_s = np.array([face.time_s for face in faces])
        is_cut_off = []
        for cut in cuts:
            nearest = int(np.abs(times_s - cut.time_s).argmin())
            if abs(times_s[nearest] - cut.time_s) <= _NEAR_S:
                x0, y0, x1, y1 = np.clip(boxes[nearest].round(), 0, (_COLUMNS, _ROWS) * 2).astype(int)
                is_cut_off.append(bool(cut.cells[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)].mean() >= _CHANGED_PART))
        return bool(is_cut_off) and float(np.mean(is_cut_off)) >= _CUT_OFF

    def _in_cells(self, boxes_xyxy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        height, width = self._size_hw
        return np.asarray(boxes_xyxy * (np.array([_COLUMNS / width, _ROWS / height] * 2)))


def _sampled(rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Green, which is most of the brightness, at evenly spread places, float32 (72, 128)."""
    greens = rgb.reshape(-1).take(_places((rgb.shape[0], rgb.shape[1])))
    return greens.astype(np.float32)


@lru_cache(maxsize=8)
def _places(size_hw: tuple[int, int]) -> npt.NDArray[np.intp]:
    """Where in a frame of a size these greens are, counted in single values, intp (72, 128)."""
    rows, columns = (
        ((np.arange(n * _SAMPLES) + 0.5) * side / (n * _SAMPLES)).astype(np.intp)
        for n, side in zip((_ROWS, _COLUMNS), size_hw, strict=True)
    )
    return (rows[:, None] * size_hw[1] + columns) * 3 + 1


def _rectangle(cells: Cells) -> tuple[int, int, int, int] | None:
    """The rectangle that the changed cells fill, in cells; None where they fill none."""
    if not LEAST_AREA <= cells.mean() <= MOST_AREA:
        return None
    edges = []
    for axis in (0, 1):
        counts = cells.sum(axis=axis)
        full = np.flatnonzero(counts >= _EDGE * np.sort(counts)[-2])  # a single line may be longer by chance
        edges += [int(full[0]), int(full[-1]) + 1]
    left, right, top, bottom = edges
    inside = cells[top:bottom, left:right]
    area = inside.size / cells.size
    elsewhere = (cells.sum() - inside.sum()) / cells.size
    is_screen = inside.mean() >= _FILLED and elsewhere <= _ELSEWHERE and LEAST_AREA <= area <= MOST_AREA
    return (left, top, right, bottom) if is_screen else None


def _shared(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> float:
    """Intersection over union of two boxes."""
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    both = max(width, 0) * max(height, 0)
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)
