"""Files that lost something, made by ffmpeg and then broken: what is left is read, and what is missing is told."""

from pathlib import Path

import av
import numpy as np
import pytest

from emoclassify.media.container import ReadCounts
from emoclassify.media.read import decoded_frames, probe
from emoclassify.words.messages import Message
from tests.support.made import portrait
from tests.support.reference import H264, PICTURE, SOUND, make, make_of, needs_ffmpeg, reference_of
from tests.support.seen import sound

pytestmark = [needs_ffmpeg, pytest.mark.slow]

PACKET = 188
"""Bytes of one of MPEG-TS."""

FRAME_S = 0.04
BOTH = (*PICTURE, *SOUND)
GROWING: dict[str, tuple[str, ...]] = {
    "growing.mkv": (*BOTH, *H264, "-c:a", "libopus", "-live", "1"),
    "growing.webm": (*BOTH, "-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus", "-live", "1"),
    "growing.mp4": (*BOTH, *H264, "-c:a", "aac", "-movflags", "frag_keyframe+empty_moov+default_base_moof"),
    "growing.flv": (*BOTH, *H264, "-c:a", "aac", "-ar", "44100"),
    "growing.ts": (*BOTH, *H264, "-c:a", "mp2"),
    "growing.dv": ("-f", "lavfi", "-i", "testsrc2=size=720x576:rate=25:duration=2", *SOUND, "-target", "pal-dv"),
}
CUT_FRAMES = 3
"""At the place where a file breaks off, ffprobe shows frames that it made up; here they are left out."""


def read(path: Path) -> tuple[list[float], ReadCounts]:
    counts = ReadCounts()
    return [time_s for _, time_s in decoded_frames(path, probe(path), counts)], counts


def test_the_sound_of_a_file_that_grows_is_read_as_far(tmp_path: Path) -> None:
    path = make(tmp_path / "growing.ogg", *SOUND, "-c:a", "libopus")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 6 // 10])
    n_samples = sum(len(samples) for _, samples in sound(path))
    assert n_samples / 16_000 == pytest.approx(reference_of(path).sound_s, abs=0.05)


@pytest.mark.parametrize("name", GROWING)
def test_a_file_that_grows_is_read_as_far_as_it_goes(name: str, tmp_path: Path) -> None:
    path = make(tmp_path / name, *GROWING[name])
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 6 // 10])
    times_s, _ = read(path)
    expected_s = reference_of(path).times_s
    assert len(times_s) >= len(expected_s) - CUT_FRAMES > 20
    assert times_s == sorted(set(times_s))
    assert all(min(abs(np.array(expected_s) - time_s)) < 0.002 for time_s in times_s)


def test_lost_packets_are_told_and_do_not_move_what_is_left(tmp_path: Path) -> None:
    path = make(tmp_path / "lost.ts", *BOTH, *H264, "-bf", "2", "-c:a", "mp2")
    whole_s, content = reference_of(path).times_s, path.read_bytes()
    chance = np.random.default_rng(1).random(len(content) // PACKET)
    pieces = [content[i * PACKET : (i + 1) * PACKET] for i, each in enumerate(chance) if i < 30 or each > 0.01]
    path.write_bytes(b"".join(pieces))
    times_s, counts = read(path)
    assert len(times_s) >= 0.5 * len(whole_s)
    assert counts.corrupt > 0
    assert all(min(abs(np.array(whole_s) - time_s)) < 0.002 for time_s in times_s)


def test_a_hole_in_a_broadcast_stays_a_hole(tmp_path: Path) -> None:
    path = make(tmp_path / "hole.ts", *BOTH, *H264, "-g", "10", "-c:a", "mp2")
    content, last_s = path.read_bytes(), reference_of(path).times_s[-1]
    n_packets = len(content) // PACKET
    path.write_bytes(content[: n_packets * 4 // 10 * PACKET] + content[n_packets * 6 // 10 * PACKET :])
    times_s, _ = read(path)
    assert times_s[-1] == pytest.approx(last_s, abs=0.002)
    assert 0.2 < max(np.diff(times_s)) < 0.8


def test_a_broadcast_without_a_key_frame_goes_on_at_the_next(tmp_path: Path) -> None:
    moments = [portrait(at_xy=(20 + i, 0)) for i in range(75)]
    keys = ("-g", "25", "-keyint_min", "25", "-sc_threshold", "0")
    path = make_of(moments, 25, tmp_path / "keyless.ts", *H264, *keys)
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.is_keyframe and packet.size]
    content, key = path.read_bytes(), packets[1]
    assert key.pos is not None
    n_lost = -(-key.size // (PACKET - 4)) + 2
    path.write_bytes(content[: key.pos] + content[key.pos + n_lost * PACKET :])
    counts = ReadCounts()
    shown = [(time_s, frame.to_ndarray(format="rgb24")) for frame, time_s in decoded_frames(path, probe(path), counts)]
    assert len(shown) >= 49
    assert counts.corrupt > 0
    for time_s, rgb in shown:  # none of those that build on what was lost
        assert np.abs(rgb - moments[round(time_s / FRAME_S)].astype(int)).mean() < 6, time_s


def test_half_a_minute_that_does_not_decode_does_not_end_a_recording(tmp_path: Path) -> None:
    source = make(tmp_path / "source.mkv", *PICTURE[:3], PICTURE[3].replace("duration=2", "duration=32"), *H264)
    path = tmp_path / "broken.mkv"
    with av.open(str(source)) as whole, av.open(str(path), "w") as broken:
        copy = broken.add_stream_from_template(whole.streams.video[0])
        for packet in whole.demux(video=0):
            if packet.pts is None:
                continue
            if 1 <= float(packet.pts * packet.time_base) < 31:
                packet.update(bytes(packet.size))
            packet.stream = copy
            broken.mux(packet)
    times_s, counts = read(path)
    assert [sum(time_s < 1 for time_s in times_s), sum(time_s >= 31 for time_s in times_s)] == [25, 25]
    assert counts.corrupt >= 700
    assert not counts.gave_up


def test_a_sound_that_begins_late_does_not_end_the_picture(tmp_path: Path) -> None:
    picture = make(tmp_path / "v.flv", *PICTURE[:3], PICTURE[3].replace("duration=2", "duration=30"), "-c:v", "flv")
    noise = make(tmp_path / "a.flv", *SOUND, "-c:a", "pcm_s16le", "-ar", "44100")
    later = [(time_ms + 20_000, 8, tag) for time_ms, kind, tag in tags(noise) if kind == 8]
    both = sorted([*(tag for tag in tags(picture) if tag[1] == 9), *later], key=lambda tag: tag[0])
    path = tmp_path / "late.flv"
    header = b"FLV\x01\x01\x00\x00\x00\x09\x00\x00\x00\x00"  # has a picture alone
    path.write_bytes(header + b"".join(timed(tag, time_ms) for time_ms, _, tag in both))
    times_s, counts = read(path)
    assert len(times_s) == 750
    assert Message("stream_late") in counts.warnings("picture")


def tags(path: Path) -> list[tuple[int, int, bytes]]:
    """Time (ms), kind and bytes of each tag of an FLV file."""
    content, at, each = path.read_bytes(), 13, []
    while at + 11 <= len(content):
        end = at + 11 + int.from_bytes(content[at + 1 : at + 4]) + 4
        each.append((int.from_bytes(content[at + 4 : at + 7]), content[at], content[at:end]))
        at = end
    return each


def timed(tag: bytes, time_ms: int) -> bytes:
    """A tag with another time."""
    return tag[:4] + time_ms.to_bytes(3) + tag[7:]
