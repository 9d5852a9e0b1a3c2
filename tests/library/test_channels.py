"""Channels: each counts, however many there are, and no mix silences what a listener hears."""

import wave
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from emoclassify.media.channels import Mixer, _scaled
from emoclassify.media.container import ReadCounts
from emoclassify.media.read import probe
from emoclassify.media.sound import read_sound
from tests.support.made import tone, write_sound
from tests.support.seen import sound

RATE_HZ = 16_000
LEVEL_TOLERANCE = 0.02  # relative; 16 bits, and the ends of the resampler
TONE_S = 0.25


def level(samples: npt.NDArray[np.float32]) -> float:
    return float(np.sqrt((samples**2).mean()))


def channels_of_tone(n: int, *, on: int) -> npt.NDArray[np.float32]:
    """float32 (n, samples): a tone on one channel, silence on the others."""
    channels = np.zeros((n, round(TONE_S * RATE_HZ)), np.float32)
    channels[on] = tone(TONE_S)
    return channels


def write_recorder(path: Path, channels: npt.NDArray[np.float32]) -> Path:
    """A WAV file as recorders write it: 16 bits, and nothing said about where its tracks belong."""
    with wave.open(str(path), "wb") as file:
        file.setparams((len(channels), 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes((channels.T * 32767).astype("<i2").tobytes())
    return path


def frame_of(channels: npt.NDArray[np.float32], layout: str) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(channels.T).reshape(1, -1), format="flt", layout=layout)
    frame.sample_rate = RATE_HZ
    return frame


@pytest.mark.parametrize("n", [1, 2, 3, 4, 6, 7, 8, 9, 13, 16, 24, 60, 65, 255])
def test_every_track_of_a_recorder_counts_alike(tmp_path: Path, n: int) -> None:
    for on in {0, 2 % n, n - 1}:
        path = write_recorder(tmp_path / "a.wav", channels_of_tone(n, on=on))
        samples = np.concatenate([block for _, block in sound(path)])
        assert len(samples) == round(TONE_S * RATE_HZ)
        assert level(samples) == pytest.approx(level(tone(TONE_S)) / n, rel=LEVEL_TOLERANCE), on


@pytest.mark.parametrize("kind", ["u8", "s16", "s32", "flt", "dbl"])
def test_samples_of_every_kind_are_scaled_as_by_ffmpeg(kind: str) -> None:
    """FFmpeg does not take more than 64 channels; of fewer it is the reference."""
    noise = np.random.default_rng(1).uniform(-1, 1, (2, 480)).astype(np.float32)
    (frame,) = av.AudioResampler(format=kind).resample(frame_of(noise, "stereo"))
    (reference,) = av.AudioResampler(format="flt").resample(frame)
    assert _scaled(frame.to_ndarray()) == pytest.approx(reference.to_ndarray(), abs=1e-6)


@pytest.mark.parametrize("kind", ["flt", "fltp", "s16", "s16p"])
@pytest.mark.parametrize(("layout", "n"), [("mono", 1), ("stereo", 2), ("5.1", 6), ("6.1", 7), ("7.1", 8)])
def test_samples_that_are_read_directly_are_those_that_ffmpeg_gives(kind: str, layout: str, n: int) -> None:
    noise = np.random.default_rng(1).uniform(-1, 1, (n, 480)).astype(np.float32)
    (frame,) = av.AudioResampler(format=kind).resample(frame_of(noise, layout))
    (in_another_form,) = av.AudioResampler(format="dbl").resample(frame)
    for target in ("mono", "stereo"):
        assert Mixer(target).mix(frame) == pytest.approx(Mixer(target).mix(in_another_form), abs=1e-6)


def test_the_mix_of_sound_with_places_is_that_of_ffmpeg_but_for_its_level() -> None:
    noise = np.random.default_rng(1).uniform(-0.3, 0.3, (8, RATE_HZ)).astype(np.float32)
    for layout, n in (("stereo", 2), ("3.0", 3), ("5.0", 5), ("5.1", 6), ("5.1(side)", 6)):
        for target, n_out in (("mono", 1), ("stereo", 2)):
            mix = Mixer(target).mix(frame_of(noise[:n], layout)).reshape(-1, n_out).T
            resampler = av.AudioResampler(format="fltp", layout=target, rate=RATE_HZ)
            (block,) = resampler.resample(frame_of(noise[:n], layout))
            reference = block.to_ndarray().astype(np.float32)
            assert mix / level(mix) == pytest.approx(reference / level(reference), abs=1e-4), (layout, target)


def test_ambisonic_sound_is_its_first_channel() -> None:
    for layout, n in (("ambisonic 1", 4), ("ambisonic 2", 9)):
        channels = np.random.default_rng(1).uniform(-1, 1, (n, 480)).astype(np.float32)
        assert (Mixer("mono").mix(frame_of(channels, layout)) == channels[0]).all()
        assert (Mixer("stereo").mix(frame_of(channels, layout)) == channels[0][:, None]).all()


@pytest.mark.parametrize("other", [-1.0, -0.9])
def test_channels_that_cancel_each_other_out_are_heard(tmp_path: Path, other: float) -> None:
    channels = np.stack([tone(1.0), other * tone(1.0)])
    samples = np.concatenate([block for _, block in sound(write_recorder(tmp_path / "a.wav", channels))])
    assert level(samples) == pytest.approx(level(tone(1.0)), rel=LEVEL_TOLERANCE)


@pytest.mark.parametrize("other", [1.0, 0.0, -0.2])
def test_channels_that_do_not_cancel_out_are_all_heard(tmp_path: Path, other: float) -> None:
    channels = np.stack([tone(1.0), other * tone(1.0)])
    samples = np.concatenate([block for _, block in sound(write_recorder(tmp_path / "a.wav", channels))])
    assert level(samples) == pytest.approx(level(tone(1.0)) * (1 + other) / 2, rel=LEVEL_TOLERANCE)


def test_stereo_stays_stereo_for_the_annotated_video(tmp_path: Path) -> None:
    path = write_recorder(tmp_path / "a.wav", np.stack([tone(1.0), -tone(1.0)]))
    blocks = list(read_sound(path, probe(path), rate_hz=RATE_HZ, counts=ReadCounts(), layout="stereo"))
    samples = np.concatenate([block.samples for block in blocks])
    assert samples == pytest.approx(np.stack([tone(1.0), -tone(1.0)], axis=1), abs=1e-3)


@pytest.mark.parametrize(
    "codec", ["pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_s64le", "pcm_f32le", "pcm_f64le"]
)
def test_every_format_of_samples_has_the_same_level(tmp_path: Path, codec: str) -> None:
    path = write_sound(tmp_path / "a.wav", tone(1.0), codec=codec)
    samples = np.concatenate([block for _, block in sound(path)])
    assert samples == pytest.approx(tone(1.0), abs=0.01)


def test_eight_separate_channels_are_read_from_their_own_memory_only(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.m4a", tone(1.0), codec="aac", layout="7.1")
    audio = probe(path).audio
    assert audio is not None
    assert audio.channels == 8
    spectrum = np.abs(np.fft.rfft(np.concatenate([block for _, block in sound(path)])[:RATE_HZ]))
    assert spectrum.argmax() == pytest.approx(440, abs=1)  # bins of 1 Hz
