"""Measures scores: accuracy, macro-F1, recall, confusion, calibration error, and confidence intervals."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from emoclassify.labels import EMOTIONS, Scores

_BINS = 15
_RESAMPLES = 1000
_TINY = 1e-6
_KINDS = len(EMOTIONS)

Truth = npt.NDArray[np.int64]
Confusion = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Measured:
    """The figures of one set of faces; shares and errors are 0..1."""

    n: int
    accuracy: float
    macro_f1: float
    """Mean F1 over the emotions present in the truth."""
    uar: float
    """Unweighted average recall over the emotions present in the truth."""
    ece: float
    per_class: dict[str, dict[str, float]]
    """Emotion -> n, precision, recall, f1."""
    confusion: list[list[int]]
    """Counts: rows are the truth, columns the answers, both in the order of EMOTIONS."""
    interval_95: dict[str, tuple[float, float]]
    """For accuracy and macro_f1 the 2.5th and 97.5th percentile of 1,000 bootstrap resamples of the faces."""

    def to_dict(self) -> dict[str, Any]:
        """The same as plain JSON values."""
        return {**vars(self), "interval_95": {name: list(ends) for name, ends in self.interval_95.items()}}


def record(name: str, people: int | None, measured: Measured, loss: float) -> dict[str, Any]:
    """One set of a model's scores.json (see `models.record_scores`).

    Args:
        name: of the set.
        people: how many people it shows; None where unknown.
        measured: the figures.
        loss: the log-loss.
    """
    measures = measured.to_dict()
    figures = {name: measures[name] for name in ("n", "accuracy", "macro_f1", "uar", "ece", "interval_95", "confusion")}
    return {"set": name, "people": people, **figures, "log_loss": loss, "labels": list(EMOTIONS)}


def table(measured: Measured) -> str:
    """The figures as text for a terminal or a model card: a line of figures, then a Markdown table of the confusion."""
    low_high = {name: f"{low:.3f} to {high:.3f}" for name, (low, high) in measured.interval_95.items()}
    lines = [
        f"n {measured.n}, accuracy {measured.accuracy:.4f} ({low_high['accuracy']}), "
        f"macro-F1 {measured.macro_f1:.4f} ({low_high['macro_f1']}), UAR {measured.uar:.4f}, ECE {measured.ece:.4f}",
        "",
        "| truth | " + " | ".join(EMOTIONS) + " | recall | precision | F1 |",
        "|---" * (_KINDS + 4) + "|",
    ]
    for emotion, row in zip(EMOTIONS, measured.confusion, strict=True):
        rates = measured.per_class[emotion]
        cells = [str(count) for count in row] + [f"{rates[name]:.2f}" for name in ("recall", "precision", "f1")]
        lines.append(f"| {emotion} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def measure(scores: Scores, truth: Truth, seed: int = 0) -> Measured:
    """Compares scores float32 (n, 7), rows summing to 1, with the truth int64 (n,), 0..6; n is at least 1."""
    answers = scores.argmax(axis=1)
    confusion = confusion_matrix(truth, answers)
    accuracy, macro_f1, uar = summary(confusion)
    return Measured(
        n=len(truth),
        accuracy=accuracy,
        macro_f1=macro_f1,
        uar=uar,
        ece=calibration_error(scores, truth),
        per_class=_per_class(confusion),
        confusion=confusion.tolist(),
        interval_95=_intervals(truth, answers, seed),
    )


def confusion_matrix(truth: Truth, answers: npt.NDArray[np.integer[Any]]) -> Confusion:
    """Counts int64 (7, 7) of truth (n,) and answers (n,), both 0..6: rows are the truth, columns the answers."""
    return np.bincount(truth * _KINDS + answers, minlength=_KINDS**2).reshape(_KINDS, _KINDS)


def calibration_error(scores: Scores, truth: Truth) -> float:
    """Expected calibration error of the top score over 15 equal bins (Guo et al., 2017), 0..1; 0 is perfect."""
    top_scores = scores.max(axis=1)
    is_right = scores.argmax(axis=1) == truth
    bins = np.minimum((top_scores * _BINS).astype(int), _BINS - 1)
    gaps = [abs(is_right[bins == b].sum() - top_scores[bins == b].sum(dtype=np.float64)) for b in range(_BINS)]
    return float(sum(gaps) / len(truth))


def log_loss(scores: Scores, truth: Truth) -> float:
    """Mean of -ln(score of the true emotion), 0 and up: seven equal scores give 1.95; a score of 0 counts as 1e-6."""
    true_scores = scores[np.arange(len(truth)), truth].astype(np.float64)
    return float(-np.log(np.maximum(true_scores, _TINY)).mean())


def summary(confusion: Confusion) -> tuple[float, float, float]:
    """Accuracy, macro-F1 and mean recall of a confusion matrix (7, 7); the last two over the emotions in its truth."""
    _, recall, f1 = _rates(confusion)
    present = confusion.sum(axis=1) > 0
    return float(np.trace(confusion) / confusion.sum()), float(f1[present].mean()), float(recall[present].mean())


def _rates(confusion: Confusion) -> tuple[npt.NDArray[np.float64], ...]:
    """Precision, recall and F1 (7,) each; 0 where there is nothing to divide by."""
    n_right, n_answers, n_true = np.diag(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    return (
        n_right / np.maximum(n_answers, 1),
        n_right / np.maximum(n_true, 1),
        2 * n_right / np.maximum(n_answers + n_true, 1),
    )


def _per_class(confusion: Confusion) -> dict[str, dict[str, float]]:
    precision, recall, f1 = _rates(confusion)
    return {
        emotion: {
            "n": int(confusion[row].sum()),
            "precision": float(precision[row]),
            "recall": float(recall[row]),
            "f1": float(f1[row]),
        }
        for row, emotion in enumerate(EMOTIONS)
    }


def _intervals(truth: Truth, answers: npt.NDArray[np.integer[Any]], seed: int) -> dict[str, tuple[float, float]]:
    rng = np.random.default_rng(seed)
    figures = []
    for _ in range(_RESAMPLES):
        rows = rng.integers(0, len(truth), len(truth))
        figures.append(summary(confusion_matrix(truth[rows], answers[rows]))[:2])
    low, high = np.percentile(np.array(figures), [2.5, 97.5], axis=0)
    return {name: (float(low[i]), float(high[i])) for i, name in enumerate(("accuracy", "macro_f1"))}
