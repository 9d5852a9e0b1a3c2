"""The embedded expression network: a convolutional stem, then a short vision transformer, as a Hugging Face class.

The plan follows "Early Convolutions Help Transformers See Better" (Xiao et al., 2021): a face of 48 pixels is too small
to be cut into patches at once, so three convolutional stages bring it to 6x6 tokens, and a few encoder layers compare
them. Weights are small enough to ship (fp16) and to run on a CPU.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import AutoConfig, AutoModelForImageClassification, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import ImageClassifierOutput

from emoclassify.faces.prepare import DARKEST_STD, LUMA
from emoclassify.labels import EMOTIONS


class FaceVitConfig(PreTrainedConfig):  # type: ignore[misc]  # transformers publishes no types
    """The shape of the network, whether it also reads the mirror image, and what calibrates its logits."""

    model_type = "emoclassify-facevit"

    image_size: int = 48
    stem_channels: list[int] | tuple[int, ...] = (32, 96, 256)
    stem_blocks: list[int] | tuple[int, ...] = (1, 1, 1)
    hidden_size: int = 256
    num_hidden_layers: int = 3
    num_attention_heads: int = 4
    intermediate_size: int = 512
    head_dropout: float = 0.3
    drop_path: float = 0.1
    average_mirror: bool = True
    prior: list[float] | tuple[float, ...] | None = None
    temperature: float = 1.0
    id2label: dict[int, str] | dict[str, str] | None = None
    label2id: dict[str, int] | dict[str, str] | None = None

    def __post_init__(self, **kwargs: Any) -> None:
        if self.id2label is None and "num_labels" not in kwargs:
            self.id2label = dict(enumerate(EMOTIONS))
            self.label2id = {name: column for column, name in enumerate(EMOTIONS)}
        super().__post_init__(**kwargs)


class _ResidualBlock(nn.Module):
    """Two 3x3 convolutions with a short cut; the first may halve the picture and change the channels."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels_out)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or channels_in != channels_out:
            self.shortcut = nn.Sequential(
                nn.AvgPool2d(stride) if stride > 1 else nn.Identity(),
                nn.Conv2d(channels_in, channels_out, 1, bias=False),
                nn.BatchNorm2d(channels_out),
            )

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels_in, h, w) -> (n, channels_out, h / stride, w / stride)."""
        hidden = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(hidden)) + self.shortcut(x))


class _EncoderLayer(nn.Module):
    """A pre-norm transformer layer; training drops a whole branch at times (stochastic depth, Huang 2016)."""

    def __init__(self, config: FaceVitConfig, drop_path: float) -> None:
        super().__init__()
        size = config.hidden_size
        self.heads, self.drop_path = config.num_attention_heads, drop_path
        self.norm1, self.norm2 = nn.LayerNorm(size), nn.LayerNorm(size)
        self.qkv, self.project = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.expand, self.contract = (
            nn.Linear(size, config.intermediate_size),
            nn.Linear(config.intermediate_size, size),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Tokens (n, t, size) -> (n, t, size)."""
        x = x + self._drop(self._attend(self.norm1(x)))
        return x + self._drop(self.contract(F.gelu(self.expand(self.norm2(x)))))

    def _attend(self, x: Tensor) -> Tensor:
        count, tokens, size = x.shape
        qkv = self.qkv(x).view(count, tokens, 3, self.heads, size // self.heads).permute(2, 0, 3, 1, 4)
        # Written out: on a CPU the backward pass of torch's fused attention takes a fifth of a training step.
        weights = (qkv[0] * (size // self.heads) ** -0.5 @ qkv[1].transpose(-2, -1)).softmax(dim=-1)
        mixed = weights.to(x.dtype) @ qkv[2].to(x.dtype)
        projected: Tensor = self.project(mixed.transpose(1, 2).reshape(count, tokens, size))
        return projected

    def _drop(self, branch: Tensor) -> Tensor:
        if not self.training or self.drop_path == 0.0:
            return branch
        keep = 1.0 - self.drop_path
        mask = torch.rand(branch.shape[0], 1, 1, device=branch.device) < keep
        return branch * mask.to(branch.dtype) / keep


class FaceVitForImageClassification(PreTrainedModel):  # type: ignore[misc]  # transformers publishes no types
    """Faces float32 (n, 3, 48, 48) in 0..1 -> seven logits, calibrated by prior and temperature except in training."""

    config_class = FaceVitConfig
    main_input_name = "pixel_values"

    def __init__(self, config: FaceVitConfig) -> None:
        super().__init__(config)
        self.stem = _stem(config)
        self.embed = nn.Conv2d(config.stem_channels[-1], config.hidden_size, 1)
        side = config.image_size // 2 ** len(config.stem_channels)
        self.class_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.positions = nn.Parameter(torch.zeros(1, side * side + 1, config.hidden_size))
        depth = config.num_hidden_layers
        drops = [config.drop_path * (layer + 1) / depth for layer in range(depth)]
        self.layers = nn.ModuleList(_EncoderLayer(config, drop) for drop in drops)
        self.norm = nn.LayerNorm(config.hidden_size)
        self.classifier = nn.Linear(2 * config.hidden_size, config.num_labels)
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        elif isinstance(module, nn.Linear):
            nn.init.trunc_normal_(module.weight, std=0.02)
        elif isinstance(module, FaceVitForImageClassification):
            nn.init.trunc_normal_(module.positions, std=0.02)
        if isinstance(module, nn.Conv2d | nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)

    def forward(self, pixel_values: Tensor, **_: Any) -> ImageClassifierOutput:
        """pixel_values (n, 3, image_size, image_size) -> `.logits` (n, 7) in the order of `config.id2label`."""
        return ImageClassifierOutput(logits=self.classify(standardise(pixel_values)))

    def classify(self, pictures: Tensor) -> Tensor:
        """Standardised pictures (n, 1, image_size, image_size) -> logits (n, 7)."""
        logits: Tensor = self._logits(pictures)
        if self.training:
            return logits
        if self.config.average_mirror:
            # A face and its mirror image show the same emotion: reading both adds 0.7 points of validation accuracy.
            logits = (logits + self._logits(pictures.flip(3))) / 2
        if self.config.prior is not None:
            logits = logits + torch.tensor(self.config.prior, dtype=logits.dtype, device=logits.device)
        calibrated: Tensor = logits / self.config.temperature
        return calibrated

    def _logits(self, pictures: Tensor) -> Tensor:
        tokens = self.embed(self.stem(pictures)).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.class_token.expand(tokens.shape[0], -1, -1), tokens], dim=1) + self.positions
        for layer in self.layers:
            tokens = layer(tokens)
        tokens = self.norm(tokens)
        pooled = torch.cat([tokens[:, 0], tokens[:, 1:].mean(dim=1)], dim=1)
        logits: Tensor = self.classifier(F.dropout(pooled, self.config.head_dropout, self.training))
        return logits


def standardise(pixel_values: Tensor) -> Tensor:
    """Brightness of each picture, mean 0 and deviation 1: colour, light and contrast of the recording drop out.

    float (n, 3, h, w) -> float (n, 1, h, w); grey pictures have three equal channels.
    """
    weights = torch.tensor(LUMA, device=pixel_values.device, dtype=pixel_values.dtype).view(1, 3, 1, 1)
    luma = (pixel_values * weights).sum(dim=1, keepdim=True)
    centred = luma - luma.mean(dim=(2, 3), keepdim=True)
    deviation = centred.square().mean(dim=(2, 3), keepdim=True).sqrt()
    return centred / deviation.clamp_min(DARKEST_STD)


def register() -> None:
    """Makes the auto classes of transformers know this network; calling it again changes nothing."""
    AutoConfig.register(FaceVitConfig.model_type, FaceVitConfig, exist_ok=True)
    AutoModelForImageClassification.register(FaceVitConfig, FaceVitForImageClassification, exist_ok=True)


def _stem(config: FaceVitConfig) -> nn.Sequential:
    """Three stages, each of which halves the picture: 48 -> 24 -> 12 -> 6."""
    first = config.stem_channels[0]
    stages: list[nn.Module] = [nn.Conv2d(1, first, 3, 2, 1, bias=False), nn.BatchNorm2d(first), nn.ReLU()]
    before = first
    for stage, (channels, blocks) in enumerate(zip(config.stem_channels, config.stem_blocks, strict=True)):
        for block in range(blocks):
            stride = 2 if stage > 0 and block == 0 else 1
            stages.append(_ResidualBlock(before, channels, stride))
            before = channels
    return nn.Sequential(*stages)
