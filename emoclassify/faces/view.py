"""How a frame is shown to a detector: smaller, turned by quarters of a circle, and with a margin around it."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PIL import Image

from emoclassify.faces.detections import Array, Detections
from emoclassify.media.nouns import Rgb

_GREY = 127  # of the margin: what MTCNN's inputs have as 0


@dataclass(frozen=True)
class View:
    """The frame made smaller, then turned, then surrounded by a grey margin."""

    turns: int = 0
    """Quarters of a circle counter-clockwise, 0..3."""
    margin_px: int = 0
    """On each side, in pixels of the view."""
    scale: float = 1.0
    """Size of the view over that of the frame, above 0."""

    def show(self, rgb: Rgb) -> Rgb:
        """The view of a frame, uint8 (H, W, 3)."""
        if self.scale != 1:
            size_wh = (max(1, round(rgb.shape[1] * self.scale)), max(1, round(rgb.shape[0] * self.scale)))
            rgb = np.asarray(Image.fromarray(rgb).resize(size_wh, Image.Resampling.BOX))
        if self.turns:
            rgb = np.ascontiguousarray(np.rot90(rgb, self.turns))
        if not self.margin_px:
            return rgb
        height, width = rgb.shape[:2]
        framed = np.full((height + 2 * self.margin_px, width + 2 * self.margin_px, 3), _GREY, np.uint8)
        framed[self.margin_px : self.margin_px + height, self.margin_px : self.margin_px + width] = rgb
        return framed

    def boxes(self, boxes_xyxy: Array, size_hw: tuple[int, int]) -> Array:
        """Boxes of a frame of a size, float32 (n, 4), in the view."""
        height, width = (side * self.scale for side in size_hw)
        corners = boxes_xyxy.reshape(-1, 2, 2) * self.scale
        for _ in range(self.turns):
            corners = np.stack([corners[..., 1], width - corners[..., 0]], axis=-1)
            height, width = width, height
        return _boxes_of(corners + self.margin_px)

    def back(self, detections: Detections, size_hw: tuple[int, int]) -> Detections:
        """What was found in the view, in the pixels of a frame of a size."""
        boxes_xyxy = _boxes_of(self._back(detections.boxes_xyxy.reshape(-1, 2, 2), size_hw))
        points_xy = self._back(detections.points_xy, size_hw).astype(np.float32)
        return replace(detections, boxes_xyxy=boxes_xyxy, points_xy=points_xy)

    def _back(self, xy: npt.NDArray[np.floating], size_hw: tuple[int, int]) -> npt.NDArray[np.floating]:
        """Points (..., 2) of the view in the frame."""
        sides = [side * self.scale for side in size_hw]
        xy = xy - self.margin_px
        for i in reversed(range(self.turns)):
            width = sides[1 - i % 2]  # of the picture before this quarter
            xy = np.stack([width - xy[..., 1], xy[..., 0]], axis=-1)
        return xy / self.scale


def _boxes_of(corners: npt.NDArray[np.floating]) -> Array:
    """Boxes (n, 4) from two opposite corners of each, (n, 2, 2)."""
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1).astype(np.float32)
