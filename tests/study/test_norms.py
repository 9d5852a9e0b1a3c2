"""Norms of one's own: what a line holds, which films are compared, where a film lies among others."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from emoclassify.cli import main
from emoclassify.errors import UsageError
from emoclassify.outputs.document.blocks import Content
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.study.material import StudyMaterial, norms_of
from emoclassify.outputs.study.norms_file import read_norms, write_norms
from emoclassify.outputs.study.report.norms import norms
from emoclassify.study.findings import answers_of
from emoclassify.study.norms import FIGURES, LEAST_FILMS, NormLine, joined, lines_of, standings_of
from emoclassify.study_folder import read_study
from tests.support.panels import write_study
from tests.support.reported import texts_in

pytestmark = pytest.mark.whole


def line(number: int, mean: float, **changes: object) -> NormLine:
    made = NormLine(f"plan:{number}", "reader", 0.4, "none", "", 12, {"happy": {"mean": mean}})
    return replace(made, **changes)  # type: ignore[arg-type]


OTHERS = [line(i, i / 100) for i in range(20)]


def test_a_percentile_is_the_share_of_films_below_with_half_of_those_alike() -> None:
    (one,) = standings_of(line(99, 0.05), OTHERS)
    assert (one.measure, one.figure, one.n_films) == ("happy", "mean", 20)
    assert one.percentile == pytest.approx((5 + 0.5) / 20)
    assert [standing.percentile for standing in standings_of(line(99, 1.0), OTHERS)] == [1.0]


def test_below_twenty_films_nothing_is_told() -> None:
    assert LEAST_FILMS == 20
    assert not list(standings_of(line(99, 0.05), OTHERS[1:]))
    assert not list(standings_of(line(0, 0.05), OTHERS))  # a film is not compared with itself


@pytest.mark.parametrize(
    "change", [{"reader_sha256": "x"}, {"share_above": 0.5}, {"baseline": "before"}, {"category": "cars"}]
)
def test_only_films_that_were_read_and_judged_alike_are_compared(change: dict[str, object]) -> None:
    assert not list(standings_of(line(99, 0.05, **change), OTHERS))


def test_of_one_film_the_last_line_counts() -> None:
    lines = joined(OTHERS, [line(3, 0.9)])
    assert len(lines) == 20
    assert [one.figures["happy"]["mean"] for one in lines if one.film == "plan:3"] == [0.9]


def test_files_of_several_houses_are_put_together_line_by_line(tmp_path: Path) -> None:
    write_norms(tmp_path / "a.jsonl", OTHERS[:12])
    write_norms(tmp_path / "b.jsonl", OTHERS[8:])
    both = tmp_path / "both.jsonl"
    both.write_bytes((tmp_path / "a.jsonl").read_bytes() + (tmp_path / "b.jsonl").read_bytes())
    assert read_norms(both) == OTHERS
    assert read_norms(tmp_path / "none.jsonl") == []


@pytest.mark.parametrize("text", ["{}", "no json", "[1]", '{"film": "x", "figures": {"happy": {"mean": "high"}}}'])
def test_a_line_that_is_none_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "norms.jsonl"
    write_norms(path, OTHERS[:1])
    path.write_text(path.read_text() + text + "\n")
    with pytest.raises(UsageError, match=r"norms\.jsonl cannot be used: line 2 is no line of norms"):
        read_norms(path)


@pytest.mark.process
def test_a_study_adds_its_films_once_and_nothing_of_its_people(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_study(tmp_path)
    path = tmp_path / "norms.jsonl"
    write_norms(path, OTHERS)
    run = ["study", "run", str(tmp_path), "--out", str(tmp_path / "panel"), "--norms", str(path)]
    assert main(run) == 0
    assert "norms.jsonl: 2 of 2 films added." in capsys.readouterr().out
    added = path.read_text().splitlines()[20:]
    assert len(added) == 2
    assert main(run) == 0
    assert len(path.read_text().splitlines()) == 22
    content = json.loads(added[1])
    assert set(content["figures"]["happy"]) == set(FIGURES)
    assert content["figures"]["happy"]["ever"] == 1.0
    assert not any(f"r{number}" in text for text in added for number in range(1, 13))


def test_few_people_add_no_film_and_several_readers_none(tmp_path: Path) -> None:
    write_study(tmp_path, n=12)
    study = read_study(tmp_path)
    assert len(lines_of(study, answers_of(study))) == 2
    other = replace(study.viewings[0], reader_sha256="another")
    mixed = replace(study, viewings=(other, *study.viewings[1:]))
    assert not lines_of(mixed, answers_of(mixed))
    few = replace(study, viewings=study.viewings[2:])
    assert not lines_of(few, answers_of(few))


@pytest.mark.parametrize(("n", "is_told"), [(20, True), (19, False)])
def test_the_report_tells_percentiles_where_there_are_enough_films(n: int, is_told: bool, tmp_path: Path) -> None:
    write_study(tmp_path, n=12)
    study = read_study(tmp_path)
    answers = answers_of(study)
    lines = lines_of(study, answers)
    earlier = [replace(lines[0], film=f"old:{i}") for i in range(n)]
    material = StudyMaterial(study, answers, norms=norms_of(lines, earlier))
    blocks = norms(material, Words("en"))
    text = " ".join(texts_in(Content("", "en", "", tuple(blocks))))
    assert f"judged by the same limits: {n}." in text
    assert ("100%" in text) == is_told  # B is above twenty films like A
    assert norms(replace(material, norms=None), Words("en")) == []
