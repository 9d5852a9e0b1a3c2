"""Waves and days on one axis: who is compared with whom, figures against scipy, and what may be said."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from emoclassify.cli import main
from emoclassify.outputs.document.blocks import Content
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.study.charts.draw import charts_of, waves_chart
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.report.content import build_report
from emoclassify.outputs.study.report.waves import waves as waves_section
from emoclassify.outputs.study.waves_told import step_sentence
from emoclassify.study.findings import answers_of
from emoclassify.study.plan import Side
from emoclassify.study.statistics.scenes import scene_means
from emoclassify.study.study import Study
from emoclassify.study.waves import LEAST_PEOPLE, Waves, mean_with_reach, waves_of
from emoclassify.words.texts import LANGUAGES
from tests.support.panels import made_study, write_study
from tests.support.reported import texts_in

pytestmark = pytest.mark.whole

N = 12


def with_waves(first: str = "1", second: str = "2", *, are_same: bool = True) -> Study:
    """People see A in two waves: in the second they smile as with B."""
    study = made_study(N)
    before = [replace(one, wave=first) for one in study.viewings if one.stimulus == "A"]
    later = [
        replace(one, stimulus="A", wave=second, respondent=one.respondent if are_same else f"other-{one.respondent}")
        for one in study.viewings
        if one.stimulus == "B"
    ]
    films = tuple(film for film in study.stimuli if film.id == "A")
    plan = replace(study.plan, comparisons=(), outcomes=())
    return Study("Tracker", plan, films, (*before, *later))


def means(study: Study, wave: str) -> list[float]:
    part = replace(study, viewings=tuple(one for one in study.viewings if one.wave == wave))
    values: list[float] = scene_means(part.panel(Side("A"), "happy").values).tolist()
    return values


@pytest.mark.parametrize("are_same", [True, False])
def test_the_same_people_are_compared_with_themselves_and_others_are_not(are_same: bool) -> None:
    study = with_waves(are_same=are_same)
    (step,) = waves_of(study).steps
    before, later = means(study, "1"), means(study, "2")
    assert (step.first, step.second, step.is_paired) == ("1", "2", are_same)
    assert step.difference is not None
    assert step.difference.difference == pytest.approx(np.mean(later) - np.mean(before), abs=1e-9)
    assert step.difference.difference > 0.03
    own = stats.ttest_rel(later, before) if are_same else stats.ttest_ind(later, before, equal_var=False)
    assert (step.difference.p < 0.05) == (own.pvalue < 0.05)
    assert step.p_adjusted == step.difference.p


def test_the_interval_of_a_mean_is_students() -> None:
    values = np.random.default_rng(1).normal(0.3, 0.1, 9)
    mean, reach = mean_with_reach(values)
    low, high = stats.t.interval(0.95, 8, loc=values.mean(), scale=stats.sem(values))
    assert (mean - reach, mean + reach) == pytest.approx((low, high), abs=1e-12)
    found = waves_of(with_waves())
    assert [(level.wave, level.n) for level in found.levels] == [("1", N), ("2", N)]
    assert all(level.low < level.mean < level.high for level in found.levels)


def test_few_people_and_a_single_wave_are_not_told() -> None:
    study = with_waves()
    before, later = ([one for one in study.viewings if one.wave == wave] for wave in ("1", "2"))
    assert waves_of(replace(study, viewings=(*before, *later[: LEAST_PEOPLE - 1]))) == Waves()
    assert waves_of(replace(study, viewings=(*before, *later[:LEAST_PEOPLE]))).steps
    for word in ("1", ""):
        assert waves_of(replace(study, viewings=tuple(replace(one, wave=word) for one in study.viewings))) == Waves()


@pytest.mark.parametrize(
    ("first", "second", "order", "days"),
    [
        ("wave 9", "wave 10", ("wave 9", "wave 10"), (0, 1)),
        ("2026-06-02", "2026-05-31", ("2026-05-31", "2026-06-02"), (0, 2)),
        ("before", "2026-05-31", ("2026-05-31", "before"), (0, 1)),
    ],
)
def test_waves_stand_in_their_order_and_days_at_their_dates(
    first: str, second: str, order: tuple[str, ...], days: tuple[int, ...]
) -> None:
    found = waves_of(with_waves(first, second))
    assert (found.order, found.days, found.are_days) == (order, days, days == (0, 2))


def test_the_wave_of_a_person_counts_where_the_viewing_names_none() -> None:
    study = with_waves(are_same=False)
    participants = {one.respondent: {"wave": one.wave} for one in study.viewings}
    bare = replace(study, viewings=tuple(replace(one, wave="") for one in study.viewings), participants=participants)
    assert waves_of(bare) == waves_of(study)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_report_and_chart_say_what_was_found_and_that_it_was_found_by_looking(lang: str) -> None:
    study = with_waves("2026-05-31", "2026-06-02")
    answers, words = answers_of(study), Words(lang)
    (step,) = answers.waves.steps
    sentence = step_sentence(study, answers.waves, step, words)
    assert {"en": "after Benjamini", "ru": "по Бенджамини"}[lang] in sentence
    material = StudyMaterial(study, answers)
    assert waves_chart("happy") in {chart.name for chart in charts_of(material)}
    section = " ".join(texts_in(Content("", lang, "", tuple(waves_section(material, words, {})))))
    assert sentence in section
    assert {"en": "Found by looking", "ru": "Найдено при просмотре"}[lang] in section
    assert " ".join(texts_in(build_report(material, {}))).count("Days on one axis") == 1
    none = made_study(N)
    assert waves_section(StudyMaterial(none, answers_of(none)), words, {}) == []


@pytest.mark.process
def test_a_column_of_the_table_is_enough(tmp_path: Path) -> None:
    write_study(tmp_path)
    path = tmp_path / "viewings.csv"
    head, *lines = path.read_text().splitlines()
    rows = [f"{line},,{1 + (i // 2) % 2}" for i, line in enumerate(lines)]  # every other person is in the second wave
    path.write_text("\n".join([f"{head},mark,wave", *rows]) + "\n")
    assert main(["study", "run", str(tmp_path), "--out", str(tmp_path / "panel"), "--graph"]) == 0
    with (tmp_path / "panel" / "waves.csv").open() as file:
        table = [row for row in csv.DictReader(file) if row["measure"] == "happy"]
    assert [(row["stimulus"], row["wave"], row["n"], row["before"]) for row in table] == [
        *(("A", "1", "6", ""), ("A", "2", "6", "1")),
        *(("B", "1", "6", ""), ("B", "2", "6", "1")),
    ]
    panel = json.loads((tmp_path / "panel" / "panel.json").read_text())
    assert panel["waves"]["order"] == ["1", "2"]
    assert all("cannot tell" in step["told"]["en"] for step in panel["waves"]["steps"])  # nothing was planted
    assert (tmp_path / "panel" / "waves-happy.svg").exists()
