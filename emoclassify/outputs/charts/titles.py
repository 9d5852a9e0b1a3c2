"""The texts beside the charts of a recording: the labels of rows, and the facts below the title."""

from collections.abc import Callable

from emoclassify.analysis import Analysis
from emoclassify.curves import Curve, bin_width_s, curves_of
from emoclassify.smoothing import N_SMOOTHED_BINS
from emoclassify.words.numbers import count, without_zeros
from emoclassify.words.texts import translation

MOST_PERSONS = 6
"""Persons in one chart, those with the largest faces; the tables have all."""

Translate = Callable[[str], str]


def drawn_curves(analysis: Analysis) -> list[Curve]:
    """The curves for charts that have a row for each person."""
    return curves_of(analysis)[:MOST_PERSONS]


def row_label(curve: Curve, analysis: Analysis, translate: Translate) -> str:
    """ "person 2", or "voice"; empty where there is only one person."""
    if curve.person is None:
        return translate("voice")
    return f"{translate('person')} {curve.person}" if len(analysis.persons) > 1 else ""


def facts_of(analysis: Analysis, lang: str) -> list[str]:
    """What was found, and what hatching means: facts for the second line of a title."""
    _, counts = translation(lang).gettext, analysis.counts
    if not analysis.frames:
        role = next((role.name for role in analysis.roles if role.voice), "")
        whose = _("the voice: {role}").format(role=role) if role else _("the voice")
        return [whose, _("hatched: no speech")] if analysis.segments else [_("no picture, no speech")]
    if not counts.with_face:
        return [_("no face found")]
    with_face, sampled = count(counts.with_face, lang), count(counts.sampled, lang)
    face_fact = _("face in {with_face} of {sampled} frames").format(with_face=with_face, sampled=sampled)
    return [face_fact, _("hatched: no readable face")]


def smoothing_fact(analysis: Analysis, lang: str) -> str:
    """Over how long the drawn curves are smoothed."""
    seconds = without_zeros(N_SMOOTHED_BINS * bin_width_s(analysis), lang)
    return translation(lang).gettext("smoothed over {seconds} s").format(seconds=seconds)


def person_count_facts(analysis: Analysis, translate: Translate) -> list[str]:
    """How many of the persons a chart with a row for each shows; empty where it shows all."""
    _, n = translate, len(analysis.persons)
    return [_("{shown} of {all} persons").format(shown=MOST_PERSONS, all=n)] if n > MOST_PERSONS else []
