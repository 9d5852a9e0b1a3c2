"""Tables and charts, from analyses made by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from PIL import Image

from emoclassify.analysis import Analysis
from emoclassify.colours import COLOURS, GAP, GROUP_FILLS, VALENCE, VERDICT_COLOURS
from emoclassify.curves import curves_of
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.charts.draw import DRAWINGS, draw_charts
from emoclassify.outputs.charts.kinds import CHARTS, charts_of
from emoclassify.outputs.charts.over_time import (
    draw_agreement,
    draw_groups,
    draw_timeline,
    draw_valence,
)
from emoclassify.settings import Options
from emoclassify.words.numbers import clock
from emoclassify.words.texts import LANGUAGES
from tests.support.findings import a_still, analysis, face, voice, with_a_gap
from tests.support.written import chart_names, write_tables

COLUMNS = {
    "frames.csv": "frame,timestamp,face_id,success,face_confidence,face_x,face_y,face_w,face_h,"
    "angry,disgust,fear,happy,neutral,sad,surprise,dominant,confidence,positive,negative,valence,"
    "yaw,pitch,roll,quality_ok,quality_reason,shown",
    "series.csv": "face_id,t,n_frames,n_valid,coverage,angry,disgust,fear,happy,neutral,sad,surprise,"
    "positive,negative,valence,gap",
    "voice.csv": "start,end,angry,disgust,fear,happy,neutral,sad,surprise,confidence,sound",
    "segments.csv": "start,end,angry,disgust,fear,happy,neutral,sad,surprise,dominant,confidence,face_id,"
    "face_angry,face_disgust,face_fear,face_happy,face_neutral,face_sad,face_surprise,face_dominant,agreement,verdict,"
    "reason,face_coverage,same_sign,"
    "joint_angry,joint_disgust,joint_fear,joint_happy,joint_neutral,joint_sad,joint_surprise,joint_dominant,sound",
}  # section 3 of the design, column by column, and what came after it


def table(found: Analysis, folder: Path, name: str) -> pd.DataFrame:
    write_tables(found, folder, Options())
    return pd.read_csv(folder / name)


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("found", [with_a_gap(), analysis([], [], [])], ids=["full", "empty"])
def test_the_columns_are_those_of_the_design(tmp_path: Path, name: str, found: Analysis) -> None:
    write_tables(found, tmp_path, Options())
    assert (tmp_path / name).read_bytes().decode("utf-8").split("\n")[0] == COLUMNS[name]


def test_frames_without_a_face_have_a_row_without_numbers(tmp_path: Path) -> None:
    rows = table(with_a_gap(), tmp_path, "frames.csv")
    assert len(rows) == 20
    away = rows[rows.success == 0]
    assert away.timestamp.tolist() == [1.0, 1.2, 1.4, 1.6, 1.8]
    assert away.drop(columns=["frame", "timestamp", "success"]).isna().all().all()
    seen = rows[rows.success == 1]
    assert seen[list(EMOTIONS)].sum(axis=1).to_numpy() == pytest.approx(1, abs=1e-5)
    assert (seen.dominant == seen[list(EMOTIONS)].idxmax(axis=1)).all()
    assert seen.valence.to_numpy() == pytest.approx((seen.happy - seen.negative).to_numpy(), abs=2e-6)
    assert (seen.face_w == 50).all()


def test_what_is_shown_is_the_mean_of_the_readings_around_and_the_reading_itself_stays(tmp_path: Path) -> None:
    times_s = [0.0, 0.2, 0.4, 0.6, 0.8]
    faces = [
        face(i, t, "surprise" if i == 2 else "neutral", reason="dark" if i == 4 else "") for i, t in enumerate(times_s)
    ]
    rows = table(analysis(faces, times_s), tmp_path, "frames.csv")
    assert rows.dominant.tolist() == ["neutral", "neutral", "surprise", "neutral", "neutral"]
    assert rows.shown.fillna("").tolist() == ["neutral", "neutral", "neutral", "neutral", ""]
    assert rows.surprise[2] == pytest.approx(0.7)


def test_several_faces_of_a_frame_have_a_row_each(tmp_path: Path) -> None:
    found = analysis([face(0, 0.0, person=2), face(0, 0.0, person=1), face(1, 0.2)], [0.0, 0.2])
    assert table(found, tmp_path, "frames.csv").face_id.tolist() == [1, 2, 1]


def test_the_series_has_its_gap(tmp_path: Path) -> None:
    rows = table(with_a_gap(), tmp_path, "series.csv")
    assert rows.t.tolist() == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5]
    assert rows.gap.tolist() == [0, 0, 1, 1, 0, 0, 0, 0]
    assert rows[rows.gap == 1][[*EMOTIONS, "positive", "negative", "valence"]].isna().all().all()
    assert rows.n_frames.sum() == 20


def test_segments_tell_both_sides_and_the_verdict(tmp_path: Path) -> None:
    rows = table(with_a_gap(), tmp_path, "segments.csv")
    assert rows.dominant.tolist() == ["happy", "angry"]
    assert rows.face_dominant.tolist() == ["happy", "sad"]
    assert rows.verdict.tolist() == ["agree", "agree"]  # angry and sad are both negative
    assert rows.agreement[0] == pytest.approx(1.0)


def test_cannot_tell_is_an_empty_dominant(tmp_path: Path) -> None:
    rows = table(analysis([], [0.0], [voice(0, 2, share=0.2)]), tmp_path, "segments.csv")
    assert rows.dominant.isna().all()
    assert rows.verdict.tolist() == ["cannot tell"]


def test_no_voice_tables_where_the_voice_was_not_read(tmp_path: Path) -> None:
    write_tables(analysis([face(0, 0.0)], [0.0]), tmp_path, Options())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["columns.md", "frames.csv", "series.csv"]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (75, "1:15"), (2.5, "0:02.5"), (59.96, "1:00"), (3600, "1:00:00")]
)
def test_times_are_written_with_tenths_where_there_are_any(seconds: float, text: str) -> None:
    assert clock(seconds, "en") == text


def pixels_of(path: Path, colour: str) -> int:
    rgb = np.asarray(Image.open(path).convert("RGB")).astype(int)
    wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return int((np.abs(rgb - wanted).max(axis=2) < 8).sum())


def test_the_timeline_shows_the_emotions_and_leaves_the_gap_empty(tmp_path: Path) -> None:
    draw_timeline(replace(with_a_gap(), voice=None), tmp_path / "a", "en")
    draw_timeline(analysis([], [0.0, 0.2], []), tmp_path / "b", "en")
    happy, sad = (pixels_of(tmp_path / "a.png", COLOURS[name]) for name in ("happy", "sad"))
    # 0.7 high for 2 s and 0.05 for 1 s, against 0.7 for 1 s and 0.05 for 2 s; a filled gap would change it
    # by half. The outline takes a pixel of the low ones.
    assert sad / happy == pytest.approx(1.45 / 0.8, rel=0.15)
    assert pixels_of(tmp_path / "a.png", GAP) > 0
    assert pixels_of(tmp_path / "b.png", COLOURS["happy"]) == 0


def test_the_timeline_marks_what_the_voice_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: drawn.append(figure))
    draw_timeline(with_a_gap(), tmp_path / "a", "en")
    marked = {}
    for emotion, band in zip(EMOTIONS, drawn[0].axes, strict=False):
        (bars,) = (item for item in band.collections if isinstance(item, PolyCollection))
        marked[emotion] = [(path.get_extents().x0, path.get_extents().x1) for path in bars.get_paths()]
    assert {emotion: spans for emotion, spans in marked.items() if spans} == {
        "happy": [pytest.approx((0.4, 1.0))],
        "angry": [pytest.approx((2.4, 3.6))],
    }


def test_the_groups_fill_the_time_with_a_face_and_no_other(tmp_path: Path) -> None:
    draw_groups(with_a_gap(), tmp_path / "a", "en")
    found = {group: pixels_of(tmp_path / "a.png", colour) for group, colour in GROUP_FILLS.items()}
    # 1 s of happy (positive 0.75, neutral 0.05, negative 0.2), 2 s of sad (0.1, 0.05, 0.85), 1 s without a face
    whole = sum(found.values())
    assert found["positive"] / whole == pytest.approx(0.95 / 3, abs=0.02)
    assert found["negative"] / whole == pytest.approx(1.9 / 3, abs=0.02)
    assert pixels_of(tmp_path / "a.png", GAP) > whole / 3 / 2


def test_the_smoothed_valence_has_the_gap(tmp_path: Path) -> None:
    draw_valence(with_a_gap(), tmp_path / "a", "en")
    draw_valence(analysis([face(i, 0.2 * i) for i in range(20)], [0.2 * i for i in range(20)]), tmp_path / "b", "en")
    with_gap, without = (pixels_of(tmp_path / name, VALENCE) for name in ("a.png", "b.png"))
    assert with_gap < without


@pytest.mark.parametrize("persons", [1, 20])
def test_every_chart_fits_on_its_page(tmp_path: Path, persons: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes_in: dict[str, tuple[float, float]] = {}

    def measure(figure: Figure, path: Path, **_: object) -> None:
        sizes_in[path.name] = tuple(figure.get_size_inches())

    monkeypatch.setattr(Figure, "savefig", measure)  # drawing takes seconds
    times_s = [0.0, 1.0, 2.0]
    faces = [face(i, t, person=p) for p in range(1, persons + 1) for i, t in enumerate(times_s)]
    found = analysis(faces, times_s, [voice(0, 2)], options=Options(double_check=True))
    draw_charts(found, tmp_path, "en")
    assert sizes_in.keys() == {*chart_names(found)}
    for name, (width, height) in sizes_in.items():
        assert height / width * 17 <= 23, name  # cm, on A4 between margins of 2 cm, with a caption


@pytest.mark.parametrize(("step_s", "end_s"), [(0.2, 60.0), (1.0, 60.0), (0.97, 60.0), (10.0, 600.0), (1.0, 7200.0)])
def test_what_was_not_looked_at_is_no_gap(step_s: float, end_s: float) -> None:
    times_s = list(np.arange(0, end_s, step_s))
    found = analysis([face(i, t) for i, t in enumerate(times_s)], times_s, end_s=end_s, picture_end_s=end_s)
    (curve,) = curves_of(found)
    assert not curve.gaps.any()
    assert len(curve.bins.starts_s) <= 500


def test_agreement_is_drawn_where_face_and_voice_were_compared(tmp_path: Path) -> None:
    happy = [face(i, 0.2 * i) for i in range(20)]
    compared = analysis(
        happy, [0.2 * i for i in range(20)], [voice(0.4, 1.0), voice(2, 3, "sad")], options=Options(double_check=True)
    )
    draw_agreement(compared, tmp_path / "a", "en")
    draw_agreement(replace(compared, segments=()), tmp_path / "b", "en")
    for verdict, colour in VERDICT_COLOURS.items():
        if colour is not None:
            assert (pixels_of(tmp_path / "a.png", colour) > 0) is (verdict in ("agree", "differ"))
            assert pixels_of(tmp_path / "b.png", colour) == 0
    assert charts_of(compared) == list(CHARTS)
    assert [chart.name for chart in CHARTS if chart not in charts_of(with_a_gap())] == ["agreement"]
    assert [chart.name for chart in CHARTS] == list(DRAWINGS)


def test_sound_alone_has_no_chart_of_face_and_voice() -> None:
    heard = analysis([], [], [voice(0.0, 2.0)], options=Options(double_check=True))
    assert heard.was_compared
    assert "agreement" not in [chart.name for chart in charts_of(heard)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_keys_of_every_verdict_fit_on_the_paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    drawn: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: drawn.append(figure))
    times_s = [0.2 * i for i in range(60)]
    faces = [face(i, t, "neutral" if 4 <= t < 6 else "happy") for i, t in enumerate(times_s) if t < 10]
    names = ("happy", "neutral", "happy", "sad", "surprise", "happy")  # the last one without a face
    speech = [voice(2.0 * i, 2.0 * i + 1.5, name) for i, name in enumerate(names)]
    draw_agreement(
        analysis(faces, times_s, speech, options=Options(double_check=True), end_s=12.0, picture_end_s=12.0),
        tmp_path / "a",
        lang,
    )
    figure = drawn[0]
    figure.canvas.draw()
    (legend,) = figure.legends
    assert len(legend.get_texts()) == 7
    keys = legend.get_window_extent()
    assert figure.bbox.x0 <= keys.x0 < keys.x1 <= figure.bbox.x1
    assert figure.bbox.y0 <= keys.y0 < keys.y1 <= figure.bbox.y1


def test_the_strip_counts_what_the_cross_check_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: drawn.append(figure))
    times_s = [0.2 * i for i in range(20)]
    faces = [face(i, t) for i, t in enumerate(times_s) if t < 2.2]  # two good readings in the second stretch
    found = analysis(
        faces, times_s, [voice(0.0, 1.0), voice(1.8, 2.8), voice(3.0, 3.5)], options=Options(double_check=True)
    )
    draw_agreement(found, tmp_path / "a", "en")
    told = [text.get_text() for text in drawn[0].legends[0].get_texts()]
    assert told == ["agree 1.0 s", "cannot tell 1.0 s", "no face 0.5 s", "silent 1.5 s"]


def test_what_does_not_last_has_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sound ends 0.02 s after the speech: that is no silence of 0.0 s."""
    drawn: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: drawn.append(figure))
    faces = [face(i, 0.2 * i) for i in range(20)]
    found = analysis(faces, [0.2 * i for i in range(20)], [voice(0.0, 3.98)], options=Options(double_check=True))
    draw_agreement(found, tmp_path / "a", "en")
    assert [text.get_text() for text in drawn[0].legends[0].get_texts()] == ["agree 4.0 s"]


