"""Turns a training checkpoint into a folder that any program with transformers can load: calibrated, in 16 bits."""

from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import ViTImageProcessor

from emoclassify.errors import WorkshopError
from emoclassify.faces.network import FaceVitConfig, FaceVitForImageClassification
from emoclassify.labels import Scores
from emoclassify.metrics import Truth, confusion_matrix, summary
from video.corpora import Faces
from video.train import logits_of, softmax

# Powers of the emotions' frequencies that may be multiplied into scores that were trained on balanced draws; below 0
# the rare emotions gain even more.
_PRIOR_POWERS = np.linspace(-0.3, 0.6, 19)
_UNCLEAR_F1 = 0.03  # about half of macro-F1's 95 % interval: it depends on some thirty faces of disgust
_TEMPERATURES = np.geomspace(0.3, 3.0, 185)


@dataclass(frozen=True)
class Calibration:
    """The two numbers fitted on the validation faces."""

    prior_power: float
    """The logit of each emotion gets its frequency's logarithm times this."""
    temperature: float
    """All logits are divided by this; chosen by the likelihood of the true labels (Guo et al., 2017)."""


def export(checkpoint: Path, validation: Faces, out: Path) -> Calibration:
    """Writes config.json, preprocessor_config.json and model.safetensors (float16) of the best epoch into `out`.

    Raises:
        WorkshopError: no checkpoint there, or none of a measured epoch.
    """
    network = load_best(checkpoint)
    logits = logits_of(network, validation.pixels)
    frequency = np.log(np.maximum(validation.targets.mean(axis=0), 1e-6))
    prior_power = _fit_prior(logits, frequency, validation.truth)
    temperature = _fit_temperature(logits + prior_power * frequency, validation.truth)
    with torch.no_grad():
        network.classifier.bias.add_(torch.from_numpy(prior_power * frequency))
    network.config.temperature = temperature
    _save(network, out)
    return Calibration(prior_power, temperature)


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


def _fit_prior(logits: Scores, frequency: Scores, truth: Truth) -> float:
    """The most accurate of the powers whose macro-F1 is not clearly below the best."""
    figures = [summary(confusion_matrix(truth, (logits + power * frequency).argmax(axis=1))) for power in _PRIOR_POWERS]
    least = max(macro_f1 for _, macro_f1, _ in figures) - _UNCLEAR_F1
    accuracy = [accuracy if macro_f1 >= least else 0.0 for accuracy, macro_f1, _ in figures]
    return float(_PRIOR_POWERS[int(np.argmax(accuracy))])


def _fit_temperature(logits: Scores, truth: Truth) -> float:
    def surprise(temperature: float) -> float:
        scores = softmax(logits, float(temperature))
        return float(-np.log(np.maximum(scores[np.arange(len(truth)), truth], 1e-12)).mean())

    return float(min(_TEMPERATURES, key=surprise))
