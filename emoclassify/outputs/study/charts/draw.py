"""The charts of a study: the name of each, what it shows, and how it is drawn."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from emoclassify.outputs.charts.kinds import CHART_ENDINGS, Drawing
from emoclassify.outputs.charts.style import FILE, Form, Sheet
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.headlines import capitalized
from emoclassify.outputs.study.charts.compared import (
    contrasts_of,
    draw_film_scenes,
    draw_outcomes,
    draw_people_shares,
    draw_scenes_compared,
    has_outcomes,
)
from emoclassify.outputs.study.charts.film import draw_film
from emoclassify.outputs.study.charts.funnel import draw_funnel
from emoclassify.outputs.study.charts.people import draw_people
from emoclassify.outputs.study.charts.sides import draw_sides
from emoclassify.outputs.study.charts.waves import draw_waves
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.names import film_name, measure_name, pair_name


@dataclass(frozen=True)
class StudyChart:
    """One chart of a study.

    Attributes:
        name: of its files, without ending.
        caption: what it shows, in the language of the material.
        draw: draws it on a sheet.
    """

    name: str
    caption: str
    draw: Callable[[Sheet], None]

    def drawn(self, form: Form = FILE, endings: tuple[str, ...] = CHART_ENDINGS) -> Drawing:
        """The chart, drawn for what it is wanted for, in some formats."""
        with TemporaryDirectory() as temporary_path:
            stem = Path(temporary_path) / self.name
            self.draw(Sheet(stem, form, endings))
            return {ending: stem.with_name(self.name + ending).read_bytes() for ending in endings}


def waves_chart(measure: str) -> str:
    """The name of the chart of a measure by waves."""
    return f"waves-{measure}"


SHARES, FUNNEL, OUTCOMES = "shares", "who-counts", "outcomes"
"""Names of charts of which a study has one."""


def film_chart(place: int, measure: str) -> str:
    """The name of the chart of a film, by its place in the plan from 0, and a measure."""
    return f"film-{place + 1}-{measure}"


def film_scenes_chart(place: int) -> str:
    """That of the scenes of a film against the rest of it."""
    return f"film-{place + 1}-scenes"


def people_chart(place: int) -> str:
    """That of the people of a film."""
    return f"people-{place + 1}"


def sides_chart(place: int, measure: str) -> str:
    """That of the curves of a comparison, by its place in the plan from 0."""
    return f"comparison-{place + 1}-{measure}"


def scenes_chart(place: int) -> str:
    """That of the scenes of a comparison."""
    return f"scenes-{place + 1}"


def charts_of(material: StudyMaterial) -> Iterator[StudyChart]:
    """The charts that a study has, in the order of its report."""
    words = Words(material.options.lang)
    yield from _film_charts(material, words)
    yield from _comparison_charts(material, words)
    _, answers = words.text, material.answers
    main = material.study.plan.measures[0]
    if any(film.measure == main and film.metrics is not None for film in answers.films):
        caption = _("How many people showed it, with Wilson's 95-percent intervals.")
        yield StudyChart(SHARES, caption, partial(draw_people_shares, material))
    for measure in dict.fromkeys(level.measure for level in answers.waves.levels):
        name = capitalized(measure_name(measure, words))
        caption = _("{measure} by waves or days: means with 95-percent intervals; found by looking.")
        yield StudyChart(waves_chart(measure), caption.format(measure=name), partial(draw_waves, material, measure))
    yield StudyChart(FUNNEL, _("Who counts, and why others do not."), partial(draw_funnel, material))
    if has_outcomes(material):
        caption = _("How answers and deeds go with what people showed; found by looking.")
        yield StudyChart(OUTCOMES, caption, partial(draw_outcomes, material))


def _film_charts(material: StudyMaterial, words: Words) -> Iterator[StudyChart]:
    _, study = words.text, material.study
    place_of = {stimulus.id: place for place, stimulus in enumerate(study.stimuli)}
    for film in material.answers.films:
        names = {"film": film_name(study, film.stimulus), "measure": capitalized(measure_name(film.measure, words))}
        caption = _("{measure} over “{film}”: mean with its band, share of the panel, people seen.").format(**names)
        name = film_chart(place_of[film.stimulus], film.measure)
        yield StudyChart(name, caption, partial(draw_film, material, film))
        if film.measure == study.plan.measures[0] and any(scene.difference for scene in film.scenes):
            caption = _("Scenes of “{film}” against the rest of it: differences with 95-percent intervals.").format(
                **names
            )
            name = film_scenes_chart(place_of[film.stimulus])
            yield StudyChart(name, caption, partial(draw_film_scenes, material, film.stimulus))
        if film.measure == study.plan.measures[0] and film.n:
            caption = _("{measure} over “{film}”: each person by themselves.").format(**names)
            name = people_chart(place_of[film.stimulus])
            yield StudyChart(name, caption, partial(draw_people, material, film))


def _comparison_charts(material: StudyMaterial, words: Words) -> Iterator[StudyChart]:
    _, study = words.text, material.study
    for place, comparison in enumerate(study.plan.comparisons):
        contrasts = contrasts_of(material, comparison)
        pair = pair_name(study, comparison, words)
        for contrast in contrasts:
            measure = capitalized(measure_name(contrast.measure, words))
            text = _("{measure}, {pair}: both curves and their difference.").format(measure=measure, pair=pair)
            yield StudyChart(sides_chart(place, contrast.measure), text, partial(draw_sides, material, contrast))
        if any(finding.difference for contrast in contrasts for finding in contrast.scenes):
            text = _("Scenes, {pair}: differences with 95-percent intervals.").format(pair=pair)
            yield StudyChart(scenes_chart(place), text, partial(draw_scenes_compared, material, comparison))


def drawings_of(material: StudyMaterial) -> dict[str, Drawing]:
    """Name of a chart -> the chart as PNG and SVG, for all charts of a study."""
    return {chart.name: chart.drawn() for chart in charts_of(material)}
