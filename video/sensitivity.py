"""Measures how faint a smile may be: smiling and neutral faces of the same people, false smiles of neutral talkers.

Both as read, and told against each person's own neutral face (the option `baseline` of an analysis).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emoclassify.faces.baseline import against, baseline_of
from emoclassify.faces.detectors import Detector
from emoclassify.faces.read import Expressions
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.networks import models
from emoclassify.pipeline import analyze
from emoclassify.settings import Options
from emoclassify.timeline import Timeline
from video.photographs import coloured, read_people

THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
SAMPLE_FPS = 25.0
LONGEST_FALSE_S = 0.4
"""An emotion that a neutral talker seems to show for longer would be taken for a true one."""

_HAPPY, _NEUTRAL = EMOTIONS.index("happy"), EMOTIONS.index("neutral")
_SURE = 0.5

Evidence = npt.NDArray[np.float64]
"""float64 (n,): the score of happy, 0..1."""


@dataclass(frozen=True)
class Smiles:
    """The score of happy for a group of people, once neutral and once smiling."""

    group: str
    neutral: Evidence
    smiling: Evidence
    against_own: Evidence
    """Of the smiling face, told against the person's neutral one."""

    @property
    def auc(self) -> float:
        """Chance that a smiling face, of whomever, scores higher than a neutral one; ties count half."""
        return auc_of(self.neutral, self.smiling)

    @property
    def own(self) -> float:
        """Share of the people whose smiling face scores higher than their own neutral one, 0..1."""
        return float((self.smiling > self.neutral).mean())


def auc_of(low: Evidence | Scores, high: Evidence | Scores) -> float:
    """Chance that one of `high` (n,) is above one of `low` (m,), ties by half: the area under the ROC curve, 0..1."""
    return float((high[:, None] > low).mean() + 0.5 * (high[:, None] == low).mean())


@dataclass(frozen=True)
class Talkers:
    """Neutral talkers: every sampled frame in which a face is read."""

    persons: tuple[Timeline, ...]

    @property
    def neutral_share(self) -> float:
        """Share of the frames whose highest emotion is neutral, 0..1."""
        tops = np.concatenate([person.scores[person.valid].argmax(axis=1) for person in self.persons])
        return float((tops == _NEUTRAL).mean())

    @property
    def longest_s(self) -> float:
        """The longest that any one emotion but neutral stays above 0.5, seconds."""
        others = [column for column in range(len(EMOTIONS)) if column != _NEUTRAL]
        runs = [run for person in self.persons for column in others for run in _runs_s(person, column, _SURE)]
        return max(runs, default=0.0)

    def smiles_a_minute(self, threshold: float) -> float:
        """How often in a minute the score of happy rises to a threshold."""
        n_runs = sum(len(_runs_s(person, _HAPPY, threshold)) for person in self.persons)
        minutes = sum(float(_step_s(person) * person.valid.sum()) for person in self.persons) / 60
        return n_runs / minutes if minutes else float("nan")


def read_smiles(folder: Path, detector: Detector, expressions: Expressions) -> list[Smiles]:
    """Photographs of the same people, neutral and smiling: all of them, then by sex.

    Args:
        folder: neutral/ID.jpg, smiling/ID.jpg, and people.csv with `face_id` and `face_gender`.
        detector: finds the faces.
        expressions: reads them.

    Raises:
        WorkshopError: no people.csv, or nobody in it with a face in both photographs.
    """
    people = read_people(folder, detector)
    neutral = expressions.predict(coloured([person.neutral for person in people]))
    smiling = expressions.predict(coloured([person.smiling for person in people]))
    rows: list[tuple[str, float, float, float]] = []
    for person, at_rest, smile in zip(people, neutral, smiling, strict=True):
        against_own = against(smile, baseline_of(1, at_rest[None]))
        rows.append((person.sex, float(at_rest[_HAPPY]), float(smile[_HAPPY]), float(against_own[_HAPPY])))
    sexes = sorted({row[0] for row in rows})
    return [_smiles(group, [row for row in rows if group in ("all", row[0])]) for group in ("all", *sexes)]


def _smiles(group: str, rows: Sequence[tuple[str, float, float, float]]) -> Smiles:
    return Smiles(group, *(np.array([row[column] for row in rows]) for column in (1, 2, 3)))


def read_talkers(
    clips: Sequence[Path], expression_model: str = models.EMBEDDED, *, rest_s: float = 0.0
) -> tuple[Talkers, Talkers]:
    """The main person of each clip, as read and as shown (see `smoothing`).

    Args:
        clips: of one person each, who talks and shows nothing.
        expression_model: what reads the faces.
        rest_s: the first seconds of each clip, against which the rest is told, and which do not count then; 0 for none.

    Raises:
        MediaError: a clip cannot be read.
        ModelError: the model cannot be loaded.
    """
    baseline = f"{rest_s:g}" if rest_s else ""
    options = Options(sample_fps=SAMPLE_FPS, expression_model=expression_model, baseline=baseline)
    analyses = [analyze(clip, options) for clip in clips]
    as_read = tuple(_after(analysis.timeline(1), rest_s) for analysis in analyses)
    return Talkers(as_read), Talkers(tuple(_after(analysis.shown_timeline(1), rest_s) for analysis in analyses))


def _after(person: Timeline, start_s: float) -> Timeline:
    is_after = person.times_s >= start_s
    return Timeline(person.times_s[is_after], person.scores[is_after])


def _runs_s(person: Timeline, column: int, threshold: float) -> list[float]:
    """How long each run of frames lasts in which an emotion's score is at least a threshold, seconds."""
    is_above = np.zeros(len(person.times_s) + 2, dtype=np.int8)
    is_above[1:-1] = person.valid & (np.nan_to_num(person.scores[:, column]) >= threshold)
    changes = np.flatnonzero(np.diff(is_above))
    return [float(n_frames * _step_s(person)) for n_frames in changes[1::2] - changes[::2]]


def _step_s(person: Timeline) -> float:
    return float(np.median(np.diff(person.times_s))) if len(person.times_s) > 1 else 0.0


def table(smiles: Sequence[Smiles], talkers: Mapping[str, Talkers]) -> str:
    """Markdown: a row for each threshold; above it, what needs none. Talkers by how they are told."""
    lines = [f"{s.group}: {len(s.neutral)} people, AUC {s.auc:.3f}, own smile higher {s.own:.3f}" for s in smiles]
    for name, persons in talkers.items():
        lines.append(f"talkers {name}: neutral {persons.neutral_share:.3f}, longest other {persons.longest_s:.2f} s")
    groups = [s.group for s in smiles]
    heads = ["happy from", "neutral taken for a smile", *(f"missed smiles, {group}" for group in groups)]
    heads += [f"missed against own face, {group}" for group in groups]
    heads += [f"false smiles a minute, {name}" for name in talkers]
    lines += ["", f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for threshold in THRESHOLDS:
        smiling = [*(s.smiling for s in smiles), *(s.against_own for s in smiles)]
        missed = [f"{(scores < threshold).sum()} of {len(scores)}" for scores in smiling]
        wrong = f"{(smiles[0].neutral >= threshold).sum()} of {len(smiles[0].neutral)}"
        rates = [f"{persons.smiles_a_minute(threshold):.1f}" for persons in talkers.values()]
        lines.append(f"| {' | '.join([f'{threshold:.1f}', wrong, *missed, *rates])} |")
    return "\n".join(lines)
