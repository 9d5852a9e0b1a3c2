"""The persons of a recording, and its mean emotion."""

from emoclassify.analysis import Analysis
from emoclassify.labels import EMOTIONS, Scores, valence
from emoclassify.means import FaceMean
from emoclassify.outputs.charts.titles import MOST_PERSONS
from emoclassify.outputs.document.blocks import Block, Heading, Paragraph, Picture, Table, TextRow
from emoclassify.outputs.document.words import NOTHING, Words
from emoclassify.outputs.report.voices import weights_paragraph


def persons(analysis: Analysis, words: Words, charts: dict[str, Picture]) -> list[Block]:
    """How long each person can be read, with the mean emotion of the face; no blocks where nobody can be read."""
    _, means = words.text, {mean.person: mean for mean in analysis.means.faces}
    if not means:
        return []
    header = (_("person"), _("readable for"), _("of the picture's time"), _("mean emotion"), _("valence"))
    rows = tuple(_person(person, means.get(person), words) for person in analysis.persons[:MOST_PERSONS])
    blocks: list[Block] = [Heading(_("Persons")), Table(header, rows, numbers_from=4)]
    sentences = []
    if len(analysis.persons) > 1:
        sentences.append(_("Person 1 is the main person: the one whose face is largest over the whole time."))
    if len(analysis.persons) > MOST_PERSONS:
        sentence = _("The {shown} persons with the largest faces are shown of {all}; the tables have all.")
        sentences.append(sentence.format(shown=MOST_PERSONS, all=len(analysis.persons)))
    if sentences:
        blocks.append(Paragraph(" ".join(sentences)))
    return [*blocks, charts["shares"]]


def _person(person: int, mean: FaceMean | None, words: Words) -> TextRow:
    if mean is None:
        return (str(person), words.seconds(0), words.percent(0), NOTHING, NOTHING)
    return (
        str(person),
        words.seconds(mean.seen_s),
        words.percent(mean.coverage),
        words.top(mean.scores),
        words.signed(float(valence(mean.scores))),
    )


def mean_emotion(analysis: Analysis, words: Words) -> list[Block]:
    """The mean scores of each face, of the voice and of both; no blocks where there are none."""
    _, means = words.text, analysis.means
    rows: list[TextRow] = []
    for mean in means.faces:
        if mean.person not in analysis.persons[:MOST_PERSONS]:
            continue
        name = f"{_('person')} {mean.person} ({words.percent(mean.coverage)})"
        rows.append((name, *_scores(mean.scores, words)))
    if means.voice is not None:
        name = f"{_('voice')} ({words.percent(means.voice_coverage)})"
        rows.append((name, *_scores(means.voice.scores, words)))
    if means.both is not None:
        rows.append((_("face and voice together"), *_scores(means.both, words)))
    if not rows:
        return []
    explanation = _(
        "The mean of every score over the whole recording, each weighted by the time it stands for; in brackets how "
        "much of the time that is."
    )
    if means.both is not None:
        explanation += " " + _(
            "Face and voice together: the main person's mean and that of the voice, multiplied with the weights told "
            "below."
        )
        if len(analysis.persons) > 1:
            explanation += " " + _("With several people in the picture the voice may be another person's.")
    header = ("", *map(_, EMOTIONS))
    blocks: list[Block] = [Heading(_("The mean of the whole recording")), Paragraph(explanation)]
    blocks.append(Table(header, tuple(rows), numbers_from=1))
    if means.both is not None and analysis.crosscheck is None:
        blocks.append(weights_paragraph(analysis, words))
    return blocks


def _scores(scores: Scores, words: Words) -> TextRow:
    return tuple(words.number(float(score)) for score in scores)
