"""From made videos to the first page: 24 recordings of faces that change, read by the shipped networks."""

import re

import pytest

from emoclassify.cli import main
from emoclassify.outputs.document.blocks import Headline, Table
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.report.cover import cover
from emoclassify.study.findings import answers_of
from emoclassify.study.plan import Side
from emoclassify.study_folder import read_study
from tests.support.planted import SCENE_S, write_planted

pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.process, pytest.mark.whole]

N_PEOPLE = 12


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> StudyMaterial:
    folder = tmp_path_factory.mktemp("planted")
    write_planted(folder, N_PEOPLE)
    assert main(["analyze", str(folder), "--out", str(folder / "results")]) == 0
    study = read_study(folder)
    assert [viewing.recording for viewing in study.judged if not viewing.is_usable] == []
    return StudyMaterial(study, answers_of(study))


def test_the_model_reads_what_was_drawn(planted: StudyMaterial) -> None:
    """Else the other test would say nothing: rest is mostly not happy, the planted smile is."""
    panel = planted.study.panel(Side("B"), "happy")
    times_s = [0.5 * i for i in range(panel.values.shape[1])]
    in_scene = [SCENE_S[0] <= time_s < SCENE_S[1] for time_s in times_s]
    smile, rest = panel.values[:, in_scene], panel.values[:, [not one for one in in_scene]]
    assert smile.mean() > 0.8
    assert rest.mean() < 0.5


def test_the_first_page_says_what_was_planted_and_nothing_else(planted: StudyMaterial) -> None:
    blocks = cover(planted, Words("en"), {})
    assert isinstance(blocks[0], Headline)
    assert re.match(r"Happy, scene “joke”: B is above A by \d+ points \(", blocks[0].text), blocks[0].text
    (table,) = [block for block in blocks if isinstance(block, Table)]
    answers = {(pair, place): answer for pair, place, answer, *_ in table.rows}
    of_films = {place: answer for (pair, place), answer in answers.items() if pair == "B against A"}
    assert of_films == {"joke": "B is above A", "on the whole": "B is above A", "whole curves": "the curves differ"}
    of_people = [answer for (pair, _), answer in answers.items() if pair != "B against A"]
    assert len(of_people) == 3
    assert all(answer.startswith("cannot tell") for answer in of_people)
