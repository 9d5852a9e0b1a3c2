"""The slides of a recording: its finding, the curve as a picture and as numbers, shares, moments, voice, and limits."""

from collections.abc import Iterator, Sequence

import numpy as np

from emoclassify.analysis import Analysis
from emoclassify.colours import COLOURS, GROUP_COLOURS, PERSON_COLOURS, VALENCE
from emoclassify.findings import CurveFindings, Findings
from emoclassify.groups import Groups
from emoclassify.labels import EMOTIONS, valence
from emoclassify.outputs.charts.titles import MOST_PERSONS
from emoclassify.outputs.document.blocks import (
    FULL_SHARE,
    Bullets,
    ChartKind,
    Deck,
    EditableChart,
    Gallery,
    Note,
    Paragraph,
    Picture,
    Series,
    Slide,
    SlideBlock,
)
from emoclassify.outputs.document.brand import PLAIN, Brand
from emoclassify.outputs.document.slide_fit import chart_slide, fitting
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.headlines import capitalized, course, is_told
from emoclassify.outputs.report.call import all_role_findings, at_once, roles_table
from emoclassify.outputs.report.headline import coverage, headline, key_figures, kicker_of, title_of
from emoclassify.outputs.report.method import limits
from emoclassify.outputs.report.timecourse import Stills, moment_stills, moments_table
from emoclassify.outputs.report.voices import stretches, verdict_sentences
from emoclassify.overview import OverviewCurve
from emoclassify.words.numbers import share_format

_STILLS_A_SLIDE = 4
_MOST_ROWS = 10


def build_slides(
    analysis: Analysis,
    findings: Findings,
    curves: Sequence[OverviewCurve],
    lang: str,
    charts: dict[str, Picture],
    stills: Stills,
    brand: Brand = PLAIN,
) -> Deck:
    """The slides of an analysis.

    Args:
        analysis: of one recording.
        findings: those of the same analysis.
        curves: those of its overview, whose bins are the numbers of the charts.
        lang: of the texts, one of `texts.LANGUAGES`.
        charts: name of a chart -> the chart.
        stills: frames of the recording.
        brand: whose slides they are.
    """
    words = Words(lang)
    slides = (
        _cover(analysis, findings, words, stills),
        *_over_time(analysis, findings, curves, words, charts),
        *_shares(analysis, findings, words),
        *_moments(analysis, findings, words, stills),
        *_voice(analysis, findings, words, charts),
        *_call(analysis, findings, words, charts),
        _method(analysis, findings, words),
    )
    return Deck(title_of(analysis, words), lang, analysis.analyzed_at, fitting(slides), brand)


def _cover(analysis: Analysis, findings: Findings, words: Words, stills: Stills) -> Slide:
    figures, usability = key_figures(analysis, findings, words), findings.usability
    blocks: list[SlideBlock] = [figures] if figures else []
    if not usability.is_usable:
        blocks.append(Note(usability.told(words.lang)))
    aside = (stills.best,) if stills.best else ()
    return Slide(headline(analysis, findings, words), tuple(blocks), kicker_of(analysis, words), aside)


def _over_time(
    analysis: Analysis,
    findings: Findings,
    curves: Sequence[OverviewCurve],
    words: Words,
    charts: dict[str, Picture],
) -> Iterator[Slide]:
    """The valence twice: as the program draws it, and as numbers that can be edited."""
    _, main = words.text, findings.main
    if main is None or main.mean is None or analysis.source.still:
        return
    yield chart_slide(capitalized(course(main, words.lang)), charts["valence"])
    numbers = valence_chart(curves[:MOST_PERSONS], words)
    hint = _("The numbers are in the chart: click it with the right button, then “Edit Data”.")
    yield Slide(_("Valence over time, to edit"), (numbers, Note(hint)))


def valence_chart(curves: Sequence[OverviewCurve], words: Words) -> EditableChart:
    """The drawn valence of each person as numbers: a value for each bin of the overview, at its start; None in gaps.

    Args:
        curves: of one recording, so that all have the same bins.
        words: in which the persons are named.
    """
    _ = words.text
    bin_s, n_bins = curves[0].bin_s, len(curves[0].drawn)
    times_s = tuple(i * bin_s for i in range(n_bins))
    names = [f"{_('person')} {curve.person}" if curve.person else _("voice") for curve in curves]
    colours = [VALENCE] if len(curves) == 1 else [PERSON_COLOURS[i % len(PERSON_COLOURS)] for i in range(len(curves))]
    series = tuple(
        Series(name, _values(curve), (colour,)) for name, curve, colour in zip(names, curves, colours, strict=True)
    )
    return EditableChart(_("Valence"), (), series, -1.0, 1.0, ChartKind.LINES, times_s)


def _values(curve: OverviewCurve) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(value) else round(float(value), 4) for value in valence(curve.drawn))


