"""Readings told against a person's own face at rest: made scores whose right answer is known."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from emoclassify.analysis import Analysis
from emoclassify.errors import UsageError
from emoclassify.faces.baseline import LEAST_READINGS, MOST_LOG_ODDS, all_against, baselines_of
from emoclassify.faces.read import FacesRead
from emoclassify.faces.reading import FaceReading
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.settings import Options
from emoclassify.stages import compare_with_rest
from emoclassify.timeline import Span
from tests.support.findings import analysis, face, mostly
from tests.support.sources import PACKAGE

HAPPY, NEUTRAL, SAD = (EMOTIONS.index(name) for name in ("happy", "neutral", "sad"))
SCHEMA = PACKAGE / "assets" / "analysis.schema.json"
STEP_S = 0.2
REST = Span(0.0, 2.0)
N_REST = 10
SUM_TOLERANCE = 1e-5  # float32


def scored(i: int, scores: Scores, person: int = 1, reason: str = "") -> FaceReading:
    return replace(face(i, i * STEP_S, person=person, reason=reason), scores=scores)


def mixed(happy: float, sad: float) -> Scores:
    """Happy and sad as given, 0.01 of each of four others, the rest neutral."""
    scores = np.full(7, 0.01, np.float32)
    scores[[HAPPY, SAD]] = happy, sad
    scores[NEUTRAL] = 0.0
    scores[NEUTRAL] = 1.0 - scores.sum()
    return scores


def rest_then(*later: Scores, at_rest: Scores, person: int = 1) -> list[FaceReading]:
    return [scored(i, row, person) for i, row in enumerate([at_rest] * N_REST + list(later))]


def told(readings: list[FaceReading]) -> tuple[FaceReading, ...]:
    return all_against(readings, baselines_of(readings, REST))


def test_a_sad_looking_face_at_rest_is_neutral_and_the_same_face_smiling_is_happier_than_before() -> None:
    readings = rest_then(mixed(0.4, 0.2), at_rest=mixed(0.01, 0.5))
    first, *_, smile = told(readings)
    assert first.scores[NEUTRAL] > 0.7 > readings[0].scores[NEUTRAL]
    assert smile.scores[SAD] < readings[-1].scores[SAD]
    assert smile.scores[HAPPY] > readings[-1].scores[HAPPY]


def test_two_people_with_the_same_change_are_told_the_same_whatever_their_faces_at_rest() -> None:
    """A change is a factor on the odds; the face at rest drops out, as long as it is not beyond the limit."""
    change = np.ones(7)
    change[HAPPY] = 20.0
    faces_at_rest = (mixed(0.03, 0.02), mixed(0.05, 0.10))
    ends = []
    for at_rest in faces_at_rest:
        smiling = (at_rest * change / (at_rest * change).sum()).astype(np.float32)
        ends.append(told(rest_then(smiling, at_rest=at_rest))[-1].scores)
    np.testing.assert_allclose(ends[0], ends[1], atol=SUM_TOLERANCE)


def test_no_odds_move_farther_than_the_limit_and_scores_stay_scores() -> None:
    readings = rest_then(mostly("happy", 0.99), mixed(0.3, 0.3), at_rest=mostly("happy", 0.999))
    (baseline,) = baselines_of(readings, REST)
    assert np.abs(baseline.log_odds).max() == pytest.approx(MOST_LOG_ODDS)
    assert baseline.log_odds[NEUTRAL] == 0.0
    assert not baseline.is_neutral
    for reading in told(readings):
        assert reading.scores.sum() == pytest.approx(1.0, abs=SUM_TOLERANCE)
        assert (reading.scores >= 0).all()
        assert reading.scores.dtype == np.float32


def test_an_emotion_that_the_model_does_not_know_stays_unknown() -> None:
    without = mixed(0.1, 0.1)
    without[EMOTIONS.index("disgust")] = 0.0
    readings = rest_then(without, at_rest=without / without.sum())
    assert told(readings)[-1].scores[EMOTIONS.index("disgust")] == 0.0


def test_each_person_has_a_face_of_their_own_and_doubtful_or_few_readings_are_none() -> None:
    readings = rest_then(at_rest=mixed(0.01, 0.5))
    readings += [scored(i, mixed(0.5, 0.01), person=2) for i in range(LEAST_READINGS - 1)]
    readings += [scored(i, mixed(0.5, 0.01), person=3, reason="blurred") for i in range(N_REST)]
    (baseline,) = baselines_of(readings, REST)
    assert (baseline.person, baseline.n_readings) == (1, N_REST)
    for before, after in zip(readings[N_REST:], told(readings)[N_REST:], strict=True):
        np.testing.assert_array_equal(before.scores, after.scores)


@pytest.mark.parametrize(
    ("text", "rest_s"), [("", None), ("5", (0.0, 5.0)), ("12-20", (12.0, 20.0)), ("0.5-1.5", (0.5, 1.5))]
)
def test_the_option_names_a_stretch(text: str, rest_s: tuple[float, float] | None) -> None:
    assert Options(baseline=text).rest_s == rest_s


@pytest.mark.parametrize("text", ["x", "-3", "5-2", "5-5", "nan", "1-inf", "0", "1-2-3", "-"])
def test_what_is_no_stretch_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match=r"baseline must be seconds .* but is"):
        Options(baseline=text)


def test_notes_tell_that_it_was_done_and_for_whom_it_could_not_be() -> None:
    readings = rest_then(at_rest=mixed(0.01, 0.1))
    readings += rest_then(at_rest=mostly("happy", 0.9), person=2)
    readings += [scored(20, mixed(0.1, 0.1), person=3)]
    faces, notes = compare_with_rest(FacesRead((), tuple(readings)), (REST.start_s, REST.end_s))
    assert [baseline.person for baseline in faces.baselines] == [1, 2]
    assert [(note.code, note.fields.get("person")) for note in notes] == [
        ("baseline_not_neutral", 2),
        ("baseline_missing", 3),
        ("baseline_subtracted", None),
    ]


def test_what_was_subtracted_is_in_the_result_and_read_back() -> None:
    readings = rest_then(at_rest=mixed(0.01, 0.5))
    baselines = baselines_of(readings, REST)
    times_s = [reading.time_s for reading in readings]
    told_analysis = analysis(readings, times_s, baselines=baselines)
    content = told_analysis.to_dict()
    assert len(content["baselines"]) == 1
    jsonschema.validate(content, json.loads(SCHEMA.read_text(encoding="utf-8")))
    back = Analysis.from_dict(content)
    np.testing.assert_allclose(back.baselines[0].log_odds, baselines[0].log_odds, atol=SUM_TOLERANCE)
    assert "baselines" not in analysis(readings, times_s).to_dict()


@pytest.mark.model
def test_a_smile_that_is_the_neutral_stretch_is_told_as_none_and_the_note_says_so(tmp_path: Path) -> None:
    from emoclassify import analyze
    from tests.support.made import even, portrait, write_video

    path = tmp_path / "smile.mp4"
    write_video(path, even([portrait()] * 50))
    plain, compared = analyze(path), analyze(path, Options(baseline="2"))
    assert plain.faces[0].scores[HAPPY] > compared.faces[0].scores[HAPPY]
    assert {note.code for note in compared.warnings} >= {"baseline_subtracted", "baseline_not_neutral"}
    assert compared.baselines
    assert not plain.baselines
