"""What people answered, beside what they showed."""

from dataclasses import dataclass

import numpy as np

from emoclassify.study.statistics.arrays import N_DRAWS, Values

_LEAST_PEOPLE = 5


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's correlation with its 95 percent interval over people drawn anew, and how many people it rests on."""

    rho: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class PromoterScore:
    """The share of 9 and 10 minus that of 0 to 6 on a scale of 0 to 10, -1..1, with its 95 percent interval."""

    score: float
    low: float
    high: float
    n: int


def rank_correlation(
    figures: Values, answers: Values, rng: np.random.Generator, n_draws: int = N_DRAWS
) -> RankCorrelation | None:
    """How a figure of each person goes with an answer; None of fewer than five people, or where one never changes.

    Args:
        figures: float64 (n,); NaN where there is none.
        answers: float64 (n,); NaN where there is none.
        rng: draws the people.
        n_draws: how often.
    """
    is_whole = ~np.isnan(figures + answers)
    pairs = np.column_stack([figures[is_whole], answers[is_whole]])
    if len(pairs) < _LEAST_PEOPLE or not np.ptp(pairs, axis=0).all():
        return None
    from scipy.stats import rankdata  # loading it takes a second

    picks = rng.integers(0, len(pairs), (n_draws, len(pairs)))
    ranks = rankdata(pairs[picks], axis=1)
    low, high = np.nanquantile(_correlations(ranks), [0.025, 0.975])
    return RankCorrelation(float(_correlations(rankdata(pairs, axis=0)[None])[0]), float(low), float(high), len(pairs))


def _correlations(ranks: Values) -> Values:
    """Pearson's r of the two columns of each draw, (draws, n, 2) -> (draws,); NaN where one never changes."""
    centred = ranks - ranks.mean(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(centred.prod(axis=2).sum(axis=1) / np.sqrt((centred**2).sum(axis=1).prod(axis=1)))


def promoter_score(answers: Values, rng: np.random.Generator, n_draws: int = N_DRAWS) -> PromoterScore | None:
    """The net promoter score of answers from 0 to 10, float64 (n,), NaN where there is none; None without any."""
    scale_points = answers[~np.isnan(answers)]
    if not len(scale_points):
        return None
    votes = (scale_points >= 9).astype(np.float64) - (scale_points <= 6)
    low, high = np.quantile(votes[rng.integers(0, len(votes), (n_draws, len(votes)))].mean(axis=1), [0.025, 0.975])
    return PromoterScore(float(votes.mean()), float(low), float(high), len(votes))
