"""What players play and this program does not read, or not whole: each is called by its name, with the way out."""

from pathlib import Path

import pytest

from emoclassify.errors import MediaError
from emoclassify.media.read import probe
from tests.support.reference import H264, PICTURE, SOUND, make, needs_ffmpeg
from tests.support.seen import frames

pytestmark = [needs_ffmpeg, pytest.mark.slow]


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("a.h264", (*PICTURE, *H264), "raw H.264 stream without times"),
        ("a.ac3", SOUND, "Dolby Digital"),
        ("a.au", SOUND, "Sun AU"),
        ("a.wv", SOUND, "WavPack"),
        ("a.nut", (*PICTURE, "-c:v", "ffv1"), "NUT"),
        ("a.y4m", (*PICTURE, "-pix_fmt", "yuv420p"), "YUV4MPEG"),
        ("a.jp2", (*PICTURE, "-frames:v", "1"), "JPEG 2000"),
    ],
)
def test_what_a_player_plays_and_is_not_read_is_called_by_its_name(
    name: str, arguments: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    """And the command that the failure names makes a recording of it, where it is one."""
    path = make(tmp_path / name, *arguments)
    with pytest.raises(MediaError, match=told):
        probe(path)
    if path.suffix != ".jp2":
        make(tmp_path / "out.mp4", "-i", str(path), "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac")
        info = probe(tmp_path / "out.mp4")
        assert (info.video is not None, info.audio is not None) == (PICTURE[3] in arguments, arguments == SOUND)


def test_a_film_of_photographs_without_times_says_that_one_was_read(tmp_path: Path) -> None:
    path = make(tmp_path / "camera.mjpg", *PICTURE, "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-f", "mjpeg")
    info = probe(path)
    (note,) = info.notes
    assert info.still
    assert note.code == "pictures_without_times"
    program, *arguments, file, copy = note.text.rpartition(": ")[2].split()
    assert (program, file, copy) == ("ffmpeg", "FILE", "COPY.mp4")
    assert len(frames(make(tmp_path / copy, *arguments, str(path)))) == 50
