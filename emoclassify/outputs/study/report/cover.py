"""The first page of the report of a study: what was asked beforehand, the answers with intervals, and one curve."""

from emoclassify.outputs.document.blocks import (
    Block,
    Headline,
    KeyFigure,
    KeyFigures,
    Note,
    PageBreak,
    Paragraph,
    Picture,
    Table,
    TextRow,
)
from emoclassify.outputs.document.words import NOTHING, Words, printable
from emoclassify.outputs.headlines import capitalized
from emoclassify.outputs.study.charts.draw import film_chart, sides_chart
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.names import (
    film_name,
    measure_name,
    p_text,
    pair_name,
    points,
    points_span,
    rest_name,
    scene_name,
    share_span,
    side_names,
)
from emoclassify.outputs.study.scenes_told import (
    Answer,
    film_scene_answer,
    is_exploratory,
    late_scenes,
    scene_answer,
)
from emoclassify.outputs.study.told import (
    curves_answer,
    film_sentence,
    people_sentence,
    study_headline,
    viewings_text,
)
from emoclassify.study.contrasts import WHOLE_FILM, Contrast, SceneFinding
from emoclassify.study.film_scenes import FilmScene
from emoclassify.study.findings import FilmFindings

_MOST_ROWS = 8  # of the planned answers on the first page; the sections behind it have all
_MOST_FILMS = 3


def title_of(material: StudyMaterial) -> str:
    """The title of report and slides."""
    return printable(material.study.title)


def kicker_of(material: StudyMaterial, words: Words) -> str:
    """The title, the films and who counts, in one line."""
    study = material.study
    films = ", ".join(film_name(study, stimulus.id) for stimulus in study.stimuli[:_MOST_FILMS])
    if len(study.stimuli) > _MOST_FILMS:
        films += ", \N{HORIZONTAL ELLIPSIS}"
    facts = (title_of(material), films, people_sentence(study, words).removesuffix("."))
    return " \N{MIDDLE DOT} ".join(facts)


def cover(material: StudyMaterial, words: Words, charts: dict[str, Picture]) -> list[Block]:
    """The headline, three figures, the planned answers, the main curve, and what was found by looking."""
    study, answers = material.study, material.answers
    blocks: list[Block] = [Headline(study_headline(study, answers, words), kicker_of(material, words))]
    figures = key_figures(material, words)
    blocks += [figures] if figures else []
    blocks += asked_beforehand(material, words)
    name = main_chart(material)
    blocks += [charts[name]] if name in charts else []
    blocks += seen_by_looking(material, words)
    return [*blocks, PageBreak()]


def main_chart(material: StudyMaterial) -> str:
    """The name of the chart of the main measure: of the first comparison, else of the first film."""
    measure = material.study.plan.measures[0]
    return sides_chart(0, measure) if material.answers.contrasts else film_chart(0, measure)


def asked_beforehand(material: StudyMaterial, words: Words) -> list[Block]:
    """The planned comparisons of the main measure, or its scenes where no comparison was planned, each with its
    answer."""
    _, rows = words.text, planned_rows(material, words)
    late = [Note(late_scenes(words))] if material.study.are_scenes_late else []
    if not rows:
        return [Paragraph(_("No comparison was planned: what follows describes this panel.")), *late]
    blocks: list[Block] = [planned_table(material, rows[:_MOST_ROWS], words), *late]
    is_more = len(material.study.plan.measures) > 1 or len(rows) > _MOST_ROWS
    if is_more and material.answers.contrasts:
        blocks.append(Note(_("More questions of the plan are answered in “Comparisons”.")))
    elif is_more:
        blocks.append(Note(_("More scenes and measures of the plan are answered in the sections on the films.")))
    return blocks


def planned_table(material: StudyMaterial, rows: list[TextRow], words: Words) -> Table:
    """Some of `planned_rows` as a table."""
    _, measure = words.text, measure_name(material.study.plan.measures[0], words)
    header = (_("asked beforehand"), _("where"), _("answer"), _("points (95%)"), _("p (Holm)"))
    caption = _("What was asked beforehand about “{measure}”, and the answers").format(measure=measure)
    return Table(header, tuple(rows), numbers_from=3, caption=caption)


def _main_contrasts(material: StudyMaterial) -> list[Contrast]:
    measure = material.study.plan.measures[0]
    return [contrast for contrast in material.answers.contrasts if contrast.measure == measure]


def planned_rows(material: StudyMaterial, words: Words) -> list[TextRow]:
    """The rows of the planned answers of the main measure: scenes, the whole film, and whether the curves differ; where
    no comparison was planned, each scene against the rest of its film."""
    if not material.answers.contrasts:
        return [_film_scene_row(material, film, scene, words) for film, scene in _planned_scenes(material)]
    rows: list[TextRow] = []
    for contrast in _main_contrasts(material):
        pair = pair_name(material.study, contrast.comparison, words)
        for finding in (*contrast.scenes[1:], *contrast.scenes[:1]):
            if not is_exploratory(material.study, finding):
                rows.append((pair, *_scene_cells(material, contrast, finding, words)))
        answer = curves_answer(material.study, contrast, words)
        p_cell = p_text(contrast.curves_p_holm, words)
        rows.append((pair, words.text("whole curves"), answer.verdict, NOTHING, p_cell))
    return rows


