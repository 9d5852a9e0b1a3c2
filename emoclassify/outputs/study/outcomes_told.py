"""What people answered or did, and how it goes with what they showed, as people read it."""

from emoclassify.outputs.document.words import Words, printable
from emoclassify.outputs.study.names import (
    FIGURE_NAMES,
    correlation_span,
    film_name,
    group_name,
    measure_name,
    points,
    points_span,
    share_span,
)
from emoclassify.study import group_findings as groups
from emoclassify.study.group_findings import GroupFindings
from emoclassify.study.outcome_findings import OutcomeLevel, OutcomeLink
from emoclassify.study.plan import CSAT, NPS, YES_NO, Outcome
from emoclassify.study.study import Study

ANSWER_GROUPS = {
    groups.PROMOTERS: "would recommend it (9 and 10)",
    groups.PASSIVES: "undecided (7 and 8)",
    groups.DETRACTORS: "would not recommend it (0 to 6)",
    groups.SATISFIED: "satisfied (4 and 5)",
    groups.UNSATISFIED: "not satisfied (1 to 3)",
    groups.YES: "yes",
    groups.NO: "no",
    groups.HIGH: "above the median",
    groups.LOW: "up to the median",
}
"""Of a group of people by an answer."""


def outcome_name(study: Study, outcome: Outcome) -> str:
    """The column of an answer or deed, with the film where it is about one alone."""
    name = printable(outcome.column)
    return f"{name} ({film_name(study, outcome.film)})" if outcome.film else name


def outcome_meaning(outcome: Outcome, words: Words) -> str:
    """What is told of an answer or deed."""
    _ = words.text
    return {
        NPS: _("NPS: share of 9 and 10 minus share of 0 to 6"),
        CSAT: _("CSAT: share of 4 and 5"),
        YES_NO: _("share of yes"),
    }.get(outcome.kind, _("mean"))


def level_text(level: OutcomeLevel, words: Words) -> str:
    """The value of an answer or deed with its interval."""
    if level.outcome.kind == NPS:
        return f"{points(level.value, words)} ({points_span(level.low, level.high, words)})"
    if level.outcome.kind in (CSAT, YES_NO):
        return f"{words.percent(level.value)} ({share_span(level.low, level.high, words)})"
    low, high = words.number(level.low), words.number(level.high)
    return f"{words.number(level.value)} ({words.text('{low} to {high}').format(low=low, high=high)})"


def level_sentence(study: Study, level: OutcomeLevel, words: Words) -> str:
    """An answer or deed by itself: "liking, mean: 3.40 (2.90 to 3.90), n 24"."""
    name, meaning = outcome_name(study, level.outcome), outcome_meaning(level.outcome, words)
    return f"{name}, {meaning}: {level_text(level, words)}, n {words.count(level.n)}"


def link_sentence(study: Study, link: OutcomeLink, words: Words) -> str:
    """An answer or deed beside one figure of the people: "liking, happy, mean, A: +0.31 (+0.10 to +0.49), n 24"."""
    figure = words.text(FIGURE_NAMES[link.figure])
    names = (outcome_name(study, link.outcome), measure_name(link.measure, words), figure)
    head = ", ".join((*names, film_name(study, link.stimulus)))
    rank = link.correlation
    if rank is None:
        return f"{head}: {words.text('cannot tell, too few people')}"
    sentence = f"{head}: {words.signed(rank.rho)} ({correlation_span(rank.low, rank.high, words)}), n {rank.n}"
    if link.odds is None:
        return sentence
    odds = words.text("odds of yes times {ratio} ({low} to {high}) for one standard deviation more").format(
        ratio=words.number(link.odds.ratio), low=words.number(link.odds.low), high=words.number(link.odds.high)
    )
    return f"{sentence}; {odds}"


def shown_group(study: Study, group: GroupFindings, words: Words) -> str:
    """A group of people: "women", "liking: above the median"."""
    if group.is_answer:
        return f"{printable(group.column)}: {words.text(ANSWER_GROUPS[group.value])}"
    return group_name(study, group.column, group.value)
