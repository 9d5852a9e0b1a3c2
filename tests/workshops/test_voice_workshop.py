"""The workshop trains a model that loads, goes on where it broke off, and measures it by folds."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emoclassify.errors import UsageError
from emoclassify.labels import EMOTIONS
from emoclassify.networks import models
from emoclassify.voice.mfcc import RATE_HZ
from emoclassify.voice.predict import VoiceModel
from tests.support.speech import write_sound
from tests.support.whisper_made import write_encoder
from voice_model.__main__ import main
from voice_model.calibrate import Logits
from voice_model.corpora import read_corpora
from voice_model.example import write_example
from voice_model.provenance import CLIPS_FILE, SHIPPED, learned_from, require_same_clips, unheard_fold
from voice_model.settings import Settings

pytestmark = pytest.mark.whole


# Keras 3.15 copies TensorFlow's tensors the way numpy 1 did; nothing here can change that.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
@pytest.mark.slow
@pytest.mark.model
def test_train_export_and_evaluate(corpora: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tensorflow")
    run, out = str(tmp_path / "runs" / "one"), str(tmp_path / "model")
    assert main(["train", str(corpora), "--run", run, "--epochs", "1", "--threads", "1"]) == 0
    assert "emodb: boredom is none of the seven emotions, 3 files" in capsys.readouterr().out
    assert main(["export", str(corpora), "--run", run, "--out", out]) == 0
    assert json.loads(Path(out, "config.json").read_text())["learned_from"] == {"speakers": "train", "fold": 1}
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
    corpora = corpora.rename(tmp_path / "elsewhere")
    (tmp_path / "run" / CLIPS_FILE).unlink()  # as of a run made before there was one
    train(corpora, tmp_path / "run", settings)
    train(corpora, tmp_path / "run", settings)
    write_sound(corpora / "ravdess" / "03-01-04-01-02-01-01.wav")
    with pytest.raises(UsageError, match="other recordings"):
        train(corpora, tmp_path / "run", settings)


# The same warning as above.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
@pytest.mark.slow
@pytest.mark.model
def test_folds_are_tested_beside_the_first_system_and_only_once(
    corpora: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("tensorflow")
    from voice_model import baseline, folds

    monkeypatch.setattr(folds, "folds_of", lambda _: range(2))  # of the five: two show what there is to show
    settings = Settings(epochs=1, copies=1, filters=(8, 8, 8))
    encoder = write_encoder(tmp_path / "model.bin")
    table = folds.run_folds(corpora, tmp_path, settings, encoder)
    rows = {line.split(" | ")[0].strip("| "): line.split(" | ") for line in table.splitlines() if line.count("|") > 9}
    assert set(rows) >= {"cremad", "emodb", "nemo", "own", "ravdess", "savee"}
    assert rows["ravdess"][1:3] == ["2", "4"]  # speakers and clips of two folds
    gain = float(rows["ravdess"][-1].strip(" |"))
    assert gain == pytest.approx(float(rows["ravdess"][4].split()[0]) - float(rows["ravdess"][-2]), abs=2e-3)
    assert 0.25 <= folds.fold_temperature(corpora, tmp_path) <= 4
    assert f"| {len(folds.test_side_scores(corpora, tmp_path).by_corpus()['ravdess'].truth)} |" in table

    def refuse(*_: object) -> None:
        pytest.fail("done before, so not to be done again")

    for module, name in (
        *((folds, "score"), (folds, "taught_head"), (Logits, "of")),
        *((baseline, "predict"), (baseline, "build")),
    ):
        monkeypatch.setattr(module, name, refuse)
    assert folds.run_folds(corpora, tmp_path, settings, encoder) == table

    write_sound(corpora / "ravdess" / "03-01-04-01-02-01-01.wav")
    (tmp_path / CLIPS_FILE).unlink()  # as of folds made before there was one
    for measure in (folds.fold_temperature, folds.test_side_scores):
        with pytest.raises(UsageError, match="other recordings"):
            measure(corpora, tmp_path)
    with pytest.raises(UsageError, match="other recordings"):
        folds.run_folds(corpora, tmp_path, settings, encoder)


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


@pytest.mark.slow
@pytest.mark.model
def test_the_baseline_is_the_first_systems_size(corpora: Path) -> None:
    pytest.importorskip("tensorflow")
    from voice_model import baseline

    assert baseline.build().count_params() == 273_287
    clip = read_corpora(corpora).clips[0]
    assert baseline.mfcc_of_start(clip).shape == (baseline.N_MFCC, baseline.FRAMES)


def test_a_missing_model_is_one_line(corpora: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(corpora), "--model", str(corpora / "none")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def model_of(folder: Path, learned: dict[str, object] | None) -> Path:
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({} if learned is None else {"learned_from": learned}))
    return folder


def test_a_model_is_measured_on_whom_it_never_heard(tmp_path: Path) -> None:
    one = model_of(tmp_path / "one", learned_from([Settings(fold=3)] * 2))
    assert [unheard_fold(one, side, None) for side in ("validation", "test")] == [3, 3]
    assert unheard_fold(one, "test", 3) == 3
    with pytest.raises(UsageError, match=r"of fold 3 .* speakers of fold 1"):
        unheard_fold(one, "test", 1)
    other = model_of(tmp_path / "other", learned_from([Settings(fold=0, speakers="all-but-test")]))
    assert unheard_fold(other, "test", None) == 0
    with pytest.raises(UsageError, match="validation speakers too"):
        unheard_fold(other, "validation", None)
    everyone = model_of(tmp_path / "all", learned_from([Settings(fold=fold, speakers="all") for fold in (0, 1)]))
    for side in ("validation", "test"):
        with pytest.raises(UsageError, match="--folds RUNS"):
            unheard_fold(everyone, side, None)
    before = model_of(tmp_path / "before", None)
    assert [unheard_fold(before, "test", fold) for fold in (None, 4)] == [Settings.fold, 4]


@pytest.mark.parametrize("changed", [{"fold": 2}, {"speakers": "all"}, {"speakers": "all-but-test"}])
def test_an_ensemble_learned_from_the_same_speakers(changed: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="different speakers"):
        learned_from([Settings(), replace(Settings(), **changed)])


@pytest.mark.parametrize("command", ["evaluate", "scores"])
def test_the_model_that_ships_is_measured_by_folds_alone(
    command: str, corpora: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scores = (SHIPPED / "scores.json").read_bytes()
    assert main([command, str(corpora), "--side", "test"]) == 2
    told = capsys.readouterr().err
    assert "--folds RUNS" in told
    assert told.count("\n") == 1
    assert (SHIPPED / "scores.json").read_bytes() == scores


def test_results_are_held_to_their_clips(corpora: Path, tmp_path: Path) -> None:
    clips = read_corpora(corpora).clips
    require_same_clips(tmp_path, clips)
    require_same_clips(tmp_path, [replace(clip, path=Path("elsewhere") / clip.path.name) for clip in reversed(clips)])
    changes: list[dict[str, Any]] = [
        {"corpus": "a"},
        {"speaker": "a/b"},
        {"emotion": "sad"},
        {"path": Path("a.wav")},
    ]
    for change in changes:
        with pytest.raises(UsageError, match="other recordings"):
            require_same_clips(tmp_path, [replace(clips[0], **change), *clips[1:]])
    with pytest.raises(UsageError, match="other recordings"):
        require_same_clips(tmp_path, clips[1:])


def test_too_few_speakers_to_measure_on_are_one_line(
    corpora: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "few").mkdir()
    (corpora / "tess").rename(tmp_path / "few" / "tess")
    assert main(["evaluate", str(tmp_path / "few"), "--model", str(model_of(tmp_path / "model", None))]) == 2
    assert capsys.readouterr().err.startswith("voice_model: nobody is kept for validation in fold 1")


@pytest.mark.model
def test_an_ensemble_has_networks_of_one_size() -> None:
    pytest.importorskip("tensorflow")
    from voice_model.network import network_config

    with pytest.raises(UsageError, match="different sizes"):
        network_config([Settings(), Settings(kernel=3)])


@pytest.mark.slow
@pytest.mark.model
def test_folders_that_are_no_finished_trainings_are_one_line(
    corpora: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("tensorflow")
    run, data, out = tmp_path / "run", str(corpora), str(tmp_path / "out")
    for settings in (None, "{", '{"unknown": 1}'):
        if settings is not None:
            run.mkdir(exist_ok=True)
            (run / "settings.json").write_text(settings)
            (run / "final.weights.h5").write_bytes(b"")
        assert main(["export", data, "--run", str(run), "--out", out]) == 2
    (run / "settings.json").write_text("{}")
    assert main(["export", data, "--run", str(run), "--out", out]) == 2
    assert main(["scores", data, "--model", out, "--folds", str(run)]) == 2
    (tmp_path / "few").mkdir()
    (corpora / "tess").rename(tmp_path / "few" / "tess")
    assert main(["folds", str(tmp_path / "few"), "--run", str(run)]) == 2
    told = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in told] == ["voice_model"] * 6
    assert "no finished training" in told[0]
    assert "no finished folds" in told[-2]
    assert "three speakers" in told[-1]
    assert not Path(out).exists()
