"""Sound: its times, pauses and channels, on tones made for it; and its place beside the picture."""

from pathlib import Path

import av
import numpy as np
import pytest

from emoclassify.media.read import probe
from emoclassify.words.messages import Message
from tests.support.made import even, plain, portrait, tone, write_sound, write_video
from tests.support.seen import frames, sound


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.wav", "pcm_s16le"),
        ("a.mp3", "libmp3lame"),
        ("a.m4a", "aac"),
        ("a.flac", "flac"),
        ("a.ogg", "flac"),
        ("a.opus", "libopus"),
        ("a.aac", "aac"),
        ("a.mka", "libopus"),
        ("a.w64", "pcm_s16le"),
        ("a.aiff", "pcm_s16be"),
        ("a.caf", "pcm_s16be"),
        ("a.caf", "alac"),
        ("a.wma", "wmav2"),
    ],
)
def test_every_sound_container_gives_the_tone_that_went_in(tmp_path: Path, name: str, codec: str) -> None:
    path = write_sound(tmp_path / name, tone(2.0, 48_000), codec=codec, rate_hz=48_000)
    info = probe(path)
    assert info.video is None
    assert info.audio is not None
    samples = np.concatenate([block for _, block in sound(path)])
    assert len(samples) / 16_000 == pytest.approx(2.0, abs=0.1)
    spectrum = np.abs(np.fft.rfft(samples[8_000:24_000]))
    assert spectrum.argmax() == pytest.approx(440, abs=1)  # bins of 1 Hz
    assert np.sqrt((samples**2).mean()) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


def test_stereo_is_mixed_to_mono(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", tone(1.0), codec="pcm_s16le", layout="stereo")
    audio = probe(path).audio
    assert audio is not None
    assert audio.channels == 2
    samples = np.concatenate([block for _, block in sound(path)])
    assert samples.shape == (16_000,)
    assert np.abs(samples).max() == pytest.approx(0.5, abs=0.25)


def test_sound_that_starts_later_keeps_its_place(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", even([plain()] * 100), sound=(2.0, tone(1.0)), audio_codec="flac")
    info = probe(path)
    assert info.audio is not None
    assert info.audio.start_s == pytest.approx(2.0, abs=0.01)
    blocks = sound(path)
    assert blocks[0][0] == pytest.approx(2.0, abs=0.01)
    assert frames(path)[0].time_s == 0.0


def test_picture_that_starts_later_keeps_its_place(tmp_path: Path) -> None:
    path = write_video(
        tmp_path / "a.mkv",
        [(1500 + t, rgb) for t, rgb in even([plain()] * 10)],
        sound=(0.0, tone(3.0)),
        audio_codec="flac",
    )
    assert sound(path)[0][0] == pytest.approx(0.0, abs=0.01)
    assert frames(path)[0].time_s == pytest.approx(1.5, abs=0.01)


def test_a_pause_in_the_sound_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        audio = container.add_stream("pcm_s16le", rate=16_000)
        audio.layout = "mono"
        for start_s in (0.0, 3.0):
            frame = av.AudioFrame.from_ndarray((tone(1.0) * 32767).astype(np.int16)[None], format="s16", layout="mono")
            frame.sample_rate, frame.pts = 16_000, round(start_s * 16_000)
            container.mux(audio.encode(frame))
        container.mux(audio.encode())
    starts = [start_s for start_s, _ in sound(path)]
    assert starts[0] == pytest.approx(0.0, abs=0.01)
    assert any(start == pytest.approx(3.0, abs=0.01) for start in starts)
    assert not any(1.01 < start < 2.99 for start in starts)


def test_sound_whose_channels_change_is_read_to_its_end(tmp_path: Path) -> None:
    mono = write_sound(tmp_path / "mono.mp3", tone(1.0, 48_000), codec="libmp3lame", rate_hz=48_000)
    stereo = write_sound(
        tmp_path / "stereo.mp3", tone(1.0, 48_000), codec="libmp3lame", rate_hz=48_000, layout="stereo"
    )
    joined = tmp_path / "a.mp3"
    joined.write_bytes(mono.read_bytes() + stereo.read_bytes())
    assert sum(len(samples) for _, samples in sound(joined)) / 16_000 == pytest.approx(2.0, abs=0.2)


def test_good_sound_is_read_where_the_picture_cannot_be_decoded(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", even([portrait()] * 10), sound=(0.0, tone(1.0)), audio_codec="flac")
    with av.open(str(path)) as container:
        packets = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    content = path.read_bytes()
    for packet in packets:
        content = content.replace(packet, bytes(len(packet)))
    path.write_bytes(content)
    info = probe(path)
    assert info.video is None
    assert info.audio is not None
    assert info.notes == (Message("picture_undecodable"),)
    assert sum(len(samples) for _, samples in sound(path)) == 16_000
