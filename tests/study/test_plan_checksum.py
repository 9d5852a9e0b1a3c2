"""The checksum of a plan: a plan that was locked under an older version still has the same one."""

from emoclassify.study.plan import Comparison, Outcome, PanelRule, Plan, Side

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
