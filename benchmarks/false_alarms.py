"""How often the statistics of studies are wrong, on panels whose truth is known (see `panels`).

False alarms: two panels of the same kind, so that every difference that is found is one. Coverage: how often a band or
an interval holds the truth; it should in 95 of 100. Of three standard errors either way, chance alone stays inside.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.panels import N_BINS, SCENE, SMILERS, noise, panel, panel_of_few, panel_of_wanderers, true_curve
from emoclassify.study.statistics.arrays import Values
from emoclassify.study.statistics.bands import difference_band, mean_band
from emoclassify.study.statistics.clusters import independent_test, paired_test
from emoclassify.study.statistics.corrections import holm
from emoclassify.study.statistics.scenes import independent_difference, paired_difference, scene_means
from emoclassify.study.statistics.shares import paired_share_difference, share_difference, share_of
from emoclassify.study.statistics.synchrony import synchrony

ALPHA = 0.05
PANEL_SIZES = (12, 30, 100)
BAND_SIZES = (20, 50, 100)
_N_PERMUTATIONS = 999
_SMILE_LIMIT = 0.25
_GAPS = 0.1
_N_TESTS = 4

Alarm = Callable[[int, np.random.Generator], bool]
"""Whether something is found among n viewers (of each film) where nothing is."""


@dataclass(frozen=True)
class Rate:
    """The share of made panels in which something happened, 0..1."""

    n: int
    share: float
    n_panels: int


def _above_level(n: int, rng: np.random.Generator) -> Values:
    """A panel's curves above each viewer's level, a tenth of the half seconds a gap."""
    curves, levels = panel(n, rng)
    return np.where(rng.random(curves.shape) < _GAPS, np.nan, curves - levels[:, None])


def _curves_of_others(n: int, rng: np.random.Generator) -> bool:
    return independent_test(_above_level(n, rng), _above_level(n, rng), rng, _N_PERMUTATIONS).p <= ALPHA


def _curves_of_the_same(n: int, rng: np.random.Generator) -> bool:
    return paired_test(_above_level(n, rng) - _above_level(n, rng), rng, _N_PERMUTATIONS).p <= ALPHA


def _one_of_several_curves(n: int, rng: np.random.Generator) -> bool:
    """Four comparisons of a plan that have nothing in common: is a difference told in any of them, by Holm's p?"""
    p_values = [
        independent_test(_above_level(n, rng), _above_level(n, rng), rng, _N_PERMUTATIONS).p for _ in range(_N_TESTS)
    ]
    return bool((holm(np.array(p_values)) <= ALPHA).any())


def _scene_of_others(n: int, rng: np.random.Generator) -> bool:
    (first, first_levels), (second, second_levels) = panel(n, rng), panel(n, rng)
    first_scene, second_scene = (scene_means(values[:, SCENE]) for values in (first, second))
    answer = independent_difference(first_scene, second_scene, (first_levels, second_levels))
    return answer is not None and answer.p <= ALPHA


def _scene_of_the_same(n: int, rng: np.random.Generator) -> bool:
    first, second = (scene_means(_above_level(n, rng)[:, SCENE]) for _ in range(2))
    answer = paired_difference(first, second, rng, n_draws=1, n_permutations=_N_PERMUTATIONS)
    return answer is not None and answer.p <= ALPHA


def _scene_of_the_film(n: int, rng: np.random.Generator) -> bool:
    """The scene against the rest of its film, where every viewer smiles once, anywhere in it: few persons far above and
    most a little below the rest, a skew that a test of means has to bear."""
    curves = np.where(rng.random((n, N_BINS)) < _GAPS, np.nan, panel_of_wanderers(n, rng))
    outside = np.delete(curves, np.r_[SCENE], axis=1)
    answer = paired_difference(
        scene_means(outside), scene_means(curves[:, SCENE]), rng, n_draws=1, n_permutations=_N_PERMUTATIONS
    )
    return answer is not None and answer.p <= ALPHA


def _scene_interval_of_the_film(n: int, rng: np.random.Generator) -> bool:
    """By the interval that is told, and not by p."""
    curves = np.where(rng.random((n, N_BINS)) < _GAPS, np.nan, panel_of_wanderers(n, rng))
    outside = np.delete(curves, np.r_[SCENE], axis=1)
    answer = paired_difference(scene_means(outside), scene_means(curves[:, SCENE]), rng, n_draws=1000, n_permutations=1)
    return answer is not None and (answer.low > 0 or answer.high < 0)


def _share_of_others(n: int, rng: np.random.Generator) -> bool:
    first, second = (share_of(_above_level(n, rng)[:, SCENE.start] > _SMILE_LIMIT) for _ in range(2))
    answer = share_difference(first, second)
    return answer.low > 0 or answer.high < 0


def _share_of_the_same(n: int, rng: np.random.Generator) -> bool:
    first, second = (_above_level(n, rng)[:, SCENE.start] > _SMILE_LIMIT for _ in range(2))
    answer = paired_share_difference(first, second, rng, n_draws=1)
    return answer.p is not None and answer.p <= ALPHA


