"""The first layers of Whisper's encoder (Radford et al. 2022), frozen; the large model judges by what they hear.

Whisper learned to write speech down from 680,000 hours of it. Its middle layers still carry how something is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from emoclassify.errors import WorkshopError

CONVOLUTIONS = 0
"""The two convolutions before the first layer, where layers are counted from 1."""

HEAD_WIDTH = 64
"""Numbers in a head of attention, in every size of Whisper."""

_POSITION_SCALE = 10_000.0  # wavelengths of the positions run from 1 to this, times 2 pi (Vaswani et al. 2017)
_DTYPES = {0: np.float32, 4: np.float16}  # as CTranslate2 numbers them; it has others, which no encoder here uses
_VERSION = 6

Weights = Mapping[str, npt.NDArray[np.float32]]


@dataclass
class _Reader:
    """Reads numbers and names from the bytes of a file, one after another."""

    content: bytes
    place: int = 0

    def number(self, n_bytes: int) -> int:
        return int.from_bytes(self.take(n_bytes), "little")

    def name(self) -> str:
        return self.take(self.number(2)).rstrip(b"\0").decode("utf-8")

    def take(self, n_bytes: int) -> bytes:
        part = self.content[self.place : self.place + n_bytes]
        if len(part) < n_bytes:
            raise ValueError("it ends too early")
        self.place += n_bytes
        return part


def read_weights(path: Path) -> dict[str, npt.NDArray[np.float32]]:
    """The encoder's weights in a model.bin of CTranslate2, by their names there without "encoder/"; float32.

    Raises:
        WorkshopError: there is no such file, or it is none of a Whisper model in 16 or 32 bits.
    """
    try:
        weights = dict(_tensors(_Reader(path.read_bytes())))
    except (OSError, ValueError, KeyError) as error:
        raise WorkshopError(f"{path}: cannot be read as a Whisper model of CTranslate2 ({error})") from error
    if "conv1/weight" not in weights:
        raise WorkshopError(f"{path}: no encoder of Whisper in it")
    return weights


def _tensors(reader: _Reader) -> list[tuple[str, npt.NDArray[np.float32]]]:
    """Name and numbers of each tensor below "encoder/" (format: CTranslate2, `ModelSpec.save`)."""
    if reader.number(4) != _VERSION:
        raise ValueError(f"not version {_VERSION} of the format")
    reader.name()
    reader.number(4)  # revision of the kind of model
    tensors = []
    for _ in range(reader.number(4)):
        name, shape = reader.name(), [reader.number(4) for _ in range(reader.number(1))]
        kind, content = reader.number(1), reader.take(reader.number(4))
        if name.startswith("encoder/") and shape:  # without a shape it is a setting
            tensor = np.frombuffer(content, _DTYPES[kind]).reshape(shape).astype(np.float32)
            tensors.append((name.removeprefix("encoder/"), tensor))
    return tensors


class Encoder(nn.Module):
    """Log-mel features -> mean and deviation over time of what some layers say.

    float32 (1, t, 80) -> float32 (1, 2 * width * len(layers)); t of one window, without padding.

    Args:
        weights: from `read_weights`.
        layers: whose outputs are wanted, from 1, or CONVOLUTIONS, in rising order; later layers are left out.
    """

    def __init__(self, weights: Weights, layers: tuple[int, ...]) -> None:
        super().__init__()
        width, n_mels, kernel = weights["conv1/weight"].shape
        self._wanted, self._width = layers, width
        self.conv1 = nn.Conv1d(n_mels, width, kernel, padding=1)
        self.conv2 = nn.Conv1d(width, width, kernel, stride=2, padding=1)
        self.layers = nn.ModuleList([_Layer(width) for _ in range(layers[-1])])
        self.load_state_dict(_state(weights, layers[-1]))
        self.eval()

    def forward(self, features: Tensor) -> Tensor:
        """Mean and deviation of each wanted layer, one after another."""
        parts = []
        for hidden in self.outputs(features):
            mean = hidden.mean(dim=1, keepdim=True)
            parts += [mean[:, 0], (hidden - mean).square().mean(dim=1).sqrt()]
        return torch.cat(parts, dim=1)

    def outputs(self, features: Tensor) -> list[Tensor]:
        """What each wanted layer says at every second frame, float32 (1, about t / 2, width)."""
        hidden = nn.functional.gelu(self.conv1(features.transpose(1, 2)))
        hidden = nn.functional.gelu(self.conv2(hidden)).transpose(1, 2)
        outputs = [hidden] if CONVOLUTIONS in self._wanted else []
        hidden = hidden + positions(hidden, self._width)
        for number, layer in enumerate(self.layers, start=1):
            hidden = layer(hidden)
            if number in self._wanted:
                outputs.append(hidden)
        return outputs


class _Layer(nn.Module):
    """Attention and two dense layers, each added to what comes in, with its mean and spread levelled before."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.attention_norm, self.dense_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention_in, self.attention_out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.dense_in, self.dense_out = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self._heads = width // HEAD_WIDTH

    def forward(self, hidden: Tensor) -> Tensor:
        hidden = hidden + self.attention_out(self._attended(self.attention_in(self.attention_norm(hidden))))
        added: Tensor = self.dense_out(nn.functional.gelu(self.dense_in(self.dense_norm(hidden))))
        return hidden + added

    def _attended(self, joined: Tensor) -> Tensor:
        split = joined.reshape(joined.shape[0], joined.shape[1], 3 * self._heads, HEAD_WIDTH).transpose(1, 2)
        query, key, value = split.chunk(3, dim=1)
        weights = torch.softmax(query @ key.transpose(2, 3) * HEAD_WIDTH**-0.5, dim=-1)
        attended: Tensor = (weights @ value).transpose(1, 2).flatten(2)
        return attended


def positions(hidden: Tensor, width: int) -> Tensor:
    """Whisper's sines and cosines that tell a frame's place; (1, t, width) of any values -> float32 (t, width)."""
    rates = torch.exp(-np.log(_POSITION_SCALE) * torch.arange(width // 2) / (width // 2 - 1))
    places = torch.ones_like(hidden[0, :, :1]).cumsum(dim=0) - 1
    angles = places * rates
    return torch.cat([angles.sin(), angles.cos()], dim=1)


_PARTS = {
    "attention_norm": "self_attention/layer_norm",
    "attention_in": "self_attention/linear_0",
    "attention_out": "self_attention/linear_1",
    "dense_norm": "ffn/layer_norm",
    "dense_in": "ffn/linear_0",
    "dense_out": "ffn/linear_1",
}


def _state(weights: Weights, n_layers: int) -> dict[str, Tensor]:
    """The weights under torch's names."""
    state = {f"{conv}.{part}": weights[f"{conv}/{part}"] for conv in ("conv1", "conv2") for part in ("weight", "bias")}
    for layer in range(n_layers):
        for ours, theirs in _PARTS.items():
            parts = ("gamma", "beta") if ours.endswith("norm") else ("weight", "bias")
            state |= {
                f"layers.{layer}.{ours}.{own}": weights[f"layer_{layer}/{theirs}/{part}"]
                for own, part in zip(("weight", "bias"), parts, strict=True)
            }
    return {name: torch.from_numpy(value.copy()) for name, value in state.items()}
