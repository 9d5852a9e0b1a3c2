"""The persons of a recording, and the mean emotion of the whole of it."""

from emoclassify.analysis import Analysis
from emoclassify.labels import EMOTIONS, Scores, valence
from emoclassify.outputs.report.blocks import Block, Heading, Paragraph, Picture, Row, Table
from emoclassify.outputs.report.words import Words
from emoclassify.outputs.tracks import MOST_PERSONS


def persons(found: Analysis, words: Words, charts: dict[str, Picture]) -> list[Block]:
    """How long each person is seen and what the face is on average; nothing where nobody can be read."""
    _, faces = words.text, found.means.faces
    if not faces:
        return []
    header = (_("person"), _("readable for"), _("of the picture's time"), _("mean emotion"), _("valence"))
    rows = tuple(
        (
            str(mean.person),
            words.seconds(mean.seen_s),
            words.percent(mean.coverage),
            words.top(mean.scores),
            words.signed(float(valence(mean.scores))),
        )
        for mean in faces[:MOST_PERSONS]
    )
    blocks: list[Block] = [Heading(_("Persons")), Table(header, rows, numbers_from=4)]
    if len(faces) > MOST_PERSONS:
        told = _("The {shown} persons with the largest faces are shown of {all}; the tables have all.")
        blocks.append(Paragraph(told.format(shown=MOST_PERSONS, all=len(faces))))
    elif len(faces) > 1:
        blocks.append(Paragraph(_("Person 1 is the main person: the one whose face is largest over the whole time.")))
    return [*blocks, charts["shares"]]


def mean_emotion(found: Analysis, words: Words) -> list[Block]:
    """The mean scores of each face, of the voice and of both; nothing where there are none."""
    _, means = words.text, found.means
    rows: list[Row] = []
    for mean in means.faces[:MOST_PERSONS]:
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
        "The mean of every score over the whole recording, each by the time it stands for; in brackets the share of "
        "the recording's time that it is the mean of."
    )
    if means.both is not None:
        told += " " + _(
            "Face and voice together: the main person's mean and that of the voice, multiplied with the weights told "
            "below."
        )
    header = ("", *map(_, EMOTIONS))
    return [Heading(_("The mean of the whole recording")), Paragraph(told), Table(header, tuple(rows), numbers_from=1)]


def _scores(scores: Scores, words: Words) -> Row:
    return tuple(words.number(float(score)) for score in scores)
