"""The whole analysis with the real networks, on recordings made with known content."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from emoclassify import Options, analyze, pipeline
from emoclassify.analysis import Analysis
from emoclassify.errors import MediaError
from emoclassify.faces import detectors, expressions
from emoclassify.faces.detections import Detections
from emoclassify.labels import EMOTIONS
from emoclassify.media.container import ReadCounts
from emoclassify.media.read import probe
from emoclassify.media.sound import read_sound
from emoclassify.networks.models import ModelInfo
from emoclassify.networks.runtime import Place
from emoclassify.pipeline import Analyzer
from emoclassify.run import StageProgress
from emoclassify.verdicts import VERDICTS
from emoclassify.words.messages import Message
from tests.support.made import even, plain, portrait, tone, write_sound, write_video
from tests.support.written import write_tables

pytestmark = pytest.mark.model

BOX_TOLERANCE_PX = 2.0
SPEECH_TOLERANCE_S = 0.25  # silero-vad works in steps of 32 ms and pads by 60 ms; the first sounds are soft

AWAY_MS = (3000, 5000)


def tables(found: Analysis, folder: Path) -> dict[str, pd.DataFrame]:
    folder.mkdir(exist_ok=True)
    write_tables(found, folder, Options())
    return {path.name: pd.read_csv(path) for path in folder.glob("*.csv")}


def drifting(n: int = 75, fps: int = 10) -> list[tuple[int, np.ndarray]]:
    """A face that drifts to the right by a pixel a frame."""
    return even([portrait(at_xy=(20 + i, 0)) for i in range(n)], fps)


@pytest.fixture(scope="session")
def leaving(tmp_path_factory: pytest.TempPathFactory) -> tuple[Analysis, Analysis]:
    """The same recording with the face away from 3.0 to 5.0 s, and without the gap; lossless, so frames are equal."""
    folder = tmp_path_factory.mktemp("leaving")
    pictures = drifting()
    gone = [(t, plain() if AWAY_MS[0] <= t < AWAY_MS[1] else rgb) for t, rgb in pictures]
    with_gap = write_video(folder / "gap.mkv", gone, codec="ffv1", pix_fmt="bgr0")
    without = write_video(folder / "whole.mkv", pictures, codec="ffv1", pix_fmt="bgr0")
    return analyze(with_gap), analyze(without)


def test_a_face_that_leaves_is_a_gap_and_changes_nothing_around_it(
    leaving: tuple[Analysis, Analysis], tmp_path: Path
) -> None:
    with_gap, without = (tables(found, tmp_path / str(i)) for i, found in enumerate(leaving))
    frames, twin = with_gap["frames.csv"], without["frames.csv"]
    away = (frames.timestamp >= 3.0) & (frames.timestamp < 5.0)
    assert away.sum() == 10
    assert (frames.success == (~away).astype(int)).all()
    assert (twin.success == 1).all()
    pd.testing.assert_frame_equal(frames[~away], twin[~away], check_dtype=False)  # an empty cell makes a column float
    series = with_gap["series.csv"]
    assert series[series.gap == 1].t.tolist() == [3.0, 3.5, 4.0, 4.5]
    assert set(series.face_id) == {1}
    assert leaving[0].counts.gaps == 1


def test_scores_sum_to_one_and_a_smile_is_happy(leaving: tuple[Analysis, Analysis]) -> None:
    scores = np.stack([reading.scores for reading in leaving[1].faces])
    assert scores.sum(axis=1) == pytest.approx(1.0, abs=1e-4)
    assert (scores >= 0).all()
    assert {EMOTIONS[i] for i in scores.argmax(axis=1)} == {"happy"}


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", drifting(20))
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_tables(analyze(path, Options(faces="all")), tmp_path / name, Options())
    for table in (tmp_path / "one").iterdir():
        assert table.read_bytes() == (tmp_path / "two" / table.name).read_bytes()


def test_known_uneven_timestamps_reach_the_table(tmp_path: Path) -> None:
    times_ms = [0, 33, 250, 251, 600, 1333, 1700]
    path = write_video(tmp_path / "a.mkv", [(t, portrait()) for t in times_ms])
    frames = tables(analyze(path, Options(every=1)), tmp_path / "out")["frames.csv"]
    assert frames.timestamp.tolist() == pytest.approx([t / 1000 for t in times_ms], abs=0.001)
    assert frames.frame.tolist() == list(range(len(times_ms)))


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_rotated_recording_gives_the_boxes_of_its_upright_twin(tmp_path: Path, rotation: int) -> None:
    upright = [(t, rgb) for t, rgb in drifting(10)]
    lying = [(t, np.ascontiguousarray(np.rot90(rgb, -rotation // 90))) for t, rgb in upright]
    boxes = []
    for name, pictures, turned in (("upright", upright, 0), ("lying", lying, rotation)):
        found = analyze(write_video(tmp_path / f"{name}.mp4", pictures, pix_fmt="yuv444p", rotation=turned))
        boxes.append(np.array([reading.box_xyxy for reading in found.faces]))
    assert boxes[0].shape == boxes[1].shape == (5, 4)
    assert np.abs(boxes[0] - boxes[1]).max() <= BOX_TOLERANCE_PX


def test_the_box_is_where_the_face_is(tmp_path: Path) -> None:
    Image.fromarray(portrait(at_xy=(60, 0))).save(tmp_path / "a.png")
    (reading,) = analyze(tmp_path / "a.png").faces
    x0, y0, x1, y1 = reading.box_xyxy
    # The eyes and the mouth of the portrait, read off the picture by eye.
    for x, y in ((60 + 85, 100), (60 + 125, 98), (60 + 108, 142)):
        assert x0 < x < x1
        assert y0 < y < y1
    assert (x1 - x0) * (y1 - y0) < 120 * 120


def test_two_faces_are_two_persons_and_the_largest_is_the_first(tmp_path: Path) -> None:
    rgb = np.concatenate(
        [portrait()[:, 60:300], np.asarray(Image.fromarray(portrait()).resize((480, 360)))[:240]], axis=1
    )
    path = write_video(tmp_path / "a.mp4", even([rgb] * 10, 10))
    both, main = analyze(path, Options(faces="all")), analyze(path)
    assert both.persons == (1, 2)
    assert main.persons == (1,)
    assert [r.box_xyxy for r in main.faces] == [r.box_xyxy for r in both.faces if r.person == 1]
    assert all(reading.box_xyxy[0] > 240 for reading in main.faces)


@pytest.fixture(scope="session")
def speech(espeak: str, tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    """About 3 s of speech, mono at 16 kHz."""
    path = tmp_path_factory.mktemp("speech") / "a.wav"
    subprocess.run([espeak, "-w", str(path), "The quick brown fox jumps over the lazy dog, again."], check=True)
    return np.concatenate([s.samples for s in read_sound(path, probe(path), rate_hz=16_000, counts=ReadCounts())])


def test_speech_that_starts_two_seconds_later_keeps_its_place(tmp_path: Path, speech: np.ndarray) -> None:
    path = write_video(tmp_path / "a.mkv", even([portrait()] * 60, 10), sound=(2.0, speech), audio_codec="flac")
    found = analyze(path, Options(double_check=True))
    starts_s = [segment.voice.span.start_s for segment in found.segments]
    assert starts_s[0] == pytest.approx(2.0, abs=SPEECH_TOLERANCE_S)
    assert found.segments[-1].voice.span.end_s == pytest.approx(2.0 + len(speech) / 16_000, abs=2 * SPEECH_TOLERANCE_S)
    assert found.segments[0].face_dominant == "happy"
    assert found.segments[0].verdict in VERDICTS
    assert found.faces[0].time_s == 0.0


def test_the_voice_alone_can_be_asked_for(tmp_path: Path, speech: np.ndarray) -> None:
    path = write_video(tmp_path / "a.mkv", even([plain()] * 30, 10), sound=(0.0, speech), audio_codec="flac")
    assert analyze(path).to_dict()["echo_mean"]["voice"] is None
    found = analyze(path, Options(echo_mean=True))
    assert {segment.verdict for segment in found.segments} == {None}
    told = found.to_dict()["echo_mean"]["voice"]
    assert 0 < told["speech_s"] <= len(speech) / 16_000 + SPEECH_TOLERANCE_S
    assert sum(told["scores"]) == pytest.approx(1.0, abs=1e-4)


def test_what_two_threads_hear_at_once_is_what_one_hears_after_the_other(tmp_path: Path) -> None:
    demo = Path(pipeline.__file__).with_name("assets") / "demo.mp4"
    blocks = read_sound(demo, probe(demo), rate_hz=16_000, counts=ReadCounts())
    spoken = np.concatenate([block.samples for block in blocks])
    said = {"whole": spoken, "late": np.concatenate([np.zeros(20_000, np.float32), spoken[8_000:]])}
    paths = [write_sound(tmp_path / f"{name}.flac", samples, codec="flac") for name, samples in said.items()]
    expected = [str(analyze(path).voice) for path in paths]
    with ThreadPoolExecutor(2) as pool:
        heard = [str(analysis.voice) for analysis in pool.map(analyze, 4 * paths)]
    assert heard == 4 * expected


def test_the_detector_of_that_name_is_the_one_that_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Middle:
        """Says that there is one face, in the middle of each frame; and none in views of it."""

        runtime = "made"

        def __init__(self, place: Place) -> None:
            pass

        @staticmethod
        def describe() -> ModelInfo:
            return ModelInfo("middle", "finds faces", "MIT", True, tmp_path, {})

        def detect(self, rgb: np.ndarray, min_face: float) -> Detections:
            points = np.array([[[150, 110], [170, 110], [160, 120], [152, 130], [168, 130]]], np.float32)
            n = int(rgb.shape == plain().shape)
            return Detections(np.array([[120, 80, 200, 160]], np.float32)[:n], np.ones(n, np.float32), points[:n])

        def refine(self, rgb: np.ndarray, boxes_xyxy: np.ndarray) -> Detections:
            return self.detect(rgb, 0.0)

    monkeypatch.setitem(detectors.DETECTORS, "middle", Middle)
    monkeypatch.setattr(detectors, "DETECTOR", "middle")
    found = analyze(write_video(tmp_path / "a.mp4", even([plain()] * 10, 10)))
    assert {reading.box_xyxy for reading in found.faces} == {(120.0, 80.0, 200.0, 160.0)}
    assert [(model.name, model.runtime) for model in found.models[:1]] == [("middle", "made")]


def test_a_recording_without_a_picture_gives_a_voice_timeline(tmp_path: Path, speech: np.ndarray) -> None:
    found = analyze(write_sound(tmp_path / "a.flac", speech, codec="flac"))
    assert (found.frames, found.faces) == ((), ())
    assert found.voice is not None
    assert found.voice.windows
    assert all(window.scores.sum() == pytest.approx(1.0, abs=1e-4) for window in found.voice.windows)
    assert Message("no_picture") in found.warnings
    rows = tables(found, tmp_path / "out")
    assert len(rows["frames.csv"]) == 0
    assert len(rows["voice.csv"]) == len(found.voice.windows)


@pytest.mark.parametrize("samples", [np.zeros(32_000, np.float32), tone(2.0)], ids=["silence", "a tone"])
def test_no_speech_is_no_error_and_is_said(tmp_path: Path, samples: np.ndarray) -> None:
    found = analyze(write_sound(tmp_path / "a.wav", samples, codec="pcm_s16le"))
    assert found.segments == ()
    assert Message("no_speech") in found.warnings


def test_no_face_is_no_error_and_is_said(tmp_path: Path) -> None:
    found = analyze(write_video(tmp_path / "a.mp4", even([plain()] * 20, 10)), Options(double_check=True))
    assert found.faces == ()
    assert found.counts.sampled == 10
    assert Message("no_face", {"n": 10}) in found.warnings
    assert Message("no_sound_to_compare") in found.warnings


def test_where_voices_are_not_read_sound_alone_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", tone(1.0), codec="pcm_s16le")
    with pytest.raises(MediaError, match="no picture, and reading voices is switched off"):
        analyze(path, Options(voice="off"))


def test_where_voices_are_not_read_a_film_with_sound_is_seen_only(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", even([plain()] * 10, 10), sound=(0.0, tone(1.0)))
    assert analyze(path, Options(voice="off")).voice is None


def test_a_recording_cut_short_says_so(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", drifting(60))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    found = analyze(path)
    assert any("the file's header says 5.9 s" in warning.text for warning in found.warnings)


def test_progress_moves_forward_to_the_end(tmp_path: Path) -> None:
    told: list[StageProgress] = []
    analyze(write_video(tmp_path / "a.mp4", drifting(20)), on_progress=told.append)
    assert [p.done_s for p in told] == sorted(p.done_s for p in told)
    assert len(told) == 10
    assert told[-1].total_s == pytest.approx(2.0, abs=0.1)


def test_sound_without_speech_is_progress_too(tmp_path: Path) -> None:
    told: list[StageProgress] = []
    analyze(write_sound(tmp_path / "a.wav", 0.1 * tone(5.0), codec="pcm_s16le"), on_progress=told.append)
    assert {p.stage for p in told} == {"voice"}
    assert (told[0].done_s, told[0].total_s) == (0.0, None)  # while the networks are loaded
    assert [round(p.done_s) for p in told[1:]] == [0, 1, 2, 3, 4]
    assert {p.total_s for p in told[1:]} == {5.0}


def write_model(folder: Path) -> str:
    """A tiny model of the user's, of random weights."""
    from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor

    names = ["happiness", "sadness", "anger", "disgust", "fear", "surprise", "neutral"]
    config = ViTConfig(
        hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, image_size=32, patch_size=16,
        id2label=dict(enumerate(names)), label2id={name: i for i, name in enumerate(names)},
    )  # fmt: skip
    ViTForImageClassification(config).save_pretrained(folder)
    ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    return str(folder)


