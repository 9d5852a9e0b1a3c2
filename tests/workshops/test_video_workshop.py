"""The workshop of the expression model, on tiny made data: read, train, resume, export, evaluate."""

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from emoclassify.errors import UsageError
from emoclassify.faces.expressions import ExpressionModel
from emoclassify.faces.network import FaceVitConfig, FaceVitForImageClassification
from emoclassify.labels import EMOTIONS
from emoclassify.metrics import calibration_error, measure
from emoclassify.networks.models import expression_model
from tests.support.tiny_networks import SETTINGS, tiny_config, tiny_network
from video import corpora
from video.__main__ import main
from video.augment import augment, compressed, mixup
from video.export import export, load_best, mix_in
from video.settings import AugmentSettings, TrainSettings
from video.train import CHECKPOINT, Training, draw_chances, learning_rate

VOTES = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF")
HEADER = ",".join(["file", "split", "label", *(f"votes_{name}" for name in VOTES), "copy_in_other_split"])
JPEG_TOLERANCE_STEPS = 10  # of 256: libjpeg's cosine transform works in whole numbers
UNCHANGED = AugmentSettings(
    flip_chance=0,
    rotate_deg=0,
    zoom=0,
    shift=0,
    gamma_log=0,
    blur_chance=0,
    noise_chance=0,
    erase_chance=0,
    glasses_chance=0,
    jpeg_chance=0,
)


pytestmark = [pytest.mark.whole, pytest.mark.usefixtures("one_thread")]


