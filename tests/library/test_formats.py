"""Formats: those that are read, and all others, whatever the file is called, are refused."""

import re
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.container import InputContainer, OutputContainer
from PIL import Image

from emoclassify.errors import MediaError
from emoclassify.media.formats import DEMUXERS, FORMATS
from emoclassify.media.read import FrameStream, probe
from emoclassify.words.messages import Message
from tests.support.made import even, plain, portrait, quarters, tone, write_sound, write_video
from tests.support.seen import corners, frames, sound

TIME_TOLERANCE_S = 0.001

VIDEO_KINDS = [
    ("a.mp4", "libx264", "yuv420p", "aac"),
    ("a.mov", "libx264", "yuv420p", "aac"),
    ("a.mkv", "libx264", "yuv420p10le", "flac"),
    ("a.webm", "libvpx-vp9", "yuv420p", "libopus"),
    ("a.avi", "mpeg4", "yuv420p", "libmp3lame"),
    ("a.mpg", "mpeg2video", "yuv420p", "mp2"),
    ("a.vob", "mpeg2video", "yuv420p", "mp2"),
    ("a.ts", "libx264", "yuv420p", "aac"),
    ("a.mts", "libx264", "yuv420p", "mp2"),
    ("a.m2ts", "libx264", "yuv420p", "aac"),
    ("a.3gp", "libx264", "yuv420p", "aac"),
    ("a.3g2", "libx264", "yuv420p", "aac"),
    ("a.flv", "libx264", "yuv420p", "aac"),
    ("a.wmv", "wmv2", "yuv420p", "wmav2"),
]


@pytest.mark.parametrize(("name", "codec", "pix_fmt", "audio_codec"), VIDEO_KINDS)
def test_every_container_gives_its_frames_and_its_sound(
    tmp_path: Path, name: str, codec: str, pix_fmt: str, audio_codec: str
) -> None:
    path = write_video(
        tmp_path / name,
        even([quarters()] * 25),
        codec=codec,
        pix_fmt=pix_fmt,
        sound=(0.0, tone(1.0)),
        audio_codec=audio_codec,
    )
    read = frames(path)
    assert len(read) == 25
    steps_s = np.diff([frame.time_s for frame in read])
    assert np.median(steps_s) == pytest.approx(0.04, abs=TIME_TOLERANCE_S)
    assert (steps_s > 0).all()
    assert corners(read[12].rgb) == ["red", "green", "blue", "grey"]
    assert sum(len(samples) for _, samples in sound(path)) / 16_000 == pytest.approx(1.0, abs=0.1)


def copy_packets(source: InputContainer, stream: Any, target: OutputContainer) -> None:
    """Of a file with one stream, into one of another file."""
    for packet in source.demux():
        if packet.size:
            packet.stream = stream
            target.mux(packet)


def test_cover_art_is_no_video(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "plain.mp3", tone(1.0), codec="libmp3lame")
    Image.fromarray(quarters()).save(tmp_path / "cover.png")
    with av.open(str(path)) as source, av.open(str(tmp_path / "a.mp3"), "w") as target:
        audio = target.add_stream_from_template(source.streams.audio[0])
        with av.open(str(tmp_path / "cover.png")) as cover:
            picture = target.add_stream_from_template(cover.streams.video[0])
            picture.disposition = av.stream.Disposition.attached_pic
            copy_packets(cover, picture, target)
        copy_packets(source, audio, target)
    info = probe(tmp_path / "a.mp3")
    assert info.video is None
    assert info.audio is not None
    assert info.notes == (Message("cover_art"),)


def test_the_default_stream_of_several_is_taken_and_said(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        streams = []
        for default in (False, True):
            stream = container.add_stream("libx264", rate=25)
            stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
            stream.disposition = av.stream.Disposition.default if default else av.stream.Disposition(0)
            streams.append(stream)
        for stream, colour in zip(streams, ((220, 30, 30), (30, 30, 220)), strict=True):
            container.mux([*stream.encode(av.VideoFrame.from_ndarray(plain(64, 64, colour))), *stream.encode()])
    info = probe(path)
    assert info.notes == (Message("picture_chosen", {"n": 2, "stream": 1}),)
    assert frames(path)[0].rgb[32, 32].argmax() == 2


def test_no_duration_in_the_header(tmp_path: Path) -> None:
    path = tmp_path / "a.webm"
    with path.open("wb") as file:  # a pipe cannot be gone back in: the header stays without a duration

        class Pipe:
            write = file.write

        write_pipe(Pipe())
    assert probe(path).duration_s is None
    assert len(frames(path)) == 25


def write_pipe(pipe: object) -> None:
    with av.open(pipe, "w", format="webm") as container:
        stream = container.add_stream("libvpx", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(25):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(plain(64, 64))))
        container.mux(stream.encode())


