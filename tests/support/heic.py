"""Makes a photograph in tiles as a phone does: an HEIC file, of which no library here writes one."""

import struct
from io import BytesIO
from pathlib import Path

import av
import numpy as np

from tests.support.made import as_video

_GRID_ITEM = 100


def write_heic(path: Path, rgb: np.ndarray, tile_px: int, *, properties: bytes = b"", derived: bool = True) -> Path:
    """A picture uint8 (H, W, 3) in tiles of HEVC, the last of them reaching beyond the picture.

    Args:
        path: of the file.
        rgb: the picture.
        tile_px: side of a tile, a multiple of 16.
        properties: boxes that say how the whole is to be turned.
        derived: whether the file says of which tiles the whole is made.
    """
    height, width = rgb.shape[:2]
    rows, columns = -(-height // tile_px), -(-width // tile_px)
    padded = np.pad(rgb, ((0, rows * tile_px - height), (0, columns * tile_px - width), (0, 0)), mode="edge")
    films = [
        _film(padded[tile_px * row :, tile_px * column :][:tile_px, :tile_px])
        for row in range(rows)
        for column in range(columns)
    ]
    samples = [film[film.index(b"mdat") + 4 :][: _before(film, b"mdat") - 8] for film in films]
    decoder = films[0][films[0].index(b"hvcC") - 4 :][: _before(films[0], b"hvcC")]
    layout = struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, width, height)
    start = len(_file(samples, decoder, layout, tile_px, (width, height), properties, 0, derived=derived))
    start -= sum(map(len, samples))
    path.write_bytes(_file(samples, decoder, layout, tile_px, (width, height), properties, start, derived=derived))
    return path


def irot(quarters: int) -> bytes:
    """A turn counter-clockwise."""
    return _box("irot", bytes([quarters]))


def imir(axis: int) -> bytes:
    """A mirroring: with 0 top and bottom change places, with 1 left and right (libheif 1.23 does the same)."""
    return _box("imir", bytes([axis]))


def _film(tile: np.ndarray) -> bytes:
    """One tile as a film of one picture."""
    file = BytesIO()
    with av.open(file, "w", format="mp4") as container:
        options = {"x265-params": "log-level=none:crf=10:bframes=0"}
        stream = as_video(container.add_stream("libx265", rate=25, options=options))
        stream.width, stream.height, stream.pix_fmt = tile.shape[1], tile.shape[0], "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(tile), format="rgb24")
        frame.pts = 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


def _file(
    samples: list[bytes],
    decoder: bytes,
    layout: bytes,
    tile_px: int,
    size_wh: tuple[int, int],
    properties: bytes,
    start: int,
    *,
    derived: bool,
) -> bytes:
    """The whole file; `start` is where the first sample begins."""
    n = len(samples)
    items = [_full("infe", 2, struct.pack(">HH4sB", i, 0, b"hvc1", 0)) for i in range(1, n + 1)]
    items.append(_full("infe", 2, struct.pack(">HH4sB", _GRID_ITEM, 0, b"grid", 0)))
    places, offset = [], start
    for i, sample in enumerate(samples, start=1):
        places.append(struct.pack(">HHHHII", i, 0, 0, 1, offset, len(sample)))
        offset += len(sample)
    places.append(struct.pack(">HHHHII", _GRID_ITEM, 1, 0, 1, 0, len(layout)))
    sizes = [_full("ispe", 0, struct.pack(">II", *wh)) for wh in ((tile_px, tile_px), size_wh)]
    n_more = sum(properties.count(name) for name in (b"irot", b"imir"))
    numbers = bytes([3, *(0x80 | number for number in range(4, 4 + n_more))])
    of_items = b"".join(struct.pack(">HB", i, 2) + b"\x81\x02" for i in range(1, n + 1))
    of_items += struct.pack(">HB", _GRID_ITEM, len(numbers)) + numbers
    reference = _box("dimg", struct.pack(f">HH{n}H", _GRID_ITEM, n, *range(1, n + 1)))
    meta = [
        _full("hdlr", 0, b"\0" * 4 + b"pict" + b"\0" * 13),
        _full("pitm", 0, struct.pack(">H", _GRID_ITEM)),
        _full("iloc", 1, struct.pack(">HH", 0x4400, n + 1) + b"".join(places)),
        _full("iinf", 0, struct.pack(">H", n + 1) + b"".join(items)),
        _box("iprp", _box("ipco", decoder + b"".join(sizes) + properties) + _ipma(n + 1, of_items)),
        _box("idat", layout),
        *([_full("iref", 0, reference)] if derived else []),
    ]
    head = _box("ftyp", b"mif1" + b"\0" * 4 + b"mif1heic") + _full("meta", 0, b"".join(meta))
    return head + _box("mdat", b"".join(samples))


def _ipma(n: int, of_items: bytes) -> bytes:
    return _full("ipma", 0, struct.pack(">I", n) + of_items)


def _box(name: str, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name.encode() + content


def _full(name: str, version: int, content: bytes) -> bytes:
    return _box(name, bytes([version, 0, 0, 0]) + content)


def _before(content: bytes, name: bytes) -> int:
    """The length of a box, which stands before its name."""
    return int.from_bytes(content[content.index(name) - 4 : content.index(name)])
