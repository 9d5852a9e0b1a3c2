"""Whether the answers would be others if something else had been decided: one small table."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from emoclassify.study.contrasts import SceneFinding, scene_findings
from emoclassify.study.plan import BASELINES, Comparison
from emoclassify.study.study import Study

SHARE_LIMITS = (0.3, 0.4, 0.5, 0.6, 0.7)
COVERAGES = (0.4, 0.6, 0.8)
"""What might have been decided instead."""


@dataclass(frozen=True)
class Variant:
    """A scene of a comparison under one other decision.

    Attributes:
        comparison: the two sides.
        measure: the plan's main one.
        decision: the name of the plan's field that is another.
        value: what it is.
        finding: the scene, without a correction.
    """

    comparison: Comparison
    measure: str
    decision: str
    value: str
    finding: SceneFinding


def variants_of(study: Study) -> Iterator[Variant]:
    """The main measure of each comparison under each other decision; share limits change the shares alone."""
    decisions: list[tuple[str, Any]] = [("share_above", value) for value in SHARE_LIMITS]
    decisions += [("min_coverage", value) for value in COVERAGES] + [("baseline", value) for value in BASELINES]
    measure = study.plan.measures[0]
    for name, value in decisions:
        if getattr(study.plan, name) == value:
            continue
        other = replace(study, plan=replace(study.plan, **{name: value}))
        for i, comparison in enumerate(study.plan.comparisons):
            for finding in scene_findings(other, comparison, measure, (5, i)):
                yield Variant(comparison, measure, name, str(value), finding)
