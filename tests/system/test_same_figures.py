"""One figure, told everywhere the same: by the frames, the page, the report, the chart, the terminal and the API."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from emoclassify.analysis import Analysis
from emoclassify.cli.analyze import _answer
from emoclassify.jobs.summary import summary_of
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.charts.shares import draw_shares
from emoclassify.outputs.folder import write_results
from emoclassify.outputs.saved import read_overview
from emoclassify.overview import Overview
from emoclassify.settings import Options
from tests.support.findings import analysis, face
from tests.support.reported import READERS
from webapp.parts.outcome import curves_of
from webapp.parts.sentences import sentences
from webapp.parts.session import Visit
from webapp.parts.texts import texts_in
from webapp.server.connections import client_of
from webapp.views.result_tabs import share_rows

LONGEST_STEP_S = 5.0
"""A pause is longer; none is made here."""


def made(length_s: float, step_s: float) -> Analysis:
    """A face that changes every moment, is doubtful now and then and away for a while, looked at unevenly."""
    draw = np.random.default_rng(round(length_s))
    times_s = np.cumsum(draw.uniform(0.5 * step_s, 1.5 * step_s, round(length_s / step_s)))
    times_s = times_s[times_s < length_s]
    emotions = draw.choice(EMOTIONS, len(times_s), p=[0.05, 0.02, 0.03, 0.2, 0.5, 0.15, 0.05])
    faces = [
        face(i, float(t), str(emotion), reason="dark" if draw.random() < 0.05 else "")
        for i, (t, emotion) in enumerate(zip(times_s, emotions, strict=True))
        if not 0.6 < t / length_s < 0.7
    ]
    options = Options(report="docx,pdf,html")
    return analysis(faces, times_s.tolist(), end_s=length_s, picture_end_s=length_s, options=options)


def shares_of_frames(folder: Path, end_s: float) -> dict[str, float]:
    """The share of the whole time in which each emotion is shown, counted from frames.csv by hand."""
    frames = pd.read_csv(folder / "frames.csv")
    lasts_s = np.diff(np.append(frames["timestamp"], end_s))
    assert lasts_s.max() < LONGEST_STEP_S
    assert (frames["shown"].notna() == ((frames["success"] == 1) & (frames["quality_ok"] == 1))).all()
    return {emotion: lasts_s[frames["shown"] == emotion].sum() / end_s for emotion in EMOTIONS}


def percent(share: float) -> str:
    return f"{round(100 * share)}%"


@pytest.fixture(params=[(8.0, 0.2), (60.0, 0.2), (2400.0, 0.5)], ids=["8 s", "60 s", "40 min"])
def recording(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, dict[str, float]]:
    """The folder of its results, and its shares by the frames."""
    found = made(*request.param)
    write_results(found, tmp_path, found.options)
    return tmp_path, shares_of_frames(tmp_path, found.end_s)


@pytest.mark.slow
def test_every_place_tells_the_shares_of_the_frames(
    recording: tuple[Path, dict[str, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, shares = recording
    overview = read_overview(folder)
    main = overview.findings.main
    assert main is not None
    assert dict(zip(EMOTIONS, main.shares.leading, strict=True)) == pytest.approx(shares, abs=2e-6)
    assert main.shares.unread == pytest.approx(1 - sum(shares.values()), abs=2e-6)

    lengths_s = dict.fromkeys(EMOTIONS, 0.0)
    for span, emotion in overview.curves[0].shown:
        lengths_s[emotion] += span.duration_s
    of_strip = {emotion: length_s / overview.end_s for emotion, length_s in lengths_s.items()}
    assert of_strip == pytest.approx(shares, abs=1e-5)

    summary = summary_of(overview)
    assert summary is not None
    assert {name: summary["shares"][name] for name in EMOTIONS} == pytest.approx(shares, abs=2e-6)

    top = max(shares, key=lambda name: shares[name])
    of_read = percent(shares[top] / sum(shares.values()))
    assert f"mostly {top} ({of_read} of" in _answer(overview)
    visit = Visit("en", texts_in("en"), client_of("http://127.0.0.1:1", ""), "")
    assert f"mostly as {top} ({of_read})" in sentences(overview, visit)
    for name, read in READERS.items():
        report = re.sub(r"\s+", " ", read(folder / name))
        assert f"reads most often as “{top}” ({of_read} of the time in which it can be read)" in report, name

    expected = [*(percent(shares[emotion]) for emotion in EMOTIONS), percent(1 - sum(shares.values()))]
    assert [row.note for row in share_rows(curves_of(overview)[0], visit)] == expected
    assert chart_labels(folder, monkeypatch) == expected


def chart_labels(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The percentages at the bars of the chart of shares."""
    from emoclassify.outputs.saved import read_analysis

    figures: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: figures.append(figure))
    draw_shares(read_analysis(folder), folder / "shares", "en")
    return [text.get_text() for text in figures[0].axes[0].texts]


def test_the_overview_is_rounded_as_it_is_saved() -> None:
    """So that a percentage told while the results are written is the one that is read from them."""
    overview = Overview.of(made(60.0, 0.2))
    assert Overview.from_dict(overview.to_dict()).to_dict() == overview.to_dict()
    assert Overview.of(made(60.0, 0.2)).findings.curves[0].shares.unread == round(
        overview.findings.curves[0].shares.unread, 6
    )
