"""The workshop reads the corpora as published, never shares a speaker between sides, and makes a model that loads."""

import math
from collections import Counter
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import tone
from made import write_sound as write_coded

from emoclassify import models
from emoclassify.errors import MediaError, UsageError
from emoclassify.labels import EMOTIONS
from emoclassify.voice.mfcc import N_MFCC, RATE_HZ
from emoclassify.voice.predict import VoiceModel
from voice_model.__main__ import main
from voice_model.augment import blank, in_room, random_copy, telephone, trimmed
from voice_model.backgrounds import behind, change_speed, coloured, crowd, street
from voice_model.calibrate import Logits, fit_temperature
from voice_model.corpora import Clip, read_corpora, waveform
from voice_model.evaluate import CONDITIONS, score
from voice_model.example import SPEAKERS, write_example
from voice_model.scored import Scored
from voice_model.settings import Settings
from voice_model.splits import FOLDS, companions, split

Sound = npt.NDArray[np.float32]


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
    """Two clips a speaker in the published layouts; speakers: RAVDESS 5, TESS 2, the others and one's own 3."""
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
    for actor in (1001, 1002, 1003):
        for emotion in ("ANG", "DIS"):
            write_sound(folder / "cremad" / "AudioWAV" / f"{actor}_DFA_{emotion}_XX.wav")
    for take in ("sa03", "su14"):
        write_sound(folder / "savee" / "DC" / f"{take}.wav")
        write_sound(folder / "savee" / f"JE_{take}.wav")
        write_sound(folder / "savee" / "ALL" / f"KL_{take}.wav")
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
        ("cremad", "angry"): 3,
        ("cremad", "disgust"): 3,
        ("savee", "sad"): 3,
        ("savee", "surprise"): 3,
        ("own", "happy"): 3,
    }
    speakers = {corpus: {clip.speaker for clip in found.clips if clip.corpus == corpus} for corpus, _ in counted}
    assert speakers["ravdess"] == {f"ravdess/0{actor}" for actor in range(1, 6)}
    assert speakers["emodb"] == {"emodb/03", "emodb/08", "emodb/11"}
    assert speakers["cremad"] == {"cremad/1001", "cremad/1002", "cremad/1003"}
    assert speakers["savee"] == {"savee/DC", "savee/JE", "savee/KL"}


def test_what_is_left_out_is_counted(corpora: Path) -> None:
    assert read_corpora(corpora).left_out == {"ravdess: song": 1, "emodb: boredom": 3, "own: contempt": 3}


def test_a_folder_without_corpora_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no corpus"):
        read_corpora(tmp_path)


@pytest.mark.parametrize(
    "name", ["emodb/wav/holiday", "cremad/AudioWAV/1001_DFA_BOO_XX", "savee/XY/a01", "savee/DC/x01", "tess/one"]
)
def test_a_foreign_name_is_refused(corpora: Path, name: str) -> None:
    write_sound(corpora / f"{name}.wav")
    with pytest.raises(UsageError, match=Path(name).name):
        read_corpora(corpora)


@pytest.mark.parametrize(("ending", "codec"), [("opus", "libopus"), ("flac", "flac"), ("mp3", "libmp3lame")])
def test_a_corpus_may_have_any_audio_format(tmp_path: Path, ending: str, codec: str) -> None:
    path = tmp_path / "savee" / f"DC_n01.{ending}"
    path.parent.mkdir()
    write_coded(path, tone(1.0, 48_000), codec=codec, rate_hz=48_000)
    (clip,) = read_corpora(tmp_path).clips
    assert clip.emotion == "neutral"
    assert len(waveform(clip.path)) == pytest.approx(RATE_HZ, abs=0.05 * RATE_HZ)


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
    for clip, company in zip(clips, companions(clips), strict=True):
        side = next(side for side in (heard, chosen, tested) if clip.speaker in side)
        assert {other.speaker for other in company} <= side - {clip.speaker}


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
    for background in (coloured(len(sound), 0.5, rng), street(len(sound), rng), crowd([sound[:999]], len(sound), rng)):
        noisy = behind(sound, background, 10.0)
        assert 20 * math.log10(np.std(sound) / np.std(noisy - sound)) == pytest.approx(10, abs=0.5)  # dB
    spectrum, before = (np.abs(np.fft.rfft(one)) for one in (telephone(sound), sound))  # in bins of 0.5 Hz
    assert spectrum[12_000] < 0.01 * before[12_000]
    assert spectrum[600] == pytest.approx(before[600], rel=0.01)
    assert len(change_speed(sound, 1.25)) == pytest.approx(len(sound) / 1.25, rel=0.01)
    silence = np.zeros(RATE_HZ, dtype=np.float32)
    assert len(trimmed(np.concatenate([silence, sound, silence]))) == pytest.approx(len(sound), abs=0.35 * RATE_HZ)


