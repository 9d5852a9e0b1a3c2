"""Media made for the tests, with known times, sizes and sounds."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import skimage.data
from av.container import OutputContainer
from av.stream import Stream
from PIL import Image

Rgb = npt.NDArray[np.uint8]

MS = Fraction(1, 1000)


def portrait(height: int = 240, width: int = 320, at_xy: tuple[int, int] = (60, 0)) -> Rgb:
    """One smiling face (public domain) on plain ground: uint8 (height, width, 3)."""
    rgb = plain(height, width)
    face = np.ascontiguousarray(skimage.data.astronaut()[0:240, 110:350])
    x, y = at_xy
    part = face[: height - y, : width - x]
    rgb[y : y + part.shape[0], x : x + part.shape[1]] = part
    return rgb


def plain(height: int = 240, width: int = 320, colour: tuple[int, int, int] = (88, 104, 120)) -> Rgb:
    rgb = np.empty((height, width, 3), np.uint8)
    rgb[...] = colour
    return rgb


def one_pixel() -> bytes:
    """The content of the smallest PNG file."""
    written = BytesIO()
    Image.new("RGB", (1, 1)).save(written, "PNG")
    return written.getvalue()


def one_pixel_drawing() -> bytes:
    """The same as SVG."""
    return b'<svg xmlns="http://www.w3.org/2000/svg" width="1pt" height="1pt" viewBox="0 0 1 1"></svg>'


def quarters(height: int = 120, width: int = 160) -> Rgb:
    """A picture whose corners tell its orientation: red, green / blue, grey."""
    rgb = plain(height, width, (128, 128, 128))
    rgb[: height // 2, : width // 2] = (220, 30, 30)
    rgb[: height // 2, width // 2 :] = (30, 200, 30)
    rgb[height // 2 :, : width // 2] = (30, 30, 220)
    return rgb


def tone(seconds: float, rate_hz: int = 16_000, hz: float = 440.0) -> npt.NDArray[np.float32]:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)).astype(np.float32)


def even(pictures: Sequence[Rgb], fps: int = 25) -> list[tuple[int, Rgb]]:
    """Pictures with even times in milliseconds; 1000 / fps must be whole."""
    assert 1000 % fps == 0
    return [(i * 1000 // fps, rgb) for i, rgb in enumerate(pictures)]


def write_video(
    path: Path,
    pictures: Iterable[tuple[int, Rgb]],
    *,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    rotation: int = 0,
    pixel_aspect: Fraction = Fraction(1),
    sound: tuple[float, npt.NDArray[np.float32]] | None = None,
    audio_codec: str = "aac",
    format: str | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """A recording of pictures at given times (ms), turned in its metadata by `rotation` degrees (counter-clockwise as
    PyAV has it), its pixels `pixel_aspect` times as wide as high, with mono sound at 16 kHz (48 kHz for Opus) that
    starts at a given time (s)."""
    with av.open(str(path), "w", format=format, options=options) as container:
        video: av.VideoStream | None = None
        audio: av.AudioStream | None = None
        for time_ms, rgb in pictures:
            if video is None:
                video = as_video(container.add_stream(codec, rate=25))
                video.width, video.height, video.pix_fmt = rgb.shape[1], rgb.shape[0], pix_fmt
                video.time_base = video.codec_context.time_base = Fraction(1, 25) if codec.startswith("mpeg") else MS
                if codec == "libx264":
                    video.options = {"crf": "0" if pix_fmt == "yuv444p" else "12", "preset": "ultrafast"}
                video.codec_context.sample_aspect_ratio = pixel_aspect
                if rotation:
                    video.set_display_rotation(rotation)
                if sound is not None:
                    audio = as_audio(
                        container.add_stream(audio_codec, rate=48_000 if audio_codec == "libopus" else 16_000)
                    )
                    audio.layout = "mono"
                    if audio_codec.startswith("wma"):
                        audio.bit_rate = 32_000  # its own is too many for 16 kHz
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
            frame.time_base = video.codec_context.time_base
            frame.pts = round(time_ms * MS / frame.time_base)
            container.mux(video.encode(frame))
        if video is not None:
            container.mux(video.encode())
        if audio is not None and sound is not None:
            _encode_sound(container, audio, *sound)
    return path


def write_sound(
    path: Path, samples: npt.NDArray[np.float32], *, codec: str, rate_hz: int = 16_000, layout: str = "mono"
) -> Path:
    with av.open(str(path), "w") as container:
        audio = as_audio(container.add_stream(codec, rate=rate_hz))
        audio.layout = layout
        if codec.startswith("wma"):
            audio.bit_rate = 32_000  # its own is too many for 16 kHz
        _encode_sound(container, audio, 0.0, samples, rate_hz)
    return path


def as_video(stream: Stream) -> av.VideoStream:
    """A new stream of a file, whose codec says that it is one of pictures."""
    assert isinstance(stream, av.VideoStream)
    return stream


def as_audio(stream: Stream) -> av.AudioStream:
    """A new stream of a file, whose codec says that it is one of sound."""
    assert isinstance(stream, av.AudioStream)
    return stream


def _encode_sound(
    container: OutputContainer,
    audio: av.AudioStream,
    start_s: float,
    samples: npt.NDArray[np.float32],
    rate_hz: int = 16_000,
) -> None:
    resampler = av.AudioResampler(
        format=audio.codec_context.format, layout=audio.layout, rate=audio.rate, frame_size=audio.frame_size or 1024
    )
    frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
    frame.sample_rate, frame.time_base, frame.pts = rate_hz, Fraction(1, rate_hz), round(start_s * rate_hz)
    for block in [*resampler.resample(frame), *resampler.resample(None)]:
        container.mux(audio.encode(block))
    container.mux(audio.encode())
