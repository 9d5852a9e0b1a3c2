"""Waves and days on one axis: what each wave of viewings showed on the mean, and how it differs from the one before.

A wave is a word in the table of viewings, or of people where it stands there; a day is a wave whose word is a date.
Nothing is planned here: the steps are found by looking, and corrected as such (Benjamini and Hochberg).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
from scipy.special import stdtrit

from emoclassify.study.contrasts import coverage_of, is_covered_alike, sides_of
from emoclassify.study.panel import Panel
from emoclassify.study.statistics.arrays import Values
from emoclassify.study.statistics.corrections import benjamini_hochberg
from emoclassify.study.statistics.scenes import Difference, independent_difference, paired_difference, scene_means
from emoclassify.study.study import Study
from emoclassify.study.viewing import Viewing

WAVE = "wave"
"""The column of the tables."""

LEAST_PEOPLE = 5
"""A wave of fewer is not told: its figures would be those of persons."""


@dataclass(frozen=True)
class WaveLevel:
    """One measure of those who saw a film in a wave.

    Attributes:
        stimulus: id of the film.
        measure: one of the plan's.
        wave: its word.
        n: people who have a mean.
        mean: of their means over the film.
        low: lower end of its 95 percent interval (Student's t).
        high: upper end.
    """

    stimulus: str
    measure: str
    wave: str
    n: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class WaveStep:
    """A wave against the one before it.

    Attributes:
        stimulus: id of the film.
        measure: one of the plan's.
        first: the wave before.
        second: the wave.
        is_paired: whether the same people are in both; else those in both are left out.
        difference: of the people's means over the film, second minus first; None of too few.
        is_covered_alike: whether as much could be read in both.
        p_adjusted: corrected for all steps of the study; None without a difference.
    """

    stimulus: str
    measure: str
    first: str
    second: str
    is_paired: bool
    difference: Difference | None
    is_covered_alike: bool
    p_adjusted: float | None = None


@dataclass(frozen=True)
class Waves:
    """All waves of a study.

    Attributes:
        order: the words, as they follow each other.
        days: place of each on the axis: days since the first where all are dates, else 0, 1, 2, ...
        are_days: whether all are dates.
        levels: each film, measure and wave with enough people.
        steps: each of them against the one before it, of the same film and measure.
    """

    order: tuple[str, ...] = ()
    days: tuple[int, ...] = ()
    are_days: bool = False
    levels: tuple[WaveLevel, ...] = ()
    steps: tuple[WaveStep, ...] = ()


def waves_of(study: Study) -> Waves:
    """The waves of a study; nothing where there are not two of enough people."""
    words = {wave for viewing in study.judged if viewing.is_usable and (wave := wave_of(study, viewing))}
    if len(words) < 2:
        return Waves()
    levels, steps = list[WaveLevel](), list[WaveStep]()
    order = _in_order(words)
    for i, stimulus in enumerate(study.stimuli):
        for k, measure in enumerate(study.plan.measures):
            panels = {wave: _panel(study, stimulus.id, measure, wave) for wave in order}
            large = {wave: panel for wave, panel in panels.items() if len(panel.respondents) >= LEAST_PEOPLE}
            own_levels = [level for wave, panel in large.items() if (level := _level(study, panel, wave)) is not None]
            levels += own_levels
            names = [level.wave for level in own_levels]
            for j, (first, second) in enumerate(pairwise(names)):
                sides = (first, large[first]), (second, large[second])
                steps.append(_step(study, *sides, study.rng(7, i, k, j)))
    if not steps:
        return Waves()
    shown_words = tuple(wave for wave in order if wave in {level.wave for level in levels})
    dates = _dates(shown_words)
    days = tuple((day - dates[0]).days for day in dates) if dates else tuple(range(len(shown_words)))
    return Waves(shown_words, days, bool(dates), tuple(levels), tuple(_corrected(steps)))


def wave_of(study: Study, viewing: Viewing) -> str:
    """The wave of a viewing: its own, else that of its person; empty where there is none."""
    return viewing.wave or study.participants.get(viewing.respondent, {}).get(WAVE, "")


def _in_order(words: set[str]) -> tuple[str, ...]:
    """Numbers within the words by their value: "wave 10" comes after "wave 9"."""

    def key(word: str) -> list[tuple[int, int, str]]:
        return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", word) if part]

    return tuple(sorted(words, key=key))


def _dates(words: tuple[str, ...]) -> tuple[date, ...]:
    """The words as dates, 2026-05-31; nothing where one is none."""
    try:
        return tuple(map(date.fromisoformat, words))
    except ValueError:
        return ()


def _panel(study: Study, stimulus: str, measure: str, wave: str) -> Panel:
    viewings = [viewing for viewing in study.judged if wave_of(study, viewing) == wave]
    return Panel.of(study.film(stimulus), viewings, measure)


def _level(study: Study, panel: Panel, wave: str) -> WaveLevel | None:
    """The mean over those people who have one; None of too few."""
    means = scene_means(study.values(panel))
    means = means[~np.isnan(means)]
    n = len(means)
    if n < LEAST_PEOPLE:
        return None
    mean, reach = mean_with_reach(means)
    return WaveLevel(panel.stimulus.id, panel.measure, wave, n, mean, mean - reach, mean + reach)


def mean_with_reach(means: Values) -> tuple[float, float]:
    """The mean of numbers, float64 (n,), at least two, and how far its 95 percent interval reaches either way."""
    n = len(means)
    return float(means.mean()), float(stdtrit(n - 1, 0.975) * means.std(ddof=1) / np.sqrt(n))


def _step(study: Study, first: tuple[str, Panel], second: tuple[str, Panel], rng: np.random.Generator) -> WaveStep:
    sides = sides_of(first[1], second[1])
    one, other = study.values(sides.first), study.values(sides.second)
    means = scene_means(one), scene_means(other)
    if sides.is_paired:
        difference = paired_difference(*means, rng)
    else:
        baselines = sides.first.baselines, sides.second.baselines
        difference = independent_difference(*means, None if np.isnan(baselines[0]).all() else baselines)
    alike = is_covered_alike((coverage_of(one), coverage_of(other)))
    stimulus, measure = first[1].stimulus.id, first[1].measure
    return WaveStep(stimulus, measure, first[0], second[0], sides.is_paired, difference, alike)


def _corrected(steps: list[WaveStep]) -> Iterator[WaveStep]:
    p_values = [step.difference.p for step in steps if step.difference]
    adjusted = iter(benjamini_hochberg(np.array(p_values)).tolist()) if p_values else iter(())
    for step in steps:
        yield replace(step, p_adjusted=next(adjusted)) if step.difference else step
