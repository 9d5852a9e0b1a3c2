"""The workshop reads the corpora as published, never shares a speaker between sides, and makes a model that loads."""

import math
from collections import Counter
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoclassify.errors import MediaError, UsageError
from emoclassify.labels import EMOTIONS
from emoclassify.voice.mfcc import N_MFCC, RATE_HZ
from emoclassify.voice.predict import VoiceModel
from voice_model.__main__ import main
from voice_model.augment import add_noise, blank, change_speed, random_copy, telephone, trimmed
from voice_model.corpora import Clip, read_corpora, waveform
from voice_model.evaluate import calibration_error, report
from voice_model.settings import Settings
from voice_model.splits import FOLDS, split


def write_sound(path: Path, pitch_hz: float = 200.0, rate_hz: int = 22_050, seconds: float = 0.6) -> None:
    """A stereo tone as 16-bit WAV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tone = 0.3 * np.sin(2 * np.pi * pitch_hz * np.arange(int(seconds * rate_hz)) / rate_hz)
    samples = np.repeat((tone * 32767).astype(np.int16), 2)[None]
    with av.open(str(path), "w", format="wav") as container:
        stream = container.add_stream("pcm_s16le", rate=rate_hz, layout="stereo")
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
        frame.sample_rate = rate_hz
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """Two clips a speaker in the published layouts; speakers: RAVDESS 5, TESS 2, EMO-DB, nEMO and one's own 3."""
    folder = tmp_path / "data"
    for actor in range(1, 6):
        for emotion in ("02", "05"):
            name = f"03-01-{emotion}-01-02-01-{actor:02}.wav"
            write_sound(folder / "ravdess" / f"Actor_{actor:02}" / name, 80.0 * int(emotion))
    write_sound(folder / "ravdess" / "Actor_01" / "03-02-05-01-02-01-01.wav")  # sung
    for speaker in ("OAF", "YAF"):
        for emotion in ("fear", "ps"):
            write_sound(folder / "tess" / f"{speaker}_{emotion}" / f"{speaker}_back_{emotion}.wav")
    for speaker in ("03", "08", "11"):
        for letter in ("W", "L"):
            write_sound(folder / "emodb" / "wav" / f"{speaker}a01{letter}a.wav")
    for speaker in ("AB0", "CD0", "EF0"):
        for emotion in ("anger", "surprised"):
            write_sound(folder / "nemo" / "samples" / f"{speaker}_{emotion}_1.wav")
    rows = ["file,speaker"]
    for speaker in ("ann", "bob", "cy"):
        for label in ("Joy", "contempt"):
            write_sound(folder / "own" / label / f"{speaker}.wav")
            rows.append(f"{label}/{speaker}.wav,{speaker}")
    (folder / "own" / "speakers.csv").write_text("\n".join(rows))
    return folder


def test_the_published_layouts_are_read(corpora: Path) -> None:
    found = read_corpora(corpora)
    counted = Counter((clip.corpus, clip.emotion) for clip in found.clips)
    assert counted == {
        ("ravdess", "neutral"): 5,
        ("ravdess", "angry"): 5,
        ("tess", "fear"): 2,
        ("tess", "surprise"): 2,
        ("emodb", "angry"): 3,
        ("nemo", "angry"): 3,
        ("nemo", "surprise"): 3,
        ("own", "happy"): 3,
    }
    speakers = {clip.speaker for clip in found.clips if clip.corpus in ("ravdess", "emodb")}
    assert speakers == {*(f"ravdess/0{actor}" for actor in range(1, 6)), "emodb/03", "emodb/08", "emodb/11"}


def test_what_is_left_out_is_counted(corpora: Path) -> None:
    assert read_corpora(corpora).left_out == {"ravdess: song": 1, "emodb: boredom": 3, "own: contempt": 3}


