"""What the program ffmpeg makes, and what ffprobe says of a recording: another version of FFmpeg is asked."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.made import Rgb

needs_ffmpeg = pytest.mark.skipif(
    shutil.which("ffmpeg") is None or shutil.which("ffprobe") is None, reason="the program ffmpeg is not installed"
)
"""Marks what needs the programs."""

PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25:duration=2")
SOUND = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=2")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-pix_fmt", "yuv420p")
"""Arguments: two seconds of a picture that moves, two of a tone, and the usual codec."""


@dataclass(frozen=True)
class Reference:
    """What ffprobe decodes."""

    times_s: list[float]
    """Of each frame of the picture, from the earliest of picture and sound."""
    rate_hz: int
    """Of the sound; 0 where there is none."""
    sound_s: float
    """Length of all decoded sound."""


def make(path: Path, *arguments: str, content: bytes | None = None) -> Path:
    """Makes a recording with ffmpeg; `content` is what it reads from its standard input."""
    command = ["ffmpeg", "-loglevel", "error", "-y", "-threads", "1", *arguments, str(path)]
    subprocess.run(command, input=content, check=True, capture_output=True, timeout=120)
    return path


def make_of(pictures: list[Rgb], fps: int, path: Path, *arguments: str) -> Path:
    """Makes a recording of pictures."""
    height, width = pictures[0].shape[:2]
    raw = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(fps), "-i", "-")
    return make(path, *raw, *arguments, content=np.stack(pictures).tobytes())


def reference_of(path: Path) -> Reference:
    """What ffprobe decodes of the first picture and the first sound of a recording."""
    picture, sound = _frames(path, "v:0"), _frames(path, "a:0")
    starts_s = [float(frames[0]["best_effort_timestamp_time"]) for frames in (picture, sound) if frames]
    times_s = [float(frame["best_effort_timestamp_time"]) - min(starts_s) for frame in picture]
    rate_hz = int(_probed(path, "-select_streams", "a:0", "-show_streams")["streams"][0]["sample_rate"]) if sound else 0
    n_samples = sum(int(frame["nb_samples"]) for frame in sound)
    return Reference(times_s, rate_hz, n_samples / rate_hz if sound else 0.0)


def first_packets_s(path: Path) -> dict[str, float]:
    """When the first packet of picture ("video") and sound ("audio") is shown, by the container, seconds."""
    packets = _probed(path, "-show_entries", "packet=codec_type,pts_time")["packets"]
    return {packet["codec_type"]: float(packet["pts_time"]) for packet in reversed(packets) if "pts_time" in packet}


def _frames(path: Path, stream: str) -> list[dict[str, Any]]:
    entries = "frame=best_effort_timestamp_time,nb_samples"
    frames: list[dict[str, Any]] = _probed(path, "-select_streams", stream, "-show_entries", entries)["frames"]
    return [frame for frame in frames if "best_effort_timestamp_time" in frame]  # a broken end has none


def _probed(path: Path, *arguments: str) -> dict[str, Any]:
    command = ["ffprobe", "-v", "error", *arguments, "-of", "json", str(path)]
    said: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=120).stdout)
    return said
