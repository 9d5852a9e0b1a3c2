"""The workshop trains a model that loads, goes on where it broke off, and measures it by folds."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emoclassify import models
from emoclassify.errors import UsageError
from emoclassify.labels import EMOTIONS
from emoclassify.voice.mfcc import RATE_HZ
from emoclassify.voice.predict import VoiceModel
from voice_model.__main__ import main
from voice_model.corpora import read_corpora
from voice_model.example import write_example
from voice_model.settings import Settings


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
