"""The verdict on recordings, made with known faults and real ones, through decoder, detector and tracker."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.usability import FPS, held_photograph, pictures_of, write_pictures
from emoclassify.analysis import Analysis
from emoclassify.errors import MediaError
from emoclassify.judging import usability_of
from emoclassify.pipeline import analyze
from emoclassify.settings import Options
from emoclassify.usability import Usability, Verdict
from tests.support.made import Rgb, plain, portrait

pytestmark = [pytest.mark.model, pytest.mark.usefixtures("one_thread")]

SHARE_TOLERANCE = 0.06  # a sampled frame or two of a few seconds
HELD_STILL = 1.0


def judged(path: Path, options: Options | None = None) -> Usability:
    """The verdict as it is made of what is saved."""
    return usability_of(Analysis.from_dict(analyze(path, options).to_dict()))


def names(usability: Usability) -> list[str]:
    return [reason.name for reason in usability.reasons]


# Made recordings


def test_a_photograph_in_a_hand_is_no_person(tmp_path: Path) -> None:
    photo = Image.fromarray(portrait(240, 240, (0, 0)))
    pictures = held_photograph(photo, HELD_STILL, np.random.default_rng(1))
    usability = judged(write_pictures(tmp_path / "held.mkv", pictures))
    assert usability.verdict is Verdict.NOT_USABLE
    assert usability.share == pytest.approx(0, abs=SHARE_TOLERANCE)
    assert names(usability)[0] == "photograph"


def test_a_photograph_on_a_stand_is_a_picture_that_stands(tmp_path: Path) -> None:
    usability = judged(write_pictures(tmp_path / "stand.mkv", [portrait()] * (4 * FPS)))
    assert (usability.verdict, names(usability)) == (Verdict.NOT_USABLE, ["frozen"])


@pytest.mark.parametrize(("gain", "expected"), [(1.0, []), (0.02, ["dark"])])
def test_the_dark_is_told(tmp_path: Path, gain: float, expected: list[str]) -> None:
    pictures = [(portrait(at_xy=(20 + i, 0)) * gain).astype(np.uint8) for i in range(2 * FPS)]
    assert names(judged(write_pictures(tmp_path / "film.mkv", pictures))) == expected


def test_a_face_that_is_away_is_missed(tmp_path: Path) -> None:
    pictures = [portrait(at_xy=(20 + i // 2, 0)) if i < 2 * FPS else plain() for i in range(4 * FPS)]
    for i in range(2 * FPS, 4 * FPS):
        pictures[i][:20, i : i + 20] = 255  # something moves, so the picture does not stand
    usability = judged(write_pictures(tmp_path / "away.mkv", pictures))
    assert (usability.verdict, names(usability)) == (Verdict.IN_PART, ["no_face"])
    assert usability.share == pytest.approx(0.5, abs=SHARE_TOLERANCE)


# Real ones

CLIPS = {
    "hdtf_talking_head.mp4": (Verdict.USABLE, []),
    "kh_rot90_metadata.mp4": (Verdict.USABLE, []),
    "kh_vfr.mp4": (Verdict.USABLE, []),
    "kh_mpeg4_mp3.avi": (Verdict.USABLE, []),
    "kh_vp9_opus.webm": (Verdict.USABLE, []),
    "kh_audioonly.m4a": (Verdict.USABLE, []),
    "broken_half.webm": (Verdict.USABLE, []),
    "grid_bbaf2n.mpg": (Verdict.USABLE, []),
    "grid_brbk7n.mpg": (Verdict.USABLE, []),
    "grid_lwbsza.mpg": (Verdict.USABLE, []),
    "grid_pwij3p.mpg": (Verdict.USABLE, []),
    "pyfeat_WolfgangLanger_Pexels.mp4": (Verdict.USABLE, ["cut_off"]),
    "pyfeat_single_face.mp4": (Verdict.USABLE, []),
    "videoretalking_face1.mp4": (Verdict.USABLE, []),
    "two_people_720p.mp4": (Verdict.IN_PART, ["several_people"]),
    "facenetpytorch_video.mp4": (Verdict.IN_PART, ["several_people"]),
    "pyfeat_face_noface.mov": (Verdict.NOT_USABLE, ["no_face"]),
    "pyfeat_no_face.mp4": (Verdict.NOT_USABLE, ["no_face"]),
    "moviepy_fire2.mp4": (Verdict.NOT_USABLE, ["no_face"]),
    "moviepy_no_duration.webm": (Verdict.NOT_USABLE, ["dark"]),
    "moviepy_video_with_failing_audio.mp4": (Verdict.NOT_USABLE, ["no_face", "frozen"]),
    "torchcodec_av1_video.mkv": (Verdict.NOT_USABLE, ["no_face"]),
    "torchcodec_h264_10bits.mp4": (Verdict.NOT_USABLE, ["no_face"]),
    "torchcodec_nasa_13013.mp4": (Verdict.NOT_USABLE, ["dark", "no_face"]),
}
"""Name -> verdict and reasons, each as a person says who looked at the frames."""

UNREADABLE = ("broken_empty.mp4", "broken_random.mp4", "broken_truncated.mp4")


@pytest.mark.clips
@pytest.mark.parametrize("name", CLIPS)
def test_a_real_recording_is_judged_as_who_looked_at_it_does(clips: Path, name: str) -> None:
    usability = judged(clips / name)
    assert (usability.verdict, names(usability)) == CLIPS[name]


@pytest.mark.clips
def test_every_clip_has_a_verdict_or_does_not_open(clips: Path) -> None:
    files = {path.name for path in clips.iterdir() if path.is_file() and path.suffix not in (".md", ".csv")}
    assert files == {*CLIPS, *UNREADABLE}
    for name in UNREADABLE:
        with pytest.raises(MediaError):
            analyze(clips / name)


def of_one_size(path: Path, size_wh: tuple[int, int] = (480, 384)) -> list[Rgb]:
    return [np.asarray(Image.fromarray(rgb).resize(size_wh)) for rgb in pictures_of(path)]


def joined(folder: Path, *pieces: Iterable[Rgb]) -> Path:
    return write_pictures(folder / "joined.mkv", (rgb for piece in pieces for rgb in piece))


@pytest.mark.clips
def test_a_connection_that_freezes_is_told_as_browsers_encode_it(clips: Path, tmp_path: Path) -> None:
    """VP8 goes on for some seconds to make the held picture finer."""
    person = of_one_size(clips / "grid_bbaf2n.mpg")
    for codec, finer_s in (("libx264", 0.5), ("libvpx", 3.0)):
        path = write_pictures(tmp_path / "frozen.mkv", [*person, *[person[-1]] * (7 * FPS)], codec)
        usability = judged(path)
        assert names(usability) == ["frozen"], codec
        assert 3.0 <= usability.share * 10 <= 3.0 + finer_s


@pytest.mark.clips
def test_another_person_who_takes_over_is_told(clips: Path, tmp_path: Path) -> None:
    first, second = of_one_size(clips / "grid_brbk7n.mpg"), of_one_size(clips / "grid_pwij3p.mpg")
    path = joined(tmp_path, first, first[::-1], second)
    usability = judged(path)
    assert (usability.verdict, names(usability)) == (Verdict.IN_PART, ["other_person"])
    assert usability.reasons[0].start_s == pytest.approx(6.0, abs=0.3)
    assert usability.reasons[0].share == pytest.approx(1 / 3, abs=SHARE_TOLERANCE)


@pytest.mark.clips
@pytest.mark.parametrize("name", ["grid_bbaf2n.mpg", "grid_lwbsza.mpg", "hdtf_talking_head.mp4"])
def test_whoever_comes_back_is_nobody_else_in_whatever_light(clips: Path, tmp_path: Path, name: str) -> None:
    person = of_one_size(clips / name)
    away = [np.full_like(person[0], 100)] * FPS
    dimmed = [(rgb * 0.5).astype(np.uint8) for rgb in person]
    assert "other_person" not in names(judged(joined(tmp_path, person, away, person[::-1])))
    assert "other_person" not in names(judged(joined(tmp_path, person, away, dimmed)))


@pytest.mark.clips
def test_the_film_instead_of_its_viewer_is_told(clips: Path, tmp_path: Path) -> None:
    cast = ("hdtf_talking_head.mp4", "pyfeat_WolfgangLanger_Pexels.mp4", "videoretalking_face1.mp4")
    shots = [of_one_size(clips / name)[: 2 * FPS] for name in (*cast, "pyfeat_single_face.mp4")]
    path = joined(tmp_path, *shots)
    usability = judged(path)
    assert (usability.verdict, names(usability)[0]) == (Verdict.NOT_USABLE, "film")
    assert judged(path, Options(faces="all")).verdict is Verdict.USABLE


@pytest.mark.clips
def test_a_photograph_of_a_real_person_is_none(clips: Path, tmp_path: Path) -> None:
    photo = Image.fromarray(pictures_of(clips / "pyfeat_single_face.mp4")[0])
    path = write_pictures(tmp_path / "held.mkv", held_photograph(photo, HELD_STILL, np.random.default_rng(2)))
    assert names(judged(path))[0] == "photograph"
