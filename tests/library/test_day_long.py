"""A recording of a day: times are right to its end, where milliseconds, samples and ticks no longer fit in 31 bits."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from emoclassify.child import Child
from emoclassify.media.container import ReadCounts
from emoclassify.media.read import FrameStream, probe
from emoclassify.media.sound import read_sound
from emoclassify.outputs.saved import read_analysis
from emoclassify.settings import Options
from tests.support.made import as_audio, as_video, portrait, tone

DAY_S = 24 * 3600
BEFORE_S = DAY_S - 60  # 23 h 59 min
BLOCK = 960
RISEN_MB = 40

CASES = [
    pytest.param("film.mkv", "libopus", 48_000, id="MKV, milliseconds"),
    pytest.param("film.mp4", "aac", 16_000, id="MP4"),
    pytest.param("film.ts", "aac", 48_000, id="MPEG-TS, whose clock has 33 bits"),
]


def write_day(path: Path, sound_codec: str, rate_hz: int) -> Path:
    """Two seconds of picture (5 a second) and sound, and two more from 23 h 59 min on."""
    # In MP4 the length of one packet has 31 bits: with 90,000 ticks a second the hole would not fit into the file.
    options = {"video_track_timescale": "1000"} if path.suffix == ".mp4" else {}
    with av.open(str(path), "w", options=options) as container:
        video = as_video(container.add_stream("libx264", rate=5, options={"preset": "ultrafast", "bf": "0", "g": "1"}))
        video.width, video.height, video.pix_fmt = 160, 120, "yuv420p"
        video.codec_context.time_base = Fraction(1, 90_000)
        audio = as_audio(container.add_stream(sound_codec, rate=rate_hz))
        audio.layout = "mono"
        resampler = av.AudioResampler(audio.codec_context.format, "mono", rate_hz, audio.frame_size or BLOCK)
        for start_s in (0, BEFORE_S):
            for i in range(10):
                frame = av.VideoFrame.from_ndarray(portrait(120, 160), format="rgb24")
                frame.time_base, frame.pts = Fraction(1, 90_000), start_s * 90_000 + i * 18_000
                container.mux(video.encode(frame))
            samples = tone(2.0, rate_hz)[None, : 2 * rate_hz // 1024 * 1024]
            sound = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
            sound.sample_rate, sound.time_base, sound.pts = rate_hz, Fraction(1, rate_hz), start_s * rate_hz
            for block in resampler.resample(sound):
                container.mux(audio.encode(block))
        container.mux(video.encode())
        container.mux(audio.encode())
    return path


@pytest.mark.parametrize(("name", "sound_codec", "rate_hz"), CASES)
def test_times_are_right_after_a_day(tmp_path: Path, name: str, sound_codec: str, rate_hz: int) -> None:
    path = write_day(tmp_path / name, sound_codec, rate_hz)
    info = probe(path)
    times_s = np.array([frame.time_s for frame in FrameStream(path, info, sample_fps=5)])
    expected_s = np.concatenate([start_s + np.arange(10) / 5 for start_s in (0, BEFORE_S)])
    assert times_s == pytest.approx(expected_s, abs=0.03)  # the sound of some codecs begins a little earlier
    blocks = list(read_sound(path, info, rate_hz=16_000, counts=ReadCounts()))
    late = [block for block in blocks if block.start_s > DAY_S / 2]
    assert late[0].start_s == pytest.approx(BEFORE_S, abs=0.1)
    assert sum(len(block.samples) for block in blocks) == pytest.approx(4 * 16_000, rel=0.1)


def test_a_broadcast_whose_clock_starts_anew_goes_on(tmp_path: Path) -> None:
    """After 26.5 hours the 33 bits of its clock are full."""
    wraps_s = 2**33 / 90_000
    path = tmp_path / "film.ts"
    with av.open(str(path), "w") as container:
        video = as_video(container.add_stream("libx264", rate=5, options={"preset": "ultrafast", "bf": "0", "g": "1"}))
        video.width, video.height, video.pix_fmt = 160, 120, "yuv420p"
        video.codec_context.time_base = Fraction(1, 90_000)
        for i in range(40):
            frame = av.VideoFrame.from_ndarray(portrait(120, 160), format="rgb24")
            frame.time_base, frame.pts = Fraction(1, 90_000), round((wraps_s - 4) * 90_000) + i * 18_000
            container.mux(video.encode(frame))
        container.mux(video.encode())
    times_s = [frame.time_s for frame in FrameStream(path, probe(path), every=1)]
    assert times_s == pytest.approx(list(np.arange(40) / 5), abs=0.002)


def write_still_day(path: Path, every_s: int) -> Path:
    """A day of one picture in so many seconds, put together from a few packets."""
    with av.open(str(path), "w") as container:
        video = as_video(container.add_stream("libx264", rate=1, options={"preset": "ultrafast", "bf": "0", "g": "1"}))
        video.width, video.height, video.pix_fmt = 320, 240, "yuv420p"
        packets = []
        for i in range(12):
            picture = portrait(at_xy=(20 + 5 * i, 0))
            packets += video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24"))
        packets += video.encode()
        kept = [bytes(packet) for packet in packets]
        for number in range(DAY_S // every_s + 1):
            packet = av.Packet(kept[number % len(kept)])
            packet.stream, packet.time_base, packet.is_keyframe = video, Fraction(1, 1), True
            packet.pts = packet.dts = number * every_s
            container.mux(packet)
    return path


def resident_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1e6


@pytest.mark.slow
@pytest.mark.whole
@pytest.mark.model
@pytest.mark.timeout(3600)
def test_a_day_is_analyzed_in_memory_that_does_not_grow(tmp_path: Path) -> None:
    every_s, memory_mb = 30, {}
    path = write_still_day(tmp_path / "day.mkv", every_s)
    with Child() as child:

        def note(stage: str, done_s: float, total_s: float | None) -> None:
            if stage == "faces" and total_s:
                memory_mb[int(10 * done_s / total_s)] = resident_mb(child.pid or 0)

        child.analyze(path, tmp_path / "out", Options(sample_fps=1), note)
    found = read_analysis(tmp_path / "out" / "analysis.json")
    assert len(found.frames) == DAY_S // every_s + 1
    assert found.frames[-1].time_s == pytest.approx(DAY_S, abs=0.01)
    assert len(found.faces) == pytest.approx(len(found.frames), rel=0.05)
    assert memory_mb[9] - memory_mb[2] < RISEN_MB, memory_mb
