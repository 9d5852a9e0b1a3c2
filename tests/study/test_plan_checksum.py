"""The checksum of a plan: a plan that was locked under an older version still has the same one."""

from dataclasses import replace

import pytest

from emoclassify.study.plan import Comparison, Outcome, PanelRule, Plan, Side
from emoclassify.study.stimulus import Scene, Stimulus
from emoclassify.study.study import Study

OF_DEFAULTS = "6a23e314312c435f01dbac4cdae0f35e6fefa75c6f376c4098c6430cb16cf528"
"""What the version that had the first studies gave for a plan without any decision."""


def test_a_plan_keeps_the_checksum_under_which_it_was_locked() -> None:
    assert Plan().sha256 == OF_DEFAULTS


def test_every_decision_changes_the_checksum() -> None:
    films = Comparison(Side("A"), Side("B"))
    plans = [
        Plan(),
        Plan(measures=("happy",)),
        Plan(comparisons=(films,)),
        Plan(share_above=0.4),
        Plan(min_coverage=0.5),
        Plan(alpha=0.01),
        Plan(seed=1),
        Plan(outcomes=(Outcome("liking"),)),
        Plan(episodes=(PanelRule("happy", 0.4, 2.0),)),
    ]
    assert len({plan.sha256 for plan in plans}) == len(plans)


JOKE = Scene("joke", 10.0, 13.0)


def study(*scenes: Scene) -> Study:
    return Study("Ad", Plan(), (Stimulus("A", 30.0, scenes=scenes),), ())


def test_a_study_without_scenes_keeps_the_checksum_of_the_version_before_scenes_counted() -> None:
    assert study().plan_sha256 == OF_DEFAULTS


@pytest.mark.parametrize(
    "scenes", [(), (replace(JOKE, end_s=14.0),), (replace(JOKE, id="end"),), (JOKE, Scene("end", 20.0, 25.0))]
)
def test_scenes_are_part_of_what_was_decided(scenes: tuple[Scene, ...]) -> None:
    assert study(*scenes).plan_sha256 != study(JOKE).plan_sha256


def test_names_and_the_order_of_scenes_decide_nothing() -> None:
    end = Scene("end", 20.0, 25.0)
    assert study(replace(JOKE, name="The joke"), end).plan_sha256 == study(end, JOKE).plan_sha256
