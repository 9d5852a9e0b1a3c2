"""The scores of clips with their true labels, and the figures computed from them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emoclassify.labels import EMOTIONS, Scores
from emoclassify.metrics import (
    Confusion,
    Truth,
    calibration_error,
    confusion_matrix,
    log_loss,
    measure,
    record,
    summary,
)
from voice_model.corpora import Clip

_RESAMPLES = 1000

NAMES = {
    "ravdess": "RAVDESS",
    "tess": "TESS",
    "emodb": "EMO-DB",
    "nemo": "nEMO",
    "cremad": "CREMA-D",
    "savee": "SAVEE",
}
"""Folder of a corpus -> its published name."""

Names = npt.NDArray[np.str_]


@dataclass(frozen=True)
class Scored:
    """Scores and truth, one row for each clip.

    Attributes:
        scores: float32 (n, 7).
        truth: int64 (n,), indices in EMOTIONS.
        corpora, speakers: names (n,).
    """

    scores: Scores
    truth: Truth
    corpora: Names
    speakers: Names

    @classmethod
    def of(cls, clips: Sequence[Clip], scores: Scores) -> "Scored":
        """Joins n clips with their scores float32 (n, 7)."""
        truth = np.array([clip.label for clip in clips])
        corpora, speakers = (np.array([getattr(clip, name) for clip in clips]) for name in ("corpus", "speaker"))
        return cls(scores, truth, corpora, speakers)

    @classmethod
    def load(cls, path: Path) -> "Scored":
        """Reads the file that `save` wrote."""
        with np.load(path) as file:
            return cls(file["scores"], file["truth"], file["corpora"], file["speakers"])

    @classmethod
    def joined(cls, parts: Iterable["Scored"]) -> "Scored":
        """Joins several."""
        columns = zip(*((part.scores, part.truth, part.corpora, part.speakers) for part in parts), strict=True)
        return cls(*map(np.concatenate, columns))

    def save(self, path: Path) -> None:
        """Writes an .npz file; never a part of one."""
        beside = path.with_suffix(".part.npz")
        np.savez(beside, scores=self.scores, truth=self.truth, corpora=self.corpora, speakers=self.speakers)
        beside.replace(path)

    def by_corpus(self) -> dict[str, "Scored"]:
        """Corpus -> the rows of its clips."""
        return {corpus: self._where(self.corpora == corpus) for corpus in sorted(set(self.corpora.tolist()))}

    def report(self) -> "Report":
        """The figures of all clips together."""
        confusion = confusion_matrix(self.truth, self.scores.argmax(axis=1))
        accuracy, _, uar = summary(confusion)
        of_truth = confusion.sum(axis=1)
        return Report(
            clips=len(self.truth),
            speakers=len(set(self.speakers.tolist())),
            accuracy=accuracy,
            uar=uar,
            interval_95=self._interval(),
            recall={EMOTIONS[row]: float(confusion[row, row] / of_truth[row]) for row in np.flatnonzero(of_truth)},
            confusion=confusion.tolist(),
            ece=calibration_error(self.scores, self.truth),
        )

    def record(self, name: str) -> dict[str, Any]:
        """These clips as a set of scores.json; the interval is of the UAR, over redrawn speakers."""
        loss, people = log_loss(self.scores, self.truth), len(set(self.speakers.tolist()))
        figures = record(name, people, measure(self.scores, self.truth), loss)
        return {**figures, "interval_95": {"uar": list(self._interval())}}

    def _where(self, rows: npt.NDArray[np.bool_]) -> "Scored":
        return Scored(self.scores[rows], self.truth[rows], self.corpora[rows], self.speakers[rows])

    def _interval(self) -> tuple[float, float]:
        parts = [self._where(self.speakers == speaker) for speaker in sorted(set(self.speakers.tolist()))]
        confusions = np.stack([confusion_matrix(part.truth, part.scores.argmax(axis=1)) for part in parts])
        draws = np.random.default_rng(0).integers(len(parts), size=(_RESAMPLES, len(parts)))
        resampled: list[Confusion] = [confusions[draw].sum(axis=0) for draw in draws]
        low, high = np.percentile([summary(confusion)[2] for confusion in resampled], [2.5, 97.5])
        return float(low), float(high)


@dataclass(frozen=True)
class Report:
    """How well scores fit the truth on one corpus."""

    clips: int
    speakers: int
    accuracy: float
    uar: float
    """Unweighted average recall, the mean over the labels that the corpus has; answers range over all seven."""
    interval_95: tuple[float, float]
    """Of the UAR: 2.5th and 97.5th percentile of 1,000 bootstrap resamples of the speakers."""
    recall: dict[str, float]
    confusion: list[list[int]]
    """Counts: rows are the truth, columns the answers, in the order of EMOTIONS."""
    ece: float
    """Expected calibration error, 0..1, of `emoclassify.metrics`."""


def table(reports: dict[str, Report]) -> list[str]:
    """The figures as text for a terminal: a heading, then a line for each corpus."""
    return [
        f"{'corpus':10} {'speakers':>8} {'clips':>6} {'accuracy':>8} {'UAR':>6} {'95% of speakers':>16} {'ECE':>6}",
        *(
            f"{corpus:10} {report.speakers:8} {report.clips:6} {report.accuracy:8.3f} {report.uar:6.3f} "
            f"{report.interval_95[0]:7.3f} to {report.interval_95[1]:.3f} {report.ece:6.3f}"
            for corpus, report in reports.items()
        ),
    ]
