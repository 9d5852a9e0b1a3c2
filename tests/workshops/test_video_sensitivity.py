"""The measure of faint smiles, on scores whose figures can be counted by hand."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from emoclassify.errors import UsageError
from emoclassify.faces.detections import Detections
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.media.nouns import Rgb
from emoclassify.timeline import Timeline
from tests.support.findings import mostly, times_every
from video.sensitivity import Smiles, Talkers, read_smiles, table

pytestmark = pytest.mark.whole

STEP_S = 0.04


class Everything:
    """Finds the whole picture."""

    def detect(self, rgb: Rgb, min_face: float) -> Detections:
        height, width = rgb.shape[:2]
        boxes = np.array([[0, 0, width, height]], np.float32)
        return Detections(boxes, np.ones(1, np.float32), np.zeros((1, 5, 2), np.float32))

    def refine(self, rgb: Rgb, boxes_xyxy: npt.NDArray[np.float32]) -> Detections:
        return self.detect(rgb, 0.0)


class Lightness:
    """The lighter, the happier; the rest is neutral."""

    at_once = 8

    def predict(self, crops: list[Rgb]) -> Scores:
        scores = np.zeros((len(crops), 7), np.float32)
        scores[:, EMOTIONS.index("happy")] = [crop.mean() / 255 for crop in crops]
        scores[:, EMOTIONS.index("neutral")] = 1 - scores.sum(axis=1)
        return scores


def talker(*emotions: str | None) -> Timeline:
    gap = np.full(7, np.nan, np.float32)
    rows = [gap if emotion is None else mostly(emotion, 0.9) for emotion in emotions]
    return Timeline(times_every(STEP_S, len(rows)), np.array(rows, np.float32).reshape(-1, 7))


def test_smiles_that_all_score_higher_are_told_apart_and_equal_ones_are_a_toss() -> None:
    low, high = np.array([0.1, 0.2]), np.array([0.3, 0.4])
    assert (Smiles("all", low, high, high).auc, Smiles("all", low, high, high).own) == (1.0, 1.0)
    assert Smiles("all", low, low, low).auc == 0.5
    assert Smiles("all", high, low, low).auc == 0.0


def test_a_face_of_ones_own_is_the_fairer_comparison() -> None:
    """Whoever looks happy at rest smiles more still: own faces are told apart, those of others not all."""
    smiles = Smiles("all", np.array([0.1, 0.5]), np.array([0.3, 0.7]), np.array([0.3, 0.7]))
    assert smiles.own == 1.0
    assert smiles.auc == 0.75


def test_false_smiles_are_runs_and_a_gap_ends_one() -> None:
    one_minute = ["neutral"] * round(60 / STEP_S)
    one_minute[10:20] = ["happy"] * 10
    one_minute[100:103] = ["happy", None, "happy"]  # type: ignore[list-item]
    talkers = Talkers((talker(*one_minute),))
    assert talkers.smiles_a_minute(0.5) == pytest.approx(3, rel=0.01)
    assert talkers.smiles_a_minute(0.95) == 0
    assert talkers.longest_s == pytest.approx(10 * STEP_S)
    assert talkers.neutral_share == pytest.approx(1 - 12 / 1499)


def test_two_emotions_in_turn_are_two_short_ones() -> None:
    assert Talkers((talker("sad", "sad", "fear", "fear"),)).longest_s == pytest.approx(2 * STEP_S)


def test_people_are_read_from_both_photographs_and_grouped_by_sex(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("face_id,face_gender\n1,female\n2,male\n", encoding="utf-8")
    for kind, number, shade in (("neutral", 1, 51), ("smiling", 1, 204), ("neutral", 2, 51), ("smiling", 2, 102)):
        (tmp_path / kind).mkdir(exist_ok=True)
        Image.new("RGB", (64, 64), (shade,) * 3).save(tmp_path / kind / f"{number}.jpg", quality=100)
    everybody, women, men = read_smiles(tmp_path, Everything(), Lightness())
    assert (everybody.group, women.group, men.group) == ("all", "female", "male")
    assert women.smiling == pytest.approx([0.8], abs=0.01)
    assert men.smiling == pytest.approx([0.4], abs=0.01)
    still = Talkers((talker("neutral", "neutral"),))
    assert men.against_own[0] < men.smiling[0], "whoever looks a little happy at rest must smile more"
    text = table([everybody, women, men], {"as read": still, "as shown": still})
    assert "| 0.5 | 0 of 2 | 1 of 2 | 0 of 1 | 1 of 1 |" in text
    assert "| false smiles a minute, as read | false smiles a minute, as shown |" in text


def test_a_folder_without_people_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no people\.csv"):
        read_smiles(tmp_path, Everything(), Lightness())
