"""The progress of a whole job, from the progress of its stages."""

import time
from collections.abc import Callable

from emoclassify import stages
from emoclassify.jobs.leases import Progress
from emoclassify.settings import Options
from emoclassify.stages import START, Stage, Streams


class JobProgress:
    """Turns the steps of an analysis into one progress. One thread calls `tell`, another reads `now`."""

    def __init__(self, options: Options, now_s: Callable[[], float] = time.monotonic) -> None:
        self._stages = [stage for stage in stages.STAGES if not stage.instead_of and stage.wanted(options, Streams())]
        self._now_s = now_s
        self._started_s = self._stage_started_s = now_s()
        self._step: tuple[str, float, float | None] = (START.name, 0.0, None)
        self._begun_names = {START.name}
        self._fraction = 0.0

    def tell(self, stage: str, done_s: float, total_s: float | None) -> None:
        """Takes a step: the stage, the seconds of the recording it has processed, and in all (None where unknown)."""
        if stage != self._step[0]:
            self._stage_started_s = self._now_s()
            self._begun_names.add(stage)
            self._stages = _corrected(self._stages, stage, self._begun_names)
        self._step = (stage, done_s, total_s)

    @property
    def now(self) -> Progress:
        """The progress now; its fraction never falls. `done` of a stage without steps is how long it has run."""
        stage, done_s, total_s = self._step
        if total_s is None and done_s == 0.0:
            done_s = self._now_s() - self._stage_started_s
        self._fraction = max(self._fraction, self._fraction_of(stage, done_s, total_s))
        elapsed_s = self._now_s() - self._started_s
        return Progress(stage, round(done_s, 3), total_s, round(self._fraction, 4), round(elapsed_s, 3))

    def _fraction_of(self, name: str, done_s: float, total_s: float | None) -> float:
        all_stages = self._stages  # read once: the other thread may correct it meanwhile
        names, weights = [stage.name for stage in all_stages], [stage.weight for stage in all_stages]
        if name not in names:
            return 0.0
        index = names.index(name)
        share = min(done_s / total_s, 1.0) if total_s else 0.0
        return (sum(weights[:index]) + weights[index] * share) / sum(weights)


def _corrected(expected_stages: list[Stage], name: str, begun_names: set[str]) -> list[Stage]:
    """The stages of a job, corrected when one of them begins: those before it that did not begin are left out, since
    the recording has nothing for them to read.

    Where it is a part of another stage (see `Stage.instead_of`), the parts after it follow.
    """
    names = [stage.name for stage in stages.STAGES]
    if name not in names:
        return expected_stages
    index = names.index(name)
    before, now, after = stages.STAGES[:index], stages.STAGES[index], stages.STAGES[index + 1 :]
    parts = stages.parts_of(now.instead_of)
    return [
        *(stage for stage in before if stage.name in begun_names),
        now,
        *(stage for stage in after if stage in expected_stages or stage in parts or stage.name in begun_names),
    ]
