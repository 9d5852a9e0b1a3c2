"""A tiny encoder of Whisper with made weights, in the file format of CTranslate2."""

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emoclassify.voice.logmel import N_MELS

WIDTH, LAYERS = 128, 3

_FLOAT16 = 4


def write_encoder(path: Path, seed: int = 0) -> Path:
    """Writes a model.bin of 16-bit numbers: an encoder of WIDTH, and something of a decoder, which is passed over."""
    tensors = _tensors(np.random.default_rng(seed))
    content = struct.pack("<I", 6) + _name("WhisperSpec") + struct.pack("<II", 3, len(tensors))
    for name, tensor in tensors.items():
        halves = tensor.astype(np.float16).tobytes()
        content += _name(name) + struct.pack("<B", tensor.ndim)
        content += struct.pack(f"<{tensor.ndim}I", *tensor.shape) + struct.pack("<BI", _FLOAT16, len(halves)) + halves
    path.write_bytes(content + struct.pack("<I", 0))
    return path


def _name(text: str) -> bytes:
    return struct.pack("<H", len(text) + 1) + text.encode() + b"\0"


def _tensors(rng: np.random.Generator) -> dict[str, npt.NDArray[np.float64]]:
    tensors = {"decoder/embeddings/weight": rng.standard_normal((3, WIDTH)), "encoder/num_heads": np.array(2.0)}
    tensors |= _layer("encoder/conv1", (WIDTH, N_MELS, 3), rng) | _layer("encoder/conv2", (WIDTH, WIDTH, 3), rng)
    for number in range(LAYERS):
        place = f"encoder/layer_{number}"
        tensors |= _layer(f"{place}/self_attention/linear_0", (3 * WIDTH, WIDTH), rng)
        tensors |= _layer(f"{place}/self_attention/linear_1", (WIDTH, WIDTH), rng)
        tensors |= _layer(f"{place}/ffn/linear_0", (4 * WIDTH, WIDTH), rng)
        tensors |= _layer(f"{place}/ffn/linear_1", (WIDTH, 4 * WIDTH), rng)
        for norm in ("self_attention", "ffn"):
            tensors[f"{place}/{norm}/layer_norm/gamma"] = np.ones(WIDTH)
            tensors[f"{place}/{norm}/layer_norm/beta"] = 0.1 * rng.standard_normal(WIDTH)
    return tensors


def _layer(name: str, shape: tuple[int, ...], rng: np.random.Generator) -> dict[str, npt.NDArray[np.float64]]:
    weight = rng.standard_normal(shape) / np.sqrt(np.prod(shape[1:]))
    return {f"{name}/weight": weight, f"{name}/bias": 0.1 * rng.standard_normal(shape[0])}