def write_face(path: Path, shade: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = np.random.default_rng(shade).integers(0, 256, (48, 48), dtype=np.uint8)
    Image.fromarray(picture).save(path, lossless=True)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """FER2013 in small: 14 faces a split with votes; in train one copy, one contempt and one of no votes more."""
    folder = tmp_path_factory.mktemp("corpus") / "renamed"
    rows = [HEADER]
    votes_of = {"happy": 1, "neutral": 0, "surprise": 2, "sad": 3, "angry": 4, "disgust": 5, "fear": 6}

    def add(split: str, label: str, number: int, votes: list[int], copy: int = 0) -> None:
        name = f"{split}/{label}/{number:05d}.webp"
        write_face(folder / name, number)
        rows.append(",".join(["fer2013/" + name, split, label, *map(str, votes), str(copy)]))

    for split in ("train", "validation", "test"):
        for number, label in enumerate(EMOTIONS * 2):
            votes = [0] * 10
            votes[votes_of[label]], votes[9] = 8, 1
            add(split, label, number, votes)
    add("train", "happy", 20, [0, 8, 2, 0, 0, 0, 0, 0, 0, 0], copy=1)
    add("train", "sad", 21, [1, 0, 0, 2, 0, 0, 0, 7, 0, 0])
    add("train", "fear", 22, [0] * 10)
    (folder / "labels.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def test_train_leaves_copies_and_other_majorities_out_and_counts_them(data: Path) -> None:
    faces = corpora.read(data, "train", "ferplus")
    assert faces.pixels.shape == (14, 48, 48)
    assert faces.left_out == {"copy of a validation or test image": 1, "FER+ majority is none of the seven": 2}
    assert faces.targets.sum(axis=1) == pytest.approx(1.0)
    assert list(faces.truth) == list(range(7)) * 2


def test_targets_may_be_votes_and_the_original_label_in_shares(data: Path) -> None:
    votes, both = (corpora.read(data, "train", "ferplus", share) for share in (0.0, 0.25))
    original = np.eye(7, dtype=np.float32)[votes.truth]  # in this folder the majority is the original label
    np.testing.assert_allclose(both.targets, 0.75 * votes.targets + 0.25 * original, atol=1e-6)
    np.testing.assert_array_equal(both.truth, votes.truth)


def test_original_labels_keep_every_face_but_copies(data: Path) -> None:
    faces = corpora.read(data, "train", "original")
    assert len(faces.pixels) == 16
    assert set(faces.targets.flatten()) == {0.0, 1.0}


def test_any_folder_of_labels_is_read_and_other_labels_are_counted(tmp_path: Path) -> None:
    write_face(tmp_path / "Happiness" / "a.webp", 1)
    write_face(tmp_path / "contempt" / "b.webp", 2)
    Image.new("RGB", (90, 60), "red").save(tmp_path / "Happiness" / "c.png")
    faces = corpora.read(tmp_path, "test")
    assert [EMOTIONS[column] for column in faces.truth] == ["happy", "happy"]
    assert faces.left_out == {"label contempt is none of the seven": 1}


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no <label>/<image> found"):
        corpora.read(tmp_path, "test")


def test_augmented_faces_keep_shape_and_range() -> None:
    torch.manual_seed(0)
    faces = torch.rand(32, 1, 48, 48)
    everything = AugmentSettings(blur_chance=1, noise_chance=1, erase_chance=1, glasses_chance=1, jpeg_chance=1)
    changed = augment(faces, everything)
    assert changed.shape == faces.shape
    assert 0.0 <= float(changed.min()) <= float(changed.max()) <= 1.0
    assert bool((changed - faces).flatten(1).abs().mean(dim=1).gt(0.01).all())


def test_augmenting_by_nothing_changes_nothing() -> None:
    faces = torch.rand(4, 1, 48, 48).clamp_min(0.01)
    torch.testing.assert_close(augment(faces, UNCHANGED), faces, atol=1e-4, rtol=0)


@pytest.mark.parametrize("quality", [10, 20, 50, 90])
def test_faces_are_compressed_as_libjpeg_does(quality: int) -> None:
    rows, columns = np.mgrid[:48, :48]
    picture = (128 + 90 * np.sin(rows / 5) * np.cos(columns / 7)).astype(np.uint8)
    packed = BytesIO()
    Image.fromarray(picture).save(packed, "JPEG", quality=quality)
    expected = np.asarray(Image.open(packed), dtype=np.float32)
    found = compressed(torch.from_numpy(picture).view(1, 1, 48, 48).float() / 255.0, quality) * 255.0
    assert np.abs(found[0, 0].numpy() - expected).max() <= JPEG_TOLERANCE_STEPS


def test_drawn_glasses_darken_the_eyes_and_leave_the_chin() -> None:
    torch.manual_seed(0)
    only_glasses = replace(UNCHANGED, glasses_chance=1)
    grey = torch.full((64, 1, 48, 48), 0.8)
    darker = grey - augment(grey, only_glasses)
    assert float(darker.min()) >= -1e-3
    assert bool(darker[:, :, 8:30].amax(dim=(1, 2, 3)).gt(0.2).all())
    assert float(darker[:, :, 36:].max()) < 1e-3


def test_mixup_keeps_targets_a_distribution() -> None:
    targets = torch.eye(7)
    _, mixed = mixup(torch.rand(7, 1, 8, 8), targets, alpha=0.4)
    torch.testing.assert_close(mixed.sum(dim=1), torch.ones(7))


def test_rare_emotions_are_drawn_more_often() -> None:
    targets = np.eye(7, dtype=np.float32)[[3] * 90 + [1] * 10]
    chances = draw_chances(targets, power=0.5)
    assert chances[-1] / chances[0] == pytest.approx(3.0)
    assert draw_chances(targets, power=0.0) == pytest.approx(0.01)


def test_the_learning_rate_warms_up_and_ends_small() -> None:
    settings = TrainSettings(epochs=10, learning_rate=1.0, warmup_epochs=2.0, final_share=0.01)
    assert [learning_rate(done, settings) for done in (0.0, 1.0, 2.0, 10.0)] == pytest.approx([0.0, 0.5, 1.0, 0.01])


def test_a_resumed_run_ends_like_an_uninterrupted_one(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train, validation = corpora.read(data, "train"), corpora.read(data, "validation")
    whole = Training(tiny_network(), SETTINGS)
    whole.run(train, validation, tmp_path / "whole")

    stopped = Training(tiny_network(), SETTINGS)
    after_first = stopped._note

    def stop_in_second(*arguments: Any) -> None:
        if stopped.epoch == 2:
            raise KeyboardInterrupt
        after_first(*arguments)

    monkeypatch.setattr(stopped, "_note", stop_in_second)
    with pytest.raises(KeyboardInterrupt):
        stopped.run(train, validation, tmp_path / "cut")
    resumed = Training(tiny_network(), SETTINGS)
    resumed.resume(tmp_path / "cut" / CHECKPOINT)
    assert resumed.epoch == 1
    resumed.run(train, validation, tmp_path / "cut")

    assert resumed.step == whole.step
    for name, weight in whole.average.state_dict().items():
        torch.testing.assert_close(resumed.average.state_dict()[name], weight)


def test_a_training_can_start_from_an_exported_model(data: Path, tmp_path: Path) -> None:
    train, validation = corpora.read(data, "train"), corpora.read(data, "validation")
    before = Training(tiny_network(), SETTINGS)
    before.run(train, validation, tmp_path / "before")
    export(tmp_path / "before" / CHECKPOINT, validation, tmp_path / "model")
    after = Training(tiny_network(), SETTINGS)
    after.start_from(tmp_path / "model")
    assert after.network.config.temperature == 1.0
    for name, weight in after.average.state_dict().items():
        if weight.is_floating_point():
            torch.testing.assert_close(weight, before.best[name], atol=1e-3, rtol=1e-3)
    with pytest.raises(UsageError, match="not a model that this network can start from"):
        Training(FaceVitForImageClassification(FaceVitConfig()), SETTINGS).start_from(tmp_path / "model")
    with pytest.raises(UsageError, match="not a model"):
        after.start_from(tmp_path / "nowhere")


def test_an_export_lies_between_start_and_end_of_its_training(data: Path, tmp_path: Path) -> None:
    train, validation = corpora.read(data, "train"), corpora.read(data, "validation")
    Training(tiny_network(), SETTINGS).run(train, validation, tmp_path / "start")
    export(tmp_path / "start" / CHECKPOINT, validation, tmp_path / "model")
    later = Training(tiny_network(), replace(SETTINGS, seed=7))
    later.run(train, validation, tmp_path / "later")
    network = load_best(tmp_path / "later" / CHECKPOINT)
    mix_in(network, tmp_path / "model", 0.25)
    start = load_best(tmp_path / "start" / CHECKPOINT).state_dict()
    for name, weight in network.state_dict().items():
        if weight.is_floating_point():
            between = 0.25 * start[name] + 0.75 * later.best[name]
            torch.testing.assert_close(weight, between, atol=1e-3, rtol=1e-3)


def test_an_exported_model_says_what_the_trained_network_says(data: Path, tmp_path: Path) -> None:
    train, validation = corpora.read(data, "train"), corpora.read(data, "validation")
    Training(tiny_network(), SETTINGS).run(train, validation, tmp_path)
    fitted = export(tmp_path / CHECKPOINT, validation, tmp_path / "model")
    assert fitted.temperature > 0
    model = ExpressionModel.load(str(tmp_path / "model"))
    scores = model.predict([np.repeat(face[:, :, None], 3, axis=2) for face in validation.pixels])
    assert scores.sum(axis=1) == pytest.approx(1.0, abs=1e-4)
    assert model.notes == ()
    assert (tmp_path / "model" / "model.safetensors").stat().st_size < 2**20


@pytest.mark.slow
def test_the_commands_run_from_data_to_figures(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("video.__main__.FaceVitConfig", tiny_config)
    run, model = str(tmp_path / "run"), str(tmp_path / "model")
    assert main(["train", "--data", str(data), "--out", run, "--epochs", "1"]) == 0
    assert main(["train", "--data", str(data), "--out", run, "--epochs", "2", "--resume"]) == 0
    assert main(["export", "--data", str(data), "--run", run, "--out", model]) == 0
    capsys.readouterr()
    assert main(["evaluate", "--data", str(data), "--model", model, "--split", "test", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["n"] == 14
    assert np.sum(found["confusion"]) == 14
    assert main(["evaluate", "--data", str(data), "--model", model, "--split", "validation"]) == 0
    assert "macro-F1" in capsys.readouterr().out
    assert main(["scores", "--data", str(data), "--model", model]) == 0
    scores = expression_model(model).scores
    assert scores is not None
    assert [measured["set"] for measured in scores["sets"]] == ["FER+, validation", "FER+, test"]
    assert scores["sets"][1]["confusion"] == found["confusion"]
    assert scores["validation_log_loss"] == scores["sets"][0]["log_loss"] > 0


def test_exporting_without_a_training_is_one_line(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "--data", str(data), "--run", str(tmp_path), "--out", str(tmp_path)]) == 1
    assert "run `python -m video train` first" in capsys.readouterr().err


def test_resuming_nothing_is_one_line(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--data", str(data), "--out", str(tmp_path), "--resume"]) == 1
    assert "run without --resume first" in capsys.readouterr().err


def test_perfect_scores_measure_as_perfect() -> None:
    truth = np.arange(7).repeat(3)
    found = measure(np.eye(7, dtype=np.float32)[truth], truth)
    assert (found.accuracy, found.macro_f1, found.uar, found.ece) == pytest.approx((1.0, 1.0, 1.0, 0.0))
    assert found.interval_95["accuracy"] == (1.0, 1.0)


def test_known_mistakes_measure_as_known() -> None:
    truth = np.array([3, 3, 3, 5])
    scores = np.full((4, 7), 0.05, np.float32)
    scores[[0, 1, 2, 3], [3, 3, 5, 5]] = 0.7
    found = measure(scores, truth)
    assert found.accuracy == pytest.approx(0.75)
    # happy: precision 1, recall 2/3, F1 0.8; sad: precision 1/2, recall 1, F1 2/3; the five absent ones do not count
    assert found.macro_f1 == pytest.approx((0.8 + 2 / 3) / 2)
    assert found.uar == pytest.approx((2 / 3 + 1) / 2)
    assert found.confusion[3][5] == 1
    assert found.ece == pytest.approx(0.05, abs=1e-6)
    low, high = found.interval_95["accuracy"]
    assert 0.0 <= low <= 0.75 <= high <= 1.0


def test_sure_and_wrong_is_the_largest_calibration_error() -> None:
    scores = np.eye(7, dtype=np.float32)[[0, 0, 0]]
    assert calibration_error(scores, np.array([1, 1, 1])) == pytest.approx(1.0)
