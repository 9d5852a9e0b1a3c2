"""The annotated video, timed: the drawing alone against re-encoding the same file alone."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from emoclassify.analysis import Analysis
from emoclassify.media.container import ReadCounts, create_container
from emoclassify.media.nouns import MediaInfo
from emoclassify.media.pictures import Picture, read_pictures
from emoclassify.media.read import decoded_frames, probe
from emoclassify.outputs.video.annotate import annotate
from emoclassify.outputs.video.movie import ENCODER
from emoclassify.outputs.video.overlay import Overlay

_TICK = Fraction(1, 90_000)


@dataclass(frozen=True)
class VideoTimings:
    """How long one recording took, in seconds."""

    n_pictures: int
    draw_s: float
    """To draw into every picture, with the preparation of what is drawn."""
    encode_s: float
    """To decode and encode the picture, as it is, with the same encoder settings."""
    total_s: float
    """To make the annotated video: decoding, drawing, encoding, sound."""


def measure(analysis: Analysis, path: Path, *, anonymize: bool = False) -> VideoTimings:
    """Times the annotated video of a recording with a moving picture.

    Args:
        analysis: of the recording.
        path: of the recording.
        anonymize: cover the faces.
    """
    info = probe(path)
    n_pictures, draw_s = _draw(analysis, read_pictures(path, info), anonymize=anonymize)
    with TemporaryDirectory() as folder:
        started = time.perf_counter()
        _encode(path, info, Path(folder) / "encoded.mp4")
        encode_s = time.perf_counter() - started
        started = time.perf_counter()
        annotate(analysis, path, Path(folder) / "annotated.mp4", anonymize=anonymize)
        return VideoTimings(n_pictures, draw_s, encode_s, time.perf_counter() - started)


def lines(path: Path, timings: VideoTimings) -> list[str]:
    """The figures, to be printed."""
    draw_ms, encode_ms = (1000 * seconds / timings.n_pictures for seconds in (timings.draw_s, timings.encode_s))
    return [
        f"{path.name}: {timings.n_pictures} pictures",
        f"  drawing alone {timings.draw_s:.2f} s ({draw_ms:.1f} ms a picture), re-encoding alone "
        f"{timings.encode_s:.2f} s ({encode_ms:.1f} ms): {timings.draw_s / timings.encode_s:.2f} times as long",
        f"  the whole annotated video {timings.total_s:.2f} s",
    ]


def _draw(analysis: Analysis, pictures: Iterator[Picture], *, anonymize: bool) -> tuple[int, float]:
    overlay, n_pictures, draw_s = None, 0, 0.0
    for picture in pictures:
        started = time.perf_counter()
        overlay = overlay or Overlay(analysis, picture, lang="en", anonymize=anonymize)
        overlay.draw(picture)
        draw_s += time.perf_counter() - started
        n_pictures += 1
    return n_pictures, draw_s


def _encode(path: Path, info: MediaInfo, target: Path) -> None:
    assert info.video is not None
    rate = Fraction(info.video.average_fps or 25).limit_denominator(1001)
    with create_container(target) as container:
        stream = container.add_stream("libx264", rate=rate, options=ENCODER)
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = _TICK
        for frame, time_s in decoded_frames(path, info, ReadCounts()):
            if not stream.codec_context.is_open:
                stream.width, stream.height = frame.width // 2 * 2, frame.height // 2 * 2
            frame.time_base, frame.pts = _TICK, round(time_s / _TICK)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
