"""What each person showed with a film, in single figures, and who is unlike the panel."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from emoclassify.study.measures import FACING
from emoclassify.study.panel import Panel
from emoclassify.study.plan import Side
from emoclassify.study.statistics.arrays import Flags, Values, is_shown, runs_beyond, seen_sums
from emoclassify.study.statistics.synchrony import correlations_with_others
from emoclassify.study.stimulus import BIN_S
from emoclassify.study.study import Study

_END_S = 5.0
_FAR = 3.0  # times the distance between the quartiles beyond the upper one
_LEAST_PEOPLE = 8  # of fewer nobody can be called unlike the others
_AWAY = 0.5  # of the frames of a half second face the screen


@dataclass(frozen=True)
class PersonFinding:
    """One measure of one person with one film. Figures are None where nothing tells them.

    Attributes:
        respondent: who.
        stimulus: id of the film.
        measure: one of the plan's.
        coverage: share of the film that could be read, 0..1.
        mean: over the film.
        peak: the highest half second.
        peak_s: when, in film time.
        end: mean of the last five seconds.
        share: of the half seconds that were read, those above the plan's limit, 0..1.
        first_s: when the first of these is; None where there is none.
        aways_per_min: how often the face turned away from the screen; of the measure facing only.
        first_away_s: when it turned away for the first time; None where it never did, and of other measures.
        correlation: with the mean of all others; None below 30 s in common.
        distance: root mean square of the distance from the mean of all others.
        is_outlier: whether the distance is "far out" among those of the panel: above its upper quartile by more than
            three times the distance between the quartiles (J. W. Tukey 1977, "Exploratory data analysis"). Never with
            fewer than eight people.
    """

    respondent: str
    stimulus: str
    measure: str
    coverage: float
    mean: float | None
    peak: float | None
    peak_s: float | None
    end: float | None
    share: float | None
    first_s: float | None
    aways_per_min: float | None
    first_away_s: float | None
    correlation: float | None
    distance: float | None
    is_outlier: bool


def people_of(study: Study) -> Iterator[PersonFinding]:
    """Each person of each film and measure."""
    for stimulus in study.stimuli:
        for measure in study.plan.measures:
            panel = study.panel(Side(stimulus.id), measure)
            yield from _of_panel(panel, study.values(panel), study.plan.share_above)


def _of_panel(panel: Panel, values: Values, limit: float) -> Iterator[PersonFinding]:
    distances = _distances(values)
    is_far = _is_far(distances)
    correlations = correlations_with_others(values) if len(values) else np.zeros(0)
    for i, name in enumerate(panel.respondents):
        yield _person(panel, name, values[i], limit, float(correlations[i]), float(distances[i]), bool(is_far[i]))


def _person(
    panel: Panel, name: str, row: Values, limit: float, correlation: float, distance: float, is_far: bool
) -> PersonFinding:
    is_seen, is_above = ~np.isnan(row), row > limit
    is_any = bool(is_seen.any())
    end = row[-int(_END_S / BIN_S) :]
    aways = runs_beyond(1 - row, 1 - _AWAY) if panel.measure == FACING else []
    return PersonFinding(
        name,
        panel.stimulus.id,
        panel.measure,
        float(is_seen.mean()),
        float(np.nanmean(row)) if is_any else None,
        float(np.nanmax(row)) if is_any else None,
        float(np.nanargmax(row) * BIN_S) if is_any else None,
        float(np.nanmean(end)) if not np.isnan(end).all() else None,
        float(is_above.sum() / is_seen.sum()) if is_any else None,
        float(np.argmax(is_above) * BIN_S) if is_above.any() else None,
        len(aways) / (float(is_seen.sum()) * BIN_S / 60) if panel.measure == FACING and is_any else None,
        aways[0][0] * BIN_S if aways else None,
        _number(correlation),
        _number(distance),
        is_far,
    )


def _distances(values: Values) -> Values:
    """Of each person from the mean of all others, float64 (n,); NaN where they have nothing in common."""
    n_seen, sums, _ = seen_sums(values)
    is_seen = ~np.isnan(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        others = (sums - np.where(is_seen, values, 0.0)) / (n_seen - is_seen)
        is_common = is_seen & (n_seen > is_seen) & is_shown(values)
        squares = np.where(is_common, (values - others) ** 2, 0.0).sum(axis=1)
        return np.asarray(np.sqrt(squares / is_common.sum(axis=1)))


def _is_far(distances: Values) -> Flags:
    comparable = distances[~np.isnan(distances)]
    if len(comparable) < _LEAST_PEOPLE:
        return np.zeros(len(distances), dtype=np.bool_)
    low, high = np.quantile(comparable, [0.25, 0.75])
    return np.asarray(distances > high + _FAR * (high - low))


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value
