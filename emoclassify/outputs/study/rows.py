"""The rows of the tables of a study."""

from collections.abc import Iterator

import numpy as np

from emoclassify.outputs.tables.rows import Row
from emoclassify.study.findings import Answers, Contrast, FilmFindings
from emoclassify.study.plan import Side
from emoclassify.study.stimulus import BIN_S
from emoclassify.study.study import Study


def study_rows(study: Study, answers: Answers, table: str) -> Iterator[Row]:
    """The rows of one of `columns.STUDY_TABLES`."""
    makers: dict[str, Iterator[Row]] = {
        "curves": (row for film in answers.films for row in _curve_rows(film)),
        "metrics": map(_metrics_row, answers.films),
        "contrasts": map(_contrast_row, answers.contrasts),
        "scenes": (row for contrast in answers.contrasts for row in _scene_rows(contrast)),
        "viewings": _viewing_rows(study),
        "values": _value_rows(study),
    }
    return makers[table]


def _curve_rows(film: FilmFindings) -> Iterator[Row]:
    band, shares = film.band, film.shares
    for i in range(len(band.mean)):
        yield {
            **_of_film(film),
            "t": i * BIN_S,
            "n": int(band.n_seen[i]),
            "mean": _number(band.mean[i]),
            "low": _number(band.low[i]),
            "high": _number(band.high[i]),
            "share": _number(shares.share[i]),
            "share_low": _number(shares.low[i]),
            "share_high": _number(shares.high[i]),
        }


def _metrics_row(film: FilmFindings) -> Row:
    row: Row = {**_of_film(film), "n": film.n, "reliability": film.reliability}
    if (metrics := film.metrics) is not None:
        row |= {name: _number(getattr(metrics, name)) for name in ("mean", "average", "highest", "highest_s", "lowest")}
        row |= {"ever": metrics.ever.share, "ever_low": metrics.ever.low, "ever_high": metrics.ever.high}
        row["impact"] = _number(metrics.impact)
    if (peak := film.peak) is not None:
        times_s = {"peak_s": peak.bin, "peak_low_s": peak.low_bin, "peak_high_s": peak.high_bin}
        row |= {name: bin_number * BIN_S for name, bin_number in times_s.items()}
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
        "permutations": cluster.n_permutations if cluster else None,
    }


def _scene_rows(contrast: Contrast) -> Iterator[Row]:
    for finding in contrast.scenes:
        row: Row = {**_of_contrast(contrast), "scene": finding.scene}
        if (difference := finding.difference) is not None:
            row |= vars(difference)
            row["p_holm"] = finding.p_holm
        yield row


def _viewing_rows(study: Study) -> Iterator[Row]:
    for viewing in study.judged:
        yield {
            "recording": viewing.recording,
            "respondent": viewing.respondent,
            "stimulus": viewing.stimulus,
            "start_s": viewing.clock.start_s,
            "place": viewing.place,
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
    comparison = contrast.comparison
    return {"first": comparison.first.label, "second": comparison.second.label, "measure": contrast.measure}


def _number(value: float) -> float | None:
    """None in the place of NaN."""
    return None if np.isnan(value) else float(value)
