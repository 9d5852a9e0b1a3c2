"""Measures a speech model, each corpus by itself, on speakers it never heard."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from emoclassify.labels import EMOTIONS, Scores
from emoclassify.voice.mfcc import RATE_HZ, Waveform
from emoclassify.voice.predict import VoiceModel
from emoclassify.voice.read import HOP_S, WINDOW_S
from voice_model.augment import add_noise, telephone, trimmed
from voice_model.corpora import Clip, waveform

_BINS = 10  # of confidence, for the calibration error

CONDITIONS: dict[str, Callable[[Waveform], Waveform]] = {
    "clean": lambda sound: sound,
    "8 kHz": telephone,
    "15 dB noise": lambda sound: add_noise(sound, 15.0, np.random.default_rng(len(sound))),
}
"""The sound as it is, as an 8 kHz recording holds it, and with noise 15 dB below the speech."""


@dataclass(frozen=True)
class Report:
    """How well scores fit the truth on one corpus."""

    clips: int
    speakers: int
    accuracy: float
    uar: float
    """Unweighted average recall, the mean over the labels that the corpus has; guesses range over all seven."""
    recall: dict[str, float]
    confusion: list[list[int]]
    """Rows the truth, columns the guess, in the order of EMOTIONS."""
    ece: float
    """Expected calibration error, 0..1 (Guo et al. 2017), over ten bins of confidence."""


def evaluate(model: VoiceModel, clips: Sequence[Clip], condition: str = "clean") -> dict[str, Report]:
    """Scores clips the way analysis does and measures each corpus by itself.

    Args:
        model: any speech model.
        clips: of speakers that the model never heard.
        condition: a name in CONDITIONS.
    """
    changed = CONDITIONS[condition]
    scores = np.stack([model.predict(windows(changed(trimmed(waveform(clip.path))))).mean(axis=0) for clip in clips])
    corpora = np.array([clip.corpus for clip in clips])
    speakers = np.array([clip.speaker for clip in clips])
    truth = np.array([clip.label for clip in clips])
    return {
        corpus: report(scores[corpora == corpus], truth[corpora == corpus], len(set(speakers[corpora == corpus])))
        for corpus in sorted(set(corpora.tolist()))
    }


def windows(speech: Waveform) -> list[Waveform]:
    """Windows of speech as analysis cuts them; float32 (n,) -> float32 (m,) each. Shorter speech is one window."""
    length, hop = round(WINDOW_S * RATE_HZ), round(HOP_S * RATE_HZ)
    return [speech[start : start + length] for start in range(0, max(len(speech) - length, 0) + 1, hop)]


def report(scores: Scores, truth: npt.NDArray[np.int64], speakers: int) -> Report:
    """Compares scores float32 (n, 7) with the truth int (n,), places in EMOTIONS."""
    guess = scores.argmax(axis=1)
    confusion = np.zeros((len(EMOTIONS), len(EMOTIONS)), dtype=int)
    np.add.at(confusion, (truth, guess), 1)
    of_truth = confusion.sum(axis=1)
    recall = {EMOTIONS[row]: float(confusion[row, row] / of_truth[row]) for row in np.flatnonzero(of_truth)}
    return Report(
        clips=len(truth),
        speakers=speakers,
        accuracy=float((guess == truth).mean()),
        uar=float(np.mean(list(recall.values()))),
        recall=recall,
        confusion=confusion.tolist(),
        ece=calibration_error(scores, truth),
    )


def calibration_error(scores: Scores, truth: npt.NDArray[np.int64]) -> float:
    """How far confidence is from accuracy, averaged over ten bins of confidence by their clips; 0..1."""
    confidence, right = scores.max(axis=1), scores.argmax(axis=1) == truth
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = [abs(confidence[bins == place].sum() - right[bins == place].sum()) for place in range(_BINS)]
    return float(sum(gaps) / len(truth))


def table(reports: dict[str, Report]) -> list[str]:
    """One line a corpus, for people."""
    rows: list[Any] = [f"{'corpus':10} {'speakers':>8} {'clips':>6} {'accuracy':>8} {'UAR':>6} {'ECE':>6}"]
    rows += [
        f"{corpus:10} {found.speakers:8} {found.clips:6} {found.accuracy:8.3f} {found.uar:6.3f} {found.ece:6.3f}"
        for corpus, found in reports.items()
    ]
    return rows
