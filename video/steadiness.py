"""Measures how steady answers are along real recordings, as they are read and as they are shown (see `smoothing`)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emoclassify.networks import models
from emoclassify.pipeline import analyze
from emoclassify.settings import Options
from emoclassify.timeline import Timeline

SAMPLE_FPS = 10.0
"""An expression seldom changes in a tenth of a second."""


@dataclass(frozen=True)
class Steadiness:
    """How much neighbouring sampled frames of one person differ; NaN where there is no such pair."""

    pairs: int
    same_top: float
    """Share of the pairs whose highest emotion is the same, 0..1."""
    distance: float
    """Mean total-variation distance, half the sum of the absolute differences of the scores: 0 the same, 1 disjoint."""
    changes_a_minute: float
    """How often the highest emotion changes in a minute of such pairs."""
    leader: str
    """The emotion that is highest most often; empty where no face is read."""
    leader_share: float
    """Its share of the frames in which a face is read, 0..1."""


@dataclass(frozen=True)
class Row:
    """The steadiness of one clip, or of all."""

    name: str
    read: Steadiness
    shown: Steadiness


def measure_clips(
    clips: Sequence[Path], expression_model: str = models.EMBEDDED, sample_fps: float = SAMPLE_FPS
) -> list[Row]:
    """Analyzes each clip and every person in it; returns a row for each clip, then one for all.

    Raises:
        MediaError: a clip cannot be read.
        ModelError: the model cannot be loaded.
    """
    options = Options(sample_fps=sample_fps, faces="all", expression_model=expression_model)
    rows: list[Row] = []
    all_read: list[Timeline] = []
    all_shown: list[Timeline] = []
    for clip in clips:
        analysis = analyze(clip, options)
        as_read = [analysis.timeline(person) for person in analysis.persons]
        as_shown = [analysis.shown_timeline(person) for person in analysis.persons]
        rows.append(Row(clip.name, steadiness(as_read), steadiness(as_shown)))
        all_read += as_read
        all_shown += as_shown
    return [*rows, Row("all", steadiness(all_read), steadiness(all_shown))]


def steadiness(persons: Sequence[Timeline]) -> Steadiness:
    """Compares neighbouring moments of each person; gaps are in no pair, and no pair spans them."""
    tops = Counter(emotion for person in persons for emotion in person.leading if emotion)
    leader, n_leading = tops.most_common(1)[0] if tops else ("", 0)
    leader_share = n_leading / tops.total() if tops else float("nan")
    steps_s, same, distances = np.concatenate([np.empty((3, 0)), *map(_pairs, persons)], axis=1)
    if not len(steps_s):
        return Steadiness(0, float("nan"), float("nan"), float("nan"), leader, leader_share)
    changes_a_minute = 60 * float((1 - same).sum() / steps_s.sum())
    return Steadiness(len(steps_s), float(same.mean()), float(distances.mean()), changes_a_minute, leader, leader_share)


def _pairs(person: Timeline) -> npt.NDArray[np.float64]:
    """Of each pair its step in seconds, 1 where the highest emotion is the same, and the distance; float64 (3, n)."""
    before, after = person.scores[:-1], person.scores[1:]
    both = person.valid[:-1] & person.valid[1:]
    same = before[both].argmax(axis=1) == after[both].argmax(axis=1)
    distances = np.abs(before[both].astype(np.float64) - after[both]).sum(axis=1) / 2
    return np.stack([np.diff(person.times_s)[both], same, distances])


def table(rows: Sequence[Row]) -> str:
    """Markdown, a row for each clip; in each cell first as read, then as shown."""
    heads = ("clip", "pairs of frames", "same top emotion", "distance of scores", "changes a minute", "most often")
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for row in rows:
        cells = map(" → ".join, zip(_cells(row.read), _cells(row.shown), strict=True))
        lines.append(f"| {row.name} | {row.read.pairs} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cells(figures: Steadiness) -> tuple[str, str, str, str]:
    leader = f"{figures.leader} {figures.leader_share:.3f}" if figures.leader else "-"
    if not figures.pairs:
        return "-", "-", "-", leader
    return f"{figures.same_top:.3f}", f"{figures.distance:.3f}", f"{figures.changes_a_minute:.1f}", leader
