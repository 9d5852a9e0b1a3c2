"""Reads what PyAV does not tell of files made of boxes (MP4, HEIC): the grid of a photograph, a codec's letters.

ISO/IEC 14496-12 (boxes) and 23008-12 (photographs). A file that contradicts itself gives None or nothing.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

from emoclassify.media.nouns import Grid

_MOST_BYTES = 64_000_000
"""Boxes that hold no samples are far smaller; a larger one is not read."""

_MOST_TILES = 4096
_PICTURE_ENTRY_BYTES = 78  # of what stands before the boxes of a picture's description


def grid_of(path: Path) -> Grid | None:
    """How the tiles of a photograph are put together; None where its main picture is not in tiles."""
    try:
        meta = _child(path, "meta")[4:]
        parts = dict(_boxes(meta))
        primary = _number(parts["pitm"], 4, 2 if parts["pitm"][0] == 0 else 4)
        if _kinds(parts["iinf"]).get(primary) != "grid":
            return None
        rows, columns, width_px, height_px = _layout(_content(path, parts, primary))
        tiles = _references(parts["iref"]).get(primary, ())
        turns, mirrored = _turn(parts.get("iprp", b""), primary)
    except (KeyError, IndexError, ValueError, struct.error):
        return None
    if not 0 < len(tiles) == rows * columns <= _MOST_TILES:
        return None
    return Grid(rows, columns, width_px, height_px, tiles, turns, mirrored)


def letters_of(path: Path) -> list[str]:
    """The four letters by which each track of a film names its codec, in the order of the tracks."""
    try:
        tracks = [content for name, content in _boxes(_child(path, "moov")) if name == "trak"]
        return [_letters(track) for track in tracks]
    except (KeyError, IndexError, ValueError, struct.error):
        return []


def needs_dolby_vision(path: Path) -> list[int]:
    """Of each track of a film, in order, the profile of Dolby Vision that its colours need; 0 where they need none.

    Dolby Vision may lie upon an ordinary picture (HDR10, HLG or SDR), which any program shows; in some profiles, as 5,
    the picture below it has colours of its own.
    """
    try:
        return [_needed_profile(content) for name, content in _boxes(_child(path, "moov")) if name == "trak"]
    except (KeyError, IndexError, ValueError, struct.error):
        return []


def _needed_profile(track: bytes) -> int:
    """By its configuration ("Dolby Vision Streams Within the ISO Base Media File Format", 2.2)."""
    entry = next((content for _, content in _boxes(_descriptions(track)[8:])), b"")
    records = [content for name, content in _boxes(entry[_PICTURE_ENTRY_BYTES:]) if name in ("dvcC", "dvvC", "dvwC")]
    if not records or _number(records[0], 4, 1) >> 4:  # what other picture it is compatible with
        return 0
    return _number(records[0], 2, 2) >> 9


def _descriptions(track: bytes) -> bytes:
    """How the samples of a track are to be read (stsd)."""
    for name in ("mdia", "minf", "stbl", "stsd"):
        track = dict(_boxes(track))[name]
    return track


def _letters(track: bytes) -> str:
    return _descriptions(track)[12:16].decode("latin-1")


def _child(path: Path, child: str) -> bytes:
    """The content of a box of the file itself."""
    with path.open("rb") as file:
        while header := file.read(8):
            length, name = int.from_bytes(header[:4]), header[4:].decode("latin-1")
            length = int.from_bytes(file.read(8)) - 8 if length == 1 else length
            if name == child and length <= _MOST_BYTES:
                return file.read(length - 8)
            if length < 8:  # to the end of the file
                break
            file.seek(length - 8, 1)
    raise KeyError(child)


def _boxes(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of each box, in order."""
    start = 0
    while start + 8 <= len(content):
        length = int.from_bytes(content[start : start + 4]) or len(content) - start
        if length < 8:
            return
        yield content[start + 4 : start + 8].decode("latin-1"), content[start + 8 : start + length]
        start += length


