"""The answers of a study in sentences: what the tests allow, and no more. Terminal, panel.json and page say these."""

from collections.abc import Iterator

from emoclassify.study.contrasts import WHOLE_FILM, Contrast, SceneFinding
from emoclassify.study.findings import Answers, FilmFindings
from emoclassify.study.statistics.power import people_for
from emoclassify.study.statistics.reliability import LEAST_RELIABILITY
from emoclassify.study.stimulus import BIN_S
from emoclassify.study.study import Study
from emoclassify.words.measures import measure_in_words
from emoclassify.words.numbers import clock, count, number, percent
from emoclassify.words.texts import translation

WISHED_DIFFERENCE = 0.2
"""Where nothing can be told: so many people would find this difference. 20 points more smilers is a usual wish."""

_LEAST_P = 0.001


def sentences_of(study: Study, answers: Answers, lang: str = "en") -> Iterator[str]:
    """A sentence for each film and measure, then for each comparison."""
    for film in answers.films:
        yield film_sentence(film, lang)
    for contrast in answers.contrasts:
        yield curves_sentence(contrast, study.plan.alpha, lang)
        for finding in contrast.scenes:
            yield scene_sentence(contrast, finding, study.plan.alpha, lang)


def film_sentence(film: FilmFindings, lang: str) -> str:
    """When a film moved its panel most, and how many of the people at all."""
    text = translation(lang).gettext
    names = {"measure": _begun(measure_in_words(film.measure, lang)), "film": film.stimulus, "n": count(film.n, lang)}
    if film.peak is None or film.metrics is None:
        return text("{measure}, {film}, n {n}: cannot tell, too few people.").format(**names)
    times_s = [bin_number * BIN_S for bin_number in (film.peak.bin, film.peak.low_bin, film.peak.high_bin)]
    time, low, high = (clock(time_s, lang) for time_s in times_s)
    ever = film.metrics.ever
    shares = {"share": ever.share, "share_low": ever.low, "share_high": ever.high}
    sentence = text(
        "{measure}, {film}, n {n}: highest at {time} (95-percent interval {low} to {high}); {share} of the people "
        "showed it at all ({share_low} to {share_high})."
    ).format(**names, time=time, low=low, high=high, **{name: percent(value, lang) for name, value in shares.items()})
    is_steady = film.reliability is not None and film.reliability >= LEAST_RELIABILITY
    warning = text("Another panel's curve may look otherwise: do not read it by moments.")
    return sentence if is_steady else f"{sentence} {warning}"


def curves_sentence(contrast: Contrast, alpha: float, lang: str) -> str:
    """Whether the curves of both sides differ anywhere in the film; never when they do."""
    text, head = translation(lang).gettext, _head(contrast, WHOLE_FILM, lang)
    if contrast.cluster is None:
        why = text("cannot tell whether the curves differ, too few people or films of different lengths.")
        return f"{head}: {why}"
    if not contrast.is_covered_alike:
        why = text("cannot tell whether the curves differ, much less could be read of one side.")
        return f"{head}: {why}"
    p = contrast.cluster.p
    verdict = text("the curves differ") if p <= alpha else text("cannot tell whether the curves differ")
    return f"{head}: {verdict}, {_p(p, lang)}."