def test_a_folder_without_corpora_and_a_foreign_name_are_refused(tmp_path: Path, corpora: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no corpus"):
        read_corpora(tmp_path / "empty")
    write_sound(corpora / "emodb" / "wav" / "holiday.wav")
    with pytest.raises(UsageError, match="holiday"):
        read_corpora(corpora)


def test_a_file_is_decoded_to_mono_16_khz(tmp_path: Path) -> None:
    write_sound(tmp_path / "tone.wav", pitch_hz=440.0, seconds=1.0)
    sound = waveform(tmp_path / "tone.wav")
    assert sound.dtype == np.float32
    assert abs(len(sound) - RATE_HZ) < 100
    assert np.abs(np.fft.rfft(sound[:RATE_HZ])).argmax() == pytest.approx(440, abs=3)


def test_what_is_no_sound_is_told(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no sound")
    with pytest.raises(MediaError, match=r"text\.wav"):
        waveform(tmp_path / "text.wav")


@given(
    sizes=st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(1, 23), min_size=1),
    fold=st.integers(0, FOLDS - 1),
)
def test_no_speaker_is_on_two_sides(sizes: dict[str, int], fold: int) -> None:
    clips = [
        Clip(Path(f"{corpus}{speaker}{take}"), corpus, f"{corpus}/{speaker}", "sad")
        for corpus, speakers in sizes.items()
        for speaker in range(speakers)
        for take in range(2)
    ]
    sides = split(clips, fold=fold)
    heard, chosen, tested = ({clip.speaker for clip in side} for side in (sides.train, sides.validation, sides.test))
    assert len(heard) + len(chosen) + len(tested) == len(heard | chosen | tested)
    assert len(sides.train) + len(sides.validation) + len(sides.test) == len(clips)
    for corpus, speakers in sizes.items():
        assert any(clip.corpus == corpus for clip in sides.test) == (speakers >= 3)


def test_each_speaker_is_tested_once_over_the_folds() -> None:
    clips = [Clip(Path(str(speaker)), "a", f"a/{speaker}", "sad") for speaker in range(13)]
    tested = Counter(clip.speaker for fold in range(FOLDS) for clip in split(clips, fold=fold).test)
    assert tested == {clip.speaker: 1 for clip in clips}


def test_a_random_split_is_refused_with_the_reason() -> None:
    with pytest.raises(UsageError, match=r"same voices.*0\.87.*0\.32"):
        split([], by="random")


def test_changes_keep_what_they_should() -> None:
    rng = np.random.default_rng(0)
    time = np.arange(2 * RATE_HZ) / RATE_HZ
    sound = (0.3 * np.sin(2 * np.pi * 300 * time) + 0.1 * np.sin(2 * np.pi * 6000 * time)).astype(np.float32)
    noisy = add_noise(sound, 10.0, rng)
    assert 20 * math.log10(np.std(sound) / np.std(noisy - sound)) == pytest.approx(10, abs=0.5)  # dB
    spectrum = np.abs(np.fft.rfft(telephone(sound)))
    assert spectrum[12_000] < 0.01 * spectrum[600]  # bins of 0.5 Hz: 6 kHz against 300 Hz
    assert len(change_speed(sound, 1.25)) == pytest.approx(len(sound) / 1.25, rel=0.01)
    silence = np.zeros(RATE_HZ, dtype=np.float32)
    assert len(trimmed(np.concatenate([silence, sound, silence]))) == pytest.approx(len(sound), abs=0.35 * RATE_HZ)


@given(seed=st.integers(0, 2**32 - 1), samples=st.integers(1, 2000), frames=st.integers(1, 60))
def test_any_clip_can_be_changed(seed: int, samples: int, frames: int) -> None:
    rng = np.random.default_rng(seed)
    copy = random_copy(rng.standard_normal(samples).astype(np.float32), rng, Settings())
    assert np.isfinite(copy).all()
    features = np.ones((frames, 2 * N_MFCC), dtype=np.float32)
    blank(features, rng, Settings())
    assert set(np.unique(features)) <= {0, 1}
    assert features.mean() > 0.3


def test_a_report_counts_right() -> None:
    truth = np.array([0, 0, 0, 3])
    scores = np.eye(7, dtype=np.float32)[[0, 0, 6, 3]]
    found = report(scores, truth, speakers=2)
    assert (found.clips, found.speakers, found.accuracy) == (4, 2, 0.75)
    assert found.recall == {"angry": pytest.approx(2 / 3), "happy": 1.0}
    assert found.uar == pytest.approx(5 / 6)
    assert found.confusion[0] == [2, 0, 0, 0, 0, 0, 1]


def test_the_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    scores = np.tile(np.array([[0.7, 0.3, 0, 0, 0, 0, 0]], dtype=np.float32), (10, 1))
    assert calibration_error(scores, np.array([0] * 7 + [1] * 3)) == pytest.approx(0, abs=1e-6)
    assert calibration_error(scores, np.array([0] * 2 + [1] * 8)) == pytest.approx(0.5)


# Keras 3.15 copies TensorFlow's tensors the way numpy 1 did; nothing here can change that.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
@pytest.mark.slow
@pytest.mark.model
def test_train_export_and_evaluate(corpora: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tensorflow")
    run, out = str(tmp_path / "runs" / "one"), str(tmp_path / "model")
    assert main(["train", str(corpora), "--run", run, "--epochs", "1", "--threads", "1"]) == 0
    assert "emodb: boredom, 3 files" in capsys.readouterr().out
    assert main(["export", str(corpora), "--run", run, "--out", out]) == 0
    assert main(["evaluate", str(corpora), "--model", out, "--side", "test"]) == 0
    printed = capsys.readouterr().out
    assert [line.split()[0] for line in printed.splitlines()[1:]] == ["corpus", "emodb", "nemo", "own", "ravdess"]
    assert VoiceModel.load(out).predict([np.ones(RATE_HZ, dtype=np.float32)]).shape == (1, len(EMOTIONS))


# The same warning as above.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
@pytest.mark.slow
@pytest.mark.model
def test_a_training_that_broke_off_goes_on(corpora: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tensorflow")
    from voice_model.batches import Batches
    from voice_model.train import train, trained

    settings = Settings(epochs=3, copies=1, filters=(8, 8, 8))
    started: list[int] = []
    start_epoch = Batches.start_epoch

    def stop_in_the_third(batches: Batches, epoch: int) -> None:
        started.append(epoch)
        if started == [0, 0, 1, 2]:  # the first is the object's own
            raise KeyboardInterrupt
        start_epoch(batches, epoch)

    monkeypatch.setattr(Batches, "start_epoch", stop_in_the_third)
    with pytest.raises(KeyboardInterrupt):
        train(corpora, tmp_path / "run", settings)
    train(corpora, tmp_path / "run", settings)
    assert started == [0, 0, 1, 2, 0, 2]
    assert trained(tmp_path / "run")[1] == settings


def test_a_missing_model_is_one_line(corpora: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(corpora), "--model", str(corpora / "none")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