def _number(content: bytes, start: int, n_bytes: int) -> int:
    if start + n_bytes > len(content):
        raise IndexError(start)
    return int.from_bytes(content[start : start + n_bytes])


def _kinds(iinf: bytes) -> dict[int, str]:
    """Number of an item -> its type."""
    kinds = {}
    for _, entry in _boxes(iinf[6 if iinf[0] == 0 else 8 :]):
        n_bytes = 2 if entry[0] == 2 else 4
        kinds[_number(entry, 4, n_bytes)] = entry[6 + n_bytes : 10 + n_bytes].decode("latin-1")
    return kinds


def _references(iref: bytes) -> dict[int, tuple[int, ...]]:
    """Number of an item -> those that it is derived from, in order."""
    n_bytes = 2 if iref[0] == 0 else 4
    references = {}
    for name, content in _boxes(iref[4:]):
        if name == "dimg":
            n, first = _number(content, n_bytes, 2), n_bytes + 2
            targets = tuple(_number(content, first + i * n_bytes, n_bytes) for i in range(n))
            references[_number(content, 0, n_bytes)] = targets
    return references


def _layout(grid: bytes) -> tuple[int, int, int, int]:
    """Rows, columns, width and height of a grid item."""
    n_bytes = 4 if grid[1] & 1 else 2
    return grid[2] + 1, grid[3] + 1, _number(grid, 4, n_bytes), _number(grid, 4 + n_bytes, n_bytes)


def _content(path: Path, parts: dict[str, bytes], number: int) -> bytes:
    """The content of an item, as `iloc` says where it is."""
    iloc = parts["iloc"]
    version, sizes, start = iloc[0], _number(iloc, 4, 2), 6
    offset_bytes, length_bytes, base_bytes, index_bytes = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15
    id_bytes = 4 if version == 2 else 2
    n_items = _number(iloc, start, id_bytes)
    start += id_bytes
    for _ in range(n_items):
        item = _number(iloc, start, id_bytes)
        start += id_bytes
        method = _number(iloc, start, 2) & 15 if version else 0
        start += (2 if version else 0) + 2
        base = _number(iloc, start, base_bytes)
        n_extents = _number(iloc, start + base_bytes, 2)
        start += base_bytes + 2
        for _ in range(n_extents):
            start += index_bytes if version else 0
            offset = base + _number(iloc, start, offset_bytes)
            length = _number(iloc, start + offset_bytes, length_bytes)
            start += offset_bytes + length_bytes
            if item == number:
                return parts["idat"][offset : offset + length] if method == 1 else _bytes(path, offset, length)
    raise KeyError(number)


def _bytes(path: Path, offset: int, length: int) -> bytes:
    if length > _MOST_BYTES:
        raise ValueError(length)
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(length)


def _turn(iprp: bytes, number: int) -> tuple[int, bool]:
    """Quarter turns clockwise after a mirroring, as in `orientation.orientation_of`, of an item."""
    parts = dict(_boxes(iprp))
    properties, turns, mirrored = list(_boxes(parts["ipco"])), 0, False
    for index in _properties(parts["ipma"], number):
        name, content = properties[index - 1] if index else ("", b"")
        if name == "irot":  # counter-clockwise
            turns = -(content[0] & 3) % 4
        if name == "imir":  # after the turn: with 0 top and bottom change places, with 1 left and right
            turns, mirrored = ((0 if content[0] & 1 else 2) - turns) % 4, True
    return turns, mirrored


def _properties(ipma: bytes, number: int) -> list[int]:
    """The numbers of the properties of an item, from 1, in order."""
    id_bytes, index_bytes = 2 if ipma[0] == 0 else 4, 2 if ipma[3] & 1 else 1
    start = 8
    for _ in range(_number(ipma, 4, 4)):
        item, n = _number(ipma, start, id_bytes), _number(ipma, start + id_bytes, 1)
        start += id_bytes + 1
        numbers = [_number(ipma, start + i * index_bytes, index_bytes) for i in range(n)]
        start += n * index_bytes
        if item == number:
            return [index & (0x7FFF if index_bytes == 2 else 0x7F) for index in numbers]
    return []