def _share_interval_of_the_same(n: int, rng: np.random.Generator) -> bool:
    """By the interval that is told, and not by p."""
    first, second = (_above_level(n, rng)[:, SCENE.start] > _SMILE_LIMIT for _ in range(2))
    answer = paired_share_difference(first, second, rng, n_draws=1000)
    return answer.low > 0 or answer.high < 0


def _synchrony(n: int, rng: np.random.Generator) -> bool:
    answer = synchrony(noise(n, 2 * N_BINS, rng), rng, n_shifts=199, n_draws=1)
    return answer is not None and answer.p <= ALPHA


ALARMS: dict[str, Alarm] = {
    "curves of different people": _curves_of_others,
    "curves of the same people": _curves_of_the_same,
    "marked scene, different people": _scene_of_others,
    "marked scene, same people": _scene_of_the_same,
    "share, different people": _share_of_others,
    "share, same people": _share_of_the_same,
    "synchrony": _synchrony,
    "any of four comparisons of curves, Holm": _one_of_several_curves,
    "share, same people, by its interval": _share_interval_of_the_same,
    "marked scene against the rest of its film": _scene_of_the_film,
    "marked scene against the rest of its film, by its interval": _scene_interval_of_the_film,
}


def alarm_rate(name: str, n: int, *, n_panels: int, seed: int = 20) -> Rate:
    """The share of false alarms of one of ALARMS among n viewers (of each film)."""
    rng = np.random.default_rng([seed, n, list(ALARMS).index(name)])
    return Rate(n, sum(ALARMS[name](n, rng) for _ in range(n_panels)) / n_panels, n_panels)


def band_coverage(n: int, *, n_panels: int, seed: int = 21) -> Rate:
    """The share of panels whose band holds the whole true curve."""
    rng = np.random.default_rng([seed, n])
    truth = true_curve(SMILERS)
    n_inside = 0
    for _ in range(n_panels):
        band = mean_band(panel(n, rng)[0], rng, n_draws=1000)
        n_inside += bool(((band.low <= truth) & (truth <= band.high)).all())
    return Rate(n, n_inside / n_panels, n_panels)


def difference_band_coverage(n: int, *, n_panels: int, seed: int = 25) -> Rate:
    """The share of pairs of panels of n viewers each whose band of the difference holds the whole true one: twice as
    many smile with the second film."""
    rng = np.random.default_rng([seed, n])
    truth = true_curve(2 * SMILERS) - true_curve(SMILERS)
    n_inside = 0
    for _ in range(n_panels):
        band = difference_band(panel(n, rng)[0], panel(n, rng, 2 * SMILERS)[0], rng, n_draws=1000)
        n_inside += bool(((band.low <= truth) & (truth <= band.high)).all())
    return Rate(n, n_inside / n_panels, n_panels)


def few_band_coverage(n: int, *, n_panels: int, seed: int = 23) -> Rate:
    """The same of panels in which one in four shows something and the others nothing."""
    rng = np.random.default_rng([seed, n])
    n_inside = 0
    for _ in range(n_panels):
        curves, truth = panel_of_few(n, rng)
        band = mean_band(curves, rng, n_draws=1000)
        n_inside += bool(((band.low <= truth) & (truth <= band.high)).all())
    return Rate(n, n_inside / n_panels, n_panels)


def difference_coverage(n: int, *, n_panels: int, seed: int = 22) -> Rate:
    """The share of pairs whose interval of the marked scene, same people, holds the true difference, 0.1."""
    rng = np.random.default_rng([seed, n])
    truth = float((true_curve(2 * SMILERS) - true_curve(SMILERS))[SCENE].mean())
    n_inside = 0
    for _ in range(n_panels):
        first, second = (scene_means(panel(n, rng, share)[0][:, SCENE]) for share in (SMILERS, 2 * SMILERS))
        answer = paired_difference(first, second, rng, n_draws=1000, n_permutations=1)
        n_inside += answer is not None and answer.low <= truth <= answer.high
    return Rate(n, n_inside / n_panels, n_panels)


COVERAGES: dict[str, Callable[..., Rate]] = {
    "band, the whole curve": band_coverage,
    "band, where one in four shows anything": few_band_coverage,
    "band of a difference, different people": difference_band_coverage,
    "scene, same people": difference_coverage,
}


def table(n_panels: int) -> Iterator[str]:
    """Every rate in percent, as a table."""
    yield f"| false alarms of {n_panels:,}, % | {' | '.join(f'n {n}' for n in PANEL_SIZES)} |"
    yield "|---" * (1 + len(PANEL_SIZES)) + "|"
    for name in ALARMS:
        rates = [alarm_rate(name, n, n_panels=n_panels) for n in PANEL_SIZES]
        yield f"| {name} | {' | '.join(f'{100 * rate.share:.1f}' for rate in rates)} |"
    yield ""
    yield f"| holds the truth, % of {n_panels:,} | {' | '.join(f'n {n}' for n in BAND_SIZES)} |"
    yield "|---" * (1 + len(BAND_SIZES)) + "|"
    for name, coverage in COVERAGES.items():
        rates = [coverage(n, n_panels=n_panels) for n in BAND_SIZES]
        yield f"| {name} | {' | '.join(f'{100 * rate.share:.1f}' for rate in rates)} |"
