"""What a speech model said, counted by corpus and speaker; and its temperature."""

from pathlib import Path

import numpy as np
import pytest

from emoclassify.labels import EMOTIONS
from voice_model.calibrate import Logits, fit_temperature
from voice_model.corpora import Clip
from voice_model.scored import Scored

pytestmark = pytest.mark.whole


def scored(speakers: list[str], truth: list[int], guesses: list[int]) -> Scored:
    corpora = np.array(["a"] * len(truth))
    return Scored(np.eye(7, dtype=np.float32)[guesses], np.array(truth), corpora, np.array(speakers))


def test_a_report_counts_right() -> None:
    found = scored(["x", "x", "y", "y"], [0, 0, 0, 3], [0, 0, 6, 3]).report()
    assert (found.clips, found.speakers, found.accuracy) == (4, 2, 0.75)
    assert found.recall == {"angry": pytest.approx(2 / 3), "happy": 1.0}
    assert found.uar == pytest.approx(5 / 6)
    assert found.confusion[0] == [2, 0, 0, 0, 0, 0, 1]


def test_scores_are_recorded_with_their_speakers() -> None:
    told = scored(["x", "x", "y", "y"], [0, 1, 2, 3], [0, 1, 2, 3]).record("made, test speakers")
    assert (told["set"], told["n"], told["people"], told["accuracy"]) == ("made, test speakers", 4, 2, 1)
    assert told["interval_95"] == {"uar": [1, 1]}
    assert told["labels"] == list(EMOTIONS)


def test_the_interval_is_over_speakers() -> None:
    # One speaker is always understood, the other never: more clips of the same two say no more.
    for clips in (10, 1000):
        found = scored(["x"] * clips + ["y"] * clips, [0] * 2 * clips, [0] * clips + [1] * clips).report()
        assert (found.uar, found.interval_95) == (0.5, (0.0, 1.0))


def test_what_was_scored_is_kept(tmp_path: Path) -> None:
    parts = [scored(["x"], [0], [1]), scored(["y"], [2], [2])]
    Scored.joined(parts).save(tmp_path / "found.npz")
    found = Scored.load(tmp_path / "found.npz")
    assert found.speakers.tolist() == ["x", "y"]
    assert found.scores.argmax(axis=1).tolist() == [1, 2]
    assert found.by_corpus()["a"].report().accuracy == 0.5


def test_the_temperature_makes_confidence_what_is_right() -> None:
    # Logits so sure that each is right 99 times in 100, and 7 clips of 10 are right.
    rows = np.log(np.array([[0.99, *[0.01 / 6] * 6]] * 10, dtype=np.float32))
    truth = ["angry"] * 7 + ["sad"] * 3
    clips = [Clip(Path(str(place)), "a", f"a/{place}", emotion) for place, emotion in enumerate(truth)]
    logits = Logits(rows, np.arange(10))
    temperature = fit_temperature(logits, clips)
    assert temperature > 1
    assert logits.scores(temperature).max(axis=1) == pytest.approx(np.full(10, 0.7), abs=0.02)


def test_logits_of_a_clip_are_the_mean_of_its_windows(tmp_path: Path) -> None:
    rows = np.log(np.eye(7, dtype=np.float32)[[0, 1, 2]] + 1e-9)
    one, other = Logits(rows[:2], np.array([0, 0])), Logits(rows[2:], np.array([0]))
    Logits.joined([one, other]).save(tmp_path / "logits.npz")
    scores = Logits.load(tmp_path / "logits.npz").scores(1.0)
    pure = np.eye(7)
    np.testing.assert_allclose(scores, np.stack([(pure[0] + pure[1]) / 2, pure[2]]), atol=1e-6)