def test_a_costly_model_reads_the_main_person_last_and_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = [(t, np.hstack([rgb, portrait(at_xy=(60, 100))])) for t, rgb in drifting(60)]
    path = write_video(tmp_path / "a.mp4", two)
    options = Options(expression_model=write_model(tmp_path / "model"))
    at_once = analyze(path, options)
    monkeypatch.setattr(expressions, "COSTLY_BYTES", 0)
    told: list[StageProgress] = []
    last = Analyzer().analyze(path, options, on_progress=told.append)
    assert [str(reading) for reading in last.faces] == [str(reading) for reading in at_once.faces]
    assert (last.frames, last.others, last.counts) == (at_once.frames, at_once.others, at_once.counts)
    assert len(last.faces) == 30
    steps = [(p.stage, p.done_s) for p in told]
    assert [stage for stage, _ in steps] == ["search"] * 30 + ["expressions"] * 30
    assert [done_s for _, done_s in steps[:30]] == [done_s for _, done_s in steps[30:]]


def test_progress_is_true_where_the_header_says_no_duration_or_that_of_a_piece(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (100, 64, 48, 3), dtype=np.uint8)
    live = write_video(tmp_path / "a.mkv", even(list(noise), 10), options={"live": "1"})
    assert probe(live).duration_s is None
    pieces = tmp_path / "b.mpg"
    piece = write_video(tmp_path / "piece.mpg", even(list(noise), 25), codec="mpeg2video", format="mpeg")
    pieces.write_bytes(piece.read_bytes() * 3)
    for path, length_s in ((live, 10.0), (pieces, 12.0)):
        told: list[StageProgress] = []
        analyze(path, Options(), on_progress=told.append)
        shares = [p.done_s / p.total_s for p in told if p.total_s]
        assert len(shares) >= len(told) - 1
        assert max(shares) <= 1.0
        assert told[len(told) // 2].total_s == pytest.approx(length_s, rel=0.35)
        assert told[-1].total_s == pytest.approx(length_s, rel=0.15)


def test_a_model_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", drifting(5))
    before, after = (analyze(path, Options(expression_model=write_model(tmp_path / "model"))) for _ in range(2))
    assert before.models[1].files != after.models[1].files  # made of random numbers
    assert [str(reading.scores) for reading in before.faces] != [str(reading.scores) for reading in after.faces]


def test_another_expression_model_takes_the_place_of_the_embedded_one(tmp_path: Path) -> None:
    model = write_model(tmp_path / "model")
    found = analyze(write_video(tmp_path / "a.mp4", drifting(5)), Options(expression_model=model))
    assert found.faces
    assert [list(model.files) for model in found.models] == [
        [f"{name}.{ending}" for name in ("onet", "pnet", "rnet") for ending in ("bin", "xml")],
        ["config.json", "model.safetensors", "preprocessor_config.json"],
    ]


@pytest.mark.parametrize("size", [(1, 1), (15, 15), (3000, 5), (47, 47)])
@pytest.mark.parametrize("min_face", [0.08, 1.0])
def test_a_picture_too_small_for_a_face_has_none(tmp_path: Path, size: tuple[int, int], min_face: float) -> None:
    Image.new("RGB", size).save(tmp_path / "a.png")
    assert analyze(tmp_path / "a.png", Options(min_face=min_face)).faces == ()


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", drifting(10))

    def grow(_: StageProgress) -> None:
        with path.open("ab") as file:
            file.write(b"more")

    with pytest.raises(MediaError, match="changed while it was read"):
        analyze(path, on_progress=grow)


def test_a_name_of_any_bytes_is_data(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.png"))
    Image.new("RGB", (64, 64)).save(path, format="png")
    assert analyze(path).source.name == "caf\ufffd.png"


MEMORY_RATIO = 1.1
_PEAK_MB = (
    "import resource, sys; from emoclassify import analyze; analyze(sys.argv[1]);"
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_length_of_the_recording(tmp_path: Path) -> None:
    peaks_mb = []
    for seconds in (5, 50):
        large = np.repeat(np.repeat(portrait(), 3, axis=0), 4, axis=1)  # 1280 x 720; 250 such frames would be 700 MB
        path = write_video(tmp_path / f"{seconds}.mp4", even([large] * (5 * seconds), 5))
        run = subprocess.run([sys.executable, "-c", _PEAK_MB, str(path)], check=True, capture_output=True, text=True)
        peaks_mb.append(int(run.stdout))
    assert peaks_mb[1] <= MEMORY_RATIO * peaks_mb[0], peaks_mb
