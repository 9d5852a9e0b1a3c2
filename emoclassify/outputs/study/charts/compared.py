"""The charts of figures with intervals: scenes, shares of the people, outcomes."""

from collections.abc import Iterator

from emoclassify.colours import RECORDING_COLOURS
from emoclassify.outputs.charts.style import THEME, Sheet
from emoclassify.outputs.document.words import Words, printable
from emoclassify.outputs.headlines import capitalized
from emoclassify.outputs.study.charts.forest import ForestRow, ForestText, draw_forest
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.names import (
    FIGURE_NAMES,
    context_of,
    correlation_span,
    film_name,
    measure_name,
    p_text,
    pair_name,
    points,
    scene_name,
    share_span,
    side_names,
)
from emoclassify.outputs.study.scenes_told import is_planned_difference, is_planned_scene
from emoclassify.outputs.study.told import contrast_headline, film_scenes_headline
from emoclassify.study.contrasts import WHOLE_FILM, Contrast, SceneFinding
from emoclassify.study.findings import FilmFindings
from emoclassify.study.plan import Comparison
from emoclassify.study.statistics.scenes import Difference
from emoclassify.study.statistics.shares import Share
from emoclassify.study.study import Study
from emoclassify.words.numbers import signed

_FEW_POINTS = 4  # an axis of so few needs decimals


def contrasts_of(material: StudyMaterial, comparison: Comparison) -> list[Contrast]:
    """All measures of a comparison."""
    return [contrast for contrast in material.answers.contrasts if contrast.comparison == comparison]


def draw_scenes_compared(material: StudyMaterial, comparison: Comparison, sheet: Sheet) -> None:
    """Draws how much each scene, and the film on the whole, differs in each measure."""
    words, study = Words(material.options.lang), material.study
    _, contrasts = words.text, contrasts_of(material, comparison)
    rows = list(_scene_rows(study, contrasts, words))
    text = ForestText(
        pair_name(study, comparison, words),
        contrast_headline(study, contrasts[0], words),
        _("How much each scene differs"),
        (
            _("points: hundredths of the scale, with 95-percent intervals"),
            _("filled: told after Holm's correction"),
            _("d, g: the difference in standard deviations"),
        ),
        _("second minus first, points"),
    )
    _draw_points(sheet, rows, text, words)


def _draw_points(sheet: Sheet, rows: list[ForestRow], text: ForestText, words: Words) -> None:
    digits = int(max(abs(end) for row in rows for end in (row.low, row.high)) < _FEW_POINTS)
    draw_forest(sheet, rows, text, words, lambda value: signed(value, words.lang, digits))


def draw_film_scenes(material: StudyMaterial, stimulus: str, sheet: Sheet) -> None:
    """Draws how far each scene of a film lies above or below the rest of it in each measure."""
    words, study = Words(material.options.lang), material.study
    _, films = words.text, [film for film in material.answers.films if film.stimulus == stimulus]
    rows = [
        _difference_row(
            f"{capitalized(measure_name(film.measure, words))}: {scene_name(study, stimulus, scene.scene, words)}",
            scene.difference,
            _effect_words(scene.difference, scene.p_holm, "d", words),
            is_told=is_planned_scene(study, scene),
        )
        for film in films
        for scene in film.scenes
        if scene.difference is not None
    ]
    text = ForestText(
        film_name(study, stimulus),
        film_scenes_headline(study, films, words),
        _("How far each scene lies above or below the rest of the film"),
        (
            _("points: hundredths of the scale, with 95-percent intervals"),
            _("filled: told after Holm's correction"),
            _("d: the difference in standard deviations"),
        ),
        _("scene minus the rest of the film, points"),
    )
    _draw_points(sheet, rows, text, words)


def _scene_rows(study: Study, contrasts: list[Contrast], words: Words) -> Iterator[ForestRow]:
    for contrast in contrasts:
        for finding in contrast.scenes:
            if finding.difference is None:
                continue
            yield _difference_row(
                f"{capitalized(measure_name(contrast.measure, words))}: {_scene(study, contrast, finding, words)}",
                finding.difference,
                effect_words(contrast, finding, words),
                is_told=is_planned_difference(study, contrast, finding),
            )


def _difference_row(name: str, difference: Difference, text: str, *, is_told: bool) -> ForestRow:
    value, low, high = (100 * end for end in (difference.difference, difference.low, difference.high))
    return ForestRow(name, value, low, high, text, THEME.ink if is_told else THEME.muted, is_told)


def effect_words(contrast: Contrast, finding: SceneFinding, words: Words) -> str:
    """Difference, p and effect size: "+50, p < 0.001, d 2.31"."""
    difference = finding.difference
    assert difference is not None
    return _effect_words(difference, finding.p_holm, "d" if contrast.is_paired else "g", words)


