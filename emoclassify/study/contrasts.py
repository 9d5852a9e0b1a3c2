"""The comparisons of a study: films, groups, and groups by films."""

from dataclasses import dataclass, replace

import numpy as np

from emoclassify.study.panel import Panel
from emoclassify.study.plan import Comparison
from emoclassify.study.statistics.arrays import Flags, Values
from emoclassify.study.statistics.bands import Band, difference_band, mean_band
from emoclassify.study.statistics.clusters import ClusterTest, independent_test, paired_test
from emoclassify.study.statistics.corrections import holm
from emoclassify.study.statistics.power import detectable
from emoclassify.study.statistics.scenes import Difference, independent_difference, paired_difference, scene_means
from emoclassify.study.statistics.shares import (
    Share,
    ShareDifference,
    paired_share_difference,
    share_difference,
    share_of,
)
from emoclassify.study.stimulus import Stimulus
from emoclassify.study.study import Study

WHOLE_FILM = ""
"""In the place of a scene's id."""

LEAST_PEOPLE = 5
"""A share of fewer is one of persons, and whole curves of fewer are not tested."""

_SAME_COVERAGE = 0.1  # a larger difference in how much could be read may itself be the difference

Place = tuple[int, ...]
"""Of a comparison and measure in the plan; its draws are its own (`Study.rng`)."""


@dataclass(frozen=True)
class SharesFinding:
    """The shares of two panels that show a measure at least for half a second of a scene, and their difference."""

    first: Share
    second: Share
    difference: ShareDifference


@dataclass(frozen=True)
class SceneFinding:
    """A scene, or the whole film, in a comparison.

    Attributes:
        scene: its id; WHOLE_FILM for all of the film.
        difference: second minus first; None of too few people.
        p_holm: corrected for all scenes and measures of the comparison; None without a difference.
        detectable: the smallest difference that 8 of 10 such panels would find; None without a difference.
        shares: of the people who show it; None of too few, and where a film is taken away.
    """

    scene: str
    difference: Difference | None
    p_holm: float | None = None
    detectable: float | None = None
    shares: SharesFinding | None = None


@dataclass(frozen=True)
class Contrast:
    """One measure in a comparison.

    Attributes:
        comparison: the two sides.
        measure: one of the plan's.
        is_paired: whether the same people are on both sides.
        n: people on each side.
        n_on_both: people left out because they are on both sides of a comparison of different people.
        cluster: whether the curves differ anywhere; None where the films have different lengths, or of too few.
        curves_p_holm: its p, corrected for all comparisons and measures of the plan; None without a test.
        scenes: the whole film first, then each scene that both films have by id.
        coverage: how much of the film could be read, of each side, 0..1.
        sides: the mean curve of each side with its band.
        difference: the second curve minus the first with its band; None where the films have different lengths, or of
            too few.
    """

    comparison: Comparison
    measure: str
    is_paired: bool
    n: tuple[int, int]
    n_on_both: int
    cluster: ClusterTest | None
    scenes: tuple[SceneFinding, ...]
    coverage: tuple[float, float]
    sides: tuple[Band, Band]
    difference: Band | None
    curves_p_holm: float | None = None

    @property
    def is_covered_alike(self) -> bool:
        """Whether as much could be read of both sides; if not, what is missing may be the difference."""
        return is_covered_alike(self.coverage)


@dataclass(frozen=True)
class Sides:
    """Both panels of a comparison, those left out who would make it unclear."""

    first: Panel
    second: Panel
    is_paired: bool
    n_on_both: int


def contrast_of(study: Study, comparison: Comparison, measure: str, place: Place) -> Contrast:
    """One measure in a comparison; its p values are not yet corrected."""
    sides = _sides(study, comparison, measure)
    one, other = study.values(sides.first), study.values(sides.second)
    return Contrast(
        comparison,
        measure,
        sides.is_paired,
        (len(one), len(other)),
        0 if sides.is_paired else sides.n_on_both,
        _cluster(one, other, is_paired=sides.is_paired, rng=study.rng(*place, 0)),
        scene_findings(study, comparison, measure, place),
        (coverage_of(one), coverage_of(other)),
        (study.band(measure, one, study.rng(*place, 3)), study.band(measure, other, study.rng(*place, 4))),
        _difference(one, other, is_paired=sides.is_paired, rng=study.rng(*place, 5)),
    )


def scene_findings(study: Study, comparison: Comparison, measure: str, place: Place) -> tuple[SceneFinding, ...]:
    """The whole film first, then each scene that both films have by id; p values are not yet corrected."""
    sides = _sides(study, comparison, measure)
    one, other = study.values(sides.first), study.values(sides.second)
    levels = None
    if not comparison.base and not np.isnan(sides.first.baselines).all():
        levels = (sides.first.baselines, sides.second.baselines)
    findings = []
    for i, (scene, bins, other_bins) in enumerate(_scenes(sides.first.stimulus, sides.second.stimulus)):
        means = scene_means(one[:, bins]), scene_means(other[:, other_bins])
        if sides.is_paired:
            difference = paired_difference(*means, study.rng(*place, 1, i))
        else:
            difference = independent_difference(*means, levels)
        shares = None
        if not comparison.base:
            limit = study.plan.share_above
            shows = who_shows(one[:, bins], limit), who_shows(other[:, other_bins], limit)
            shares = _shares(*shows, means, is_paired=sides.is_paired, rng=study.rng(*place, 2, i))
        reach = detectable(difference.error, difference.n_free, alpha=study.plan.alpha) if difference else None
        findings.append(SceneFinding(scene, difference, None, reach, shares))
    return tuple(findings)


