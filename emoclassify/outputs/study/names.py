"""Films, sides, scenes, measures and figures of a study, as people read them."""

from emoclassify.outputs.document.words import NOTHING, Words, printable
from emoclassify.study.contrasts import WHOLE_FILM
from emoclassify.study.plan import Comparison
from emoclassify.study.reasons import APART
from emoclassify.study.study import Study
from emoclassify.words import numbers
from emoclassify.words.measures import measure_in_words
from emoclassify.words.texts import translation

FIGURE_NAMES = {
    "mean": "mean",
    "peak": "highest",
    "end": "last five seconds",
    "share": "share of the time above the limit",
}
"""Of `outcome_findings.FIGURES`."""

_LEAST_LETTERS = 3  # of a word: "m" or "B2" says nothing without its column
_VAGUE = frozenset(
    "yes no true false none other unknown both low medium mid high small large first second "
    "да нет другое другой другая прочее низкий средний высокий низкая средняя высокая мало много".split()
)
"""Names of groups that say nothing without their column, in small letters."""


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
        return group_name(study, first.column, first.value), group_name(study, second.column, second.value)
    names = [
        ", ".join(filter(None, (film_name(study, side.stimulus), group_name(study, side.column, side.value))))
        for side in (first, second)
    ]
    return names[0], names[1]


def is_of_groups(comparison: Comparison) -> bool:
    """Whether a side is a group of people, so that its name is often a plural: "men"."""
    return bool(comparison.first.column or comparison.second.column)


def context_of(study: Study, comparison: Comparison) -> str:
    """What two groups are compared in: the film that both saw, or how it differs from another; empty of two films."""
    first, second = comparison.first, comparison.second
    if not first.column or (first.stimulus, first.column) != (second.stimulus, second.column):
        return ""
    film = film_name(study, first.stimulus)
    return f"{film} \N{MINUS SIGN} {film_name(study, comparison.base)}" if comparison.base else film


def pair_name(study: Study, comparison: Comparison, words: Words) -> str:
    """A comparison in a few words: "B against A", "A: men against women", "A, smoker: yes against no"."""
    context = context_of(study, comparison)
    first, second = side_names(study, comparison)
    column, values = comparison.first.column, (comparison.first.value, comparison.second.value)
    if context and any(_needs_column(study, column, value) for value in values):
        context, (first, second) = f"{context}, {printable(column)}", (printable(value) for value in values)
    template = (
        translation(words.lang).pgettext("groups", "{second} against {first}")
        if is_of_groups(comparison)
        else words.text("{second} against {first}")
    )
    pair = template.format(first=first, second=second)
    return f"{context}: {pair}" if context else pair


def above_or_below(study: Study, comparison: Comparison, words: Words, *, is_above: bool) -> str:
    """Which side is higher: "B is above A"; of groups "men above women"."""
    _ = words.text
    if is_of_groups(comparison):
        template = _("{second} above {first}") if is_above else _("{second} below {first}")
    else:
        template = _("{second} is above {first}") if is_above else _("{second} is below {first}")
    first, second = side_names(study, comparison)
    return template.format(first=first, second=second)


def rest_name(study: Study, stimulus: str, words: Words) -> str:
    """A film whose scenes are held against the rest of it, as a comparison in a few words."""
    return words.text("{film}: a scene against the rest").format(film=film_name(study, stimulus))


def group_name(study: Study, column: str, value: str) -> str:
    """A group of people as one says it: "women"; with its column where the word alone could be anything: "age 18-24",
    "smoker: yes". Empty of everybody."""
    if not column:
        return ""
    if not _needs_column(study, column, value):
        return printable(value)
    between = " " if value[:1].isdigit() else ": "
    return f"{printable(column)}{between}{printable(value)}"


def _needs_column(study: Study, column: str, value: str) -> bool:
    """Whether the name of a group is no word, a vague one, or that of another column's group too."""
    letters = sum(letter.isalpha() for letter in value)
    is_elsewhere = any(
        cell == value for cells in study.participants.values() for name, cell in cells.items() if name != column
    )
    return letters < _LEAST_LETTERS or value.casefold() in _VAGUE or is_elsewhere


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
