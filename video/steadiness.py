"""Measures how steady answers are along real recordings, where an expression seldom changes in a tenth of a second."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emoclassify.labels import Scores
from emoclassify.networks import models
from emoclassify.pipeline import analyze
from emoclassify.settings import Options

SAMPLE_FPS = 10.0


@dataclass(frozen=True)
class Steadiness:
    """How much neighbouring sampled frames of one person differ; NaN where there is no such pair."""

    name: str
    pairs: int
    same_top: float
    """Share of the pairs whose highest emotion is the same, 0..1."""
    distance: float
    """Mean total-variation distance, half the sum of the absolute differences of the scores: 0 the same, 1 disjoint."""


def measure_clips(clips: Sequence[Path], expression_model: str = models.EMBEDDED) -> list[Steadiness]:
    """Analyzes each clip, 10 frames a second and every person; returns a row for each clip, then one for all pairs.

    Raises:
        MediaError: a clip cannot be read.
        ModelError: the model cannot be loaded.
    """
    options = Options(sample_fps=SAMPLE_FPS, faces="all", expression_model=expression_model)
    rows = []
    for clip in clips:
        analysis = analyze(clip, options)
        rows.append(steadiness(clip.name, [analysis.timeline(person).scores for person in analysis.persons]))
    return [*rows, _together(rows)]


def steadiness(name: str, persons: Sequence[Scores]) -> Steadiness:
    """Compares neighbouring rows of each person's scores float32 (n, 7); rows of NaN are gaps, which no pair spans."""
    pairs = [np.stack([scores[:-1], scores[1:]]) for scores in persons if len(scores)]
    before, after = np.concatenate(pairs, axis=1) if pairs else np.empty((2, 0, 7), np.float32)
    both = ~np.isnan(before + after).any(axis=1)
    before, after = before[both], after[both]
    if not len(before):
        return Steadiness(name, 0, float("nan"), float("nan"))
    same = float((before.argmax(axis=1) == after.argmax(axis=1)).mean())
    return Steadiness(name, len(before), same, float(np.abs(before - after).sum(axis=1).mean() / 2))


def table(rows: Sequence[Steadiness]) -> str:
    """Markdown, a row for each clip."""
    lines = ["| clip | pairs of frames | same top emotion | distance of scores |", "|---|---|---|---|"]
    for row in rows:
        figures = f"{row.same_top:.3f} | {row.distance:.3f}" if row.pairs else "- | -"
        lines.append(f"| {row.name} | {row.pairs} | {figures} |")
    return "\n".join(lines)


def _together(rows: Sequence[Steadiness]) -> Steadiness:
    counted = [row for row in rows if row.pairs]
    pairs = sum(row.pairs for row in counted)
    if not pairs:
        return Steadiness("all", 0, float("nan"), float("nan"))
    same = sum(row.same_top * row.pairs for row in counted) / pairs
    return Steadiness("all", pairs, same, sum(row.distance * row.pairs for row in counted) / pairs)
