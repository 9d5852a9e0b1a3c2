"""The speech model: its torch network is the Keras network, and it loads, predicts and refuses as documented."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from safetensors.torch import load_file, save_file

from emoclassify.errors import ModelError
from emoclassify.labels import EMOTIONS
from emoclassify.networks.runtime import Place
from emoclassify.voice import logmel
from emoclassify.voice.answer import SOUNDS, scores_of
from emoclassify.voice.listener import Listener
from emoclassify.voice.load import load_voice
from emoclassify.voice.mfcc import FEATURES, FLOORS_DB, N_FEATURES, N_VIEW, RATE_HZ, mfcc
from emoclassify.voice.network import VoiceEnsemble
from emoclassify.voice.predict import VoiceModel
from tests.support.sources import PACKAGE
from tests.support.whisper_made import WIDTH, write_encoder

pytestmark = pytest.mark.whole

NETWORK: dict[str, Any] = {
    "views": [0, 1],
    "features": N_VIEW,
    "filters": [8, 12],
    "kernel": 3,
    "classes": len(EMOTIONS),
}
SHIPPED = PACKAGE / "assets" / "models" / "voice"
TWIN_TOLERANCE = 1e-4  # of a logit
PADDING_TOLERANCE = 1e-5  # of a score
SAME_SCORE_TOLERANCE = 1e-4

Sound = npt.NDArray[np.float32]


def noise(seconds: float, seed: int = 0) -> Sound:
    return (0.1 * np.random.default_rng(seed).standard_normal(int(seconds * RATE_HZ))).astype(np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model with random weights."""
    torch.manual_seed(0)
    config = {"labels": list(EMOTIONS), "features": FEATURES, "network": NETWORK, "temperature": 1.5}
    (tmp_path / "config.json").write_text(json.dumps(config))
    save_file(VoiceEnsemble(NETWORK).state_dict(), tmp_path / "model.safetensors")
    return tmp_path


def test_a_row_of_scores_for_each_window(folder: Path) -> None:
    scores = VoiceModel.load(folder).predict([noise(3), noise(1), noise(0.01), np.zeros(RATE_HZ, dtype=np.float32)])
    assert scores.shape == (4, len(EMOTIONS))
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)


def test_no_windows_give_no_rows(folder: Path) -> None:
    assert VoiceModel.load(folder).predict([]).shape == (0, len(EMOTIONS))
    assert VoiceModel.load(folder).hear([]).sounds == ()


def test_a_model_that_learned_from_speech_alone_takes_all_for_speech(folder: Path) -> None:
    assert VoiceModel.load(folder).hear([noise(1), noise(2)]).sounds == ("", "")


@pytest.mark.parametrize("sound", range(len(SOUNDS)))
def test_a_model_that_tells_sounds_apart_scores_as_before(folder: Path, sound: int) -> None:
    windows = [noise(1), noise(2.5), noise(3)]
    scores = VoiceModel.load(folder).predict(windows)
    weights = load_file(folder / "model.safetensors")
    weights["sounds.weight"] = torch.zeros(len(SOUNDS), len(NETWORK["views"]) * 2 * NETWORK["filters"][-1])
    weights["sounds.bias"] = torch.eye(len(SOUNDS))[sound]
    save_file(weights, folder / "model.safetensors")
    config = json.loads((folder / "config.json").read_text())
    config["network"]["sounds"] = list(SOUNDS)
    (folder / "config.json").write_text(json.dumps(config))
    answer = VoiceModel.load(folder).hear(windows)
    assert answer.sounds == (SOUNDS[sound],) * 3
    np.testing.assert_allclose(answer.scores, scores, atol=PADDING_TOLERANCE)


def test_neighbours_in_a_batch_change_nothing(folder: Path) -> None:
    model = VoiceModel.load(folder)
    windows = [noise(0.5 + 0.13 * place, seed=place) for place in range(40)]
    alone = np.concatenate([model.predict([window]) for window in windows])
    np.testing.assert_allclose(model.predict(windows), alone, atol=PADDING_TOLERANCE)


def test_a_higher_temperature_is_less_sure(folder: Path) -> None:
    network = VoiceEnsemble(NETWORK)
    sure, unsure = (VoiceModel.of(network, temperature).predict([noise(2)]) for temperature in (0.5, 5.0))
    assert sure.max() > unsure.max()
    assert sure.argmax() == unsure.argmax()


