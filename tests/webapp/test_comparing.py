"""Recordings side by side: their panel, its mean and range, and how they are drawn."""

import csv
import io
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from emoclassify.settings import Options
from tests.support.findings import analysis, face, voice
from tests.support.pages import analysis_with, checked, found, visit
from webapp.parts.panel import other_groups_names, panel_of, repeated_names
from webapp.parts.tables import as_text
from webapp.views import compare


def test_recordings_side_by_side() -> None:
    short = analysis([face(0, 0.0), face(1, 0.5)], [0.0, 0.5], end_s=1.0, picture_end_s=1.0)
    shown = panel_of([found(), found(short)], "positive")
    assert shown.names == ("made.mp4 (1)", "made.mp4 (2)")
    assert shown.values.shape == (2, 8)
    assert np.isnan(shown.values[1, 2:]).all()
    assert shown.mean[0] == pytest.approx(shown.values[:, 0].mean())
    assert np.isnan(shown.mean[2])  # a gap in the one, over in the other
    assert (shown.low[0], shown.high[0]) == (shown.values[:, 0].min(), shown.values[:, 0].max())
    table = pd.read_csv(io.BytesIO(shown.to_csv()))
    assert list(table.columns) == ["t", *shown.names, "mean", "lowest", "highest", "n"]
    assert list(table["n"]) == [2, 2, 0, 0, 1, 1, 1, 1]
    assert list(table["t"]) == [0.5 * i for i in range(8)]


def test_mean_and_range_are_of_faces_where_there_are_any() -> None:
    heard, seen = found(analysis([], [], [voice(0.0, 4.0, "angry")])), found()
    both = panel_of([seen, heard, seen], "negative")
    faces = panel_of([seen, seen], "negative")
    assert both.of_voice == (False, True, False)
    for mixed, alone in ((both.mean, faces.mean), (both.low, faces.low), (both.high, faces.high)):
        np.testing.assert_array_equal(mixed, alone)
    assert list(pd.read_csv(io.BytesIO(both.to_csv()))["n"]) == [2, 2, 0, 0, 2, 2, 2, 2]
    voices = panel_of([heard, heard], "negative")
    np.testing.assert_array_equal(voices.mean, voices.values[0])
    table = compare.table([seen, heard], panel_of([seen, heard], "negative"), "negative", visit())
    assert list(table["Read from"]) == ["Face", "Voice"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "  =", "\uff1d"])
def test_a_name_is_no_formula_in_a_spreadsheet(start: str) -> None:
    name = f"{start}cmd|' /C calc'!A0.mp4"
    named = [found(analysis_with(checked(), source=replace(checked().source, name=one))) for one in (name, "b.mp4")]
    _, first, second, *_ = next(csv.reader(io.StringIO(panel_of(named, "valence").to_csv().decode(), newline="")))
    assert (first.strip(), second) in ((f"'{name}", "b.mp4"), (name.strip(), "b.mp4"))
    assert not first.lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("name", ["t", "mean", "lowest", "n", "'=a"])
def test_a_recording_called_as_another_column_keeps_its_own(name: str) -> None:
    sources = (replace(checked().source, name=one) for one in (name, "=a"))
    panel = panel_of([found(analysis_with(checked(), source=source)) for source in sources], "valence")
    head, first, *_ = csv.reader(io.StringIO(panel.to_csv().decode(), newline=""))
    assert (head[0], head[2], head[3:]) == ("t", "'=a", ["mean", "lowest", "highest", "n"])
    assert head[1].removeprefix("''") == name.removeprefix("'")
    assert [float(cell) for cell in first[1:4]] == pytest.approx([*panel.values[:, 0], panel.mean[0]], abs=1e-6)


def test_a_name_is_no_markup_in_the_table() -> None:
    name = "![](https://example.com/seen.png) **a** :red[b] $x$.mp4"
    named = [found(analysis_with(checked(), source=replace(checked().source, name=one))) for one in (name, "b.mp4")]
    cell, _ = as_text(compare.table(named, panel_of(named, "valence"), "valence", visit()))["Name"]
    assert re.sub(r"\\(.)", r"\1", cell) == name
    assert not re.search(r"(?<!\\)[\[\]*:$!]", cell)


def test_the_same_recording_twice_is_noticed_by_its_bytes() -> None:
    first, other = found(), found(analysis_with(checked(), source=replace(checked().source, sha256="1" * 64)))
    assert repeated_names([first, other], ("a", "b")) == []
    assert repeated_names([first, other, first], ("a", "b", "c")) == ["a", "c"]


def test_recordings_with_other_groups_than_most_are_named() -> None:
    usual = found()
    other = found(analysis_with(checked(), options=Options(groups="positive=happy;negative=angry,sad")))
    assert other_groups_names([usual, usual], ("a", "b")) == []
    assert other_groups_names([usual, other, usual], ("a", "b", "c")) == ["b"]
    assert other_groups_names([other, usual], ("a", "b")) == ["a"]  # of as many, the program's own are the usual ones
    assert other_groups_names([other, other], ("a", "b")) == []


@pytest.mark.parametrize(
    ("n", "n_curves"), [(compare._MOST_CURVES, compare._MOST_CURVES + 1), (compare._MOST_CURVES + 1, 1)]
)
def test_more_recordings_than_can_be_told_apart_are_drawn_as_mean_and_range(n: int, n_curves: int) -> None:
    panel = panel_of([found()] * n, "valence")
    drawn = compare.chart(panel, "valence", [found()] * n, visit())
    assert len({(curve["colour"], curve.get("dash")) for curve in drawn["curves"]}) == len(drawn["curves"]) == n_curves
    assert len(compare.table([found()] * n, panel, "valence", visit())) == n
