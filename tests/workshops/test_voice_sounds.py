"""Laughter in the workshop: which bursts are whose, the linear layer, and a model that learns what is no speech."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from safetensors.torch import save_file

from emoclassify.errors import WorkshopError
from emoclassify.labels import EMOTIONS
from emoclassify.voice import logmel
from emoclassify.voice.mfcc import FEATURES, N_VIEW, RATE_HZ
from emoclassify.voice.network import VoiceEnsemble
from emoclassify.voice.predict import VoiceModel
from emoclassify.voice.reading import LAUGHTER, NO_WORDS
from tests.support.whisper_made import WIDTH, write_encoder
from voice_model import sounds
from voice_model.bursts import read_bursts
from voice_model.corpora import read_corpora
from voice_model.linear import fit_linear
from voice_model.listener import write_listener

pytestmark = pytest.mark.whole

Waveform = npt.NDArray[np.float32]
NETWORK: dict[str, Any] = {"views": [0, 1], "features": N_VIEW, "filters": [32, 48], "kernel": 3, "classes": 7}


def test_a_burst_is_read_by_its_name(tmp_path: Path) -> None:
    for name in ("000002-02-3", "000001-15-1"):
        (tmp_path / f"{name}.mp3").touch()
    fear, laugh = read_bursts(tmp_path)
    assert (fear.contributor, fear.kind, fear.is_laughter) == ("000001", "15", False)
    assert (laugh.contributor, laugh.kind, laugh.is_laughter) == ("000002", "02", True)
    (tmp_path / "song.mp3").touch()
    with pytest.raises(WorkshopError, match=r"song\.mp3"):
        read_bursts(tmp_path)
    with pytest.raises(WorkshopError, match="no bursts"):
        read_bursts(tmp_path / "elsewhere")


@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_the_linear_layer_finds_the_one_that_made_the_targets(scale: float) -> None:
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((2000, 4)).astype(np.float32)
    logits = rows @ rng.standard_normal((4, 3)).astype(np.float32) + np.array([0.5, 0, -1], np.float32)
    targets = (np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)).astype(np.float32)
    fitted = fit_linear(scale * rows, targets, np.ones(2000, np.float32), penalty=1e-6)
    np.testing.assert_allclose(fitted.scores(scale * rows), targets, atol=0.01)


def test_a_row_without_weight_teaches_nothing() -> None:
    rows = np.array([[1], [2], [3], [50]], np.float32)
    targets = np.array([[1, 0], [0, 1], [1, 0], [0, 1]], np.float32)
    weights = np.array([1, 1, 1, 0], np.float32)
    one = fit_linear(rows, targets, weights, 0.1)
    other = fit_linear(rows, np.concatenate([targets[:3], 1 - targets[3:]]), weights, 0.1)
    np.testing.assert_allclose(one.weight, other.weight, atol=1e-5)


def test_no_voice_is_in_two_groups_and_crowds_stay_in_theirs(corpora: Path, tmp_path: Path) -> None:
    for contributor in range(20):
        (tmp_path / f"{contributor:06}-02-1.mp3").touch()
    made = sounds.sources_of(read_corpora(corpora).clips, read_bursts(tmp_path))
    group_of = {source.path: source.group for source in made}
    assert {source.sound for source in made} == {"", LAUGHTER}
    assert len({(source.voice, source.group) for source in made}) == len({source.voice for source in made})
    assert all(group_of[path] == source.group for source in made for path in source.crowd)


def test_without_laughter_there_is_no_limit_to_find() -> None:
    made = [
        sounds.Source(Path(f"{voice}"), f"a/{voice}", "made", sound) for voice in range(30) for sound in ("", NO_WORDS)
    ]
    rows = np.random.default_rng(0).standard_normal((len(made), 3, 4)).astype(np.float32)
    with pytest.raises(WorkshopError, match="no laughter"):
        sounds.shift_of(rows, made)


def hum(rng: np.random.Generator) -> Waveform:
    """A tone that glides, as a sentence does."""
    pitch_hz = rng.uniform(100, 250) * 2 ** np.linspace(0, rng.uniform(-0.5, 0.5), RATE_HZ)
    phase = 2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ
    return np.asarray(0.1 * sum(np.sin(k * phase) / k for k in range(1, 9)), dtype=np.float32)


def ha_ha(rng: np.random.Generator) -> Waveform:
    """Breaths, five a second."""
    time_s = np.arange(RATE_HZ) / RATE_HZ
    return np.asarray(0.1 * rng.standard_normal(RATE_HZ) * (np.sin(2 * np.pi * 5 * time_s) > 0), dtype=np.float32)


def scream(rng: np.random.Generator) -> Waveform:
    """A high tone that trembles."""
    time_s = np.arange(RATE_HZ) / RATE_HZ
    phase = 2 * np.pi * (rng.uniform(900, 1100) * time_s + 4 * np.sin(2 * np.pi * 8 * time_s))
    return np.asarray(0.1 * sum(np.sin(k * phase) for k in range(1, 4)), dtype=np.float32)


MAKERS: dict[str, Callable[[np.random.Generator], Waveform]] = {"": hum, LAUGHTER: ha_ha, NO_WORDS: scream}


@pytest.fixture(params=[False, True], ids=["networks", "with a listener"])
def model(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A model with random weights, with and without a listener."""
    torch.manual_seed(0)
    folder = tmp_path / "model"
    folder.mkdir()
    config = {"labels": list(EMOTIONS), "features": FEATURES, "network": NETWORK, "temperature": 1.0}
    if request.param:
        head = np.random.default_rng(0).standard_normal((1 + 2 * WIDTH, len(EMOTIONS))).astype(np.float32)
        write_listener(write_encoder(tmp_path / "model.bin"), head, folder)
        config["listener"] = {"features": logmel.FEATURES, "n_heard": 2 * WIDTH}
    (folder / "config.json").write_text(json.dumps(config))
    save_file(VoiceEnsemble(NETWORK).state_dict(), folder / "model.safetensors")
    return folder


