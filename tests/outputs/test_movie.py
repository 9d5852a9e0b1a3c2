"""Videos made of damaged or unusual recordings: what is the recording's fault is never told as the disk's."""

from pathlib import Path

import av
import pytest

from emoclassify.errors import MediaError, ResultError
from emoclassify.media.pictures import Picture, read_pictures
from emoclassify.media.read import probe
from emoclassify.outputs.folder import write_results
from emoclassify.outputs.names import PREVIEW
from emoclassify.outputs.video.movie import write_movie
from emoclassify.outputs.video.preview import make_preview
from emoclassify.settings import Options
from tests.support.findings import with_a_gap
from tests.support.made import even, plain, write_video

HOUR_MS = 3_600_000


@pytest.fixture
def pictures(tmp_path: Path) -> list[Picture]:
    path = write_video(tmp_path / "a.mp4", even([plain()] * 3))
    return list(read_pictures(path, probe(path)))


def test_pictures_an_hour_apart_are_a_video_with_these_times(tmp_path: Path) -> None:
    """On average 0.0003 pictures a second, as time lapse has, or a file whose table of times is damaged."""
    path = write_video(tmp_path / "a.mkv", [(i * HOUR_MS, plain()) for i in range(4)])
    assert make_preview(path, tmp_path / "b.mp4")
    with av.open(str(tmp_path / "b.mp4")) as made:
        assert [round(frame.time, 3) for frame in made.decode(video=0) if frame.time is not None] == [
            i * HOUR_MS / 1000 for i in range(4)
        ]


def write(path: Path, pictures: list[Picture]) -> None:
    with write_movie(path, pictures[0], 25.0, None) as movie:
        for picture in pictures:
            movie.add_picture(picture)


def test_times_that_fit_no_video_are_the_recordings_fault(tmp_path: Path, pictures: list[Picture]) -> None:
    with pytest.raises(MediaError, match="No video can be made"):
        write(tmp_path / "b.mp4", pictures[::-1])


def test_a_place_that_cannot_be_written_is_not(tmp_path: Path, pictures: list[Picture]) -> None:
    with pytest.raises(ResultError, match="cannot be written"):
        write(tmp_path / "none" / "b.mp4", pictures)


def test_without_a_preview_the_analysis_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_video(tmp_path / "a.mp4", even([plain()] * 3))

    def fail(recording: Path, path: Path, **_: object) -> bool:
        path.write_bytes(b"half of one")
        raise MediaError("video_unmade")

    monkeypatch.setattr("emoclassify.outputs.video.preview.make_preview", fail)
    monkeypatch.setattr("emoclassify.outputs.video.preview.plays_in_browsers", lambda path: False)
    paths = write_results(with_a_gap(), tmp_path / "out", Options(), path, preview=True)
    assert (tmp_path / "out" / "analysis.json") in paths
    assert not (tmp_path / "out" / PREVIEW).exists()
