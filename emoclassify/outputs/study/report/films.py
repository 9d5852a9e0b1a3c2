"""The sections on each film: its curves, its figures, how alike people are, and the people one by one."""

from collections.abc import Iterator

from emoclassify.outputs.document.blocks import Block, Bullets, Heading, Paragraph, Picture, Table, TextRow
from emoclassify.outputs.document.words import NOTHING, Words
from emoclassify.outputs.headlines import capitalized
from emoclassify.outputs.study.charts.draw import SHARES, film_chart, film_scenes_chart, people_chart
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.names import (
    correlation_span,
    film_name,
    measure_name,
    p_text,
    points,
    points_span,
    scene_name,
    share_span,
)
from emoclassify.outputs.study.scenes_told import film_scene_answer
from emoclassify.outputs.study.told import film_sentence, peak_span
from emoclassify.study.film_scenes import FilmScene
from emoclassify.study.findings import FilmFindings
from emoclassify.study.stimulus import BIN_S
from emoclassify.study.study import Study


def films(material: StudyMaterial, words: Words, charts: dict[str, Picture]) -> Iterator[Block]:
    """A section for each film: curves of all measures, and the figures."""
    for place, stimulus in enumerate(material.study.stimuli):
        yield Heading(film_name(material.study, stimulus.id))
        own = [film for film in material.answers.films if film.stimulus == stimulus.id]
        yield Bullets(tuple(film_sentence(material.study, film, words) for film in own))
        yield figures_table(material.study, own, words)  # before the charts, so that it fills the page that they do not
        names = (film_chart(place, film.measure) for film in own)
        yield from (charts[name] for name in names if name in charts)
        if stimulus.scenes:
            yield from _scenes(material, place, own, words, charts)


def _scenes(
    material: StudyMaterial, place: int, own: list[FilmFindings], words: Words, charts: dict[str, Picture]
) -> Iterator[Block]:
    """Each scene of a film against the rest of it: in sentences, as a chart, and as a table."""
    _ = words.text
    yield Heading(_("Scenes against the rest of the film"), 2)
    answers = (film_scene_answer(material.study, film, scene, words) for film in own for scene in film.scenes)
    yield Bullets(tuple(answer.sentence for answer in answers))
    yield film_scenes_table(material, own, words)
    if film_scenes_chart(place) in charts:
        yield charts[film_scenes_chart(place)]


def film_scenes_table(material: StudyMaterial, own: list[FilmFindings], words: Words) -> Table:
    """Means, difference, p, effect size and share of each scene and measure of a film."""
    _ = words.text
    header = (
        _("measure"),
        _("scene"),
        _("in the scene"),
        _("in the rest"),
        _("points (95%)"),
        _("p (Holm)"),
        _("effect"),
        _("showed it (95%)"),
    )
    rows = tuple(_film_scene_row(material, film, scene, words) for film in own for scene in film.scenes)
    caption = _(
        "The people's means, each person compared with themselves. Effect: the difference in standard deviations (d). "
        "p is corrected for all scenes, measures and films of the plan."
    )
    return Table(header, rows, numbers_from=2, caption=caption)


def _film_scene_row(material: StudyMaterial, film: FilmFindings, finding: FilmScene, words: Words) -> TextRow:
    measure, place = capitalized(measure_name(film.measure, words)), finding.scene
    difference, share = finding.difference, finding.share
    cells = [NOTHING] * 5
    if difference is not None:
        span = points_span(difference.low, difference.high, words)
        cells[:3] = (
            words.number(finding.mean),
            words.number(finding.rest),
            f"{points(difference.difference, words)} ({span})",
        )
        cells[3:] = p_text(finding.p_holm, words), f"d {words.signed(difference.effect)}"
    share_cell = f"{words.percent(share.share)} ({share_span(share.low, share.high, words)})" if share else NOTHING
    return (measure, scene_name(material.study, film.stimulus, place, words), *cells, share_cell)


def figures_table(study: Study, own: list[FilmFindings], words: Words) -> Table:
    """A row for each measure: mean, share, when it is highest."""
    _ = words.text
    header = (
        "",
        "n",
        _("mean"),
        _("showed it at all"),
        _("largest share at once"),
        _("mean highest at"),
        _("highest in 8 s"),
        _("impact"),
        _("begun by"),
    )
    caption = _(
        "Impact: the mean of the highest and of the last five seconds. "
        "Begun by: when half of those who showed it had begun."
    )
    return Table(header, tuple(_figures(study, film, words) for film in own), numbers_from=1, caption=caption)


def _figures(study: Study, film: FilmFindings, words: Words) -> TextRow:
    name, metrics, peak = capitalized(measure_name(film.measure, words)), film.metrics, film.peak
    if metrics is None or peak is None:
        return (name, str(film.n), *[NOTHING] * 7)
    return (
        name,
        str(film.n),
        words.number(metrics.mean),
        f"{words.percent(metrics.ever.share)} ({share_span(metrics.ever.low, metrics.ever.high, words)})",
        f"{words.percent(metrics.highest)}, {words.time(metrics.highest_s)}",
        f"{words.time(peak.bin * BIN_S)} ({peak_span(study, film, words)})",
        _or_nothing(metrics.early, words),
        _or_nothing(metrics.impact, words),
        NOTHING if metrics.first_s is None else words.time(metrics.first_s),
    )


def _or_nothing(value: float, words: Words) -> str:
    return words.number(value) if value == value else NOTHING  # NaN is unlike itself


def shares(words: Words, charts: dict[str, Picture]) -> list[Block]:
    """How many people showed the main measure at all."""
    return [Heading(words.text("How many people showed it")), charts[SHARES]] if SHARES in charts else []


def likeness(material: StudyMaterial, words: Words) -> list[Block]:
    """How alike the people's curves are, and how alike another panel's would be."""
    _ = words.text
    rows = tuple(_likeness_row(material, film, words) for film in material.answers.films)
    header = (_("film"), _("measure"), "n", _("synchrony (95%)"), "p", _("reliability"))
    return [
        Heading(_("How alike people are")),
        Paragraph(
            _(
                "Synchrony is the median of the people's correlations with all others; p says how often people who "
                "share no time come as far. Reliability is the correlation with the curve of another panel of this "
                "size: below {least} a curve is not to be read by moments."
            ).format(least=words.number(0.8, 1))
        ),
        Table(header, rows, numbers_from=2),
    ]


def _likeness_row(material: StudyMaterial, film: FilmFindings, words: Words) -> TextRow:
    together = film.synchrony
    synchrony = NOTHING
    if together is not None:
        synchrony = f"{words.signed(together.median)} ({correlation_span(together.low, together.high, words)})"
    return (
        film_name(material.study, film.stimulus),
        measure_name(film.measure, words),
        str(film.n),
        synchrony,
        p_text(together.p if together else None, words),
        NOTHING if film.reliability is None else words.signed(film.reliability),
    )


def people(material: StudyMaterial, words: Words, charts: dict[str, Picture]) -> list[Block]:
    """Each person's curve, and the rule by which somebody is called unlike all others."""
    _ = words.text
    pictures = [charts[name] for i in range(len(material.study.stimuli)) if (name := people_chart(i)) in charts]
    if not pictures:
        return []
    rule = _(
        "Framed: who is farther from the mean of all others than the upper quartile by three times the distance "
        "between the quartiles; of fewer than eight people nobody. Look at the recording before you leave anybody out."
    )
    return [Heading(_("Each person")), Paragraph(rule), *pictures]