def _effect_words(difference: Difference, p_holm: float | None, sign: str, words: Words) -> str:
    value, effect = points(difference.difference, words), words.signed(difference.effect)
    return f"{value}, p {p_text(p_holm, words)}, {sign} {effect}"


def _scene(study: Study, contrast: Contrast, finding: SceneFinding, words: Words) -> str:
    return scene_name(study, contrast.comparison.first.stimulus, finding.scene, words)


def draw_people_shares(material: StudyMaterial, sheet: Sheet) -> None:
    """Draws how many people showed the main measure at all with each film, and in the scenes that are compared."""
    words, study = Words(material.options.lang), material.study
    _, measure = words.text, study.plan.measures[0]
    rows = [*_film_shares(material, measure, words), *_scene_shares(material, measure, words)]
    most = max(material.answers.films, key=lambda film: _ever(film, measure))
    name = capitalized(measure_name(measure, words))
    text = ForestText(
        study.title,
        _("{measure}: {share} of the people showed it with “{film}”").format(
            measure=name, share=words.percent(_ever(most, measure)), film=film_name(study, most.stimulus)
        ),
        _("The people who showed it for half a second at least"),
        (
            _("above {limit}, as the plan says").format(limit=words.number(study.plan.share_above)),
            _("Wilson's 95-percent intervals"),
        ),
        _("share of the people"),
    )
    draw_forest(sheet, rows, text, words, words.percent, (-0.02, 1.02))


def _ever(film: FilmFindings, measure: str) -> float:
    return film.metrics.ever.share if film.metrics is not None and film.measure == measure else -1.0


def _film_shares(material: StudyMaterial, measure: str, words: Words) -> Iterator[ForestRow]:
    for film in material.answers.films:
        if film.measure == measure and film.metrics is not None:
            ever, name = film.metrics.ever, film_name(material.study, film.stimulus)
            colour = RECORDING_COLOURS[_place_of(material.study, film.stimulus) % len(RECORDING_COLOURS)]
            yield ForestRow(name, ever.share, ever.low, ever.high, share_words(ever, words), colour)


def share_words(share: Share, words: Words) -> str:
    """A share with its interval and people: "40% (20% to 60%), n 24"."""
    return f"{words.percent(share.share)} ({share_span(share.low, share.high, words)}), n {share.n}"


def _place_of(study: Study, stimulus: str) -> int:
    return [one.id for one in study.stimuli].index(stimulus)


def _scene_shares(material: StudyMaterial, measure: str, words: Words) -> Iterator[ForestRow]:
    study = material.study
    for contrast in material.answers.contrasts:
        for finding in contrast.scenes:
            if contrast.measure != measure or finding.shares is None or finding.scene == WHOLE_FILM:
                continue
            sides = (contrast.comparison.first, contrast.comparison.second)
            shares = (finding.shares.first, finding.shares.second)
            context = context_of(study, contrast.comparison)
            for side, name, share in zip(sides, side_names(study, contrast.comparison), shares, strict=True):
                scene = scene_name(study, side.stimulus, finding.scene, words)
                colour = RECORDING_COLOURS[_place_of(study, side.stimulus) % len(RECORDING_COLOURS)]
                place = ", ".join(filter(None, (context, name, scene)))
                yield ForestRow(place, share.share, share.low, share.high, share_words(share, words), colour)


def draw_outcomes(material: StudyMaterial, sheet: Sheet) -> None:
    """Draws how answers and deeds go with what people showed; found by looking."""
    words, study = Words(material.options.lang), material.study
    _ = words.text
    rows = list(_outcome_rows(material, words))
    text = ForestText(
        study.title,
        _("Answers and deeds beside faces: found by looking, and no cause"),
        _("Spearman's correlations with 95-percent intervals"),
        (capitalized(measure_name(study.plan.measures[0], words)), _("not corrected for their number")),
        _("correlation"),
    )
    draw_forest(sheet, rows, text, words, lambda value: words.number(value, 1), (-1.02, 1.02))


def _outcome_rows(material: StudyMaterial, words: Words) -> Iterator[ForestRow]:
    study = material.study
    for link in material.answers.outcome_links:
        if link.correlation is None or link.measure != study.plan.measures[0]:
            continue
        rho, low, high = (getattr(link.correlation, name) for name in ("rho", "low", "high"))
        figure = words.text(FIGURE_NAMES[link.figure])
        name = f"{printable(link.outcome.column)}, {film_name(study, link.stimulus)}: {figure}"
        words_of_row = f"{words.signed(rho)} ({correlation_span(low, high, words)}), n {link.correlation.n}"
        yield ForestRow(name, rho, low, high, words_of_row, THEME.muted, is_bold=False)


def has_outcomes(material: StudyMaterial) -> bool:
    """Whether any answer or deed can be held against what people showed."""
    return any(True for _ in _outcome_rows(material, Words("en")))
