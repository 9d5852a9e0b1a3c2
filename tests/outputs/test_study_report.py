"""The report of a study: its first page says what was planted and nothing else; one figure is the same everywhere."""

import csv
import json
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook
from PIL import Image

from emoclassify.cli import main
from emoclassify.outputs.charts.kinds import Drawing
from emoclassify.outputs.document.blocks import FULL_SHARE, Block, Glossary, Headline, PageBreak, Table
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.study.charts.draw import StudyChart, charts_of
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.names import points, points_span
from emoclassify.outputs.study.report.cover import cover
from emoclassify.outputs.study.report.write import StudyDocuments
from emoclassify.outputs.study.told import planned_answers
from emoclassify.outputs.study.write import write_study as write_files
from emoclassify.settings import Options
from emoclassify.study.findings import Answers, answers_of
from emoclassify.study_films import find_stills
from emoclassify.study_folder import read_study
from emoclassify.words.glossary import STUDY_NAMES
from emoclassify.words.texts import LANGUAGES
from tests.support.made import even, plain, write_video
from tests.support.output_cases import write_made_study
from tests.support.panels import COMPLETE, PLAN, made_study, write_study
from tests.support.reported import READERS, bare, charts_of_pptx, text_of_pptx, texts_in

pytestmark = pytest.mark.whole

_WHITE = 200  # of 255: the paper, and the palest lines
FILM = 'id = "B"\n'


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> StudyMaterial:
    """24 viewings: in B all smile in the scene, in A nobody does; women and men do not differ."""
    folder = tmp_path_factory.mktemp("study")
    write_study(folder)
    study = read_study(folder)
    return StudyMaterial(study, answers_of(study))


def in_language(material: StudyMaterial, lang: str) -> StudyMaterial:
    return StudyMaterial(material.study, material.answers, Options(lang=lang))


def first_page(material: StudyMaterial) -> list[Block]:
    blocks = cover(material, Words(material.options.lang), {})
    assert isinstance(blocks[-1], PageBreak)
    return blocks


def test_the_first_page_says_what_was_planted_and_nothing_else(planted: StudyMaterial) -> None:
    blocks = first_page(planted)
    assert isinstance(blocks[0], Headline)
    told = re.fullmatch(r"Happy, scene “joke”: B is above A by (\d+) points \((\d+) to (\d+)\)", blocks[0].text)
    assert told is not None, blocks[0].text
    middle, low, high = map(int, told.groups())
    assert low <= 50 <= high + 1
    assert middle == pytest.approx(50, abs=5)
    (table,) = [block for block in blocks if isinstance(block, Table)]
    answers = {(pair, place): answer for pair, place, answer, *_ in table.rows}
    of_films = {place: answer for (pair, place), answer in answers.items() if pair == "B against A"}
    assert of_films == {
        "joke": "B is above A",
        "on the whole": "B is above A",
        "whole curves": "the curves differ",
    }
    of_people = [answer for (pair, _), answer in answers.items() if pair == "A: men against women"]
    assert len(of_people) == 3
    assert all(answer.startswith("cannot tell") for answer in of_people)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_says_more_than_its_test(planted: StudyMaterial, lang: str) -> None:
    """What is told is below alpha after Holm; all else begins with "cannot tell"."""
    material = in_language(planted, lang)
    words = Words(lang)
    cannot_tell = words.text("cannot tell")
    answers = list(planned_answers(material.study, material.answers, words))
    for answer in answers:
        assert answer.is_told != answer.verdict.startswith(cannot_tell), answer.sentence
    n_below = sum(
        (finding.p_holm or 1.0) <= material.study.plan.alpha
        for contrast in material.answers.contrasts
        for finding in contrast.scenes
    )
    n_below += sum((scene.p_holm or 1.0) <= 0.05 for film in material.answers.films for scene in film.scenes)
    n_curves = sum(one.curves_p_holm is not None and one.curves_p_holm <= 0.05 for one in material.answers.contrasts)
    assert sum(answer.is_told for answer in answers) == n_below + n_curves
    everything = " ".join(texts_in(StudyDocuments(material).report)).lower()
    assert "significant" not in everything
    assert "значим" not in everything.replace(words.text("Level of all tests").lower(), "")


