"""The annotated video, of made recordings: every picture, its time, the sound, and what is drawn where and when."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from emoclassify.analysis import Analysis
from emoclassify.cli import main
from emoclassify.colours import COLOURS
from emoclassify.errors import MediaError, ResultError, UsageError
from emoclassify.faces.reading import FaceReading, FrameTime, HeadTurn, OtherFace
from emoclassify.media.container import ReadCounts
from emoclassify.media.read import FrameStream, decoded_frames, probe
from emoclassify.networks.models import sha256_of
from emoclassify.outputs.folder import write_results
from emoclassify.outputs.video import overlay
from emoclassify.outputs.video.annotate import annotate
from emoclassify.outputs.video.sprites import Sprite
from emoclassify.settings import Options
from emoclassify.words.texts import LANGUAGES
from tests.support.findings import PICTURE, analysis, mostly, voice
from tests.support.made import Rgb, even, plain, tone, write_sound, write_video
from tests.support.written import is_done

pytestmark = pytest.mark.slow

TICK_S = 1 / 90_000
FACE_PX = 40
PICTURE_PX = 240
"""Height of a made picture; the timeline is below it."""
MAGENTA = (255, 0, 255)

Film = list[tuple[float, Rgb]]


def rgb_of(colour: str) -> np.ndarray:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])


def is_near(rgb: Rgb, colour: Sequence[int] | np.ndarray, within: int = 40) -> np.ndarray:
    """Which pixels have a colour, bool (H, W)."""
    return np.asarray(np.abs(rgb.astype(int) - np.asarray(colour)).max(axis=2) < within)


def films(path: Path) -> Film:
    return [(frame.time_s, frame.rgb) for frame in FrameStream(path, probe(path), every=1)]


def seen(index: int, time_s: float, left: float, emotion: str = "happy", reason: str = "") -> FaceReading:
    box = (left, 60.0, left + FACE_PX, 60.0 + FACE_PX)
    return FaceReading(index, time_s, 1, box, 0.99, mostly(emotion), HeadTurn(0, 0, 0), reason)


def of_frames(readings: Sequence[FaceReading], sampled: Sequence[tuple[int, float]], **changes: Any) -> Analysis:
    made = analysis(list(readings), [])
    return replace(made, frames=tuple(FrameTime(i, t) for i, t in sampled), picture_end_s=made.end_s, **changes)


def left_of(index: int) -> int:
    """Where the face of the moving film is."""
    return 40 + 4 * index


def moving(path: Path, n: int = 26) -> Path:
    """A magenta square that moves 4 pixels a picture, 25 a second, 320 x 240."""
    pictures = []
    for i in range(n):
        rgb = plain()
        rgb[60 : 60 + FACE_PX, left_of(i) : left_of(i) + FACE_PX] = MAGENTA
        pictures.append(rgb)
    return write_video(path, even(pictures))


def annotated(found: Analysis, source: Path, **options: Any) -> Film:
    path = source.with_name("annotated.mp4")
    annotate(found, source, path, **options)
    return films(path)


NOTHING = of_frames([], [(0, 0.0)])


def test_every_picture_keeps_its_own_time_and_the_sound_is_there(tmp_path: Path) -> None:
    times_ms = [0, 40, 55, 200, 240, 480, 490, 700, 940, 980]
    source = write_video(tmp_path / "a.mp4", [(t, plain()) for t in times_ms], sound=(0.0, tone(1.0)))
    film = annotated(NOTHING, source)
    assert [time_s for time_s, _ in film] == pytest.approx([t / 1000 for t in times_ms], abs=TICK_S)
    with av.open(str(tmp_path / "annotated.mp4")) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (audio.codec_context.name, audio.rate, audio.layout.name) == ("aac", 16_000, "mono")
        assert video.duration is not None
        assert video.time_base is not None
        assert float(video.duration * video.time_base) == pytest.approx(1.02, abs=0.04)
    content = (tmp_path / "annotated.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.clips
def test_real_recordings_keep_every_picture_and_their_length(clips: Path, tmp_path: Path) -> None:
    for name in (
        "pyfeat_no_face.mp4",
        "moviepy_no_duration.webm",
        "moviepy_fire2.mp4",
        "kh_vfr.mp4",
        "grid_bbaf2n.mpg",
    ):
        info, counts = probe(clips / name), [ReadCounts(), ReadCounts()]
        annotate(NOTHING, clips / name, tmp_path / "b.mp4")
        before = [time_s for _, time_s in decoded_frames(clips / name, info, counts[0])]
        after = [time_s for _, time_s in decoded_frames(tmp_path / "b.mp4", probe(tmp_path / "b.mp4"), counts[1])]
        assert after == pytest.approx(before, abs=TICK_S), name
        with av.open(str(tmp_path / "b.mp4")) as container:
            assert container.duration is not None
            frame_s = counts[0].end_s - before[-1]
            end_s = max(counts[0].end_s, info.duration_s or 0)
            assert container.duration / av.time_base == pytest.approx(end_s, abs=frame_s), name


@pytest.mark.parametrize("start_s", [0.0, 0.5])
def test_the_sound_stays_beside_the_picture(tmp_path: Path, start_s: float) -> None:
    source = write_video(tmp_path / "a.mp4", even([plain()] * 50), sound=(start_s, tone(1.0)))
    annotate(NOTHING, source, tmp_path / "b.mp4")
    with av.open(str(tmp_path / "b.mp4")) as container:
        blocks = [(block.time or 0.0, block.to_ndarray().reshape(-1)) for block in container.decode(audio=0)]
    samples = np.concatenate([np.abs(block) for _, block in blocks])
    loud_s = blocks[0][0] + np.nonzero(samples > 0.2)[0] / 16_000
    assert loud_s[0] == pytest.approx(start_s, abs=0.02)
    assert loud_s[-1] == pytest.approx(start_s + 1.0, abs=0.02)


def test_a_recording_without_sound_gets_none(tmp_path: Path) -> None:
    annotated(NOTHING, write_video(tmp_path / "a.mp4", even([plain()] * 3)))
    with av.open(str(tmp_path / "annotated.mp4")) as container:
        assert [stream.type for stream in container.streams] == ["video"]


@pytest.mark.parametrize(
    ("size", "rotation", "becomes"),
    [
        ((240, 320), 0, (240, 320)),
        ((241, 321), 0, (242, 322)),
        ((241, 320), 90, (320, 242)),
        ((120, 90), 180, (120, 90)),
    ],
)
def test_pictures_are_upright_and_odd_sizes_a_pixel_larger(
    tmp_path: Path, size: tuple[int, int], rotation: int, becomes: tuple[int, int]
) -> None:
    rgb = plain(*size)
    rgb[: size[0] // 3, : size[1] // 2] = (200, 40, 40)
    source = write_video(tmp_path / "a.mp4", even([rgb] * 3), pix_fmt="yuv444p", rotation=rotation)
    upright = films(source)[0][1]
    for _, drawn in annotated(NOTHING, source):
        assert (drawn.shape[1], drawn.shape[0] % 2) == (becomes[1], 0)
        assert drawn.shape[0] >= becomes[0]  # the timeline lies below, and covers nothing
        above = upright.shape[0]
        assert np.abs(drawn[:above, : upright.shape[1]].astype(int) - upright).mean() < 3


def test_the_box_follows_the_face_between_samples_and_a_gap_stays_empty(tmp_path: Path) -> None:
    source = moving(tmp_path / "a.mp4")
    sampled = [(i, i / 25) for i in (0, 5, 10, 15, 20, 25)]
    readings = [seen(i, t, left_of(i)) for i, t in sampled if i not in (15, 20)]
    film = annotated(of_frames(readings, sampled), source)
    for i, (_, rgb) in enumerate(film):
        row = is_near(rgb[58:104, : left_of(i) + 20], rgb_of(COLOURS["happy"])).sum(axis=0)  # left of the bars
        edges = np.nonzero(row > FACE_PX * 0.8)[0]
        if i <= 10 or i == 25:
            assert edges.min() == pytest.approx(left_of(i), abs=3), i
        else:
            assert not len(edges), i
            top = is_near(rgb[:150], plain()[0, 0]) | is_near(rgb[:150], MAGENTA, 60)
            assert top.mean() > 0.97, i  # but for blurred edges


def test_a_person_who_jumps_has_no_box_on_the_way(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.mp4", even([plain()] * 6))
    film = annotated(of_frames([seen(0, 0.0, 10), seen(5, 0.2, 250)], [(0, 0.0), (5, 0.2)]), source)
    shown = [bool(is_near(rgb[:150], rgb_of(COLOURS["happy"])).sum() > 50) for _, rgb in film]
    assert shown == [True, False, False, False, False, True]


def test_a_doubtful_reading_has_no_bars_and_no_emotion(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.mp4", even([plain()] * 2))
    for _, rgb in annotated(
        of_frames([seen(0, 0.0, 100, reason="dark"), seen(1, 0.04, 100, reason="dark")], [(0, 0.0), (1, 0.04)]), source
    ):
        assert not is_near(rgb[:150], rgb_of(COLOURS["happy"])).any()
        assert is_near(rgb[60:100, 100:104], (0xB0,) * 3).mean() > 0.4


def test_the_voice_is_told_only_while_someone_speaks(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.mp4", even([plain()] * 25))
    found = replace(analysis([], [0.0], [voice(0.2, 0.8, "sad")]), end_s=1.0)
    for time_s, rgb in annotated(found, source):
        told = is_near(rgb[:30, :30], rgb_of(COLOURS["sad"])).sum() > 10
        assert told == (0.2 <= time_s < 0.8), time_s


def test_the_timeline_shows_the_emotions_and_the_cursor_moves(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.mp4", even([plain()] * 100))
    times_s = [round(0.2 * i, 1) for i in range(20)]
    sampled = [(5 * i, t) for i, t in enumerate(times_s)]
    readings = [seen(i, t, 100, "happy" if t < 1 else "sad") for i, t in sampled if not 1 <= t < 2]
    cursors = []
    for _, rgb in annotated(of_frames(readings, sampled), source)[::20]:
        strip = rgb[PICTURE_PX:]
        happy, sad = (is_near(strip, rgb_of(COLOURS[name])).any(axis=0).sum() for name in ("happy", "sad"))
        assert sad == pytest.approx(2 * happy, abs=20)  # 1 s and 2 s, but for the cursor; the gap is of neither
        cursors.append(strip.mean(axis=(0, 2)).argmax())
    assert np.diff(cursors) == pytest.approx(np.diff(cursors).mean(), abs=2)
    assert np.diff(cursors).mean() > 20


@pytest.mark.parametrize("is_cut", [False, True])
def test_a_mouth_that_opens_does_not_flicker_and_a_change_comes_at_its_time(tmp_path: Path, is_cut: bool) -> None:
    """Neutral but for a mouth that opens in every third of five readings a second, then happy from 2 s on."""
    source = write_video(tmp_path / "a.mp4", even([plain()] * 100))
    sampled = [(5 * i, round(0.2 * i, 1)) for i in range(20)]
    emotions = ["happy" if i >= 10 else "surprise" if i % 3 == 1 else "neutral" for i in range(20)]
    made = of_frames([seen(i, t, 100, emotions[i // 5]) for i, t in sampled], sampled)
    made = replace(made, frames=tuple(replace(frame, cut=is_cut and frame.time_s == 2.0) for frame in made.frames))
    for time_s, rgb in annotated(made, source)[:95]:
        box_left, timeline = rgb[60 : 60 + FACE_PX, 100:104], rgb[PICTURE_PX:]
        colour = rgb_of(COLOURS["happy" if time_s >= 2 - TICK_S else "neutral"])
        assert is_near(box_left, colour).mean() > 0.4, time_s
        assert is_near(timeline, colour).any()
        assert not is_near(timeline, rgb_of(COLOURS["surprise"])).any()


def test_the_timeline_leaves_room_for_the_controls_of_a_player(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.mp4", even([plain()] * 3))
    for _, rgb in annotated(of_frames([seen(0, 0.0, 100)], [(0, 0.0)]), source):
        room_px = round(0.08 * PICTURE_PX)
        assert len(rgb) > PICTURE_PX + room_px
        assert is_near(rgb[-room_px + 2 :], (0, 0, 0)).all()


@pytest.mark.parametrize("size_hw", [(640, 360), (360, 640), (240, 320)])
@pytest.mark.parametrize("left_px", [0, 100, 300])
def test_nothing_that_is_told_lies_on_the_face(
    size_hw: tuple[int, int], left_px: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid: list[tuple[int, int, int, int]] = []

    def note_box(planes: object, sprite: Sprite, x: int, y: int) -> None:
        laid.append((x, y, x + sprite.size_wh[0], y + sprite.size_wh[1]))

    monkeypatch.setattr(overlay, "lay", note_box)
    source = write_video(tmp_path / "a.mp4", even([plain(*size_hw)] * 2))
    large = replace(seen(0, 0.0, 0), box_xyxy=(float(left_px), 60.0, left_px + 200.0, 220.0))
    annotated(of_frames([large], [(0, 0.0)]), source)
    assert laid
    for x0, y0, x1, y1 in laid:
        assert not (x0 < left_px + 200 and left_px < x1 and y0 < 220 and y1 > 60)


def magenta_left(film: Film) -> list[int]:
    return [int(is_near(rgb, MAGENTA, 110).sum()) for _, rgb in film]


def test_covered_faces_are_covered_between_samples_too(tmp_path: Path) -> None:
    source = moving(tmp_path / "a.mp4")
    sampled = [(i, i / 25) for i in (0, 5, 10, 15, 20, 25)]
    readings = [seen(i, t, left_of(i), "neutral") for i, t in sampled]
    assert min(magenta_left(annotated(of_frames(readings, sampled), source))) > 500
    film = annotated(of_frames(readings, sampled), source, anonymize=True)
    assert max(magenta_left(film)) == 0
    for i, (_, rgb) in enumerate(film):
        inside = rgb[66:94, left_of(i) + 6 : left_of(i) + FACE_PX - 6].astype(int)
        assert max(np.abs(np.diff(inside, axis=axis)).max() for axis in (0, 1)) < 16, i  # soft
        around = rgb[58:104, left_of(i) - 3 : left_of(i) + 6].astype(int)
        assert np.abs(around - inside.mean(axis=(0, 1))).max() > 20, i  # the box is drawn around it


def test_a_face_missed_in_some_samples_stays_covered(tmp_path: Path) -> None:
    source = moving(tmp_path / "a.mp4")
    sampled = [(i, i / 25) for i in (0, 5, 10, 15, 20, 25)]
    readings = [seen(i, t, 100, "neutral") for i, t in sampled if i == 15]
    still = write_video(tmp_path / "b.mp4", [(t, films(source)[15][1]) for t in range(0, 1040, 40)])
    assert max(magenta_left(annotated(of_frames(readings, sampled), still, anonymize=True))) == 0


def test_faces_that_are_not_told_are_covered_too(tmp_path: Path) -> None:
    source = moving(tmp_path / "a.mp4")
    sampled = [(i, i / 25) for i in (0, 5, 10, 15, 20, 25)]
    others = tuple(OtherFace(i, (left_of(i), 60, left_of(i) + FACE_PX, 60 + FACE_PX)) for i, _ in sampled)
    film = annotated(of_frames([], sampled, others=others), source, anonymize=True)
    assert max(magenta_left(film)) == 0
    assert not any(is_near(rgb[:150], (0, 0, 0)).sum() > 100 for _, rgb in film)  # nor is anything told of them


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("apart_px", [60, 200, 400, 600])
def test_what_is_told_of_two_faces_never_overlaps(
    apart_px: int, lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid: list[tuple[int, int, int, int]] = []

    def note(planes: object, sprite: Sprite, x: int, y: int) -> None:
        laid.append((x, y, x + sprite.size_wh[0], y + sprite.size_wh[1]))

    monkeypatch.setattr(overlay, "lay", note)
    source = write_video(tmp_path / "a.mp4", even([plain(360, 640)] * 2))
    two = [seen(0, 0.0, 10), replace(seen(0, 0.0, 10 + apart_px), person=2)]
    annotated(of_frames(two, [(0, 0.0)]), source, lang=lang)
    described = sorted(set(laid))  # each picture lays the same again
    assert len(described) >= 3  # two names, and the bars of one face at least
    for i, a in enumerate(described):
        assert not any(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for b in described[i + 1 :])


@pytest.mark.parametrize("size", [(2, 2), (16, 16), (60, 40)])
def test_tiny_pictures_are_drawn_in_as_far_as_there_is_room(tmp_path: Path, size: tuple[int, int]) -> None:
    source = write_video(tmp_path / "a.mp4", even([plain(*size)] * 3), codec="ffv1", format="matroska")
    found = of_frames([seen(0, 0.0, 0), seen(2, 0.08, 0)], [(0, 0.0), (2, 0.08)])
    assert len(annotated(found, source, anonymize=True)) == 3


def test_only_moving_pictures_are_annotated(tmp_path: Path) -> None:
    source = analysis([], []).source
    assert not source.has_moving_picture
    assert not replace(source, video=PICTURE, still=True).has_moving_picture
    assert replace(source, video=PICTURE, still=False).has_moving_picture
    sound = write_sound(tmp_path / "a.wav", tone(0.5), codec="pcm_s16le")
    with pytest.raises(MediaError, match="no moving picture"):
        annotate(NOTHING, sound, tmp_path / "b.mp4")


def test_a_place_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.mp4", even([plain()] * 2))
    with pytest.raises(ResultError, match="cannot be written"):
        annotate(NOTHING, source, tmp_path / "nowhere" / "b.mp4")


def test_it_can_be_made_again_from_the_saved_analysis(tmp_path: Path) -> None:
    source = moving(tmp_path / "a.mp4", 6)
    found = of_frames([seen(0, 0.0, left_of(0)), seen(5, 0.2, left_of(5))], [(0, 0.0), (5, 0.2)])
    found = replace(found, others=(OtherFace(0, (1.0, 2.0, 3.0, 4.0)),))
    saved = Analysis.from_dict(json.loads(json.dumps(found.to_dict())))
    assert saved.others == found.others
    for (_, a), (_, b) in zip(annotated(found, source), annotated(saved, source), strict=True):
        assert (a == b).all()


def saved_results(folder: Path, options: Options, **source: object) -> tuple[Path, Analysis]:
    """A recording, and its analysis, written with an annotated video."""
    recording = moving(folder / "a.mp4", 11)
    facts: dict[str, Any] = {"sha256": sha256_of(recording), "video": PICTURE, **source}
    found = of_frames([seen(i, i / 25, left_of(i)) for i in (0, 5, 10)], [(i, i / 25) for i in (0, 5, 10)])
    found = replace(found, source=replace(found.source, **facts), options=options)
    write_results(found, folder / "out", options, recording)
    return recording, found


def test_the_video_is_one_of_the_results(tmp_path: Path) -> None:
    options = Options(annotate=True)
    recording, found = saved_results(tmp_path, options)
    out = tmp_path / "out"
    assert len(films(out / "annotated.mp4")) == 11
    assert is_done(out, found.source.sha256, options, [])
    assert not is_done(out, found.source.sha256, Options(annotate=True, anonymize=True), [])
    (out / "annotated.mp4").unlink()
    assert not is_done(out, found.source.sha256, options, [])
    with pytest.raises(UsageError, match="recording"):
        write_results(found, out, options)
    told: list[float] = []
    write_results(found, out, options, recording, on_picture=lambda stage, time_s: told.append(time_s))
    assert told == pytest.approx([i / 25 for i in range(11)])
    write_results(found, out, Options())
    assert not (out / "annotated.mp4").exists()


def test_a_still_has_no_video_and_is_done_without(tmp_path: Path) -> None:
    options = Options(annotate=True)
    _, found = saved_results(tmp_path, options, still=True)
    assert not (tmp_path / "out" / "annotated.mp4").exists()
    assert is_done(tmp_path / "out", found.source.sha256, options, [])


def test_it_is_rendered_again_of_the_same_recording_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recording, _ = saved_results(tmp_path, Options(annotate=True, anonymize=True))
    out = str(tmp_path / "out")
    assert main(["render", out, "--annotate"]) == 2
    assert "--media" in capsys.readouterr().err
    other = write_video(tmp_path / "b.mp4", even([plain()] * 3))
    assert main(["render", out, "--media", str(other)]) == 2
    assert "not the recording" in capsys.readouterr().err
    assert main(["render", out, "--out", str(tmp_path / "again"), "--media", str(recording), "--lang", "ru"]) == 0
    assert max(magenta_left(films(tmp_path / "again" / "annotated.mp4"))) == 0  # what was covered stays covered
    assert main(["render", out, "--out", str(tmp_path / "tables")]) == 0
    assert not (tmp_path / "tables" / "annotated.mp4").exists()
