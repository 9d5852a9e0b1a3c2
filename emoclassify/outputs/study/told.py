"""The answers of a study in sentences: what the tests allow, and no more."""

from collections.abc import Iterator
from dataclasses import dataclass

from emoclassify.outputs.document.words import Words
from emoclassify.outputs.headlines import capitalized
from emoclassify.outputs.study.names import (
    context_of,
    film_name,
    measure_name,
    p_text,
    pair_name,
    points,
    points_span,
    scene_name,
    share_span,
    side_names,
    whole_points,
)
from emoclassify.study.contrasts import WHOLE_FILM, Contrast, SceneFinding
from emoclassify.study.findings import Answers, FilmFindings
from emoclassify.study.statistics.power import people_for
from emoclassify.study.statistics.reliability import LEAST_RELIABILITY
from emoclassify.study.statistics.scenes import Difference
from emoclassify.study.stimulus import BIN_S
from emoclassify.study.study import Study

WISHED_DIFFERENCE = 0.2
"""Where nothing can be told, it is said how many people would find this difference: 20 points are a usual wish."""


@dataclass(frozen=True)
class Answer:
    """What a test says.

    Attributes:
        question: what was compared.
        verdict: in words; "cannot tell" where it allows no more.
        figures: difference, interval, people and p; empty where there are none.
        is_told: whether it is an answer: a difference that the test allows to be told.
        remark: one more sentence; empty where there is none.
    """

    question: str
    verdict: str
    figures: str
    is_told: bool = False
    remark: str = ""

    @property
    def sentence(self) -> str:
        """All of it."""
        parts = ": ".join(filter(None, (self.question, self.verdict, self.figures)))
        return f"{parts}. {self.remark}".rstrip()


def sentences_of(study: Study, answers: Answers, lang: str = "en") -> Iterator[str]:
    """A sentence for each film and measure, then for each comparison."""
    words = Words(lang)
    if study.are_scenes_late:
        yield late_scenes(words)
    for film in answers.films:
        yield film_sentence(study, film, words)
    for answer in planned_answers(study, answers, words):
        yield answer.sentence


def planned_answers(study: Study, answers: Answers, words: Words) -> Iterator[Answer]:
    """Whether the curves differ, then each scene, of each comparison and measure of the plan."""
    for contrast in answers.contrasts:
        yield curves_answer(study, contrast, words)
        for finding in contrast.scenes:
            yield scene_answer(study, contrast, finding, words)


def film_sentence(study: Study, film: FilmFindings, words: Words) -> str:
    """When a measure of a film is highest, and how many people showed it."""
    _ = words.text
    head = _("{film}, {measure}, n {n}").format(
        film=film_name(study, film.stimulus), measure=measure_name(film.measure, words), n=film.n
    )
    if film.peak is None or film.metrics is None:
        return f"{head}: {_('cannot tell, too few people')}."
    ever = film.metrics.ever
    sentence = _(
        "highest at {time} (95%: {from_to}); {share} of the people showed it at all ({share_from_to})."
    ).format(
        time=words.time(film.peak.bin * BIN_S),
        from_to=peak_span(film, words),
        share=words.percent(ever.share),
        share_from_to=share_span(ever.low, ever.high, words),
    )
    return f"{head}: {sentence} {steadiness(film, words)}".rstrip()


def peak_span(film: FilmFindings, words: Words) -> str:
    """From when to when the peak may be: "0:10 to 0:12.5"."""
    assert film.peak is not None
    low, high = (words.time(bin_number * BIN_S) for bin_number in (film.peak.low_bin, film.peak.high_bin))
    return words.text("{low} to {high}").format(low=low, high=high)


def is_steady(film: FilmFindings) -> bool:
    """Whether another panel's curve would look much alike, so that it may be read by moments."""
    return film.peak is not None and film.reliability is not None and film.reliability >= LEAST_RELIABILITY


def steadiness(film: FilmFindings, words: Words) -> str:
    """What a curve is not good for; empty where another panel's would look much alike."""
    if is_steady(film):
        return ""
    return words.text("Another panel's curve may look otherwise: do not read it by moments.")


def film_headline(study: Study, film: FilmFindings, words: Words) -> str:
    """The title of a film's curve: when it is highest, as far as that is known."""
    _, name = words.text, capitalized(measure_name(film.measure, words))
    if film.peak is None:
        return _("{measure}: cannot tell, too few people").format(measure=name)
    if not is_steady(film):
        return _("{measure}: no moment that another panel would surely show too").format(measure=name)
    return _("{measure} is highest at {time} (95%: {from_to})").format(
        measure=name, time=words.time(film.peak.bin * BIN_S), from_to=peak_span(film, words)
    )


