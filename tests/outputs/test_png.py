"""Drawings as PNG: other programs read the same pixels and sizes, and the same picture is the same file."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from emoclassify.outputs.charts.png import png


@pytest.mark.parametrize("size_hw", [(1, 1), (7, 5), (240, 320)])
def test_a_picture_is_read_back_to_the_pixel(size_hw: tuple[int, int]) -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (*size_hw, 3), np.uint8)
    with Image.open(BytesIO(png(rgb, 192))) as image:
        assert image.mode == "RGB"
        assert image.info["dpi"] == pytest.approx((192, 192), abs=0.01)
        assert np.array_equal(np.asarray(image), rgb)


def test_the_same_picture_is_the_same_file() -> None:
    rgba = np.random.default_rng(2).integers(0, 256, (30, 40, 4), np.uint8)
    assert png(rgba[..., :3], 192) == png(np.ascontiguousarray(rgba[..., :3]), 192)


def test_flat_areas_take_little_room() -> None:
    rgb = np.full((1080, 1920, 3), 255, np.uint8)
    rgb[200:800, 300:1500] = (30, 90, 160)
    pillow = BytesIO()
    Image.fromarray(rgb).save(pillow, "PNG")
    assert len(png(rgb, 192)) < 50_000
    assert len(png(rgb, 192)) < 4 * len(pillow.getvalue())
