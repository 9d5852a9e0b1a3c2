"""Frames: their times, how they are sampled, upright and in the file's own colours, on pictures made for it."""

import struct
import zlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import ExifTags, Image, ImageOps

from emoclassify.errors import MediaError
from emoclassify.media.orientation import _of_exif
from emoclassify.media.pictures import read_pictures
from emoclassify.media.read import FrameStream, probe, read_frames
from emoclassify.words.messages import Message
from tests.support.made import even, plain, portrait, quarters, write_video
from tests.support.seen import corners, frames

TIME_TOLERANCE_S = 0.001
COLOUR_TOLERANCE = 6  # of 255: lossy coding and 8-bit colour matrices


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
    video = probe(path).video
    assert video is not None
    assert video.mirrored
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


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.jfif", "a.webp", "a.bmp", "a.tif", "a.avif"])
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


@pytest.mark.parametrize(("ending", "turned"), [("jpg", True), ("tiff", False)])
def test_pillow_takes_a_file_for_no_other_format(tmp_path: Path, ending: str, turned: bool) -> None:
    image = Image.fromarray(quarters())
    exif = image.getexif()
    exif[ExifTags.Base.Orientation] = 6
    image.save(tmp_path / f"a.{ending}", exif=exif)
    assert (_of_exif(tmp_path / f"a.{ending}") != (0, False)) == turned


def test_damaged_packets_are_counted_and_skipped(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mov", even([portrait()] * 50), codec="png", pix_fmt="rgb24")
    content = path.read_bytes()
    image = content.index(b"IDAT", len(content) // 2)  # one of the pictures in the middle
    path.write_bytes(content[: image + 40] + b"damaged" * 40 + content[image + 320 :])
    stream = FrameStream(path, probe(path), every=1)
    read = list(stream)
    assert len(read) == 49
    assert stream.counts.corrupt == 1
    assert stream.counts.warnings("picture") == [Message("picture_damaged", {"n": 1})]


def write_black_png(path: Path, width: int, height: int) -> Path:
    """One bit a pixel, written without holding all pixels in memory."""
    rows = zlib.compress(bytes(1 + (width + 7) // 8) * height)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")]
    content = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + content)
    return path


def test_a_picture_too_large_is_refused_before_it_is_decoded_in_one_unit(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="240 megapixels; at most 200 are read"):
        probe(write_black_png(tmp_path / "a.png", 20_000, 12_000))


@pytest.mark.slow
def test_a_photograph_of_108_megapixels_is_read_at_half_its_size(tmp_path: Path) -> None:
    image = Image.fromarray(quarters(9000, 12_000))
    exif = image.getexif()
    exif[ExifTags.Base.Orientation] = 6
    image.save(tmp_path / "a.jpg", exif=exif)
    info = probe(tmp_path / "a.jpg")
    assert info.video is not None
    assert (info.video.width_px, info.video.height_px) == (4500, 6000)
    (frame,) = frames(tmp_path / "a.jpg")
    assert frame.rgb.shape == (6000, 4500, 3)
    assert corners(frame.rgb) == ["blue", "red", "grey", "green"]


def test_a_broken_timestamp_far_away_ends_the_picture_and_is_said(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", [(0, plain()), (40, plain()), (360_000_000, plain())])
    stream = FrameStream(path, probe(path), every=1)
    assert [frame.time_s for frame in stream] == pytest.approx([0.0, 0.04])
    assert stream.counts.warnings("picture") == [Message("picture_broken_off", {"end_s": 0.1})]


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


def _without_those_that_no_other_needs(path: Path) -> int:
    """How many frames the decoder gives when it leaves out those that no other frame refers to."""
    with av.open(str(path)) as container:
        container.streams.video[0].codec_context.skip_frame = "NONREF"
        return sum(1 for _ in container.decode(video=0))


def test_single_frames_are_whole_where_others_on_the_way_to_them_are_left_out(tmp_path: Path) -> None:
    path, n_frames = tmp_path / "a.mp4", 60
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"bf": "3", "g": "60", "sc_threshold": "0"})
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for i in range(n_frames):
            picture = np.roll(portrait(120, 160), 3 * i, axis=1)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    assert _without_those_that_no_other_needs(path) < 0.75 * n_frames  # else this film shows nothing
    info = probe(path)
    every = {frame.index: frame for frame in FrameStream(path, info, every=1)}
    assert len(every) == n_frames
    singles = read_frames(path, info, {index: frame.time_s for index, frame in every.items()})
    for index, frame in enumerate(singles):
        assert (frame.index, frame.time_s) == (index, every[index].time_s)
        assert (frame.rgb == every[index].rgb).all()
    assert index == n_frames - 1


def write_sizes(path: Path, sizes_wh: list[tuple[int, int]]) -> Path:
    """Three pictures of each size, one size after the other in one stream, as a browser records a turned phone."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx", rate=25)
        stream.width, stream.height, stream.pix_fmt = *sizes_wh[0], "yuv420p"
        container.start_encoding()
        for i, (width, height) in enumerate(sizes_wh):
            encoder = av.VideoCodecContext.create("libvpx", "w")
            encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
            encoder.time_base, encoder.options = Fraction(1, 25), {"crf": "4", "b": "4M"}
            packets = [
                packet
                for _ in range(3)
                for packet in encoder.encode(av.VideoFrame.from_ndarray(quarters(height, width), format="rgb24"))
            ]
            for j, packet in enumerate([*packets, *encoder.encode()]):
                packet.stream, packet.time_base = stream, Fraction(1, 25)
                packet.pts = packet.dts = 3 * i + j
                container.mux(packet)
    return path


def test_pictures_of_another_size_are_boxed_and_not_squeezed(tmp_path: Path) -> None:
    path = write_sizes(tmp_path / "a.webm", [(160, 320), (320, 160), (320, 640)])
    pictures = list(read_pictures(path, probe(path)))
    assert len(pictures) == 9
    rgbs = [picture.frame.to_ndarray(format="rgb24") for picture in pictures]
    assert {rgb.shape for rgb in rgbs} == {(320, 160, 3)}
    assert corners(rgbs[1]) == corners(rgbs[7]) == ["red", "green", "blue", "grey"]
    assert (pictures[1].scale, pictures[1].offset_xy) == (1.0, (0.0, 0.0))
    assert pictures[7].scale == pytest.approx(0.5)
    lying = rgbs[4]
    assert pictures[4].scale == pytest.approx(0.5)
    assert pictures[4].offset_xy == pytest.approx((0, 120), abs=1)
    assert lying[:116].max() < 30
    assert lying[-116:].max() < 30
    assert corners(lying[124:196]) == ["red", "green", "blue", "grey"]
