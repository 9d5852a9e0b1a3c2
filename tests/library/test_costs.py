"""The recordings that the benchmark of whole commands makes: as long as it says, and otherwise the one they are of."""

import wave
from pathlib import Path

import numpy as np
import pytest

from benchmarks.costs import repeated, spoken
from emoclassify.media.read import FrameStream, probe
from tests.support.made import even, plain, tone, write_sound, write_video

_FPS = 10


def test_a_recording_over_and_over_has_its_frames_at_even_times(tmp_path: Path) -> None:
    pictures = [plain(48, 64, colour=(20 * i, 0, 0)) for i in range(10)]
    path = write_video(tmp_path / "a.mp4", even(pictures, _FPS))
    once = [frame.rgb for frame in FrameStream(path, probe(path), every=1)]
    target = repeated(path, 3, tmp_path / "b.mp4")
    frames = list(FrameStream(target, probe(target), every=1))
    assert [frame.time_s for frame in frames] == pytest.approx(np.arange(30) / _FPS)
    assert all((frame.rgb == once[i % 10]).all() for i, frame in enumerate(frames))


def test_a_recording_over_and_over_ends_when_it_is_to_end(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", even([plain(48, 64)] * 10, _FPS))
    target = repeated(path, 3, tmp_path / "b.mp4", until_s=2.5)
    assert len(list(FrameStream(target, probe(target), every=1))) == 25


def test_sound_over_and_over_is_as_long_as_asked(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", tone(1.0), codec="pcm_s16le")
    with wave.open(str(spoken(path, 3.5, tmp_path / "b.wav")), "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)
        assert file.getnframes() == 3.5 * file.getframerate()
    second = file.getframerate()
    assert np.abs(samples[:second] - samples[second : 2 * second]).max() <= 1
    assert np.abs(samples).max() > 1000
