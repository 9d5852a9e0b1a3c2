"""Reads the turn and the mirroring that make the picture of a recording upright."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from av.sidedata.sidedata import Type as SideDataType
from PIL import ExifTags, Image

_PICTURES = ("BMP", "JPEG", "PNG", "WEBP")
"""The only formats in which Pillow may read a file: each of the dozens of others would be one more way to attack."""


def orientation_of(first: Any, path: Path, *, has_exif: bool) -> tuple[int, bool]:
    """Quarter turns clockwise (0..3) after a left-right mirroring (or none) that make a picture upright.

    Args:
        first: the first decoded frame.
        path: of the file.
        has_exif: whether the turn stands in the EXIF data of the file, as of most photographs, and not in the frame.
    """
    return _of_exif(path) if has_exif else _of_matrix(_display_matrix(first))


def _display_matrix(frame: Any) -> npt.NDArray[np.int32] | None:
    """The display matrix of a frame (libavutil/display.h, 9 values in 16.16 fixed point), None where it has none."""
    try:
        side_data = list(frame.side_data)
    except ValueError:  # PyAV has no name for one of the kinds, e.g. EXIF
        return None
    for item in side_data:
        if item.type == SideDataType.DISPLAYMATRIX:
            return np.frombuffer(bytes(item), dtype=np.int32)
    return None


def _of_matrix(matrix: npt.NDArray[np.int32] | None) -> tuple[int, bool]:
    if matrix is None:
        return 0, False
    a, b, c, d = (int(matrix[i]) for i in (0, 1, 3, 4))
    mirrored = a * d - b * c < 0
    if mirrored:
        a, b = -a, -b
    if abs(a) >= abs(b):
        return (0 if a >= 0 else 2), mirrored
    return (1 if b > 0 else 3), mirrored


def _of_exif(path: Path) -> tuple[int, bool]:
    """The same for a photograph, from its EXIF orientation (1 to 8), which PyAV does not offer."""
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd EXIF data, and of pictures larger than it likes
            with Image.open(file, formats=_PICTURES) as image:
                value = image.getexif().get(ExifTags.Base.Orientation, 1)
    # A picture that FFmpeg reads and Pillow does not.
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return 0, False
    turns_by_value = {
        2: (0, True),
        3: (2, False),
        4: (2, True),
        5: (3, True),
        6: (1, False),
        7: (1, True),
        8: (3, False),
    }
    return turns_by_value.get(value, (0, False))
