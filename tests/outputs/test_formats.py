"""Files for other programs, read back by readers that are not ours."""

import csv
import itertools
import json
import re
from dataclasses import replace
from math import degrees
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pympi
import pytest
import srt
import webvtt
from hypothesis import given
from hypothesis import strategies as st
from praatio import textgrid

from emoclassify.analysis import Analysis
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.folder import render_results
from emoclassify.outputs.formats.clock import clock_text
from emoclassify.outputs.formats.imotions import COLUMNS
from emoclassify.outputs.formats.kinds import EXPORT_FILES, EXPORTS_GUIDE
from emoclassify.settings import EXPORTS, Options
from emoclassify.timeline import Span
from emoclassify.words.texts import LANGUAGES
from tests.support.findings import PICTURE, a_still, analysis, face, voice, with_a_gap

pytestmark = pytest.mark.whole

ALL = ",".join(EXPORTS)
ROUNDING_S = 0.0005
"""The forms with the coarsest times have whole milliseconds."""
SCORES = 1e-6

GAPPY = replace(
    with_a_gap(), source=replace(with_a_gap().source, video=PICTURE), analyzed_at="2026-11-29T07:08:09.123000+00:00"
)
"""Happy to 1 s, nobody to 2 s, sad to 4 s; the voice happy from 0.4 to 1.0 s, angry from 2.4 to 3.6 s."""


def written(found: Analysis, folder: Path, lang: str = "en") -> Path:
    render_results(found, folder, Options(export=ALL, lang=lang))
    return folder


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(GAPPY, tmp_path_factory.mktemp("formats"))


def test_every_choice_has_a_file_and_every_file_a_choice() -> None:
    assert list(dict.fromkeys(export.of for export in EXPORT_FILES)) == list(EXPORTS)


def test_only_what_is_asked_for_is_written(tmp_path: Path) -> None:
    names = {path.name for path in render_results(GAPPY, tmp_path, Options(export="eaf,vtt"))}
    wanted = {"emotions.eaf", "emotions.vtt", "emotions_track.vtt", EXPORTS_GUIDE}
    assert names & {EXPORTS_GUIDE, *(export.name for export in EXPORT_FILES)} == wanted


@pytest.mark.parametrize(
    ("found", "absent"),
    [
        (analysis([], [], [voice(0, 2)]), {export.name for export in EXPORT_FILES if export.needs_picture}),
        (a_still(), {export.name for export in EXPORT_FILES if export.needs_time}),
    ],
    ids=["sound alone", "a photograph"],
)
def test_what_a_recording_has_nothing_for_is_not_made_and_told(
    found: Analysis, absent: set[str], tmp_path: Path
) -> None:
    written(found, tmp_path)
    guide = (tmp_path / EXPORTS_GUIDE).read_text(encoding="utf-8")
    for export in EXPORT_FILES:
        is_absent = export.name in absent or export.needs_words
        assert (tmp_path / export.name).exists() != is_absent
        row = next(line for line in guide.splitlines() if f"`{export.name}`" in line)
        assert ("Not made" in row) == is_absent


def test_fex_is_a_table_of_the_first_detector_of_py_feat(files: Path) -> None:
    table = pd.read_csv(files / "fex.csv")
    assert not {"valence", "arousal"} & set(table.columns)
    assert not [name for name in table.columns if name.startswith(("mesh", "AU"))]
    emotions = ["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"]
    assert table.columns.tolist()[8:15] == emotions
    assert table.frame.tolist() == list(range(20))
    seen = table[table.FaceScore.notna()]
    assert seen.frame.tolist() == [*range(5), *range(10, 20)]
    assert seen[emotions].sum(axis=1).to_numpy() == pytest.approx(1.0, abs=7 * SCORES)
    assert seen.happiness.to_numpy() == pytest.approx([0.7] * 5 + [0.05] * 10, abs=SCORES)
    assert seen[["FaceRectX", "FaceRectY", "FaceRectWidth", "FaceRectHeight"]].iloc[0].tolist() == [10, 20, 50, 60]
    assert table[["FrameHeight", "FrameWidth"]].iloc[0].tolist() == [240, 320]
    assert degrees(seen.Pitch.iloc[0]) == pytest.approx(-2, abs=0.001)  # up, as ours
    assert degrees(seen.Yaw.iloc[0]) == pytest.approx(-1, abs=0.001)  # ours is 1 to the right
    assert degrees(seen.Roll.iloc[0]) == pytest.approx(3, abs=0.001)