def curves_answer(study: Study, contrast: Contrast, words: Words) -> Answer:
    """Whether the curves of the whole film differ; never when."""
    _, alpha = words.text, study.plan.alpha
    question = f"{_sides(study, contrast, words)}, {_('the whole film')}"
    if contrast.cluster is None:
        why = _("cannot tell whether the curves differ, too few people or films of different lengths")
        return Answer(question, why, "")
    figures = _("p {p} after Holm").format(p=p_text(contrast.curves_p_holm, words))
    if not contrast.is_covered_alike:
        return Answer(question, _("cannot tell whether the curves differ, much less could be read of one side"), "")
    if contrast.curves_p_holm is None or contrast.curves_p_holm > alpha:
        return Answer(question, _("cannot tell whether the curves differ"), figures)
    return Answer(question, _("the curves differ"), figures, is_told=True)


def scene_answer(study: Study, contrast: Contrast, finding: SceneFinding, words: Words) -> Answer:
    """Whether a scene, or the film on the whole, differs, and by how much."""
    _, alpha = words.text, study.plan.alpha
    scene = scene_name(study, contrast.comparison.first.stimulus, finding.scene, words)
    place = scene if finding.scene == WHOLE_FILM else _("in the scene {scene}").format(scene=scene)
    question = f"{_sides(study, contrast, words)}, {place}"
    difference, p = finding.difference, finding.p_holm
    if difference is None or p is None:
        return Answer(question, _("cannot tell, too few people"), "")
    figures = scene_figures(contrast, finding, words)
    if not contrast.is_covered_alike:
        return Answer(question, _("cannot tell, much less could be read of one side"), figures)
    if p > alpha:
        return Answer(question, _("cannot tell"), figures, remark=reach(contrast, finding, alpha, words))
    is_planned = not is_exploratory(study, finding)
    first, second = side_names(study, contrast.comparison)
    template = _("{second} is above {first}") if difference.difference > 0 else _("{second} is below {first}")
    return Answer(question, template.format(first=first, second=second), figures, is_told=is_planned)


def late_scenes(words: Words) -> str:
    """Why scenes are exploratory."""
    return words.text(
        "Scenes were changed after somebody had looked at results: what is found in them is exploratory, an idea for a "
        "test with other people."
    )


def is_exploratory(study: Study, finding: SceneFinding) -> bool:
    """Whether a scene was changed after somebody had looked at results: it is found by looking then."""
    return study.are_scenes_late and finding.scene != WHOLE_FILM


def is_planned_difference(study: Study, contrast: Contrast, finding: SceneFinding) -> bool:
    """Whether the difference of a scene may be told as the answer to a question that was asked beforehand."""
    is_found = finding.p_holm is not None and finding.p_holm <= study.plan.alpha
    return is_found and contrast.is_covered_alike and not is_exploratory(study, finding)


def scene_figures(contrast: Contrast, finding: SceneFinding, words: Words) -> str:
    """Difference, interval, people and p in one line."""
    _, difference = words.text, finding.difference
    assert difference is not None
    people = f"n {contrast.n[0]}"
    if not contrast.is_paired:
        people = _("n {first} and {second}").format(first=difference.n_first, second=difference.n_second)
    template = words.several(
        "{points} point ({from_to}), {people}, p {p} after Holm",
        "{points} points ({from_to}), {people}, p {p} after Holm",
        whole_points(difference.difference),
    )
    return template.format(
        points=points(difference.difference, words),
        from_to=points_span(difference.low, difference.high, words),
        people=people,
        p=p_text(finding.p_holm, words),
    )


def reach(contrast: Contrast, finding: SceneFinding, alpha: float, words: Words) -> str:
    """How many people would find a usual difference; where the panel does, the smallest that it finds. So that "cannot
    tell" is not read as "no difference"; empty where it is not known."""
    difference = finding.difference
    if finding.detectable is None or difference is None:
        return ""
    if finding.detectable <= WISHED_DIFFERENCE:
        n_points = max(1, whole_points(finding.detectable))  # less than a point is found by who finds one
        return words.several(
            "Such a panel finds {points} point in 8 of 10 studies.",
            "Such a panel finds {points} points in 8 of 10 studies.",
            n_points,
        ).format(points=words.count(n_points))
    n = (difference.n_first,) if contrast.is_paired else (difference.n_first, difference.n_second)
    n_needed = people_for(WISHED_DIFFERENCE, difference.error, n, alpha=alpha)
    template = _needed_text(n_needed, words, is_paired=contrast.is_paired)
    return template.format(n=words.count(n_needed), points=words.count(whole_points(WISHED_DIFFERENCE)))


