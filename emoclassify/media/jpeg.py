"""Decodes a JPEG that is in memory: a camera's picture from a browser."""

from io import BytesIO

import numpy as np
from PIL import Image, UnidentifiedImageError

from emoclassify.errors import MediaError
from emoclassify.media.nouns import Rgb

MOST_PIXELS = 1920 * 1080
"""Of a picture; a camera's are smaller here."""


def decoded_jpeg(content: bytes) -> Rgb:
    """The picture, uint8 (H, W, 3). No other decoder than that of JPEG is tried.

    Raises:
        MediaError: it is no JPEG, damaged, or too large.
    """
    try:
        with Image.open(BytesIO(content), formats=("JPEG",)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise MediaError("picture_too_large", megapixels=round(image.width * image.height / 1e6), most=2)
            return np.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, OSError, ValueError) as exc:
        raise MediaError("file_damaged", container="JPEG") from exc
