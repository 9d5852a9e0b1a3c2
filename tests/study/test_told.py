"""The answers in sentences: what may be said, the same in panel.json, and in each language."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from emoclassify.outputs.study.told import film_sentence, reason_in_words, scene_sentence, sentences_of
from emoclassify.outputs.study.write import panel_content
from emoclassify.study.contrasts import Contrast, SceneFinding
from emoclassify.study.findings import Answers, answers_of
from emoclassify.study.statistics.power import people_for, people_for_means
from emoclassify.study.study import Study
from emoclassify.study_folder import read_study
from emoclassify.words.texts import LANGUAGES
from tests.support.panels import write_study

ALPHA = 0.05


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
        for contrast in panel["contrasts"]:
            told += [contrast["told"][lang], *(scene["told"][lang] for scene in contrast["scenes"])]
        assert told == list(sentences_of(study, answers, lang))


def test_what_differs_is_told_with_its_interval_and_the_other_way_round(planted: tuple[Study, Answers]) -> None:
    contrast, finding = joke(planted[1])
    difference = finding.difference
    assert difference is not None
    low, high = (round(100 * value) for value in (difference.low, difference.high))
    above = scene_sentence(contrast, finding, ALPHA, "en")
    assert above.startswith(f"Happy: B is above A by {round(100 * difference.difference)} points ({low} to {high})")
    assert above.endswith("in the scene “joke”, n 12, p < 0.001 after Holm.")
    turned = replace(difference, difference=-difference.difference, low=-difference.high, high=-difference.low)
    below = scene_sentence(contrast, replace(finding, difference=turned), ALPHA, "en")
    assert below == above.replace("above", "below")
    assert scene_sentence(contrast, finding, ALPHA, "ru").startswith("Радость: B выше, чем A, на ")


def test_where_nothing_can_be_told_it_is_said_what_it_would_take(planted: tuple[Study, Answers]) -> None:
    contrast, finding = joke(planted[1])
    assert finding.difference is not None
    unsure = replace(finding.difference, error=0.15)
    weak = replace(finding, p_holm=0.4, detectable=0.45, difference=unsure)
    n = people_for(0.2, 0.15, (12,))
    assert n == people_for_means(0.2, 0.15 * math.sqrt(12), is_paired=True) > 12
    sentence = scene_sentence(contrast, weak, ALPHA, "en")
    assert "cannot tell with n 12" in sentence
    assert sentence.endswith(f"; {n} people would find a difference of 20 points in 8 of 10 studies.")
    strong = replace(weak, detectable=0.07)
    assert scene_sentence(contrast, strong, ALPHA, "en").endswith("such a panel finds 7 points in 8 of 10 studies.")


def test_much_less_that_could_be_read_of_one_side_is_no_answer(planted: tuple[Study, Answers]) -> None:
    contrast, finding = joke(planted[1])
    assert "much less could be read" in scene_sentence(replace(contrast, coverage=(0.9, 0.6)), finding, ALPHA, "en")


def test_too_few_people_are_told_nothing_else(planted: tuple[Study, Answers]) -> None:
    film = replace(planted[1].films[0], peak=None, metrics=None, n=2)
    assert film_sentence(film, "en") == "Happy, A, n 2: cannot tell, too few people."


def test_why_a_viewing_does_not_count_is_told_in_words(tmp_path: Path) -> None:
    write_study(tmp_path, n=2)
    lines = (tmp_path / "viewings.csv").read_text().splitlines()
    lines[1] = lines[1].replace(",1,", ",7,")
    (tmp_path / "viewings.csv").write_text("\n".join(lines) + "\n")
    study = read_study(tmp_path)
    first, *others = panel_content(study, answers_of(study))["viewings"]
    assert (first["used"], first["reason"]["en"]) == (False, "the person is not seen: 7")
    assert first["reason"]["ru"] == "человека не видно: 7" == reason_in_words("the person is not seen: 7", "ru")
    assert all(viewing["used"] and viewing["reason"] is None for viewing in others)
    assert others[0]["clock"]["pieces"] == [{"film_start_s": 0.0, "film_end_s": 30.0, "offset_s": 4.0}]