EIGHT = [face(i, float(i), person=person) for person in range(1, 9) for i in range(2)]


@pytest.mark.parametrize(
    "lang", ["en", *(pytest.param(lang, marks=pytest.mark.slow) for lang in LANGUAGES if lang != "en")]
)
@pytest.mark.parametrize(
    "found",
    [
        pytest.param(with_a_gap(), id="whole"),
        pytest.param(analysis([], [], []), id="nothing"),
        pytest.param(analysis([], [0.0, 0.2], []), id="no face", marks=pytest.mark.slow),
        pytest.param(analysis([], [], [voice(0, 2), voice(2, 3, share=0.2)]), id="no picture", marks=pytest.mark.slow),
        pytest.param(a_still(), id="a still", marks=pytest.mark.slow),
        pytest.param(analysis(EIGHT, [0.0, 1.0], end_s=7300.0), id="eight persons, two hours", marks=pytest.mark.slow),
    ],
)
def test_every_recording_has_its_charts(tmp_path: Path, found: Analysis, lang: str) -> None:
    found = replace(found, options=Options(double_check=True))
    draw_charts(found, tmp_path, lang)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(chart_names(found))


def test_a_name_of_any_script_can_be_drawn(tmp_path: Path) -> None:
    found = with_a_gap()
    named = replace(found, source=replace(found.source, name="\u4f1a\u8bae $x_1$ Встреча.mp4"))
    draw_timeline(named, tmp_path / "a", "ru")


def test_two_drawings_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        draw_groups(with_a_gap(), tmp_path / name, "en")
    for ending in (".png", ".svg"):
        assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()
