"""The formats of files that are read, each declared once: its demuxer, its endings and its first bytes.

Imports nothing that takes long, since folders are searched and uploads are judged without opening any media.
"""

import re
from dataclasses import dataclass, field

N_BYTES = 400
"""How many of the first bytes are compared: three packets of MPEG-TS begin in them."""

_OTHER = "application/octet-stream"


@dataclass(frozen=True)
class Format:
    """One format of files.

    Its demuxer is one that opens no second file and no address, whatever the file says: see `container`.
    """

    name: str
    """As people call it."""
    demuxer: str
    """FFmpeg's name of what reads it."""
    endings: str
    """Of the names of files, with their dots, separated by spaces; the most usual first."""
    starts: dict[str, str] = field(default_factory=dict)
    """First bytes -> what browsers call the format."""
    is_still: bool = False
    """Whether it holds one picture without a time."""


FORMATS = (
    Format("MOV", "mov", ".mov", {".{4}ftypqt": "video/quicktime"}),
    Format("3GP", "mov", ".3gp .3g2", {".{4}ftyp3g": "video/3gpp"}),
    Format("HEIC", "mov", ".heic .heif", {".{4}ftyp(?:hei|mif1|msf1)": "image/heic"}),
    Format("AVIF", "mov", ".avif", {".{4}ftypavi[fs]": "image/avif"}),
    Format("M4A", "mov", ".m4a .m4b", {".{4}ftypM4[AB]": "audio/mp4"}),
    Format("MP4", "mov", ".mp4 .m4v", {".{4}(?:ftyp|moov|mdat|free|skip|wide|pnot|uuid|styp|moof|sidx)": "video/mp4"}),
    Format("WebM", "matroska", ".webm .mkv .mka", {r"\x1a\x45\xdf\xa3": "video/webm"}),
    Format("AVI", "avi", ".avi", {"(?:RIFF|RIFX|RF64).{4}(?:AVI |AVIX)": "video/x-msvideo"}),
    Format("MPEG", "mpeg", ".mpg .mpeg .vob", {r"\x00\x00\x01\xba": "video/mpeg"}),
    Format("MPEG", "mpegvideo", ".m2v", {r"\x00\x00\x01\xb3": "video/mpeg"}),
    Format("MPEG-TS", "mpegts", ".ts .mts .m2ts", {"G.{187}G.{187}G|.{4}G.{191}G": "video/mp2t"}),
    Format("WMV", "asf", ".wmv .wma .asf", {r"\x30\x26\xb2\x75\x8e\x66\xcf\x11": "video/x-ms-asf"}),
    Format("FLV", "flv", ".flv", {r"FLV\x01": "video/x-flv"}),
    Format("DV", "dv", ".dv", {r"\x1f\x07\x00": "video/x-dv"}),
    Format("MXF", "mxf", ".mxf", {r"\x06\x0e\x2b\x34\x02\x05\x01\x01": "application/mxf"}),
    Format("WAV", "wav", ".wav", {"(?:RIFF|RIFX|RF64).{4}WAVE": "audio/wav"}),
    Format("W64", "w64", ".w64", {r"riff\x2e\x91\xcf\x11": "audio/x-w64"}),
    Format("AIFF", "aiff", ".aiff .aif .aifc", {"FORM.{4}AIF[FC]": "audio/aiff"}),
    Format("CAF", "caf", ".caf", {"caff": "audio/x-caf"}),
    Format("MP3", "mp3", ".mp3", {r"ID3|\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]": "audio/mpeg"}),
    Format("AAC", "aac", ".aac", {r"\xff[\xf0\xf1\xf8\xf9]": "audio/aac"}),
    Format("FLAC", "flac", ".flac", {"fLaC": "audio/flac"}),
    Format("Ogg", "ogg", ".ogg .oga .ogv .opus", {"OggS": "audio/ogg"}),
    Format("AMR", "amr", ".amr", {"#!AMR": "audio/amr"}),
    Format("JPEG", "jpeg_pipe", ".jpg .jpeg .jfif", {r"\xff\xd8\xff": "image/jpeg"}, is_still=True),
    Format("PNG", "apng", "", {r"\x89PNG\r\n\x1a\n.{0,350}acTL": "image/apng"}),  # a sticker that moves
    Format("PNG", "png_pipe", ".png", {r"\x89PNG\r\n\x1a\n": "image/png"}, is_still=True),
    Format("WebP", "webp_pipe", ".webp", {"RIFF.{4}WEBP": "image/webp"}, is_still=True),
    Format("BMP", "bmp_pipe", ".bmp", {"BM": "image/bmp"}, is_still=True),
    Format("TIFF", "tiff_pipe", ".tif .tiff", {r"II\*\x00|MM\x00\*": "image/tiff"}, is_still=True),
    Format("GIF", "gif", ".gif", {"GIF8[79]a": "image/gif"}),
)
"""All of them; of the first bytes, the first that match count."""

