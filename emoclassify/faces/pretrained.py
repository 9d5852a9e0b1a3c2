"""Reads any image classifier in Hugging Face form with torch and transformers: slow, needed once for each model."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from transformers import AutoImageProcessor, AutoModelForImageClassification
from transformers.utils import logging as transformers_logging

from emoclassify.faces.network import FaceVitForImageClassification, register
from emoclassify.faces.prepare import PREPARATION, preparation_of
from emoclassify.networks.convert import Built


def read_processor(folder: Path) -> Any:
    """The model's own image processor."""
    return AutoImageProcessor.from_pretrained(
        folder, backend="torchvision", local_files_only=True, trust_remote_code=False
    )


def read_classifier(folder: Path) -> Built:
    """The classifier as a network from pictures to logits: safetensors only, no code of the model's own.

    Raises:
        Whatever transformers and safetensors raise for a folder that holds no such model; ValueError where weights are
        missing.
    """
    register()
    bar_was_on = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        processor = read_processor(folder)
        network, info = AutoModelForImageClassification.from_pretrained(
            folder,
            use_safetensors=True,
            dtype=torch.float32,
            output_loading_info=True,
            local_files_only=True,
            trust_remote_code=False,
        )
    finally:
        if bar_was_on:
            transformers_logging.enable_progress_bar()
    if info["missing_keys"]:
        # transformers would fill them with random numbers, and the scores would mean nothing.
        raise ValueError(f"weights are missing: {', '.join(sorted(info['missing_keys'])[:3])}")
    preparation = preparation_of(processor)
    black_crops = [np.zeros((64, 64, 3), np.uint8)] * 2
    if preparation is None:
        example = processor(images=black_crops, return_tensors="np", input_data_format="channels_last")["pixel_values"]
        return Built(_Logits(network).eval(), np.asarray(example, dtype=np.float32))
    is_embedded = isinstance(network, FaceVitForImageClassification)
    preparation = replace(preparation, standardised=is_embedded)
    module = _Standardised(network) if is_embedded else _Logits(network)
    return Built(module.eval(), preparation(black_crops), facts={PREPARATION: preparation.to_json()})


class _Standardised(nn.Module):
    """The embedded network without its first step, which `Preparation` does instead."""

    def __init__(self, network: FaceVitForImageClassification) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: Tensor) -> Tensor:
        """(n, 1, h, w) -> (n, labels)."""
        return self.network.classify(pictures)


class _Logits(nn.Module):
    """A classifier of transformers as one tensor in, one tensor out."""

    def __init__(self, classifier: nn.Module) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, pixel_values: Tensor) -> Tensor:
        """(n, 3, h, w) -> (n, labels)."""
        logits: Tensor = self.classifier(pixel_values=pixel_values).logits
        return logits
