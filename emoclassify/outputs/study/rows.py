"""The rows of the tables of a study."""

from collections.abc import Iterator

import numpy as np

from emoclassify.outputs.tables.rows import Row
from emoclassify.study.contrasts import Contrast, SceneFinding
from emoclassify.study.episodes import Episode
from emoclassify.study.findings import Answers, FilmFindings
from emoclassify.study.group_findings import GroupFindings
from emoclassify.study.outcome_findings import OutcomeLevel, OutcomeLink
from emoclassify.study.people import PersonFinding
from emoclassify.study.plan import Comparison, Side
from emoclassify.study.robustness import Variant
from emoclassify.study.share_curves import ShareCurve
from emoclassify.study.statistics.bands import Band
from emoclassify.study.statistics.shares import Share
from emoclassify.study.stimulus import BIN_S, Stimulus
from emoclassify.study.study import Study
from emoclassify.study.waves import Waves, wave_of


def study_rows(study: Study, answers: Answers, table: str) -> Iterator[Row]:
    """The rows of one of `columns.STUDY_TABLES`."""
    makers: dict[str, Iterator[Row]] = {
        "curves": (row for film in answers.films for row in _curve_rows(film)),
        "metrics": (_metrics_row(study.film(film.stimulus), film) for film in answers.films),
        "contrasts": map(_contrast_row, answers.contrasts),
        "differences": (row for contrast in answers.contrasts for row in _difference_rows(contrast)),
        "scenes": _all_scene_rows(answers),
        "robustness": map(_variant_row, answers.variants),
        "participants": map(_person_row, answers.people),
        "outcomes": map(_level_row, answers.outcome_levels),
        "outcome_links": map(_link_row, answers.outcome_links),
        "episodes": map(_episode_row, answers.episodes),
        "groups": (row for group in answers.groups for row in _group_rows(group)),
        "waves": _wave_rows(answers.waves),
        "viewings": _viewing_rows(study),
        "values": _value_rows(study),
    }
    return makers[table]


def _curve_rows(film: FilmFindings) -> Iterator[Row]:
    for row in _rows_of_curves(film.band, film.shares):
        yield {**_of_film(film), **row}


def _group_rows(group: GroupFindings) -> Iterator[Row]:
    place: Row = {"stimulus": group.stimulus, "measure": group.measure, "column": group.column, "group": group.value}
    for row in _rows_of_curves(group.band, group.shares):
        yield {**place, **row}


def _rows_of_curves(band: Band, shares: ShareCurve) -> Iterator[Row]:
    for i in range(len(band.mean)):
        yield {
            "t": i * BIN_S,
            "n": int(band.n_seen[i]),
            "mean": _number(band.mean[i]),
            "low": _number(band.low[i]),
            "high": _number(band.high[i]),
            "share": _number(shares.share[i]),
            "share_low": _number(shares.low[i]),
            "share_high": _number(shares.high[i]),
        }


def _metrics_row(stimulus: Stimulus, film: FilmFindings) -> Row:
    row: Row = {**_of_film(film), "n": film.n, "reliability": film.reliability}
    if (metrics := film.metrics) is not None:
        row |= {name: _number(getattr(metrics, name)) for name in ("mean", "average", "highest", "highest_s", "lowest")}
        row |= {"ever": metrics.ever.share, "ever_low": metrics.ever.low, "ever_high": metrics.ever.high}
        row |= {"impact": _number(metrics.impact), "early": _number(metrics.early), "first_s": metrics.first_s}
    if (peak := film.peak) is not None:
        span = stimulus.span_of(peak.low_bin, peak.high_bin)
        row |= {"peak_s": peak.bin * BIN_S, "peak_low_s": span.start_s, "peak_high_s": span.end_s}
        row["peak"] = _number(peak.height)
    if (together := film.synchrony) is not None:
        row |= {"synchrony": together.median, "synchrony_p": together.p}
        row |= {"synchrony_low": together.low, "synchrony_high": together.high}
    return row


def _contrast_row(contrast: Contrast) -> Row:
    cluster = contrast.cluster
    return {
        **_of_contrast(contrast),
        "paired": int(contrast.is_paired),
        "n_first": contrast.n[0],
        "n_second": contrast.n[1],
        "n_on_both": contrast.n_on_both,
        "coverage_first": contrast.coverage[0],
        "coverage_second": contrast.coverage[1],
        "curves_p": cluster.p if cluster else None,
        "curves_p_holm": contrast.curves_p_holm,
        "permutations": cluster.n_permutations if cluster else None,
    }


def _difference_rows(contrast: Contrast) -> Iterator[Row]:
    band = contrast.difference
    for i in range(len(band.mean) if band else 0):
        assert band is not None
        yield {
            **_of_contrast(contrast),
            "t": i * BIN_S,
            "n": int(band.n_seen[i]),
            "difference": _number(band.mean[i]),
            "low": _number(band.low[i]),
            "high": _number(band.high[i]),
        }


