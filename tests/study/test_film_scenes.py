"""A scene against the rest of its film: each person with themselves, as independent libraries compute it."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from emoclassify.outputs.document.blocks import Headline, KeyFigures, Paragraph, Table
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.report.cover import cover, planned_rows
from emoclassify.outputs.study.report.write import StudyDocuments
from emoclassify.outputs.study.rows import study_rows
from emoclassify.outputs.study.told import sentences_of, study_headline
from emoclassify.settings import Options
from emoclassify.study.findings import answers_of
from emoclassify.study.plan import Plan
from emoclassify.study.statistics.arrays import N_PERMUTATIONS, Flags, Values
from emoclassify.study.stimulus import Scene
from emoclassify.study.study import Study
from emoclassify.words.texts import LANGUAGES
from tests.support.panels import made_study
from tests.support.reported import texts_in

pytestmark = pytest.mark.whole

EXACT = 1e-9
Pair = tuple[Values, Values]
N_PEOPLE = 14


def of_one_film(study: Study, film: str = "B") -> Study:
    """The same people with one film alone, and without a comparison."""
    stimuli = tuple(one for one in study.stimuli if one.id == film)
    viewings = tuple(viewing for viewing in study.viewings if viewing.stimulus == film)
    decisions = Plan(study.plan.measures, share_above=study.plan.share_above)
    return replace(study, plan=decisions, stimuli=stimuli, viewings=viewings)


@pytest.fixture(scope="module")
def planted() -> StudyMaterial:
    """14 people who all smile in the scene “The joke” of the one film, and not in “end”."""
    study = of_one_film(made_study(N_PEOPLE, gaps=0.1, measures=("happy", "expressive")))
    return StudyMaterial(study, answers_of(study))


def rows_of(study: Study) -> list[list[float]]:
    """Person by person, the half seconds of the film with NaN in gaps, by hand: their viewings are averaged."""
    by_person: dict[str, list[Values]] = {}
    for viewing in study.judged:
        if viewing.is_usable:
            by_person.setdefault(viewing.respondent, []).append(viewing.on_film("happy", study.stimuli[0]))
    means = []
    for name in sorted(by_person):
        columns = list(zip(*by_person[name], strict=True))
        seen = [[value for value in column if value == value] for column in columns]
        means.append([sum(values) / len(values) if values else float("nan") for values in seen])
    return means


def in_and_out(study: Study, start_s: float, end_s: float) -> Pair:
    """Each person's mean in a stretch of the film, and in the rest of it; of those alone who have both."""
    first, stop = int(2 * start_s), int(2 * end_s)
    pairs = [(mean_of(row[first:stop]), mean_of(row[:first] + row[stop:])) for row in rows_of(study)]
    inside, outside = np.array([pair for pair in pairs if not np.isnan(pair).any()]).T
    return inside, outside


def mean_of(values: list[float]) -> float:
    """Of those that were seen, of half of them at least."""
    seen = [value for value in values if value == value]
    return sum(seen) / len(seen) if 2 * len(seen) >= len(values) else float("nan")


def test_a_scene_and_the_rest_of_its_film_as_in_scipy_and_statsmodels(planted: StudyMaterial) -> None:
    film, *_ = planted.answers.films
    joke, end = film.scenes
    inside, outside = in_and_out(planted.study, 10, 13)
    assert 5 <= len(inside) <= N_PEOPLE  # whoever was not seen in the scene is left out of both means
    assert joke.mean == pytest.approx(inside.mean(), abs=EXACT)
    assert joke.rest == pytest.approx(outside.mean(), abs=EXACT)
    found = joke.difference
    assert found is not None
    assert found.difference == pytest.approx((inside - outside).mean(), abs=EXACT)
    test = stats.ttest_rel(inside, outside)
    assert found.effect == pytest.approx(test.statistic / np.sqrt(len(inside)), abs=EXACT)
    assert found.error == pytest.approx(found.difference / test.statistic, abs=EXACT)
    assert found.n_free == test.df
    interval = test.confidence_interval()
    assert (found.low, found.high) == pytest.approx(tuple(interval), abs=0.25 * (interval.high - interval.low))
    weak = end.difference
    assert weak is not None
    apart = np.subtract(*in_and_out(planted.study, 24, 30))
    reference = stats.permutation_test(
        (apart,), np.mean, permutation_type="samples", n_resamples=N_PERMUTATIONS, vectorized=True, rng=0
    )
    assert weak.difference == pytest.approx(apart.mean(), abs=EXACT)
    assert weak.p == pytest.approx(reference.pvalue, abs=5 * np.sqrt(2 * 0.25 / N_PERMUTATIONS))
    assert joke.share is not None
    limit, scenes = planted.study.plan.share_above, [row[20:26] for row in rows_of(planted.study)]
    n_with = sum(any(value > limit for value in values) for values in scenes if mean_of(values) > 0)
    assert (joke.share.low, joke.share.high) == pytest.approx(
        proportion_confint(joke.share.n_with, joke.share.n, method="wilson"), abs=EXACT
    )
    assert (joke.share.n_with, joke.share.n) == (n_with, len(inside))