def _shares(analysis: Analysis, findings: Findings, words: Words) -> Iterator[Slide]:
    """How long each emotion leads, a bar for each, and for each person."""
    main = findings.main
    if main is None or main.leading is None or analysis.source.still or not is_told(findings):
        return
    groups, top = analysis.options.emotion_groups, main.leading
    share = main.base.of(main.shares.in_words(groups, words.lang).emotions[top], words.lang)
    curves = [curve for curve in findings.curves[:MOST_PERSONS] if curve.mean is not None]
    title = words.text("“{top}” leads for {share}").format(top=words.text(top), share=share)
    title = title if len(curves) == 1 else f"{capitalized(words.text('person'))} {main.person}: {title}"
    chart = emotions_chart(main, groups, words) if len(curves) == 1 else groups_chart(curves, groups, words)
    yield Slide(title, (chart,))


def emotions_chart(curve: CurveFindings, groups: Groups, words: Words) -> EditableChart:
    """How long each emotion leads in one face or voice, in whole percent as in the report: a bar for each that does."""
    _, percents_of = words.text, curve.shares.in_whole_percent(groups)
    led = [emotion for emotion in EMOTIONS if percents_of[emotion]] or list(EMOTIONS[:1])
    shares = tuple(percents_of[emotion] / 100 for emotion in led)
    name = f"{_('person')} {curve.person}" if curve.person else _("voice")
    series = Series(name, shares, tuple(COLOURS[emotion] for emotion in led))
    caption, share = _("How long each emotion leads"), share_format(words.lang)
    return EditableChart(caption, tuple(map(_, led)), (series,), 0.0, FULL_SHARE, ChartKind.BARS, share_format=share)


def groups_chart(curves: Sequence[CurveFindings], groups: Groups, words: Words) -> EditableChart:
    """How long each group of emotions leads in several faces: a bar for each face, in the same whole percent."""
    names = tuple(f"{words.text('person')} {curve.person}" for curve in curves)
    percents_of = [curve.shares.in_whole_percent(groups) for curve in curves]
    series = tuple(
        Series(
            words.group(group),
            tuple(sum(of_curve[emotion] for emotion in groups[group]) / 100 for of_curve in percents_of),
            (GROUP_COLOURS[group],),
        )
        for group in groups
    )
    caption, share = words.text("How long each emotion leads"), share_format(words.lang)
    return EditableChart(caption, names, series, 0.0, 1.0, ChartKind.STACKED, share_format=share)


def _moments(analysis: Analysis, findings: Findings, words: Words, stills: Stills) -> Iterator[Slide]:
    """The key moments with their stills, or as a table where there are none."""
    moments = findings.main.moments if findings.main and not analysis.source.still else ()
    if not moments:
        return
    title = words.text("Key moments")
    for first in range(0, len(moments), _STILLS_A_SLIDE):
        part = moments[first : first + _STILLS_A_SLIDE]
        pictures = moment_stills(analysis, part, words, stills)
        gallery = (Gallery(pictures),) if pictures else ()
        yield Slide(title, (*gallery, moments_table(part, words)))


def _voice(analysis: Analysis, findings: Findings, words: Words, charts: dict[str, Picture]) -> Iterator[Slide]:
    """Where face and voice agree; where they were not compared, what each stretch of speech sounds like."""
    _ = words.text
    if analysis.voice is None or not analysis.segments:
        return
    if analysis.crosscheck is not None and analysis.frames:
        sentences = Paragraph(verdict_sentences(analysis, analysis.crosscheck, words))
        yield chart_slide(_("Face and voice"), charts["agreement"], sentences)
        return
    note = _("The first {shown} of {all} stretches of speech; segments.csv has all.")
    n = len(analysis.segments)
    notes = (Note(note.format(shown=_MOST_ROWS, all=words.count(n))),) if n > _MOST_ROWS else ()
    yield Slide(_("Voice"), (stretches(analysis, words, _MOST_ROWS), *notes))


def _call(analysis: Analysis, findings: Findings, words: Words, charts: dict[str, Picture]) -> Iterator[Slide]:
    """Who speaks when in a call, and what each voice that was read sounds like."""
    if analysis.talk is None:
        return
    title, groups = words.text("The two sides of the call"), analysis.options.emotion_groups
    yield chart_slide(title, charts["call"])
    sentences = all_role_findings(findings, groups, words)
    table = roles_table(analysis.roles, analysis.talk, findings, groups, words)
    yield Slide(title, (table, Paragraph(at_once(analysis.talk, words)), *([Bullets(sentences)] if sentences else [])))


def _method(analysis: Analysis, findings: Findings, words: Words) -> Slide:
    _ = words.text
    sentences = [
        _(
            "Each face in the frames looked at gets seven scores that add up to 1; what is seen too badly counts for "
            "nothing."
        )
        if analysis.frames
        else "",
        _("Speech gets its scores in windows of about three seconds.") if analysis.voice is not None else "",
        _("The report tells the method in full."),
    ]
    paragraph = Paragraph(" ".join(filter(None, sentences)))
    (statements,) = (block for block in limits(analysis, words) if isinstance(block, Bullets))
    rests_on = coverage(analysis, findings, words)
    return Slide(_("Method and limits"), (paragraph, *map(Paragraph, rests_on), statements))
