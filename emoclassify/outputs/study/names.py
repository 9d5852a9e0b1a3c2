"""Films, sides, scenes, measures and figures of a study, as people read them."""

from emoclassify.outputs.document.words import NOTHING, Words, printable
from emoclassify.study.contrasts import WHOLE_FILM
from emoclassify.study.plan import Comparison, Side
from emoclassify.study.reasons import APART
from emoclassify.study.study import Study
from emoclassify.words import numbers
from emoclassify.words.measures import measure_in_words

FIGURE_NAMES = {
    "mean": "mean",
    "peak": "highest",
    "end": "last five seconds",
    "share": "share of the time above the limit",
}
"""Of `outcome_findings.FIGURES`."""


def measure_name(measure: str, words: Words) -> str:
    """The name of one of `measures.MEASURES`."""
    return measure_in_words(measure, words.lang)


def film_name(study: Study, stimulus: str) -> str:
    """The title of a film; its id where it has none."""
    return printable(study.film(stimulus).title or stimulus)


def side_names(study: Study, comparison: Comparison) -> tuple[str, str]:
    """The first and the second side of a comparison: two films, or two groups of those who saw one."""
    first, second = comparison.first, comparison.second
    if context_of(study, comparison):
        return _group_name(first), _group_name(second)
    names = [
        f"{film_name(study, side.stimulus)}, {_group_name(side)}" if side.column else film_name(study, side.stimulus)
        for side in (first, second)
    ]
    return names[0], names[1]


def context_of(study: Study, comparison: Comparison) -> str:
    """What two groups are compared in: the film that both saw, or how it differs from another; empty of two films."""
    first, second = comparison.first, comparison.second
    if not first.column or (first.stimulus, first.column) != (second.stimulus, second.column):
        return ""
    film = film_name(study, first.stimulus)
    return f"{film} \N{MINUS SIGN} {film_name(study, comparison.base)}" if comparison.base else film


def pair_name(study: Study, comparison: Comparison, words: Words) -> str:
    """A comparison in a few words: "B against A", "A: sex men against sex women"."""
    first, second = side_names(study, comparison)
    pair = words.text("{second} against {first}").format(first=first, second=second)
    context = context_of(study, comparison)
    return f"{context}: {pair}" if context else pair


def rest_name(study: Study, stimulus: str, words: Words) -> str:
    """A film whose scenes are held against the rest of it, as a comparison in a few words."""
    return words.text("{film}: a scene against the rest").format(film=film_name(study, stimulus))


def _group_name(side: Side) -> str:
    return f"{printable(side.column)} {printable(side.value)}"


def scene_name(study: Study, stimulus: str, scene: str, words: Words) -> str:
    """The name of a scene of a film, its id where it has none, and whether it is exploratory; "on the whole" for
    WHOLE_FILM."""
    if scene == WHOLE_FILM:
        return words.text("on the whole")
    name_of = {one.id: one.name for one in study.film(stimulus).scenes}
    name = printable(name_of.get(scene, "") or scene)
    return words.text("{scene} (exploratory)").format(scene=name) if study.are_scenes_late else name


def reason_in(reason: str, words: Words) -> str:
    """Why a viewing is left out, one of `reasons.REASONS`, in a language."""
    start, colon, end = reason.partition(": ")
    before, after = APART.split("{seconds}")
    if end.startswith(before) and end.endswith(after):
        seconds = words.number(float(end.removeprefix(before).removesuffix(after)))
        return f"{words.text(start)}: {words.text(APART).format(seconds=seconds)}"
    return words.text(start) + colon + (words.text(end) if end else "")


def points(value: float, words: Words) -> str:
    """A difference of scores in hundredths of the scale, with its sign: 0.09 -> "+9"."""
    return numbers.signed(100 * value, words.lang, 0)


def whole_points(value: float) -> int:
    """How many points a difference of scores is, without its sign: the number that words go by."""
    return round(abs(100 * value))


def points_span(low: float, high: float, words: Words) -> str:
    """Both ends of an interval: "+3 to +15"."""
    return words.text("{low} to {high}").format(low=points(low, words), high=points(high, words))


def share_span(low: float, high: float, words: Words) -> str:
    """Both ends of the interval of a share: "3% to 15%"."""
    return words.text("{low} to {high}").format(low=words.percent(low), high=words.percent(high))


def correlation_span(low: float, high: float, words: Words) -> str:
    """Both ends of the interval of a correlation: "-0.37 to +0.45", with a true minus sign."""
    return words.text("{low} to {high}").format(low=words.signed(low), high=words.signed(high))


def p_text(p: float | None, words: Words) -> str:
    """A p value: "< 0.001", "0.012"; a dash where there is none."""
    if p is None:
        return NOTHING
    return f"< {words.number(0.001, 3)}" if p < 0.001 else words.number(p, 3)