def test_p_is_corrected_over_all_scenes_measures_and_films_of_a_plan() -> None:
    study = made_study(12, measures=("happy", "expressive"))
    scenes = [scene for film in answers_of(study).films for scene in film.scenes]
    assert len(scenes) == 8  # two films, two measures, two scenes
    p_values = [scene.difference.p for scene in scenes if scene.difference]
    assert [scene.p_holm for scene in scenes] == pytest.approx(multipletests(p_values, method="holm")[1], abs=EXACT)


def test_several_viewings_of_one_person_count_once(planted: StudyMaterial) -> None:
    study = planted.study
    again = [replace(viewing, recording=f"again-{viewing.recording}") for viewing in study.viewings]
    twice = replace(study, viewings=(*study.viewings, *again))
    for one, other in zip(answers_of(twice).films, planted.answers.films, strict=True):
        assert [scene.difference for scene in one.scenes] == [scene.difference for scene in other.scenes]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_page_and_every_sentence_say_what_was_planted(planted: StudyMaterial, lang: str) -> None:
    words = Words(lang)
    material = StudyMaterial(planted.study, planted.answers, Options(lang=lang))
    blocks = cover(material, words, {})
    assert isinstance(blocks[0], Headline)
    assert "The joke" in blocks[0].text
    assert blocks[0].text == study_headline(planted.study, planted.answers, words)
    (figures,) = [block for block in blocks if isinstance(block, KeyFigures)]
    assert figures.items[1].value.startswith("+")
    (table,) = [block for block in blocks if isinstance(block, Table)]
    told = {place: answer for _, place, answer, *_ in table.rows}
    assert told["The joke"] == words.text("above the rest of the film")
    assert told["end"] == words.text("below the rest of the film")  # where the joke is
    sentences = [one for one in sentences_of(planted.study, planted.answers, lang) if "The joke" in one]
    assert len(sentences) == 2  # of two measures
    everything = texts_in(StudyDocuments(material).report)
    assert all(sentence in everything for sentence in sentences)
    (row,) = [row for row in study_rows(planted.study, planted.answers, "scenes") if row["scene"] == "joke"][:1]
    assert (row["first"], row["second"], row["n_first"]) == ("B, rest", "B", row["n_second"])


def test_scenes_that_are_too_much_or_too_little_are_not_told() -> None:
    study = of_one_film(made_study(12))
    (film,) = study.stimuli
    whole = replace(film, scenes=(Scene("all", 0.0, film.duration_s),))
    sentences = list(sentences_of(answered := replace(study, stimuli=(whole,)), answers_of(answered)))
    assert sentences[-1].endswith("cannot tell, the scene is all of the film.")
    few = replace(study, viewings=study.viewings[:2])
    assert list(sentences_of(few, answers_of(few)))[-1].endswith("cannot tell, too few people.")
    joke = film.scenes[0]
    blind = tuple(
        replace(viewing, values={"happy": np.where(_is_in(viewing.times_s, joke, i), np.nan, viewing.values["happy"])})
        for i, viewing in enumerate(study.viewings)
    )
    hidden = replace(study, viewings=blind)
    (sentence, _) = list(sentences_of(hidden, answers_of(hidden)))[-2:]
    assert "cannot tell, much less could be read of one part of the film" in sentence


def _is_in(times_s: Values, scene: Scene, person: int) -> Flags:
    """The scene, of every third person."""
    return np.asarray((times_s >= scene.start_s) & (times_s < scene.end_s) & (person % 3 == 0))


def test_scenes_that_were_changed_after_a_look_answer_no_question(planted: StudyMaterial) -> None:
    late = StudyMaterial(replace(planted.study, are_scenes_late=True), planted.answers)
    words = Words("en")
    assert not planned_rows(late, words)
    blocks = cover(late, words, {})
    assert "joke" not in str(blocks[0])
    assert any(isinstance(block, Paragraph) and "No comparison was planned" in block.text for block in blocks)
    assert sum("(exploratory)" in sentence for sentence in sentences_of(late.study, late.answers)) == 4
