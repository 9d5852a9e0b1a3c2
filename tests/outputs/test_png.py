"""Drawings as PNG: other programs read their pixels, sizes and texts, and the same drawing is the same file."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from emoclassify.design import FAMILY
from emoclassify.outputs.charts.png import png_of, texts_of

RED, BLUE = (200, 30, 30), (30, 60, 200)


def drawing(words: str = "", size_pt: tuple[int, int] = (72, 36), weight: int = 400) -> str:
    """The left half red, the right half blue, and words on it."""
    width, height = size_pt
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}">'
        f'<rect width="{width / 2}" height="{height}" fill="rgb{RED}"/>'
        f'<rect x="{width / 2}" width="{width / 2}" height="{height}" fill="rgb{BLUE}"/>'
        f'<text x="2" y="20" fill="#fff" style="font: {weight} 12px \'{FAMILY}\'">{words}</text></svg>'
    )


def pixels(content: bytes) -> np.ndarray:
    with Image.open(BytesIO(content)) as image:
        return np.asarray(image.convert("RGB"))


def test_a_drawing_has_its_pixels_its_size_and_its_resolution() -> None:
    content = png_of(drawing(), 192)
    with Image.open(BytesIO(content)) as image:
        assert image.size == (192, 96)
        assert image.info["dpi"] == pytest.approx((192, 192), abs=0.01)
    rgb = pixels(content)
    assert (rgb[:, :95] == RED).all()
    assert (rgb[:, 97:] == BLUE).all()


def test_the_same_drawing_is_the_same_file_and_keeps_its_texts() -> None:
    texts = {"Title": "Радость в 0:19", "Comment": ""}
    assert png_of(drawing("a"), 192, texts) == png_of(drawing("a"), 192, texts)
    assert texts_of(png_of(drawing("a"), 192, texts)) == texts


@pytest.mark.parametrize("words", ["Joy", "Радость", "\N{MINUS SIGN}1,5", "ἀρχή"])
def test_words_are_set_with_the_fonts_of_the_program(words: str) -> None:
    """Latin, Cyrillic and signs; what the family lacks is of DejaVu. Semibold letters have more ink."""
    ink = [int((pixels(png_of(drawing(words, weight=weight), 192)) > 220).all(axis=-1).sum()) for weight in (400, 600)]
    assert ink[0] > 0
    assert ink[1] > ink[0]


def test_flat_areas_take_little_room() -> None:
    assert len(png_of(drawing(size_pt=(720, 405)), 192)) < 50_000