def _needed_text(n: int, words: Words, *, is_paired: bool) -> str:
    if is_paired:
        return words.several(
            "{n} person would find a difference of {points} points in 8 of 10 studies.",
            "{n} people would find a difference of {points} points in 8 of 10 studies.",
            n,
        )
    return words.several(
        "{n} person of each side would find a difference of {points} points in 8 of 10 studies.",
        "{n} people of each side would find a difference of {points} points in 8 of 10 studies.",
        n,
    )


def contrast_headline(study: Study, contrast: Contrast, words: Words) -> str:
    """The title of two curves: the scene that differs, else whether the curves do."""
    _ = words.text
    first, second = side_names(study, contrast.comparison)
    about = (capitalized(measure_name(contrast.measure, words)), context_of(study, contrast.comparison))
    head = ", ".join(filter(None, about))
    telling = next(
        (one for one in (*contrast.scenes[1:], *contrast.scenes[:1]) if is_planned_difference(study, contrast, one)),
        None,
    )
    if telling is not None and telling.difference is not None:
        place = scene_name(study, contrast.comparison.first.stimulus, telling.scene, words)
        if telling.scene != WHOLE_FILM:
            place = _("scene “{scene}”").format(scene=place)
        return f"{head}, {place}: {_told_difference(telling.difference, first, second, words)}"
    if curves_answer(study, contrast, words).is_told:
        return f"{head}: {_('the curves of {second} and {first} differ').format(first=first, second=second)}"
    return f"{head}: {_('cannot tell whether {second} and {first} differ').format(first=first, second=second)}"


def _told_difference(difference: Difference, first: str, second: str, words: Words) -> str:
    """Which side is above, by how much, with the interval; an end on the other side of 0 is told as 0."""
    is_above, n_points = difference.difference > 0, whole_points(difference.difference)
    template = (
        words.several(
            "{second} is above {first} by {points} point ({low} to {high})",
            "{second} is above {first} by {points} points ({low} to {high})",
            n_points,
        )
        if is_above
        else words.several(
            "{second} is below {first} by {points} point ({low} to {high})",
            "{second} is below {first} by {points} points ({low} to {high})",
            n_points,
        )
    )
    sign = 1 if is_above else -1
    low, high = sorted(max(0.0, 100 * sign * end) for end in (difference.low, difference.high))
    return template.format(
        first=first,
        second=second,
        points=words.count(n_points),
        low=words.number(low, 0),
        high=words.number(high, 0),
    )


def study_headline(study: Study, answers: Answers, words: Words) -> str:
    """The first line of report and slides: the first planned difference that may be told, else that there is none;
    of a plan without a comparison, when the first film's curve is highest."""
    _ = words.text
    for contrast in answers.contrasts:
        if any(is_planned_difference(study, contrast, finding) for finding in contrast.scenes):
            return contrast_headline(study, contrast, words)
    for contrast in answers.contrasts:
        if curves_answer(study, contrast, words).is_told:
            return contrast_headline(study, contrast, words)
    if answers.contrasts:
        return _("No planned comparison shows a difference that can be told")
    return film_headline(study, answers.films[0], words)


def people_sentence(study: Study, words: Words) -> str:
    """How many viewings count, and of how many people."""
    n_people = len({viewing.respondent for viewing in study.judged if viewing.is_usable})
    people = words.several("{n} person", "{n} people", n_people).format(n=words.count(n_people))
    sentence = words.text("{viewings}, of {people}.").format(viewings=viewings_text(study, words), people=people)
    return capitalized(sentence)


def viewings_text(study: Study, words: Words) -> str:
    """How many of all viewings count: "23 of 24 viewings count"."""
    n = sum(viewing.is_usable for viewing in study.judged)
    template = words.several("{n} of {all} viewings counts", "{n} of {all} viewings count", n)
    return template.format(n=words.count(n), all=words.count(len(study.viewings)))


def _sides(study: Study, contrast: Contrast, words: Words) -> str:
    return f"{pair_name(study, contrast.comparison, words)}, {measure_name(contrast.measure, words)}"
