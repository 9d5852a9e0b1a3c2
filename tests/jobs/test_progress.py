"""How far a job is as a whole."""

import pytest

from emoclassify.jobs.progress import JobProgress
from emoclassify.settings import Options
from emoclassify.stages import STAGES

WEIGHTS = {stage.name: stage.weight for stage in STAGES}


@pytest.mark.parametrize(
    "stages",
    [("faces", "outputs", "preview"), ("search", "expressions", "outputs", "preview")],
    ids=["read while searched", "read last"],
)
def test_the_fraction_grows_evenly_with_the_weight_of_what_is_done(stages: tuple[str, ...]) -> None:
    tracker = JobProgress(Options(), now_s=lambda: 0.0)
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
    tracker = JobProgress(Options(double_check=True), now_s=lambda: 0.0)
    fractions = []
    for stage, done_s in (("voice", 50.0), ("faces", 10.0), ("voice", 60.0), ("what is not known", 1.0)):
        tracker.tell(stage, done_s, 100.0)
        fractions.append(tracker.now.fraction)
    assert fractions == sorted(fractions)


def test_a_stage_without_seconds_to_count_tells_how_long_it_runs() -> None:
    now_s = 0.0
    tracker = JobProgress(Options(double_check=True), now_s=lambda: now_s)
    for stage in ("start", "voice", "outputs"):
        tracker.tell(stage, 0.0, None)
        for seconds in (0.0, 1.0, 2.0):
            assert (tracker.now.stage, tracker.now.done) == (stage, seconds)
            now_s += 1.0
    assert tracker.now.elapsed_s == 9.0


def test_sound_alone_is_all_that_there_is_to_read() -> None:
    tracker = JobProgress(Options(), now_s=lambda: 0.0)
    tracker.tell("voice", 0.0, None)
    assert tracker.now.fraction < 0.3
    tracker.tell("voice", 100.0, 100.0)
    assert 0.5 < tracker.now.fraction < 1.0


def test_what_the_recording_lacks_is_not_waited_for() -> None:
    tracker = JobProgress(Options(double_check=True, annotate=True), now_s=lambda: 0.0)
    tracker.tell("faces", 100.0, 100.0)
    waits_for_voice = tracker.now.fraction
    tracker.tell("outputs", 0.0, None)  # it has no sound
    assert tracker.now.fraction > waits_for_voice
    tracker.tell("preview", 0.0, 1.0)  # no picture is drawn into
    left = WEIGHTS["preview"] / sum(WEIGHTS[name] for name in ("start", "faces", "outputs", "preview"))
    assert tracker.now.fraction == pytest.approx(1.0 - left, abs=1e-4)
