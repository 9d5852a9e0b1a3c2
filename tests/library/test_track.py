"""Recordings with several sound tracks: which one is read, that it is said, and that the outputs have the same one."""

import subprocess
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from emoclassify.errors import MediaError
from emoclassify.media.read import probe
from emoclassify.networks.loaded import LoadedModels
from emoclassify.outputs.video.preview import make_preview
from emoclassify.run import Run
from emoclassify.settings import Options
from emoclassify.speech.find import SpeechFinder
from emoclassify.speech.track import with_speaking_track
from emoclassify.words.messages import Message
from tests.support.made import as_audio, as_video, plain, tone
from tests.support.seen import sound

RATE_HZ = 16_000


def write_tracks(path: Path, *tracks: npt.NDArray[np.float32]) -> Path:
    """A film of a second or more with these sound tracks, mono at 16 kHz, as a recorder of screens writes it."""
    with av.open(str(path), "w") as container:
        video = as_video(container.add_stream("libx264", rate=25))
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        streams = [as_audio(container.add_stream("pcm_s16le", rate=RATE_HZ, layout="mono")) for _ in tracks]
        for _ in range(25):
            container.mux(video.encode(av.VideoFrame.from_ndarray(plain(64, 64), format="rgb24")))
        container.mux(video.encode())
        for stream, samples in zip(streams, tracks, strict=True):
            frame = av.AudioFrame.from_ndarray((samples * 32767).astype(np.int16)[None], format="s16", layout="mono")
            frame.sample_rate = RATE_HZ
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ, frame_size=4096)
            for block in [*resampler.resample(frame), *resampler.resample(None)]:
                container.mux(stream.encode(block))
            container.mux(stream.encode())
    return path


def pitch_hz(samples: npt.NDArray[np.float32]) -> float:
    return float(np.abs(np.fft.rfft(samples[:RATE_HZ])).argmax())


@pytest.fixture
def two_tones(tmp_path: Path) -> Path:
    return write_tracks(tmp_path / "a.mkv", tone(1.0, hz=440.0), tone(1.0, hz=880.0))


def test_the_track_that_is_asked_for_is_read_and_said(two_tones: Path) -> None:
    for number, hz in ((1, 440), (2, 880)):
        run = Run(two_tones, Options(audio_track=number), LoadedModels(), lambda progress: None)
        assert Message("track_chosen", {"n": 2, "track": number}) in run.info.notes
        assert pitch_hz(np.concatenate([block.samples for block in run.sounds()])) == pytest.approx(hz, abs=1)


def test_a_track_that_is_not_there_is_told(two_tones: Path) -> None:
    with pytest.raises(MediaError, match="has 2 sound tracks; there is no track 3"):
        Run(two_tones, Options(audio_track=3), LoadedModels(), lambda progress: None)


def test_the_outputs_have_the_track_that_was_read(two_tones: Path) -> None:
    stream = probe(two_tones).audio_tracks[1]
    path = two_tones.with_name("preview.mp4")
    assert make_preview(two_tones, path, sound_stream=stream)
    assert pitch_hz(np.concatenate([block for _, block in sound(path)])) == pytest.approx(880, abs=2)


@pytest.mark.model
@pytest.mark.parametrize("speaks_in", [1, 2, 3])
def test_the_track_that_speaks_is_found(espeak: str, tmp_path: Path, speaks_in: int) -> None:
    subprocess.run([espeak, "-w", tmp_path / "a.wav", "The quick brown fox jumps over the lazy dog."], check=True)
    speech = np.concatenate([block for _, block in sound(tmp_path / "a.wav")])
    noise = (0.01 * np.random.default_rng(0).standard_normal(len(speech))).astype(np.float32)
    path = write_tracks(tmp_path / "a.mkv", *(speech if number == speaks_in else noise for number in (1, 2, 3)))
    info = with_speaking_track(path, probe(path), SpeechFinder())
    assert Message("track_chosen", {"n": 3, "track": speaks_in}) in info.notes
    assert info.audio is not None
    assert info.audio.stream == info.audio_tracks[speaks_in - 1]


@pytest.mark.model
def test_where_all_tracks_speak_or_none_does_the_default_one_is_read(espeak: str, tmp_path: Path) -> None:
    subprocess.run([espeak, "-w", tmp_path / "a.wav", "The quick brown fox jumps over the lazy dog."], check=True)
    speech = np.concatenate([block for _, block in sound(tmp_path / "a.wav")])
    for name, samples in (("speech.mkv", speech), ("tone.mkv", tone(1.0))):
        path = write_tracks(tmp_path / name, samples, samples)
        assert with_speaking_track(path, probe(path), SpeechFinder()) == probe(path)


def test_times_do_not_hang_on_the_track_that_is_read(two_tones: Path) -> None:
    first, second = (probe(two_tones, stream) for stream in probe(two_tones).audio_tracks)
    assert first.origin == second.origin
    assert replace(first, audio=None, notes=()) == replace(second, audio=None, notes=())
