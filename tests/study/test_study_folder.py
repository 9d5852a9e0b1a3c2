"""A study as a folder: what was planted is told, and nothing else; what is wrong is named with line and column."""

import csv
import json
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pandas as pd
import pytest

from emoclassify.cli import main
from emoclassify.errors import UsageError
from emoclassify.jobs.study_files import write_tables
from emoclassify.outputs.study.columns import STUDY_TABLES
from emoclassify.study_folder import read_study
from tests.support.panels import PLAN, write_study
from tests.support.serving import MP4
from tests.support.sources import ROOT

pytestmark = pytest.mark.whole


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    write_study(folder)
    assert main(["study", "run", str(folder), "--out", str(folder / "panel")]) == 0
    return folder


@pytest.mark.slow
def test_what_was_planted_is_told_and_nothing_else(planted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "run", str(planted), "--out", str(planted / "again")]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "24 of 24 viewings count, of 12 people."
    assert "B against A, happy, the whole film: the curves differ: p < 0.001 after Holm." in told
    (scene,) = [line for line in told if line.startswith("B against A, happy, in the scene joke: B is above A: +")]
    points = float(scene.partition("above A: ")[2].split()[0])
    assert points == pytest.approx(50, abs=5)
    assert any(line.startswith("B, happy, n 12: highest at 0:1") and "100% of the people" in line for line in told)
    by_sex = [line for line in told if line.startswith("A: men against women")]
    assert len(by_sex) == 3
    assert all("cannot tell" in line for line in by_sex)


def test_the_same_study_gives_the_same_bytes(planted: Path) -> None:
    names = sorted(path.name for path in (planted / "panel").iterdir())
    assert names == sorted(
        [
            *(f"{name}.{kind}" for name in STUDY_TABLES for kind in ("csv", "parquet")),
            "columns.md",
            "norms.jsonl",
            "panel.json",
            "study.json",
        ]
    )
    main(["study", "run", str(planted), "--out", str(planted / "twice")])
    for name in names:
        assert (planted / "panel" / name).read_bytes() == (planted / "twice" / name).read_bytes()


def test_the_tables_have_their_columns_and_are_read_by_pandas(planted: Path) -> None:
    for name, columns in STUDY_TABLES.items():
        table = pd.read_csv(planted / "panel" / f"{name}.csv")
        assert list(table.columns) == [column.name for column in columns]
    curves = pd.read_csv(planted / "panel" / "curves.csv")
    of_b = curves[(curves.stimulus == "B") & (curves.measure == "happy")].set_index("t")
    assert len(of_b) == 60
    assert (of_b.n == 12).all()
    values = pd.read_csv(planted / "panel" / "values.csv")
    means = values[values.stimulus == "B"].groupby("t").value.mean()
    assert of_b["mean"].to_numpy() == pytest.approx(means.to_numpy(), abs=2e-6)
    assert of_b["mean"].loc[10.0:12.5].min() > 0.4 > 0.3 > of_b["mean"].loc[13.5:].max()
    viewings = pd.read_csv(planted / "panel" / "viewings.csv")
    assert (viewings.start_s == 4.0).all()
    assert (viewings.used == 1).all()


def test_what_was_decided_is_kept_with_its_checksum(planted: Path) -> None:
    study = json.loads((planted / "panel" / "study.json").read_text())
    panel = json.loads((planted / "panel" / "panel.json").read_text())
    assert study["plan_sha256"] == panel["plan_sha256"] == read_study(planted).plan_sha256
    assert study["plan"]["measures"] == ["happy"]
    assert (study["viewings"], study["used"], study["respondents"]) == (24, 24, 12)
    assert [film["stimulus"] for film in panel["films"]] == ["A", "B"]


def test_a_recording_without_results_is_named_and_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_study(tmp_path, n=2)
    with (tmp_path / "viewings.csv").open("a") as file:
        file.write("A/late.mp4,r3,A,0,1,\n")
    assert main(["study", "check", str(tmp_path)]) == 1
    captured = capsys.readouterr()
    assert captured.err == "A/late.mp4: left out: not analyzed.\n"
    assert captured.out == "4 of 5 viewings count, of 2 people.\n"


def test_a_viewing_of_too_little_is_left_out_by_the_plan(tmp_path: Path) -> None:
    write_study(tmp_path, n=2)
    content = (tmp_path / "viewings.csv").read_text()
    (tmp_path / "viewings.csv").write_text(content.replace("A/r1.mp4,r1,A,4.0", "A/r1.mp4,r1,A,25.0"))
    reasons = {viewing.recording: viewing.reason for viewing in read_study(tmp_path).judged}
    assert reasons.pop("A/r1.mp4") == "too little of the film could be read"
    assert set(reasons.values()) == {""}