REFUSED = {
    "ffconcat": b"ffconcat version 1.0\nfile '{other}'\n",
    "m3u8": b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{other}\n#EXT-X-ENDLIST\n",
    "sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    "dash": b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period/></MPD>',
    "tty": b"Hello, this is only a text.\n" * 100,
    "srt": b"1\n00:00:00,000 --> 00:00:01,000\nHello\n\n2\n00:00:01,000 --> 00:00:02,000\nYou\n",
    "ass": b"[Script Info]\nScriptType: v4.00+\n[Events]\nDialogue: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,Hello\n",
    "html": b"<html><body>Hello</body></html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "imf": b'<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"/>',
    "ffmetadata": b";FFMETADATA1\ntitle=a\n",
    "zeros": bytes(4096),
}


@pytest.mark.parametrize("ending", ["mp4", "mkv", "wav", "jpg", "txt"])
@pytest.mark.parametrize("kind", REFUSED)
def test_other_formats_are_refused_whatever_the_file_is_called(tmp_path: Path, kind: str, ending: str) -> None:
    other = write_video(tmp_path / "other.mp4", even([plain(64, 64)] * 3))
    path = tmp_path / f"a.{ending}"
    path.write_bytes(REFUSED[kind].replace(b"{other}", str(other).encode()))
    with pytest.raises(MediaError, match=r"does not open|neither"):
        probe(path)


def test_a_playlist_that_points_elsewhere_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = write_video(tmp_path / "private.mp4", even([plain(64, 64)] * 3))
    path = tmp_path / "a.mp4"
    path.write_bytes(REFUSED["ffconcat"].replace(b"{other}", str(other).encode()))
    accessed = other.stat().st_atime_ns
    with pytest.raises(MediaError):
        probe(path)
    assert other.stat().st_atime_ns == accessed
    with av.open(str(path), options={"safe": "0"}) as container:  # the same file does open the other one unguarded
        assert container.format.name == "concat"


def test_no_demuxer_that_opens_another_file_or_an_address_is_allowed() -> None:
    openers = {"concat", "hls", "dash", "webm_dash_manifest", "imf", "image2", "image2pipe", "sdp", "rtp", "rtsp"}
    openers |= {
        "tty",
        "lavfi",
        "ffmetadata",
        "segment",
        "sap",
        "libgme",
        "vapoursynth",
        "avisynth",
        "bluray",
        "alias_pix",
    }
    assert not openers & set(DEMUXERS)


def test_a_movie_whose_pictures_lie_in_another_file_opens_nothing(tmp_path: Path) -> None:
    other = write_video(tmp_path / "private.mov", even([plain(64, 64)] * 3))
    content = other.read_bytes()
    path = tmp_path / "a.mov"
    own = b"url \x00\x00\x00\x01"  # the data is in this file
    assert content.count(own) == 1
    path.write_bytes(content.replace(own, b"url \x00\x00\x00\x00").replace(b"mdat", b"free"))
    accessed = other.stat().st_atime_ns
    assert len(frames(path)) in (0, 3)  # FFmpeg takes no reference, and reads its own bytes
    assert other.stat().st_atime_ns == accessed


