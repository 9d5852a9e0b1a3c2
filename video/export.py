"""Turns a training checkpoint into a folder that any program with transformers can load: calibrated, in 16 bits."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import torch
from transformers import ViTImageProcessor

from emoclassify.errors import WorkshopError
from emoclassify.faces.network import FaceVitConfig, FaceVitForImageClassification
from video.calibrate import Calibration, calibrate, home_sets
from video.corpora import Faces
from video.settings import TrainSettings
from video.train import Training


def export(
    checkpoint: Path, validation: Faces, out: Path, *, start: Path | None = None, start_share: float = 0.0
) -> Calibration:
    """Writes config.json, preprocessor_config.json and model.safetensors (float16) of the best epoch into `out`.

    Calibrated on the validation faces alone; `python -m video calibrate` takes more sets.

    Args:
        checkpoint: of the training.
        validation: the faces to calibrate on.
        out: folder of the model.
        start: folder of the model that the training started from, where its weights are to be mixed in again.
        start_share: how much of each weight is the start's, 0..1. What lies between an old and a new optimum often
            holds on more sets than either (Wortsman et al., 2022, "Robust fine-tuning of zero-shot models").

    Raises:
        WorkshopError: no checkpoint there, or none of a measured epoch; or the start is of another shape.
    """
    network = load_best(checkpoint)
    if start is not None:
        mix_in(network, start, start_share)
    calibration = calibrate(network, home_sets(network, validation), validation)
    _save(network, out)
    return calibration


def load_best(checkpoint: Path) -> FaceVitForImageClassification:
    """The averaged weights of the epoch that did best on the validation faces, on the CPU."""
    if not checkpoint.is_file():
        raise WorkshopError(f"{checkpoint}: no such file; run `python -m video train` first")
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    if not state["best"]:
        raise WorkshopError(f"{checkpoint}: no epoch of it was measured yet; let the training go on")
    network = FaceVitForImageClassification(FaceVitConfig(**state["config"]))
    network.load_state_dict(state["best"])
    network.eval()
    return network


def mix_in(network: FaceVitForImageClassification, start: Path, start_share: float) -> None:
    """Moves the weights of a network towards those of an exported model, by a share 0..1.

    Raises:
        WorkshopError: no model there, or one of another shape.
    """
    training = Training(deepcopy(network), TrainSettings())
    training.start_from(start)
    weights = network.state_dict()
    for name, weight in training.network.state_dict().items():
        if weight.is_floating_point():
            weights[name].lerp_(weight, start_share)


def _save(network: Any, out: Path) -> None:
    half = deepcopy(network).half()
    half.save_pretrained(out)
    (out / "model.safetensors").chmod(0o644)  # safetensors lets only the owner read it, but the folder is shipped
    side = network.config.image_size
    # Normalising is the network's own first step, so that a picture's colour and contrast cannot matter.
    ViTImageProcessor(size={"height": side, "width": side}, resample=2, do_normalize=False).save_pretrained(out)