def test_a_study_without_a_comparison_describes_its_panel() -> None:
    study = made_study(12)
    films = tuple(replace(film, scenes=()) for film in study.stimuli)
    study = replace(study, plan=replace(study.plan, comparisons=()), stimuli=films)
    material = StudyMaterial(study, answers_of(study))
    texts = " ".join(texts_in(StudyDocuments(material).report))
    assert "No comparison was planned" in texts
    assert "Comparisons" not in texts.split()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a study in which everything is asked for, with the file of one film."""
    folder = tmp_path_factory.mktemp("whole")
    write_study(folder)
    write_video(folder / "film.mp4", even([plain(48, 64, (200, 0, 0))] * 75 + [plain(48, 64, (0, 0, 200))] * 75, 5))
    (folder / "study.toml").write_text((PLAN + COMPLETE).replace(FILM, FILM + 'file = "film.mp4"\n'))
    return folder


@pytest.mark.process
def test_one_figure_is_the_same_everywhere(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = whole / "panel"
    formats = ["--report", "docx,pdf,html,pptx", "--xlsx", "--graph"]
    assert main(["study", "run", str(whole), "--out", str(out), *formats]) == 0
    terminal = capsys.readouterr().out
    panel = json.loads((out / "panel.json").read_text())
    with (out / "scenes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    words, read = Words("en"), {name: bare(reader(out / name)) for name, reader in READERS.items()}
    slides = bare(text_of_pptx(out / "report.pptx"))
    sheet = [
        bare(" ".join(str(cell) for cell in row if cell is not None))
        for row in load_workbook(out / "report.xlsx").worksheets[0].iter_rows(values_only=True)
    ]
    findings = [finding for part in ("films", "contrasts") for one in panel[part] for finding in one["scenes"]]
    assert len(findings) == len(rows) == 2 + 6
    for row, finding in zip(rows, findings, strict=True):
        difference = finding["difference"]
        assert [float(row[name]) for name in ("difference", "low", "high")] == pytest.approx(
            [difference[name] for name in ("difference", "low", "high")], abs=1e-6
        )
        figure = points(difference["difference"], words)
        cell = bare(f"{figure} ({points_span(difference['low'], difference['high'], words)})")
        assert cell in re.sub("points?", "", bare(terminal))
        assert all(cell in text for text in read.values()), cell
        assert any(cell in line for line in sheet), cell
    (joke,) = [one for one in panel["contrasts"][0]["scenes"] if one["scene"] == "joke"]
    cell = f"{points(joke['difference']['difference'], words)}"
    assert bare(cell) in slides
    shares = [one["metrics"]["ever"]["share"] for one in panel["films"]]
    bars = charts_of_pptx(out / "report.pptx")[-1]
    assert (bars.value_axis.minimum_scale, bars.value_axis.maximum_scale) == (0, FULL_SHARE)
    assert list(bars.plots[0].series[0].values) == pytest.approx(shares)
    curve = charts_of_pptx(out / "report.pptx")[0].plots[0].series[0].values
    assert list(curve) == pytest.approx(panel["films"][0]["band"]["mean"], abs=1e-4)


@pytest.mark.process
def test_the_film_stands_above_its_curve(whole: Path) -> None:
    out = whole / "charts"
    assert main(["study", "run", str(whole), "--out", str(out), "--graph"]) == 0
    assert "<image" in (out / "film-2-happy.svg").read_text()
    assert "<image" not in (out / "film-1-happy.svg").read_text()
    assert not (out / "report.html").exists()


@pytest.mark.parametrize("jpeg", ["", "no base 64", "R0lGODlhAQABAAAAACw=", None])
def test_what_the_reader_of_a_film_gives_is_not_trusted(whole: Path, jpeg: str | None) -> None:
    """A film may have taken over the process that decodes it: what is no small JPEG is no picture."""
    study = read_study(whole)
    answers = Answers((), ())
    assert find_stills(whole, study, answers, lambda path, times_s: [{"time_s": 1.0, "jpeg": jpeg}]) == {}


@pytest.mark.process
def test_a_film_that_cannot_be_read_is_no_failure(whole: Path, tmp_path: Path) -> None:
    write_study(tmp_path, n=5)
    (tmp_path / "film.mp4").write_bytes(b"no film")
    (tmp_path / "study.toml").write_text(PLAN.replace(FILM, FILM + 'file = "film.mp4"\n'))
    assert main(["study", "run", str(tmp_path), "--out", str(tmp_path / "panel"), "--graph"]) == 0
    assert "<image" not in (tmp_path / "panel" / "film-2-happy.svg").read_text()


def test_files_of_a_run_before_do_not_stay(planted: StudyMaterial, tmp_path: Path) -> None:
    """A report beside newer tables would tell other figures."""
    for name in ("report.docx", "report.xlsx", "film-9-happy.png", "who-counts.svg"):
        (tmp_path / name).write_bytes(b"old")
    (tmp_path / "notes.docx").write_bytes(b"mine")
    write_files(planted, tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert "notes.docx" in names
    assert not names & {"report.docx", "report.xlsx", "film-9-happy.png", "who-counts.svg"}
    assert {"curves.csv", "panel.json"} <= names


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler-utils is not installed")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pages_of_a_pdf_are_filled(tmp_path: Path, lang: str) -> None:
    """Words or a chart reach down to 60 % of every page but the last."""
    write_made_study(tmp_path, lang)
    subprocess.run(["pdftoppm", "-gray", "-r", "40", tmp_path / "report.pdf", tmp_path / "page"], check=True)
    pages = sorted(tmp_path.glob("page-*.pgm"))[:-1]
    assert len(pages) > 10
    for path in pages:
        with Image.open(path) as image:
            pixels = np.asarray(image)[: int(0.93 * image.height)]  # above the footer
        (inked,) = np.nonzero(pixels.min(axis=1) < _WHITE)
        assert inked[-1] > 0.6 * len(pixels), path.name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_report_has_every_section_and_chart(lang: str) -> None:
    study = made_study(12, gaps=0.1, measures=("happy", "valence"))
    material = StudyMaterial(study, answers_of(study), Options(lang=lang))
    _ = Words(lang).text
    texts = texts_in(StudyDocuments(material).report)
    headings = (
        *("Comparisons", "How many people showed it", "How alike people are", "Each person", "Who counts"),
        *("Answers and deeds", "What this panel could have found", "Limits", "Annex", "Method", "How to repeat it"),
    )
    assert all(_(heading) in texts for heading in headings)
    (glossary,) = (block for block in StudyDocuments(material).report.blocks if isinstance(block, Glossary))
    assert [term.name for term in glossary.items] == list(STUDY_NAMES)
    captions = {chart.caption for chart in charts_of(material)}
    assert captions <= set(texts)
    assert study.plan_sha256 in texts


def test_a_chart_is_drawn_for_the_slides_once(planted: StudyMaterial, monkeypatch: pytest.MonkeyPatch) -> None:
    n_drawn, draw = Counter[str](), StudyChart.drawn

    def count(chart: StudyChart, *arguments: Any) -> Drawing:
        n_drawn.update([chart.name])
        return draw(chart, *arguments)

    monkeypatch.setattr(StudyChart, "drawn", count)
    assert StudyDocuments(planted).slides.slides
    assert {"scenes-1", "people-1", "who-counts"} <= set(n_drawn)
    assert set(n_drawn.values()) == {1}
