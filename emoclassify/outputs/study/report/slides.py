"""The slides of a study: answers, each film's curve as a picture and as numbers, comparisons, who counts, limits."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from emoclassify.colours import RECORDING_COLOURS
from emoclassify.outputs.document.blocks import (
    FULL_SHARE,
    Bullets,
    ChartKind,
    Deck,
    EditableChart,
    Note,
    Picture,
    Series,
    Slide,
    SlideBlock,
)
from emoclassify.outputs.document.brand import PLAIN, Brand
from emoclassify.outputs.document.slide_fit import chart_slide, fitting
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.headlines import capitalized
from emoclassify.outputs.study.charts.compared import contrasts_of
from emoclassify.outputs.study.charts.draw import (
    FUNNEL,
    OUTCOMES,
    film_chart,
    film_scenes_chart,
    people_chart,
    scenes_chart,
    sides_chart,
    waves_chart,
)
from emoclassify.outputs.study.charts.lines import measure_colour
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.names import film_name, measure_name, pair_name, side_names
from emoclassify.outputs.study.report.cover import key_figures, kicker_of, planned_rows, planned_table, title_of
from emoclassify.outputs.study.report.panel import limits, reasons
from emoclassify.outputs.study.told import (
    contrast_headline,
    curves_answer,
    film_headline,
    film_scenes_headline,
    film_sentence,
    people_sentence,
    study_headline,
)
from emoclassify.outputs.study.waves_told import step_sentence, waves_headline
from emoclassify.study.contrasts import Contrast
from emoclassify.study.findings import FilmFindings
from emoclassify.study.statistics.arrays import Values
from emoclassify.study.stimulus import BIN_S
from emoclassify.words.numbers import share_format

_MOST_ROWS = 6  # of a table on a slide
_STEP = 0.2  # of the ends of an axis of scores


def build_study_slides(material: StudyMaterial, charts: Mapping[str, Picture], brand: Brand = PLAIN) -> Deck:
    """The slides of a study.

    Args:
        material: the study and its answers.
        charts: name of a chart -> the chart.
        brand: whose slides they are.
    """
    words = Words(material.options.lang)
    slides = (
        _cover(material, words),
        *_answers(material, words),
        *_films(material, words, charts),
        *_comparisons(material, words, charts),
        *_waves(material, words, charts),
        *_shares(material, words),
        *_people(material, words, charts),
        *_outcomes(words, charts),
        _who_counts(material, words, charts),
        Slide(words.text("Limits"), (Bullets(limits(words)),)),
    )
    return Deck(title_of(material), words.lang, "", fitting(slides), brand)


def _cover(material: StudyMaterial, words: Words) -> Slide:
    figures = key_figures(material, words)
    title = study_headline(material.study, material.answers, words)
    return Slide(title, (figures,) if figures else (), kicker_of(material, words))


def _answers(material: StudyMaterial, words: Words) -> Iterator[Slide]:
    """The planned questions about the main measure and their answers."""
    rows = planned_rows(material, words)
    n_slides = -(-len(rows) // _MOST_ROWS)
    n_rows = -(-len(rows) // max(1, n_slides))  # as many on each slide
    for first in range(0, len(rows), max(1, n_rows)):
        table = planned_table(material, rows[first : first + n_rows], words)
        yield Slide(table.caption, (table,))


def _films(material: StudyMaterial, words: Words, charts: Mapping[str, Picture]) -> Iterator[Slide]:
    """Each film's main measure: as the program draws it, and as numbers that can be edited."""
    _, study = words.text, material.study
    main = study.plan.measures[0]
    for place, stimulus in enumerate(study.stimuli):
        for film in material.answers.films:
            if film.stimulus != stimulus.id or film.measure != main or np.isnan(film.band.mean).all():
                continue
            sentence = Note(film_sentence(study, film, words))
            yield chart_slide(film_headline(study, film, words), charts[film_chart(place, main)], sentence)
            title = _("{measure} over “{film}”, to edit").format(
                measure=capitalized(measure_name(main, words)), film=film_name(study, stimulus.id)
            )
            yield Slide(title, (film_lines(film, words), _hint(words)))
        name = film_scenes_chart(place)
        if name in charts and not study.plan.comparisons:  # else the comparisons' own scenes are what was asked
            own = [film for film in material.answers.films if film.stimulus == stimulus.id]
            yield chart_slide(film_scenes_headline(study, own, words), charts[name])


def _hint(words: Words) -> Note:
    return Note(words.text("The numbers are in the chart: click it with the right button, then “Edit Data”."))


def film_lines(film: FilmFindings, words: Words) -> EditableChart:
    """The mean curve with the edges of its band as numbers: a value for each half second, None in gaps."""
    _, band, colour = words.text, film.band, measure_colour(film.measure)
    series = [Series(_("mean"), _numbers(band.mean), (colour,))]
    if not np.isnan(band.low).all():
        pale = RECORDING_COLOURS[-1]
        series.append(Series(_("band, from"), _numbers(band.low), (pale,)))
        series.append(Series(_("band, to"), _numbers(band.high), (pale,)))
    caption = capitalized(measure_name(film.measure, words))
    return _lines(caption, series, len(band.mean))


