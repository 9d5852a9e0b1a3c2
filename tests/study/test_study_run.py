"""`study run` and `study power` whole: the film's clock by sound, outcomes, groups by films, episodes, and more."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import jsonschema
import numpy as np
import pandas as pd
import pytest

from benchmarks.sound_clock import film
from emoclassify.cli import main
from emoclassify.errors import UsageError
from emoclassify.outputs.json_file import read_json
from emoclassify.outputs.saved import read_analysis
from emoclassify.outputs.study.columns import STUDY_TABLES
from emoclassify.study.clock import Clock, Method
from emoclassify.study.clock_by_sound import RATE_HZ, Abstention
from emoclassify.study.reasons import NO_CLOCK
from emoclassify.study_clocks import clock_content, clock_in
from emoclassify.study_folder import read_study
from tests.support.made import write_sound
from tests.support.panels import COMPLETE, PLAN, START_S, write_study
from tests.support.sources import PACKAGE, ROOT

pytestmark = pytest.mark.whole

Sound = np.ndarray[tuple[int], np.dtype[np.float32]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study in which everything is asked for, after its run."""
    folder = tmp_path_factory.mktemp("study")
    write_study(folder)
    (folder / "study.toml").write_text(PLAN + COMPLETE)
    assert main(["study", "run", str(folder), "--out", str(folder / "panel"), "--export", "bids"]) == 0
    return folder


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "panel" / f"{name}.csv", keep_default_na=False, na_values=[""])


def test_parquet_and_csv_say_the_same(whole: Path) -> None:
    for name, columns in STUDY_TABLES.items():
        parquet = pd.read_parquet(whole / "panel" / f"{name}.parquet")
        assert list(parquet.columns) == [column.name for column in columns]
        as_csv = pd.read_csv(whole / "panel" / f"{name}.csv")
        assert len(parquet) == len(as_csv)
        for column in columns:
            if column.decimals is not None and len(as_csv):
                assert parquet[column.name].to_numpy(np.float64) == pytest.approx(
                    as_csv[column.name].to_numpy(np.float64), abs=10.0**-column.decimals, nan_ok=True
                )


def test_the_bids_archive_holds_people_scenes_and_the_curves_of_values_csv(whole: Path) -> None:
    values, viewings = table(whole, "values"), table(whole, "viewings")
    with ZipFile(whole / "panel" / "bids.zip") as archive:
        people = pd.read_csv(archive.open("participants.tsv"), sep="\t")
        curves = [name for name in archive.namelist() if name.endswith("_physio.tsv.gz")]
        assert len(curves) == int(viewings.used.sum())
        name = curves[0]
        person = people[people.participant_id == name[:7]].respondent.item()
        about = json.loads(archive.read(name.replace(".tsv.gz", ".json")))
        read = pd.read_csv(
            archive.open(name), sep="\t", compression="gzip", header=None, names=about["Columns"], na_values="n/a"
        )
        events = pd.read_csv(archive.open(name.replace("physio.tsv.gz", "events.tsv")), sep="\t")
    film = events.film.iloc[0]
    ours = values[(values.respondent == person) & (values.stimulus == film) & (values.measure == "happy")]
    np.testing.assert_allclose(read.happy.to_numpy(), ours.value.to_numpy(np.float64), atol=1e-6)
    assert (about["SamplingFrequency"], about["StartTime"]) == (2, 0)
    assert len(events)


def test_a_study_is_not_written_in_a_form_of_one_recording(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "run", str(whole), "--out", str(whole / "other"), "--export", "fex,bids"]) == 2
    assert "not written as fex" in capsys.readouterr().err