@pytest.fixture
def with_listener(folder: Path) -> Path:
    """The same model with a listener of random weights beside its networks."""
    from voice_model.listener import write_listener

    rng = np.random.default_rng(0)
    head = rng.standard_normal((1 + 2 * WIDTH, len(EMOTIONS))).astype(np.float32)
    write_listener(write_encoder(folder / "model.bin"), head, folder)
    config = json.loads((folder / "config.json").read_text())
    config["listener"] = {"features": logmel.FEATURES, "n_heard": 2 * WIDTH}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


@pytest.mark.model
def test_with_a_listener_the_mean_of_both_logits_counts(with_listener: Path) -> None:
    windows = [noise(seconds, seed) for seed, seconds in enumerate((1, 2.5, 3, 0.3))]
    voice = load_voice(with_listener, Place())
    joint = voice.predict(windows)
    listener = Listener.load(with_listener, 2 * WIDTH, len(EMOTIONS))
    config = json.loads((with_listener / "config.json").read_text())
    del config["listener"]
    (with_listener / "config.json").write_text(json.dumps(config))
    network = np.log(VoiceModel.load(with_listener).predict(windows)) * config["temperature"]  # up to a constant
    expected = scores_of((network + listener.logits(windows)) / 2, config["temperature"])
    np.testing.assert_allclose(joint, expected, atol=SAME_SCORE_TOLERANCE)
    assert listener.runtime in voice.runtime
    assert np.abs(joint - scores_of(network, config["temperature"])).max() > 0.01


@pytest.mark.model
def test_networks_and_listener_tell_sounds_together(with_listener: Path) -> None:
    windows = [noise(1), noise(2)]
    weights = load_file(with_listener / "model.safetensors")
    weights["sounds.weight"] = torch.zeros(len(SOUNDS), len(NETWORK["views"]) * 2 * NETWORK["filters"][-1])
    weights["sounds.bias"] = torch.tensor([0.0, 1.0, 0.0])
    save_file(weights, with_listener / "model.safetensors")
    config = json.loads((with_listener / "config.json").read_text())
    config["network"]["sounds"] = list(SOUNDS)
    (with_listener / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match=r"head\.npy"):  # it answers emotions alone
        VoiceModel.load(with_listener)
    head = np.load(with_listener / "head.npy")
    for of_listener, sounds in ((0.5, SOUNDS[1]), (1.5, SOUNDS[2])):
        answers = np.zeros((len(head), len(SOUNDS)), np.float32)
        answers[0, 2] = of_listener
        np.save(with_listener / "head.npy", np.concatenate([head, answers], axis=1))
        assert VoiceModel.load(with_listener).hear(windows).sounds == (sounds, sounds)


@pytest.mark.model
@pytest.mark.parametrize("missing", ["encoder.xml", "encoder.bin", "head.npy"])
def test_a_missing_file_of_the_listener_is_told(with_listener: Path, missing: str) -> None:
    (with_listener / missing).unlink()
    with pytest.raises(ModelError, match=missing):
        load_voice(with_listener, Place())


@pytest.mark.model
@pytest.mark.parametrize("listener", [7, {}, {"features": {**logmel.FEATURES, "hop_ms": 5}, "n_heard": 2 * WIDTH}])
def test_a_listener_of_another_make_is_told(with_listener: Path, listener: object) -> None:
    config = json.loads((with_listener / "config.json").read_text())
    (with_listener / "config.json").write_text(json.dumps(config | {"listener": listener}))
    with pytest.raises(ModelError):
        VoiceModel.load(with_listener)


