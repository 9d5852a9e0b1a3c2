"""A study: films, the people who saw them, what they showed, and what was decided beforehand."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from emoclassify.study.measures import range_of
from emoclassify.study.panel import Panel
from emoclassify.study.plan import BEFORE, Comparison, Plan, Side
from emoclassify.study.reasons import LITTLE_COVERAGE
from emoclassify.study.statistics.arrays import Values
from emoclassify.study.statistics.bands import Band, mean_band, within
from emoclassify.study.stimulus import Stimulus
from emoclassify.study.viewing import Viewing


@dataclass(frozen=True)
class Study:
    """A study with its viewings.

    Attributes:
        title: for people.
        plan: what was decided beforehand.
        stimuli: the films, in the order told.
        viewings: all of them; those left out have their reason.
        participants: respondent -> column -> cell, all texts.
        are_scenes_late: whether scenes were changed after somebody had looked at results: what is found in them is
            exploration then.

    Raises:
        ValueError: two films have one id, or a comparison names a film that there is not.
    """

    title: str
    plan: Plan
    stimuli: tuple[Stimulus, ...]
    viewings: tuple[Viewing, ...]
    participants: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    are_scenes_late: bool = False

    def __post_init__(self) -> None:
        ids = [stimulus.id for stimulus in self.stimuli]
        if len(set(ids)) < len(ids):
            raise ValueError("two films have one id")
        for comparison in self.plan.comparisons:
            films = [comparison.first.stimulus, comparison.second.stimulus, *filter(None, [comparison.base])]
            for name in films:
                if name not in ids:
                    raise ValueError(f"a comparison names the film {name!r}; the plan has {', '.join(ids)}")
            if comparison.base and len({self.film(name).n_bins for name in films}) > 1:
                raise ValueError(f"a comparison takes {comparison.base!r} away from a film of another length")
        for outcome in self.plan.outcomes:
            if outcome.film and outcome.film not in ids:
                raise ValueError(f"an outcome names the film {outcome.film!r}; the plan has {', '.join(ids)}")

    @property
    def plan_sha256(self) -> str:
        """Of all decisions and of the scenes, so that a report can be held against the plan.

        Without scenes it is that of the decisions alone, as it was before scenes counted.
        """
        scenes = {film.id: sorted((one.id, one.start_s, one.end_s) for one in film.scenes) for film in self.stimuli}
        if not any(scenes.values()):
            return self.plan.sha256
        return hashlib.sha256(json.dumps([self.plan.sha256, scenes], sort_keys=True).encode()).hexdigest()

    @cached_property
    def judged(self) -> tuple[Viewing, ...]:
        """The viewings, those of which the plan wants more to be read left out with the reason."""
        return tuple(self._with_verdict(viewing) for viewing in self.viewings)

    def _with_verdict(self, viewing: Viewing) -> Viewing:
        is_little = viewing.is_usable and viewing.coverage(self.film(viewing.stimulus)) < self.plan.min_coverage
        return replace(viewing, reason=LITTLE_COVERAGE) if is_little else viewing

    def film(self, stimulus: str) -> Stimulus:
        """The film of that id. Raises KeyError."""
        return {one.id: one for one in self.stimuli}[stimulus]

    def panel(self, side: Side, measure: str) -> Panel:
        """Everybody usable of one side of a comparison."""
        panel = self._whole_panel(side.stimulus, measure)
        if not side.column:
            return panel
        return panel.with_respondents(
            name for name in panel.respondents if self.participants.get(name, {}).get(side.column) == side.value
        )

    def sides(self, comparison: Comparison, measure: str) -> tuple[Panel, Panel]:
        """Both sides of a comparison, without the film that is taken away where it names one."""
        first, second = (self.panel(side, measure) for side in (comparison.first, comparison.second))
        if not comparison.base:
            return first, second
        base = self._whole_panel(comparison.base, measure)
        return first.without(base), second.without(base)

    def _whole_panel(self, stimulus: str, measure: str) -> Panel:
        """Everybody usable who saw a film; made once."""
        key = (stimulus, measure)
        if key not in self._panels:
            self._panels[key] = Panel.of(self.film(stimulus), self.judged, measure)
        return self._panels[key]

    @cached_property
    def _panels(self) -> dict[tuple[str, str], Panel]:
        return {}

    def values(self, panel: Panel) -> Values:
        """The values that are compared: as read, or above each person's baseline where the plan says so."""
        return panel.above_baseline if self.plan.baseline == BEFORE else panel.values

    def band(self, measure: str, values: Values, rng: np.random.Generator) -> Band:
        """The mean curve of a measure with its band, from the `values` of people, float64 (n, t)."""
        least, most = range_of(measure)
        if self.plan.baseline == BEFORE:  # the values are differences of two
            least, most = least - most, most - least
        return within(mean_band(values, rng), least, most)

    def outcome(self, column: str, names: Sequence[str]) -> Values:
        """What these people answered or did, float64 (n,); NaN where nothing, or no number, is known of it."""
        cells = [self.participants.get(name, {}).get(column, "") for name in names]
        return np.array([_as_number(cell) for cell in cells], dtype=np.float64)

    def rng(self, *place: int) -> np.random.Generator:
        """Draws of its own for each place, all from the plan's seed."""
        return np.random.default_rng([self.plan.seed, *place])


def _as_number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return np.nan
