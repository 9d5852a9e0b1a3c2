"""Logs of other programs as viewings: what was planted comes back, what is broken is told with line and column."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emoclassify.analysis import Analysis
from emoclassify.errors import UsageError
from emoclassify.imports.viewing import is_log, read_log, viewing_of
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.folder import render_results
from emoclassify.settings import Options
from emoclassify.study.clock import Clock
from emoclassify.study.measures import FACING
from emoclassify.study.stimulus import Stimulus
from emoclassify.study.viewing import Viewing
from emoclassify.study_folder import read_study
from tests.support.findings import PICTURE, in_turn

SCORES = 2e-6
"""Six decimals, and sums of them."""

FILM = Stimulus("film", 16.0)
CLOCK = Clock.starting_at(0.0, 16.0)


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Happy for 8 s, nobody for 2 s, sad to 16 s, as this program writes it for the others."""
    folder = tmp_path_factory.mktemp("exports")
    analysis = planted()
    render_results(
        replace(analysis, source=replace(analysis.source, video=PICTURE)), folder, Options(export="fex,facereader")
    )
    return folder


def planted() -> Analysis:
    analysis = in_turn(("happy", 8), ("sad", 8))
    return replace(analysis, faces=tuple(face for face in analysis.faces if not 8.0 <= face.time_s < 10.0))


@pytest.mark.parametrize("name", ["fex.csv", "facereader_detailed.txt"])
def test_an_export_comes_back_as_the_same_viewing(exports: Path, name: str) -> None:
    theirs = viewing_of(exports / name, name, "ann", FILM, CLOCK)
    ours = Viewing.of(planted(), "ann", FILM, CLOCK)
    assert theirs.is_usable
    assert theirs.times_s == pytest.approx(ours.times_s, abs=0.0005)
    for measure in (*EMOTIONS, "positive", "negative", "valence", "expressive"):
        np.testing.assert_allclose(theirs.on_film(measure, FILM), ours.on_film(measure, FILM), atol=SCORES)
    assert np.isnan(theirs.on_film("happy", FILM)[16:20]).all()
    if name == "fex.csv":  # which has the angles of the head
        np.testing.assert_array_equal(theirs.values[FACING], ours.values[FACING])
    else:
        assert np.isnan(theirs.values[FACING]).all()


HEAD = (
    "Video analysis detailed log\n\nFace Model\tGeneral\nCalibration\t-\nStart time\t6/4/2026 09:54:03.048\n"
    "Filename\tC:\\talk.mp4\nFrame rate\t30.000000000\n\n\n\n"
)
NAMES = "Video Time\tNeutral\tHappy\tSad\tAngry\tSurprised\tScared\tDisgusted"


def log(*rows: str, names: str = NAMES) -> str:
    return HEAD + "\n".join([names, *rows]) + "\n"


def row(time: str, *cells: str) -> str:
    return "\t".join([time, *cells])


