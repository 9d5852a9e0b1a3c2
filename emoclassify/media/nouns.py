"""What is said of a recording, and what is read from it. Needs numpy only: whoever reads results opens no media."""

from dataclasses import dataclass, fields
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from emoclassify.words.messages import Message


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
    """Clockwise turn (0, 90, 180, 270) that the metadata asks for; already applied to every Frame."""
    mirrored: bool
    """Whether the metadata asks for a left-right mirroring before that turn; already applied too."""
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
class MediaInfo:
    """What a recording holds, read from its headers."""

    container: str
    size_bytes: int
    duration_s: float | None
    """As the header says; None where it says nothing. Where a recording really ends is known after reading it."""
    video: VideoInfo | None
    audio: AudioInfo | None
    still: bool
    """True for a picture: one frame, no duration."""
    origin: Fraction
    """The file's own timestamp, in seconds, that is 0 here: the earliest start among the chosen streams."""
    notes: tuple[Message, ...]
    """What a reader should know of how the file was read, e.g. which of several streams was taken."""


@dataclass(frozen=True)
class Frame:
    """One decoded picture."""

    index: int
    """0-based count of decoded frames."""
    time_s: float
    rgb: npt.NDArray[np.uint8]
    """uint8 (H, W, 3), upright."""


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
    """How its owner calls it: data to show, never a path."""
    sha256: str
    container: str
    size_bytes: int
    duration_s: float | None
    video: VideoInfo | None
    audio: AudioInfo | None
    still: bool
    notes: tuple[Message, ...]

    @classmethod
    def of(cls, name: str, sha256: str, info: MediaInfo) -> "Source":
        """The source that `probe` told of."""
        facts = {field.name: getattr(info, field.name) for field in fields(info) if field.name != "origin"}
        return cls(name, sha256, **facts)

    @property
    def has_moving_picture(self) -> bool:
        """True for a video; False for sound alone and for a still picture."""
        return self.video is not None and not self.still
