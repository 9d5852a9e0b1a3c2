"""The calibration of the expression model: on made logits whose best prior and temperature are known."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from emoclassify.errors import UsageError
from emoclassify.faces.detections import Detections
from emoclassify.faces.network import FaceVitForImageClassification
from emoclassify.labels import EMOTIONS
from emoclassify.media.nouns import Rgb
from tests.support.tiny_networks import tiny_config
from video.calibrate import FaceSet, calibrate, home_sets, recalibrate
from video.corpora import Faces, one_hot
from video.photographs import read_photographs
from video.robustness import CHANGES

TEMPERATURE_TOLERANCE = 0.15  # of 4,000 draws, and the grid's own step of 1.3 %
SMOOTH = 0.2

pytestmark = [pytest.mark.whole, pytest.mark.usefixtures("one_thread")]


def faces_of(truth: npt.NDArray[np.int64], seed: int = 0) -> Faces:
    pixels = np.random.default_rng(seed).integers(0, 256, (len(truth), 48, 48), dtype=np.uint8)
    return Faces(pixels, one_hot(truth), truth)


def drawn(name: str, shares: list[float], divisor: float, seed: int) -> FaceSet:
    """Faces whose labels are drawn from a softmax of the logits, divided by `divisor`: it is the right temperature."""
    rng = np.random.default_rng(seed)
    chances = rng.dirichlet(np.array(shares) * 7 * SMOOTH, 4000)
    truth = np.array([rng.choice(7, p=row) for row in chances])
    return FaceSet(name, np.log(np.maximum(chances, 1e-9)).astype(np.float32) * divisor, truth)


def network() -> Any:
    return FaceVitForImageClassification(tiny_config()).eval()


@pytest.mark.parametrize("divisor", [0.5, 1.0, 2.0])
def test_logits_that_are_too_sure_are_divided(divisor: float) -> None:
    even = faces_of(np.arange(7).repeat(4))  # equally frequent: whatever the power, no emotion gains
    sets = [drawn("home", [1 / 7] * 7, divisor, 0), drawn("others", [1 / 7] * 7, divisor, 1)]
    fitted = calibrate(network(), sets, even)
    assert fitted.temperature == pytest.approx(divisor, rel=TEMPERATURE_TOLERANCE)
    assert np.ptp(fitted.prior) == pytest.approx(0.0, abs=1e-5)


def test_every_set_counts_the_same_for_the_temperature() -> None:
    """Home is sure and right, strangers are not: the answer lies between, however few strangers there are."""
    even = faces_of(np.arange(7).repeat(4))
    home, others = drawn("home", [1 / 7] * 7, 0.6, 0), drawn("others", [1 / 7] * 7, 1.8, 1)
    few = FaceSet("few", others.logits[:400], others.truth[:400])
    between = calibrate(network(), [home, few], even).temperature
    assert 0.75 < between < 1.6


def test_emotions_that_are_read_too_seldom_gain_and_never_at_a_clear_cost_at_home() -> None:
    rare = EMOTIONS.index("disgust")
    truth = np.r_[np.full(900, EMOTIONS.index("neutral")), np.full(100, rare)]
    logits = np.full((1000, 7), -9.0, np.float32)
    logits[:, EMOTIONS.index("neutral")] = 0.5
    logits[:, rare] = np.where(truth == rare, 0.2, -4.0)  # all rare ones just miss, none of the others is near
    fitted = calibrate(network(), [FaceSet("home", logits, truth)], faces_of(truth))
    assert fitted.prior_power < 0
    answers = (logits + fitted.prior).argmax(axis=1)
    np.testing.assert_array_equal(answers, truth)
    near = np.where(truth[:, None] == rare, logits, logits[truth == rare][0])  # now none can be told apart
    fitted = calibrate(network(), [FaceSet("home", near, truth)], faces_of(truth))
    assert ((near + fitted.prior).argmax(axis=1) == EMOTIONS.index("neutral")).all()


def test_the_changed_home_set_has_the_same_faces_with_every_change() -> None:
    faces = faces_of(np.arange(2 * len(CHANGES)) % 7)
    plain, changed = home_sets(network(), faces)
    np.testing.assert_array_equal(plain.truth, changed.truth)
    assert len(changed.logits) == len(faces.truth)


def test_an_exported_model_is_calibrated_in_its_configuration_only_and_twice_is_once(tmp_path: Path) -> None:
    exported = network().half()
    exported.save_pretrained(tmp_path)
    weights = (tmp_path / "model.safetensors").read_bytes()
    home, posed = faces_of(np.arange(28) % 7), faces_of(np.arange(28) % 5, seed=1)
    table = recalibrate(tmp_path, home, posed, {"strangers": faces_of(np.arange(14) % 2 + 3, seed=2)})
    once = (tmp_path / "config.json").read_bytes()
    assert (tmp_path / "model.safetensors").read_bytes() == weights
    assert json.loads(once)["temperature"] != 1.0
    assert "| strangers | 14 |" in table
    recalibrate(tmp_path, home, posed, {"strangers": faces_of(np.arange(14) % 2 + 3, seed=2)})
    assert (tmp_path / "config.json").read_bytes() == once


class Middle:
    """Finds one face in the middle of bright pictures, none in dark ones."""

    def detect(self, rgb: Rgb, min_face: float) -> Detections:
        n = int(rgb.mean() > 100)
        side = len(rgb)
        boxes = np.array([[side / 4, side / 4, side * 3 / 4, side * 3 / 4]] * n, np.float32).reshape(-1, 4)
        return Detections(boxes, np.ones(n, np.float32), np.zeros((n, 5, 2), np.float32))

    def refine(self, rgb: Rgb, boxes_xyxy: npt.NDArray[np.float32]) -> Detections:
        return self.detect(rgb, 0.0)


def test_photographs_are_cut_out_as_found_and_those_without_a_face_counted(tmp_path: Path) -> None:
    for label, name, shade in (("smiling", "a", 200), ("neutral", "b", 220), ("neutral", "c", 0), ("bored", "d", 200)):
        (tmp_path / label).mkdir(exist_ok=True)
        picture = np.full((200, 200, 3), 150 if shade else 0, np.uint8)
        picture[60:140, 60:140] = shade
        Image.fromarray(picture).save(tmp_path / label / f"{name}.png")
    faces = read_photographs(tmp_path, Middle())
    assert [EMOTIONS[column] for column in faces.truth] == ["neutral", "happy"]
    assert faces.pixels.shape == (2, 48, 48)
    assert [int(face[24, 24]) for face in faces.pixels] == [220, 200]
    assert faces.left_out == {"no face found": 1, "label bored is none of the seven": 1}


def test_photographs_without_any_face_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "happy").mkdir()
    Image.new("RGB", (64, 64)).save(tmp_path / "happy" / "dark.png")
    with pytest.raises(UsageError, match="no face found"):
        read_photographs(tmp_path, Middle())
