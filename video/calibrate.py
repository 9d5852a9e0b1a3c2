"""Fits what makes a network's answers fair and its confidence true, on several sets of faces and not on one alone.

Two numbers are fitted: how much rare emotions gain (the prior), and what the logits are divided by (the temperature).
At home, on pictures like those of the training, any choice looks good; among strangers a network that favours frequent
emotions says neutral of everything. So every set counts the same, however many faces it has.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from emoclassify.faces.network import FaceVitForImageClassification
from emoclassify.faces.prepare import LUMA
from emoclassify.labels import Scores
from emoclassify.metrics import Truth, calibration_error, confusion_matrix, log_loss, summary
from video.corpora import Faces
from video.robustness import CHANGES
from video.train import logits_of, softmax

# Powers of the emotions' frequencies that may be multiplied into the scores; below 0 the rare emotions gain.
_PRIOR_POWERS = np.linspace(-0.6, 0.6, 49)
_TEMPERATURES = np.geomspace(0.3, 3.0, 185)
_LOSS_AT_HOME = 0.005  # of accuracy; its standard error there is 0.006
_CONFIG = "config.json"
_DIGITS = 6  # of the numbers in the configuration: floats of another machine may differ beyond


@dataclass(frozen=True)
class FaceSet:
    """Labelled faces as the network without any calibration reads them."""

    name: str
    logits: Scores
    """float32 (n, 7)."""
    truth: Truth

    def figures(self, calibration: "Calibration") -> tuple[float, float, float, float]:
        """Accuracy, macro-F1, mean recall and calibration error under a calibration."""
        scores = softmax(self.logits + calibration.prior, calibration.temperature)
        return *summary(confusion_matrix(self.truth, scores.argmax(axis=1))), calibration_error(scores, self.truth)


@dataclass(frozen=True)
class Calibration:
    """What was fitted."""

    prior_power: float
    """The logit of each emotion gets its frequency's logarithm times this."""
    prior: Scores
    """float32 (7,): what each logit gets."""
    temperature: float
    """All logits are divided by this; chosen by the likelihood of the true labels (Guo et al., 2017)."""


def calibrate(network: Any, sets: Sequence[FaceSet], validation: Faces) -> Calibration:
    """Fits both numbers and puts them into the network's configuration.

    Args:
        network: the embedded network; its weights stay as they are.
        sets: the first is the home set, which no choice may harm clearly.
        validation: tells how frequent each emotion is.
    """
    frequency = np.log(np.maximum(validation.targets.mean(axis=0), 1e-6))
    power = fit_prior(sets, frequency)
    prior = np.round(power * frequency, _DIGITS).astype(np.float32)
    temperature = round(_fit_temperature(sets, prior), _DIGITS)
    network.config.prior = [round(float(number), _DIGITS) for number in prior]
    network.config.temperature = temperature
    return Calibration(power, prior, temperature)


def recalibrate(folder: Path, home: Faces, posed: Faces, others: Mapping[str, Faces]) -> str:
    """Calibrates an exported model anew, in its config.json only; returns a table of before and after, Markdown.

    Args:
        folder: of the model.
        home: the validation faces with the majority of the votes.
        posed: the validation faces with the original labels, which often name another emotion than the ten voters.
        others: by name, faces of people that the network never saw, as the program cuts them out.
    """
    network = _exported(folder)
    before = _calibration_of(network)
    network = uncalibrated(folder)
    sets = [*home_sets(network, home), face_set("original labels, validation", network, posed)]
    sets += [face_set(name, network, faces) for name, faces in others.items()]
    after = calibrate(network, sets, home)
    facts = json.loads((folder / _CONFIG).read_text(encoding="utf-8"))
    facts |= {"prior": network.config.prior, "temperature": network.config.temperature}
    (folder / _CONFIG).write_text(json.dumps(facts, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return _table(sets, before, after)


def uncalibrated(folder: Path) -> FaceVitForImageClassification:
    """An exported model as it was trained: without prior and temperature."""
    network: FaceVitForImageClassification = _exported(folder)
    network.config.prior, network.config.temperature = None, 1.0
    return network


def _exported(folder: Path) -> Any:
    return FaceVitForImageClassification.from_pretrained(folder, dtype=torch.float32, local_files_only=True).eval()


def home_sets(network: Any, validation: Faces) -> list[FaceSet]:
    """The validation faces as they are, and with every face changed in one of the ways of `robustness`, in turn."""
    changes = list(CHANGES.values())
    coloured = np.repeat(validation.pixels[:, :, :, None], 3, axis=3)
    changed = [changes[i % len(changes)](face) @ np.array(LUMA) for i, face in enumerate(coloured)]
    changed_pixels = np.stack(changed).round().astype(np.uint8)
    changed_faces = Faces(changed_pixels, validation.targets, validation.truth)
    return [
        face_set("FER+, validation", network, validation),
        face_set("FER+, validation, changed", network, changed_faces),
    ]


def face_set(name: str, network: Any, faces: Faces) -> FaceSet:
    """The faces as the network in its present calibration reads them."""
    return FaceSet(name, logits_of(network, faces.pixels), faces.truth)


def fit_prior(sets: Sequence[FaceSet], frequency: Scores) -> float:
    """The power with the best mean of macro-F1 and recall over the sets.

    Of those that cost no more than half a point of the best accuracy at home: about what chance alone moves it there.
    """
    figures = np.array([[_answers(faces, power * frequency) for faces in sets] for power in _PRIOR_POWERS])
    home_accuracy = figures[:, 0, 0]
    least = home_accuracy.max() - _LOSS_AT_HOME
    quality = np.where(home_accuracy >= least, figures[:, :, 1:].mean(axis=(1, 2)), -1.0)
    return float(_PRIOR_POWERS[int(np.argmax(quality))])


def _answers(faces: FaceSet, prior: Scores) -> tuple[float, float, float]:
    return summary(confusion_matrix(faces.truth, (faces.logits + prior).argmax(axis=1)))


def _fit_temperature(sets: Sequence[FaceSet], prior: Scores) -> float:
    def surprise(temperature: float) -> float:
        losses = [log_loss(softmax(faces.logits + prior, float(temperature)), faces.truth) for faces in sets]
        return float(np.mean(losses))

    return float(min(_TEMPERATURES, key=surprise))


def _calibration_of(network: Any) -> Calibration:
    prior = network.config.prior or [0.0] * network.config.num_labels
    return Calibration(float("nan"), np.array(prior, np.float32), network.config.temperature)


def _table(sets: Sequence[FaceSet], before: Calibration, after: Calibration) -> str:
    lines = [
        f"prior power {after.prior_power:.3f}, temperature {before.temperature:.3f} -> {after.temperature:.3f}",
        "",
        "| faces | n | accuracy | macro-F1 | mean recall | ECE |",
        "|---|---|---|---|---|---|",
    ]
    for faces in sets:
        pairs = zip(faces.figures(before), faces.figures(after), strict=True)
        cells = " | ".join(f"{old:.3f} → {new:.3f}" for old, new in pairs)
        lines.append(f"| {faces.name} | {len(faces.truth)} | {cells} |")
    return "\n".join(lines)
