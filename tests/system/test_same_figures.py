"""One figure, told everywhere the same and of what it is a share: by frames, page, report, charts, terminal, API."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from emoclassify.analysis import Analysis
from emoclassify.cli.told import answer
from emoclassify.curves import curves_of as curves_drawn
from emoclassify.findings import NOTABLE_SHARE
from emoclassify.jobs.summary import summary_of
from emoclassify.labels import EMOTIONS, valence
from emoclassify.outputs.folder import write_results
from emoclassify.outputs.report.write import make_content
from emoclassify.outputs.saved import read_analysis, read_overview
from emoclassify.overview import STEP_S, Overview
from emoclassify.settings import Options
from emoclassify.words.numbers import clock
from emoclassify.words.texts import LANGUAGES
from tests.support.findings import a_still, analysis, face, voice
from tests.support.percentages import PERCENTAGE, in_charts, in_report, in_terminal, on_page, visit
from tests.support.reported import READERS, charts_of_pptx, text_of_pptx
from webapp.parts.curves import timeline
from webapp.parts.figures import figures
from webapp.parts.outcome import curves_of
from webapp.parts.panel import panel_of
from webapp.parts.sentences import sentences
from webapp.views.compare import table
from webapp.views.result_tabs import share_rows

pytestmark = pytest.mark.whole

LONGEST_STEP_S = 5.0
"""A pause is longer; none is made here."""

P_OF_EMOTIONS = [0.05, 0.02, 0.03, 0.2, 0.5, 0.15, 0.05]


def made(length_s: float, step_s: float, away: tuple[float, float] = (0.6, 0.7), n_persons: int = 1) -> Analysis:
    """Faces that change every moment, are doubtful now and then and away for a while, looked at unevenly."""
    draw = np.random.default_rng(round(length_s))
    times_s = np.cumsum(draw.uniform(0.5 * step_s, 1.5 * step_s, round(length_s / step_s)))
    times_s = times_s[times_s < length_s]
    faces = [
        face(i, float(t), str(emotion), person, reason="dark" if draw.random() < 0.05 else "")
        for person in range(1, n_persons + 1)
        for i, (t, emotion) in enumerate(
            zip(times_s, draw.choice(EMOTIONS, len(times_s), p=P_OF_EMOTIONS), strict=True)
        )
        if not away[0] < t / length_s < away[1]
    ]
    options = Options(report="docx,pdf,html", faces="all" if n_persons > 1 else "largest")
    return analysis(faces, times_s.tolist(), end_s=length_s, picture_end_s=length_s, options=options)


def spoken(with_picture: bool) -> Analysis:
    """12 s of speech in 40 s, most of it neutral but not all; with a picture, a face that is happy first, then sad."""
    speech = [voice(2, 8, "neutral", 0.9), voice(15, 18, "sad"), voice(30, 32.9, "neutral", 0.5), voice(36, 36.1)]
    times_s = [0.2 * i for i in range(180)] if with_picture else []
    faces = [face(i, t, "happy" if t < 11 else "sad") for i, t in enumerate(times_s)]
    options = Options(double_check=True, echo_mean=True, report="docx,pdf,html")
    return analysis(faces, times_s, speech, end_s=40.0, picture_end_s=36.0 if with_picture else 0.0, options=options)


RECORDINGS: dict[str, Callable[[], Analysis]] = {
    "8 s": lambda: made(8.0, 0.2),
    "60 s": lambda: made(60.0, 0.2),
    "40 min": lambda: made(2400.0, 0.5),
    "35 % away": lambda: made(60.0, 0.2, away=(0.4, 0.75)),
    "three persons": lambda: made(8.0, 0.2, n_persons=3),
    "voice with silence": lambda: spoken(with_picture=True),
    "sound alone": lambda: spoken(with_picture=False),
    "a still": a_still,
}

BASES = {
    "en": r"of (the readable time|the speech|the recording|the frames looked at|that time|speech|it|the samples)\b"
    r"|of the picture's shorter side|share of the (speech|time with speech|frames looked at)|shares of the speech"
    r"|of them\b|95-percent",
    "ru": r"времени|речи|записи|просмотренных кадров|короткой стороны|доля примеров|случаев|доверительный интервал",
}
"""The names of what a percentage is a share of."""


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "name", [name if name != "40 min" else pytest.param(name, marks=pytest.mark.slow) for name in RECORDINGS]
)
def test_every_percentage_says_of_what(
    name: str, lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blank_charts: None
) -> None:
    found = RECORDINGS[name]()
    overview = Overview.of(found)
    content = make_content(found, Options(lang=lang), None)
    texts = [*on_page(overview, lang), *in_report(content)]
    texts += in_charts(found, lang, tmp_path, monkeypatch)
    texts += in_terminal(overview) if lang == "en" else []
    told = [text for text in texts if PERCENTAGE.search(text)]
    assert told or name == "a still"
    nameless = [text for text in told if not re.search(BASES[lang], text)]
    assert not nameless, "\n".join(nameless)


def shares_of_frames(folder: Path) -> dict[str, float]:
    """The share of the readable time in which each emotion is shown, counted from frames.csv by hand."""
    frames = pd.read_csv(folder / "frames.csv")
    lasts_s = np.diff(np.append(frames["timestamp"], read_overview(folder).end_s))
    assert lasts_s.max() < LONGEST_STEP_S
    is_read = (frames["success"] == 1) & (frames["quality_ok"] == 1)
    assert (frames["shown"].notna() == is_read).all()
    return {name: lasts_s[frames["shown"] == name].sum() / lasts_s[is_read].sum() for name in EMOTIONS}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["8 s", "60 s", "40 min", "35 % away"])
def test_every_place_tells_the_shares_of_the_frames(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = RECORDINGS[name]()
    write_results(found, tmp_path, found.options)
    overview, shares = read_overview(tmp_path), shares_of_frames(tmp_path)
    summary = summary_of(overview)
    assert summary is not None
    assert summary["shares"] == pytest.approx(shares, abs=2e-6)

    lengths_s = dict.fromkeys(EMOTIONS, 0.0)
    for span, emotion in overview.curves[0].shown:
        lengths_s[emotion] += span.duration_s
    of_strip = {emotion: length_s / sum(lengths_s.values()) for emotion, length_s in lengths_s.items()}
    assert of_strip == pytest.approx(shares, abs=1e-5)

    english = visit("en")
    (curve,) = curves_of(overview)
    told = {row.label: row.note for row in share_rows(overview, curve, english)}
    whole = {emotion: int(re.sub(r"\D", "", text)) if "<" not in text else 0 for emotion, text in told.items()}
    assert sum(whole.values()) == 100
    assert all(abs(whole[emotion] - 100 * shares[emotion]) < 2 for emotion in EMOTIONS)

    top = max(shares, key=lambda emotion: shares[emotion])
    assert summary["dominant"] == top
    sentence = f"mostly as {top} ({told[top]} of the readable time)"
    assert sentence in sentences(overview, english)
    assert f"mostly {top} ({told[top]} of the readable time)" in in_terminal(overview)
    by_label = {figure.label: figure.value for figure in figures(overview, curve, english)}
    assert by_label["of it surprise"] == told["surprise"]
    groups = [int(by_label[group].rstrip("%")) for group in ("Positive", "Neutral", "Negative")]
    assert groups == [whole["happy"] + whole["surprise"], whole["neutral"], 100 - sum(groups[:2])]
    table_row = tuple(f"{n}%" for n in groups)
    for report, read in READERS.items():
        text = re.sub(r"\s+", " ", read(tmp_path / report))
        assert f"reads most often as “{top}” ({told[top]} of the readable time)" in text, report
        assert " ".join((by_label["Readable"], *table_row, told["surprise"])) in text, report
    charts = {re.sub(r"\s+", " ", text) for text in in_charts(read_analysis(tmp_path), "en", tmp_path, monkeypatch)}
    title = f"person 1: of the readable time ({by_label['Readable']} of the recording)"
    assert {f"{title} {told[emotion]}" for emotion in EMOTIONS if shares[emotion] >= NOTABLE_SHARE} <= charts
    below_bars = " ".join(text for text in charts if text.startswith(title))
    for emotion in (one for one in EMOTIONS if shares[one] < NOTABLE_SHARE):
        assert (f"{emotion} {told[emotion]}" in below_bars) == (shares[emotion] > 0), "what never leads is not named"


@pytest.mark.parametrize("name", ["60 s", "35 % away"])
def test_slides_and_workbook_tell_the_shares_of_the_report(name: str, tmp_path: Path, blank_charts: None) -> None:
    found = RECORDINGS[name]()
    write_results(found, tmp_path, Options(report="pptx", xlsx=True))
    overview = read_overview(tmp_path)
    in_words = overview.findings.curves[0].shares.in_words(overview.options.emotion_groups, "en")
    whole = {name: text if "<" not in text else "0%" for name, text in in_words.emotions.items()}

    (plot,) = charts_of_pptx(tmp_path / "report.pptx")[1].plots
    told = zip(plot.categories, plot.series[0].values, strict=True)
    assert {name: f"{share:.0%}" for name, share in told} == {
        name: text for name, text in whole.items() if text != "0%"
    }, "an emotion that never leads has no bar"
    slides = text_of_pptx(tmp_path / "report.pptx")
    assert all(
        f"{share}\n{group.capitalize()}\nof the readable time" in slides for group, share in in_words.groups.items()
    )

    rows = load_workbook(tmp_path / "report.xlsx").worksheets[0].iter_rows(values_only=True)
    row = next(row for row in rows if row[0] == "person 1")
    assert [f"{share:.0%}" for share in row[1:5]] == [in_words.read, *in_words.groups.values()]
    assert [f"{share:.0%}" for share in row[5:12]] == list(whole.values())


@pytest.mark.parametrize("name", ["voice with silence", "sound alone"])
def test_the_speech_has_one_length_everywhere(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blank_charts: None
) -> None:
    """12 s of 40 s."""
    found = RECORDINGS[name]()
    overview = Overview.of(found)
    texts = [*on_page(overview, "en"), *in_report(make_content(found, Options(), None)), *in_terminal(overview)]
    texts += in_charts(found, "en", tmp_path, monkeypatch)
    of_speech = [text for text in texts if "peech" in text or "voice" in text]
    told = [share for text in of_speech for share in re.findall(r"(\d+%) of the recording", text)]
    assert len(told) >= 4
    assert set(told) == {"30%"}
    if name == "sound alone":
        assert any(
            "the voice sounds most often like neutral (74% of the speech), next as sad (25%)" in text for text in texts
        )


def test_groups_that_are_defined_otherwise_are_told_everywhere(tmp_path: Path, blank_charts: None) -> None:
    found = made(60.0, 0.2)
    options = Options(groups="positive=happy;negative=angry,disgust")
    write_results(found, tmp_path, options)
    overview, shares = read_overview(tmp_path), shares_of_frames(tmp_path)
    summary = summary_of(overview)
    assert summary is not None
    assert summary["positive"] == pytest.approx(shares["happy"], abs=1e-5)
    assert summary["neutral"] == pytest.approx(sum(shares[n] for n in ("neutral", "sad", "fear", "surprise")), abs=1e-5)
    labels = [figure.label for figure in figures(overview, curves_of(overview)[0], visit("en"))]
    assert labels[:4] == ["Positive", "Neutral", "of it surprise", "Negative"]
    frames = pd.read_csv(tmp_path / "frames.csv").dropna(subset=["happy"])
    assert frames["positive"].to_numpy() == pytest.approx(frames["happy"].to_numpy())
    assert frames["negative"].to_numpy() == pytest.approx((frames["angry"] + frames["disgust"]).to_numpy(), abs=2e-6)
    report = " ".join(in_report(make_content(read_analysis(tmp_path), options, None)))
    assert f"as asked for: {options.groups}." in report
    assert "neutral (fear + neutral + sad + surprise)" in report


def test_the_overview_is_rounded_as_it_is_saved() -> None:
    """So that a percentage told while the results are written is the one that is read from them."""
    overview = Overview.of(made(60.0, 0.2))
    assert Overview.from_dict(overview.to_dict()).to_dict() == overview.to_dict()
    assert Overview.of(made(60.0, 0.2)).findings.curves[0].shares.unread == round(
        overview.findings.curves[0].shares.unread, 6
    )


def with_one_smile(length_s: float, step_s: float) -> Analysis:
    """A neutral face that smiles for a sixteenth of the recording, and does so in its middle."""
    times_s = np.arange(0, length_s, step_s).tolist()
    faces = [
        face(i, t, "happy" if 0.45 * length_s <= t < 0.5125 * length_s else "neutral") for i, t in enumerate(times_s)
    ]
    options = Options(report="docx,pdf,html")
    return analysis(faces, times_s, end_s=length_s, picture_end_s=length_s, options=options)


@pytest.mark.slow
@pytest.mark.parametrize(("length_s", "step_s"), [(60.0, 0.2), (7200.0, 2.0)])
def test_every_place_tells_the_time_of_the_same_moment(length_s: float, step_s: float, tmp_path: Path) -> None:
    analysis_of_smile = with_one_smile(length_s, step_s)
    write_results(analysis_of_smile, tmp_path, analysis_of_smile.options)
    overview = read_overview(tmp_path)
    told = visit("en")
    curve = curves_of(overview)[0]
    (moment,) = curve.findings.moments
    assert moment.time_s == pytest.approx(0.48125 * length_s, abs=curve.line.bin_s)
    time = clock(moment.time_s, "en")

    assert f"highest at {time}" in answer(overview)
    assert f"is highest at {time} (" in sentences(overview, told)
    (card,) = timeline(overview, curve, "valence", None, told)["moments"]
    assert card["title"].startswith(f"{time} ")
    for name, read in READERS.items():
        assert f"highest at {time} (" in re.sub(r"\s+", " ", read(tmp_path / name)), name
    compared = table([overview], panel_of([overview], "valence"), "valence", told)
    assert list(compared["Highest at"]) == [time]

    bold = np.array(timeline(overview, curve, "valence", None, told)["curves"][0]["values"], dtype=float)
    assert bold[int(moment.time_s / STEP_S)] == pytest.approx(np.nanmax(bold), abs=0.02)
    drawn = valence(overview.curves[0].drawn)
    assert drawn[moment.bin] == pytest.approx(valence(curves_drawn(analysis_of_smile)[0].drawn_scores).max(), abs=0.02)
