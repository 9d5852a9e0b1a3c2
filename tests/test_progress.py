"""How far a job is as a whole."""

import pytest

from emoclassify.jobs.progress import WEIGHTS, Tracker
from emoclassify.settings import Options


@pytest.mark.parametrize(
    "stages",
    [("faces", "outputs", "preview"), ("search", "expressions", "outputs", "preview")],
    ids=["read while searched", "read last"],
)
def test_the_fraction_grows_evenly_with_the_weight_of_what_is_done(stages: tuple[str, ...]) -> None:
    tracker = Tracker(Options(), now_s=lambda: 0.0)
    told = []
    for stage in stages:
        for done_s in (0.0, 50.0, 100.0):
            tracker.tell(stage, done_s, 100.0)
            told.append(tracker.now.fraction)
    assert told == sorted(told)
    assert told[-1] == 1.0
    total = WEIGHTS["start"] + sum(WEIGHTS[stage] for stage in stages)
    assert told[1] == pytest.approx((WEIGHTS["start"] + WEIGHTS[stages[0]] / 2) / total, abs=1e-4)


def test_the_fraction_never_falls() -> None:
    tracker = Tracker(Options(double_check=True), now_s=lambda: 0.0)
    fractions = []
    for stage, done_s in (("voice", 50.0), ("faces", 10.0), ("voice", 60.0), ("what is not known", 1.0)):
        tracker.tell(stage, done_s, 100.0)
        fractions.append(tracker.now.fraction)
    assert fractions == sorted(fractions)