def sides_lines(material: StudyMaterial, contrast: Contrast, words: Words) -> EditableChart:
    """Both mean curves of a comparison as numbers."""
    names = side_names(material.study, contrast.comparison)
    n_bins = max(len(band.mean) for band in contrast.sides)
    series = [
        Series(name, _numbers(np.pad(band.mean, (0, n_bins - len(band.mean)), constant_values=np.nan)), (colour,))
        for name, band, colour in zip(names, contrast.sides, RECORDING_COLOURS, strict=False)
    ]
    return _lines(capitalized(measure_name(contrast.measure, words)), series, n_bins)


def _lines(caption: str, series: Sequence[Series], n_bins: int) -> EditableChart:
    values = [value for one in series for value in one.values if value is not None]
    least = np.floor(min(0.0, *values, 0.0) / _STEP) * _STEP
    most = np.ceil(max(_STEP, *values, _STEP) / _STEP) * _STEP
    times_s = tuple(i * BIN_S for i in range(n_bins))
    return EditableChart(caption, (), tuple(series), float(least), float(most), ChartKind.LINES, times_s)


def _numbers(curve: Values) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(value) else round(float(value), 4) for value in curve)


def _comparisons(material: StudyMaterial, words: Words, charts: Mapping[str, Picture]) -> Iterator[Slide]:
    """Each comparison's main measure: curves as a picture and as numbers, and the scenes."""
    study = material.study
    for place, comparison in enumerate(study.plan.comparisons):
        contrast = contrasts_of(material, comparison)[0]
        if all(np.isnan(band.mean).all() for band in contrast.sides):
            continue
        title, aside = contrast_headline(study, contrast, words), Note(curves_answer(study, contrast, words).sentence)
        yield chart_slide(title, charts[sides_chart(place, contrast.measure)], aside)
        heading = words.text("{pair}, to edit").format(pair=pair_name(study, comparison, words))
        yield Slide(heading, (sides_lines(material, contrast, words), _hint(words)))
        if scenes_chart(place) in charts:
            yield chart_slide(title, charts[scenes_chart(place)])


def _waves(material: StudyMaterial, words: Words, charts: Mapping[str, Picture]) -> Iterator[Slide]:
    """The main measure by waves or days."""
    study, waves, main = material.study, material.answers.waves, material.study.plan.measures[0]
    if waves_chart(main) in charts:
        sentences = [step_sentence(study, waves, step, words) for step in waves.steps if step.measure == main]
        aside = (Bullets(tuple(sentences[:_MOST_ROWS])), Note(words.text("Found by looking, not planned.")))
        yield chart_slide(waves_headline(study, waves, main, words), charts[waves_chart(main)], *aside)


def _shares(material: StudyMaterial, words: Words) -> Iterator[Slide]:
    """How many people showed the main measure with each film, as bars that can be edited."""
    main = material.study.plan.measures[0]
    films = [film for film in material.answers.films if film.measure == main and film.metrics is not None]
    if not films:
        return
    shares = tuple(round(film.metrics.ever.share, 4) for film in films if film.metrics is not None)
    names = tuple(film_name(material.study, film.stimulus) for film in films)
    colours = tuple(RECORDING_COLOURS[i % len(RECORDING_COLOURS)] for i in range(len(films)))
    title = words.text("How many people showed “{measure}” at all").format(measure=measure_name(main, words))
    bars = (Series(measure_name(main, words), shares, colours),)
    share = share_format(words.lang)
    chart = EditableChart(title, names, bars, 0.0, FULL_SHARE, ChartKind.BARS, share_format=share)
    yield Slide(title, (chart, Bullets(tuple(film_sentence(material.study, film, words) for film in films))))


def _people(material: StudyMaterial, words: Words, charts: Mapping[str, Picture]) -> Iterator[Slide]:
    for place, stimulus in enumerate(material.study.stimuli):
        if people_chart(place) in charts:
            title = words.text("Each person with “{film}”").format(film=film_name(material.study, stimulus.id))
            yield chart_slide(title, charts[people_chart(place)], Note(title))


def _outcomes(words: Words, charts: Mapping[str, Picture]) -> Iterator[Slide]:
    if OUTCOMES in charts:
        yield chart_slide(words.text("Answers and deeds"), charts[OUTCOMES])


def _who_counts(material: StudyMaterial, words: Words, charts: Mapping[str, Picture]) -> Slide:
    reason_lines = reasons(material, words)
    texts: tuple[SlideBlock, ...] = (Bullets(reason_lines),) if reason_lines else ()
    return chart_slide(people_sentence(material.study, words).removesuffix("."), charts[FUNNEL], *texts)
