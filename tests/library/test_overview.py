"""overview.json: what it holds, that it comes back the same, and that an older result has one too."""

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from emoclassify.analysis import Analysis
from emoclassify.errors import ResultError
from emoclassify.outputs.folder import write_results
from emoclassify.outputs.saved import read_overview
from emoclassify.overview import Overview
from emoclassify.settings import Options
from tests.support.findings import analysis, face, in_turn, voice, with_a_gap
from tests.support.reported import KINDS
from tests.support.written import saved_as


def schema_named(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((files("emoclassify") / "assets" / name).read_text())
    return schema


SCHEMAS = Registry().with_resources(
    [
        (name, DRAFT202012.create_resource(schema_named(name)))
        for name in ("analysis.schema.json", "overview.schema.json")
    ]
)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_is_saved_is_strict_json_of_the_schema_and_comes_back_the_same(kind: str) -> None:
    saved = Overview.of(KINDS[kind]).to_dict()
    content = json.loads(json.dumps(saved, allow_nan=False))
    jsonschema.Draft202012Validator(schema_named("overview.schema.json"), registry=SCHEMAS).validate(content)
    assert json.loads(json.dumps(Overview.from_dict(content).to_dict())) == content


def test_gaps_and_doubtful_stretches() -> None:
    times_s = [round(0.2 * i, 1) for i in range(20)]
    faces = [face(i, t, reason="blurred" if 3.0 <= t < 3.5 else "") for i, t in enumerate(times_s) if not 1 <= t < 2]
    curve = Overview.of(analysis(faces, times_s)).curves[0]
    assert curve.gaps == ((1.0, 2.0), (3.0, 3.5))
    (stretch,) = curve.doubtful
    assert stretch == pytest.approx((3.0, 3.6))
    assert np.isnan(curve.scores[2:4]).all()
    assert len(curve.scores) == 8


def test_what_was_not_looked_at_is_no_gap_and_the_drawn_line_goes_on_there() -> None:
    """One frame in two seconds: three half seconds of four hold none. The face is away from 40 s to 60 s."""
    times_s = [2.0 * i for i in range(60)]
    faces = [face(i, t) for i, t in enumerate(times_s) if not 40 <= t < 60]
    (curve,) = Overview.of(analysis(faces, times_s, end_s=120.0, picture_end_s=120.0)).curves
    assert curve.gaps == ((40.0, 60.0),)
    is_gap = np.isnan(curve.drawn_on_steps[:, 0])
    assert np.flatnonzero(is_gap).tolist() == list(range(80, 120))


def test_the_line_on_the_half_seconds_is_the_drawn_one() -> None:
    (curve,) = Overview.of(in_turn(("happy", 200), ("sad", 300))).curves
    assert curve.bin_s == 2.0
    middles = (np.arange(len(curve.drawn)) * 4 + 2).tolist()  # a bin's middle lies between two half seconds
    lines = curve.drawn_on_steps
    assert (lines[middles] + lines[[i - 1 for i in middles]]) / 2 == pytest.approx(curve.drawn, abs=0.03)


def test_the_curve_reaches_to_the_end_of_the_recording() -> None:
    curve = Overview.of(replace(with_a_gap(), end_s=6.0)).curves[0]
    assert len(curve.scores) == 12
    assert curve.gaps[-1] == (4.0, 6.0)


def test_a_voice_alone_has_its_curve() -> None:
    (curve,) = Overview.of(analysis([], [], [voice(0.0, 2.0, "angry")])).curves
    assert curve.person is None
    assert curve.gaps == ((2.0, 4.0),)


def test_it_holds_no_frames(tmp_path: Path) -> None:
    times_s = list(np.arange(0, 600, 0.1))
    found = analysis([face(i, t) for i, t in enumerate(times_s)], times_s, end_s=600.0, picture_end_s=600.0)
    write_results(found, tmp_path, Options())
    sizes = {name: (tmp_path / name).stat().st_size for name in ("overview.json", "analysis.json")}
    assert sizes["overview.json"] < sizes["analysis.json"] / 5


def test_results_of_an_older_version_have_one_too(tmp_path: Path) -> None:
    saved = saved_as(2, "compared")
    (tmp_path / "analysis.json").write_text(json.dumps(saved))
    assert read_overview(tmp_path).to_dict() == Overview.of(Analysis.from_dict(saved)).to_dict()


def test_an_overview_of_an_older_schema_is_made_again(tmp_path: Path) -> None:
    """Schema 1 counted the shares from single readings."""
    write_results(with_a_gap(), tmp_path, Options())
    content = json.loads((tmp_path / "overview.json").read_text())
    (tmp_path / "overview.json").write_text(json.dumps({**content, "schema": 1, "findings": None}))
    assert read_overview(tmp_path).to_dict() == content
    (tmp_path / "overview.json").write_text(json.dumps({**content, "schema": 99}))
    with pytest.raises(ResultError, match="schema 99"):
        read_overview(tmp_path)


@pytest.mark.parametrize("change", [{"schema": 99}, {"curves": [{}]}, {"findings": 3}])
def test_other_content_is_one_clear_error(change: dict[str, object]) -> None:
    with pytest.raises(ResultError, match="analyze"):
        Overview.from_dict({**Overview.of(with_a_gap()).to_dict(), **change})
