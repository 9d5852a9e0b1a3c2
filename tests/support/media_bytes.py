"""Looks for pictures, sound and films in all files of folders, whatever their names are."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

SIGNATURES = {
    "JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "JPEG with Exif": b"Exif\x00\x00",
    "WebP or WAV": b"RIFF",
    "WebM": b"\x1a\x45\xdf\xa3",
    "MP4": b"ftyp",
    "Ogg": b"OggS\x00",
    "PNG": b"\x89PNG\r\n\x1a\n",
}
"""How they begin, or what stands near their beginning; all are long enough that nothing else has them by chance."""

_PART = slice(400, 440)


def media_in(*folders: Path, pictures: Sequence[bytes] = (), known: Sequence[bytes] = ()) -> list[str]:
    """Where there is anything of the kind: `path: what`. Also inside of other files, as a database is.

    Args:
        folders: with all below them.
        pictures: of which a part from their middle is looked for too.
        known: whole files that may be there, such as the films that are shown.
    """
    parts = {f"a part of picture {number}": picture[_PART] for number, picture in enumerate(pictures)}
    places = []
    for path in (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()):
        with suppress(FileNotFoundError):  # it went meanwhile
            content = path.read_bytes()
            if content not in known:
                places += [f"{path}: {what}" for what, part in {**SIGNATURES, **parts}.items() if part in content]
    return places
