"""Tells the format of a file by its first bytes. Opens no file, since only workers have the media libraries."""

import re

N_BYTES = 16
"""How many of the first bytes are compared."""

_OTHER = "application/octet-stream"

_PATTERNS = {
    ".{4}ftypM4A|.{4}ftypM4B": "audio/mp4",
    ".{4}ftypqt": "video/quicktime",
    ".{4}(?:ftyp|moov|mdat|free|skip|wide|pnot|uuid)": "video/mp4",
    r"\x1a\x45\xdf\xa3": "video/webm",  # and Matroska
    "(?:RIFF|RIFX|RF64).{4}(?:AVI |AVIX)": "video/x-msvideo",
    "(?:RIFF|RIFX|RF64).{4}WAVE": "audio/wav",
    "RIFF.{4}WEBP": "image/webp",
    r"\x00\x00\x01[\xba\xb3]": "video/mpeg",
    r"ID3|\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]": "audio/mpeg",
    "fLaC": "audio/flac",
    "OggS": "audio/ogg",
    r"\xff\xd8\xff": "image/jpeg",
    r"\x89PNG\r\n\x1a\n": "image/png",
    "BM": "image/bmp",
}
"""First bytes of the formats that are read, and what browsers call them; the first that matches counts.

The web page checks files with the same patterns before it sends them: regular expressions that Python and JavaScript
read alike, in which a letter stands for the byte of its code and `.` for any byte.
"""

KNOWN_PATTERN = "|".join(_PATTERNS)
"""Matches the first bytes of every format that is read."""


def is_known(first_bytes: bytes) -> bool:
    """True where the file may be a recording of a format that is read."""
    return kind_of(first_bytes) != _OTHER


def kind_of(first_bytes: bytes) -> str:
    """The media type of a file with these first bytes."""
    letters = first_bytes.decode("latin-1")
    return next((kind for pattern, kind in _PATTERNS.items() if re.match(pattern, letters, re.DOTALL)), _OTHER)
