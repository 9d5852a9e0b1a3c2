"""Reading media, on files made with known times, sizes and sounds."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from made import even, plain, portrait, tone, write_sound, write_video
from PIL import ExifTags, Image, ImageOps

from emoclassify.container import ReadCounts
from emoclassify.errors import MediaError
from emoclassify.media import Frame, FrameStream, probe, read_frames, read_sound

TIME_TOLERANCE_S = 0.001
COLOUR_TOLERANCE = 6  # of 255: lossy coding and 8-bit colour matrices


def frames(path: Path, **sampling: float) -> list[Frame]:
    sampling = sampling or {"every": 1}
    return list(FrameStream(path, probe(path), **sampling))  # type: ignore[arg-type]


def sound(path: Path, rate_hz: int = 16_000) -> list[tuple[float, np.ndarray]]:
    return [
        (block.start_s, block.samples) for block in read_sound(path, probe(path), rate_hz=rate_hz, counts=ReadCounts())
    ]


def quarters(height: int = 120, width: int = 160) -> np.ndarray:
    """A picture whose corners tell its orientation: red, green / blue, grey."""
    rgb = plain(height, width, (128, 128, 128))
    rgb[: height // 2, : width // 2] = (220, 30, 30)
    rgb[: height // 2, width // 2 :] = (30, 200, 30)
    rgb[height // 2 :, : width // 2] = (30, 30, 220)
    return rgb


def corners(rgb: np.ndarray) -> list[str]:
    """The names of the colours at top left, top right, bottom left, bottom right."""
    h, w = rgb.shape[:2]
    names = []
    for y, x in ((h // 8, w // 8), (h // 8, -w // 8), (-h // 8, w // 8), (-h // 8, -w // 8)):
        pixel = rgb[y, x].astype(int)
        names.append("grey" if np.ptp(pixel) < 60 else ("red", "green", "blue")[int(pixel.argmax())])
    return names


VIDEO_KINDS = [
    ("a.mp4", "libx264", "yuv420p", "aac"),
    ("a.mov", "libx264", "yuv420p", "aac"),
    ("a.mkv", "libx264", "yuv420p10le", "flac"),
    ("a.webm", "libvpx-vp9", "yuv420p", "libopus"),
    ("a.avi", "mpeg4", "yuv420p", "libmp3lame"),
    ("a.mpg", "mpeg2video", "yuv420p", "mp2"),
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


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.wav", "pcm_s16le"),
        ("a.mp3", "libmp3lame"),
        ("a.m4a", "aac"),
        ("a.flac", "flac"),
        ("a.ogg", "flac"),
        ("a.opus", "libopus"),
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
    assert probe(path).audio.channels == 2  # type: ignore[union-attr]
    samples = np.concatenate([block for _, block in sound(path)])
    assert samples.shape == (16_000,)
    assert np.abs(samples).max() == pytest.approx(0.5, abs=0.25)


def test_uneven_timestamps_are_kept(tmp_path: Path) -> None:
    times_ms = [0, 40, 55, 200, 201, 633, 700, 1500]
    path = write_video(tmp_path / "a.mkv", [(t, plain()) for t in times_ms])
    assert [frame.time_s for frame in frames(path)] == pytest.approx([t / 1000 for t in times_ms], abs=TIME_TOLERANCE_S)


def test_sampling_takes_the_first_frame_at_or_after_each_asked_time_once(tmp_path: Path) -> None:
    times_ms = [0, 150, 199, 200, 240, 410, 599, 700, 1500, 1510]
    path = write_video(tmp_path / "a.mkv", [(t, plain()) for t in times_ms])
    # asked: 0, 0.2, 0.4, 0.6, 0.8 ... 1.4; nothing lies between 0.7 and 1.5, and 1.5 is read once for all of them
    read = frames(path, sample_fps=5)
    assert [round(frame.time_s * 1000) for frame in read] == [0, 200, 410, 700, 1500]
    assert [frame.index for frame in read] == [0, 3, 5, 7, 8]


def test_every_nth_frame(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", even([plain()] * 10))
    assert [frame.index for frame in frames(path, every=3)] == [0, 3, 6, 9]


@pytest.mark.parametrize(
    ("rotation", "expected"),
    [
        (0, ["red", "green", "blue", "grey"]),
        (90, ["green", "grey", "red", "blue"]),
        (180, ["grey", "blue", "green", "red"]),
        (270, ["blue", "red", "grey", "green"]),
    ],
)
def test_rotation_in_the_metadata_is_applied(tmp_path: Path, rotation: int, expected: list[str]) -> None:
    path = write_video(tmp_path / "a.mp4", even([quarters()] * 3), rotation=rotation)
    info, frame = probe(path), frames(path)[0]
    assert info.video is not None
    assert corners(frame.rgb) == expected
    assert frame.rgb.shape[:2] == (info.video.height_px, info.video.width_px)
    assert info.video.rotation_deg == -rotation % 360
    assert not info.video.mirrored


@pytest.mark.parametrize(
    ("pixel_aspect", "rotation", "size_wh"),
    [
        (Fraction(1), 0, (320, 240)),
        (Fraction(4, 3), 0, (427, 240)),
        (Fraction(8, 9), 0, (320, 270)),
        (Fraction(4, 3), 90, (240, 427)),
        (Fraction(1001, 1000), 0, (320, 240)),  # not seen
        (Fraction(100), 0, (320, 240)),  # a mistake of the file
    ],
)
def test_frames_have_square_pixels(
    tmp_path: Path, pixel_aspect: Fraction, rotation: int, size_wh: tuple[int, int]
) -> None:
    path = write_video(tmp_path / "a.mp4", even([quarters(240, 320)] * 3), pixel_aspect=pixel_aspect, rotation=rotation)
    info, frame = probe(path), frames(path)[0]
    assert info.video is not None
    assert frame.rgb.shape[1::-1] == (info.video.width_px, info.video.height_px) == size_wh
    assert corners(frame.rgb) == (["green", "grey", "red", "blue"] if rotation else ["red", "green", "blue", "grey"])


def test_mirroring_in_the_metadata_is_applied(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", even([quarters()] * 3), rotation=180)
    turned = bytes.fromhex("ffff0000 00000000 00000000 00000000 ffff0000".replace(" ", ""))
    mirrored = bytes.fromhex("ffff0000 00000000 00000000 00000000 00010000".replace(" ", ""))
    content = path.read_bytes()
    assert content.count(turned) == 1
    path.write_bytes(content.replace(turned, mirrored))
    assert probe(path).video.mirrored  # type: ignore[union-attr]
    assert corners(frames(path)[0].rgb) == ["green", "red", "grey", "blue"]


def test_odd_sizes(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", even([quarters(121, 161)] * 3), codec="ffv1", pix_fmt="yuv444p")
    assert frames(path)[0].rgb.shape == (121, 161, 3)


@pytest.mark.parametrize("colour_range", [1, 2], ids=["limited range", "full range"])
@pytest.mark.parametrize(("space", "name"), [(1, "ITU709"), (5, "ITU601")])
def test_colours_follow_the_files_own_matrix_and_range(
    tmp_path: Path, colour_range: int, space: int, name: str
) -> None:
    path, colour = tmp_path / "a.mkv", (200, 60, 30)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "5"})
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        stream.codec_context.colorspace, stream.codec_context.color_range = space, colour_range
        frame = av.VideoFrame.from_ndarray(plain(64, 64, colour), format="rgb24")
        frame = frame.reformat(format="yuv420p", dst_colorspace=name, dst_color_range=colour_range)
        container.mux([*stream.encode(frame), *stream.encode()])
    assert frames(path)[0].rgb[32, 32] == pytest.approx(colour, abs=COLOUR_TOLERANCE)


def test_transparent_parts_are_black(tmp_path: Path) -> None:
    rgba = np.zeros((64, 64, 4), np.uint8)
    rgba[..., 0], rgba[:32, :, 3] = 200, 255
    Image.fromarray(rgba).save(tmp_path / "a.png")
    rgb = frames(tmp_path / "a.png")[0].rgb
    assert rgb[10, 10].tolist() == [200, 0, 0]
    assert rgb[50, 10].tolist() == [0, 0, 0]


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.bmp"])
def test_a_still_image_is_one_frame(tmp_path: Path, name: str) -> None:
    Image.fromarray(quarters()).save(tmp_path / name)
    info = probe(tmp_path / name)
    assert info.still
    assert info.duration_s is None
    read = frames(tmp_path / name)
    assert [(frame.index, frame.time_s) for frame in read] == [(0, 0.0)]
    assert corners(read[0].rgb) == ["red", "green", "blue", "grey"]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_upright_as_pillow_turns_it(tmp_path: Path, orientation: int) -> None:
    image = Image.fromarray(quarters())
    exif = image.getexif()
    exif[ExifTags.Base.Orientation] = orientation
    image.save(tmp_path / "a.jpg", exif=exif)
    with Image.open(tmp_path / "a.jpg") as saved:
        expected = np.asarray(ImageOps.exif_transpose(saved))
    assert corners(frames(tmp_path / "a.jpg")[0].rgb) == corners(expected)


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


def test_cover_art_is_no_video(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "plain.mp3", tone(1.0), codec="libmp3lame")
    Image.fromarray(quarters()).save(tmp_path / "cover.png")
    with av.open(str(path)) as source, av.open(str(tmp_path / "a.mp3"), "w") as target:
        audio = target.add_stream_from_template(source.streams.audio[0])
        with av.open(str(tmp_path / "cover.png")) as cover:
            picture = target.add_stream_from_template(cover.streams.video[0])
            picture.disposition = av.stream.Disposition.attached_pic
            for packet in cover.demux(video=0):
                if packet.size:
                    packet.stream = picture
                    target.mux(packet)
        for packet in source.demux(audio=0):
            if packet.size:
                packet.stream = audio
                target.mux(packet)
    info = probe(tmp_path / "a.mp3")
    assert info.video is None
    assert info.audio is not None
    assert info.notes == ("Cover art in the file is not taken for a video.",)


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
    assert info.notes == ("The file has 2 picture streams; stream 1 was taken.",)
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


def test_damaged_packets_are_counted_and_skipped(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mov", even([portrait()] * 50), codec="png", pix_fmt="rgb24")
    content = path.read_bytes()
    image = content.index(b"IDAT", len(content) // 2)  # one of the pictures in the middle
    path.write_bytes(content[: image + 40] + b"damaged" * 40 + content[image + 320 :])
    stream = FrameStream(path, probe(path), every=1)
    read = list(stream)
    assert len(read) == 49
    assert stream.counts.corrupt == 1
    assert stream.counts.warnings("picture") == ["1 damaged packets of the picture were skipped."]


REFUSED = {
    "ffconcat": b"ffconcat version 1.0\nfile '{other}'\n",
    "m3u8": b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{other}\n#EXT-X-ENDLIST\n",
    "sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    "dash": b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period/></MPD>',
    "tty": b"Hello, this is only a text.\n" * 100,
    "srt": b"1\n00:00:00,000 --> 00:00:01,000\nHello\n\n2\n00:00:01,000 --> 00:00:02,000\nYou\n",
    "ass": b"[Script Info]\nScriptType: v4.00+\n[Events]\nDialogue: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,Hello\n",
    "html": b"<html><body>Hello</body></html>",
    "gif": b"GIF89a" + bytes.fromhex("01000100800000000000ffffff21f90400000000002c00000000010001000002024401003b"),
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


def test_a_picture_too_large_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    Image.fromarray(np.zeros((10_000, 10_000), np.uint8)).save(tmp_path / "a.png")
    with pytest.raises(MediaError, match="10000 x 10000"):
        probe(tmp_path / "a.png")


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
    assert info.notes == ("No frame of the picture can be decoded.",)
    assert sum(len(samples) for _, samples in sound(path)) == 16_000


def test_a_broken_timestamp_far_away_ends_the_picture_and_is_said(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", [(0, plain()), (40, plain()), (360_000_000, plain())])
    stream = FrameStream(path, probe(path), every=1)
    assert [frame.time_s for frame in stream] == pytest.approx([0.0, 0.04])
    assert stream.counts.warnings("picture") == ["The picture could not be read beyond 0.1 s."]


@pytest.mark.clips
def test_real_clips_have_the_frames_and_times_that_the_index_says(clips: Path) -> None:
    import pandas as pd

    index = pd.read_csv(clips / "INDEX.csv").set_index("file")
    for name, row in index[index.width.notna()].iterrows():
        info = probe(clips / str(name))
        assert info.video is not None
        assert {info.video.width_px, info.video.height_px} == {
            row.width,
            row.height,
        } or name == "torchcodec_nasa_13013.mp4"
        stream = FrameStream(clips / str(name), info)
        assert list(stream)
        assert stream.counts.corrupt == 0
        assert stream.counts.end_s == pytest.approx(row.duration_s, abs=0.15)


def test_single_frames_are_found_by_their_time_or_else_by_their_number(tmp_path: Path) -> None:
    pictures = [plain(48, 64, colour=(6 * i, 0, 0)) for i in range(40)]
    path = write_video(tmp_path / "a.mp4", even(pictures, 10))
    info = probe(path)
    every = {frame.index: frame for frame in FrameStream(path, info, every=1)}
    wanted = {index: every[index].time_s for index in (31, 0, 7, 39)}
    for times_s in (wanted, {index: time_s + 0.03 for index, time_s in wanted.items()}):
        found = {frame.index: frame for frame in read_frames(path, info, times_s)}
        assert found.keys() == wanted.keys()
        for index, frame in found.items():
            assert frame.time_s == every[index].time_s
            assert (frame.rgb == every[index].rgb).all()
    assert list(read_frames(path, info, {99: 77.0})) == []