DEMUXERS = tuple(dict.fromkeys(format.demuxer for format in FORMATS))
STILL_DEMUXERS = tuple(format.demuxer for format in FORMATS if format.is_still)

MEDIA_ENDINGS = tuple(ending for format in FORMATS for ending in format.endings.split())
"""The endings by which recordings are found in a folder, in the order in which they are listed for users. The format of
a file is decided by its bytes."""

KNOWN_PATTERN = "|".join(pattern for format in FORMATS for pattern in format.starts)
"""Matches the first bytes of every format that is read.

The web page checks files with the same patterns before it sends them: regular expressions that Python and JavaScript
read alike, in which a letter stands for the byte of its code and `.` for any byte.
"""

STRANGERS = {
    ".RMF": "RealMedia",
    r"\x00\x00\x00?\x01(?:[\x06\x09]|[\x27\x47\x67].{3,60}\x00\x00\x00?\x01)": "a raw H.264 stream without times",
    r"\x00\x00\x00?\x01[\x40\x46]\x01": "a raw H.265 stream without times",
    "YUV4MPEG2 ": "a raw film (YUV4MPEG)",
    "DKIF": "IVF",
    "nut/multimedia container": "NUT",
    r"\xb7\xd8\x00\x20\x37\x49\xda\x11": "WTV, a recording of Windows Media Center",
    "[FCZ]WS": "an animation (Flash)",
    r"\x0b\x77": "Dolby Digital (AC-3)",
    r"\x7f\xfe\x80\x01": "DTS",
    r"\.snd": "Sun AU",
    "Creative Voice File": "Creative Voice",
    "wvpk": "WavPack",
    "MAC ": "Monkey's Audio",
    "TTA1": "True Audio",
    r"[\x02\x03](?:dss|ds2)": "a dictation (DSS)",
    "NIST_1A": "NIST SPHERE",
    r"\x00\x00\x00\x0cjP  ": "JPEG 2000",
    r"\x00\x00\x00\x0cJXL |\xff\x0a": "JPEG XL",
    "8BPS": "a picture of Photoshop",
    "%PDF": "a PDF document",
    "PK\x03\x04": "a ZIP archive or an Office document",
    "MThd": "MIDI notes",
    "#EXTM3U": "a playlist",
    r"\s*<": "a web page or XML",
    r"[\t\n\r -~]{64}": "text",
}
"""First bytes -> what a file is that people take for a recording."""


def is_known(first_bytes: bytes) -> bool:
    """True where the file may be a recording of a format that is read."""
    return kind_of(first_bytes) != _OTHER


def kind_of(first_bytes: bytes) -> str:
    """The media type of a file with these first bytes."""
    kinds = {pattern: kind for format in FORMATS for pattern, kind in format.starts.items()}
    return _first_match(kinds, first_bytes) or _OTHER


def name_of(first_bytes: bytes) -> str | None:
    """What people call the format of a file with these first bytes; None where it is none that is read."""
    return _first_match({pattern: format.name for format in FORMATS for pattern in format.starts}, first_bytes)


def stranger_of(first_bytes: bytes) -> str | None:
    """What a file with these first bytes is, in English words, where it is no recording; None where that is unknown."""
    return _first_match(STRANGERS, first_bytes)


def _first_match(names: dict[str, str], first_bytes: bytes) -> str | None:
    letters = first_bytes.decode("latin-1")
    return next((name for pattern, name in names.items() if re.match(pattern, letters, re.DOTALL)), None)