def test_a_log_of_facereader_has_intensities_failures_and_decimal_commas(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text(
        log(
            row("00:00:00.000", *["FIND_FAILED"] * 7),
            row("00:00:00.033", "0,9", "0,5", *["0,1"] * 5),
            row("01:00:00.066", *["FIT_FAILED"] * 7),
        ),
        encoding="utf-8-sig",
    )
    readings = read_log(path)
    assert readings.times_s.tolist() == [0.0, 0.033, 3600.066]
    assert np.isnan(readings.scores[[0, 2]]).all()
    assert readings.scores[1, EMOTIONS.index("neutral")] == pytest.approx(0.9)
    assert readings.scores[1, EMOTIONS.index("happy")] == pytest.approx(0.5)


FEX = "frame,approx_time,anger,disgust,fear,happiness,sadness,surprise,neutral,Identity"
HAPPY = "0.1,0,0,0.9,0,0,0"
SAD = "0,0,0,0,1,0,0"


def test_whole_seconds_of_py_feat_become_the_times_of_frames(tmp_path: Path) -> None:
    """25 frames a second for 20 s, as py-feat writes their times: minutes and seconds."""
    rows = [f"{frame},{frame // 25 // 60:02}:{frame // 25 % 60:02},{HAPPY},Person_0" for frame in range(500)]
    path = tmp_path / "fex.csv"
    path.write_text("\n".join([FEX, *rows]))
    times_s = read_log(path).times_s
    assert times_s == pytest.approx(np.arange(500) / 25, abs=0.05)


def test_the_person_with_most_rows_is_the_first(tmp_path: Path) -> None:
    path = tmp_path / "fex.csv"
    lines = [
        f"0,00:00.0,{SAD},Person_1",
        f"0,00:00.0,{HAPPY},Person_0",
        f"1,00:00.5,{HAPPY},Person_0",
        "2,00:01.0,,,,,,,,",
    ]
    path.write_text("\n".join([FEX, *lines]))
    first, second = read_log(path, 1), read_log(path, 2)
    assert first.scores[:2, EMOTIONS.index("happy")] == pytest.approx([0.9, 0.9])
    assert np.isnan(first.scores[2]).all()
    assert second.scores[0, EMOTIONS.index("sad")] == 1
    assert np.isnan(second.scores[1:]).all()
    with pytest.raises(UsageError, match="no person 3"):
        read_log(path, 3)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.txt", "", "neither a Fex table"),
        ("a.csv", "a,b\n1,2\n", "neither a Fex table"),
        ("a.txt", HEAD.replace("detailed", "state") + "Video Time\tDominant Expression\n", "neither a Fex table"),
        ("a.txt", "Video analysis detailed log\n", "ends before its table"),
        ("a.txt", log(names=NAMES.replace("Sad\t", "")), "no column Sad"),
        ("a.txt", log(row("00:00:00.0", *["0"] * 6)), "line 12, column Video Time: 7 cells"),
        ("a.txt", log(row("noon", *["0"] * 7)), "line 12, column Video Time: 'noon'"),
        ("a.txt", log(row("00:00:00.0", "0", "much", *["0"] * 5)), "line 12, column Happy: 'much'"),
        ("a.txt", log(*[row("00:00:01.0", *["0"] * 7)] * 2), "line 13, column Video Time"),
        ("a.csv", FEX + "\n", "it has no rows"),
        ("a.csv", FEX.replace("approx_time,", "") + "\n", "no column approx_time"),
        ("a.csv", f"{FEX}\n0,00:00,1\n", "line 2, column frame: 3 cells"),
        ("a.csv", f"{FEX}\n0,00:00,x,0,0,0,0,0,0,P\n", "line 2, column anger: 'x'"),
        ("a.csv", f"{FEX}\nx,00:00,{HAPPY},P\n", "line 2, column frame: 'x'"),
        ("a.csv", f"{FEX}\n0,00:00,{HAPPY},P\n1,00:00,{HAPPY},P\n", "at least 10 s"),
        ("a.csv", f"{FEX}\n0,00:00,nan,0,0,0,0,0,0,P\n", "line 2, column anger"),
    ],
)
def test_what_is_broken_is_told_with_its_place(tmp_path: Path, name: str, text: str, told: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=told) as caught:
        read_log(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_a_study_holds_logs_beside_recordings(exports: Path, tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text('measures = ["happy"]\n[[stimulus]]\nid = "film"\nduration_s = 16.0\n')
    (tmp_path / "viewings.csv").write_text(
        "recording,respondent,stimulus\nlogs/ann.csv,ann,film\nlogs/bob.txt,bob,film\ncy.mp4,cy,film\n"
    )
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "ann.csv").write_bytes((exports / "fex.csv").read_bytes())
    (tmp_path / "logs" / "bob.txt").write_bytes((exports / "facereader_detailed.txt").read_bytes())
    viewings = read_study(tmp_path).viewings
    assert [(one.respondent, one.is_usable) for one in viewings] == [("ann", True), ("bob", True), ("cy", False)]
    assert all(len(one.sha256) == 64 for one in viewings[:2])
    (tmp_path / "logs" / "bob.txt").write_text(log(row("noon", *["0"] * 7)))
    with pytest.raises(UsageError, match=r"bob.txt, line 12, column Video Time"):
        read_study(tmp_path)
    (tmp_path / "viewings.csv").write_text("recording,respondent,stimulus,start_s\nlogs/ann.csv,ann,film,sound\n")
    with pytest.raises(UsageError, match="line 2, column start_s: a log has no sound"):
        read_study(tmp_path)
    assert (is_log("a.CSV"), is_log("a.mp4")) == (True, False)
