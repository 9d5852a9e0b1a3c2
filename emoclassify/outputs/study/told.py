"""The answers of a study in sentences: what the tests allow, and no more."""

from collections.abc import Iterable, Iterator

from emoclassify.outputs.document.words import Words
from emoclassify.outputs.headlines import capitalized
from emoclassify.outputs.study.names import (
    context_of,
    film_name,
    measure_name,
    p_text,
    scene_name,
    share_span,
    side_names,
)
from emoclassify.outputs.study.scenes_told import (
    Answer,
    film_scene_answer,
    film_scene_headline,
    is_planned_difference,
    is_planned_scene,
    late_scenes,
    scene_answer,
    sides_name,
    told_difference,
)
from emoclassify.study.contrasts import WHOLE_FILM, Contrast
from emoclassify.study.findings import Answers, FilmFindings
from emoclassify.study.statistics.reliability import LEAST_RELIABILITY
from emoclassify.study.stimulus import BIN_S
from emoclassify.study.study import Study


def sentences_of(study: Study, answers: Answers, lang: str = "en") -> Iterator[str]:
    """A sentence for each film and measure, for each scene against the rest of its film, then for each comparison."""
    words = Words(lang)
    if study.are_scenes_late:
        yield late_scenes(words)
    for film in answers.films:
        yield film_sentence(study, film, words)
    for answer in planned_answers(study, answers, words):
        yield answer.sentence


def planned_answers(study: Study, answers: Answers, words: Words) -> Iterator[Answer]:
    """Each scene against the rest of its film; then, of each comparison and measure of the plan, whether the curves
    differ, and each scene."""
    for film in answers.films:
        for scene in film.scenes:
            yield film_scene_answer(study, film, scene, words)
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
        from_to=peak_span(study, film, words),
        share=words.percent(ever.share),
        share_from_to=share_span(ever.low, ever.high, words),
    )
    return f"{head}: {sentence} {steadiness(film, words)}".rstrip()


def peak_span(study: Study, film: FilmFindings, words: Words) -> str:
    """From when to when the peak may be, half seconds as a whole: "0:10 to 0:12.5"."""
    assert film.peak is not None
    span = study.film(film.stimulus).span_of(film.peak.low_bin, film.peak.high_bin)
    return words.text("{low} to {high}").format(low=words.time(span.start_s), high=words.time(span.end_s))


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
        measure=name, time=words.time(film.peak.bin * BIN_S), from_to=peak_span(study, film, words)
    )


def curves_answer(study: Study, contrast: Contrast, words: Words) -> Answer:
    """Whether the curves of the whole film differ; never when."""
    _, alpha = words.text, study.plan.alpha
    question = f"{sides_name(study, contrast, words)}, {_('the whole film')}"
    if contrast.cluster is None:
        why = _("cannot tell whether the curves differ, too few people or films of different lengths")
        return Answer(question, why, "")
    figures = _("p {p} after Holm").format(p=p_text(contrast.curves_p_holm, words))
    if not contrast.is_covered_alike:
        return Answer(question, _("cannot tell whether the curves differ, much less could be read of one side"), "")
    if contrast.curves_p_holm is None or contrast.curves_p_holm > alpha:
        return Answer(question, _("cannot tell whether the curves differ"), figures)
    return Answer(question, _("the curves differ"), figures, is_told=True)


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
        return f"{head}, {place}: {told_difference(study, contrast.comparison, telling.difference, words)}"
    if curves_answer(study, contrast, words).is_told:
        return f"{head}: {_('the curves of {second} and {first} differ').format(first=first, second=second)}"
    return f"{head}: {_('cannot tell whether {second} and {first} differ').format(first=first, second=second)}"


def study_headline(study: Study, answers: Answers, words: Words) -> str:
    """The first line of report and slides: the first planned difference that may be told, else that there is none.

    Of a plan without a comparison that is the first scene which differs from the rest of its film; of one without
    scenes either, when the first film's curve is highest.
    """
    _ = words.text
    for contrast in answers.contrasts:
        if any(is_planned_difference(study, contrast, finding) for finding in contrast.scenes):
            return contrast_headline(study, contrast, words)
    for contrast in answers.contrasts:
        if curves_answer(study, contrast, words).is_told:
            return contrast_headline(study, contrast, words)
    if answers.contrasts:
        return _("No planned comparison shows a difference that can be told")
    if any(film.scenes for film in answers.films) and not study.are_scenes_late:
        return film_scenes_headline(study, answers.films, words)
    return film_headline(study, answers.films[0], words)


def film_scenes_headline(study: Study, films: Iterable[FilmFindings], words: Words) -> str:
    """The title of scenes against the rest of their films: the first that differs, else that there is none."""
    for film in films:
        for scene in film.scenes:
            if is_planned_scene(study, scene):
                return film_scene_headline(study, film, scene, words)
    return words.text("No marked scene differs from the rest of its film so that it can be told")


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
