"""Which container the first bytes of a file announce. Nothing is opened: the media libraries are the worker's."""

import re

ENOUGH = 16
"""Bytes to look at."""

_KNOWN = re.compile(
    rb"""
      .{4}(?:ftyp|moov|mdat|free|skip|wide|pnot|uuid)   # MP4, MOV, M4A
    | \x1a\x45\xdf\xa3                                  # Matroska, WebM
    | (?:RIFF|RIFX|RF64).{4}(?:AVI\x20|AVIX|WAVE|WEBP)  # AVI, WAV, WebP
    | \x00\x00\x01[\xba\xb3]                            # MPEG
    | ID3 | \xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]           # MP3
    | fLaC | OggS
    | \xff\xd8\xff | \x89PNG\r\n\x1a\n | BM             # JPEG, PNG, BMP
    """,
    re.VERBOSE | re.DOTALL,
)


def is_known(first: bytes) -> bool:
    """True where the file may be a recording of a format that is read."""
    return _KNOWN.match(first) is not None
