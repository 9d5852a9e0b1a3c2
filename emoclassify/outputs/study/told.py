"""The answers of a study in sentences: what the tests allow, and no more."""

from collections.abc import Iterator

from emoclassify.study.contrasts import WHOLE_FILM, Contrast, SceneFinding
from emoclassify.study.findings import Answers, FilmFindings
from emoclassify.study.statistics.reliability import LEAST_RELIABILITY
from emoclassify.study.stimulus import BIN_S
from emoclassify.study.study import Study
from emoclassify.words.numbers import clock

LANG = "en"  # the terminal's


def sentences_of(study: Study, answers: Answers) -> Iterator[str]:
    """A sentence for each film and measure, then for each comparison."""
    for film in answers.films:
        yield _of_film(film)
    for contrast in answers.contrasts:
        yield _of_curves(contrast, study.plan.alpha)
        for finding in contrast.scenes:
            yield _of_scene(contrast, finding, study.plan.alpha)


def _of_film(film: FilmFindings) -> str:
    head = f"{film.stimulus}, {film.measure}, n {film.n}"
    if film.peak is None or film.metrics is None:
        return f"{head}: cannot tell, too few people."
    times = [clock(bin_number * BIN_S, LANG) for bin_number in (film.peak.bin, film.peak.low_bin, film.peak.high_bin)]
    ever = film.metrics.ever
    sentence = (
        f"{head}: highest at {times[0]} (95 % {times[1]} to {times[2]}); {_percent(ever.share)} of the people showed "
        f"it at all ({_percent(ever.low)} to {_percent(ever.high)})."
    )
    is_steady = film.reliability is not None and film.reliability >= LEAST_RELIABILITY
    return sentence if is_steady else f"{sentence} Another panel's curve may look otherwise: do not read it by moments."


def _of_curves(contrast: Contrast, alpha: float) -> str:
    head = f"{_sides(contrast)}, the whole film"
    if contrast.cluster is None:
        return f"{head}: cannot tell whether the curves differ, too few people or films of different lengths."
    if not contrast.is_covered_alike:
        return f"{head}: cannot tell whether the curves differ, much less could be read of one side."
    verdict = "the curves differ" if contrast.cluster.p <= alpha else "cannot tell whether the curves differ"
    return f"{head}: {verdict}, p {_p(contrast.cluster.p)}."


def _of_scene(contrast: Contrast, finding: SceneFinding, alpha: float) -> str:
    place = "on the whole" if finding.scene == WHOLE_FILM else f"in the scene {finding.scene}"
    head = f"{_sides(contrast)}, {place}"
    difference, p = finding.difference, finding.p_holm
    if difference is None or p is None:
        return f"{head}: cannot tell, too few people."
    people = f"n {contrast.n[0]}" if contrast.is_paired else f"n {difference.n_first} and {difference.n_second}"
    figures = (
        f"{_points(difference.difference)} points ({_points(difference.low)} to {_points(difference.high)}), {people}, "
        f"p {_p(p)} after Holm"
    )
    if not contrast.is_covered_alike:
        return f"{head}: cannot tell, much less could be read of one side: {figures}."
    if p > alpha:
        return f"{head}: cannot tell: {figures}. {_could_find(finding)}"
    direction = "above" if difference.difference > 0 else "below"
    first, second = contrast.comparison.labels
    return f"{head}: {second} is {direction} {first}: {figures}."


def _could_find(finding: SceneFinding) -> str:
    """What the panel is good for, so that "cannot tell" is not read as "no difference"."""
    if finding.detectable is None:
        return ""
    return f"Such a panel finds {100 * finding.detectable:.0f} points in 8 of 10 studies."


def _sides(contrast: Contrast) -> str:
    first, second = contrast.comparison.labels
    return f"{second} against {first}, {contrast.measure}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _points(value: float) -> str:
    return f"{100 * value:+.0f}"


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