def test_a_doubtful_reading_has_no_emotions_anywhere(tmp_path: Path) -> None:
    found = replace(GAPPY, faces=(replace(GAPPY.faces[0], quality_reason="dark"), *GAPPY.faces[1:]))
    written(found, tmp_path)
    fex = pd.read_csv(tmp_path / "fex.csv").iloc[0]
    assert fex.FaceScore == pytest.approx(0.99)
    assert pd.isna(fex.happiness)
    assert pd.isna(pd.read_csv(tmp_path / "imotions.csv", skiprows=5).Joy.iloc[1])
    assert (tmp_path / "facereader_detailed.txt").read_text().splitlines()[11].split("\t")[1] == "FIT_FAILED"


def test_several_persons_are_told_apart_where_the_form_can(tmp_path: Path) -> None:
    faces = [face(0, 0.0, "happy"), face(0, 0.0, "sad", person=2), face(1, 0.2, "sad", person=2)]
    written(analysis(faces, [0.0, 0.2]), tmp_path)
    fex = pd.read_csv(tmp_path / "fex.csv")
    assert fex[["frame", "Identity"]].to_numpy().tolist() == [[0, "Person_1"], [0, "Person_2"], [1, "Person_2"]]
    openface = pd.read_csv(tmp_path / "openface.csv", skipinitialspace=True)
    assert openface[["frame", "face_id"]].to_numpy().tolist() == [[1, 0], [1, 1], [2, 1]]
    assert sorted(pympi.Elan.Eaf(tmp_path / "emotions.eaf").get_tier_names()) == ["Person 1", "Person 2"]
    track = webvtt.read(tmp_path / "emotions_track.vtt")
    assert {json.loads(cue.text)["person"] for cue in track} == {1, 2}
    assert [seconds(cue) for cue in track] == sorted(map(seconds, track))


def test_openface_has_times_success_and_poses_alone(files: Path) -> None:
    text = (files / "openface.csv").read_text()
    assert ", ".join(text.splitlines()[0].split(", ")) == text.splitlines()[0]
    table = pd.read_csv(files / "openface.csv")
    table.columns = table.columns.str.strip()  # as py-feat reads it
    assert not set(table.columns) & set(EMOTIONS)
    assert table.success.sum() == 15
    assert (table.confidence[table.success == 0] == 0).all()
    assert table.timestamp.to_numpy() == pytest.approx(np.arange(20) * 0.2, abs=ROUNDING_S)
    assert np.degrees(table[["pose_Rx", "pose_Ry", "pose_Rz"]].iloc[0]).tolist() == pytest.approx([-2, -1, 3], abs=1e-3)


def test_the_export_of_imotions(files: Path) -> None:
    content = (files / "imotions.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf#INFO")
    lines = content.decode("utf-8-sig").splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("#DATA")) + 1
    table = pd.read_csv(files / "imotions.csv", skiprows=first, encoding="utf-8-sig")
    assert table.Row.tolist() == list(range(1, 23))
    assert table.SlideEvent.dropna().tolist() == ["StartMedia", "EndMedia"]
    signals = table[table.EventSource == "EmoClassify"]
    assert signals.Timestamp.tolist() == [200 * i for i in range(20)]
    assert signals.Joy.iloc[:5].tolist() == pytest.approx([70.0] * 5)
    assert signals.Valence.iloc[0] == pytest.approx(100 * (0.7 - 4 * 0.05), abs=1e-3)
    assert signals.Joy.iloc[5:10].isna().all()
    for name in ("Contempt", "Engagement", "Attention", "Pitch", "Yaw", "Roll"):
        assert table[name].isna().all(), name


