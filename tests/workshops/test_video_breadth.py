"""For whom the model works: made people whose answers can be counted by hand."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from emoclassify.faces.detections import Detections
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.media.nouns import Rgb
from video.breadth import measure_breadth, table
from video.photographs import CHOOSING, REPORTING, names_of_half, read_photographs
from video.robustness import mask

pytestmark = pytest.mark.whole

MIDDLE = slice(28, 44)


class Everything:
    """Finds the whole picture."""

    def detect(self, rgb: Rgb, min_face: float) -> Detections:
        boxes = np.array([[0, 0, rgb.shape[1], rgb.shape[0]]], np.float32)
        return Detections(boxes, np.ones(1, np.float32), np.zeros((1, 5, 2), np.float32))

    def refine(self, rgb: Rgb, boxes_xyxy: npt.NDArray[np.float32]) -> Detections:
        return self.detect(rgb, 0.0)


class LightMouth:
    """Happy where the lower half is light, neutral where it is dark."""

    at_once = 8

    def predict(self, crops: list[Rgb]) -> Scores:
        scores = np.zeros((len(crops), 7), np.float32)
        happy = np.array([crop[MIDDLE, 12:36].mean() / 255 for crop in crops])
        scores[:, EMOTIONS.index("happy")], scores[:, EMOTIONS.index("neutral")] = happy, 1 - happy
        return scores


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A woman and two men; one man's smile is dark, and the other man is light when neutral."""
    shades = {"1": (51, 204), "2": (51, 102), "3": (230, 240)}
    for number, pair in shades.items():
        for kind, shade in zip(("neutral", "smiling"), pair, strict=True):
            (tmp_path / kind).mkdir(exist_ok=True)
            Image.new("RGB", (64, 64), (shade,) * 3).save(tmp_path / kind / f"{number}.jpg", quality=100)
    rows = ["face_id,face_age,face_gender,face_eth", "1,20,female,white", "2,30,male,black", "3,,male,white"]
    (tmp_path / "people.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return tmp_path


def test_each_group_is_counted_and_empty_ones_have_no_row(people: Path) -> None:
    groups = {group.name: group for group in measure_breadth(people, Everything(), LightMouth())}
    counts = {name: (group.n_people, group.n_neutral, group.n_happy) for name, group in groups.items()}
    assert counts == {
        "everybody": (3, 2, 2),
        "the half that chose nothing": (1, 1, 0),
        "female": (1, 1, 1),
        "male": (2, 1, 1),
        "up to 24 years": (1, 1, 1),
        "25 to 34 years": (1, 1, 0),
        "black": (1, 1, 0),
        "white": (2, 1, 2),
        "glasses drawn on": (3, 2, 2),
        "mask drawn on": (3, 0, 3),
    }
    assert groups["male"].auc == 0.75
    assert "| male | 2 | 1 | 1 | 0.750 |" in table(list(groups.values()))


def test_a_mask_covers_the_mouth_and_leaves_the_eyes() -> None:
    dark = np.zeros((48, 48, 3), np.uint8)
    covered = mask(dark)
    assert (covered[30:40, 14:34] > 200).all()
    assert not covered[:24].any()


def test_the_halves_share_nobody_and_a_person_is_whole_in_one(people: Path) -> None:
    names = ["b", "a", "c", "a", "b"]
    assert names_of_half(names, CHOOSING) == {"a", "c"}
    assert names_of_half(names, REPORTING) == {"b"}
    sizes = [len(read_photographs(people, Everything(), half).truth) for half in (CHOOSING, REPORTING, None)]
    assert sizes == [4, 2, 6]