@given(seed=st.integers(0, 2**32 - 1), samples=st.integers(1, 2000), frames=st.integers(1, 60))
def test_any_clip_can_be_changed(seed: int, samples: int, frames: int) -> None:
    rng = np.random.default_rng(seed)
    speech = rng.standard_normal(samples).astype(np.float32)
    copy = random_copy(speech, [speech[::-1]] * int(rng.integers(3)), rng, Settings())
    assert np.isfinite(copy).all()
    features = np.ones((frames, 2 * N_MFCC), dtype=np.float32)
    blank(features, rng, Settings())
    assert set(np.unique(features)) <= {0, 1}
    assert features.mean() > 0.3


def test_a_room_echoes_for_the_time_asked() -> None:
    click = np.zeros(RATE_HZ, dtype=np.float32)
    click[0] = 1
    heard = in_room(click, 0.5, np.random.default_rng(0))
    early, late = (float(np.mean(heard[start : start + 800] ** 2)) for start in (400, 4400))
    assert 10 * math.log10(early / late) == pytest.approx(30, abs=3)  # dB over 0.25 s
    assert not heard[RATE_HZ // 2 + 1 :].round(6).any()


def scored(speakers: list[str], truth: list[int], guesses: list[int]) -> Scored:
    corpora = np.array(["a"] * len(truth))
    return Scored(np.eye(7, dtype=np.float32)[guesses], np.array(truth), corpora, np.array(speakers))


def test_a_report_counts_right() -> None:
    found = scored(["x", "x", "y", "y"], [0, 0, 0, 3], [0, 0, 6, 3]).report()
    assert (found.clips, found.speakers, found.accuracy) == (4, 2, 0.75)
    assert found.recall == {"angry": pytest.approx(2 / 3), "happy": 1.0}
    assert found.uar == pytest.approx(5 / 6)
    assert found.confusion[0] == [2, 0, 0, 0, 0, 0, 1]


def test_scores_are_recorded_with_their_speakers() -> None:
    told = scored(["x", "x", "y", "y"], [0, 1, 2, 3], [0, 1, 2, 3]).record("made, test speakers")
    assert (told["set"], told["n"], told["people"], told["accuracy"]) == ("made, test speakers", 4, 2, 1)
    assert told["interval_95"] == {"uar": [1, 1]}
    assert told["labels"] == list(EMOTIONS)


def test_the_interval_is_over_speakers() -> None:
    # One speaker is always understood, the other never: more clips of the same two say no more.
    for clips in (10, 1000):
        found = scored(["x"] * clips + ["y"] * clips, [0] * 2 * clips, [0] * clips + [1] * clips).report()
        assert (found.uar, found.interval_95) == (0.5, (0.0, 1.0))


def test_what_was_scored_is_kept(tmp_path: Path) -> None:
    parts = [scored(["x"], [0], [1]), scored(["y"], [2], [2])]
    Scored.joined(parts).save(tmp_path / "found.npz")
    found = Scored.load(tmp_path / "found.npz")
    assert found.speakers.tolist() == ["x", "y"]
    assert found.scores.argmax(axis=1).tolist() == [1, 2]
    assert found.by_corpus()["a"].report().accuracy == 0.5


def test_the_temperature_makes_confidence_what_is_right() -> None:
    # Logits so sure that each is right 99 times in 100, and 7 clips of 10 are right.
    rows = np.log(np.array([[0.99, *[0.01 / 6] * 6]] * 10, dtype=np.float32))
    truth = ["angry"] * 7 + ["sad"] * 3
    clips = [Clip(Path(str(place)), "a", f"a/{place}", emotion) for place, emotion in enumerate(truth)]
    logits = Logits(rows, np.arange(10))
    temperature = fit_temperature(logits, clips)
    assert temperature > 1
    assert logits.scores(temperature).max(axis=1) == pytest.approx(np.full(10, 0.7), abs=0.02)


def test_logits_of_a_clip_are_the_mean_of_its_windows(tmp_path: Path) -> None:
    rows = np.log(np.eye(7, dtype=np.float32)[[0, 1, 2]] + 1e-9)
    one, other = Logits(rows[:2], np.array([0, 0])), Logits(rows[2:], np.array([0]))
    Logits.joined([one, other]).save(tmp_path / "logits.npz")
    scores = Logits.load(tmp_path / "logits.npz").scores(1.0)
    np.testing.assert_allclose(scores, [[0.5, 0.5, *[0] * 5], [0, 0, 1, *[0] * 4]], atol=1e-6)


class Listener:
    """Takes the place of a speech model; keeps what it heard."""

    def __init__(self) -> None:
        self.heard: list[Sound] = []

    def predict(self, windows: list[Sound]) -> Sound:
        self.heard += windows
        return np.full((len(windows), 7), 1 / 7, dtype=np.float32)


def test_the_conditions_change_what_is_heard_and_only_that(corpora: Path) -> None:
    clips = [clip for clip in read_corpora(corpora).clips if clip.corpus == "ravdess"][:2]
    heard = {}
    for condition in CONDITIONS:
        listener = Listener()
        score(listener, clips, condition)  # type: ignore[arg-type]
        heard[condition] = listener.heard
    clean = heard.pop("clean")
    for condition, changed in heard.items():
        assert [len(sound) for sound in changed] == [len(sound) for sound in clean]
        assert all(np.abs(one - other).max() > 1e-3 for one, other in zip(changed, clean, strict=True)), condition


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
    assert [line.split()[0] for line in printed.splitlines()[1:]] == [
        "corpus",
        *("cremad", "emodb", "nemo", "own", "ravdess", "savee"),
    ]
    assert VoiceModel.load(out).predict([np.ones(RATE_HZ, dtype=np.float32)]).shape == (1, len(EMOTIONS))
    assert main(["scores", str(corpora), "--model", out]) == 0
    scores = models.voice_model(out).scores
    assert scores is not None
    names = ["CREMA-D", "EMO-DB", "RAVDESS", "SAVEE", "nEMO", "own"]
    assert sorted(measured["set"] for measured in scores["sets"]) == [f"{name}, test speakers" for name in names]
    assert scores["validation_log_loss"] == pytest.approx(
        np.mean([measured["log_loss"] for measured in scores["sets"]])
    )


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
    train(corpora, tmp_path / "run", settings)  # finished: nothing is trained again
    assert started == [0, 0, 1, 2, 0, 2]
    with pytest.raises(UsageError, match="other settings"):
        train(corpora, tmp_path / "run", replace(settings, seed=2))


# The same warning as above.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
@pytest.mark.slow
@pytest.mark.model
def test_folds_are_tested_beside_the_first_system_and_only_once(
    corpora: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("tensorflow")
    from voice_model import baseline, folds

    monkeypatch.setattr(folds, "FOLDS", 2)  # of the five: two show what there is to show
    settings = Settings(epochs=1, copies=1, filters=(8, 8, 8))
    table = folds.run_folds(corpora, tmp_path, settings)
    rows = {line.split(" | ")[0].strip("| "): line.split(" | ") for line in table.splitlines() if line.count("|") > 9}
    assert set(rows) >= {"cremad", "emodb", "nemo", "own", "ravdess", "savee"}
    assert rows["ravdess"][1:3] == ["2", "4"]  # speakers and clips of two folds
    gain = float(rows["ravdess"][-1].strip(" |"))
    assert gain == pytest.approx(float(rows["ravdess"][4].split()[0]) - float(rows["ravdess"][-2]), abs=2e-3)
    assert 0.25 <= folds.fold_temperature(corpora, tmp_path, [0, 1]) <= 4
    assert f"| {len(folds.tested(tmp_path).by_corpus()['ravdess'].truth)} |" in table

    def refuse(*_: object) -> None:
        pytest.fail("done before, so not to be done again")

    for module, name in ((folds, "score"), (folds.Logits, "of"), (baseline, "predict"), (baseline, "build")):
        monkeypatch.setattr(module, name, refuse)
    assert folds.run_folds(corpora, tmp_path, settings) == table


# The same warning as above.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
@pytest.mark.slow
@pytest.mark.model
def test_an_ablation_changes_one_thing_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tensorflow")
    from voice_model import ablation
    from voice_model.train import read_settings

    data = write_example(tmp_path / "data")
    monkeypatch.setattr(ablation, "CHANGES", {"without masks": ablation.CHANGES["without masks"]})
    settings = Settings(epochs=1, copies=1, filters=(8, 8, 8), precision="float32")
    rows = ablation.run_ablation(data, tmp_path / "runs", settings).splitlines()
    assert [row.split(" | ")[0] for row in rows[2:]] == ["| without masks", "| without TESS"]
    assert {row.count("|") for row in rows} == {rows[0].count("|")}
    assert read_settings(tmp_path / "runs" / "without-masks") == replace(
        settings, time_mask_frames=0, coefficient_mask=0
    )
    assert dict(read_settings(tmp_path / "runs" / "without-TESS").corpus_weights)["tess"] == 0


def test_the_example_is_a_corpus_of_every_emotion(tmp_path: Path) -> None:
    clips = read_corpora(write_example(tmp_path)).clips
    assert Counter(clip.emotion for clip in clips) == dict.fromkeys(EMOTIONS, 10)
    assert len({clip.speaker for clip in clips}) == SPEAKERS
    sound = waveform(clips[0].path)
    assert 0.05 < np.abs(sound).max() < 1


def test_the_baseline_is_the_first_systems_size(corpora: Path) -> None:
    pytest.importorskip("tensorflow")
    from voice_model import baseline

    assert baseline.build().count_params() == 273_287
    clip = read_corpora(corpora).clips[0]
    assert baseline.mfcc_of_start(clip).shape == (baseline.N_MFCC, baseline.FRAMES)


def test_a_missing_model_is_one_line(corpora: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(corpora), "--model", str(corpora / "none")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
