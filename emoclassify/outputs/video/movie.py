"""Encodes pictures and sound to an MP4 file that every browser plays: H.264 (yuv420p) and AAC."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from emoclassify.media.container import create_container
from emoclassify.media.nouns import AudioInfo, Sound
from emoclassify.media.pictures import Picture

ENCODER = {
    # As near to the source as "veryfast" with 20, in three quarters of the time; files are a fifth larger.
    "preset": "superfast",
    "crf": "22",
    "bf": "0",  # pictures are stored in the order of their times, which keeps uneven times exact in MP4
}

_TICK = Fraction(1, 90_000)  # seconds; times at 24, 25 and 30 pictures a second are whole numbers of ticks
_LONGEST_S = 1001  # of one picture on average, as the encoder is told it: it takes no rate of 0
_SOUND_RATES_HZ = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)
_SILENCE_S = 1.0  # longest block of silence written at once where the sound pauses


class Movie:
    """An MP4 file being written; see `write_movie`."""

    def __init__(self, container: Any, first: Picture, fps: float, sound: AudioInfo | None) -> None:
        self._container = container
        rate = max(Fraction(fps).limit_denominator(_LONGEST_S), Fraction(1, _LONGEST_S))
        self._video = container.add_stream("libx264", rate=rate, options=ENCODER)
        context = self._video.codec_context
        self._video.height, self._video.width = first.frame.height, first.frame.width
        self._video.pix_fmt = "yuv420p"
        self._video.time_base = context.time_base = _TICK
        context.colorspace, context.color_primaries = first.colours.matrix, first.colours.primaries
        context.color_trc, context.color_range = first.colours.transfer, 2 if first.colours.full_range else 1
        self._lengths_s: deque[float] = deque()
        self._audio: Any = None
        if sound is not None:
            self._audio = container.add_stream("aac", rate=sound_rate_hz(sound))
            self._audio.layout = sound_layout(sound)
        self._samples = 0

    def add_picture(self, picture: Picture) -> None:
        """Encodes the next picture, which is later than the one before."""
        frame = picture.frame
        frame.time_base, frame.pts = _TICK, round(picture.time_s / _TICK)
        self._lengths_s.append(picture.length_s)
        self._mux_pictures(frame)

    def add_sound(self, sound: Sound) -> None:
        """Encodes the next block of sound; a pause before it becomes silence, and overlapping samples are dropped."""
        missing = round(sound.start_s * self._audio.rate) - self._samples
        n_channels = self._audio.layout.nb_channels
        while missing > 0:
            silence = np.zeros((min(missing, round(_SILENCE_S * self._audio.rate)), n_channels), np.float32)
            self._mux_sound(silence)
            missing -= len(silence)
        self._mux_sound(sound.samples.reshape(-1, n_channels)[-missing:])

    def end(self) -> None:
        """Encodes the pictures and sound that the encoders still hold."""
        self._mux_pictures(None)
        if self._audio is not None:
            self._container.mux(self._audio.encode(None))

    def _mux_pictures(self, frame: av.VideoFrame | None) -> None:
        for packet in self._video.encode(frame):
            packet.duration = round(self._lengths_s.popleft() / packet.time_base)
            self._container.mux(packet)

    def _mux_sound(self, samples: Any) -> None:
        if not len(samples):
            return
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout=self._audio.layout.name)
        frame.sample_rate, frame.time_base = self._audio.rate, Fraction(1, self._audio.rate)
        frame.pts = self._samples
        self._samples += len(samples)
        self._container.mux(self._audio.encode(frame))


@contextmanager
def write_movie(path: Path, first: Picture, fps: float, sound: AudioInfo | None) -> Iterator[Movie]:
    """A Movie to add pictures and sounds to, in order of time; the file is complete when the block ends.

    Args:
        path: of the new file.
        first: the first picture, for the size and the colours of all.
        fps: pictures a second on average; each keeps its own time.
        sound: of the recording; None where it has none.

    Raises:
        ResultError: the file cannot be written.
        MediaError: the times of the pictures or sounds fit no video.
    """
    with create_container(path) as container:
        movie = Movie(container, first, fps, sound)
        yield movie
        movie.end()


def sound_rate_hz(sound: AudioInfo) -> int:
    """The rate at which the sound of a recording is written: its own if AAC supports it, else 48 kHz."""
    return sound.rate_hz if sound.rate_hz in _SOUND_RATES_HZ else _SOUND_RATES_HZ[0]


def sound_layout(sound: AudioInfo) -> str:
    """The channels in which it is written: mono stays mono, all others become stereo."""
    return "mono" if sound.channels == 1 else "stereo"
