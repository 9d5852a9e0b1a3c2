import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import jsonschema
import numpy as np
import pytest

from emoclassify.analysis import Analysis
from emoclassify.errors import ResultError
from emoclassify.findings import findings_of
from emoclassify.settings import Options
from tests.support.findings import analysis, face, laughter, mostly, voice, with_a_gap
from tests.support.written import saved_as

SCHEMA = json.loads((files("emoclassify") / "assets" / "analysis.schema.json").read_text())


@pytest.mark.parametrize(
    "made", [with_a_gap(), analysis([], [0.0, 0.2], []), analysis([], []), analysis([face(0, 0.0)], [0.0]),
     Analysis.from_dict(replace(with_a_gap(), options=Options(double_check=True)).to_dict()),
     replace(with_a_gap(), frames=tuple(replace(frame, cut=frame.frame == 3) for frame in with_a_gap().frames)),
     analysis([face(i, 0.2 * i) for i in range(10)], [0.2 * i for i in range(10)], [voice(0, 1), laughter(1, 2)],
              options=Options(double_check=True)),
     analysis([], [], [laughter(1, 2)])],
    ids=["a gap", "nothing found", "nothing looked at", "one frame", "compared", "a cut", "a laugh", "laughter alone"],
)  # fmt: skip
def test_what_is_saved_is_strict_json_of_the_schema_and_comes_back_the_same(made: Analysis) -> None:
    text = json.dumps(made.to_dict(), allow_nan=False)
    jsonschema.validate(json.loads(text), SCHEMA, jsonschema.Draft202012Validator)
    assert Analysis.from_dict(json.loads(text)).to_dict() == json.loads(text)
    assert Analysis.from_dict(json.loads(text)).frames == made.frames


@pytest.mark.parametrize("name", ["a_gap", "compared", "no_picture", "a_still", "demo"])
def test_what_schema_2_saved_is_read(name: str) -> None:
    """Files that the last version with schema 2 wrote: three made ones, and the demo recording's."""
    saved = saved_as(2, name)
    read = Analysis.from_dict(saved)
    told = [{"code": "as_told", "fields": {"text": sentence}, "text": sentence} for sentence in saved["warnings"]]
    content = json.loads(json.dumps(read.to_dict()))
    options = {**Options().to_dict(), **saved["options"]}  # later options have their defaults
    assert without_verdicts(content) == without_verdicts({**saved, "schema": 4, "options": options, "warnings": told})
    assert [warning.in_language("ru") for warning in read.warnings] == saved["warnings"]
    jsonschema.validate(json.loads(json.dumps(read.to_dict())), SCHEMA, jsonschema.Draft202012Validator)


def without_verdicts(content: dict[str, Any]) -> dict[str, Any]:
    """Without what older versions judged by another rule."""
    segments = [{**item, "verdict": None, "reason": ""} for item in content["segments"] or ()]
    return {**content, "crosscheck": None, "segments": segments}


@pytest.mark.parametrize(
    ("name", "before", "now"),
    [
        ("a_gap", ["agree", "differ"], [("agree", ""), ("agree", "")]),
        ("compared", ["agree", "differ"], [("agree", ""), ("agree", "")]),
        (
            "sides",
            ["differ"] * 4,
            [
                ("face shows more", ""),
                ("agree", ""),
                ("voice shows more", ""),
                ("cannot tell", "surprise has no side"),
            ],
        ),
        ("opposite", ["differ"], [("differ", "")]),
        ("demo", ["differ", "differ"], [("face shows more", ""), ("face shows more", "")]),
    ],
)
def test_what_schema_3_saved_is_read_and_judged_as_now(
    name: str, before: list[str], now: list[tuple[str, str]]
) -> None:
    """Files that the last version with schema 3 wrote: made ones, and the demo recording's."""
    saved = saved_as(3, name)
    assert [segment["verdict"] for segment in saved["segments"] or ()] == before
    read = Analysis.from_dict(saved)
    assert [(segment.verdict, segment.reason) for segment in read.segments] == now
    content = json.loads(json.dumps(read.to_dict()))
    options = {**Options().to_dict(), **saved["options"]}
    assert without_verdicts(content) == without_verdicts({**saved, "schema": 4, "options": options})
    jsonschema.validate(content, SCHEMA, jsonschema.Draft202012Validator)


def test_the_schema_refuses_what_does_not_belong() -> None:
    content = with_a_gap().to_dict()
    content["faces"][0]["scores"] = content["faces"][0]["scores"][:6]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, SCHEMA)


def test_of_a_laugh_no_emotion_is_saved_or_counted() -> None:
    alone = analysis([], [], [voice(0.0, 2.0, "sad")])
    made = analysis([], [], [voice(0.0, 2.0, "sad"), laughter(2.0, 3.0)])
    saved = made.to_dict()
    assert [(item["scores"], item["confidence"], item["sound"]) for item in saved["voice"][1:]] == [
        (None, None, "laughter")
    ]
    assert (saved["segments"][1]["dominant"], saved["segments"][1]["sound"]) == (None, "laughter")
    assert "sound" not in saved["voice"][0]
    assert saved["echo_mean"] == alone.to_dict()["echo_mean"]
    np.testing.assert_array_equal(made.voice_series().n_valid, alone.voice_series().n_valid)
    voices = [findings_of(heard).voice for heard in (made, alone)]
    assert [heard.shares.read for heard in voices if heard] == [0.5, 0.5]  # 2 s of 4


