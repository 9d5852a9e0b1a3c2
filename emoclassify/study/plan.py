"""What was decided before anybody looked at a figure."""

import hashlib
import json
from dataclasses import asdict, dataclass

from emoclassify.study.measures import MEASURES

BEFORE, NO_BASELINE = "before", "none"
BASELINES = (NO_BASELINE, BEFORE)
"""before: each person's own median over the 10 s before the film is subtracted, where it is known."""


@dataclass(frozen=True)
class Side:
    """One side of a comparison: everybody who saw a film, or those of a group.

    Attributes:
        stimulus: id of the film.
        column: of the participants' table; empty for everybody.
        value: in that column, of those who belong to the group.
    """

    stimulus: str
    column: str = ""
    value: str = ""

    @property
    def label(self) -> str:
        """For people: the film, and the group where there is one."""
        return f"{self.stimulus}, {self.column} {self.value}" if self.column else self.stimulus


@dataclass(frozen=True)
class Comparison:
    """Two sides; figures are of the second minus the first."""

    first: Side
    second: Side


@dataclass(frozen=True)
class Plan:
    """The decisions of a study.

    Attributes:
        measures: of `measures.MEASURES`, at least one.
        comparisons: asked beforehand; every other one is exploration.
        share_above: a half second above it counts as showing the measure, 0..1.
        min_coverage: a viewing with a smaller share of the film's half seconds read is left out, 0..1.
        baseline: one of BASELINES.
        alpha: of all tests, 0..1.
        seed: of all draws.

    Raises:
        ValueError: a value is none of those allowed; the text names it.
    """

    measures: tuple[str, ...] = ("happy", "valence")
    comparisons: tuple[Comparison, ...] = ()
    share_above: float = 0.5
    min_coverage: float = 0.6
    baseline: str = NO_BASELINE
    alpha: float = 0.05
    seed: int = 2026

    def __post_init__(self) -> None:
        unknown = [name for name in self.measures if name not in MEASURES]
        if unknown or not self.measures:
            raise ValueError(f"measures: {', '.join(unknown) or 'none'}; there are {', '.join(MEASURES)}")
        if self.baseline not in BASELINES:
            raise ValueError(f"baseline: {self.baseline}; there are {', '.join(BASELINES)}")
        for name, value in (("share_above", self.share_above), ("min_coverage", self.min_coverage)):
            if not 0 <= value <= 1:
                raise ValueError(f"{name}: {value}; it is a share from 0 to 1")
        if not 0 < self.alpha < 1:
            raise ValueError(f"alpha: {self.alpha}; it is a share between 0 and 1")

    @property
    def sha256(self) -> str:
        """Of all decisions, so that a report can be held against the plan."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()
