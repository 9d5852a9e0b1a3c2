"""What is found in scenes, in sentences: of a comparison, and of a film by itself."""

from dataclasses import dataclass

from emoclassify.outputs.document.words import Words
from emoclassify.outputs.headlines import capitalized
from emoclassify.outputs.study.names import (
    above_or_below,
    film_name,
    measure_name,
    p_text,
    pair_name,
    points,
    points_span,
    scene_name,
    share_span,
    whole_points,
)
from emoclassify.study.contrasts import WHOLE_FILM, Contrast, SceneFinding
from emoclassify.study.film_scenes import FilmScene
from emoclassify.study.findings import FilmFindings
from emoclassify.study.plan import Comparison
from emoclassify.study.statistics.power import people_for
from emoclassify.study.statistics.scenes import Difference
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


def scene_answer(study: Study, contrast: Contrast, finding: SceneFinding, words: Words) -> Answer:
    """Whether a scene, or the film on the whole, differs, and by how much."""
    _, alpha = words.text, study.plan.alpha
    scene = scene_name(study, contrast.comparison.first.stimulus, finding.scene, words)
    place = scene if finding.scene == WHOLE_FILM else _("in the scene {scene}").format(scene=scene)
    question = f"{sides_name(study, contrast, words)}, {place}"
    difference, p = finding.difference, finding.p_holm
    if difference is None or p is None:
        return Answer(question, _("cannot tell, too few people"), "")
    people = f"n {contrast.n[0]}"
    if not contrast.is_paired:
        people = _("n {first} and {second}").format(first=difference.n_first, second=difference.n_second)
    figures = difference_figures(difference, people, p, words)
    if not contrast.is_covered_alike:
        return Answer(question, _("cannot tell, much less could be read of one side"), figures)
    if p > alpha:
        remark = reach(difference, finding.detectable, alpha, words, is_paired=contrast.is_paired)
        return Answer(question, _("cannot tell"), figures, remark=remark)
    is_planned = not is_exploratory(study, finding)
    verdict = above_or_below(study, contrast.comparison, words, is_above=difference.difference > 0)
    return Answer(question, verdict, figures, is_told=is_planned)


def late_scenes(words: Words) -> str:
    """Why scenes are exploratory."""
    return words.text(
        "Scenes were changed after somebody had looked at results: what is found in them is exploratory, an idea for a "
        "test with other people."
    )


def is_exploratory(study: Study, finding: SceneFinding | FilmScene) -> bool:
    """Whether a scene was changed after somebody had looked at results: it is found by looking then."""
    return study.are_scenes_late and finding.scene != WHOLE_FILM


def is_planned_difference(study: Study, contrast: Contrast, finding: SceneFinding) -> bool:
    """Whether the difference of a scene may be told as the answer to a question that was asked beforehand."""
    return _is_told(study, finding) and contrast.is_covered_alike


def is_planned_scene(study: Study, finding: FilmScene) -> bool:
    """Whether a scene of a film may be told as one that differs from the rest, asked beforehand."""
    return _is_told(study, finding) and finding.is_covered_alike


def _is_told(study: Study, finding: SceneFinding | FilmScene) -> bool:
    is_found = finding.p_holm is not None and finding.p_holm <= study.plan.alpha
    return is_found and not is_exploratory(study, finding)


def difference_figures(difference: Difference, people: str, p_holm: float, words: Words) -> str:
    """Difference, interval, people and p in one line."""
    template = words.several(
        "{points} point ({from_to}), {people}, p {p} after Holm",
        "{points} points ({from_to}), {people}, p {p} after Holm",
        whole_points(difference.difference),
    )
    return template.format(
        points=points(difference.difference, words),
        from_to=points_span(difference.low, difference.high, words),
        people=people,
        p=p_text(p_holm, words),
    )


def reach(difference: Difference, smallest: float | None, alpha: float, words: Words, *, is_paired: bool) -> str:
    """How many people would find a usual difference; where the panel does, the smallest that it finds. So that "cannot
    tell" is not read as "no difference"; empty where it is not known."""
    if smallest is None:
        return ""
    if smallest <= WISHED_DIFFERENCE:
        n_points = max(1, whole_points(smallest))  # less than a point is found by who finds one
        return words.several(
            "Such a panel finds {points} point in 8 of 10 studies.",
            "Such a panel finds {points} points in 8 of 10 studies.",
            n_points,
        ).format(points=words.count(n_points))
    n = (difference.n_first,) if is_paired else (difference.n_first, difference.n_second)
    n_needed = people_for(WISHED_DIFFERENCE, difference.error, n, alpha=alpha)
    template = _needed_text(n_needed, words, is_paired=is_paired)
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


