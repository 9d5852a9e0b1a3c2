"""Waves and days in sentences: what the tests allow, and that they were found by looking."""

from datetime import date

from emoclassify.outputs.document.words import Words, printable
from emoclassify.outputs.headlines import capitalized
from emoclassify.outputs.study.names import film_name, measure_name, p_text, points, points_span, whole_points
from emoclassify.study.study import Study
from emoclassify.study.waves import Waves, WaveStep
from emoclassify.words.numbers import day


def wave_name(waves: Waves, wave: str, words: Words) -> str:
    """The word of a wave; a date as the language writes it."""
    return day(date.fromisoformat(wave), words.lang) if waves.are_days else printable(wave)


def step_verdict(study: Study, waves: Waves, step: WaveStep, words: Words) -> str:
    """Whether a wave is above or below the one before; "cannot tell" where the test allows no more."""
    _ = words.text
    first, second = (wave_name(waves, wave, words) for wave in (step.first, step.second))
    if step.difference is None:
        return _("cannot tell, too few people")
    if not step.is_covered_alike:
        return _("cannot tell, much less could be read of one side")
    if not is_found(study, step):
        return _("cannot tell")
    template = _("{second} is above {first}") if step.difference.difference > 0 else _("{second} is below {first}")
    return template.format(first=first, second=second)


def is_found(study: Study, step: WaveStep) -> bool:
    """Whether a difference may be told as one that was found by looking."""
    return step.is_covered_alike and step.p_adjusted is not None and step.p_adjusted <= study.plan.alpha


def step_sentence(study: Study, waves: Waves, step: WaveStep, words: Words) -> str:
    """A wave against the one before: the verdict, the difference with its interval, who was compared, and p."""
    _ = words.text
    first, second = (wave_name(waves, wave, words) for wave in (step.first, step.second))
    question = _("{film}, {measure}, {second} after {first}").format(
        film=film_name(study, step.stimulus), measure=measure_name(step.measure, words), first=first, second=second
    )
    parts = [question, step_verdict(study, waves, step, words)]
    if step.difference is not None:
        parts.append(f"{step_points(step, words)}, {step_people(step, words)}, {step_p(step, words)}")
    return f"{': '.join(parts)}."


def step_points(step: WaveStep, words: Words) -> str:
    """The difference with its interval: "+5 points (+1 to +9)"."""
    difference = step.difference
    assert difference is not None
    template = words.several(
        "{points} point ({from_to})", "{points} points ({from_to})", whole_points(difference.difference)
    )
    return template.format(
        points=points(difference.difference, words), from_to=points_span(difference.low, difference.high, words)
    )


def step_people(step: WaveStep, words: Words) -> str:
    """Who was compared."""
    difference = step.difference
    assert difference is not None
    if step.is_paired:
        n = difference.n_first
        return words.several("the same {n} person", "the same {n} people", n).format(n=words.count(n))
    return words.text("different people, n {first} and {second}").format(
        first=difference.n_first, second=difference.n_second
    )


def step_p(step: WaveStep, words: Words) -> str:
    """Its p, corrected as one of those that were found by looking."""
    return words.text("p {p} after Benjamini and Hochberg").format(p=p_text(step.p_adjusted, words))


def waves_headline(study: Study, waves: Waves, measure: str, words: Words) -> str:
    """The title of the chart: the first difference between two waves that may be told, else that there is none."""
    name = capitalized(measure_name(measure, words))
    for step in waves.steps:
        if step.measure == measure and is_found(study, step):
            verdict = step_verdict(study, waves, step, words)
            return f"{name}, {film_name(study, step.stimulus)}: {verdict}"
    return words.text("{measure}: no wave differs from the one before so that it can be told").format(measure=name)


def waves_note(words: Words) -> str:
    """What the steps between waves are worth."""
    return words.text(
        "Found by looking, not planned: each wave is compared with the one before, its p corrected for all steps. "
        "Where most people are in both waves, each is compared with themselves; else those in both are left out. "
        "A wave of fewer than five people is not told."
    )
