"""A film and a camera whose every picture carries its number, for the benchmark of the respondent's page."""

import io
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks import sound_clock
from emoclassify.study.clock_by_sound import RATE_HZ

Rgb = npt.NDArray[np.uint8]

N_BITS, BLOCK_PX, ROW_PX = 10, 32, 24
"""A number is a row of blocks in the upper left corner, white for 1; the row below has the opposite of each."""

FILM_FPS, CAMERA_FPS = 25, 30
N_NUMBERS = 2**N_BITS

READ_NUMBER = f"""
(video, canvas) => {{
  const [n_bits, block, row] = [{N_BITS}, {BLOCK_PX}, {ROW_PX}];
  canvas.width = n_bits * block;
  canvas.height = 2 * row;
  const context = canvas.getContext("2d", {{ willReadFrequently: true }});
  context.drawImage(video, 0, 0, canvas.width, canvas.height, 0, 0, canvas.width, canvas.height);
  const {{ data }} = context.getImageData(0, 0, canvas.width, canvas.height);
  const bright = (x, y) => data[4 * (y * canvas.width + x) + 1] > 127;
  let number = 0;
  for (let bit = 0; bit < n_bits; bit++) {{
    const x = bit * block + block / 2;
    const isOne = bright(x, row / 2);
    if (isOne === bright(x, row + row / 2)) return null;
    number = 2 * number + (isOne ? 1 : 0);
  }}
  return number;
}}
"""
"""JavaScript that reads the number of the picture that a video element shows; null where there is none."""


def with_number(rgb: Rgb, number: int) -> Rgb:
    """The picture with a number of at most N_NUMBERS - 1."""
    numbered = rgb.copy()
    for bit in range(N_BITS):
        is_one = number >> (N_BITS - 1 - bit) & 1
        columns = slice(bit * BLOCK_PX, (bit + 1) * BLOCK_PX)
        numbered[:ROW_PX, columns] = 255 * is_one
        numbered[ROW_PX : 2 * ROW_PX, columns] = 255 * (1 - is_one)
    return numbered


def number_in(rgb: Rgb) -> int | None:
    """The number of a picture; None where none can be read."""
    number = 0
    for bit in range(N_BITS):
        x = bit * BLOCK_PX + BLOCK_PX // 2
        is_one, is_zero = rgb[ROW_PX // 2, x, 1] > 127, rgb[ROW_PX + ROW_PX // 2, x, 1] > 127
        if is_one == is_zero:
            return None
        number = 2 * number + int(is_one)
    return number


def write_film(path: Path, length_s: float, *, has_sound: bool = True, seed: int = 1) -> None:
    """An MP4 of a moving ground with numbers, and music."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=FILM_FPS)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = 640, 360, "yuv420p"
        video.options = {"preset": "ultrafast", "crf": "18"}
        audio = None
        if has_sound:
            audio = container.add_stream("aac", rate=48_000)
            assert isinstance(audio, av.AudioStream)
            audio.layout = "mono"
        for i in range(round(length_s * FILM_FPS)):
            ground = np.full((360, 640, 3), 60 + i % 100, np.uint8)
            container.mux(video.encode(av.VideoFrame.from_ndarray(with_number(ground, i), format="rgb24")))
        container.mux(video.encode())
        if isinstance(audio, av.AudioStream):
            _encode_music(container, audio, length_s, seed)


def _encode_music(container: "av.container.OutputContainer", audio: av.AudioStream, length_s: float, seed: int) -> None:
    samples = sound_clock.film(seed, length_s)
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=48_000, frame_size=1024)
    frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
    frame.sample_rate, frame.time_base, frame.pts = RATE_HZ, Fraction(1, RATE_HZ), 0
    for block in [*resampler.resample(frame), *resampler.resample(None)]:
        container.mux(audio.encode(block))
    container.mux(audio.encode())


def write_camera(path: Path, face: Rgb) -> None:
    """What Chromium plays in the place of a camera (--use-file-for-fake-video-capture): MJPEG, again and again.

    Args:
        path: ends in .mjpeg.
        face: uint8 (H, W, 3), shown in the middle.
    """
    ground = np.full((480, 640, 3), (88, 104, 120), np.uint8)
    height, width = (min(size, most) for size, most in zip(face.shape[:2], (400, 600), strict=True))
    ground[60 : 60 + height, 320 - width // 2 : 320 - width // 2 + width] = face[:height, :width]
    with path.open("wb") as file:
        for number in range(N_NUMBERS):
            picture = io.BytesIO()
            Image.fromarray(with_number(ground, number)).save(picture, "JPEG", quality=80)
            file.write(picture.getvalue())
