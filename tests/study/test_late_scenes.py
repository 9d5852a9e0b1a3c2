"""Scenes that were changed after somebody had looked at results are exploratory, in every place that tells of them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from emoclassify.cli import main
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.report.cover import cover, planned_rows
from emoclassify.outputs.study.told import sentences_of, study_headline
from emoclassify.study.findings import answers_of
from emoclassify.study.stimulus import BIN_S
from emoclassify.words.texts import LANGUAGES
from tests.support.panels import PLAN, made_study, write_study

pytestmark = pytest.mark.whole

LATE = {"en": "(exploratory)", "ru": "(поисковый результат)"}


@pytest.fixture(scope="module")
def material() -> StudyMaterial:
    study = made_study(12)
    return StudyMaterial(study, answers_of(study))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_late_scenes_answer_no_question_that_was_asked_beforehand(material: StudyMaterial, lang: str) -> None:
    words = Words(lang)
    study, answers = material.study, material.answers
    in_time = list(sentences_of(study, answers, lang))
    assert not any(LATE[lang] in sentence for sentence in in_time)
    late = StudyMaterial(replace(study, are_scenes_late=True), answers)
    sentences = list(sentences_of(late.study, answers, lang))
    n_scenes = sum(len(contrast.scenes) - 1 for contrast in answers.contrasts)
    n_scenes += sum(len(film.scenes) for film in answers.films)
    assert sum(LATE[lang] in sentence for sentence in sentences) == n_scenes > 0
    assert len(sentences) == len(in_time) + 1  # the first says why
    name = "The joke"
    assert name in study_headline(study, answers, words)
    assert name not in study_headline(late.study, answers, words)
    assert any(name in row[1] for row in planned_rows(material, words))
    assert not any(name in row[1] for row in planned_rows(late, words))
    assert sentences[0] in str(cover(late, words, {}))


@pytest.mark.process
def test_the_command_line_knows_by_the_results_before(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_study(tmp_path)
    run = ["study", "run", str(tmp_path), "--out", str(tmp_path / "panel")]

    def scenes_are_late() -> bool:
        assert main(run) == 0
        out = capsys.readouterr().out
        panel = json.loads((tmp_path / "panel" / "panel.json").read_text())
        assert ("Scenes were changed after" in out) == ("(exploratory)" in out) == panel["are_scenes_late"]
        return bool(panel["are_scenes_late"])

    assert not scenes_are_late()
    (tmp_path / "study.toml").write_text(PLAN.replace('title = "', 'title = "Another '))
    assert not scenes_are_late()
    assert "end_s = 13.0" in PLAN
    (tmp_path / "study.toml").write_text(PLAN.replace("end_s = 13.0", f"end_s = {13.0 + BIN_S}"))
    assert scenes_are_late()
    assert scenes_are_late()  # the folder keeps it
