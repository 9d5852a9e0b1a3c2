"""The answers of a study: of each film and measure, and of each comparison."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np

from emoclassify.study.contrasts import Contrast, contrast_of, corrected, who_shows, with_curves_corrected
from emoclassify.study.episodes import Episode, episodes_of
from emoclassify.study.film_scenes import FilmScene, film_scenes, scenes_corrected
from emoclassify.study.group_findings import GroupFindings, groups_of
from emoclassify.study.outcome_findings import OutcomeLevel, OutcomeLink, levels_of, links_of
from emoclassify.study.people import PersonFinding, people_of
from emoclassify.study.plan import Side
from emoclassify.study.robustness import Variant, variants_of
from emoclassify.study.share_curves import ShareCurve, share_curve
from emoclassify.study.statistics.arrays import Flags, Values
from emoclassify.study.statistics.bands import Band
from emoclassify.study.statistics.peaks import Peak, peak
from emoclassify.study.statistics.reliability import reliability
from emoclassify.study.statistics.shares import Share, share_of
from emoclassify.study.statistics.synchrony import Synchrony, synchrony
from emoclassify.study.stimulus import BIN_S
from emoclassify.study.study import Study
from emoclassify.study.waves import Waves, waves_of

_END_S, _EARLY_S = 5.0, 8.0


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
        early: the highest of the mean curve in the first eight seconds: does the beginning catch people?
        first_s: of the people who showed it, when the first half of them had begun to; None where nobody did.
    """

    mean: float
    ever: Share
    average: float
    highest: float
    highest_s: float
    lowest: float
    impact: float
    early: float
    first_s: float | None


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
        scenes: each against the rest of the film.
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
    scenes: tuple[FilmScene, ...] = ()


@dataclass(frozen=True)
class Answers:
    """All findings of a study.

    Attributes:
        films: each measure of each film.
        contrasts: each measure of each comparison that was planned.
        people: each measure of each person and film.
        outcome_levels: each answer or deed by itself.
        outcome_links: each one against what people showed; found by looking, and not corrected.
        variants: the comparisons under other decisions.
        episodes: where a rule of the plan marks a film.
        groups: the curves of groups of each film's people; found by looking, and not tested.
        waves: the films by waves or days of the viewings; found by looking.
    """

    films: tuple[FilmFindings, ...]
    contrasts: tuple[Contrast, ...]
    people: tuple[PersonFinding, ...] = ()
    outcome_levels: tuple[OutcomeLevel, ...] = ()
    outcome_links: tuple[OutcomeLink, ...] = ()
    variants: tuple[Variant, ...] = ()
    episodes: tuple[Episode, ...] = ()
    groups: tuple[GroupFindings, ...] = ()
    waves: Waves = field(default_factory=Waves)


def answers_of(study: Study) -> Answers:
    """Computes everything that the plan asks for; the same study gives the same answers."""
    films = _with_scenes_corrected(
        _film_findings(study, stimulus.id, measure, (1, i, k))
        for i, stimulus in enumerate(study.stimuli)
        for k, measure in enumerate(study.plan.measures)
    )
    contrasts: list[Contrast] = []
    for i, comparison in enumerate(study.plan.comparisons):
        contrasts += corrected(
            [contrast_of(study, comparison, measure, (2, i, k)) for k, measure in enumerate(study.plan.measures)]
        )
    people = tuple(people_of(study))
    shares = {(film.stimulus, film.measure): film.shares.share for film in films}
    return Answers(
        films,
        tuple(with_curves_corrected(contrasts)),
        people,
        tuple(levels_of(study)),
        tuple(links_of(study, people)),
        tuple(variants_of(study)),
        tuple(episodes_of(study.plan.episodes, shares)),
        tuple(groups_of(study)),
        waves_of(study),
    )


def _film_findings(study: Study, stimulus: str, measure: str, place: tuple[int, int, int]) -> FilmFindings:
    panel = study.panel(Side(stimulus), measure)
    values = study.values(panel)
    band = study.band(measure, values, study.rng(*place, 0))
    shares = share_curve(values, study.plan.share_above)
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
        tuple(film_scenes(study, panel, (*place, 4))),
    )


def _with_scenes_corrected(films: Iterable[FilmFindings]) -> tuple[FilmFindings, ...]:
    findings = list(films)
    scenes = iter(scenes_corrected([scene for film in findings for scene in film.scenes]))
    return tuple(replace(film, scenes=tuple(islice(scenes, len(film.scenes)))) for film in findings)


def _metrics(values: Values, shares: ShareCurve, band: Band, limit: float) -> Metrics | None:
    if np.isnan(band.mean).all():
        return None
    end_bins = int(_END_S / BIN_S)
    end = band.mean[-end_bins:]
    return Metrics(
        mean=float(np.nanmean(band.mean)),
        ever=share_of(who_shows(values, limit)),
        average=float(np.nanmean(shares.share)),
        highest=float(np.nanmax(shares.share)),
        highest_s=float(np.nanargmax(shares.share) * BIN_S),
        lowest=float(np.nanmin(shares.share)),
        impact=float((np.nanmax(band.mean) + np.nanmean(end)) / 2) if not np.isnan(end).all() else np.nan,
        early=_highest(band.mean[: int(_EARLY_S / BIN_S)]),
        first_s=_first_s(values > limit),
    )


def _highest(curve: Values) -> float:
    return float(np.nanmax(curve)) if not np.isnan(curve).all() else np.nan


def _first_s(is_above: Flags) -> float | None:
    """The median over those who show it of when they do so for the first time; bool (n, t)."""
    shows = is_above.any(axis=1)
    return float(np.median(is_above[shows].argmax(axis=1)) * BIN_S) if shows.any() else None
