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


def export(checkpoint: Path, validation: Faces, out: Path) -> Calibration:
    """Writes config.json, preprocessor_config.json and model.safetensors (float16) of the best epoch into `out`.

    Calibrated on the validation faces alone; `python -m video calibrate` takes more sets.

    Raises:
        WorkshopError: no checkpoint there, or none of a measured epoch.
    """
    network = load_best(checkpoint)
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


def _save(network: Any, out: Path) -> None:
    half = deepcopy(network).half()
    half.save_pretrained(out)
    (out / "model.safetensors").chmod(0o644)  # safetensors lets only the owner read it, but the folder is shipped
    side = network.config.image_size
    # Normalising is the network's own first step, so that a picture's colour and contrast cannot matter.
    ViTImageProcessor(size={"height": side, "width": side}, resample=2, do_normalize=False).save_pretrained(out)