def test_the_signals_for_the_r_interface_of_imotions(files: Path) -> None:
    with (files / "imotions_signals.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert {len(row) for row in rows} == {10}  # lines of the header are padded
    heads = [row[0] for row in rows[:11]]
    assert heads[1:5] == ["#HEADER", "iMotions.RAPIData", "EmoClassify", "ET_RExtAPI"]
    assert heads[5] == ""
    assert re.fullmatch(r"%7B[\w%.-]+%7D", heads[6])
    assert heads[7:] == ["#METADATA", "FieldName", "DataType", "#DATA"]
    assert rows[8][1:] == rows[11][1:]
    assert rows[11][:2] == ["RowNumber", "Timestamp"]
    assert set(rows[9][1:]) == {"Double"}
    assert [row[1] for row in rows[12:]] == [str(200 * i) for i in range(20)]


def read_log(path: Path) -> tuple[dict[str, str], list[list[str]]]:
    """The head of a FaceReader log and its rows, as facereaderconverter takes them: ten lines, then tabs."""
    lines = path.read_text(encoding="utf-8").split("\n")
    head = dict(line.split("\t") for line in lines[2:7])
    assert lines[1] == ""
    assert lines[7:10] == ["", "", ""]
    return head, [line.split("\t") for line in lines[10:-1]]


def test_the_detailed_log_of_facereader(files: Path) -> None:
    assert (files / "facereader_detailed.txt").read_text().startswith("Video analysis detailed log\n")
    head, rows = read_log(files / "facereader_detailed.txt")
    assert head == {
        "Face Model": "General",
        "Calibration": "-",
        "Start time": "11/29/2026 07:08:09.123",
        "Filename": "made.mp4",
        "Frame rate": "25.000000000",
    }
    names = ["Neutral", "Happy", "Sad", "Angry", "Surprised", "Scared", "Disgusted"]
    assert rows[0] == ["Video Time", *names, "Valence"]
    assert [row[0] for row in rows[1:]] == [clock_text(i / 5) for i in range(20)]
    assert set(rows[6][1:]) == {"FIND_FAILED"}
    assert [float(cell) for cell in rows[1][1:]] == pytest.approx([0.05, 0.7, *[0.05] * 5, 0.65], abs=SCORES)


def test_the_state_log_of_facereader(files: Path) -> None:
    head, rows = read_log(files / "facereader_state.txt")
    assert head["Filename"] == "made.mp4"
    assert rows == [
        ["Video Time", "Dominant Expression"],
        ["00:00:00.000", "Happy"],
        ["00:00:01.000", "Unknown"],
        ["00:00:02.000", "Sad"],
        ["00:00:04.000", "END"],
    ]


def seconds(cue: webvtt.Caption) -> float:
    """Where a cue starts: its library rounds to whole seconds."""
    hours, minutes, rest = cue.start.split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(rest)


FACE = [(0.0, 1.0, "happy"), (2.0, 4.0, "sad")]
VOICE = [(0.4, 1.0, "happy"), (2.4, 3.6, "angry")]


def test_elan_shows_the_stretches(files: Path) -> None:
    eaf = pympi.Elan.Eaf(files / "emotions.eaf")
    assert list(eaf.get_tier_names()) == ["Person 1", "Voice"]
    for name, stretches in (("Person 1", FACE), ("Voice", VOICE)):
        found = sorted((start / 1000, end / 1000, text) for start, end, text in eaf.get_annotation_data_for_tier(name))
        assert found == stretches
    media = eaf.get_linked_files()[0]
    assert (media["RELATIVE_MEDIA_URL"], media["MIME_TYPE"]) == ("./made.mp4", "video/mp4")


def test_praat_shows_the_stretches_without_holes(files: Path) -> None:
    grid = textgrid.openTextgrid(str(files / "emotions.TextGrid"), includeEmptyIntervals=True)
    assert list(grid.tierNames) == ["Person 1", "Voice"]
    for name, stretches in (("Person 1", FACE), ("Voice", VOICE)):
        entries = [tuple(entry) for entry in grid.getTier(name).entries]
        assert [entry for entry in entries if entry[2]] == stretches
        assert entries[0][0] == 0
        assert entries[-1][1] == 4
        assert all(before[1] == after[0] for before, after in itertools.pairwise(entries))


def test_subtitles_name_the_emotions(files: Path) -> None:
    cues = [(seconds(cue), cue.voice, cue.raw_text) for cue in webvtt.read(files / "emotions.vtt")]
    assert [(start_s, who) for start_s, who, _ in cues] == [
        (0, "Person 1"), (0.4, "Voice"), (2, "Person 1"), (2.4, "Voice"),
    ]  # fmt: skip
    assert "<c.happy>happy</c>" in cues[0][2]
    lines = list(srt.parse((files / "emotions.srt").read_text()))
    assert [(line.start.total_seconds(), line.end.total_seconds(), line.content) for line in lines] == [
        (0, 1, "Person 1: happy"),
        (0.4, 1, "Voice: happy"),
        (2, 4, "Person 1: sad"),
        (2.4, 3.6, "Voice: angry"),
    ]


def test_the_track_holds_the_half_seconds_of_series_csv(files: Path) -> None:
    cues = [(seconds(cue), json.loads(cue.text)) for cue in webvtt.read(files / "emotions_track.vtt")]
    series = pd.read_csv(files / "series.csv")
    assert [start_s for start_s, _ in cues] == series.t.tolist()
    values = np.array([[np.nan if item[name] is None else item[name] for name in EMOTIONS] for _, item in cues])
    np.testing.assert_allclose(values, series[list(EMOTIONS)].to_numpy(), atol=SCORES)


def test_bids_has_events_and_curves(files: Path) -> None:
    with ZipFile(files / "bids.zip") as archive:
        beh = "sub-01/beh/sub-01_task-viewing"
        assert sorted(name.removeprefix(beh) for name in archive.namelist()) == [
            "README", "_events.json", "_events.tsv", "_recording-face1_physio.json", "_recording-face1_physio.tsv.gz",
            "dataset_description.json", "participants.tsv",
        ]  # fmt: skip
        events = pd.read_csv(archive.open(f"{beh}_events.tsv"), sep="\t")
        assert events[["onset", "duration", "trial_type"]].to_numpy().tolist() == [[0, 1, "happy"], [2, 2, "sad"]]
        about = json.loads(archive.read(f"{beh}_recording-face1_physio.json"))
        curves = pd.read_csv(
            archive.open(f"{beh}_recording-face1_physio.tsv.gz"), sep="\t", compression="gzip", header=None,
            names=about["Columns"], na_values="n/a",
        )  # fmt: skip
    series = pd.read_csv(files / "series.csv")
    assert (about["SamplingFrequency"], about["StartTime"]) == (2, 0)
    np.testing.assert_allclose(curves.to_numpy(), series[list(EMOTIONS)].to_numpy(), atol=SCORES)


def test_the_same_analysis_gives_the_same_bytes(files: Path, tmp_path: Path) -> None:
    written(GAPPY, tmp_path)
    for export in EXPORT_FILES:
        if not export.needs_words:
            assert (tmp_path / export.name).read_bytes() == (files / export.name).read_bytes()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_texts_are_in_the_language_of_the_outputs(tmp_path: Path, lang: str) -> None:
    written(replace(GAPPY, options=Options(double_check=True)), tmp_path, lang)
    guide = (tmp_path / EXPORTS_GUIDE).read_text(encoding="utf-8")
    tiers = list(pympi.Elan.Eaf(tmp_path / "emotions.eaf").get_tier_names())
    assert tiers == {"en": ["Person 1", "Voice", "Face and voice"], "ru": ["Человек 1", "Голос", "Лицо и голос"]}[lang]
    assert bool(re.search(r"[\u0430-\u044f]", guide)) == (lang == "ru")
    for export in EXPORT_FILES:
        assert (export.meaning in guide) == (lang == "en")


NAMES = st.text(
    alphabet=st.one_of(
        st.characters(exclude_categories=["Cs"]), st.sampled_from("\t\n\r\"'<>&-=+@,;|\u202e\x00\x0b\ufffe")
    ),
    min_size=1,
    max_size=40,
)


@given(name=NAMES)
def test_no_name_breaks_a_form(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("names")
    found = replace(GAPPY, source=replace(GAPPY.source, name=name + "-->"))
    written(found, folder)
    fex = pd.read_csv(folder / "fex.csv")
    assert len(fex) == 20
    assert not str(fex.input[0]).lstrip().startswith(("=", "+", "-", "@"))
    with (folder / "imotions.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {len(row) for row in csv.reader(file)} == {len(COLUMNS)}
    _head, rows = read_log(folder / "facereader_detailed.txt")
    assert len(rows) == 21
    assert len(pympi.Elan.Eaf(folder / "emotions.eaf").get_tier_names()) == 2
    assert len(webvtt.read(folder / "emotions.vtt")) == 4


@given(time_s=st.floats(0, 400_000))
def test_a_clock_text_is_its_time(time_s: float) -> None:
    hours, minutes, seconds = clock_text(time_s).split(":")
    assert int(minutes) < 60
    assert float(seconds) < 60
    assert 3600 * int(hours) + 60 * int(minutes) + float(seconds) == pytest.approx(time_s, abs=0.00051)


def test_stretches_shorter_than_a_millisecond_are_left_out_of_elan_alone(tmp_path: Path) -> None:
    short: Any = replace(voice(0.4, 1.0), span=Span(1.2, 1.2002))
    found = analysis([face(0, 0.0)], [0.0], [short])
    written(found, tmp_path)
    assert pympi.Elan.Eaf(tmp_path / "emotions.eaf").get_annotation_data_for_tier("Voice") == []
    entries = (
        textgrid.openTextgrid(str(tmp_path / "emotions.TextGrid"), includeEmptyIntervals=False).getTier("Voice").entries
    )
    assert [tuple(entry)[:2] for entry in entries] == [(1.2, 1.2002)]