def _scene_cells(material: StudyMaterial, contrast: Contrast, finding: SceneFinding, words: Words) -> TextRow:
    answer = scene_answer(material.study, contrast, finding, words)
    return _cells(material, contrast.comparison.first.stimulus, finding, answer, words)


def _planned_scenes(material: StudyMaterial) -> list[tuple[FilmFindings, FilmScene]]:
    """The main measure's scenes, each with its film; those that were changed after a look are not planned."""
    main = material.study.plan.measures[0]
    return [
        (film, scene)
        for film in material.answers.films
        for scene in film.scenes
        if film.measure == main and not is_exploratory(material.study, scene)
    ]


def _film_scene_row(material: StudyMaterial, film: FilmFindings, finding: FilmScene, words: Words) -> TextRow:
    answer = film_scene_answer(material.study, film, finding, words)
    question = rest_name(material.study, film.stimulus, words)
    return (question, *_cells(material, film.stimulus, finding, answer, words))


def _cells(
    material: StudyMaterial, stimulus: str, finding: SceneFinding | FilmScene, answer: Answer, words: Words
) -> TextRow:
    """The scene, the answer, the difference with its interval, and p."""
    place, difference = scene_name(material.study, stimulus, finding.scene, words), finding.difference
    if difference is None:
        return (place, answer.verdict, NOTHING, NOTHING)
    cell = f"{points(difference.difference, words)} ({points_span(difference.low, difference.high, words)})"
    return (place, answer.verdict, cell, p_text(finding.p_holm, words))


def seen_by_looking(material: StudyMaterial, words: Words) -> list[Block]:
    """What was not asked beforehand: described of this panel, and not tested."""
    main = material.study.plan.measures[0]
    films = [film for film in material.answers.films if film.measure == main][:_MOST_FILMS]
    sentences = (film_sentence(material.study, film, words) for film in films)
    head = words.text("Found by looking, not tested:")
    return [Note(f"{head} {' '.join(sentences)}")]


def key_figures(material: StudyMaterial, words: Words) -> KeyFigures | None:
    """People who count; the first planned difference; who showed the main measure at all."""
    _, study = words.text, material.study
    people = {viewing.respondent for viewing in study.judged if viewing.is_usable}
    if not people:
        return None
    items = [KeyFigure(words.count(len(people)), _("People"), viewings_text(study, words))]
    items += _difference_figure(material, words)
    items += _share_figure(material, words)
    return KeyFigures(tuple(items[:3]))


def _difference_figure(material: StudyMaterial, words: Words) -> list[KeyFigure]:
    """The first scene of the first comparison, the whole film where there is no scene; where no comparison was planned,
    the first scene against the rest of its film."""
    study = material.study
    if not material.answers.contrasts:
        return _film_scene_figure(material, words)
    for contrast in _main_contrasts(material):
        planned = [one for one in contrast.scenes if not is_exploratory(study, one)]
        finding = planned[1] if len(planned) > 1 else planned[0]
        if finding.difference is None:
            continue
        first, second = side_names(study, contrast.comparison)
        label = words.text("points: {second} minus {first}").format(first=first, second=second)
        span = points_span(finding.difference.low, finding.difference.high, words)
        place = scene_name(study, contrast.comparison.first.stimulus, finding.scene, words)
        scene = place if finding.scene == WHOLE_FILM else words.text("in the scene {scene}").format(scene=place)
        base = f"{scene}, {words.percent(0.95)}: {span}"
        return [KeyFigure(points(finding.difference.difference, words), label, base)]
    return []


def _film_scene_figure(material: StudyMaterial, words: Words) -> list[KeyFigure]:
    _ = words.text
    for film, finding in _planned_scenes(material):
        if (difference := finding.difference) is not None:
            span = points_span(difference.low, difference.high, words)
            place = scene_name(material.study, film.stimulus, finding.scene, words)
            base = f"{_('in the scene {scene}').format(scene=place)}, {words.percent(0.95)}: {span}"
            return [
                KeyFigure(points(difference.difference, words), _("points: scene minus the rest of the film"), base)
            ]
    return []


def _share_figure(material: StudyMaterial, words: Words) -> list[KeyFigure]:
    """The film that most people showed the main measure with."""
    main = material.study.plan.measures[0]
    shares = [
        (film.metrics.ever, film)
        for film in material.answers.films
        if film.measure == main and film.metrics is not None
    ]
    if not shares:
        return []
    ever, film = max(shares, key=lambda item: item[0].share)
    name = film_name(material.study, film.stimulus)
    label = words.text("showed “{measure}” with “{film}”").format(measure=measure_name(main, words), film=name)
    base = words.several("of the {n} person; 95%: {from_to}", "of the {n} people; 95%: {from_to}", ever.n).format(
        n=ever.n, from_to=share_span(ever.low, ever.high, words)
    )
    return [KeyFigure(words.percent(ever.share), capitalized(label), base)]
