"""Which container the first bytes of a file announce. Nothing is opened: the media libraries are the worker's."""

import re

ENOUGH = 16
"""Bytes to look at."""

_OTHER = "application/octet-stream"

_KNOWN = {
    rb".{4}ftypM4A|.{4}ftypM4B": "audio/mp4",
    rb".{4}ftypqt": "video/quicktime",
    rb".{4}(?:ftyp|moov|mdat|free|skip|wide|pnot|uuid)": "video/mp4",
    rb"\x1a\x45\xdf\xa3": "video/webm",  # and Matroska
    rb"(?:RIFF|RIFX|RF64).{4}(?:AVI |AVIX)": "video/x-msvideo",
    rb"(?:RIFF|RIFX|RF64).{4}WAVE": "audio/wav",
    rb"RIFF.{4}WEBP": "image/webp",
    rb"\x00\x00\x01[\xba\xb3]": "video/mpeg",
    rb"ID3|\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]": "audio/mpeg",
    rb"fLaC": "audio/flac",
    rb"OggS": "audio/ogg",
    rb"\xff\xd8\xff": "image/jpeg",
    rb"\x89PNG\r\n\x1a\n": "image/png",
    rb"BM": "image/bmp",
}
"""First bytes of the formats that are read, and what browsers call them."""


def is_known(first: bytes) -> bool:
    """True where the file may be a recording of a format that is read."""
    return kind_of(first) != _OTHER


def kind_of(first: bytes) -> str:
    """The media type that the first bytes announce."""
    return next((kind for pattern, kind in _KNOWN.items() if re.match(pattern, first, re.DOTALL)), _OTHER)
