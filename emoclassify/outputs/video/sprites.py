"""Small pictures with transparency, and flat boxes, laid over the planes of a video's picture."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageColor

from emoclassify.media.pictures import Colours, Plane

Planes = tuple[Plane, Plane, Plane]
"""Brightness (H, W), blue and red difference (H/2, W/2), of `pictures.Picture`."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, pixels."""

_BT709, _UNSPECIFIED = 1, 2  # code points of ITU-T H.273
_LUMA_SHARES = {True: (0.2126, 0.0722), False: (0.299, 0.114)}  # of red and blue: BT.709, BT.601
_HD_FROM_PX = 720  # where the file says nothing, players assume BT.709 from this height


@dataclass(frozen=True)
class Layer:
    """How a sprite changes one plane of a picture: (plane * factors + offsets) / 256. Both arrays are uint16 (h, w)."""

    factors: npt.NDArray[np.uint16]
    offsets: npt.NDArray[np.uint16]


@dataclass(frozen=True)
class Sprite:
    """A small picture, ready to be laid over others."""

    size_wh: tuple[int, int]
    """Even numbers of pixels."""
    layers: tuple[Layer, Layer, Layer]


class Paint:
    """Converts colours to the brightness and colour differences of a video."""

    def __init__(self, colours: Colours, height_px: int) -> None:
        hd = colours.matrix == _BT709 or (colours.matrix == _UNSPECIFIED and height_px >= _HD_FROM_PX)
        red, blue = _LUMA_SHARES[hd]
        luma = np.array([red, 1 - red - blue, blue])
        rows = [luma, (np.array([0, 0, 1]) - luma) / (2 - 2 * blue), (np.array([1, 0, 0]) - luma) / (2 - 2 * red)]
        spans = (255, 255, 255) if colours.full_range else (219, 224, 224)
        self._matrix = np.array(rows) * np.array(spans)[:, None] / 255
        self._offset = np.array([0 if colours.full_range else 16, 128, 128])

    def colour(self, name: str) -> tuple[int, int, int]:
        """Brightness, blue and red difference of a colour written as "#rrggbb"."""
        y, u, v = self._matrix @ np.array(ImageColor.getrgb(name)[:3]) + self._offset
        return round(y), round(u), round(v)

    def sprite(self, image: Image.Image) -> Sprite:
        """An RGBA image as a sprite; where a side is odd, an empty row or column is added."""
        width, height = image.width + image.width % 2, image.height + image.height % 2
        rgba = np.zeros((height, width, 4))
        rgba[: image.height, : image.width] = np.asarray(image.convert("RGBA"))
        alpha = rgba[..., 3] / 255
        yuv = rgba[..., :3] @ self._matrix.T + self._offset
        layers = [_layer(alpha, yuv[..., 0] * alpha)]
        for colour in (yuv[..., 1], yuv[..., 2]):
            layers.append(_layer(_halved(alpha), _halved(colour * alpha)))
        return Sprite((width, height), (layers[0], layers[1], layers[2]))


def lay(planes: Planes, sprite: Sprite, x: int, y: int) -> None:
    """Draws a sprite over a picture, its left top corner at x, y, rounded to even; parts outside are cut off."""
    for i, (plane, layer) in enumerate(zip(planes, sprite.layers, strict=True)):
        step = 1 if i == 0 else 2
        left, top = x // 2 * 2 // step, y // 2 * 2 // step
        height, width = layer.factors.shape
        rows = slice(max(0, -top), max(0, min(height, plane.shape[0] - top)))
        columns = slice(max(0, -left), max(0, min(width, plane.shape[1] - left)))
        covered = plane[max(0, top) : top + rows.stop, max(0, left) : left + columns.stop]
        if covered.size:
            mixed = np.multiply(covered, layer.factors[rows, columns], dtype=np.uint16)
            mixed += layer.offsets[rows, columns]
            mixed >>= 8
            covered[...] = mixed


def fill(planes: Planes, box: Box, colour: tuple[int, int, int]) -> None:
    """Fills a box, rounded outward to even pixels; parts outside of the picture are cut off."""
    for i, (plane, value) in enumerate(zip(planes, colour, strict=True)):
        step = 1 if i == 0 else 2
        left, top = (max(0, edge // 2 * 2 // step) for edge in box[:2])
        right, bottom = (max(0, -(-edge // 2) * 2 // step) for edge in box[2:])
        plane[top:bottom, left:right] = value


def draw_outline(planes: Planes, box: Box, colour: tuple[int, int, int], line_px: int) -> None:
    """Draws the outline of a box, inside of it, on even pixels: all four lines are of one width."""
    left, top, right, bottom = (edge // 2 * 2 for edge in box)
    fill(planes, (left, top, right, min(top + line_px, bottom)), colour)
    fill(planes, (left, max(bottom - line_px, top), right, bottom), colour)
    fill(planes, (left, top, min(left + line_px, right), bottom), colour)
    fill(planes, (max(right - line_px, left), top, right, bottom), colour)


def _layer(alpha: npt.NDArray[np.float64], offsets: npt.NDArray[np.float64]) -> Layer:
    return Layer(np.round(256 * (1 - alpha)).astype(np.uint16), np.round(256 * offsets).astype(np.uint16))


def _halved(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    height, width = values.shape
    return np.asarray(values.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)))