@pytest.mark.parametrize("missing", ["config.json", "model.safetensors"])
def test_a_missing_file_is_told(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    with pytest.raises(ModelError, match=missing):
        VoiceModel.load(folder)


@pytest.mark.parametrize("damaged", ["config.json", "model.safetensors"])
@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe not a model"])
def test_a_damaged_file_is_told(folder: Path, damaged: str, content: bytes) -> None:
    (folder / damaged).write_bytes(content)
    with pytest.raises(ModelError) as raised:
        VoiceModel.load(folder)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "change",
    [
        {"labels": list(reversed(EMOTIONS))},
        {"features": {**FEATURES, "n_mfcc": 13}},
        {"labels": 7},
        {"temperature": 0},
        {"temperature": float("inf")},
        {"temperature": float("nan")},
        {"temperature": 10**400},
        {"network": {**NETWORK, "filters": [8, 16]}},
        {"network": {**NETWORK, "filters": [8]}},
        {"network": {**NETWORK, "views": [0, 1, 1]}},
        {"network": {**NETWORK, "views": [0, len(FLOORS_DB)]}},
        {"network": {**NETWORK, "views": [0, -1]}},
        {"network": {**NETWORK, "views": [0, 0.5]}},
        {"network": {**NETWORK, "views": []}},
        {"network": {**NETWORK, "views": 1}},
        {"network": {**NETWORK, "features": N_VIEW // 2}},
        {"network": "large"},
        {"network": {**NETWORK, "sounds": ["", "laughter"]}},
        {"network": {**NETWORK, "sounds": list(SOUNDS)}},
    ],
)
def test_a_model_of_another_make_is_told(folder: Path, change: dict[str, object]) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | change))
    with pytest.raises(ModelError):
        VoiceModel.load(folder)


@pytest.mark.model
def test_prediction_does_not_import_tensorflow(folder: Path) -> None:
    program = (
        "import sys, numpy; from emoclassify.voice.predict import VoiceModel\n"
        f"VoiceModel.load({str(folder)!r}).predict([numpy.ones(16000, numpy.float32)])\n"
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=120).returncode == 0


@pytest.mark.model
def test_the_shipped_model_predicts() -> None:
    scores = VoiceModel.load(SHIPPED).predict([noise(3), noise(0.3)])
    assert np.isfinite(scores).all()
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)


# Keras 3.15 copies TensorFlow's tensors the way numpy 1 did; nothing here can change that.
keras_copies = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


def keras_networks() -> tuple[list[Any], list[Any]]:
    """Small networks for each view and one more, with their settings."""
    pytest.importorskip("tensorflow")
    from voice_model.network import build
    from voice_model.settings import Settings

    settings = [Settings(filters=(8, 12, 16), floor_db=floor_db) for floor_db in (*FLOORS_DB, FLOORS_DB[0])]
    rng = np.random.default_rng(0)
    networks = [build(of_one) for of_one in settings]
    for network in networks:
        # Random moving means and variances too: fresh ones are 0 and 1 and would hide a mix-up. Of 16 bits, as those
        # that ship.
        weights = [rng.uniform(0.5, 1.5, weight.shape) for weight in network.get_weights()]
        network.set_weights([(0.1 * weight if weight.ndim == 3 else weight).astype("float16") for weight in weights])
    return networks, settings


def keras_logits(networks: list[Any], features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    views = [features[..., :N_VIEW], features[..., N_VIEW:], features[..., :N_VIEW]]
    logits = [network.predict(view, verbose=0) for network, view in zip(networks, views, strict=True)]
    return np.asarray(np.mean(logits, axis=0), np.float32)


@keras_copies
@pytest.mark.model
@pytest.mark.parametrize("place", [Place(), Place("openvino", "cpu", 1)], ids=["torch", "openvino"])
def test_an_exported_model_says_what_keras_says(tmp_path: Path, place: Place) -> None:
    networks, settings = keras_networks()
    from voice_model.export import export

    windows = [noise(2, seed=seed) for seed in range(3)]
    logits = keras_logits(networks, np.stack([mfcc(window) for window in windows]))
    temperature = round(float(np.ptp(logits)) / 4, 4)  # so that no score is all or nothing
    export(networks, settings, temperature, tmp_path)
    powers = np.exp((logits - logits.max()) / temperature)
    expected = powers / powers.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(VoiceModel.load(tmp_path, place).predict(windows), expected, atol=SAME_SCORE_TOLERANCE)


@keras_copies
@pytest.mark.model
def test_keras_and_torch_give_the_same_logits() -> None:
    models, settings = keras_networks()
    from voice_model.export import torch_ensemble

    rng = np.random.default_rng(0)
    features = rng.standard_normal((4, 131, N_FEATURES)).astype(np.float32)
    features[1, 90:] = 0  # padding
    features[2, 17:] = 0
    features[3] = 0  # silence
    with torch.inference_mode():
        twin = torch_ensemble(models, settings)(torch.from_numpy(features)).numpy()
    np.testing.assert_allclose(twin, keras_logits(models, features), atol=TWIN_TOLERANCE, rtol=TWIN_TOLERANCE)