def _sides(study: Study, comparison: Comparison, measure: str) -> Sides:
    return sides_of(*study.sides(comparison, measure))


def sides_of(first: Panel, second: Panel) -> Sides:
    """Two panels to be compared: of the same people where half of the smaller one are in both."""
    on_both = [name for name in first.respondents if name in set(second.respondents)]
    is_paired = 2 * len(on_both) >= min(len(first.respondents), len(second.respondents)) > 0
    if is_paired:
        return Sides(first.with_respondents(on_both), second.with_respondents(on_both), is_paired, len(on_both))
    first, second = (
        panel.with_respondents(name for name in panel.respondents if name not in on_both) for panel in (first, second)
    )
    return Sides(first, second, is_paired, len(on_both))


def _scenes(first: Stimulus, second: Stimulus) -> list[tuple[str, slice, slice]]:
    """The whole film, then the scenes of both films with the same id: id, and the half seconds in each film."""
    return [(WHOLE_FILM, slice(None), slice(None))] + [
        (scene.id, first.bins_of(scene), second.bins_of(same))
        for scene in first.scenes
        for same in second.scenes
        if same.id == scene.id
    ]


def who_shows(values: Values, limit: float) -> Flags:
    """Who is above the limit at least for half a second, float64 (n, t) -> bool (n,)."""
    return np.asarray((values > limit).any(axis=1))


def _shares(
    first: Flags, second: Flags, means: tuple[Values, Values], *, is_paired: bool, rng: np.random.Generator
) -> SharesFinding | None:
    """The shares of those who were seen in the scene."""
    is_seen = [~np.isnan(part) for part in means]
    if is_paired:
        is_seen = [is_seen[0] & is_seen[1]] * 2
    first, second = first[is_seen[0]], second[is_seen[1]]
    if min(len(first), len(second)) < LEAST_PEOPLE:
        return None
    one, other = share_of(first), share_of(second)
    difference = paired_share_difference(first, second, rng) if is_paired else share_difference(one, other)
    return SharesFinding(one, other, difference)


def _cluster(one: Values, other: Values, *, is_paired: bool, rng: np.random.Generator) -> ClusterTest | None:
    if one.shape[1] != other.shape[1] or min(len(one), len(other)) < LEAST_PEOPLE:
        return None
    return paired_test(other - one, rng) if is_paired else independent_test(one, other, rng)


def _difference(one: Values, other: Values, *, is_paired: bool, rng: np.random.Generator) -> Band | None:
    if one.shape[1] != other.shape[1] or min(len(one), len(other)) < LEAST_PEOPLE:
        return None
    return mean_band(other - one, rng) if is_paired else difference_band(one, other, rng)


def is_covered_alike(coverage: tuple[float, float]) -> bool:
    """Whether as much could be read of two sides, 0..1 each; if not, what is missing may be the difference."""
    return abs(coverage[0] - coverage[1]) <= _SAME_COVERAGE


def coverage_of(values: Values) -> float:
    """How much of a panel's film could be read, float64 (n, t) -> 0..1."""
    return float((~np.isnan(values)).mean()) if values.size else 0.0


def corrected(contrasts: list[Contrast]) -> list[Contrast]:
    """With Holm's p over all scenes and measures of one comparison."""
    places = [
        (i, k)
        for i, contrast in enumerate(contrasts)
        for k, finding in enumerate(contrast.scenes)
        if finding.difference is not None
    ]
    p_values = [_p(contrasts[i].scenes[k]) for i, k in places]
    by_place = dict(zip(places, holm(np.array(p_values)).tolist(), strict=True)) if places else {}
    return [
        replace(
            contrast,
            scenes=tuple(replace(finding, p_holm=by_place.get((i, k))) for k, finding in enumerate(contrast.scenes)),
        )
        for i, contrast in enumerate(contrasts)
    ]


def with_curves_corrected(contrasts: list[Contrast]) -> list[Contrast]:
    """With Holm's p of the tests of whole curves, over all comparisons and measures of the plan."""
    p_values = np.array([contrast.cluster.p for contrast in contrasts if contrast.cluster])
    corrected_p = iter(holm(p_values).tolist())
    return [replace(contrast, curves_p_holm=next(corrected_p) if contrast.cluster else None) for contrast in contrasts]


def _p(finding: SceneFinding) -> float:
    return finding.difference.p if finding.difference else 1.0
