"""The listener of the embedded model: what it hears are Whisper's convolutions, and its head learns the labels."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from emoclassify.errors import ModelError, WorkshopError
from emoclassify.labels import EMOTIONS
from emoclassify.voice import logmel
from emoclassify.voice.listener import Listener
from emoclassify.voice.mfcc import RATE_HZ
from emoclassify.voice.predict import VoiceModel
from tests.support.whisper_made import WIDTH, write_encoder
from voice_model.__main__ import main
from voice_model.corpora import read_corpora
from voice_model.features import copies_of, crowds_of
from voice_model.settings import Settings
from voice_model.whisper import CONVOLUTIONS, Encoder, read_weights

pytestmark = [pytest.mark.whole, pytest.mark.model]

SAME = 1e-3  # of numbers about 1; the files have 16 bits
SAME_IN_16_BITS = 0.05  # of logits about 1: OpenVINO computes with 16 bits where the processor does
SETTINGS = Settings(copies=2, speakers="all")

pytest.importorskip("keras")


@pytest.fixture
def encoder(tmp_path: Path) -> Path:
    return write_encoder(tmp_path / "model.bin")


def test_it_hears_the_mean_and_deviation_of_each_copy(corpora: Path, encoder: Path, tmp_path: Path) -> None:
    from voice_model.listener import hear_convolutions

    clips = read_corpora(corpora).clips[:4]
    heard = hear_convolutions(clips, SETTINGS, encoder, tmp_path / "kept")
    assert heard.shape == (4, 2, 2 * WIDTH)
    weights = {name: torch.from_numpy(value) for name, value in read_weights(encoder).items()}
    copies = list(copies_of(SETTINGS, clips[3], crowds_of(clips)[3]))
    hidden = torch.from_numpy(logmel.log_mel(copies[1])).T[None]
    for name, stride in (("conv1", 1), ("conv2", 2)):
        convolved = torch.nn.functional.conv1d(
            hidden, weights[f"{name}/weight"], weights[f"{name}/bias"], stride=stride, padding=1
        )
        hidden = torch.nn.functional.gelu(convolved)
    expected = torch.cat([hidden[0].mean(dim=1), hidden[0].std(dim=1, correction=0)])
    np.testing.assert_allclose(heard[3, 1].astype(np.float32), expected.numpy(), atol=SAME)


def test_an_encoder_that_cannot_be_read_is_told(corpora: Path, tmp_path: Path) -> None:
    from voice_model.listener import hear_convolutions

    (tmp_path / "model.bin").write_bytes(b"no model")
    with pytest.raises(WorkshopError, match=r"model\.bin"):
        hear_convolutions(read_corpora(corpora).clips[:1], SETTINGS, tmp_path / "model.bin", tmp_path)


def test_the_head_says_the_labels_of_what_it_learned_from(corpora: Path, encoder: Path, tmp_path: Path) -> None:
    from voice_model.listener import hear_convolutions
    from voice_model.train import taught_head

    clips = read_corpora(corpora).clips
    head = taught_head(clips, SETTINGS, encoder, tmp_path / "kept")
    assert head.shape == (1 + 2 * WIDTH, len(EMOTIONS))
    heard = hear_convolutions(clips, SETTINGS, encoder, tmp_path / "kept")[:, 0].astype(np.float32)
    answers = (heard @ head[1:] + head[0]).argmax(axis=1)
    labels = np.array([clip.label for clip in clips])
    chance = np.bincount(labels).max() / len(labels)
    assert (answers == labels).mean() > chance


def test_what_is_written_is_loaded_and_the_same_bytes_each_time(encoder: Path, tmp_path: Path) -> None:
    from voice_model.listener import listener_of, write_listener

    rng = np.random.default_rng(0)
    head = rng.standard_normal((1 + 2 * WIDTH, len(EMOTIONS))).astype(np.float32) / np.float32(WIDTH)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_listener(encoder, head, tmp_path / name)
    for file in ("encoder.xml", "encoder.bin", "head.npy"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    windows = [(rng.standard_normal(length) / 10).astype(np.float32) for length in (RATE_HZ, 3 * RATE_HZ)]
    loaded = Listener.load(tmp_path / "one", 2 * WIDTH, len(EMOTIONS))
    np.testing.assert_allclose(loaded.logits(windows), listener_of(encoder, head).logits(windows), atol=SAME_IN_16_BITS)
    for columns, heard in ((len(EMOTIONS) + 1, 2 * WIDTH), (len(EMOTIONS), WIDTH)):
        with pytest.raises(ModelError, match="do not fit"):
            Listener.load(tmp_path / "one", heard, columns)


def test_the_convolutions_are_those_of_the_whole_encoder(encoder: Path) -> None:
    features = torch.from_numpy(np.random.default_rng(1).standard_normal((1, 50, logmel.N_MELS)).astype(np.float32))
    weights = read_weights(encoder)
    with torch.inference_mode():
        alone = Encoder(weights, (CONVOLUTIONS,))(features)
        beside = Encoder(weights, (CONVOLUTIONS, 1))(features)
    torch.testing.assert_close(beside[:, : 2 * WIDTH], alone)
    assert beside.shape == (1, 4 * WIDTH)


# Keras 3.15 copies TensorFlow's tensors the way numpy 1 did; nothing here can change that.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
@pytest.mark.slow
def test_an_exported_model_has_its_listener_beside_the_networks(
    corpora: Path, encoder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("tensorflow")
    run, out = str(tmp_path / "runs" / "one"), tmp_path / "model"
    assert main(["train", str(corpora), "--run", run, "--epochs", "1", "--threads", "1"]) == 0
    export = ["export", str(corpora), "--run", run, "--out", str(out), "--encoder", str(encoder)]
    assert main(export) == 0
    config = json.loads((out / "config.json").read_text())
    assert config["listener"] == {"features": logmel.FEATURES, "n_heard": 2 * WIDTH}
    assert main(["evaluate", str(corpora), "--model", str(out), "--side", "test"]) == 0
    assert "ravdess" in capsys.readouterr().out
    scores = VoiceModel.load(out).predict([np.ones(RATE_HZ, dtype=np.float32)])
    assert scores.shape == (1, len(EMOTIONS))
