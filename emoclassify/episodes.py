"""Episodes: stretches of a recording in which a measure is high by a rule.

The rule is that of github.com/sgbstats/facereaderconverter (`hysteresis_state`), on the times of the readings instead
of on numbers of frames.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from emoclassify.emotions import EMOTIONS
from emoclassify.episode_rules import EpisodeRule
from emoclassify.groups import Groups
from emoclassify.labels import Scores, sum_of, valence
from emoclassify.timeline import Span, Times


@dataclass(frozen=True)
class Episode:
    """One stretch.

    Attributes:
        rule: by which it is one.
        person: whose face it is; None for a voice.
        role: whose voice it is; empty for a face, and where no roles were named.
        span: from the first reading to the end of the last.
        highest: the highest value in it.
    """

    rule: EpisodeRule
    person: int | None
    role: str
    span: Span
    highest: float


def measure_values(scores: Scores, measure: str, groups: Groups) -> Times:
    """A measure of a rule in each row of scores, float32 (n, 7) -> float64 (n,); NaN stays NaN."""
    if measure == "valence":
        return valence(scores).astype(np.float64)
    emotions = (measure,) if measure in EMOTIONS else groups[measure]
    return sum_of(scores, emotions).astype(np.float64)


def stretches_of(rule: EpisodeRule, times_s: Times, lengths_s: Times, values: Times) -> Iterator[tuple[Span, float]]:
    """The episodes of one curve, in order of time, each with its highest value.

    Args:
        rule: when they begin and end.
        times_s: of the readings, float64 (n,), increasing.
        lengths_s: how long each stands for, float64 (n,).
        values: of the measure, float64 (n,); NaN in gaps.
    """
    first: int | None = None
    last, last_value = 0, np.nan  # the last reading in the episode; the value before this one
    for i, value in enumerate(values):
        if np.isnan(value):
            if first is not None and times_s[i] + lengths_s[i] - _end_s(times_s, lengths_s, last) > rule.gap_s:
                yield from _if_long(rule, times_s, lengths_s, values, first, last)
                first = None
            last_value = np.nan
            continue
        step = value - last_value  # NaN after a gap, which compares as no change
        last_value = value
        if first is None:
            if value >= rule.up or (rule.change and step >= rule.change):
                first = last = i
        elif value <= rule.down or (rule.change and step <= -rule.change):
            yield from _if_long(rule, times_s, lengths_s, values, first, last)
            first = None
        else:
            last = i
    if first is not None:
        yield from _if_long(rule, times_s, lengths_s, values, first, last)


def _end_s(times_s: Times, lengths_s: Times, i: int) -> float:
    return float(times_s[i] + lengths_s[i])


def _if_long(
    rule: EpisodeRule, times_s: Times, lengths_s: Times, values: Times, first: int, last: int
) -> Iterator[tuple[Span, float]]:
    span = Span(float(times_s[first]), _end_s(times_s, lengths_s, last))
    if span.duration_s >= rule.for_s - 1e-9:
        yield span, float(np.nanmax(values[first : last + 1]))
