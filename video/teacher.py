"""A network of faces that learns expressions to teach the embedded one, and what it would add to it.

`faceres.py` is the network; this trains it, reads it back, and tells what the mean of both networks says.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from emoclassify.errors import WorkshopError
from emoclassify.labels import Scores
from emoclassify.metrics import confusion_matrix, summary
from video.calibrate import FaceSet, face_set, fit_prior, uncalibrated
from video.corpora import Faces
from video.faceres import FaceRes, read_weights
from video.train import CHECKPOINT, logits_of, softmax

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""How much the teacher counts in the mean of both networks' log-scores."""


def load_teacher(weights: Path, run: Path) -> FaceRes:
    """The averaged weights of the epoch of a teacher's training that did best on the validation faces, on the CPU.

    Args:
        weights: folder of HSE-FaceRes.
        run: the `--out` of the training.

    Raises:
        WorkshopError: no such weights, or no checkpoint of a measured epoch.
    """
    if not (run / CHECKPOINT).is_file():
        raise WorkshopError(f"{run / CHECKPOINT}: no such file; run `python -m video teacher` first")
    state = torch.load(run / CHECKPOINT, map_location="cpu", weights_only=True)
    if not state["best"]:
        raise WorkshopError(f"{run / CHECKPOINT}: no epoch of it was measured yet; let the training go on")
    teacher = FaceRes(read_weights(weights))
    teacher.load_state_dict(state["best"])
    return teacher.eval()


def compare(model: Path, teacher: FaceRes, home: Faces, posed: Faces) -> str:
    """Tells, as Markdown, what a teacher gives alone and averaged with our network.

    Args:
        model: folder of our network.
        teacher: the trained one.
        home: the validation faces with the majority of the votes.
        posed: the validation faces with the original labels.
    """
    network = uncalibrated(model)
    faces = {"FER+, validation": home, "original labels, validation": posed}
    sets = [face_set(name, network, each) for name, each in faces.items()]
    return table(sets, [logits_of(teacher, each.pixels) for each in faces.values()], home)


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
