"""Sound of rates that no sound has: a small file of them would last for hours."""

import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from emoclassify.errors import MediaError
from emoclassify.media.container import ReadCounts
from emoclassify.media.read import probe
from emoclassify.media.sound import read_sound
from emoclassify.words.messages import Message
from tests.support.made import as_audio, as_video, plain


@pytest.mark.parametrize("rate_hz", [1, 3_999, 768_001])
def test_a_rate_that_no_sound_has_is_refused(tmp_path: Path, rate_hz: int) -> None:
    """80 kB of 1 Hz are 11 hours."""
    with pytest.raises(MediaError) as refused:
        probe(wav_of_rate(tmp_path / "talk.wav", rate_hz))
    limits = {"least": 4_000, "most": 768_000}
    assert refused.value.message == Message("sound_rate_absurd", {"rate_hz": rate_hz, **limits})


@pytest.mark.parametrize("rate_hz", [4_000, 768_000])
def test_the_slowest_and_the_finest_rates_are_read(tmp_path: Path, rate_hz: int) -> None:
    path = wav_of_rate(tmp_path / "talk.wav", rate_hz)
    n_samples = sum(len(sound.samples) for sound in read_sound(path, probe(path), rate_hz=16_000, counts=ReadCounts()))
    assert n_samples / 16_000 == pytest.approx(40_000 / rate_hz, abs=0.01)


def wav_of_rate(path: Path, rate_hz: int) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(bytes(80_000))
    return path


def test_a_sound_of_an_absurd_rate_does_not_take_the_picture_away(tmp_path: Path) -> None:
    path = tmp_path / "talk.mkv"
    with av.open(str(path), "w") as container:
        video = as_video(container.add_stream("mpeg4", rate=5))
        audio = as_audio(container.add_stream("pcm_s16le", rate=1_000))
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        for i in range(5):
            picture = av.VideoFrame.from_ndarray(plain(48, 64), format="rgb24")
            picture.pts, picture.time_base = i, Fraction(1, 5)
            container.mux(video.encode(picture))
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 1_000), np.int16), format="s16", layout="mono")
        sound.sample_rate, sound.pts = 1_000, 0
        for stream, frame in ((audio, sound), (audio, None), (video, None)):
            container.mux(stream.encode(frame))  # type: ignore[arg-type]
    info = probe(path)
    assert (info.video is not None, info.audio) == (True, None)
    assert [note.code for note in info.notes] == ["sound_rate_absurd"]
    assert info.has("sound")
