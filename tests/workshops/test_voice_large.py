"""The large speech model in the workshop: Whisper's encoder is read as it is, and a made one becomes a whole model."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from transformers import WhisperConfig
from transformers.models.whisper.modeling_whisper import WhisperEncoder

from emoclassify.errors import WorkshopError
from emoclassify.labels import EMOTIONS
from emoclassify.networks import models
from emoclassify.networks.runtime import Place
from emoclassify.voice.load import load_voice
from emoclassify.voice.logmel import N_MELS
from emoclassify.voice.mfcc import RATE_HZ
from emoclassify.voice.reading import LAUGHTER
from tests.support.whisper_made import LAYERS, WIDTH, write_encoder
from voice_model.__main__ import main
from voice_model.bursts import read_bursts
from voice_model.corpora import read_corpora
from voice_model.head import ALL_LAYERS, Recipe
from voice_model.material import burst_sources, convert_encoder
from voice_model.sounds import Source
from voice_model.whisper import HEAD_WIDTH, Encoder, read_weights

pytestmark = pytest.mark.whole

SAME = 1e-3  # of numbers about 1; positions in the file have 16 bits, ours more
FRAMES = 120
DENSE = {"self_attn.out_proj": "self_attention/linear_1", "fc1": "ffn/linear_0", "fc2": "ffn/linear_1"}


@pytest.fixture
def encoder(tmp_path: Path) -> Path:
    return write_encoder(tmp_path / "model.bin")


def by_transformers(path: Path) -> WhisperEncoder:
    """The encoder of transformers with the weights of a file."""
    config = WhisperConfig(
        d_model=WIDTH,
        encoder_layers=LAYERS,
        encoder_attention_heads=WIDTH // HEAD_WIDTH,
        encoder_ffn_dim=4 * WIDTH,
        num_mel_bins=N_MELS,
        max_source_positions=FRAMES // 2,
        attn_implementation="eager",
    )
    network, weights = WhisperEncoder(config).eval(), read_weights(path)
    state = {name: tensor for name, tensor in network.state_dict().items() if name.startswith(("embed", "layer_norm"))}
    state |= {
        f"{name}.{part}": _tensor(weights[f"{name}/{part}"])
        for name in ("conv1", "conv2")
        for part in ("weight", "bias")
    }
    for number in range(LAYERS):
        ours, theirs = f"layer_{number}", f"layers.{number}"
        joined = {part: weights[f"{ours}/self_attention/linear_0/{part}"] for part in ("weight", "bias")}
        for third, name in enumerate(("q_proj", "k_proj", "v_proj")):
            for part, both in joined.items():
                state[f"{theirs}.self_attn.{name}.{part}"] = _tensor(np.split(both, 3)[third])
        for name, place in DENSE.items():
            for part in ("weight", "bias"):
                state[f"{theirs}.{name}.{part}"] = _tensor(weights[f"{ours}/{place}/{part}"])
        for name, place in (("self_attn_layer_norm", "self_attention"), ("final_layer_norm", "ffn")):
            state[f"{theirs}.{name}.weight"] = _tensor(weights[f"{ours}/{place}/layer_norm/gamma"])
            state[f"{theirs}.{name}.bias"] = _tensor(weights[f"{ours}/{place}/layer_norm/beta"])
    # Keys have no bias in Whisper; that of the made file would change no attention either, so it is left out.
    network.load_state_dict({name: value for name, value in state.items() if not name.endswith("k_proj.bias")})
    return network


def _tensor(array: npt.NDArray[np.float32]) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(array))


def test_it_hears_what_the_encoder_of_transformers_hears(encoder: Path) -> None:
    features = np.random.default_rng(1).standard_normal((1, FRAMES, N_MELS)).astype(np.float32)
    with torch.inference_mode():
        hidden = by_transformers(encoder)(_tensor(features.transpose(0, 2, 1)), output_hidden_states=True).hidden_states
        ours = Encoder(read_weights(encoder), (1, 2))(torch.from_numpy(features)).numpy()
    layers = [state[0].numpy() for state in hidden[1:3]]
    expected = np.concatenate([np.concatenate([layer.mean(axis=0), layer.std(axis=0)]) for layer in layers])
    np.testing.assert_allclose(ours[0], expected, atol=SAME)


def test_converted_again_it_is_the_same_bytes(encoder: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        convert_encoder(encoder, (2, 3), tmp_path / name / "encoder.xml")
    for ending in ("xml", "bin"):
        one, two = (tmp_path / name / f"encoder.{ending}" for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("content", [b"", b"no model", b"\x06\0\0\0" + b"\xff" * 40])
def test_what_is_no_whisper_model_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(content)
    with pytest.raises(WorkshopError, match=r"model\.bin"):
        read_weights(path)
    with pytest.raises(WorkshopError, match="cannot be read"):
        read_weights(tmp_path / "elsewhere.bin")


def test_a_recipe_takes_the_numbers_of_its_layers() -> None:
    rows = np.repeat(np.array([ALL_LAYERS], np.float16), 4, axis=1)
    assert sorted(set(Recipe(layers=(1, 3)).columns(rows)[0].tolist())) == [1, 3]


def test_crowds_behind_bursts_are_of_their_group(corpora: Path, tmp_path: Path) -> None:
    for contributor in range(20):
        (tmp_path / f"{contributor:06}-02-1.mp3").touch()
    clips = read_corpora(corpora).clips
    group_of = {clip.path: Source(clip.path, clip.speaker, clip.corpus, "").group for clip in clips}
    made = burst_sources(clips, read_bursts(tmp_path))
    assert {source.sound for source in made} == {LAUGHTER}
    assert all(group_of[path] == source.group for source in made for path in source.crowd)


@pytest.mark.slow
def test_a_made_corpus_becomes_a_model_that_is_measured_and_loaded(
    corpora: Path, encoder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bursts = tmp_path / "bursts"
    bursts.mkdir()
    source = next(path for path in sorted(corpora.rglob("*")) if path.is_file())
    for contributor in range(25):
        for kind in ("02", "15"):
            (bursts / f"{contributor:06}-{kind}-1.mp3").write_bytes(source.read_bytes())
    run = ["large", str(corpora), str(bursts), "--encoder", str(encoder), "--run", str(tmp_path / "run")]
    assert main([*run, "--fold", "0"]) == 0
    assert "| 2, 3 | 0.001 |" in capsys.readouterr().out
    out = tmp_path / "large"
    assert main([*run, "--out", str(out)]) == 0
    assert "laughter, as it is" in capsys.readouterr().out
    model = models.voice_model(str(out))
    models.verify(model)
    assert model.scores is not None
    assert model.commercial_use is None
    voice = load_voice(out, Place("openvino"))
    heard = voice.hear([np.ones(RATE_HZ, dtype=np.float32)])
    assert heard.scores.shape == (1, len(EMOTIONS))
    assert main(["cost", "--model", str(out)]) == 0