def changed(text: str, other: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        for name in ("study.toml", "viewings.csv", "participants.csv"):
            content = (folder / name).read_text()
            (folder / name).write_text(content.replace(text, other))

    return change


def without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (without("study.toml"), "study.toml cannot be read: No such file or directory."),
        (without("viewings.csv"), "viewings.csv cannot be read: No such file or directory."),
        (changed("A/r1.mp4,r1,A,4.0", "A/r1.mp4,r1,C,4.0"), "line 2, column stimulus: 'C' is no film of"),
        (
            changed("A/r1.mp4,r1,A,4.0", "A/r1.mp4,r1,A,soon"),
            "line 2, column start_s: 'soon' is not a number from 0",
        ),
        (
            changed("A/r1.mp4,r1,A,4.0", "A/r1.mp4,r1,A,-1"),
            "line 2, column start_s: '-1' is not a number from 0",
        ),
        (changed("A/r1.mp4,r1,A,4.0,1", "A/r1.mp4,r1,A,4.0,1.5"), "line 2, column person: '1.5' is not a whole number"),
        (changed("B/r1.mp4,r1,B", "A/r1.mp4,r1,A"), "the same recording, person and film as line 2"),
        (changed("A/r1.mp4,r1", "../../etc/passwd,r1"), "column recording: '../../etc/passwd' is no place below"),
        (changed("A/r1.mp4,r1", "/etc/passwd,r1"), "column recording: '/etc/passwd' is no place below"),
        (changed("A/r1.mp4,r1", "A/r1.mp4,"), "line 2, column respondent: empty"),
        (changed("A/r1.mp4,r1,A", "A/r1.mp4,r1,x,A"), "line 2, column recording: 7 cells; the first line has 6"),
        (changed("recording,", "file,"), "viewings.csv has no column recording."),
        (changed("r2,men", "r1,men"), "participants.csv, line 3, column respondent: 'r1' stands there twice"),
        (
            changed('measures = ["happy"]', 'measures = ["joy"]'),
            "measures: joy; there are angry, disgust",
        ),
        (changed("seed = 7", "seeds = 7"), "study.toml cannot be used: seeds: not known here."),
        (changed("seed = 7", "seed ="), "study.toml cannot be used: "),
        (changed("end_s = 13.0", "end_s = 33.0"), "the scene 'joke' does not lie in the film 'A'"),
        (changed("duration_s = 30.0", "title = 'x'"), "study.toml cannot be used: duration_s is missing."),
        (changed('films = ["A", "B"]', 'films = ["A", "Z"]'), "a comparison names the film 'Z'; the plan has A, B."),
        (changed('films = ["A", "B"]', 'films = ["A"]'), "study.toml cannot be used: not enough values"),
        (changed('id = "B"', 'id = "A"'), "column stimulus: 'B' is no film"),
        (changed("share_above = 0.4", "share_above = 40"), "share_above: 40.0; it is a share from 0 to 1."),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    tmp_path: Path, change: Callable[[Path], None], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_study(tmp_path, n=2)
    change(tmp_path)
    with pytest.raises(UsageError) as caught:
        read_study(tmp_path)
    assert sentence in str(caught.value)
    assert main(["study", "run", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_new_study_is_read_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").mkdir()
    for name in ("a/one.mp4", "a/two.mp4"):
        (tmp_path / name).write_bytes(MP4)
    assert main(["study", "new", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[1] == f"  emoclassify analyze {tmp_path} --out {tmp_path}/results"
    assert [viewing.respondent for viewing in read_study(tmp_path).viewings] == ["one", "two"]
    assert main(["study", "new", str(tmp_path)]) == 2
    assert "study.toml is there already" in capsys.readouterr().err


def test_a_new_table_has_no_formula_for_the_spreadsheet_that_it_is_corrected_in(tmp_path: Path) -> None:
    (tmp_path / "-1+1").mkdir()
    names = ['=HYPERLINK("x").mp4', "-1+1/two.mp4", "@three.mp4", "four.mp4"]
    for name in names:
        (tmp_path / name).write_bytes(MP4)
    assert main(["study", "new", str(tmp_path)]) == 0
    with (tmp_path / "viewings.csv").open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert {PurePosixPath(recording) for recording, *_ in rows} == set(map(PurePosixPath, names))
    assert [one.respondent for one in read_study(tmp_path).viewings] == [Path(row[0]).stem for row in rows]


def test_a_stored_study_s_names_are_the_same_when_its_results_are_computed(tmp_path: Path) -> None:
    names = ["=1+1", "'=1+1", "-3", ";=x", "r, 2"]
    plan = {"measures": ["happy"], "stimulus": [{"id": "A", "duration_s": 30.0}]}
    viewings = [{"recording": str(n), "respondent": name, "stimulus": "A"} for n, name in enumerate(names)]
    write_tables(tmp_path, plan, viewings, {name: {"@SUM(A1)": name} for name in names})
    study = read_study(tmp_path)
    assert [one.respondent for one in study.viewings] == names
    assert study.participants == {name: {"@SUM(A1)": name} for name in names}


def test_the_guide_shows_a_plan_that_is_read(tmp_path: Path) -> None:
    write_study(tmp_path, n=1)
    text = (ROOT / "docs" / "studies.md").read_text()
    plan = text.partition("```toml\n")[2].partition("```")[0]
    assert plan
    (tmp_path / "study.toml").write_text(plan)
    (tmp_path / "viewings.csv").write_text("recording,respondent,stimulus\n")
    assert read_study(tmp_path).plan.comparisons
    assert "[[stimulus]]" in PLAN
