"""Tables and charts, from analyses made by hand."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.text import Text

from emoclassify.analysis import Analysis
from emoclassify.colours import COLOURS, GAP, GROUP_FILLS, VALENCE, VERDICT_COLOURS
from emoclassify.crosscheck import compare
from emoclassify.curves import curves_of
from emoclassify.design import FAMILY
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.charts.draw import DRAWINGS, draw_charts
from emoclassify.outputs.charts.kinds import CHARTS, SLIDE_CHARTS, charts_of
from emoclassify.outputs.charts.style import FILE, PAGE, SLIDE, Form
from emoclassify.overview import Overview
from emoclassify.settings import Options
from emoclassify.voice.reading import VoiceRead, VoiceReading
from emoclassify.words.numbers import clock
from emoclassify.words.texts import LANGUAGES
from tests.support.findings import a_still, analysis, face, voice, with_a_gap
from tests.support.pixels import pixels_of
from tests.support.written import chart_names, write_tables

pytestmark = pytest.mark.whole

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


def draw(chart: str, found: Analysis, stem: Path, lang: str) -> None:
    DRAWINGS[chart](found, Overview.of(found), stem, lang)


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """The figures that are drawn, which are not saved."""
    saved: list[Figure] = []

    def note(figure: Figure, path: object, **_: object) -> None:
        saved.append(figure)
        if isinstance(path, io.StringIO):
            path.write('<svg xmlns="http://www.w3.org/2000/svg" width="1pt" height="1pt"><defs></defs></svg>')

    monkeypatch.setattr(Figure, "savefig", note)
    return saved


def test_the_timeline_has_a_bold_line_for_what_is_shown_and_a_pale_one_for_what_was_read(
    tmp_path: Path, figures: list[Figure]
) -> None:
    draw("timeline", replace(with_a_gap(), voice=None, segments=()), tmp_path / "a", "en")
    happy, sad = figures[0].axes  # no other goes beyond 0.05
    assert [row.get_label() for row in (happy, sad)] == ["happy", "sad"]
    for row, start_s, end_s in ((happy, 0.0, 1.0), (sad, 2.0, 4.0)):
        raw, bold = (line for line in row.lines if np.size(line.get_xdata()) == 8)
        assert raw.get_linewidth() < 1 < bold.get_linewidth()
        x, y = np.asarray(raw.get_xdata()), np.asarray(raw.get_ydata())
        assert np.isnan(y).tolist() == [1 < each < 2 for each in x]
        assert y[~np.isnan(y)] == pytest.approx([0.7 if start_s < each < end_s else 0.05 for each in x[~np.isnan(y)]])
    (low,) = (text.get_text() for text in figures[0].texts if "0.05" in text.get_text())
    assert low == "never above 0.05: angry, disgust, fear, neutral, surprise"


def test_an_empty_timeline_has_no_emotion_in_it(tmp_path: Path) -> None:
    draw("timeline", with_a_gap(), tmp_path / "a", "en")
    draw("timeline", analysis([], [0.0, 0.2], []), tmp_path / "b", "en")
    assert pixels_of(tmp_path / "a.png", GAP) > 0
    assert pixels_of(tmp_path / "a.png", COLOURS["happy"]) > 0
    assert pixels_of(tmp_path / "b.png", COLOURS["happy"]) == 0


def with_speech(*stretches: VoiceReading) -> Analysis:
    """`with_a_gap` with other speech."""
    made = with_a_gap()
    return replace(made, voice=VoiceRead(stretches, stretches), segments=compare(stretches, 1, made.timeline(1)))


def test_the_rows_of_the_face_mark_the_voice_where_its_own_row_has_no_room_for_a_name(
    tmp_path: Path, figures: list[Figure]
) -> None:
    spoken = with_speech(voice(0.4, 1.0), voice(2.4, 3.6, "angry"))
    draw("timeline", replace(spoken, end_s=14.0, picture_end_s=14.0), tmp_path / "a", "en")
    marked = {}
    for band in figures[0].axes[:-1]:  # the last one is that of the voice
        bars = next(item for item in band.collections if type(item) is PolyCollection)
        marked[band.get_label()] = [(path.get_extents().x0, path.get_extents().x1) for path in bars.get_paths()]
    assert {emotion: spans for emotion, spans in marked.items() if spans} == {
        "happy": [pytest.approx((0.4, 1.0))],
        "angry": [pytest.approx((2.4, 3.6))],
    }
    draw("timeline", spoken, tmp_path / "b", "en")
    rows = [band.get_label() for band in figures[-1].axes]
    assert rows == ["happy", "sad", "voice"], "every stretch has its name, so that nothing is said twice"


@pytest.mark.parametrize("chart", ["timeline", "groups", "valence"])
def test_hatching_is_explained_where_something_is_hatched(tmp_path: Path, chart: str, figures: list[Figure]) -> None:
    """A last bin that is too narrow to be seen is nothing that is hatched."""
    throughout = analysis([face(i, 0.2 * i) for i in range(20)], [0.2 * i for i in range(20)])
    for made in (with_a_gap(), throughout, replace(throughout, end_s=4.03, picture_end_s=4.03)):
        draw(chart, made, tmp_path / "a", "en")
    told = [" ".join(text.get_text() for text in figure.texts) for figure in figures]
    assert ["hatched" in one.replace("\N{NO-BREAK SPACE}", " ") for one in told] == [True, False, False]


def test_a_group_that_cannot_be_seen_has_no_name(tmp_path: Path, figures: list[Figure]) -> None:
    draw("groups", with_a_gap(), tmp_path / "a", "en")
    certain = np.array([0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0], np.float32)
    faces = [replace(face(i, 0.2 * i), scores=certain) for i in range(20)]
    draw("groups", analysis(faces, [0.2 * i for i in range(20)]), tmp_path / "b", "en")
    several, one = ({text.get_text() for text in figure.axes[0].texts} for figure in figures)
    assert several & {*GROUP_FILLS} == {"positive", "neutral", "negative"}
    assert one & {*GROUP_FILLS} == {"positive"}


def test_the_groups_fill_the_time_with_a_face_and_no_other(tmp_path: Path) -> None:
    draw("groups", with_a_gap(), tmp_path / "a", "en")
    found = {group: pixels_of(tmp_path / "a.png", colour) for group, colour in GROUP_FILLS.items()}
    # 1 s of happy (positive 0.75, neutral 0.05, negative 0.2), 2 s of sad (0.1, 0.05, 0.85), 1 s without a face
    whole = sum(found.values())
    assert found["positive"] / whole == pytest.approx(0.95 / 3, abs=0.02)
    assert found["negative"] / whole == pytest.approx(1.9 / 3, abs=0.02)
    assert pixels_of(tmp_path / "a.png", GAP) > whole / 3 / 2


def test_the_smoothed_valence_has_the_gap(tmp_path: Path) -> None:
    draw("valence", with_a_gap(), tmp_path / "a", "en")
    draw("valence", analysis([face(i, 0.2 * i) for i in range(20)], [0.2 * i for i in range(20)]), tmp_path / "b", "en")
    with_gap, without = (pixels_of(tmp_path / name, VALENCE) for name in ("a.png", "b.png"))
    assert with_gap < without


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("form", [FILE, PAGE, SLIDE], ids=["file", "page", "slide"])
@pytest.mark.parametrize("persons", [1, 2, 20])
def test_every_word_of_every_chart_is_on_the_paper(
    tmp_path: Path, persons: int, form: Form, lang: str, figures: list[Figure]
) -> None:
    times_s = [float(i) for i in range(30)]
    faces = [
        face(i, t, "sad" if t > 20 else "happy", person=p) for p in range(1, persons + 1) for i, t in enumerate(times_s)
    ]
    found = analysis(
        faces, times_s, [voice(0, 2), voice(9, 20)], options=Options(double_check=True), end_s=30.0, picture_end_s=30.0
    )
    names = SLIDE_CHARTS if form == SLIDE else [chart.name for chart in CHARTS]
    draw_charts(found, tmp_path, lang, form=form, names=names)
    assert len(figures) == len([chart for chart in charts_of(found) if chart.name in names])
    for figure in figures:
        width_px, height_px = figure.get_size_inches() * figure.dpi
        if form == FILE:
            assert (width_px, height_px) == pytest.approx((1920, 1080))
        figure.draw_without_rendering()
        for text in figure.findobj(Text):
            if text.get_visible() and text.get_text().strip():
                box = text.get_window_extent()
                assert box.x0 >= -1, text.get_text()
                assert box.x1 <= width_px + 1, text.get_text()
                assert box.y0 >= -1, text.get_text()
                assert box.y1 <= height_px + 1, text.get_text()


def test_the_svg_has_its_words_as_words_and_carries_their_font(tmp_path: Path) -> None:
    draw("groups", with_a_gap(), tmp_path / "a", "ru")
    drawing = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert ">позитив</text>" in drawing
    assert "font/woff2;base64," in drawing
    assert FAMILY in drawing


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
    draw("agreement", compared, tmp_path / "a", "en")
    draw("agreement", replace(compared, segments=()), tmp_path / "b", "en")
    for verdict, colour in VERDICT_COLOURS.items():
        if colour is not None:
            assert (pixels_of(tmp_path / "a.png", colour) > 0) is (verdict in ("agree", "differ"))
            assert pixels_of(tmp_path / "b.png", colour) == 0
    assert charts_of(compared) == [chart for chart in CHARTS if not chart.of_calls]
    assert [chart.name for chart in CHARTS if chart not in charts_of(with_a_gap())] == ["agreement", "call"]
    assert [chart.name for chart in CHARTS] == list(DRAWINGS)


def test_sound_alone_has_no_chart_of_face_and_voice() -> None:
    heard = analysis([], [], [voice(0.0, 2.0)], options=Options(double_check=True))
    assert heard.was_compared
    assert "agreement" not in [chart.name for chart in charts_of(heard)]


def bars_of(figure: Figure) -> list[str]:
    """Name and length of each bar of the chart of face and voice."""
    bars = figure.axes[0]
    texts = [text.get_text() for text in bars.texts]  # those of the lengths, then the names
    return [f"{name} {length}" for length, name in zip(texts[: len(texts) // 2], texts[len(texts) // 2 :], strict=True)]


def test_the_strip_counts_what_the_cross_check_says(tmp_path: Path, figures: list[Figure]) -> None:
    times_s = [0.2 * i for i in range(20)]
    faces = [face(i, t) for i, t in enumerate(times_s) if t < 2.2]  # two good readings in the second stretch
    found = analysis(
        faces, times_s, [voice(0.0, 1.0), voice(1.8, 2.8), voice(3.0, 3.5)], options=Options(double_check=True)
    )
    draw("agreement", found, tmp_path / "a", "en")
    assert bars_of(figures[0]) == [
        "agree 1.0\N{NO-BREAK SPACE}s",
        "cannot tell 1.0\N{NO-BREAK SPACE}s",
        "no face 0.5\N{NO-BREAK SPACE}s",
        "silent 1.5\N{NO-BREAK SPACE}s",
    ]


def test_what_does_not_last_has_no_bar(tmp_path: Path, figures: list[Figure]) -> None:
    """The sound ends 0.02 s after the speech: that is no silence of 0.0 s."""
    faces = [face(i, 0.2 * i) for i in range(20)]
    found = analysis(faces, [0.2 * i for i in range(20)], [voice(0.0, 3.98)], options=Options(double_check=True))
    draw("agreement", found, tmp_path / "a", "en")
    assert bars_of(figures[0]) == ["agree 4.0\N{NO-BREAK SPACE}s"]


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
    draw("timeline", named, tmp_path / "a", "ru")


def test_two_drawings_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        draw("groups", with_a_gap(), tmp_path / name, "en")
    for ending in (".png", ".svg"):
        assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()
