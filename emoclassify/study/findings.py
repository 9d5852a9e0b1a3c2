"""The answers of a study: of each film and measure, and of each comparison."""

from dataclasses import dataclass

import numpy as np

from emoclassify.study.plan import Comparison, Side
from emoclassify.study.statistics.arrays import Values, is_shown
from emoclassify.study.statistics.bands import Band, mean_band
from emoclassify.study.statistics.clusters import ClusterTest, independent_test, paired_test
from emoclassify.study.statistics.corrections import holm
from emoclassify.study.statistics.peaks import Peak, peak
from emoclassify.study.statistics.reliability import reliability
from emoclassify.study.statistics.scenes import Difference, independent_difference, paired_difference, scene_means
from emoclassify.study.statistics.shares import Share, share_of, wilson
from emoclassify.study.statistics.synchrony import Synchrony, synchrony
from emoclassify.study.stimulus import BIN_S
from emoclassify.study.study import Study

WHOLE_FILM = ""
"""In the place of a scene's id."""

_END_S = 5.0
_LEAST_PEOPLE = 5
_SAME_COVERAGE = 0.1  # a larger difference in how much could be read may itself be the difference


@dataclass(frozen=True)
class Metrics:
    """What a panel shows of one measure, in single figures.

    Attributes:
        mean: over the film, of all people.
        ever: the people who showed it at all, at least for half a second.
        average: the share of the panel that shows it, over the film, 0..1.
        highest: the largest share of the panel at once, 0..1.
        highest_s: when.
        lowest: the smallest share, 0..1.
        impact: the mean of the highest and of the last five seconds of the panel's mean curve.
    """

    mean: float
    ever: Share
    average: float
    highest: float
    highest_s: float
    lowest: float
    impact: float


@dataclass(frozen=True)
class ShareCurve:
    """The share of the panel above the plan's limit, with Wilson's interval: float64 (t,), NaN where few are seen."""

    share: Values
    low: Values
    high: Values


@dataclass(frozen=True)
class FilmFindings:
    """One measure of everybody who saw a film.

    Attributes:
        stimulus: id of the film.
        measure: one of the plan's.
        n: people.
        band: their mean curve with its band.
        shares: of the panel that shows it.
        peak: of the mean; None of too few.
        synchrony: of the people; None of too few, or of less than 30 s.
        reliability: of the curve, -1..1; None of too few.
        metrics: None of too few.
    """

    stimulus: str
    measure: str
    n: int
    band: Band
    shares: ShareCurve
    peak: Peak | None
    synchrony: Synchrony | None
    reliability: float | None
    metrics: Metrics | None


