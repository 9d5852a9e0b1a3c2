"""Norms of one's own: what films showed in earlier studies, in single figures, and where a film lies among them.

A line has figures of a panel, and nothing of any person. Only films that were read with the same models and options,
and judged by the same limits, are compared.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from emoclassify.study.findings import Answers, Metrics
from emoclassify.study.study import Study
from emoclassify.words.norm_figures import NORM_FIGURES

LEAST_PEOPLE = 12
"""A film that fewer saw gets no line: its figures would be those of persons."""

LEAST_FILMS = 20
"""With fewer others a percentile says nothing."""

FIGURES = tuple(NORM_FIGURES)
"""Of `findings.Metrics`, that norms hold."""


@dataclass(frozen=True)
class NormLine:
    """One film of one study.

    Attributes:
        film: checksum of the study, and the film's id: a line of the same film and study takes its place.
        reader_sha256: of the models and options that read the recordings.
        share_above: limit of the plan.
        baseline: of the plan.
        category: of the film, a word of the user's; empty where there is none.
        n: people.
        figures: measure -> one of FIGURES -> its value.
    """

    film: str
    reader_sha256: str
    share_above: float
    baseline: str
    category: str
    n: int
    figures: Mapping[str, Mapping[str, float]]

    def is_comparable(self, other: "NormLine") -> bool:
        """Whether both were read and judged alike, are of one category, and not the same film."""
        return self.film != other.film and self._terms == other._terms

    @property
    def _terms(self) -> tuple[str, float, str, str]:
        return self.reader_sha256, self.share_above, self.baseline, self.category


@dataclass(frozen=True)
class Standing:
    """Where a figure of a film lies among other films.

    Attributes:
        film: of its line.
        measure: one of the plan's.
        figure: one of FIGURES.
        value: of the film.
        percentile: share of the other films that are below it, 0..1; films alike count half.
        n_films: others.
    """

    film: str
    measure: str
    figure: str
    value: float
    percentile: float
    n_films: int


def lines_of(study: Study, answers: Answers, category: str = "", study_id: str = "") -> list[NormLine]:
    """A line for each film that enough people saw; none where not all recordings were read alike.

    Args:
        study: with its viewings.
        answers: of the same study.
        category: of its films.
        study_id: what tells it from other studies; empty: its title, plan and films do.
    """
    readers = {viewing.reader_sha256 for viewing in study.judged if viewing.is_usable}
    if len(readers) != 1 or "" in readers:
        return []
    (reader_sha256,), plan = readers, study.plan
    lines = []
    for stimulus in study.stimuli:
        own = [film for film in answers.films if film.stimulus == stimulus.id and film.metrics is not None]
        if own and min(film.n for film in own) >= LEAST_PEOPLE:
            figures = {film.measure: _figures(film.metrics) for film in own if film.metrics is not None}
            film_key = f"{_digest(study, study_id)}:{stimulus.id}"
            n = own[0].n
            lines.append(NormLine(film_key, reader_sha256, plan.share_above, plan.baseline, category, n, figures))
    return lines


def _digest(study: Study, study_id: str) -> str:
    """What tells the study from others in a norms file, which may go to other houses: it says nothing by itself."""
    films = [(film.id, film.duration_s, film.sha256) for film in study.stimuli]
    facts = [study_id] if study_id else [study.title, study.plan.sha256, films]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _figures(metrics: Metrics) -> dict[str, float]:
    values = {
        **{name: float(getattr(metrics, name)) for name in ("mean", "highest", "impact", "early")},
        "ever": metrics.ever.share,
    }
    return {name: round(values[name], 6) for name in FIGURES if not np.isnan(values[name])}


def joined(*files: Iterable[NormLine]) -> list[NormLine]:
    """The lines of several files; of one film the last line counts."""
    return list({line.film: line for lines in files for line in lines}.values())


def standings_of(line: NormLine, norms: Iterable[NormLine]) -> Iterator[Standing]:
    """Where each figure of a film lies among the comparable ones; nothing of fewer than LEAST_FILMS."""
    others = [other for other in norms if line.is_comparable(other)]
    for measure, figures in line.figures.items():
        for figure, value in figures.items():
            values = np.array(
                [other.figures[measure][figure] for other in others if figure in other.figures.get(measure, {})]
            )
            if len(values) >= LEAST_FILMS:
                share = float((values < value).mean() + 0.5 * (values == value).mean())
                yield Standing(line.film, measure, figure, value, share, len(values))


def n_comparable(line: NormLine, norms: Iterable[NormLine]) -> int:
    """How many other films a film may be compared with."""
    return sum(line.is_comparable(other) for other in norms)
