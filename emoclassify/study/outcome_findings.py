"""What people answered or did, by itself and against what they showed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from emoclassify.study.people import PersonFinding
from emoclassify.study.plan import CSAT, NPS, YES_NO, Outcome
from emoclassify.study.statistics.arrays import N_DRAWS, Values
from emoclassify.study.statistics.logistic import Odds, odds_of
from emoclassify.study.statistics.outcomes import RankCorrelation, promoter_score, rank_correlation
from emoclassify.study.statistics.shares import share_of
from emoclassify.study.study import Study

FIGURES = ("mean", "peak", "end", "share")
"""Of each person, that outcomes are held against."""

_SATISFIED = 4  # of 5: what a satisfied customer answers at least


@dataclass(frozen=True)
class OutcomeLevel:
    """An outcome of everybody who counts.

    Attributes:
        outcome: which.
        n: people who have it.
        value: scale: the mean; nps: the score, -1..1; csat: the share of 4 and 5; yes_no: the share of yes.
        low: the lower end of its 95 percent interval.
        high: its upper end.
    """

    outcome: Outcome
    n: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class OutcomeLink:
    """An outcome against one figure of the people.

    Attributes:
        outcome: which.
        stimulus: id of the film.
        measure: one of the plan's.
        figure: one of FIGURES.
        correlation: by ranks; None of too few, or where one never changes.
        odds: of yes, for yes_no alone; None of too few.
    """

    outcome: Outcome
    stimulus: str
    measure: str
    figure: str
    correlation: RankCorrelation | None
    odds: Odds | None


def levels_of(study: Study) -> Iterator[OutcomeLevel]:
    """Each outcome of the people who count, in the order of the plan; without those that nobody has."""
    for i, outcome in enumerate(study.plan.outcomes):
        names = {
            viewing.respondent
            for viewing in study.judged
            if viewing.is_usable and outcome.film in ("", viewing.stimulus)
        }
        answers = study.outcome(outcome.column, sorted(names))
        answers = answers[~np.isnan(answers)]
        if len(answers):
            yield OutcomeLevel(outcome, len(answers), *_level(outcome.kind, answers, study.rng(3, i)))


def _level(kind: str, answers: Values, rng: np.random.Generator) -> tuple[float, float, float]:
    if kind == NPS:
        score = promoter_score(answers, rng)
        assert score is not None
        return score.score, score.low, score.high
    if kind in (CSAT, YES_NO):
        share = share_of(answers >= _SATISFIED if kind == CSAT else answers > 0)
        return share.share, share.low, share.high
    means = answers[rng.integers(0, len(answers), (N_DRAWS, len(answers)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(answers.mean()), float(low), float(high)


def links_of(study: Study, people: Iterable[PersonFinding]) -> Iterator[OutcomeLink]:
    """Each outcome against each figure of each film and measure."""
    panels = dict[tuple[str, str], list[PersonFinding]]()
    for person in people:
        panels.setdefault((person.stimulus, person.measure), []).append(person)
    for i, outcome in enumerate(study.plan.outcomes):
        for k, ((stimulus, measure), panel) in enumerate(panels.items()):
            if outcome.film not in ("", stimulus):
                continue
            answers = study.outcome(outcome.column, [person.respondent for person in panel])
            for j, figure in enumerate(FIGURES):
                figures = np.array([_number(getattr(person, figure)) for person in panel])
                correlation = rank_correlation(figures, answers, study.rng(4, i, k, j))
                odds = _odds(figures, answers) if outcome.kind == YES_NO else None
                yield OutcomeLink(outcome, stimulus, measure, figure, correlation, odds)


def _odds(figures: Values, answers: Values) -> Odds | None:
    is_whole = ~np.isnan(figures + answers)
    return odds_of(figures[is_whole], answers[is_whole] > 0)


def _number(value: float | None) -> float:
    return np.nan if value is None else value
