"""How far a job is as a whole, from what the analysis tells of its stages."""

import time
from collections.abc import Callable

from emoclassify import stages
from emoclassify.jobs.leases import Progress
from emoclassify.settings import Options
from emoclassify.stages import START, Stage, Streams


class Tracker:
    """Keeps what was told last. Told by one thread, asked by another."""

    def __init__(self, options: Options, now_s: Callable[[], float] = time.monotonic) -> None:
        self._stages = [stage for stage in stages.STAGES if not stage.instead_of and stage.wanted(options, Streams())]
        self._now_s = now_s
        self._started_s = self._stage_started_s = now_s()
        self._told: tuple[str, float, float | None] = (START.name, 0.0, None)
        self._begun = {START.name}
        self._fraction = 0.0

    def tell(self, stage: str, done_s: float, total_s: float | None) -> None:
        """A step of the analysis: the stage, the seconds of the recording done, and in all."""
        if stage != self._told[0]:
            self._stage_started_s = self._now_s()
            self._begun.add(stage)
            self._stages = _corrected(self._stages, stage, self._begun)
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

    def _fraction_of(self, name: str, done: float, total: float | None) -> float:
        expected = self._stages  # once: the other thread may correct it meanwhile
        names, weights = [stage.name for stage in expected], [stage.weight for stage in expected]
        if name not in names:
            return 0.0
        index = names.index(name)
        share = min(done / total, 1.0) if total else 0.0
        return (sum(weights[:index]) + weights[index] * share) / sum(weights)


def _corrected(expected: list[Stage], name: str, begun: set[str]) -> list[Stage]:
    """The stages of a job, now that one begins: the recording lacks what those before it read that did not begin.

    Where it is a part of another stage (see `Stage.instead_of`), the parts after it follow.
    """
    names = [stage.name for stage in stages.STAGES]
    if name not in names:
        return expected
    index = names.index(name)
    before, now, after = stages.STAGES[:index], stages.STAGES[index], stages.STAGES[index + 1 :]
    parts = stages.parts_of(now.instead_of)
    return [
        *(stage for stage in before if stage.name in begun),
        now,
        *(stage for stage in after if stage in expected or stage in parts or stage.name in begun),
    ]
