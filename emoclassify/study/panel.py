"""The people who saw one film, on its clock: a row for each, a column for each half second."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from emoclassify.study.statistics.arrays import Values
from emoclassify.study.stimulus import Stimulus
from emoclassify.study.viewing import Viewing


@dataclass(frozen=True)
class Panel:
    """One measure of everybody who saw a film.

    Attributes:
        stimulus: the film.
        measure: one of `measures.MEASURES`.
        respondents: in the order of the rows, each once.
        values: float64 (n, t); NaN in gaps.
        baselines: of each respondent before the film, float64 (n,); NaN where there is none.
    """

    stimulus: Stimulus
    measure: str
    respondents: tuple[str, ...]
    values: Values
    baselines: Values

    @classmethod
    def of(cls, stimulus: Stimulus, viewings: Iterable[Viewing], measure: str) -> "Panel":
        """The panel of the usable viewings of the film; several of one person are averaged first, so that each counts
        once."""
        rows: dict[str, list[Viewing]] = {}
        for viewing in viewings:
            if viewing.stimulus == stimulus.id and viewing.is_usable:
                rows.setdefault(viewing.respondent, []).append(viewing)
        names = tuple(sorted(rows))
        values = [_mean([one.on_film(measure, stimulus) for one in rows[name]]) for name in names]
        baselines = [float(_mean([np.array([one.baseline(measure)]) for one in rows[name]])[0]) for name in names]
        shape = (len(names), stimulus.n_bins)
        return cls(stimulus, measure, names, np.array(values).reshape(shape), np.array(baselines, dtype=np.float64))

    @cached_property
    def above_baseline(self) -> Values:
        """The values above each person's own baseline; rows of NaN of those who have none."""
        return np.asarray(self.values - self.baselines[:, None])

    def with_respondents(self, names: Iterable[str]) -> "Panel":
        """The same panel of these people alone, in this order: a group, or those who saw another film too.

        Raises:
            KeyError: one of them is not in the panel.
        """
        row_of = {name: row for row, name in enumerate(self.respondents)}
        order = tuple(names)
        rows = [row_of[name] for name in order]
        return Panel(self.stimulus, self.measure, order, self.values[rows], self.baselines[rows])

    def without(self, other: "Panel") -> "Panel":
        """Each person's values minus their own of another film of the same length; only those who saw both.

        The usual level of a person is in both films, so that nothing is left of it: the baselines are 0.
        """
        names = [name for name in self.respondents if name in set(other.respondents)]
        one, base = self.with_respondents(names), other.with_respondents(names)
        values = one.values - base.values
        return Panel(self.stimulus, self.measure, one.respondents, values, np.zeros(len(names)))


def _mean(rows: list[Values]) -> Values:
    """The mean over rows, NaN where all are."""
    stacked = np.stack(rows)
    n_read = (~np.isnan(stacked)).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.nansum(stacked, axis=0) / n_read)