def scene_sentence(contrast: Contrast, finding: SceneFinding, alpha: float, lang: str) -> str:
    """Which side shows more in a scene or over the whole film, by how much, or that it cannot be told."""
    text, head = translation(lang).gettext, _head(contrast, finding.scene, lang)
    difference, p = finding.difference, finding.p_holm
    if difference is None or p is None:
        return f"{head}: {text('cannot tell, too few people.')}"
    people = _people(contrast, finding, lang)
    if not contrast.is_covered_alike:
        figures = _figures(difference.difference, difference.low, difference.high, lang)
        why = text("cannot tell, much less could be read of one side ({figures}, {people}).")
        return f"{head}: {why.format(figures=figures, people=people)}"
    if p > alpha:
        figures = _figures(difference.difference, difference.low, difference.high, lang)
        answer = text("cannot tell with {people} ({figures}, {p} after Holm)")
        answer = answer.format(people=people, figures=figures, p=_p(p, lang))
        return f"{head}: {answer}{_what_it_takes(contrast, finding, alpha, lang)}."
    is_above = difference.difference > 0
    low, high = sorted((difference.low, difference.high) if is_above else (-difference.low, -difference.high))
    if is_above:
        answer = text("{measure}: {second} is above {first} by {figures} {place}, {people}, {p} after Holm.")
    else:
        answer = text("{measure}: {second} is below {first} by {figures} {place}, {people}, {p} after Holm.")
    figures = _figures(abs(difference.difference), low, high, lang)
    return answer.format(
        **_names(contrast, lang), figures=figures, place=_place(finding.scene, lang), people=people, p=_p(p, lang)
    )


def reason_in_words(reason: str, lang: str) -> str:
    """Why a viewing does not count: what is against it and, after a colon, what about it."""
    return ": ".join(map(translation(lang).gettext, reason.split(": ")))


def _what_it_takes(contrast: Contrast, finding: SceneFinding, alpha: float, lang: str) -> str:
    """How many people would find a usual difference; where such a panel does, the smallest that it finds. So that
    "cannot tell" is not read as "no difference"."""
    difference, text = finding.difference, translation(lang).gettext
    if difference is None or finding.detectable is None:
        return ""
    if finding.detectable <= WISHED_DIFFERENCE:
        answer = text("such a panel finds {points} points in 8 of 10 studies")
        return f"; {answer.format(points=_points(finding.detectable, lang))}"
    n = (difference.n_first,) if contrast.is_paired else (difference.n_first, difference.n_second)
    needed = people_for(WISHED_DIFFERENCE, difference.error, n, alpha=alpha)
    if contrast.is_paired:
        answer = text("{n} people would find a difference of {points} points in 8 of 10 studies")
    else:
        answer = text("{n} people of each side would find a difference of {points} points in 8 of 10 studies")
    return f"; {answer.format(n=count(needed, lang), points=_points(WISHED_DIFFERENCE, lang))}"


def _head(contrast: Contrast, scene: str, lang: str) -> str:
    head = translation(lang).gettext("{measure}, {second} against {first}, {place}")
    return head.format(**_names(contrast, lang), place=_place(scene, lang))


def _names(contrast: Contrast, lang: str) -> dict[str, str]:
    first, second = contrast.comparison.labels
    return {"first": first, "second": second, "measure": _begun(measure_in_words(contrast.measure, lang))}


def _place(scene: str, lang: str) -> str:
    text = translation(lang).gettext
    return text("over the whole film") if scene == WHOLE_FILM else text("in the scene “{scene}”").format(scene=scene)


def _people(contrast: Contrast, finding: SceneFinding, lang: str) -> str:
    difference = finding.difference
    assert difference is not None
    if contrast.is_paired:
        return f"n {count(difference.n_first, lang)}"
    both = translation(lang).gettext("n {first} and {second}")
    return both.format(first=count(difference.n_first, lang), second=count(difference.n_second, lang))


def _figures(difference: float, low: float, high: float, lang: str) -> str:
    several, n = "{points} points ({low} to {high})", abs(round(100 * difference))
    text = translation(lang).ngettext("{points} point ({low} to {high})", several, n)
    return text.format(points=_points(difference, lang), low=_points(low, lang), high=_points(high, lang))


def _points(value: float, lang: str) -> str:
    return number(100 * value, lang, 0)


def _p(p: float, lang: str) -> str:
    return f"p < {number(_LEAST_P, lang, 3)}" if p < _LEAST_P else f"p {number(p, lang, 3)}"


def _begun(words: str) -> str:
    """With a capital, as a sentence begins."""
    return words[:1].upper() + words[1:]
