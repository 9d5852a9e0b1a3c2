"""Writes drawings as PNG: large flat areas with few colours, and the words about them as texts of the file."""

import struct
import zlib
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

_LEVEL = 3  # of zlib's 9: half the time of level 6, and a quarter more room
_MOST_MEMORY = 9
_M_PER_INCH = 0.0254
_RGB_OF_8_BITS = (8, 2, 0, 0, 0)
_PER_METRE = 1
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TEXT = b"iTXt"
_PLAIN = b"\0\0\0\0\0"  # after the name of a text: not packed, of no language, its name not translated


def png(rgb: npt.NDArray[np.uint8], dpi: float, texts: Mapping[str, str] | None = None) -> bytes:
    """A picture as PNG, its rows unfiltered.

    Pillow tries five filters on each row. They serve photographs: a chart takes twice the time with them, and more
    room.

    Args:
        rgb: uint8 (H, W, 3).
        dpi: pixels an inch.
        texts: name -> text, kept in the file for `texts_of`.
    """
    height, width = rgb.shape[:2]
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # before each row its filter: none
    rows[:, 1:].reshape(height, width, 3)[...] = rgb
    packer = zlib.compressobj(_LEVEL, memLevel=_MOST_MEMORY)
    packed = packer.compress(rows.data) + packer.flush()
    per_metre = round(dpi / _M_PER_INCH)
    chunks = (
        (b"IHDR", struct.pack(">II5B", width, height, *_RGB_OF_8_BITS)),
        (b"pHYs", struct.pack(">IIB", per_metre, per_metre, _PER_METRE)),
        *((_TEXT, name.encode("latin-1") + _PLAIN + text.encode()) for name, text in (texts or {}).items()),
        (b"IDAT", packed),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(_chunk(kind, content) for kind, content in chunks)


def texts_of(content: bytes) -> dict[str, str]:
    """Name -> text of a picture that `png` wrote."""
    texts, place = {}, len(_SIGNATURE)
    while place < len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        if kind == _TEXT:
            name, _, text = content[place + 8 : place + 8 + length].partition(_PLAIN)
            texts[name.decode("latin-1")] = text.decode()
        place += 12 + length
    return texts


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
