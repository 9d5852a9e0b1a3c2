"""One clock for recordings of several pieces, on made packets and on files put one after the other."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from emoclassify.media.container import ReadCounts
from emoclassify.media.read import FrameStream, probe, read_frames
from emoclassify.media.sound import read_sound
from emoclassify.media.timestamps import PacketClock
from emoclassify.words.messages import Message
from tests.support.made import even, plain, tone, write_sound, write_video
from tests.support.seen import frames, sound

TIME_TOLERANCE_S = 0.05


@dataclass
class Stream:
    index: int


VIDEO, AUDIO = Stream(0), Stream(1)


@dataclass
class Packet:
    """What the clock asks of a packet of PyAV; times in milliseconds."""

    stream: Stream
    dts: int | None
    pts: int | None
    duration: int = 40
    time_base: Fraction = Fraction(1, 1000)


def picture(*times_ms: int) -> list[Packet]:
    return [Packet(VIDEO, time_ms, time_ms) for time_ms in times_ms]


def times_ms(packets: Iterable[Packet], stream: Stream = VIDEO) -> list[int | None]:
    return [packet.pts for packet in packets if packet.stream is stream]


def test_even_timestamps_are_left_as_they_are() -> None:
    packets = picture(*range(0, 4000, 40))
    clock = PacketClock()
    assert times_ms(clock.adjust(map(replace, packets))) == times_ms(packets)
    assert clock.restarts == 0


def test_pieces_follow_each_other_and_sound_keeps_its_place_beside_the_picture() -> None:
    piece = [Packet(stream, t, t) for t in range(0, 2000, 40) for stream in (VIDEO, AUDIO)][:-1]  # the sound is shorter
    clock = PacketClock()
    moved = list(clock.adjust([replace(packet) for _ in range(3) for packet in piece]))
    assert clock.restarts == 2
    assert times_ms(moved) == list(range(0, 6000, 40))
    assert times_ms(moved, AUDIO) == [t for t in range(0, 6000, 40) if t % 2000 != 1960]


def test_one_timestamp_that_goes_back_is_no_new_piece() -> None:
    packets = picture(*range(0, 2000, 40), 0, *range(2000, 4000, 40))
    clock = PacketClock()
    assert times_ms(clock.adjust(map(replace, packets))) == times_ms(packets)
    assert clock.restarts == 0


def test_one_timestamp_far_ahead_shifts_what_follows_and_loses_nothing() -> None:
    moved = times_ms(PacketClock().adjust(picture(0, 40, 80, 600_000, 120, 160, 200)))
    assert moved == [0, 40, 80, 600_000, 600_040, 600_080, 600_120]


def test_pictures_that_are_shown_in_another_order_are_no_new_piece() -> None:
    # A picture a second, each third one stored before the two that it follows.
    packets = [Packet(VIDEO, 1000 * i, 1000 * (i + (4, 1, 1)[i % 3]), duration=1000) for i in range(30)]
    clock = PacketClock()
    assert times_ms(clock.adjust(map(replace, packets))) == times_ms(packets)


def test_packets_without_a_timestamp_pass() -> None:
    packets = [*picture(0, 40), Packet(VIDEO, None, None), *picture(80), Packet(AUDIO, None, None)]
    assert list(PacketClock().adjust(map(replace, packets))) == packets


@pytest.mark.parametrize(
    ("name", "codec", "audio_codec", "n_pieces"),
    [
        ("a.webm", "libvpx-vp9", "libopus", 2),  # FFmpeg reads no third one
        ("a.mpg", "mpeg1video", "mp2", 3),
    ],
)
def test_recordings_joined_byte_for_byte_are_read_to_the_end(
    tmp_path: Path, name: str, codec: str, audio_codec: str, n_pieces: int
) -> None:
    colours = [(220, 30, 30), (30, 200, 30), (30, 30, 220)][:n_pieces]
    path = tmp_path / name
    for colour in colours:
        pictures, heard = even([plain(64, 64, colour)] * 50), (0.0, tone(2.0))
        piece = write_video(tmp_path / f"piece-{name}", pictures, codec=codec, sound=heard, audio_codec=audio_codec)
        path.write_bytes((path.read_bytes() if path.exists() else b"") + piece.read_bytes())
    stream = FrameStream(path, probe(path), every=1)
    read = list(stream)
    assert len(read) >= 50 * n_pieces - 2  # of MPEG the last picture of a piece may be kept back
    assert stream.counts.restarts == n_pieces - 1
    assert Message("picture_restarts", {"n": n_pieces - 1}) in stream.counts.warnings("picture")
    assert read[-1].time_s == pytest.approx(2 * n_pieces - 0.04, abs=2 * TIME_TOLERANCE_S)
    seen = {round(frame.time_s - 0.5): frame.rgb[32, 32].argmax() for frame in read}
    assert [seen[second] for second in range(2 * n_pieces)] == [second // 2 for second in range(2 * n_pieces)]
    assert sum(len(samples) for _, samples in sound(path)) / 16_000 == pytest.approx(2 * n_pieces, abs=0.2)
    wanted = {read[i].index: read[i].time_s for i in (10, len(read) - 10)}
    found = list(read_frames(path, probe(path), wanted))
    assert sorted(frame.rgb[32, 32].argmax() for frame in found) == [0, n_pieces - 1]


def test_sounds_joined_byte_for_byte_are_read_to_the_end(tmp_path: Path) -> None:
    piece = write_sound(tmp_path / "piece.ogg", tone(2.0), codec="flac").read_bytes()
    path = tmp_path / "a.ogg"
    path.write_bytes(3 * piece)
    counts = ReadCounts()
    blocks = list(read_sound(path, probe(path), rate_hz=16_000, counts=counts))
    assert sum(len(block.samples) for block in blocks) == 6 * 16_000
    assert counts.restarts == 2
    assert np.concatenate([block.samples for block in blocks]).std() == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


def test_the_last_pictures_are_read_where_the_sound_is_the_first_stream(tmp_path: Path) -> None:
    written = write_video(tmp_path / "b.mp4", even([plain()] * 50), sound=(0.0, tone(2.0)))
    path = tmp_path / "a.mp4"
    with av.open(str(written)) as source, av.open(str(path), "w") as target:
        audio, video = source.streams.audio[0], source.streams.video[0]
        streams = {stream.index: target.add_stream_from_template(stream) for stream in (audio, video)}
        for packet in source.demux(video, audio):
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
    found = probe(path).video
    assert found is not None
    assert found.stream == 1
    assert len(frames(path)) == 50


def test_a_recording_in_one_piece_tells_nothing_of_pieces(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", even([plain()] * 50), sound=(0.0, tone(2.0)))
    assert len(frames(path)) == 50
    stream = FrameStream(path, probe(path), every=1)
    assert len(list(stream)) == 50
    assert stream.counts.warnings("picture") == []
