"""What was decided before anybody looked at a figure."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace

from emoclassify.study.measures import MEASURES

BEFORE, NO_BASELINE = "before", "none"
BASELINES = (NO_BASELINE, BEFORE)
"""before: each person's own median over the 10 s before the film is subtracted, where it is known."""

SCALE, NPS, CSAT, YES_NO = "scale", "nps", "csat", "yes_no"
OUTCOME_KINDS = (SCALE, NPS, CSAT, YES_NO)
"""scale: any numbers, such as liking; nps: 0 to 10, whether somebody would recommend it; csat: 1 to 5, how satisfied
somebody is; yes_no: 0 or 1, such as churn."""


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
    """Two sides; figures are of the second minus the first.

    Attributes:
        first: one side.
        second: the other one.
        base: id of a film that the people of both sides saw too, and whose values are taken away from their own: do the
            two groups differ in how the films differ? Empty where nothing is taken away.
    """

    first: Side
    second: Side
    base: str = ""

    @property
    def labels(self) -> tuple[str, str]:
        """Both sides for people."""
        return self._label(self.first), self._label(self.second)

    def _label(self, side: Side) -> str:
        return replace(side, stimulus=f"{side.stimulus} - {self.base}").label if self.base else side.label


@dataclass(frozen=True)
class Outcome:
    """What people answered or did, a column of the participants' table.

    Attributes:
        column: its name.
        kind: one of OUTCOME_KINDS.
        film: id of the film that the answer is about; empty for all.

    Raises:
        ValueError: there is no such kind.
    """

    column: str
    kind: str = SCALE
    film: str = ""

    def __post_init__(self) -> None:
        if self.kind not in OUTCOME_KINDS:
            raise ValueError(f"outcome {self.column}: {self.kind}; there are {', '.join(OUTCOME_KINDS)}")


@dataclass(frozen=True)
class PanelRule:
    """When a film has an episode: much of the panel shows a measure for some time.

    Attributes:
        measure: one of the plan's.
        share: of the panel that shows it, 0..1.
        for_s: how long at least, seconds.
        down: the share to which it may fall before the episode ends, 0..1; None: to the same.

    Raises:
        ValueError: the share is none, the time is not above 0, or `down` lies above the share.
    """

    measure: str
    share: float
    for_s: float
    down: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1 or not self.for_s > 0:
            raise ValueError(f"episode of {self.measure}: a share from 0 to 1 and a time above 0, not {self}")
        if not 0 <= self.ends_at <= self.share:
            raise ValueError(f"episode of {self.measure}: it ends (down) at or below the share at which it begins")

    @property
    def ends_at(self) -> float:
        """The share to which the panel may fall before the episode ends, 0..1."""
        return self.share if self.down is None else self.down


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
        outcomes: held against what people showed.
        episodes: the rules by which the film has some.

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
    outcomes: tuple[Outcome, ...] = ()
    episodes: tuple[PanelRule, ...] = ()

    def __post_init__(self) -> None:
        unknown = [name for name in self.measures if name not in MEASURES]
        if unknown or not self.measures:
            raise ValueError(f"measures: {', '.join(unknown) or 'none'}; there are {', '.join(MEASURES)}")
        for rule in self.episodes:
            if rule.measure not in self.measures:
                raise ValueError(f"episode of {rule.measure}: the plan measures {', '.join(self.measures)}")
        if self.baseline not in BASELINES:
            raise ValueError(f"baseline: {self.baseline}; there are {', '.join(BASELINES)}")
        for name, value in (("share_above", self.share_above), ("min_coverage", self.min_coverage)):
            if not 0 <= value <= 1:
                raise ValueError(f"{name}: {value}; it is a share from 0 to 1")
        if not 0 < self.alpha < 1:
            raise ValueError(f"alpha: {self.alpha}; it is a share between 0 and 1")

    @property
    def sha256(self) -> str:
        """Of all decisions here; `Study.plan_sha256` covers the scenes too."""
        decisions = asdict(self)
        # Under the name that the rules had first: a plan that is locked keeps its checksum.
        decisions["alerts"] = decisions.pop("episodes")
        for rule in decisions["alerts"]:
            if rule["down"] is None:  # a rule that says none is the rule that it was before it could
                del rule["down"]
        return hashlib.sha256(json.dumps(decisions, sort_keys=True).encode()).hexdigest()
