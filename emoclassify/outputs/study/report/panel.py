"""The sections on the panel: who counts, what people answered, moments that a rule marks, limits, method, checksums."""

from collections import Counter

from emoclassify import __version__
from emoclassify.outputs.document.blocks import Block, Bullets, Heading, Paragraph, Picture, Table, TextRow
from emoclassify.outputs.document.words import NOTHING, Words
from emoclassify.outputs.headlines import capitalized
from emoclassify.outputs.study.charts.draw import FUNNEL, OUTCOMES
from emoclassify.outputs.study.charts.funnel import reasons_of
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.names import film_name, measure_name, reason_in
from emoclassify.outputs.study.outcomes_told import level_text, outcome_meaning, outcome_name
from emoclassify.outputs.study.told import people_sentence
from emoclassify.study.outcome_findings import OutcomeLevel
from emoclassify.study.plan import BEFORE


def who_counts(material: StudyMaterial, words: Words, charts: dict[str, Picture]) -> list[Block]:
    """How many viewings of each film count, and why the others do not."""
    _, study = words.text, material.study
    blocks: list[Block] = [Heading(_("Who counts")), Paragraph(people_sentence(study, words))]
    blocks += [charts[FUNNEL]] if FUNNEL in charts else []
    rows = []
    for stimulus in study.stimuli:
        own = [viewing for viewing in study.judged if viewing.stimulus == stimulus.id]
        reasons = Counter(reason_in(viewing.reason, words) for viewing in own if not viewing.is_usable)
        reason_text = "; ".join(f"{reason} ({n})" for reason, n in reasons.most_common()) or NOTHING
        n_used = sum(viewing.is_usable for viewing in own)
        rows.append((film_name(study, stimulus.id), str(len(own)), str(n_used), reason_text))
    header = (_("film"), _("in the table"), _("count"), _("left out, why"))
    return [*blocks, Table(header, tuple(rows))]


def outcomes(material: StudyMaterial, words: Words, charts: dict[str, Picture]) -> list[Block]:
    """What people answered or did, and how it goes with what they showed."""
    _, levels = words.text, material.answers.outcome_levels
    if not levels:
        return []
    rows = tuple(_level_row(material, level, words) for level in levels)
    header = (_("answer or deed"), _("what is told"), "n", _("value (95%)"))
    blocks: list[Block] = [Heading(_("Answers and deeds")), Table(header, rows, numbers_from=2)]
    if OUTCOMES in charts:
        text = _(
            "How they go with what people showed was found by looking. It is no cause: faces do not tell who will buy."
        )
        blocks += [Paragraph(text), charts[OUTCOMES]]
    return blocks


def _level_row(material: StudyMaterial, level: OutcomeLevel, words: Words) -> TextRow:
    name, meaning = outcome_name(material.study, level.outcome), outcome_meaning(level.outcome, words)
    return (name, meaning, str(level.n), level_text(level, words))


def episodes(material: StudyMaterial, words: Words) -> list[Block]:
    """Where a rule of the plan marks a film."""
    _, study = words.text, material.study
    if not study.plan.episodes:
        return []
    heading = Heading(_("Moments that a rule of the plan marks"))
    rows = tuple(
        (
            *(film_name(study, episode.stimulus), capitalized(measure_name(episode.rule.measure, words))),
            words.span(episode.start_s, episode.end_s),
            words.percent(episode.highest),
        )
        for episode in material.answers.episodes
    )
    if not rows:
        return [heading, Paragraph(_("No moment is marked."))]
    return [heading, Table((_("film"), _("measure"), _("time"), _("largest share at once")), rows, numbers_from=3)]


def limits(words: Words) -> tuple[str, ...]:
    """What the figures do not say."""
    _ = words.text
    return (
        _("The scores say what a model sees in a face, as people name such looks. They do not say what anybody feels."),
        _("These people are not all people: whom else the figures stand for is decided by how they were found."),
        _("“Cannot tell” is not “no difference”: a smaller one may be there."),
        _("A difference between groups of people may be one of the model, which reads some faces better than others."),
        _("What was found by looking asks for a test with other people."),
        _("Nothing here is for watching staff or pupils, or for decisions about individual people."),
    )


def method(material: StudyMaterial, words: Words) -> list[Block]:
    """How the figures were computed, and what was decided."""
    _, plan = words.text, material.study.plan
    sentences = (
        _(
            "Each recording was put on the film's clock; a moment is half a second of the film. "
            "What was not seen is a gap."
        ),
        _("Several viewings of one film by one person were averaged first, so that each person counts once."),
        _("Bands hold the whole true curve at once: 2,000 draws of people (studentized sup-t bootstrap, Degras 2011)."),
        _(
            "Curves were compared by cluster mass (Maris and Oostenveld 2007), whole people dealt anew; p by Holm over "
            "all comparisons and measures."
        ),
        _(
            "Scenes were compared by turning signs where the same people saw both, else by analysis of covariance "
            "(HC3); p by Holm over all scenes and measures of a comparison."
        ),
        _(
            "A scene was held against the rest of its film, each person compared with themselves, by turning signs; p "
            "by Holm over all scenes, measures and films."
        ),
        _("Shares of people have Wilson's intervals; their differences Newcombe's, or a paired bootstrap."),
        _("The height of a peak was told by people who did not choose its moment (200 halves)."),
    )
    rows: tuple[TextRow, ...] = (
        (_("Measures"), ", ".join(measure_name(measure, words) for measure in plan.measures)),
        (_("A half second shows a measure above"), words.number(plan.share_above)),
        (_("A viewing counts from this share of the film read"), words.percent(plan.min_coverage)),
        (_("Baseline"), _("the 10 s before the film") if plan.baseline == BEFORE else _("none")),
        (_("Level of all tests"), words.percent(plan.alpha)),
        (_("Seed of all draws"), str(plan.seed)),
    )
    return [Heading(_("Method")), Bullets(sentences), Table((), rows, caption=_("What was decided beforehand"))]


def checksums(material: StudyMaterial, words: Words) -> list[Block]:
    """What a reader needs to hold the report against the plan and the films."""
    _, study = words.text, material.study
    rows: list[TextRow] = [(_("Program"), f"EmoClassify {__version__}"), (_("Plan, SHA-256"), study.plan_sha256)]
    rows += [
        (_("{film}, SHA-256").format(film=film_name(study, stimulus.id)), stimulus.sha256)
        for stimulus in study.stimuli
        if stimulus.sha256
    ]
    text = _(
        "The same recordings, plan and program give the same figures. study.json has the checksums of all recordings."
    )
    return [Heading(_("How to repeat it")), Paragraph(text), Table((), tuple(rows))]


def reasons(material: StudyMaterial, words: Words) -> tuple[str, ...]:
    """Each reason why viewings are left out, with how many."""
    return tuple(f"{reason}: {words.count(n)}" for reason, n in reasons_of(material, words))
