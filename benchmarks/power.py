"""Simulates pairs of panels whose answer is known: how often a difference between two films is found.

Of the first film's viewers 20 % smile in the scene, of the second's more (see `panels`): the difference to be found. It
is looked for with the statistics of studies, each at 5 % false alarms:

- the scene marked beforehand: does its mean differ, given each viewer's level at rest? (analysis of covariance);
- the whole film: do the curves differ anywhere? (the cluster test).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.panels import SCENE, SMILERS, panel
from emoclassify.study.statistics.clusters import independent_test
from emoclassify.study.statistics.scenes import independent_difference, scene_means

ALPHA = 0.05
PANEL_SIZES = (12, 20, 30, 50, 75, 100, 200)
DIFFERENCES = (0.0, 0.2, 0.4)
"""How many more of the second film's viewers smile; 0: a difference that is found is a false alarm."""


@dataclass(frozen=True)
class Power:
    """The share of simulated pairs of panels in which the difference was found, 0..1."""

    n_per_film: int
    difference: float
    in_scene: float
    in_film: float


def measure(n_per_film: int, difference: float, *, n_panels: int, n_permutations: int, seed: int = 16) -> Power:
    """Simulates pairs of panels and looks for the difference in each.

    Args:
        n_per_film: viewers of each film.
        difference: how many more of the second film's viewers smile, 0..0.8.
        n_panels: how many pairs are simulated.
        n_permutations: of the cluster test.
        seed: of the random numbers; the same seed gives the same panels.
    """
    rng = np.random.default_rng([seed, n_per_film, round(100 * difference)])
    answers = [_p_values(n_per_film, difference, n_permutations, rng) for _ in range(n_panels)]
    in_scene, in_film = (np.array(answers) <= ALPHA).mean(axis=0)
    return Power(n_per_film, difference, float(in_scene), float(in_film))


def _p_values(n: int, difference: float, n_permutations: int, rng: np.random.Generator) -> tuple[float, float]:
    """Of the scene and of the whole film, in one pair of panels."""
    (first, first_levels), (second, second_levels) = (
        panel(n, rng, smilers) for smilers in (SMILERS, SMILERS + difference)
    )
    first_scene, second_scene = (scene_means(values[:, SCENE]) for values in (first, second))
    in_scene = independent_difference(first_scene, second_scene, (first_levels, second_levels))
    above = (first - first_levels[:, None], second - second_levels[:, None])
    return in_scene.p if in_scene else 1.0, independent_test(*above, rng, n_permutations).p


def table(n_panels: int, n_permutations: int, sizes: Sequence[int] = PANEL_SIZES) -> Iterator[str]:
    """The power of panels of some sizes for every difference, as a table: percent found in the scene, in the film.
    A row does not depend on which others are asked for."""
    heads = [f"{100 * difference:.0f} points: {where}" for difference in DIFFERENCES for where in ("scene", "film")]
    yield f"| viewers of each film | {' | '.join(heads)} |"
    yield "|---" * (1 + len(heads)) + "|"
    for n_per_film in sizes:
        powers = [
            measure(n_per_film, difference, n_panels=n_panels, n_permutations=n_permutations)
            for difference in DIFFERENCES
        ]
        percents = [f"{100 * share:.0f}" for power in powers for share in (power.in_scene, power.in_film)]
        yield f"| {n_per_film} | {' | '.join(percents)} |"
