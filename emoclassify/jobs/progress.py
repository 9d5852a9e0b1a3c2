"""How far a job is as a whole, from what the analysis tells of its stages."""

import time
from collections.abc import Callable

from emoclassify.jobs.leases import Progress
from emoclassify.settings import Options

WEIGHTS = {
    "start": 5.0,
    "faces": 60.0,
    "search": 60.0,
    "expressions": 540.0,
    "voice": 20.0,
    "outputs": 5.0,
    "video": 30.0,
    "preview": 10.0,
}
"""The stages in order, each with its usual share of the time."""

_READ_LAST = {"search", "expressions"}
"""In the place of "faces" where the model of the expressions is a large one."""


class Tracker:
    """Keeps what was told last. Told by one thread, asked by another."""

    def __init__(self, options: Options, now_s: Callable[[], float] = time.monotonic) -> None:
        left_out = set() if options.double_check or options.echo_mean else {"voice"}
        left_out |= set() if options.annotate else {"video"}
        self._stages = [stage for stage in WEIGHTS if stage not in left_out | _READ_LAST]
        self._now_s = now_s
        self._started_s = self._stage_started_s = now_s()
        self._told: tuple[str, float, float | None] = ("start", 0.0, None)
        self._fraction = 0.0

    def tell(self, stage: str, done_s: float, total_s: float | None) -> None:
        """A step of the analysis: the stage, the seconds of the recording done, and in all."""
        if stage != self._told[0]:
            self._stage_started_s = self._now_s()
        if stage == "search":
            self._stages = [name for name in WEIGHTS if name in {*self._stages, *_READ_LAST} - {"faces"}]
        if stage == "voice" and self._told[0] == "start":  # there is no picture
            self._stages = [name for name in WEIGHTS if name in {*self._stages, "voice"} - {"faces"}]
        self._told = (stage, done_s, total_s)

    @property
    def now(self) -> Progress:
        """How far it is; the fraction never falls. In a stage without seconds to count, `done` is how long it runs."""
        stage, done, total = self._told
        if total is None and done == 0.0:
            done = self._now_s() - self._stage_started_s
        self._fraction = max(self._fraction, self._fraction_of(stage, done, total))
        elapsed_s = self._now_s() - self._started_s
        return Progress(stage, round(done, 3), total, round(self._fraction, 4), round(elapsed_s, 3))

    def _fraction_of(self, stage: str, done: float, total: float | None) -> float:
        if stage not in self._stages:
            return 0.0
        share = min(done / total, 1.0) if total else 0.0
        before = sum(WEIGHTS[name] for name in self._stages[: self._stages.index(stage)])
        return (before + WEIGHTS[stage] * share) / sum(WEIGHTS[name] for name in self._stages)
