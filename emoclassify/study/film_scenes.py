"""Whether a scene stands out of its film: each person's mean in it against their own mean in the rest of the film."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from emoclassify.study.contrasts import LEAST_PEOPLE, coverage_of, is_covered_alike, who_shows
from emoclassify.study.panel import Panel
from emoclassify.study.statistics.arrays import Values
from emoclassify.study.statistics.corrections import holm
from emoclassify.study.statistics.power import detectable
from emoclassify.study.statistics.scenes import Difference, paired_difference, scene_means
from emoclassify.study.statistics.shares import Share, share_of
from emoclassify.study.study import Study


@dataclass(frozen=True)
class FilmScene:
    """A scene of a film against the rest of that film, of the people who were seen in at least half of both.

    Attributes:
        scene: its id.
        mean: of the people's means in the scene; NaN where nobody has both.
        rest: of their means in the rest of the film.
        coverage: how much of the rest and of the scene could be read, 0..1.
        difference: the scene minus the rest, the same people twice; None of too few people, and where the scene is all
            of the film.
        share: of these people who show the measure in the scene at least for half a second; None of too few.
        p_holm: corrected for all scenes, measures and films of the plan; None without a difference.
        detectable: the smallest difference that 8 of 10 such panels would find; None without a difference.
    """

    scene: str
    mean: float
    rest: float
    coverage: tuple[float, float]
    difference: Difference | None
    share: Share | None
    p_holm: float | None = None
    detectable: float | None = None

    @property
    def is_covered_alike(self) -> bool:
        """Whether as much could be read of the scene as of the rest; if not, what is missing may be the difference."""
        return is_covered_alike(self.coverage)


def film_scenes(study: Study, panel: Panel, place: tuple[int, ...]) -> Iterator[FilmScene]:
    """Each scene of a panel's film; p values are not yet corrected.

    Args:
        study: decides what is compared, and draws.
        panel: one row for each person, whose viewings were averaged.
        place: of the film and measure in the plan; its draws are its own (`Study.rng`).
    """
    values = study.values(panel)
    for i, scene in enumerate(panel.stimulus.scenes):
        is_inside = np.zeros(values.shape[1], dtype=np.bool_)
        is_inside[panel.stimulus.bins_of(scene)] = True
        yield _film_scene(study, scene.id, values[:, is_inside], values[:, ~is_inside], study.rng(*place, i))


def _film_scene(study: Study, scene: str, inside: Values, outside: Values, rng: np.random.Generator) -> FilmScene:
    means, rests = scene_means(inside), scene_means(outside)
    has_both = ~np.isnan(means) & ~np.isnan(rests)
    means, rests = means[has_both], rests[has_both]
    difference = paired_difference(rests, means, rng)
    return FilmScene(
        scene,
        float(means.mean()) if len(means) else np.nan,
        float(rests.mean()) if len(rests) else np.nan,
        (coverage_of(outside), coverage_of(inside)),
        difference,
        share_of(who_shows(inside[has_both], study.plan.share_above)) if len(means) >= LEAST_PEOPLE else None,
        None,
        detectable(difference.error, difference.n_free, alpha=study.plan.alpha) if difference else None,
    )


def scenes_corrected(scenes: Sequence[FilmScene]) -> list[FilmScene]:
    """With Holm's p over all of them: every scene, measure and film of a plan."""
    p_values = np.array([one.difference.p for one in scenes if one.difference])
    corrected_p = iter(holm(p_values).tolist())
    return [replace(one, p_holm=next(corrected_p) if one.difference else None) for one in scenes]