def test_panel_json_keeps_to_its_schema(whole: Path) -> None:
    schema = json.loads((PACKAGE / "assets" / "panel.schema.json").read_text())
    panel = json.loads((whole / "panel" / "panel.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(panel)
    assert panel["episodes"]
    assert panel["variants"]


def test_a_group_by_film_is_told_of_the_persons_own_differences(whole: Path) -> None:
    scenes = table(whole, "scenes")
    (row,) = scenes[(scenes["second"] == "B - A, sex men") & (scenes.scene == "joke")].to_dict("records")
    people = read_json(whole / "panel" / "panel.json")["people"]
    values = pd.read_csv(whole / "panel" / "values.csv")
    in_scene = values[(values.t >= 10) & (values.t < 13)].groupby(["respondent", "stimulus"]).value.mean().unstack()
    changes = in_scene["B"] - in_scene["A"]
    is_man = np.array([int(name[1:]) % 2 == 0 for name in changes.index])
    assert row["difference"] == pytest.approx(changes[is_man].mean() - changes[~is_man].mean(), abs=1e-5)
    assert row["p_holm"] > 0.05
    assert {person["respondent"] for person in people} == {f"r{number}" for number in range(1, 13)}


def test_the_scene_in_which_all_smile_is_an_episode(whole: Path) -> None:
    (episode,) = table(whole, "episodes").to_dict("records")
    assert (episode["stimulus"], episode["measure"]) == ("B", "happy")
    assert (episode["start_s"], episode["end_s"]) == pytest.approx((10.0, 13.0), abs=0.5)
    assert episode["highest"] == 1.0


def test_the_shares_of_those_who_smiled_are_told_with_their_difference(whole: Path) -> None:
    scenes = table(whole, "scenes")
    (row,) = scenes[(scenes["first"] == "A") & (scenes.scene == "joke")].to_dict("records")
    assert (row["share_first"], row["share_second"], row["share_difference"]) == (0.0, 1.0, 1.0)


def test_the_answer_stays_the_same_under_other_decisions(whole: Path) -> None:
    rows = table(whole, "robustness")
    of_scene = rows[(rows["first"] == "A") & (rows.scene == "joke")]
    assert set(of_scene.decision) == {"share_above", "min_coverage", "baseline"}
    assert not (rows.decision.eq("share_above") & rows.value.astype(str).eq("0.4")).any()  # the plan's own
    by_means = of_scene[of_scene.decision == "min_coverage"]
    assert by_means.difference.to_numpy() == pytest.approx(0.5, abs=0.05)


def test_outcomes_by_themselves_and_against_what_people_showed(whole: Path) -> None:
    levels = table(whole, "outcomes").set_index("outcome")
    numbers = np.arange(1, 13)
    assert levels.value["liking"] == pytest.approx((numbers % 7).mean(), abs=1e-6)
    points = numbers % 11
    assert levels.value["recommends"] == pytest.approx((points >= 9).mean() - (points <= 6).mean(), abs=1e-6)
    assert levels.value["satisfied"] == pytest.approx((1 + numbers % 5 >= 4).mean(), abs=1e-6)
    assert levels.value["left"] == pytest.approx(0.5)
    assert (levels.n == 12).all()
    links = table(whole, "outcome_links")
    assert set(links[links.outcome == "left"].stimulus) == {"B"}
    assert links.odds.isna().all()  # 6 of either answer are fewer than 10
    people = table(whole, "participants")
    of_b = people[people.stimulus == "B"].sort_values("respondent")
    order = np.argsort([f"r{number}" for number in numbers])
    rho = of_b["mean"].reset_index(drop=True).corr(pd.Series((numbers % 7)[order]), method="spearman")
    (told,) = links[(links.outcome == "liking") & (links.stimulus == "B") & (links.figure == "mean")].rho
    assert told == pytest.approx(rho, abs=1e-5)


def test_who_is_unlike_the_panel_is_marked(tmp_path: Path) -> None:
    write_study(tmp_path, n=12)
    lines = (tmp_path / "viewings.csv").read_text().splitlines()
    # r1's recording of B takes the place of the one of A: nobody else smiles there.
    lines[1] = lines[2].replace(",B,", ",A,")
    (tmp_path / "viewings.csv").write_text("\n".join([lines[0], lines[1], *lines[3:]]) + "\n")
    assert main(["study", "run", str(tmp_path), "--out", str(tmp_path / "panel")]) == 0
    people = table(tmp_path, "participants")
    assert people[(people.stimulus == "A") & (people.outlier == 1)].respondent.tolist() == ["r1"]


def with_sound(folder: Path, recordings: dict[str, Sound]) -> None:
    """Films with a sound, and the recordings of a study as sounds beside their made results."""
    write_sound(folder / "film.wav", film(3), codec="pcm_s16le", rate_hz=RATE_HZ)
    plan = PLAN.replace('id = "A"\n', 'id = "A"\nfile = "film.wav"\n', 1)
    (folder / "study.toml").write_text(plan)
    lines = (folder / "viewings.csv").read_text().splitlines()
    for name, sound in recordings.items():
        (folder / name).parent.mkdir(exist_ok=True)
        write_sound(folder / name, sound, codec="aac", rate_hz=RATE_HZ)
        lines = [line.replace(f",{START_S},", ",sound,") if line.startswith(f"{name},") else line for line in lines]
    (folder / "viewings.csv").write_text("\n".join(lines) + "\n")


def silence(seconds: float) -> Sound:
    return np.random.default_rng(1).normal(0, 1e-4, int(seconds * RATE_HZ)).astype(np.float32)


@pytest.mark.process
def test_the_sound_of_the_film_tells_when_it_begins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_study(tmp_path, n=5)
    heard = np.concatenate([silence(START_S), film(3), silence(START_S)])
    with_sound(tmp_path, {"A/r1.mp4": heard, "A/r2.mp4": silence(38.0)})
    reasons = {viewing.recording: viewing.reason for viewing in read_study(tmp_path).viewings}
    assert reasons["A/r1.mp4"] == NO_CLOCK
    assert main(["study", "run", str(tmp_path), "--out", str(tmp_path / "panel")]) == 0
    assert "A/r2.mp4: left out: the film's sound does not tell when it begins: not heard." in capsys.readouterr().err
    viewings = table(tmp_path, "viewings").set_index("recording")
    assert viewings.start_s["A/r1.mp4"] == pytest.approx(START_S, abs=0.05)
    assert viewings.clock["A/r1.mp4"] == "sound"
    assert viewings.clock["B/r1.mp4"] == "number"
    assert viewings.used["A/r2.mp4"] == 0
    recorded = read_json(tmp_path / "panel" / "study.json")
    assert recorded["stimuli"][0]["sha256"]
    assert recorded["recordings"][0]["sha256"] == read_analysis(tmp_path / "results" / "A/r1.mp4").source.sha256


@pytest.mark.process
def test_what_was_heard_is_not_heard_again(tmp_path: Path) -> None:
    write_study(tmp_path, n=5)
    with_sound(tmp_path, {"A/r1.mp4": np.concatenate([silence(START_S), film(3)])})
    run = ["study", "run", str(tmp_path), "--out", str(tmp_path / "panel")]
    assert main(run) == 0
    (tmp_path / "A/r1.mp4").unlink()
    assert main(run) == 0
    (tmp_path / "film.wav").write_bytes((tmp_path / "film.wav").read_bytes() + b"\0")  # another film: heard no more
    assert main(run) == 1
    assert table(tmp_path, "viewings").set_index("recording").reason["A/r1.mp4"] == NO_CLOCK


@pytest.mark.parametrize(
    "clock", [Clock(Clock.starting_at(4.0, 30.0).pieces, Method.SOUND, 0.01, 20.0), Abstention("not heard", 3.0)]
)
def test_a_clock_is_kept_as_it_is(clock: Clock | Abstention) -> None:
    assert clock_in(json.loads(json.dumps(clock_content(clock)))) == clock


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('id = "A"\n', 'id = "A"\nfile = "../film.wav"\n', "'../film.wav' is no place below the folder"),
        ('id = "A"\n', 'id = "A"\nfile = "film.wav"\n', "film.wav cannot be read: No such file"),
        ('column = "liking"', 'column = "loving"', "participants.csv has no column loving."),
        ('column = "liking"', 'column = "sex"', "line 2, column sex: 'women' is not a number"),
        ('kind = "nps"', 'kind = "csat"', "column recommends: '6' is not a whole number from 1 to 5"),
        ('kind = "nps"', 'kind = "joy"', "outcome recommends: joy; there are scale, nps, csat, yes_no"),
        ('film = "B"\n', 'film = "C"\n', "an outcome names the film 'C'; the plan has A, B"),
        ('measure = "happy"\nshare', 'measure = "sad"\nshare', "episode of sad: the plan measures happy"),
        ("for_s = 2.0", "for_s = 0.0", "episode of happy: a share from 0 to 1 and a time above 0"),
        ("for_s = 2.0", "lasts = 2.0", "lasts: not known here"),
    ],
)
def test_what_is_wrong_in_a_plan_is_named(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    write_study(tmp_path, n=8)
    (tmp_path / "study.toml").write_text((PLAN + COMPLETE).replace(old, new, 1))
    with pytest.raises(UsageError) as caught:
        read_study(tmp_path)
    assert sentence in str(caught.value)


def test_a_sound_is_looked_for_only_where_the_film_has_a_file(tmp_path: Path) -> None:
    write_study(tmp_path, n=2)
    content = (tmp_path / "viewings.csv").read_text().replace(f",{START_S},", ",sound,", 1)
    (tmp_path / "viewings.csv").write_text(content)
    with pytest.raises(UsageError, match=r"line 2, column start_s: study.toml names no file of the film 'A'"):
        read_study(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--from", "20", "--to", "40"], "81 usable people with each film find that in 8 of 10 studies; invite 203"),
        (["--difference", "10", "--sd", "20"], "64 usable people with each film"),
        (["--difference", "10", "--sd", "20", "--same-people"], "34 usable people find that"),
    ],
)
def test_how_many_people_a_difference_needs(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["study", "power", *arguments]) == 0
    assert capsys.readouterr().out.startswith(sentence)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--from", "20"],
        ["--from", "20", "--to", "20"],
        ["--from", "1", "--to", "2", "--sd", "1", "--difference", "1"],
    ],
)
def test_power_needs_one_whole_question(arguments: list[str], capsys: pytest.CaptureFixture[Any]) -> None:
    assert main(["study", "power", *arguments]) == 2
    assert "Give --from and --to" in capsys.readouterr().err


def example(language: str) -> str:
    """The example of the guide."""
    return (ROOT / "docs" / "studies.md").read_text().partition(f"```{language}\n")[2].partition("```")[0]


@pytest.mark.process
@pytest.mark.parametrize(
    ("language", "command"), [("python", [sys.executable, "-"]), ("r", ["Rscript", "--vanilla", "-"])]
)
def test_the_tables_are_read_as_the_guide_shows(whole: Path, language: str, command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    code = example(language).replace("my-study", str(whole))
    assert code
    printed = subprocess.run(command, input=code, check=True, capture_output=True, text=True).stdout
    assert {"A", "B"} <= set(printed.split())
