"""Other programs' models beside ours: made readers whose figures are known."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from benchmarks import peers
from emoclassify.errors import UsageError
from emoclassify.faces.detections import Detections
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.media.nouns import Rgb

pytestmark = pytest.mark.whole


class Lightness:
    """Says happy of light pictures and sad of dark ones."""

    at_once = 8

    def predict(self, crops: list[Rgb]) -> Scores:
        return np.eye(7, dtype=np.float32)[[EMOTIONS.index("happy" if cut.mean() > 100 else "sad") for cut in crops]]


class Light:
    """Finds one face in the middle of light pictures, none in dark ones."""

    def detect(self, rgb: Rgb, min_face: float) -> Detections:
        boxes = np.array([[10, 10, 30, 30]] * int(rgb.mean() > 100), np.float32).reshape(-1, 4)
        return Detections(boxes, np.ones(len(boxes), np.float32), np.zeros((len(boxes), 5, 2), np.float32))

    def refine(self, rgb: Rgb, boxes_xyxy: npt.NDArray[np.float32]) -> Detections:
        return self.detect(rgb, 0.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A light happy face, two dark sad ones, and one of a label that is none of the seven."""
    for name, shade in (("happiness/a", 200), ("sad/b", 20), ("sad/c", 30), ("bored/d", 99)):
        path = tmp_path / "pictures" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (40, 40), (shade,) * 3).save(path)
    return tmp_path / "pictures"


def opposite(packages: Path, cuts: list[Rgb]) -> Scores:
    return np.roll(Lightness().predict(cuts), EMOTIONS.index("sad") - EMOTIONS.index("happy"), axis=1)


def test_ours_and_those_that_are_there_have_a_row_and_the_others_a_line_with_their_command(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "there").mkdir()
    made = (
        peers.Peer("made", "pip install made", ("there",), opposite),
        peers.Peer("away", "pip install away", ("nowhere",), opposite),
    )
    monkeypatch.setattr(peers, "PEERS", made)
    told = list(peers.lines(folder, None, Lightness(), tmp_path))
    assert told[1] == "| EmoClassify | 3 | 1.000 | 1.000 | 1.000 | 0.000 |"
    assert told[2] == "| made | 3 | 0.000 | 0.000 | 0.000 | 1.000 |"
    assert told[3:] == ["absent: away (pip install away)", "left out: 1 (label bored is none of the seven)"]


def test_without_a_folder_of_packages_all_are_absent(folder: Path) -> None:
    told = list(peers.lines(folder, None, Lightness(), None))
    assert [line.split(" (")[0] for line in told if line.startswith("absent")] == [
        f"absent: {peer.name}" for peer in peers.PEERS
    ]


def test_faces_are_cut_out_and_pictures_without_one_are_counted(folder: Path) -> None:
    cuts, truth, left_out = peers.read_cuts(folder, Light())
    assert [cut.shape for cut in cuts] == [(19, 19, 3)]
    assert truth.tolist() == [EMOTIONS.index("happy")]
    assert left_out == {"label bored is none of the seven": 1, "no face found": 2}


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no <label>/<image> found"):
        peers.read_cuts(tmp_path, None)


def test_other_names_and_orders_of_labels_are_brought_to_ours_and_other_labels_dropped() -> None:
    scores = np.array([[0.1, 0.3, 0.1, 0.5]], np.float32)
    ordered = peers.in_our_order(["surprised", "fearful", "disgusted", "contempt"], scores)
    wanted = {"surprise": 0.2, "fear": 0.6, "disgust": 0.2}
    assert ordered[0] == pytest.approx([wanted.get(name, 0.0) for name in EMOTIONS])
