"""Episodes of a film, by the rules of the plan: much of the panel shows a measure for some time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from emoclassify.study.plan import PanelRule
from emoclassify.study.statistics.arrays import Values, runs_beyond
from emoclassify.study.stimulus import BIN_S

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Episode:
    """A stretch of a film that begins where the share of the panel is above the rule's, and ends where the rule says.

    Attributes:
        stimulus: id of the film.
        rule: by which it is one.
        start_s: film time.
        end_s: film time.
        highest: the largest share in it, 0..1.
    """

    stimulus: str
    rule: PanelRule
    start_s: float
    end_s: float
    highest: float


def _runs(share: Values, rule: PanelRule) -> Iterator[tuple[int, int]]:
    """The runs of bins, as (first, stop), that begin above the share of the rule and end where it says."""
    for first, stop in runs_beyond(share, rule.ends_at):
        above = np.flatnonzero(share[first:stop] > rule.share)
        if len(above):
            yield first + int(above[0]), stop


def episodes_of(rules: Iterable[PanelRule], shares: Mapping[tuple[str, str], Values]) -> Iterator[Episode]:
    """The episodes of each rule in each film.

    Args:
        rules: of the plan.
        shares: film and measure -> share of the panel that shows it in each half second, float64 (t,), NaN where few
            are seen, which ends an episode.
    """
    for rule in rules:
        for (stimulus, measure), share in shares.items():
            if measure != rule.measure:
                continue
            for first, stop in _runs(share, rule):
                if (stop - first) * BIN_S >= rule.for_s - _ROUNDING:
                    highest = float(np.max(share[first:stop]))
                    yield Episode(stimulus, rule, first * BIN_S, stop * BIN_S, highest)
