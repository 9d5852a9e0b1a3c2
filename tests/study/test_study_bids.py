"""A study as an archive of the Brain Imaging Data Structure: whole whatever people and films are called."""

import csv
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from emoclassify.outputs.study.bids import write_study_bids
from emoclassify.study.study import Study
from emoclassify.words.names import as_cell
from tests.support.panels import made_study

pytestmark = pytest.mark.whole


@cache
def small_study() -> Study:
    return made_study(3)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=12))
@example(name='a\tb\n"c" --> <v d> \u202eה')
@example(name="participant_id")
def test_no_name_breaks_it(name: str, tmp_path: Path) -> None:
    study = small_study()
    who = study.viewings[0].respondent
    named = [replace(one, respondent=name) if one.respondent == who else one for one in study.viewings]
    people = {name: {name: name}} | {one.respondent: {} for one in named if one.respondent != name}
    write_study_bids(replace(study, title=name, viewings=tuple(named), participants=people), "1", tmp_path / "bids.zip")
    with ZipFile(tmp_path / "bids.zip") as archive:
        table = pd.read_csv(
            archive.open("participants.tsv"), sep="\t", quoting=csv.QUOTE_NONE, dtype=str, keep_default_na=False
        )
        assert json.loads(archive.read("dataset_description.json"))["Name"] == name
        curves = [entry for entry in archive.namelist() if entry.endswith("_physio.tsv.gz")]
    assert table.respondent.tolist()[0] == as_cell(" ".join(name.split()))
    assert len(table.columns) == 3
    assert len(table) == len({one.respondent for one in named})
    assert len(curves) == len(named)


def test_columns_in_which_bids_allows_certain_values_alone_have_another_name(tmp_path: Path) -> None:
    """bids-validator refuses "women" as a `sex`, and a `stim_file` that is not in the archive."""
    write_study_bids(small_study(), "1", tmp_path / "bids.zip")
    with ZipFile(tmp_path / "bids.zip") as archive:
        heads = {
            name: archive.read(name).decode().split("\n")[0].split("\t")
            for name in archive.namelist()
            if name.endswith(".tsv")
        }
        about = json.loads(archive.read("participants.json"))
    people = heads.pop("participants.tsv")
    assert "sex_" in people
    assert "sex" not in people
    assert set(people) - {"participant_id"} == set(about), "each is described"
    assert {tuple(head) for head in heads.values()} == {("onset", "duration", "trial_type", "film")}


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        (["age", "age_"], ["age__", "age_"]),
        (["age_", "age"], ["age_", "age__"]),
        (["sex", "sex_", "sex__"], ["sex___", "sex_", "sex__"]),
        (["a\x01b", "a b", "a\tb"], ["a b", "a b_", "a b__"]),
        (["=x", "'=x", "respondent"], ["'=x", "''=x", "respondent_"]),
        (["", "_", "participant_id"], ["__", "_", "participant_id_"]),
    ],
)
def test_no_two_columns_have_one_name(columns: list[str], names: list[str], tmp_path: Path) -> None:
    study = small_study()
    people = {one.respondent: {name: f"{i}" for i, name in enumerate(columns)} for one in study.viewings}
    write_study_bids(replace(study, participants=people), "1", tmp_path / "bids.zip")
    with ZipFile(tmp_path / "bids.zip") as archive:
        head, row, *_ = (line.split("\t") for line in archive.read("participants.tsv").decode().splitlines())
        about = json.loads(archive.read("participants.json"))
    assert head[2:] == names
    assert row[2:] == [f"{i}" for i in range(len(columns))]
    assert list(about) == ["respondent", *names]


def test_the_same_study_gives_the_same_bytes(tmp_path: Path) -> None:
    for file in ("a.zip", "b.zip"):
        write_study_bids(small_study(), "1", tmp_path / file)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_no_person_and_no_column_is_a_formula_and_numbers_stay_numbers(tmp_path: Path) -> None:
    study = small_study()
    who = study.viewings[0].respondent
    named = tuple(replace(one, respondent="=1+1") if one.respondent == who else one for one in study.viewings)
    people = {"=1+1": {"@SUM(A1)": "-2", "a": ";=cmd"}}
    write_study_bids(replace(study, viewings=named, participants=people), "1", tmp_path / "bids.zip")
    with ZipFile(tmp_path / "bids.zip") as archive:
        head, row, *_ = (line.split("\t") for line in archive.read("participants.tsv").decode().splitlines())
        about = json.loads(archive.read("participants.json"))
    assert head == ["participant_id", "respondent", "'@SUM(A1)", "a"]
    assert row == ["sub-001", "'=1+1", "-2", ";'=cmd"]
    assert set(about) == {*head} - {"participant_id"}