def told_difference(study: Study, comparison: Comparison, difference: Difference, words: Words) -> str:
    """Which side is above, by how much, with the interval; an end on the other side of 0 is told as 0."""
    n_points = whole_points(difference.difference)
    template = words.several(
        "{verdict} by {points} point ({low} to {high})", "{verdict} by {points} points ({low} to {high})", n_points
    )
    verdict = above_or_below(study, comparison, words, is_above=difference.difference > 0)
    low, high = _ends(difference, words)
    return template.format(verdict=verdict, points=words.count(n_points), low=low, high=high)


def _ends(difference: Difference, words: Words) -> tuple[str, str]:
    """Both ends of the interval in points, without the sign of the difference; one on the other side of 0 is 0."""
    sign = 1 if difference.difference > 0 else -1
    low, high = sorted(max(0.0, 100 * sign * end) for end in (difference.low, difference.high))
    return words.number(low, 0), words.number(high, 0)


def sides_name(study: Study, contrast: Contrast, words: Words) -> str:
    """The two sides and the measure."""
    return f"{pair_name(study, contrast.comparison, words)}, {measure_name(contrast.measure, words)}"


def film_scene_answer(study: Study, film: FilmFindings, finding: FilmScene, words: Words) -> Answer:
    """Whether people show more, or less, in a scene than in the rest of its film, by how much, and how many show it."""
    _, alpha = words.text, study.plan.alpha
    question = _("{film}, {measure}, in the scene {scene}").format(
        film=film_name(study, film.stimulus),
        measure=measure_name(film.measure, words),
        scene=scene_name(study, film.stimulus, finding.scene, words),
    )
    difference, p = finding.difference, finding.p_holm
    if difference is None or p is None:
        return Answer(question, _no_difference(study, film, finding, words), "")
    figures = difference_figures(difference, f"n {difference.n_first}", p, words)
    share = _share_sentence(finding, words)
    if not finding.is_covered_alike:
        why = _("cannot tell, much less could be read of one part of the film")
        return Answer(question, why, figures, remark=share)
    if p > alpha:
        smallest = reach(difference, finding.detectable, alpha, words, is_paired=True)
        return Answer(question, _("cannot tell"), figures, remark=" ".join(filter(None, (smallest, share))))
    verdict = _("above the rest of the film") if difference.difference > 0 else _("below the rest of the film")
    return Answer(question, verdict, figures, not is_exploratory(study, finding), share)


def _no_difference(study: Study, film: FilmFindings, finding: FilmScene, words: Words) -> str:
    stimulus = study.film(film.stimulus)
    bins = next(stimulus.bins_of(one) for one in stimulus.scenes if one.id == finding.scene)
    if bins.stop - bins.start == stimulus.n_bins:
        return words.text("cannot tell, the scene is all of the film")
    return words.text("cannot tell, too few people")


def _share_sentence(finding: FilmScene, words: Words) -> str:
    """How many people show it in the scene; empty of too few."""
    if finding.share is None:
        return ""
    share = finding.share
    return words.text("{share} of the people showed it there ({from_to}).").format(
        share=words.percent(share.share), from_to=share_span(share.low, share.high, words)
    )


def film_scene_headline(study: Study, film: FilmFindings, finding: FilmScene, words: Words) -> str:
    """A scene that differs from the rest of its film, as a title."""
    _, difference = words.text, finding.difference
    assert difference is not None
    head = [capitalized(measure_name(film.measure, words))]
    head += [film_name(study, film.stimulus)] if len(study.stimuli) > 1 else []
    head.append(_("scene “{scene}”").format(scene=scene_name(study, film.stimulus, finding.scene, words)))
    return f"{', '.join(head)}: {_points_apart(difference, words)}"


def _points_apart(difference: Difference, words: Words) -> str:
    n_points = whole_points(difference.difference)
    template = (
        words.several(
            "{points} point above the rest of the film ({low} to {high})",
            "{points} points above the rest of the film ({low} to {high})",
            n_points,
        )
        if difference.difference > 0
        else words.several(
            "{points} point below the rest of the film ({low} to {high})",
            "{points} points below the rest of the film ({low} to {high})",
            n_points,
        )
    )
    low, high = _ends(difference, words)
    return template.format(points=words.count(n_points), low=low, high=high)
