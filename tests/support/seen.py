"""What a recording shows and lets be heard, read with the project's own calls."""

from pathlib import Path
from typing import Any

import numpy as np

from emoclassify.media.container import ReadCounts
from emoclassify.media.nouns import Frame
from emoclassify.media.read import FrameStream, probe
from emoclassify.media.sound import read_sound


def frames(path: Path, **sampling: Any) -> list[Frame]:
    """All frames, or those that sampling asks for."""
    sampling = sampling or {"every": 1}
    return list(FrameStream(path, probe(path), **sampling))


def sound(path: Path, rate_hz: int = 16_000) -> list[tuple[float, np.ndarray]]:
    """The blocks of sound, in mono: start (s) and samples."""
    return [
        (block.start_s, block.samples) for block in read_sound(path, probe(path), rate_hz=rate_hz, counts=ReadCounts())
    ]


def corners(rgb: np.ndarray) -> list[str]:
    """The names of the colours at top left, top right, bottom left, bottom right."""
    h, w = rgb.shape[:2]
    names = []
    for y, x in ((h // 8, w // 8), (h // 8, -w // 8), (-h // 8, w // 8), (-h // 8, -w // 8)):
        pixel = rgb[y, x].astype(int)
        names.append("grey" if np.ptp(pixel) < 60 else ("red", "green", "blue")[int(pixel.argmax())])
    return names
