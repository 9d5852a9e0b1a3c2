"""The facts, frames and sound of a recording. Needs numpy only, so that reading results imports no media library."""

from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from emoclassify.words.messages import Message
from emoclassify.words.names import in_unicode

_LOST = ("codec_unknown", "codec_letters", "encrypted", "undecodable", "too_large", "rate_absurd")
"""Ends of the codes of notes that say that a picture or a sound is there and cannot be read."""

USUAL_FPS = 25.0
"""Taken where a recording does not say how many pictures a second it has."""

Rgb = npt.NDArray[np.uint8]
"""uint8 (H, W, 3): red, green, blue, 0..255."""


@dataclass(frozen=True)
class VideoInfo:
    """The picture of a recording."""

    stream: int
    """Index of the stream in the file."""
    codec: str
    width_px: int
    height_px: int
    """Size of the upright picture, in square pixels."""
    rotation_deg: int
    """Clockwise turn (0, 90, 180, 270) that the metadata demands; already applied to every Frame."""
    mirrored: bool
    """Whether the metadata demands a left-right mirroring before that turn; already applied too."""
    pixel_aspect: float
    """Width of a stored pixel over its height (anamorphic video; 1 of square ones); every Frame has square ones."""
    average_fps: float | None
    start_s: float


@dataclass(frozen=True)
class AudioInfo:
    """The sound of a recording."""

    stream: int
    codec: str
    rate_hz: int
    channels: int
    start_s: float


@dataclass(frozen=True)
class Grid:
    """How the tiles of a photograph are put together, row by row."""

    rows: int
    columns: int
    width_px: int
    height_px: int
    """Of the whole, before it is turned; the last tiles of rows and columns may reach beyond."""
    tiles: tuple[int, ...]
    """The number of each tile's stream in the file (FFmpeg's `id`), row by row."""
    turns: int
    mirrored: bool
    """Quarter turns clockwise, after a left-right mirroring, that make the whole upright."""


@dataclass(frozen=True)
class MediaInfo:
    """What a recording holds, read from its headers."""

    container: str
    size_bytes: int
    duration_s: float | None
    """As the header says; None where it says nothing. The real end is known only after reading the recording."""
    video: VideoInfo | None
    audio: AudioInfo | None
    still: bool
    """True for a picture: one frame, no duration."""
    origin: Fraction
    """The file's own timestamp, in seconds, that counts as time 0: the earliest start of the chosen picture and of all
    sound tracks, so that times do not hang on which track is read."""
    notes: tuple[Message, ...]
    """Messages about how the file was read, e.g. which of several streams was used."""
    audio_tracks: tuple[int, ...]
    """The index of every sound stream with a known codec, in their order: `audio` is one of them."""
    grid: Grid | None = None
    """Of a photograph that is stored in tiles."""

    def has(self, kind: str) -> bool:
        """Whether the file has a "picture" or a "sound", also where it cannot be read, which a note tells."""
        lost_codes = {f"{kind}_{reason}" for reason in _LOST}
        stream = self.video if kind == "picture" else self.audio
        return stream is not None or any(note.code in lost_codes for note in self.notes)


@dataclass(frozen=True)
class Frame:
    """One decoded picture."""

    index: int
    """How many frames are before it, also those that were not decoded (see `passing`)."""
    time_s: float
    rgb: Rgb
    """Upright."""


SIDES_BETWEEN = " / "
"""Stands between the names of the recordings that a call was joined from."""


@dataclass(frozen=True)
class Sound:
    """A block of sound without a pause in it."""

    start_s: float
    samples: npt.NDArray[np.float32]
    """float32 (n,) of mono, (n, 2) of stereo sound, -1..1."""


@dataclass(frozen=True)
class Source:
    """The recording of an analysis: its name and checksum, and what its headers say (see MediaInfo)."""

    name: str
    """The name its owner gave it: to be shown, never a path. Can be written as UTF-8, whatever it was."""
    sha256: str
    container: str
    size_bytes: int
    duration_s: float | None
    video: VideoInfo | None
    audio: AudioInfo | None
    still: bool
    notes: tuple[Message, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", in_unicode(self.name))

    @classmethod
    def of(cls, name: str, sha256: str, info: MediaInfo) -> "Source":
        """The source of a recording with the facts that `probe` returned."""
        facts: dict[str, Any] = {field.name: getattr(info, field.name, None) for field in fields(cls)}
        return cls(**facts | {"name": name, "sha256": sha256})

    @property
    def has_moving_picture(self) -> bool:
        """True for a video; False for sound alone and for a still picture."""
        return self.video is not None and not self.still