def test_a_model_learns_what_is_no_speech_and_hears_emotions_as_before(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [
        sounds.Source(Path(f"{sound}{voice}-{take}"), f"{sound}/{voice}", "made", sound)
        for sound in MAKERS
        for voice in range(20)
        for take in range(3)
    ]
    assert {source.group for source in made if not source.sound} == set(range(sounds.FOLDS))

    def speech_of(path: Path) -> Waveform:
        seed = int.from_bytes(path.stem.encode()[-12:])
        return MAKERS[path.stem.rstrip("-0123456789")](np.random.default_rng(seed))

    def at_once(sources: Sequence[Any], make: Callable[..., Any], *_: Any) -> Any:
        return np.stack([make(source) for source in sources])

    monkeypatch.setattr(sounds, "speech_of", speech_of)
    monkeypatch.setattr(sounds, "cached_features", at_once)
    rng = np.random.default_rng(7)
    windows = [make(rng) for make in MAKERS.values() for _ in range(5)]
    scores = VoiceModel.load(model).predict(windows)
    table = sounds.teach(model, made, tmp_path)
    answer = VoiceModel.load(model).hear(windows)
    assert answer.sounds == ("",) * 5 + (LAUGHTER,) * 5 + (NO_WORDS,) * 5
    np.testing.assert_allclose(answer.scores, scores, atol=2e-3)  # the weights are in 16 bits now
    rows = {row.split(" | ")[0].strip("| "): row.split(" | ") for row in table.splitlines()[2:]}
    assert float(rows["speech, as it is"][2]) >= 0.9
    assert float(rows["laughter, as it is"][3]) >= 0.9
    before = (model / "model.safetensors").read_bytes()
    sounds.teach(model, made, tmp_path)
    assert (model / "model.safetensors").read_bytes() == before  # the same sounds teach the same, byte for byte