def test_a_name_is_never_a_pattern_or_an_address(tmp_path: Path) -> None:
    for number in range(3):
        Image.fromarray(quarters()).save(tmp_path / f"a{number:03d}.png")
    with pytest.raises(MediaError, match="no such file"):
        probe(tmp_path / "a%03d.png")
    Image.fromarray(quarters()).save(tmp_path / "b%03d.png")
    assert len(frames(tmp_path / "b%03d.png")) == 1
    with pytest.raises(MediaError, match="no such file"):
        probe(Path("concat:a.mp4|b.mp4"))


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "empty"), (np.random.default_rng(1).bytes(50_000), "does not open"), (None, "not a file")],
)
def test_what_does_not_open_is_one_clear_error(tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "a.mp4"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(MediaError, match=told) as caught:
        probe(path)
    assert "\n" not in str(caught.value)


def test_a_truncated_recording_is_an_error_or_ends_early(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", even([portrait()] * 50))
    path.write_bytes(path.read_bytes()[:-1000])  # the index of an mp4 is at its end
    with pytest.raises(MediaError):
        probe(path)
    path = write_video(tmp_path / "a.mkv", even([portrait()] * 50))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert 0 < len(frames(path)) < 50


def test_every_format_that_is_read_is_named_in_the_failure_of_others(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"%PDF-1.7 " + bytes(1000))
    with pytest.raises(MediaError) as raised:
        probe(tmp_path / "a.mp4")
    told = str(raised.value)
    assert "a PDF document" in told
    assert "ffmpeg -i FILE -c:v libx264 -pix_fmt yuv420p -c:a aac out.mp4" in told
    for format in FORMATS:
        assert re.search(rf"\b{format.name}\b", told), format.name


@pytest.mark.parametrize("n", [1, 2])
def test_a_photograph_with_a_second_one_in_it_is_one(n: int, tmp_path: Path) -> None:
    """Telephones put the depth, or the lights, behind it."""
    Image.fromarray(portrait()).save(tmp_path / "a.jpg")
    (tmp_path / "a.jpg").write_bytes((tmp_path / "a.jpg").read_bytes() * n)
    assert probe(tmp_path / "a.jpg").notes == ()


@pytest.mark.parametrize("name", ["a.mp4", "a.avi", "a.mkv"])
def test_a_recording_that_was_cut_off_is_told_so(tmp_path: Path, name: str) -> None:
    path = write_video(tmp_path / name, even([portrait()] * 10), codec="mpeg4")
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(MediaError, match=r"(begins as (MP4|AVI|WebM), but is damaged, cut off)|(neither)"):
        probe(path)


def replaced(path: Path, old: bytes, new: bytes) -> Path:
    """A copy of a file in which bytes are exchanged."""
    content = path.read_bytes()
    assert content.count(old) >= 1
    copy = path.with_name(f"other-{path.name}")
    copy.write_bytes(content.replace(old, new))
    return copy


@pytest.fixture
def talking(tmp_path: Path) -> Path:
    """A film with picture and sound."""
    return write_video(tmp_path / "a.mp4", even([portrait()] * 25), sound=(0.0, tone(1.0)))


def test_a_picture_of_an_unknown_codec_leaves_the_sound(talking: Path) -> None:
    path = replaced(talking, b"avc1\x00\x00\x00\x00\x00\x00", b"xyz1\x00\x00\x00\x00\x00\x00")
    info = probe(path)
    assert info.video is None
    assert info.has("picture")
    assert info.notes == (Message("picture_codec_letters", {"codec": "xyz1"}),)
    assert sum(len(samples) for _, samples in sound(path)) == pytest.approx(16_000, abs=2_000)


def test_a_sound_of_an_unknown_codec_leaves_the_picture(tmp_path: Path) -> None:
    film = write_video(tmp_path / "a.mkv", even([portrait()] * 25), sound=(0.0, tone(1.0)), audio_codec="flac")
    path = replaced(film, b"A_FLAC", b"A_XYZW")
    info = probe(path)
    assert info.audio is None
    assert info.has("sound")
    assert info.notes == (Message("sound_codec_unknown"),)
    assert len(frames(path)) == 25


def test_a_file_of_which_nothing_can_be_decoded_says_what_it_is(tmp_path: Path) -> None:
    film = write_video(tmp_path / "a.mp4", even([portrait()] * 10))
    path = replaced(film, b"avc1\x00\x00\x00\x00\x00\x00", b"xyz1\x00\x00\x00\x00\x00\x00")
    with pytest.raises(MediaError, match="Nothing of the file can be decoded: it is MP4 with xyz1"):
        probe(path)


@pytest.mark.parametrize("with_sound", [True, False])
def test_an_encrypted_recording_fails_with_that_reason(tmp_path: Path, with_sound: bool) -> None:
    film = write_video(
        tmp_path / "a.mp4",
        even([portrait()] * 10),
        sound=(0.0, tone(0.4)) if with_sound else None,
        options={"encryption_scheme": "cenc-aes-ctr", "encryption_key": "0" * 32, "encryption_kid": "1" * 32},
    )
    codecs = "h264, aac" if with_sound else "h264"
    with pytest.raises(MediaError, match=rf"encrypted \(copy protection\).*MP4 with {codecs}\."):
        probe(film)


def test_timestamps_that_begin_far_from_zero_count_from_the_beginning(tmp_path: Path) -> None:
    for name, options in (("a.mp4", {"movflags": "frag_keyframe+empty_moov"}), ("a.mkv", {}), ("a.ts", {})):
        pictures = [(100_000_000 + time_ms, rgb) for time_ms, rgb in even([plain()] * 50)]
        path = write_video(tmp_path / name, pictures, options=options | {"avoid_negative_ts": "disabled"})
        info = probe(path)
        assert frames(path)[-1].time_s == pytest.approx(1.96, abs=0.01)
        assert info.duration_s == pytest.approx(2.0, abs=0.05), name


def test_pictures_of_avi_that_are_stored_in_another_order_are_all_read(tmp_path: Path) -> None:
    path = tmp_path / "a.avi"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"bf": "3", "x264-params": "b-adapt=0"})
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for i in range(50):
            frame = av.VideoFrame.from_ndarray(plain(64, 64, (5 * i, 5 * i, 5 * i)), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    read = frames(path)
    assert [frame.time_s for frame in read] == pytest.approx([i / 25 for i in range(50)], abs=TIME_TOLERANCE_S)
    brightness = [float(frame.rgb.mean()) for frame in read]
    assert brightness == pytest.approx([5.0 * i for i in range(50)], abs=6)
    assert not FrameStream(path, probe(path), every=1).counts.warnings("picture")
