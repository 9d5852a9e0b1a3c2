"""The persons of a recording, and its mean emotion."""

from emoclassify.analysis import Analysis
from emoclassify.findings import CurveFindings, Findings
from emoclassify.groups import APART, Groups
from emoclassify.labels import EMOTIONS, Scores, valence
from emoclassify.outputs.charts.titles import MOST_PERSONS
from emoclassify.outputs.document.blocks import Block, Heading, Paragraph, Picture, Table, TextRow
from emoclassify.outputs.document.words import NOTHING, Words
from emoclassify.outputs.report.voices import weights_paragraph


def persons(analysis: Analysis, findings: Findings, words: Words, charts: dict[str, Picture]) -> list[Block]:
    """How long each person can be read, and each group of emotions leads.

    No blocks where nobody can be read, and of a still picture, which has no time.
    """
    _, groups = words.text, analysis.options.emotion_groups
    curves = [curve for curve in findings.curves if curve.person is not None]
    if analysis.source.still or not any(curve.mean is not None for curve in curves):
        return []
    header = (
        _("person"),
        _("readable for"),
        _("of the recording"),
        *(words.group(group) for group in groups),
        _(APART),
        _("mean valence"),
    )
    rows = tuple(_person(curve, groups, words) for curve in curves[:MOST_PERSONS])
    blocks: list[Block] = [Heading(_("Persons")), Table(header, rows, numbers_from=1)]
    sentences = [_bases(groups, words)]
    if len(analysis.persons) > 1:
        sentences.append(_("Person 1 is the main person: the one whose face is largest over the whole time."))
    if len(analysis.persons) > MOST_PERSONS:
        sentence = _("The {shown} persons with the largest faces are shown of {all}; the tables have all.")
        sentences.append(sentence.format(shown=MOST_PERSONS, all=len(analysis.persons)))
    return [*blocks, Paragraph(" ".join(sentences)), charts["shares"]]


def _bases(groups: Groups, words: Words) -> str:
    """Of what the percentages of the groups are shares, and which emotions are in them."""
    _ = words.text
    emotions = {group: " + ".join(map(_, groups[group])) or NOTHING for group in groups}
    return _(
        "Positive ({positive}), neutral ({neutral}) and negative ({negative}) are shares of the readable time in which "
        "one of their emotions has the top score. Surprise is a part of its group and is told apart too; the mean "
        "valence leaves it out."
    ).format(**emotions)


def _person(curve: CurveFindings, groups: Groups, words: Words) -> TextRow:
    readable = (str(curve.person), words.seconds(curve.read_s), words.percent(curve.shares.read))
    if curve.mean is None:
        return (*readable, *[NOTHING] * 5)
    shares = curve.shares.in_words(groups, words.lang)
    return (*readable, *shares.groups.values(), shares.emotions[APART], words.signed(float(valence(curve.mean))))


def mean_emotion(analysis: Analysis, findings: Findings, words: Words) -> list[Block]:
    """The mean scores of each face, of the voice and of both; no blocks where there are none."""
    _ = words.text
    means = {f"{_('person')} {curve.person}": curve.mean for curve in findings.curves[:MOST_PERSONS] if curve.person}
    means |= {_("voice"): findings.voice.mean if findings.voice else None, _("face and voice together"): findings.both}
    scores = {name: mean for name, mean in means.items() if mean is not None}
    if not scores:
        return []
    if analysis.source.still:
        return _still_scores(scores, words)
    rows = tuple((name, *_scores(row, words)) for name, row in scores.items())
    explanation = _(
        "The mean score of every emotion, 0 to 1, over the readable time of a face and over the speech of a voice, "
        "each reading weighted by the time it stands for."
    )
    if findings.both is not None:
        explanation += " " + _(
            "Face and voice together: the main person's mean and that of the voice, multiplied with the weights told "
            "below."
        )
        if len(analysis.persons) > 1:
            explanation += " " + _("With several people in the picture the voice may be another person's.")
    header = ("", *map(_, EMOTIONS))
    blocks: list[Block] = [Heading(_("The mean of the whole recording")), Paragraph(explanation)]
    blocks.append(Table(header, rows, numbers_from=1))
    if findings.both is not None and analysis.crosscheck is None:
        blocks.append(weights_paragraph(analysis, words))
    return blocks


def _still_scores(scores: dict[str, Scores], words: Words) -> list[Block]:
    """The scores of a still picture, each row with its valence, since there is no table of persons."""
    _ = words.text
    header = ("", *map(_, EMOTIONS), _("valence, surprise left out"))
    rows = tuple((name, *_scores(row, words), words.signed(float(valence(row)))) for name, row in scores.items())
    return [Heading(_("The score of each emotion, from 0 to 1")), Table(header, rows, numbers_from=1)]


def _scores(scores: Scores, words: Words) -> TextRow:
    return tuple(words.number(float(score)) for score in scores)