def test_all_speech_as_one_is_saved() -> None:
    assert analysis([], []).to_dict()["echo_mean"] == {"faces": [], "voice": None, "both": None}
    assert analysis([], [], []).to_dict()["echo_mean"]["voice"] is None
    told = analysis([], [], [voice(1.0, 2.0, "sad"), voice(2.5, 3.0, "happy")]).to_dict()["echo_mean"]
    assert (told["voice"]["speech_s"], told["voice"]["dominant"]) == (1.5, "sad")
    assert told["voice"]["confidence"] == pytest.approx((2 * 0.7 + 0.05) / 3)
    assert told["voice"]["coverage"] == 1.5 / 4
    assert told["both"] is None


def test_the_mean_of_a_face_goes_by_time_not_by_frames() -> None:
    """Ten frames of the first second are happy, two of the other three sad: 1 s against 3 s."""
    times_s = [0.1 * i for i in range(10)] + [1.0, 2.5]
    found = analysis([face(i, t, "happy" if t < 0.95 else "sad") for i, t in enumerate(times_s)], times_s)
    (told,) = found.to_dict()["echo_mean"]["faces"]
    assert (told["person"], told["dominant"], told["seen_s"], told["coverage"]) == (1, "sad", 4.0, 1.0)
    assert told["scores"] == pytest.approx((mostly("happy") + 3 * mostly("sad")) / 4, abs=1e-6)


def test_a_frame_does_not_stand_for_the_time_in_which_the_camera_stopped() -> None:
    """Two seconds of sad, ten minutes of nothing, two seconds of happy: as much of the one as of the other."""
    times_s = [*(0.2 * i for i in range(10)), *(602 + 0.2 * i for i in range(10))]
    faces = [face(i, t, "sad" if t < 5 else "happy") for i, t in enumerate(times_s)]
    (told,) = analysis(faces, times_s, picture_end_s=604.0, end_s=604.0).to_dict()["echo_mean"]["faces"]
    assert told["seen_s"] == pytest.approx(4.0)
    assert told["coverage"] == pytest.approx(4 / 604, abs=1e-6)
    assert told["scores"] == pytest.approx((mostly("sad") + mostly("happy")) / 2, abs=1e-6)


def test_the_coverage_of_a_mean_is_the_time_with_good_readings() -> None:
    times_s = [0.0, 1.0, 2.0, 3.0]
    faces = [face(0, 0.0), face(1, 1.0, "sad", reason="dark"), face(3, 3.0), face(2, 2.0, person=2)]
    told = analysis(faces, times_s, [voice(0, 2)]).to_dict()["echo_mean"]
    assert [(mean["person"], mean["seen_s"], mean["coverage"]) for mean in told["faces"]] == [(1, 2, 0.5), (2, 1, 0.25)]
    assert told["both"]["dominant"] == "happy"


def test_a_still_picture_has_a_mean() -> None:
    (told,) = analysis([face(0, 0.0)], [0.0], picture_end_s=0.0, end_s=0.0).to_dict()["echo_mean"]["faces"]
    assert (told["seen_s"], told["coverage"], told["dominant"]) == (0.0, 1.0, "happy")


def test_a_gap_stays_a_gap() -> None:
    found = with_a_gap()
    line, bins = found.timeline(1), found.series(1)
    away = (line.times_s >= 1.0) & (line.times_s < 2.0)
    assert (line.valid == ~away).all()
    assert bins.n_valid.tolist()[2:4] == [0, 0]
    assert bins.coverage.tolist() == [1, 1, 0, 0, 1, 1, 1, 1]
    assert np.isnan(bins.scores[2:4]).all()


def test_a_doubtful_reading_is_kept_but_not_counted_in_means() -> None:
    found = analysis([face(0, 0.0, "happy"), face(1, 0.2, "sad", reason="turned")], [0.0, 0.2])
    assert found.series(1).n_valid[0] == 1
    assert found.series(1).scores[0].argmax() == 3
    assert len(found.to_dict()["faces"]) == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [({"schema": 99}, "schema 99"), ({"faces": [{}]}, "damaged"), ({"faces": 3}, "damaged")],
)  # fmt: skip
def test_other_content_is_one_clear_error(change: dict[str, object], told: str) -> None:
    with pytest.raises(ResultError, match=told):
        Analysis.from_dict({**with_a_gap().to_dict(), **change})


def test_what_was_heard_on_the_grid_of_the_series() -> None:
    found = analysis([], [], [voice(1.0, 2.0, "sad"), voice(1.5, 3.0, "happy")])
    bins = found.voice_series()
    assert bins.coverage.tolist() == [0, 0, 1, 1, 1, 1, 0, 0]
    assert bins.scores[2] == pytest.approx(mostly("sad"))
    assert bins.scores[3] == pytest.approx((mostly("sad") + mostly("happy")) / 2)
    assert bins.scores[4] == pytest.approx(mostly("happy"))
    short = analysis([], [], [voice(1.2, 1.5), voice(2.0, 2.2)]).voice_series()
    assert short.coverage == pytest.approx([0, 0, 0.6, 0, 0.4, 0, 0, 0])
