"""The persons of a recording, and the mean emotion of the whole of it."""

from emoclassify.analysis import Analysis
from emoclassify.labels import EMOTIONS, Scores, valence
from emoclassify.means import FaceMean
from emoclassify.outputs.charts.titles import MOST_PERSONS
from emoclassify.outputs.document.blocks import Block, Heading, Paragraph, Picture, Row, Table
from emoclassify.outputs.document.words import NOTHING, Words
from emoclassify.outputs.report.voices import weights


def persons(found: Analysis, words: Words, charts: dict[str, Picture]) -> list[Block]:
    """How long each person is seen and what the face is on average; nothing where nobody can be read."""
    _, means = words.text, {mean.person: mean for mean in found.means.faces}
    if not means:
        return []
    header = (_("person"), _("readable for"), _("of the picture's time"), _("mean emotion"), _("valence"))
    rows = tuple(_person(person, means.get(person), words) for person in found.persons[:MOST_PERSONS])
    blocks: list[Block] = [Heading(_("Persons")), Table(header, rows, numbers_from=4)]
    told = []
    if len(found.persons) > 1:
        told.append(_("Person 1 is the main person: the one whose face is largest over the whole time."))
    if len(found.persons) > MOST_PERSONS:
        shown = _("The {shown} persons with the largest faces are shown of {all}; the tables have all.")
        told.append(shown.format(shown=MOST_PERSONS, all=len(found.persons)))
    if told:
        blocks.append(Paragraph(" ".join(told)))
    return [*blocks, charts["shares"]]


def _person(person: int, mean: FaceMean | None, words: Words) -> Row:
    if mean is None:
        return (str(person), words.seconds(0), words.percent(0), NOTHING, NOTHING)
    return (
        str(person),
        words.seconds(mean.seen_s),
        words.percent(mean.coverage),
        words.top(mean.scores),
        words.signed(float(valence(mean.scores))),
    )


def mean_emotion(found: Analysis, words: Words) -> list[Block]:
    """The mean scores of each face, of the voice and of both; nothing where there are none."""
    _, means = words.text, found.means
    rows: list[Row] = []
    for mean in means.faces:
        if mean.person not in found.persons[:MOST_PERSONS]:
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
    told = _(
        "The mean of every score over the whole recording, each weighted by the time it stands for; in brackets how "
        "much of the time that is."
    )
    if means.both is not None:
        told += " " + _(
            "Face and voice together: the main person's mean and that of the voice, multiplied with the weights told "
            "below."
        )
        if len(found.persons) > 1:
            told += " " + _("With several people in the picture the voice may be another person's.")
    header = ("", *map(_, EMOTIONS))
    blocks: list[Block] = [Heading(_("The mean of the whole recording")), Paragraph(told)]
    blocks.append(Table(header, tuple(rows), numbers_from=1))
    if means.both is not None and found.crosscheck is None:
        blocks.append(weights(found, words))
    return blocks


def _scores(scores: Scores, words: Words) -> Row:
    return tuple(words.number(float(score)) for score in scores)
