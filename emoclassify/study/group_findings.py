"""The curves of groups of a film's people, to look at: by any column of the participants' table, and by what people
answered. Nothing is tested here; a comparison of groups that the plan names is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from emoclassify.study.panel import Panel
from emoclassify.study.plan import CSAT, NPS, SCALE, YES_NO, Outcome, Side
from emoclassify.study.share_curves import ShareCurve, share_curve
from emoclassify.study.statistics.arrays import Flags, Values
from emoclassify.study.statistics.bands import Band
from emoclassify.study.study import Study

LEAST_PEOPLE = 5
"""A smaller group is not told: its curve would be that of persons."""

_MOST_GROUPS = 6  # a column with more values is no group but a number or a name

PROMOTERS, PASSIVES, DETRACTORS = "promoters", "passives", "detractors"
SATISFIED, UNSATISFIED, YES, NO, HIGH, LOW = "satisfied", "unsatisfied", "yes", "no", "high", "low"
"""Groups of people by an answer; high and low: above the median of a scale, and up to it."""


@dataclass(frozen=True)
class GroupFindings:
    """One measure of a group of those who saw a film.

    Attributes:
        stimulus: id of the film.
        measure: one of the plan's.
        column: of the participants' table.
        value: in that column; of an outcome one of PROMOTERS to LOW.
        is_answer: whether the column is an outcome of the plan.
        n: people.
        band: their mean curve with its band.
        shares: of the group that shows the measure.
    """

    stimulus: str
    measure: str
    column: str
    value: str
    is_answer: bool
    n: int
    band: Band
    shares: ShareCurve


def groups_of(study: Study) -> Iterator[GroupFindings]:
    """Each group of each column with two groups of at least LEAST_PEOPLE people, of each film and measure."""
    columns = dict.fromkeys(column for cells in study.participants.values() for column in cells)
    for i, stimulus in enumerate(study.stimuli):
        for k, measure in enumerate(study.plan.measures):
            panel = study.panel(Side(stimulus.id), measure)
            for j, column in enumerate(columns):
                yield from _groups(study, panel, column, (6, i, k, j))


def _groups(study: Study, panel: Panel, column: str, place: tuple[int, ...]) -> Iterator[GroupFindings]:
    outcome = next((one for one in study.plan.outcomes if one.column == column), None)
    if outcome is not None and outcome.film not in ("", panel.stimulus.id):
        return
    names_of = _by_answer(study, panel, outcome) if outcome else _by_cell(study, panel, column)
    large = {value: names for value, names in names_of.items() if len(names) >= LEAST_PEOPLE}
    if len(large) < 2 or len(names_of) > _MOST_GROUPS:
        return
    for i, (value, names) in enumerate(large.items()):
        values = study.values(panel.with_respondents(names))
        band = study.band(panel.measure, values, study.rng(*place, i))
        shares = share_curve(values, study.plan.share_above)
        stimulus, n = panel.stimulus.id, len(names)
        yield GroupFindings(stimulus, panel.measure, column, value, outcome is not None, n, band, shares)


def _by_cell(study: Study, panel: Panel, column: str) -> dict[str, list[str]]:
    """Value of a column -> the people who have it, in the order of the values; an empty cell is none."""
    cells = {name: study.participants.get(name, {}).get(column, "") for name in panel.respondents}
    return {value: [name for name in cells if cells[name] == value] for value in sorted({*cells.values()} - {""})}


def _by_answer(study: Study, panel: Panel, outcome: Outcome) -> dict[str, list[str]]:
    """Kind of answer -> the people who gave it."""
    answers = study.outcome(outcome.column, panel.respondents)
    names_of: dict[str, list[str]] = {}
    for value, is_in in _KINDS[outcome.kind](answers).items():
        names_of[value] = [name for name, is_own in zip(panel.respondents, is_in, strict=True) if is_own]
    return {value: names for value, names in names_of.items() if names}


def _of_nps(answers: Values) -> dict[str, Flags]:
    return {PROMOTERS: answers >= 9, PASSIVES: (answers >= 7) & (answers < 9), DETRACTORS: answers < 7}


def _of_csat(answers: Values) -> dict[str, Flags]:
    return {SATISFIED: answers >= 4, UNSATISFIED: answers < 4}


def _of_yes_no(answers: Values) -> dict[str, Flags]:
    return {YES: answers > 0, NO: answers == 0}


def _of_scale(answers: Values) -> dict[str, Flags]:
    middle = np.nanmedian(answers) if not np.isnan(answers).all() else np.nan
    return {HIGH: answers > middle, LOW: answers <= middle}


_KINDS: Mapping[str, Callable[[Values], dict[str, Flags]]] = {
    NPS: _of_nps,
    CSAT: _of_csat,
    YES_NO: _of_yes_no,
    SCALE: _of_scale,
}
"""Kind of an outcome -> how its answers, float64 (n,), are grouped: bool (n,) of each group."""
