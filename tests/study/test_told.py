"""The answers in sentences: in panel.json as on the terminal, and what it would take where nothing can be told."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from emoclassify.outputs.document.words import Words
from emoclassify.outputs.study.names import above_or_below, pair_name
from emoclassify.outputs.study.report.panel import limits
from emoclassify.outputs.study.scenes_told import scene_answer
from emoclassify.outputs.study.told import people_sentence, sentences_of, study_headline
from emoclassify.outputs.study.write import panel_content
from emoclassify.study.contrasts import Contrast, SceneFinding
from emoclassify.study.findings import Answers, answers_of
from emoclassify.study.plan import Comparison, Side
from emoclassify.study.reasons import NOT_ANALYZED
from emoclassify.study.statistics.power import people_for, people_for_means
from emoclassify.study.study import Study
from emoclassify.study_folder import read_study
from emoclassify.words.texts import LANGUAGES
from tests.support.panels import made_study, write_study
from tests.support.sources import ROOT

pytestmark = pytest.mark.whole


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Answers]:
    """A study of 12 people who all smile in one scene of B."""
    folder = tmp_path_factory.mktemp("told")
    write_study(folder)
    study = read_study(folder)
    return study, answers_of(study)


def joke(answers: Answers) -> tuple[Contrast, SceneFinding]:
    contrast = answers.contrasts[0]
    return contrast, contrast.scenes[1]


def test_panel_json_says_what_the_terminal_says(planted: tuple[Study, Answers]) -> None:
    study, answers = planted
    panel = json.loads(json.dumps(panel_content(study, answers)))
    for lang in LANGUAGES:
        told = [film["told"][lang] for film in panel["films"]]
        told += [scene["told"][lang] for film in panel["films"] for scene in film["scenes"]]
        for contrast in panel["contrasts"]:
            told += [contrast["told"][lang], *(scene["told"][lang] for scene in contrast["scenes"])]
        assert told == list(sentences_of(study, answers, lang))
        assert panel["headline"][lang] == study_headline(study, answers, Words(lang))


def test_where_nothing_can_be_told_it_is_said_what_it_would_take(planted: tuple[Study, Answers]) -> None:
    study, answers = planted
    contrast, finding = joke(answers)
    assert finding.difference is not None
    weak = replace(finding, p_holm=0.4, detectable=0.45, difference=replace(finding.difference, error=0.15))
    n = people_for(0.2, 0.15, (12,))
    assert n == people_for_means(0.2, 0.15 * math.sqrt(12), is_paired=True) > 12
    sentence = scene_answer(study, contrast, weak, Words("en")).sentence
    assert "cannot tell" in sentence
    assert sentence.endswith(f"{n} people would find a difference of 20 points in 8 of 10 studies.")
    others = replace(contrast, is_paired=False)
    assert people_for(0.2, 0.15, (12, 12)) == people_for_means(0.2, 0.15 / math.sqrt(2 / 12))
    assert " people of each side would find" in scene_answer(study, others, weak, Words("en")).remark


@pytest.mark.parametrize(
    ("lang", "points", "sentence"),
    [
        ("en", 0.07, "Such a panel finds 7 points in 8 of 10 studies."),
        ("en", 0.012, "Such a panel finds 1 point in 8 of 10 studies."),
        ("en", 0.001, "Such a panel finds 1 point in 8 of 10 studies."),
        ("ru", 0.012, "Такая группа находит разницу в 1 пункт в 8 исследованиях из 10."),
        ("ru", 0.03, "Такая группа находит разницу в 3 пункта в 8 исследованиях из 10."),
        ("ru", 0.11, "Такая группа находит разницу в 11 пунктов в 8 исследованиях из 10."),
    ],
)
def test_words_go_by_the_number_of_points(
    planted: tuple[Study, Answers], lang: str, points: float, sentence: str
) -> None:
    study, answers = planted
    contrast, finding = joke(answers)
    weak = replace(finding, p_holm=0.4, detectable=points)
    assert scene_answer(study, contrast, weak, Words(lang)).remark == sentence


@pytest.mark.parametrize(
    ("lang", "difference", "figures"),
    [("en", 0.011, "+1 point ("), ("en", -0.02, "\N{MINUS SIGN}2 points ("), ("ru", 0.21, "+21 пункт (")],
)
def test_words_go_by_the_number_of_a_difference(
    planted: tuple[Study, Answers], lang: str, difference: float, figures: str
) -> None:
    study, answers = planted
    contrast, finding = joke(answers)
    assert finding.difference is not None
    other = replace(finding, difference=replace(finding.difference, difference=difference))
    assert scene_answer(study, contrast, other, Words(lang)).figures.startswith(figures)


@pytest.mark.parametrize(
    ("n", "sentence", "russian"),
    [
        (1, "1 of 2 viewings counts, of 1 person.", "Засчитан 1 просмотр из 2, это 1 человек."),
        (2, "2 of 2 viewings count, of 2 people.", "Засчитано 2 просмотра из 2, это 2 человека."),
    ],
)
def test_words_go_by_the_number_of_people(n: int, sentence: str, russian: str) -> None:
    study = made_study(2)
    of_a = [viewing for viewing in study.viewings if viewing.stimulus == "A"]
    viewings = (*of_a[:n], *(replace(viewing, reason=NOT_ANALYZED) for viewing in of_a[n:]))
    other = replace(study, viewings=viewings)
    assert people_sentence(other, Words("en")) == sentence
    assert people_sentence(other, Words("ru")) == russian


def test_why_a_viewing_does_not_count_is_told_in_words(tmp_path: Path) -> None:
    write_study(tmp_path, n=2)
    lines = (tmp_path / "viewings.csv").read_text().splitlines()
    lines[1] = lines[1].replace(",1,", ",7,")
    (tmp_path / "viewings.csv").write_text("\n".join(lines) + "\n")
    study = read_study(tmp_path)
    first, *others = panel_content(study, answers_of(study))["viewings"]
    assert (first["used"], first["reason"]["en"]) == (False, "this person is not in the recording")
    assert first["reason"]["ru"] != first["reason"]["en"]
    assert all(viewing["used"] and viewing["reason"] is None for viewing in others)
    assert others[0]["clock"]["pieces"] == [{"film_start_s": 0.0, "film_end_s": 30.0, "offset_s": 4.0}]


@pytest.mark.parametrize(
    ("column", "groups", "pair", "verdict", "russian"),
    [
        ("sex", ("women", "men"), "Cut A: men against women", "men above women", "Cut A: men и women"),
        ("sex", ("f", "m"), "Cut A, sex: m against f", "sex: m above sex: f", "Cut A, sex: m и f"),
        ("group", ("1", "2"), "Cut A, group: 2 against 1", "group 2 above group 1", "Cut A, group: 2 и 1"),
        ("smoker", ("no", "Yes"), "Cut A, smoker: Yes against no", "smoker: Yes above smoker: no", ""),
        ("sells", ("cars", "same"), "Cut A, sells: same against cars", "sells: same above cars", ""),
    ],
)
def test_groups_are_named_as_one_says_it(
    column: str, groups: tuple[str, str], pair: str, verdict: str, russian: str
) -> None:
    """With the column where the word alone says nothing, or is a group of another column too."""
    study = made_study(2)
    cells = [{column: group, "liking": "same"} for group in groups]
    study = replace(study, participants=dict(zip(study.participants, cells, strict=True)))
    first, second = (Side("A", column, group) for group in groups)
    comparison = Comparison(first, second)
    assert pair_name(study, comparison, Words("en")) == pair
    assert above_or_below(study, comparison, Words("en"), is_above=True) == verdict
    if russian:
        assert pair_name(study, comparison, Words("ru")) == russian
    films = Comparison(first, replace(second, stimulus="B"))
    assert pair_name(study, films, Words("en")).startswith("Cut B, ")


def test_guide_and_report_say_what_studies_are_not_for() -> None:
    sentence = "Nothing here is for watching staff or pupils"
    for name in ("plan-a-study.md", "studies.md"):
        assert sentence.lower() in " ".join((ROOT / "docs" / name).read_text().split()).lower()
    assert any(limit.startswith(sentence) for limit in limits(Words("en")))
    assert any("сотрудник" in limit and "учени" in limit for limit in limits(Words("ru")))
