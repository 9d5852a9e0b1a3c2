"""A person's own face at rest, and readings told against it.

Faces at rest differ: one looks a little sad, another never nears joy in the eyes of a network that learned from others.
Where a recording shows a person at rest, each later reading is compared with that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from emoclassify.faces.reading import FaceReading
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.timeline import Span

LEAST_READINGS = 5
"""Fewer good readings than this, a second at the usual pace, tell no face at rest."""

MOST_LOG_ODDS = 2.0
"""No emotion is moved farther, either way: a factor of seven in its odds. Set by judgement, so that a stretch that is
not neutral cannot turn everything; what the whole does to smiles is measured by `python -m video sensitivity`."""

_NEUTRAL = EMOTIONS.index("neutral")
_LOG_ODDS_AT_REST = -3.8
"""Of each emotion against neutral on the face that every person's face at rest is brought to: neutral 0.88."""

_LEAST_SCORE = 1e-6


@dataclass(frozen=True, slots=True)
class Baseline:
    """One person's face at rest."""

    person: int
    n_readings: int
    """How many good readings it is taken from."""
    is_neutral: bool
    """Whether neutral leads in their mean; where it does not, the stretch was hardly one at rest."""
    log_odds: Scores
    """float32 (7,): what is subtracted from the logarithm of each score; 0 for neutral, none beyond MOST_LOG_ODDS."""


def baselines_of(readings: Sequence[FaceReading], span: Span) -> tuple[Baseline, ...]:
    """The face at rest of each person with at least LEAST_READINGS good readings in a stretch, by person."""
    inside = [reading for reading in readings if reading.quality_ok and span.start_s <= reading.time_s < span.end_s]
    scores_by_person: dict[int, list[Scores]] = {}
    for reading in inside:
        scores_by_person.setdefault(reading.person, []).append(reading.scores)
    return tuple(
        baseline_of(person, np.stack(rows))
        for person, rows in sorted(scores_by_person.items())
        if len(rows) >= LEAST_READINGS
    )


def baseline_of(person: int, scores: Scores) -> Baseline:
    """A person's face at rest, of good readings float32 (n, 7), n at least 1: the median of each emotion's log-odds."""
    logs = np.log(np.maximum(scores, _LEAST_SCORE))
    log_odds = np.median(logs - logs[:, [_NEUTRAL]], axis=0) - _LOG_ODDS_AT_REST
    log_odds[_NEUTRAL] = 0.0
    limited = np.clip(log_odds, -MOST_LOG_ODDS, MOST_LOG_ODDS).astype(np.float32)
    is_neutral = int(scores.mean(axis=0).argmax()) == _NEUTRAL
    return Baseline(person, len(scores), is_neutral, limited)


def against(scores: Scores, baseline: Baseline) -> Scores:
    """Scores of the person's face, float32 (7,) or (n, 7), told against the face at rest; they still sum to 1."""
    odds = scores * np.exp(-baseline.log_odds)
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True), dtype=np.float32)


def all_against(readings: Iterable[FaceReading], baselines: Iterable[Baseline]) -> tuple[FaceReading, ...]:
    """The readings, each told against its person's face at rest; those of a person without one stay as they are."""
    by_person = {baseline.person: baseline for baseline in baselines}
    return tuple(
        replace(reading, scores=against(reading.scores, by_person[reading.person]))
        if reading.person in by_person
        else reading
        for reading in readings
    )
