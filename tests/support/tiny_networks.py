"""Networks so small that a test can train them."""

import torch

from emoclassify.faces.network import FaceVitConfig, FaceVitForImageClassification
from video.settings import TrainSettings

SETTINGS = TrainSettings(epochs=2, batch_size=4, warmup_epochs=0.5, bf16=False)


def tiny_config() -> FaceVitConfig:
    """A new one each time: a calibration writes into the configuration of its network."""
    return FaceVitConfig(
        stem_channels=(4, 4, 8), hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8
    )


def tiny_network() -> FaceVitForImageClassification:
    """With the same random weights each time."""
    torch.manual_seed(SETTINGS.seed)
    return FaceVitForImageClassification(tiny_config())