def _all_scene_rows(answers: Answers) -> Iterator[Row]:
    for film in answers.films:
        yield from _film_scene_rows(film)
    for contrast in answers.contrasts:
        yield from _scene_rows(contrast)


def _film_scene_rows(film: FilmFindings) -> Iterator[Row]:
    """The film is the second side; the first is what remains of it."""
    for finding in film.scenes:
        row: Row = {"first": f"{film.stimulus}, rest", "second": film.stimulus, "measure": film.measure}
        row |= {"scene": finding.scene, "detectable": finding.detectable, "p_holm": finding.p_holm}
        row |= {"mean_first": _number(finding.rest), "mean_second": _number(finding.mean)}
        row |= vars(finding.difference) if finding.difference else {}
        row |= _of_share("second", finding.share) if finding.share else {}
        yield row


def _of_share(side: str, share: Share) -> Row:
    return {f"share_{side}": share.share, f"share_{side}_low": share.low, f"share_{side}_high": share.high}


def _scene_rows(contrast: Contrast) -> Iterator[Row]:
    for finding in contrast.scenes:
        yield {**_of_contrast(contrast), **_of_scene(finding)}


def _of_scene(finding: SceneFinding) -> Row:
    row: Row = {"scene": finding.scene, "detectable": finding.detectable}
    if (difference := finding.difference) is not None:
        row |= vars(difference)
        row["p_holm"] = finding.p_holm
    if (shares := finding.shares) is not None:
        row |= _of_share("first", shares.first) | _of_share("second", shares.second)
        row |= {f"share_{name}": getattr(shares.difference, name) for name in ("difference", "low", "high")}
    return row


def _variant_row(variant: Variant) -> Row:
    changes: Row = {"measure": variant.measure, "decision": variant.decision, "value": variant.value}
    return {**_of_sides(variant.comparison), **changes, **_of_scene(variant.finding)}


def _person_row(person: PersonFinding) -> Row:
    return {**vars(person), "outlier": int(person.is_outlier)}


def _level_row(level: OutcomeLevel) -> Row:
    return {**vars(level), "outcome": level.outcome.column, "kind": level.outcome.kind}


def _link_row(link: OutcomeLink) -> Row:
    row: Row = {"outcome": link.outcome.column, "stimulus": link.stimulus, "measure": link.measure}
    row["figure"] = link.figure
    if link.correlation is not None:
        row |= vars(link.correlation)
    if link.odds is not None:
        row |= {"odds": link.odds.ratio, "odds_low": link.odds.low, "odds_high": link.odds.high}
    return row


def _episode_row(episode: Episode) -> Row:
    return {**vars(episode), "measure": episode.rule.measure, "above": episode.rule.share}


def _wave_rows(waves: Waves) -> Iterator[Row]:
    steps = {(step.stimulus, step.measure, step.second): step for step in waves.steps}
    for level in waves.levels:
        row: Row = {**vars(level)}
        if (step := steps.get((level.stimulus, level.measure, level.wave))) is not None:
            row |= {"before": step.first, "paired": int(step.is_paired), "p_adjusted": step.p_adjusted}
            if (difference := step.difference) is not None:
                row |= {"difference": difference.difference, "p": difference.p, "effect": difference.effect}
                row |= {"difference_low": difference.low, "difference_high": difference.high}
        yield row


def _viewing_rows(study: Study) -> Iterator[Row]:
    for viewing in study.judged:
        yield {
            "recording": viewing.recording,
            "respondent": viewing.respondent,
            "stimulus": viewing.stimulus,
            "start_s": viewing.clock.start_s,
            "clock": viewing.clock.method,
            "stalled_s": viewing.clock.stalled_s,
            "residual_s": viewing.clock.residual_s,
            "score": viewing.clock.score,
            "place": viewing.place,
            "wave": wave_of(study, viewing),
            "coverage": viewing.coverage(study.film(viewing.stimulus)),
            "used": int(viewing.is_usable),
            "reason": viewing.reason,
        }


def _value_rows(study: Study) -> Iterator[Row]:
    for stimulus in study.stimuli:
        for measure in study.plan.measures:
            panel = study.panel(Side(stimulus.id), measure)
            for name, values in zip(panel.respondents, panel.values, strict=True):
                for i, value in enumerate(values):
                    yield {
                        "stimulus": stimulus.id,
                        "measure": measure,
                        "respondent": name,
                        "t": i * BIN_S,
                        "value": _number(value),
                    }


def _of_film(film: FilmFindings) -> Row:
    return {"stimulus": film.stimulus, "measure": film.measure}


def _of_contrast(contrast: Contrast) -> Row:
    return {**_of_sides(contrast.comparison), "measure": contrast.measure}


def _of_sides(comparison: Comparison) -> Row:
    first, second = comparison.labels
    return {"first": first, "second": second}


def _number(value: float) -> float | None:
    """None in the place of NaN."""
    return None if np.isnan(value) else float(value)
