"""Charts as PNG, made by Typst of the drawing as SVG, so that a chart is drawn once; the words about it are in it.

Typst sets the words of the drawing with the fonts of the program, as a browser does.
"""

import struct
import zlib
from collections.abc import Mapping

import typst

from emoclassify.outputs.document.typeset import fonts

_M_PER_INCH = 0.0254
_PER_METRE = 1
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_N_HEADER = len(_SIGNATURE) + 25
"""Bytes up to the end of the first chunk, which every PNG has: how large the picture is."""

_TEXT = b"iTXt"
_PLAIN = b"\0\0\0\0\0"  # after the name of a text: not packed, of no language, its name not translated
_PAGE = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.drawing), format: "svg")'


def png_of(drawing: str, dpi: float, texts: Mapping[str, str] | None = None) -> bytes:
    """A drawing as PNG.

    Args:
        drawing: an SVG, its size in points.
        dpi: pixels an inch.
        texts: name -> text, kept in the file for `texts_of`.
    """
    pages = typst.compile(_PAGE, format="png", ppi=dpi, font_paths=fonts(), sys_inputs={"drawing": drawing})
    content = pages if isinstance(pages, bytes) else b"".join(pages or ())
    per_metre = round(dpi / _M_PER_INCH)
    chunks = (
        _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, _PER_METRE)),
        *(_chunk(_TEXT, name.encode("latin-1") + _PLAIN + text.encode()) for name, text in (texts or {}).items()),
    )
    return content[:_N_HEADER] + b"".join(chunks) + content[_N_HEADER:]


def texts_of(content: bytes) -> dict[str, str]:
    """Name -> text of a picture that `png_of` made."""
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