@dataclass(frozen=True)
class SceneFinding:
    """A scene, or the whole film, in a comparison.

    Attributes:
        scene: its id; WHOLE_FILM for all of the film.
        difference: second minus first; None of too few people.
        p_holm: corrected for all scenes and measures of the comparison; None without a difference.
    """

    scene: str
    difference: Difference | None
    p_holm: float | None = None


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
        scenes: the whole film first, then each scene that both films have by id.
        coverage: how much of the film could be read, of each side, 0..1.
    """

    comparison: Comparison
    measure: str
    is_paired: bool
    n: tuple[int, int]
    n_on_both: int
    cluster: ClusterTest | None
    scenes: tuple[SceneFinding, ...]
    coverage: tuple[float, float]

    @property
    def is_covered_alike(self) -> bool:
        """Whether as much could be read of both sides; if not, what is missing may be the difference."""
        return abs(self.coverage[0] - self.coverage[1]) <= _SAME_COVERAGE


@dataclass(frozen=True)
class Answers:
    """All findings of a study."""

    films: tuple[FilmFindings, ...]
    contrasts: tuple[Contrast, ...]


def answers_of(study: Study) -> Answers:
    """Computes everything that the plan asks for; the same study gives the same answers."""
    films = tuple(
        _film_findings(study, stimulus.id, measure, (1, i, k))
        for i, stimulus in enumerate(study.stimuli)
        for k, measure in enumerate(study.plan.measures)
    )
    contrasts: list[Contrast] = []
    for i, comparison in enumerate(study.plan.comparisons):
        contrasts += _corrected(
            [_contrast(study, comparison, measure, (2, i, k)) for k, measure in enumerate(study.plan.measures)]
        )
    return Answers(films, tuple(contrasts))


def _film_findings(study: Study, stimulus: str, measure: str, place: tuple[int, int, int]) -> FilmFindings:
    panel = study.panel(Side(stimulus), measure)
    values = study.values(panel)
    band = mean_band(values, study.rng(*place, 0))
    shares = _share_curve(values, study.plan.share_above)
    return FilmFindings(
        stimulus,
        measure,
        len(values),
        band,
        shares,
        peak(values, study.rng(*place, 1)),
        synchrony(values, study.rng(*place, 2)),
        reliability(values, study.rng(*place, 3)),
        _metrics(values, shares, band, study.plan.share_above),
    )


def _share_curve(values: Values, limit: float) -> ShareCurve:
    n_seen, n_above = ((~np.isnan(values)).sum(axis=0).astype(np.float64), (values > limit).sum(axis=0))
    low, high = wilson(n_above.astype(np.float64), n_seen)
    with np.errstate(divide="ignore", invalid="ignore"):
        curves = (n_above / n_seen, low, high)
    return ShareCurve(*(np.where(is_shown(values), curve, np.nan) for curve in curves))


def _metrics(values: Values, shares: ShareCurve, band: Band, limit: float) -> Metrics | None:
    if np.isnan(band.mean).all():
        return None
    end_bins = int(_END_S / BIN_S)
    end = band.mean[-end_bins:]
    return Metrics(
        mean=float(np.nanmean(band.mean)),
        ever=share_of(np.asarray((values > limit).any(axis=1))),
        average=float(np.nanmean(shares.share)),
        highest=float(np.nanmax(shares.share)),
        highest_s=float(np.nanargmax(shares.share) * BIN_S),
        lowest=float(np.nanmin(shares.share)),
        impact=float((np.nanmax(band.mean) + np.nanmean(end)) / 2) if not np.isnan(end).all() else np.nan,
    )


def _contrast(study: Study, comparison: Comparison, measure: str, place: tuple[int, int, int]) -> Contrast:
    first, second = (study.panel(side, measure) for side in (comparison.first, comparison.second))
    on_both = [name for name in first.respondents if name in second.respondents]
    is_paired = 2 * len(on_both) >= min(len(first.respondents), len(second.respondents)) > 0
    if is_paired:
        first, second = (panel.with_respondents(on_both) for panel in (first, second))
    else:
        first, second = (
            panel.with_respondents(name for name in panel.respondents if name not in on_both)
            for panel in (first, second)
        )
    one, other = study.values(first), study.values(second)
    scenes = [(WHOLE_FILM, slice(None), slice(None))] + [
        (scene.id, first.stimulus.bins_of(scene), second.stimulus.bins_of(same))
        for scene in first.stimulus.scenes
        for same in second.stimulus.scenes
        if same.id == scene.id
    ]
    levels = None if np.isnan(first.baselines).all() else (first.baselines, second.baselines)
    differences = []
    for i, (scene, bins, other_bins) in enumerate(scenes):
        means = scene_means(one[:, bins]), scene_means(other[:, other_bins])
        if is_paired:
            difference = paired_difference(*means, study.rng(*place, 1, i))
        else:
            difference = independent_difference(*means, levels)
        differences.append(SceneFinding(scene, difference))
    return Contrast(
        comparison,
        measure,
        is_paired,
        (len(one), len(other)),
        0 if is_paired else len(on_both),
        _cluster(one, other, is_paired=is_paired, rng=study.rng(*place, 0)),
        tuple(differences),
        (_coverage(one), _coverage(other)),
    )


def _cluster(one: Values, other: Values, *, is_paired: bool, rng: np.random.Generator) -> ClusterTest | None:
    if one.shape[1] != other.shape[1] or min(len(one), len(other)) < _LEAST_PEOPLE:
        return None
    return paired_test(other - one, rng) if is_paired else independent_test(one, other, rng)


def _coverage(values: Values) -> float:
    return float((~np.isnan(values)).mean()) if values.size else 0.0


def _corrected(contrasts: list[Contrast]) -> list[Contrast]:
    """With Holm's p over all scenes and measures of one comparison."""
    places = [
        (i, k)
        for i, contrast in enumerate(contrasts)
        for k, finding in enumerate(contrast.scenes)
        if finding.difference is not None
    ]
    p_values = [_p(contrasts[i].scenes[k]) for i, k in places]
    corrected = dict(zip(places, holm(np.array(p_values)).tolist(), strict=True)) if places else {}
    return [
        Contrast(
            **{
                **vars(contrast),
                "scenes": tuple(
                    SceneFinding(finding.scene, finding.difference, corrected.get((i, k)))
                    for k, finding in enumerate(contrast.scenes)
                ),
            }
        )
        for i, contrast in enumerate(contrasts)
    ]


def _p(finding: SceneFinding) -> float:
    return finding.difference.p if finding.difference else 1.0
