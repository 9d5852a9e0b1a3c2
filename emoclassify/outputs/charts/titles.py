"""The texts beside the charts of a recording: the labels of rows, and the facts below the title."""

from collections.abc import Callable

from emoclassify.analysis import Analysis
from emoclassify.curves import Curve, axis_end_s, bin_width_s, curves_of
from emoclassify.smoothing import N_SMOOTHED_BINS
from emoclassify.timeline import Bins
from emoclassify.words.numbers import count, without_zeros
from emoclassify.words.texts import translation

MOST_PERSONS = 6
"""Persons in one chart, those with the largest faces; the tables have all."""

_SLIVER = 0.2  # of a bin

Translate = Callable[[str], str]


def drawn_curves(analysis: Analysis) -> list[Curve]:
    """The curves for charts that have a row for each person."""
    return [_without_sliver(curve, axis_end_s(analysis)) for curve in curves_of(analysis)[:MOST_PERSONS]]


def _without_sliver(curve: Curve, end_s: float) -> Curve:
    """The curve without a last bin that has no reading and is too narrow to be seen: it would be drawn as a gap."""
    bins = curve.bins
    is_sliver = curve.gaps[-1:].any() and end_s - bins.starts_s[-1] < _SLIVER * curve.bin_s
    if not is_sliver or len(bins.starts_s) < 2:
        return curve
    shown_bins = Bins(bins.starts_s[:-1], bins.n_samples[:-1], bins.n_valid[:-1], bins.scores[:-1])
    return Curve(curve.person, shown_bins)


def row_label(curve: Curve, analysis: Analysis, translate: Translate) -> str:
    """ "person 2", or "voice"; empty where there is only one person."""
    if curve.person is None:
        return translate("voice")
    return f"{translate('person')} {curve.person}" if len(analysis.persons) > 1 else ""


def facts_of(analysis: Analysis, lang: str) -> list[str]:
    """What was found, and what hatching means: facts for the second line of a title."""
    _, counts = translation(lang).gettext, analysis.counts
    has_gaps = any(curve.gaps.any() for curve in drawn_curves(analysis))
    if not analysis.frames:
        role = next((role.name for role in analysis.roles if role.voice), "")
        whose = _("the voice: {role}").format(role=role) if role else _("the voice")
        hatching = [_("hatched: no speech")] if has_gaps else []
        return [whose, *hatching] if analysis.segments else [_("no picture, no speech")]
    if not counts.with_face:
        return [_("no face found")]
    with_face, sampled = count(counts.with_face, lang), count(counts.sampled, lang)
    face_fact = _("face in {with_face} of {sampled} frames").format(with_face=with_face, sampled=sampled)
    return [face_fact, *([_("hatched: no readable face")] if has_gaps else [])]


def smoothing_fact(analysis: Analysis, lang: str) -> str:
    """Over how long the drawn curves are smoothed."""
    seconds = without_zeros(N_SMOOTHED_BINS * bin_width_s(analysis), lang)
    return translation(lang).gettext("smoothed over {seconds} s").format(seconds=seconds)


def person_count_facts(analysis: Analysis, translate: Translate) -> list[str]:
    """How many of the persons a chart with a row for each shows; empty where it shows all."""
    _, n = translate, len(analysis.persons)
    return [_("{shown} of {all} persons").format(shown=MOST_PERSONS, all=n)] if n > MOST_PERSONS else []
